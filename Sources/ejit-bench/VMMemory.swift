import CEjitShims
import EjitVM
import VMPrograms

/// What the process holds in memory while programs run long: it must not grow.
struct VMMemory {
  /// Strings that each tier makes; a hundredth as many cycles of compiling, leaving and retiring.
  let count: Int

  /// Bytes by which two readings may differ: what the C library keeps.
  private static let tolerance = 2 << 20
  /// Strings with which the heap has been full a few times.
  private static let warmUp = 500_000

  /// Prints a line for each tier and one for the cycles; whether all is flat and right.
  func run() -> Bool {
    var isFine = true
    for (name, tier) in [("interpreter", Options.Tier.interpreter), ("auto", .auto), ("jit", .jit)] {
      guard let vm = ManyStrings.machine(tier) else { fail("no machine") }
      let isRight = growth("\(count) strings, \(name)", warmUp: VMMemory.warmUp) { ManyStrings.run($0, on: vm) }
      isFine = isFine && isRight
    }
    guard let cycles = RetirementCycles() else { fail("no machine") }
    let isRight = growth("\(count / 100) cycles", warmUp: 0) { part in
      cycles.run(part / 100)
      return true
    }
    let statistics = cycles.vm.statistics
    note("code \(statistics.codeBytes) bytes, retired \(statistics.retiredBytes) bytes")
    let isEmpty = statistics.codeBytes + statistics.retiredBytes == 0
    return isFine && isRight && isEmpty && cycles.isComplete(count / 100)
  }

  /// Runs a tenth, at least `warmUp`, to warm up, then the rest in nine parts: the memory in use must be the same behind
  /// each.
  private func growth(_ name: String, warmUp: Int, _ body: (Int) -> Bool) -> Bool {
    var isRight = body(max(count / 10, warmUp))
    let first = VMMemory.resident
    var most = first
    for _ in 1..<10 {
      isRight = body(count / 10) && isRight
      most = max(most, VMMemory.resident)
    }
    let isFlat = most <= first + VMMemory.tolerance
    put("\(name): \(first >> 10) KiB behind a tenth, at most \(most >> 10) KiB later" + (isFlat ? "" : ": grows"))
    if !isRight { put("\(name): a wrong result") }
    return isRight && isFlat
  }

  /// Bytes of the process that are in memory: the second number of `statm`, in pages. 0 where there is no such file.
  private static var resident: Int {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = ejit_read_file("/proc/self/statm", &bytes)
    defer { ejit_free(bytes) }
    guard count > 0 else { return 0 }
    let words = UnsafeBufferPointer(start: bytes, count: Int(count)).split(separator: UInt8(ascii: " "))
    guard words.count > 1, let pages = Int(String(decoding: words[1], as: UTF8.self)) else { return 0 }
    return pages * ejit_page_size()
  }
}
