import CEjitShims

/// Catches the faults of `GuardedCode`, for all threads of the process.
///
/// The first `GuardedCode` with sites installs handlers for `SIGSEGV`, `SIGBUS`, `SIGILL`, `SIGTRAP` and `SIGFPE` (on
/// Windows a vectored exception handler), on the alternate stack of threads that have one; they stay. What did not
/// happen at a site, and what was sent instead of raised by an instruction, they pass on to the handlers that were
/// installed before, or do what the system would have done. Handlers that are installed later must pass on, too.
///
/// A fault costs what a signal costs: microseconds. Handlers take no lock and allocate nothing.
///
/// **Fork.** The child has the same guards. If another thread was making or dropping one or was in a handler just
/// then, the child must not make or drop one.
public enum FaultHandler {
  /// A fault at a site of guarded code, after which execution continued.
  public struct Fault: Equatable, Sendable {
    /// What kind of instruction could not be executed. The signals are those of Unix; Windows has exceptions for them.
    public enum Kind: UInt8, Sendable {
      /// An access of memory: `SIGSEGV`, `SIGBUS`.
      case memory = 1
      /// An instruction that stops, or that the processor does not have: `SIGILL`, `SIGTRAP`.
      case trap
      /// A division on x86-64: `SIGFPE`.
      case arithmetic
    }

    /// `FaultSite.id` of the site.
    public let site: UInt32
    /// What could not be executed.
    public let kind: Kind
    /// The address that could not be accessed, 0 where the processor does not tell (x86-64: if it is not canonical).
    /// For other kinds that of the instruction.
    public let address: UInt
  }

  /// The last fault at a site on this thread: in code that is called at the recovery, the one that led there.
  public static var lastFault: Fault? {
    let fault = ejit_last_fault()
    return Fault.Kind(rawValue: UInt8(truncatingIfNeeded: fault.kind)).map {
      Fault(site: fault.site, kind: $0, address: fault.address)
    }
  }
}
