import Ejit

/// Random operands for floating-point operations: bits of all kinds mixed with what rounding and limits turn on. The
/// same seed gives the same ones.
public struct RandomNumbers {
  private var state: UInt64

  /// Operands that `seed` stands for.
  public init(seed: UInt64) { state = seed }

  /// 64 random bits. Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014 (SplitMix64).
  public mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// An integer in 0..<`limit`, which must be positive; of small limits each is equally likely.
  public mutating func below(_ limit: Int) -> Int { Int(bits() >> 32) * limit >> 32 }

  /// A number of `width`; above a `Float` lie other bits.
  public mutating func number(_ width: Width) -> UInt64 {
    let random = bits()
    switch random & 7 {
    case 0, 1: return bits()
    case 2: return pick(FloatInputs.special(width))
    case 3: return near(pick(FloatInputs.special(width)))
    case 4: return nearHalf(width)
    case 5: return nearInteger(width)
    default: return moderate(width)
    }
  }

  /// A number of 16 bits, with other bits above.
  public mutating func half() -> UInt64 { bits() }

  /// A number of `width` that is about half-way between two of 16 bits or of 32, where there is such a one.
  public mutating func narrowable(_ width: Width) -> UInt64 {
    if bits() & 1 == 0 { return number(width) }
    switch width {
    case .w64:
      let exponent = UInt64(1023 - 152 + below(282))
      let tail = [0, 1 << 28, 1 << 28 - 1, 1 << 28 + 1][below(4)] as UInt64
      return bits() & 1 << 63 | exponent << 52 | bits() & (1 << 52 - 1 << 29) | tail
    case .w32:
      let exponent = UInt64(127 - 27 + below(45))
      let tail = [0, 1 << 12, 1 << 12 - 1, 1 << 12 + 1][below(4)] as UInt64
      return bits() & (~0 << 31) | exponent << 23 | bits() & (1 << 23 - 1 << 13) | tail
    }
  }

  /// An integer, often a small one, or near a power of two.
  public mutating func integer() -> UInt64 {
    let random = bits()
    switch random & 3 {
    case 0: return bits()
    case 1: return bits() >> UInt64(below(64))
    case 2: return UInt64(bitPattern: Int64(bitPattern: bits()) >> Int64(below(64)))
    default: return (1 << UInt64(below(64))) &+ UInt64(bitPattern: Int64(below(9) - 4))
    }
  }

  /// An integer of more bits than a significand of `type` has, about half-way between two numbers.
  public mutating func integerToRound(_ type: FloatType) -> UInt64 {
    if bits() & 1 == 0 { return integer() }
    let digits = type == .f64 ? 53 : 24
    let lost = 1 + below(64 - digits)
    let significand = bits() >> UInt64(64 - digits) | 1 << UInt64(digits - 1)
    let half: UInt64 = 1 << UInt64(lost - 1)
    let value = significand << UInt64(lost) | half &+ UInt64(bitPattern: Int64(below(3) - 1))
    return bits() & 1 == 0 ? value : 0 &- value >> 1
  }

  private mutating func pick(_ values: [UInt64]) -> UInt64 { values[below(values.count)] }

  private mutating func near(_ value: UInt64) -> UInt64 { value &+ UInt64(bitPattern: Int64(below(9) - 4)) }

  /// An integer and a half, or the number next to it.
  private mutating func nearHalf(_ width: Width) -> UInt64 {
    let integer = bits() >> UInt64(64 - (1 + below(width == .w64 ? 52 : 23)))
    return near(width.bits(Int64(integer), half: true)) ^ sign(width)
  }

  /// An integer that may be the largest of some width, or a number next to it.
  private mutating func nearInteger(_ width: Width) -> UInt64 {
    let power = below(65)
    let integer = power > 62 ? Int64.max : 1 << Int64(power)
    return near(width.bits(integer &- Int64(below(3) - 1), half: false)) ^ sign(width)
  }

  /// A number with an exponent of a few bits: sums of such ones are not just one of them.
  private mutating func moderate(_ width: Width) -> UInt64 {
    let exponent = UInt64(below(64))
    return switch width {
    case .w64: bits() & ~(0x7FF << 52) | (1023 - 32 + exponent) << 52
    case .w32: bits() & ~(0xFF << 23) | (127 - 32 + exponent) << 23
    }
  }

  private mutating func sign(_ width: Width) -> UInt64 { bits() & 1 << UInt64(width.bits - 1) }
}

extension Width {
  /// The number nearest to `value`, or to `value` + 1/2.
  fileprivate func bits(_ value: Int64, half: Bool) -> UInt64 {
    switch self {
    case .w64: (Double(value) + (half ? 0.5 : 0)).bitPattern
    case .w32: UInt64((Float(value) + (half ? 0.5 : 0)).bitPattern)
    }
  }
}
