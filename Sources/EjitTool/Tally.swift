/// How many checks have passed and failed.
struct Tally {
  var passed = 0
  var failed = 0
  /// Whether something could not be run here.
  var isIncomplete = false

  var count: Int { passed + failed }

  /// As the last line of `ejit test` says it.
  var text: String { "\(passed) passed, \(failed) failed" }

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

extension Tally {
  /// What the last line of a text says, if it is one of `ejit test`.
  init?(lastLineOf output: [UInt8]) {
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    let words = lines.last?.split(separator: " ") ?? []
    guard words.count == 4, let passed = Int(words[0]), let failed = Int(words[2]) else { return nil }
    self.init(passed: passed, failed: failed)
    if lines.last.map(String.init) != text { return nil }
  }
}
