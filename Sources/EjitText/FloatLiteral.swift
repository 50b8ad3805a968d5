/// A floating-point number as written, and what it is in each format: rounded once, to the nearest, ties to even.
///
/// `1`, `-1.5`, `6.02e23`, `inf`, `nan`. What is too large is infinite, as IEEE 754 rounds it.
public struct FloatLiteral: Sendable {
  /// The bytes as written.
  public let text: [UInt8]
  /// The number in 64 bits.
  public let double: Double
  /// The number in 32 bits; not always `Float(double)`, which would be rounded twice.
  public let single: Float

  /// The number that `text` says, all of it.
  public init?(_ text: some Collection<UInt8>) {
    self.text = Array(text)
    let isNegative = self.text.first == UInt8(ascii: "-")
    let magnitude = isNegative ? self.text.dropFirst() : self.text[...]
    guard let value = Magnitude(magnitude) else { return nil }
    let sign: UInt64 = isNegative ? 1 : 0
    double = Double(bitPattern: sign << 63 | value.bits(.double))
    single = Float(bitPattern: UInt32(truncatingIfNeeded: sign << 31 | value.bits(.single)))
  }
}

extension FloatLiteral: Equatable {
  /// Whether two literals are the same number in both formats.
  public static func == (a: FloatLiteral, b: FloatLiteral) -> Bool {
    a.double.bitPattern == b.double.bitPattern && a.single.bitPattern == b.single.bitPattern
  }
}

/// A literal without its sign.
private enum Magnitude {
  case infinity
  case nan
  case decimal(Decimal)

  init?(_ text: ArraySlice<UInt8>) {
    if text.elementsEqual("inf".utf8) {
      self = .infinity
    } else if text.elementsEqual("nan".utf8) {
      self = .nan
    } else if let decimal = Decimal(text) {
      self = .decimal(decimal)
    } else {
      return nil
    }
  }

  func bits(_ format: BinaryFormat) -> UInt64 {
    switch self {
    case .infinity: format.infinity
    case .nan: format.nan
    case .decimal(let decimal): decimal.bits(format)
    }
  }
}

/// Decimal digits and a power of ten.
private struct Decimal {
  /// The significant digits, without leading zeros.
  private var digits: [UInt8] = []
  /// The number is the digits, read as an integer, times ten to this power.
  private var exponent = 0
  /// Whether a digit other than 0 was left out.
  private var isInexact = false

  /// No number halfway between two doubles has more digits than 767. So digits beyond these matter only as "a
  /// little more": a single 1 says the same.
  private static let maximumDigits = 800
  /// Far beyond every exponent of the formats, and every number of digits of a text.
  private static let maximumExponent = 1 << 48

  /// `12`, `1.5`, `1e5`, `1.5e-05`: digits before the point, digits behind it, an exponent.
  init?(_ text: ArraySlice<UInt8>) {
    var rest = text
    guard readDigits(&rest, areFraction: false) else { return nil }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard readDigits(&rest, areFraction: true) else { return nil }
    }
    if let letter = rest.first {
      guard letter | 0x20 == UInt8(ascii: "e"), let power = Decimal.exponent(rest.dropFirst()) else { return nil }
      exponent += power
    }
    if isInexact {
      digits.append(1)
      exponent -= 1
    }
  }

  /// Takes the digits at the start of `text`; whether there were any.
  private mutating func readDigits(_ text: inout ArraySlice<UInt8>, areFraction: Bool) -> Bool {
    let run = text.prefix { $0.isDigit }
    text = text[run.endIndex...]
    for byte in run {
      let digit = byte - UInt8(ascii: "0")
      if digits.count == Decimal.maximumDigits {
        if digit != 0 { isInexact = true }
        if !areFraction { exponent += 1 }
      } else {
        if digit != 0 || !digits.isEmpty { digits.append(digit) }
        if areFraction { exponent -= 1 }
      }
    }
    return !run.isEmpty
  }

  private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
    guard !digits.isEmpty else { return nil }
    var value = 0
    for digit in digits {
      guard digit.isDigit else { return nil }
      value = min(value * 10 + Int(digit - UInt8(ascii: "0")), maximumExponent)
    }
    return isNegative ? -value : value
  }

  /// The nearest number of `format`.
  func bits(_ format: BinaryFormat) -> UInt64 {
    // The number is at least 10^(scale − 1) and less than 10^scale.
    let scale = digits.count + exponent
    if digits.isEmpty || scale < -330 { return 0 }
    if scale > 310 { return format.infinity }
    var numerator = BigNatural(0)
    for digit in digits { numerator.multiply(by: 10, adding: UInt64(digit)) }
    numerator.multiply(byPowerOfTen: max(exponent, 0))
    var denominator = BigNatural(1)
    denominator.multiply(byPowerOfTen: max(-exponent, 0))
    return Decimal.quotient(numerator, denominator, format)
  }

  /// `numerator / denominator` in `format`: 64 bits of the quotient by long division, then rounded.
  private static func quotient(
    _ numerator: BigNatural, _ denominator: BigNatural, _ format: BinaryFormat
  ) -> UInt64 {
    // With 63 bits more than the divisor, the dividend gives a quotient above 2^62 and below 2^64.
    let exponent = numerator.bitWidth - denominator.bitWidth - 63
    var (rest, divisor) = (numerator, denominator)
    rest.shiftLeft(by: max(-exponent, 0))
    divisor.shiftLeft(by: max(exponent, 0) + 63)
    var quotient: UInt64 = 0
    for _ in 0..<64 {
      quotient = quotient << 1 | (rest.subtract(ifPossible: divisor) ? 1 : 0)
      rest.shiftLeft(by: 1)
    }
    return format.rounded(quotient, exponent: exponent, isInexact: !rest.isZero)
  }
}

/// A binary format of IEEE 754: how many bits the parts have.
private struct BinaryFormat {
  let significandBits: Int
  let exponentBits: Int

  static let double = BinaryFormat(significandBits: 52, exponentBits: 11)
  static let single = BinaryFormat(significandBits: 23, exponentBits: 8)

  var infinity: UInt64 { (1 << UInt64(exponentBits) - 1) << UInt64(significandBits) }
  /// The quiet NaN without payload.
  var nan: UInt64 { infinity | 1 << UInt64(significandBits - 1) }
  /// The exponent of the smallest normal number.
  var minimumExponent: Int { 2 - 1 << (exponentBits - 1) }

  /// The nearest number to `quotient · 2^exponent`, of which a little more was left out if `isInexact`; at least one
  /// of the two highest bits of `quotient` is 1.
  func rounded(_ quotient: UInt64, exponent: Int, isInexact: Bool) -> UInt64 {
    let zeros = quotient.leadingZeroBitCount
    let significand = quotient << UInt64(zeros)
    let leading = exponent - zeros + 63
    let isSubnormal = leading < minimumExponent
    // How many low bits do not fit; all 64 and more for what is below half of the smallest number.
    let excess = 63 - significandBits + (isSubnormal ? minimumExponent - leading : 0)
    if excess > 64 { return 0 }
    let kept = excess == 64 ? 0 : significand >> UInt64(excess)
    let rest = excess == 64 ? significand : significand & (1 << UInt64(excess) - 1)
    let half: UInt64 = 1 << UInt64(excess - 1)
    let isUp = rest > half || rest == half && (isInexact || kept & 1 == 1)
    // A carry out of the significand moves into the exponent, which is just right.
    let base = isSubnormal ? 0 : UInt64(leading - minimumExponent) << UInt64(significandBits)
    return min(base + kept + (isUp ? 1 : 0), infinity)
  }
}
