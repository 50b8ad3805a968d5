import CEjitShims

/// Checks of the bytecode machine that need a process of the machine that code is made for: `swift test` makes them on the
/// host, and the runner, built as Embedded Swift for AArch64, under qemu-aarch64.
public enum VMChecks {
  /// Makes all of them, on a thread with room for deep recursion, and says which failed.
  public static func run() -> Tally {
    var tally = Tally()
    var thread: UInt = 0
    let started = withUnsafeMutablePointer(to: &tally) { tally in
      let body: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
        VMChecks.run(&context!.assumingMemoryBound(to: Tally.self).pointee)
      }
      return ejit_thread_start_with_stack(body, tally, 1 << 30, &thread) == 0 && ejit_thread_join(thread) == 0
    }
    tally.expect(started, "a thread")
    return tally
  }

  private static func run(_ tally: inout Tally) {
    // These look at the machine from inside, which only builds for tests allow.
    #if INTERNALS
      ExitTableChecks.run(&tally)
      LeavingChecks.run(&tally)
      UnwindingChecks.run(&tally)
      SegmentChecks.run(&tally)
      VersionChecks.run(&tally)
      RetirementChecks.run(&tally)
      ScheduleChecks.run(&tally)
      ReplayChecks.run(&tally)
      KnownCalleeChecks.run(&tally)
      ThrowingChecks.run(&tally)
      InlinedThrowChecks.run(&tally)
      DeoptimizationChecks.run(&tally)
    #endif
    ExitChecks.run(&tally)
    OperationChecks.run(&tally)
    FunctionChecks.run(&tally)
    HeapChecks.run(&tally)
    CCallChecks.run(&tally)
    ProgramChecks.run(&tally)
  }
}

/// What was checked so far.
public struct Tally {
  /// How many held.
  public private(set) var passed = 0
  /// How many did not; each was printed.
  public private(set) var failed = 0

  mutating func expect(_ condition: Bool, _ what: StaticString, _ name: String = "", line: Int = #line) {
    if condition {
      passed += 1
      return
    }
    failed += 1
    tell(what, name, line)
  }

  /// `held` of `count` conditions held.
  mutating func expect(_ held: Int, of count: Int, _ what: StaticString, _ name: String, line: Int = #line) {
    passed += held
    failed += count - held
    if held < count { tell(what, name, line) }
  }

  private func tell(_ what: StaticString, _ name: String, _ line: Int) {
    let bytes = Array("line \(line): \(what) \(name)\n".utf8)
    _ = ejit_write_all(1, bytes, bytes.count)
  }
}
