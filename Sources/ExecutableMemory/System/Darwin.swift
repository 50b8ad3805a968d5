// Not run on this project's machines.
#if canImport(Darwin)
  extension CodeArena.Mode {
    /// Processes with a hardened runtime may only use `MAP_JIT` pages on Apple silicon (with the entitlement
    /// `com.apple.security.cs.allow-jit`). They cannot be mapped twice.
    public static var `default`: CodeArena.Mode {
      #if arch(arm64)
        .mapJIT
      #else
        .flip
      #endif
    }
  }
#endif
