import Ejit

/// Numbers rounded to integers, integers and numbers of one size made into others.
extension Semantics {
  // MARK: Rounding to an integer

  /// `fround`: IEEE 754-2008, §5.3.1. The bits below the one that stands for 1 go; what is left may be raised by 1.
  public static func fround(_ w: Width, _ rounding: Rounding, _ a: UInt64) -> UInt64 {
    let format = w.floatFormat
    if format.isNaN(a) { return format.quietNaN }
    let (sign, magnitude) = (a & format.signBit, format.magnitude(a))
    let below = -format.exact(a).exponent
    if format.isInfinite(a) || below <= 0 { return sign | magnitude }
    // Below 1 nothing of the number is left, and to raise it gives 1.
    let isBelowOne = magnitude < format.one
    let unit = isBelowOne ? format.one : 1 << UInt64(below)
    let kept = isBelowOne ? 0 : magnitude & ~(unit - 1)
    return sign | (isRaised(rounding, format.exact(a), below: below) ? kept + unit : kept)
  }

  /// Whether rounding goes away from zero; `below` is how many bits of the significand stand behind the point.
  private static func isRaised(_ rounding: Rounding, _ number: ExactNumber, below: Int) -> Bool {
    // 1000 and more bits behind the point are below a half like 100.
    let count = UInt128(min(below, 100))
    let integer = number.significand >> count
    let rest = number.significand - integer << count
    let half = 1 << (count - 1) as UInt128
    return switch rounding {
    case .floor: number.isNegative && rest > 0
    case .ceil: !number.isNegative && rest > 0
    case .trunc: false
    case .nearestEven: rest > half || rest == half && integer & 1 == 1
    case .nearestAway: rest >= half
    }
  }

  // MARK: Integers

  /// `ftoi`: rounded to zero, then the nearest integer that the width has; 0 for NaN.
  public static func ftoi(_ w: Width, _ type: FloatType, _ signedness: Signedness, _ a: UInt64) -> UInt64 {
    guard let value = truncated(type.format, a) else { return 0 }
    let range = w.range(signedness)
    return w.truncated(UInt64(truncatingIfNeeded: min(max(value, range.lowerBound), range.upperBound)))
  }

  /// `ftoiUnchecked`: none where the op defines no result.
  public static func ftoiUnchecked(_ w: Width, _ type: FloatType, _ signedness: Signedness, _ a: UInt64) -> UInt64? {
    guard let value = truncated(type.format, a), w.range(signedness).contains(value) else { return nil }
    return w.truncated(UInt64(truncatingIfNeeded: value))
  }

  /// A number rounded to zero, or one of the same sign beyond all 64-bit integers; none for NaN.
  private static func truncated(_ format: FloatFormat, _ a: UInt64) -> Int128? {
    if format.isNaN(a) { return nil }
    let number = format.exact(a)
    var magnitude = 1 << 70 as Int128
    if !format.isInfinite(a) && number.exponent < 64 {
      let significand = Int128(number.significand)
      magnitude =
        number.exponent >= 0
        ? significand << Int128(number.exponent) : significand >> Int128(min(-number.exponent, 100))
    }
    return number.isNegative ? -magnitude : magnitude
  }

  /// `itof`: rounded once.
  public static func itof(_ w: Width, _ type: FloatType, _ signedness: Signedness, _ a: UInt64) -> UInt64 {
    let value = signedness == .signed ? Int128(w.signed(a)) : Int128(w.truncated(a))
    return type.format.rounded(ExactNumber(isNegative: value < 0, significand: value.magnitude, exponent: 0))
  }

  // MARK: Other sizes

  /// `fwiden`: exact.
  public static func fwiden(_ a: UInt64) -> UInt64 { converted(a, from: .single, to: .double) }
  /// `fnarrow`: rounded once.
  public static func fnarrow(_ a: UInt64) -> UInt64 { converted(a, from: .double, to: .single) }
  /// `fwidenHalf`: the low 16 bits of `a`; exact.
  public static func fwidenHalf(_ a: UInt64) -> UInt64 { converted(a, from: .half, to: .single) }
  /// `fnarrowHalf`: 16 bits; rounded once.
  public static func fnarrowHalf(_ a: UInt64) -> UInt64 { converted(a, from: .single, to: .half) }

  private static func converted(_ a: UInt64, from: FloatFormat, to: FloatFormat) -> UInt64 {
    if from.isNaN(a) { return to.quietNaN }
    if from.isInfinite(a) { return from.isNegative(a) ? to.signBit | to.infinity : to.infinity }
    return to.rounded(from.exact(a))
  }
}

extension Width {
  /// The integers of this width.
  fileprivate func range(_ signedness: Signedness) -> ClosedRange<Int128> {
    switch signedness {
    case .signed: -(1 << Int128(bits - 1))...(1 << Int128(bits - 1) - 1)
    case .unsigned: 0...(1 << Int128(bits) - 1)
    }
  }
}
