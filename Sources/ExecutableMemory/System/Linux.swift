// Linux, and builds without a named operating system (Embedded Swift), which run on Linux.
#if !canImport(Darwin) && !os(Windows) && !os(FreeBSD)
  extension CodeArena.Mode {
    /// The mode for this operating system: `.dual` on Linux, FreeBSD and Windows, `.mapJIT` on Apple silicon,
    /// `.flip` on other Macs.
    public static var `default`: CodeArena.Mode { .dual }
  }
#endif
