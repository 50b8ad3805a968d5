/// How many checks have passed and failed.
struct Tally {
  var passed = 0
  var failed = 0
  /// Whether something could not be run here.
  var isIncomplete = false

  var count: Int { passed + failed }

  /// Counts one check, and writes what is wrong with it, if anything is.
  mutating func add(_ complaint: String?) {
    if let complaint {
      failed += 1
      Console.printError(complaint)
    } else {
      passed += 1
    }
  }

  mutating func add(_ other: Tally) {
    passed += other.passed
    failed += other.failed
    if other.isIncomplete { isIncomplete = true }
  }

  var status: ExitStatus { failed > 0 ? .wrongResult : isIncomplete ? .cannotRun : .fine }
}
