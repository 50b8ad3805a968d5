// Not run on this project's machines.
#if os(FreeBSD)
  extension CodeArena.Mode {
    /// Two mappings of anonymous shared memory (`shm_open(SHM_ANON)`).
    public static var `default`: CodeArena.Mode { .dual }
  }
#endif
