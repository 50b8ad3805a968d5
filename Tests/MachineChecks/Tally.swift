import CEjitShims

/// Checks that need a process of the machine that code is lowered for: `swift test` makes them on the host, and the
/// runner, built as Embedded Swift for AArch64, under qemu-aarch64. Programs are read from Tests/Programs, below the
/// current directory.
public enum MachineChecks {
  /// Makes all of them, and says which failed.
  public static func run() -> Tally {
    var tally = Tally()
    FeatureChecks.run(&tally)
    MemoryChecks.run(&tally)
    RuntimeChecks.run(&tally)
    SiteChecks.run(&tally)
    LoweringChecks.run(&tally)
    CallChecks.run(&tally)
    ProgramChecks.run(&tally)
    return tally
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
    } else {
      failed += 1
      printLine("line \(line): \(what) \(name)")
    }
  }
}

/// Writes at once: nothing is lost when the process ends.
public func printLine(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = ejit_write_all(1, bytes, bytes.count)
}
