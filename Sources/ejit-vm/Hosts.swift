import CEjitShims
import EjitVM

/// The host functions that programs of the tool may declare with `.host`.
enum Hosts {
  static var all: [String: HostBinding] {
    var result: [String: HostBinding] = [
      "print": .closure { _, arguments in
        flush()
        Console.printLine(arguments.map { "\($0)" }.joined(separator: " "))
        return .nil
      }
    ]
    add("printf", [.string], isVariadic: true, .int32, to: &result)
    add("puts", [.string], .int32, to: &result)
    add("putchar", [.int], .int32, to: &result)
    for name in ["sin", "cos", "exp", "log"] { add(name, [.float], .float, to: &result) }
    add("pow", [.float, .float], .float, to: &result)
    return result
  }

  /// Writes what C functions have printed and the C library still holds.
  static func flush() {
    guard let address = ejit_symbol("fflush") else { return }
    let (integers, floats, stack) = (
      [UInt64](repeating: 0, count: 8), [0.0, 0, 0, 0, 0, 0, 0, 0], [UInt64](repeating: 0, count: 16)
    )
    var results: (UInt64, UInt64, Double, Double) = (0, 0, 0, 0)
    _ = withUnsafeMutablePointer(to: &results) { results in
      let words = UnsafeMutableRawPointer(results)
      return ejit_call(
        UInt(bitPattern: address), integers, floats, stack, words.assumingMemoryBound(to: UInt64.self),
        (words + 16).assumingMemoryBound(to: Double.self))
    }
  }

  private static func add(
    _ name: String, _ parameters: [CFunction.Parameter], isVariadic: Bool = false, _ result: CFunction.Result,
    to hosts: inout [String: HostBinding]
  ) {
    guard let address = ejit_symbol(name) else { return }
    hosts[name] = .c(
      CFunction(
        address: UInt(bitPattern: address), parameters: parameters, isVariadic: isVariadic, result: result))
  }
}
