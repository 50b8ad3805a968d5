import CEjitShims
import Ejit
import FloatSweep

/// `floats`: executes every op on numbers with random operands, and compares what it leaves with what it is defined as.
struct Floats {
  /// How many times each op is executed on this machine; a tenth of it under an emulator.
  var count = 10_000_000

  /// Takes `--count N`.
  mutating func take(count text: String) -> Bool {
    guard let count = Int(text), count > 0 else { return false }
    self.count = count
    return true
  }

  /// Prints a table for each machine; whether all agrees.
  func run(on targets: [Target]) -> Bool {
    var isFine = true
    for target in targets {
      let isNative = target == .host
      if !isNative && target.architecture != .aarch64 {
        write("x86-64: cannot run here")
        continue
      }
      let choices: [(String, Features)] =
        isNative
        ? [("no optional features", .baseline), ("all features of this machine", .detected)] : [("", .baseline)]
      for (name, features) in choices {
        write(target.architecture == .x86_64 ? "x86-64," : "aarch64,", name)
        if !run(FloatSweep(target: target, features: features), isNative ? count : max(count / 10, 1)) {
          isFine = false
        }
      }
    }
    return isFine
  }

  private func run(_ sweep: FloatSweep, _ count: Int) -> Bool {
    write(padded("op", 18), padded("compared", 12), "mismatches")
    var (ops, compared, mismatches) = (0, 0, 0)
    do {
      try sweep.run(count: count) { row in
        (ops, compared, mismatches) = (ops + 1, compared + row.compared, mismatches + row.mismatches)
        write(padded(row.name, 18), padded("\(row.compared)", 12), "\(row.mismatches)")
        if let example = row.example { write("  ", example) }
      }
    } catch {
      fail("floats: \(error)")
    }
    write("floats: \(ops) ops, \(compared) results compared, \(mismatches) mismatches")
    return mismatches == 0
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
