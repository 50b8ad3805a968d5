import Ejit

/// How numbers of one size are written in bits, from high to low: sign, exponent, fraction. IEEE 754-2008, §3.4.
///
/// Bits above the size are ignored in operands and 0 in results.
public struct FloatFormat: Sendable {
  /// Bits of the exponent.
  let exponentBits: Int
  /// Bits of the fraction.
  let fractionBits: Int

  /// binary16.
  public static let half = FloatFormat(exponentBits: 5, fractionBits: 10)
  /// binary32, `Float`.
  public static let single = FloatFormat(exponentBits: 8, fractionBits: 23)
  /// binary64, `Double`.
  public static let double = FloatFormat(exponentBits: 11, fractionBits: 52)

  /// The number with all exponent bits and no fraction.
  public var infinity: UInt64 { (1 << UInt64(exponentBits) - 1) << UInt64(fractionBits) }
  /// The NaN that `fcanon` makes: no sign, and of the fraction only the bit that says quiet. §6.2.1.
  public var quietNaN: UInt64 { infinity | quietBit }
  /// The bit of the sign.
  public var signBit: UInt64 { 1 << UInt64(exponentBits + fractionBits) }
  /// All bits of a number.
  public var mask: UInt64 { signBit << 1 &- 1 }
  private var quietBit: UInt64 { 1 << UInt64(fractionBits - 1) }
  /// 1.0.
  var one: UInt64 { UInt64(bias) << UInt64(fractionBits) }

  private var bias: Int { 1 << (exponentBits - 1) - 1 }
  /// The exponent of the lowest fraction bit of the smallest numbers.
  private var lowestExponent: Int { 1 - bias - fractionBits }

  /// `a` without its sign.
  public func magnitude(_ a: UInt64) -> UInt64 { a & (signBit - 1) }
  /// Whether `a` has the sign, a NaN too.
  public func isNegative(_ a: UInt64) -> Bool { a & signBit != 0 }
  /// Whether `a` is not a number.
  public func isNaN(_ a: UInt64) -> Bool { magnitude(a) > infinity }
  /// Whether `a` is a NaN that is not quiet.
  public func isSignaling(_ a: UInt64) -> Bool { isNaN(a) && a & quietBit == 0 }
  /// Whether `a` is infinite.
  public func isInfinite(_ a: UInt64) -> Bool { magnitude(a) == infinity }
  /// Whether `a` is a zero.
  public func isZero(_ a: UInt64) -> Bool { magnitude(a) == 0 }
}

/// A finite number: `significand` · 2^`exponent`.
struct ExactNumber {
  var isNegative: Bool
  var significand: UInt128
  var exponent: Int
}

extension FloatFormat {
  /// What the bits of a finite number say.
  func exact(_ a: UInt64) -> ExactNumber {
    let field = Int(magnitude(a) >> UInt64(fractionBits))
    let fraction = a & (1 << UInt64(fractionBits) - 1)
    return ExactNumber(
      isNegative: isNegative(a),
      significand: UInt128(field == 0 ? fraction : fraction | 1 << UInt64(fractionBits)),
      exponent: lowestExponent + max(field, 1) - 1)
  }

  /// The number of this format that is nearest, of two the even one; infinite beyond the largest. §4.3.1.
  ///
  /// The lowest bit of a significand of more than `fractionBits` + 3 bits may stand for all that is lost below it.
  func rounded(_ number: ExactNumber) -> UInt64 {
    let sign = number.isNegative ? signBit : 0
    if number.significand == 0 { return sign }
    let highest = 127 - number.significand.leadingZeroBitCount + number.exponent
    let lowest = max(highest - fractionBits, lowestExponent)
    // The bit above the fraction adds one to the field of the exponent; so does a carry out of the fraction.
    let field = UInt64(lowest - lowestExponent) << UInt64(fractionBits)
    return sign | min(field + FloatFormat.scaled(number.significand, down: lowest - number.exponent), infinity)
  }

  /// The integer nearest to `significand` / 2^`count`, of two the even one.
  private static func scaled(_ significand: UInt128, down count: Int) -> UInt64 {
    if count <= 0 { return UInt64(truncatingIfNeeded: significand << UInt128(-count)) }
    if count > 128 { return 0 }
    let kept = count == 128 ? 0 : significand >> UInt128(count)
    let rest = significand - (count == 128 ? 0 : kept << UInt128(count))
    let half = 1 << UInt128(count - 1) as UInt128
    let isUp = rest > half || rest == half && kept & 1 == 1
    return UInt64(truncatingIfNeeded: kept) + (isUp ? 1 : 0)
  }
}

extension Width {
  /// The numbers of this width.
  public var floatFormat: FloatFormat { self == .w64 ? .double : .single }
}

extension FloatType {
  /// The numbers of this type.
  public var format: FloatFormat { self == .f64 ? .double : .single }
}
