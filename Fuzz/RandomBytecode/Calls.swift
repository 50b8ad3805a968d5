import EjitVM
import FuzzInput

/// An argument of a call from outside.
enum Argument {
  case value(Value)
  /// What the last call that had a result has returned; nil if there was none.
  case previous
}

/// The calls of `main` that an input makes: with ints, floats, strings, mixed.
struct Calls {
  var all: [[Argument]] = []

  init(from source: inout FuzzBytes) {
    for _ in 0..<(2 + source.below(7)) {
      let sort = source.below(8)
      all.append((0..<ModuleGenerator.signatures[0].arguments).map { _ in .init(sort, from: &source) })
    }
  }
}

extension Argument {
  init(_ sort: Int, from source: inout FuzzBytes) {
    switch sort {
    case 0...2: self = .value(.int(Self.integer(from: &source)))
    case 3...4: self = .value(.float(Self.float(from: &source)))
    case 5: self = .init(source.below(4), from: &source)
    case 6: self = .value(source.pick([.string("s"), .bool(true), .nil, .string([]), .int(2), .float(0.5)]))
    default: self = source.chance(1, in: 2) ? .previous : .value(.int(Self.integer(from: &source)))
    }
  }

  private static func integer(from source: inout FuzzBytes) -> Int64 {
    let choice = source.byte()
    if choice < 0xC0 { return Int64(choice & 31) - 4 }
    return source.pick([.min, .max, -1, 1 << 53 + 1, 64, 1 << 32, -(1 << 31), .min + 1])
  }

  private static func float(from source: inout FuzzBytes) -> Double {
    let choice = source.byte()
    if choice < 0xA0 { return Double(choice) / 8 - 4 }
    return source.pick([
      .nan, .infinity, -.infinity, -0.0, 1e300, 0x1p-1074, 9007199254740992, 9223372036854775808, 0.1,
    ])
  }
}
