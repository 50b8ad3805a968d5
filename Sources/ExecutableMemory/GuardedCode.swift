import CEjitShims

/// Instructions that may fault, and where execution continues when one does.
///
/// All are offsets in bytes from the start of the code.
public struct FaultSite: BitwiseCopyable, Equatable, Sendable {
  // The layout is that of ejit_fault_site; a test holds it.

  /// The first byte of the instructions.
  public let start: UInt32
  /// The byte behind the last one.
  public let end: UInt32
  /// Where execution continues. Registers and memory hold what the faulting instruction left there.
  public let recovery: UInt32
  /// The client's number of the site.
  public let id: UInt32

  /// Instructions from `start` to before `end`, after whose fault execution continues at `recovery`.
  public init(start: UInt32, end: UInt32, recovery: UInt32, id: UInt32) {
    self.start = start
    self.end = end
    self.recovery = recovery
    self.id = id
  }
}

/// While it exists, faults at the sites of some code do not end the process: execution continues where the site says,
/// and `FaultHandler.lastFault` tells what happened.
///
/// It must go before the code does, and when nobody executes the code any more. It goes only when no handler
/// looks at it. Neither making nor dropping one is for signal handlers. Making or dropping one costs a copy of a
/// table with 8 bytes per guard that exists.
@safe public struct GuardedCode: ~Copyable, @unchecked Sendable {
  private let guarded: UnsafeMutableRawPointer?

  /// Guards `count` bytes of code at `address`. Sites are sorted and do not overlap; there may be none.
  ///
  /// - Throws: `EINVAL` when sites are out of order, empty or not inside the code, or recover outside of it; `EEXIST`
  ///   when other guarded code overlaps; `ENOMEM`.
  public init(address: UInt, count: Int, sites: Span<FaultSite>) throws(SystemError) {
    var guarded: UnsafeMutableRawPointer?
    let result = unsafe sites.withUnsafeBytes { bytes in
      unsafe ejit_guard_code(
        address, count, bytes.baseAddress?.assumingMemoryBound(to: ejit_fault_site.self), sites.count, &guarded)
    }
    try System.check(result, .catchFaults)
    unsafe self.guarded = guarded
  }

  deinit { unsafe ejit_unguard_code(guarded) }
}
