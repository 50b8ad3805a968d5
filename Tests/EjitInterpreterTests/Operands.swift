import Ejit
import FloatInputs

/// What one op is tried with.
struct Operands {
  var a: UInt64 = 0
  var b: UInt64 = 0
  var c: UInt64 = 0
  /// What the destination held before.
  var d: UInt64 = 0x5A5A_1234_DEAD_BEEF
  /// Condition, shift, signedness or position.
  var k = 0
  /// Count or length.
  var l = 0

  /// 0, 1, −1 and around every power of two: among them the borders of 8, 16, 32 and 64 bits.
  static let powers: [UInt64] = [0] + around(Array(0..<64))
  /// The borders of signs and sizes, and some numbers without a pattern.
  static let edges: [UInt64] = around([1, 5, 7, 8, 15, 16, 31, 32, 33, 48, 62, 63]) + irregular
  private static let irregular: [UInt64] = [
    0, .max, .max - 1, 0x8000_0000_8000_0000, 0xFFFF_FFFF_7FFF_FFFF, 0xFFFF_FFFF_8000_0000, 0xDEAD_BEEF_0BAD_F00D,
  ]

  /// 2^n − 1, 2^n, 2^n + 1, and −2^n − 1 for some.
  private static func around(_ exponents: [UInt64]) -> [UInt64] {
    exponents.flatMap { exponent -> [UInt64] in
      let power: UInt64 = 1 << exponent
      return exponent % 8 == 7 ? [power &- 1, power, power &+ 1, ~power] : [power &- 1, power, power &+ 1]
    }
  }
  /// A few of them.
  static let few: [UInt64] = [
    0, 1, 2, 0x7F, 0x80, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0x7FFF_FFFF_FFFF_FFFF,
    0x8000_0000_0000_0000, .max, 0x0123_4567_89AB_CDEF,
  ]

  /// Which operands an op is tried with.
  enum Shape {
    case unary, binary, ternary, quaternary
    /// `b` in 0…130 and around large numbers.
    case shift
    /// Three operands, the third a count.
    case funnel
    /// `k` a shift, `l` a count below the width.
    case shifted
    /// `k` a position and `l` a length inside the width.
    case field
    /// `k` one of these: conditions, signs.
    case choice([Int])
    /// The same, with a third operand of 0 or 1.
    case chain([Int])
    /// The same, with four operands.
    case select([Int])
    /// `k` one of these conditions, `l` an outcome, `a` on both sides of `c`.
    case conditional([Int])
    /// `k` is 0 or 1, `l` a bit inside the width.
    case bit
    /// `k` an index shift, `l` a displacement.
    case address
    /// Numbers of the width: one, `k` one of these; two; three.
    case number([Int])
    case numbers
    case threeNumbers
    /// Two numbers, `k` a way to compare them, and two of any kind.
    case compared
    /// A number of type `k`, `l` a sign.
    case converted
    /// An integer, with the same.
    case integer
    /// A number of 64, 32 or 16 bits.
    case sized(Int)
  }

  static func all(_ shape: Shape, _ w: Width) -> [Operands] {
    switch shape {
    case .unary: powers.map { Operands(a: $0) }
    case .binary: pairs(edges, edges)
    case .ternary: triples(few, few, few)
    case .quaternary: triples(few, few, few) + triples(few, few, few).map { with($0) { $0.d = .max } }
    case .shift: pairs(few, Array(0...130) + powers.filter { $0 > 130 })
    case .funnel: triples(few, few, Array(0...66) + [.max, 1 << 32])
    case .shifted: each(0..<3, 0..<w.bits, pairs(few, few))
    case .field: fields(w).flatMap { field in few.map { Operands(a: $0, k: field.0, l: field.1) } }
    case .choice(let choices): each(choices, [0], pairs(edges, few))
    case .chain(let choices): each(choices, [0], triples(few, few, [0, 1]))
    case .select(let choices): each(choices, [0], triples(few, few, [0xDEAD_BEEF_0BAD_F00D]))
    case .conditional(let choices): each(choices, 0..<3, triples(few, few, [0x80, 0x8000_0000]))
    case .bit: each(0..<2, 0..<w.bits, few.map { Operands(a: $0) })
    case .number(let choices): each(choices, [0], FloatInputs.special(w).map { Operands(a: $0) })
    case .numbers: pairs(FloatInputs.special(w), FloatInputs.special(w))
    case .threeNumbers: triples(FloatInputs.few(w), FloatInputs.few(w), FloatInputs.few(w))
    case .compared:
      each(0..<14, [0], triples(FloatInputs.paired(w), FloatInputs.paired(w), [0xDEAD_BEEF_0BAD_F00D]))
    case .converted:
      FloatType.allCases.flatMap { type in
        each([Int(type.rawValue)], 0..<2, FloatInputs.special(type).map { Operands(a: $0) })
      }
    case .integer: each(0..<2, 0..<2, (powers + edges + halves).map { Operands(a: $0) })
    case .sized(16): FloatInputs.halves.map { Operands(a: $0) }
    case .sized(let bits): FloatInputs.special(bits == 64 ? .w64 : .w32).map { Operands(a: $0) }
    case .address: each(0..<4, [0, 1, -1, 4096, Int(Int32.max), Int(Int32.min)], pairs(few, few))
    }
  }

  /// Integers half-way between two numbers, and beside that.
  private static let halves: [UInt64] = [24, 53].flatMap { (digits: UInt64) -> [UInt64] in
    (digits + 1..<65).flatMap { (bits: UInt64) -> [UInt64] in
      let (top, half) = (1 << (bits - 1) as UInt64, 1 << (bits - digits - 1) as UInt64)
      return [top + half, top + half - 1, top + half + 1, top + 3 * half, top - 1 - half]
    }
  }

  /// Every `k` with every `l` with every one of these.
  private static func each(
    _ k: some Sequence<Int>, _ l: some Sequence<Int>, _ operands: [Operands]
  ) -> [Operands] {
    var all: [Operands] = []
    for k in k {
      for l in l { all += operands.map { operands in with(operands) { ($0.k, $0.l) = (k, l) } } }
    }
    return all
  }
  private static func fields(_ w: Width) -> [(Int, Int)] {
    (0..<w.bits).flatMap { position in (1...w.bits - position).map { (position, $0) } }
  }
  private static func pairs(_ a: [UInt64], _ b: [UInt64]) -> [Operands] {
    a.flatMap { a in b.map { Operands(a: a, b: $0) } }
  }
  private static func triples(_ a: [UInt64], _ b: [UInt64], _ c: [UInt64]) -> [Operands] {
    pairs(a, b).flatMap { v in c.map { c in with(v) { $0.c = c } } }
  }
  private static func with(_ operands: Operands, _ change: (inout Operands) -> Void) -> Operands {
    var operands = operands
    change(&operands)
    return operands
  }
}
