import CEjitShims

/// What was checked so far.
struct Tally {
  private(set) var passed = 0
  private(set) var failed = 0

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
func printLine(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = ejit_write_all(1, bytes, bytes.count)
}
