import CEjitShims
import Ejit
import Expectations

/// `verify`: reads what all ops become on a target, and compares it with what they say.
struct Verify {
  var targets: [Target] = [.x86_64, .aarch64]
  /// Which part of how many.
  var slice = (index: 0, count: 1)

  /// Takes `K/N`.
  mutating func take(slice text: String) -> Bool {
    let parts = text.split(separator: "/").compactMap { Int($0) }
    guard parts.count == 2, parts[1] > 0, (1...parts[1]).contains(parts[0]) else { return false }
    slice = (parts[0] - 1, parts[1])
    return true
  }

  mutating func take(target name: String) -> Bool {
    switch name {
    case "x86-64": targets = [.x86_64]
    case "aarch64": targets = [.aarch64]
    case _: return false
    }
    return true
  }

  /// Prints a table for each target; whether all agrees.
  func run() -> Bool {
    var isFine = true
    for target in targets {
      let name = target.architecture == .x86_64 ? "x86-64" : "aarch64"
      write("\(name), slice \(slice.index + 1)/\(slice.count)")
      write(padded("op", 18), padded("encodings", 10), padded("compared", 10), padded("refused", 10), "mismatches")
      var (compared, mismatches) = (0, 0)
      var sweep = EncodingSweep(target: target, slice: slice)
      let ran = sweep.run { row in
        compared += row.compared
        mismatches += row.mismatches
        write(
          padded(row.name, 18), padded("\(row.encodings)", 10), padded("\(row.compared)", 10),
          padded("\(row.refused)", 10), padded("\(row.mismatches)", row.laidDown == nil ? 0 : 10), row.laidDown ?? "")
        if let example = row.example { write(example) }
      }
      guard ran else { fail("verify needs LLVM's library (libLLVM-14.so.1 or newer), which is not installed") }
      write("\(name): \(sweep.distinct()) distinct encodings, \(compared) compared, \(mismatches) mismatches")
      if mismatches > 0 { isFine = false }
    }
    return isFine
  }

  /// A line at once, so that it is seen even if the process ends early.
  private func write(_ words: String...) {
    let line = Array((words.joined(separator: " ") + "\n").utf8)
    _ = line.withUnsafeBytes { ejit_write_all(1, $0.baseAddress, $0.count) }
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.utf8.count))
  }
}
