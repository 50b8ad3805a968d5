import EjitText
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(ucrt)
  import ucrt
#endif

/// Against the C library's `strtod` and `strtof`.
@Suite struct FloatLiteralTests {
  private func differs(_ text: String) -> Bool {
    guard let literal = FloatLiteral(Array(text.utf8)) else { return true }
    return literal.double.bitPattern != strtod(text, nil).bitPattern
      || literal.single.bitPattern != strtof(text, nil).bitPattern
  }

  /// Ties, ends of ranges, and numbers on which converters have failed before.
  static let hard: [String] = [
    "0", "-0", "0.0", "-0e5", "0e999999999999999999999", "1", "-1.5", "00012.50", "1e0", "1E+22", "1e23", "1e-22",
    "1e-23",
    "9007199254740993", "9007199254740992.9999999999999999", "9007199254740993.00000000000000000000000000000000000001",
    "9007199254740994.99", "16777217", "16777216.999999999999", "16777219",
    "16777217.00000000000000000000000000000000001",
    "2.2250738585072011e-308", "2.2250738585072012e-308", "2.2250738585072014e-308", "2.225073858507201e-308",
    "4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.47e-324", "2.48e-324", "1e-400",
    "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1.797693134862315807e308", "1e309",
    "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
    "1.17549435e-38", "1.1754943e-38", "1.4012984643e-45", "7.0064923216240853e-46", "7.0064923216240854e-46",
    "3.4028234663852886e38", "3.4028235677973366e38", "3.4028235677973367e38", "3.40282357e38",
    "340282356779733661637539395458142568447",
    "1.00000005960464477539062500000000000000000000000001", "1.000000059604644775390625",
    "1.0000000596046447753906249999",
    "1.00000017881393432617187499", "1.000000178813934326171875",
    "1.00000017881393432617187500000000000000000000000000001",
    "6.02214076e23", "8.5e-1", "0.1", "0.3", "123456789012345678901234567890", "5e-324", "3e-324", "2e-324",
    "0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001e90",
    "7.8459735791271921e65", "3.571e266", "3.08984926168550152811e-32", "6.9294956446009195e15", "9.5e-321", "1e-323",
  ]

  @Test func agreesOnHardCases() {
    let longs = [
      "0." + String(repeating: "0", count: 400_000) + "1e400000", String(repeating: "1", count: 100_000) + "e-99990",
      String(repeating: "9", count: 5_000), "1" + String(repeating: "0", count: 900) + "1e-901",
      "9007199254740993." + String(repeating: "0", count: 2_000) + "1", "1e" + String(repeating: "9", count: 50),
      "1e-" + String(repeating: "9", count: 50), "0." + String(repeating: "3", count: 3_000),
    ]
    #expect((FloatLiteralTests.hard + longs).filter(differs) == [])
  }

  /// Halfway between two doubles, exactly, and a little to both sides: the longest decimals that matter.
  @Test func agreesHalfwayBetweenDoubles() {
    var random = SplitMix64(7)
    var failures: [String] = []
    for _ in 0..<300 {
      let bits = random.next() & 0x7FFF_FFFF_FFFF_FFFF >> UInt64(random.pick([0, 0, 1, 10, 11, 40]))
      let tie = halfway(above: min(bits, 0x7FEF_FFFF_FFFF_FFFE))
      let above = tie + (tie.contains(".") ? "000001" : ".000001")
      failures += [tie, above].filter(differs)
    }
    #expect(failures == [])
  }

  /// All decimal digits of the number in the middle between the double with these bits and the next one.
  private func halfway(above bits: UInt64) -> String {
    let (field, fraction) = (Int(bits >> 52), bits & (1 << 52 - 1))
    let significand = field == 0 ? fraction : fraction | 1 << 52
    return exactDecimal(2 * significand + 1, exponent: max(field, 1) - 1076)
  }

  /// All digits of `significand · 2^exponent`, by doubling and halving decimal digits.
  private func exactDecimal(_ significand: UInt64, exponent: Int) -> String {
    var digits = "\(significand)".utf8.map { $0 - 48 }
    var point = digits.count
    for _ in 0..<max(exponent, 0) { double(&digits, &point) }
    for _ in 0..<max(-exponent, 0) { halve(&digits) }
    let text = digits.map { "\($0)" }
    return text[..<point].joined() + (point < text.count ? "." + text[point...].joined() : "")
  }

  private func double(_ digits: inout [UInt8], _ point: inout Int) {
    var carry: UInt8 = 0
    for index in digits.indices.reversed() {
      let sum = digits[index] * 2 + carry
      digits[index] = sum % 10
      carry = sum / 10
    }
    if carry > 0 {
      digits.insert(carry, at: 0)
      point += 1
    }
  }

  private func halve(_ digits: inout [UInt8]) {
    var carry: UInt8 = 0
    for index in digits.indices {
      let value = carry * 10 + digits[index]
      digits[index] = value / 2
      carry = value % 2
    }
    if carry > 0 { digits.append(5) }
  }

  @Test func agreesOnRandomStrings() {
    var random = SplitMix64(8)
    var failures: [String] = []
    for index in 0..<100_000 {
      var text = random.pick(["", "-"]) + "\(random.bits() % 10_000_000_000_000_000_000)"
      if random.below(2) == 0 { text += ".\(random.bits())" }
      let range = random.pick([8, 30, 60, 340, 420])
      if random.below(4) > 0 { text += random.pick(["e", "E", "e"]) + "\(random.below(2 * range) - range)" }
      // Every fourth: the shortest decimals of random doubles and floats.
      if index % 4 == 0 { text = "\(Double(bitPattern: random.next() & ~(1 << 62)))" }
      if index % 8 == 4 { text = "\(Float(bitPattern: UInt32(truncatingIfNeeded: random.next()) & ~(1 << 30)))" }
      if differs(text) { failures.append(text) }
    }
    #expect(failures == [])
  }

  @Test func knowsInfinityAndNaN() {
    #expect(!["inf", "-inf", "1e999", "-1e999"].contains(where: differs))
    let nan = FloatLiteral(Array("nan".utf8))
    #expect(nan?.double.bitPattern == 0x7FF8_0000_0000_0000 && nan?.single.bitPattern == 0x7FC0_0000)
  }

  @Test func refusesWhatIsNoNumber() {
    let texts = [
      "", "-", ".", ".5", "5.", "1e", "1e+", "1e1.5", "0x10", "1f", "--1", "+1", "1 ", " 1", "infinity", "NaN", "1_000",
      "e5", "1..2", "1e5e5",
    ]
    #expect(texts.filter { FloatLiteral(Array($0.utf8)) != nil } == [])
  }
}
