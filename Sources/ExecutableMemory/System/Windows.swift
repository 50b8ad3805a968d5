// Not run on this project's machines.
#if os(Windows)
  extension CodeArena.Mode {
    /// Two views of one section of the paging file (`CreateFileMapping`, `MapViewOfFile`).
    public static var `default`: CodeArena.Mode { .dual }
  }
#endif
