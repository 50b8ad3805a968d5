/// What was checked so far.
struct Tally {
  private(set) var passed = 0
  private(set) var failed = 0

  mutating func expect(_ condition: Bool, _ what: StaticString, _ name: String = "", line: Int = #line) {
    if condition {
      passed += 1
    } else {
      failed += 1
      print("line \(line): \(what) \(name)")
    }
  }
}
