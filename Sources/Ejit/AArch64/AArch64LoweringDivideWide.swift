/// Division of two words by one.
///
/// Knuth, The Art of Computer Programming, vol. 2, 4.3.1, algorithm D, with digits of 32 bits; Warren, Hacker's
/// Delight, 2nd edition, figure 9–3: the divisor is shifted until its highest bit is set, then the high half of what
/// is left, divided by the high half of the divisor, is a digit that is too large by at most two.
extension AArch64 {
  /// What one division of 128 bits takes, in bytes: far more than other ops.
  private static let wideBytes = 176

  static func divideWide(
    _ w: Width, _ quotient: Register, _ remainder: Register, _ high: Register, _ low: Register, _ b: Register,
    unless target: Label? = nil, into e: inout Emission
  ) throws(Refusal) {
    let remainder = try distinct(remainder, from: quotient, e)
    let (quotient, high, low, b) = (try e.xd(quotient), try e.x(high), try e.x(low), try e.x(b))
    if w == .w64 { makeWay(wideBytes, into: &e) }
    if let target {
      e.code.emit32(.addSub(.subs, w, .zr, high, b))
      try branch(.b(.hs), .imm19, to: target, into: &e)
    }
    if w == .w64 {
      divide128(quotient, remainder, high, low, b, into: &e)
    } else {
      divide64(quotient, remainder, high, low, b, into: &e)
    }
  }

  /// Two words of 32 bits are one register.
  private static func divide64(
    _ quotient: X, _ remainder: X, _ high: X, _ low: X, _ b: X, into e: inout Emission
  ) {
    e.code.emit32(.mov(.w32, .x16, low))
    e.code.emit32(.bitfield(.bfm, .w64, .x16, high, immr: 32, imms: 31))
    e.code.emit32(.mov(.w32, .x17, b))
    e.code.emit32(.two(.udiv, .w64, quotient, .x16, .x17))
    e.code.emit32(.multiply(.msub, .w64, remainder, quotient, .x17, .x16))
  }

  /// Where the steps of a division keep their numbers.
  private struct Division {
    /// The divisor, shifted.
    let divisor: X
    /// What is left of the high word, below the divisor.
    let rest: X
    /// The low word, shifted; at last the remainder, shifted.
    let low: X
    let scratch: X
  }

  /// The sources are read before a destination is written. The shift is kept in v31 and two registers on the stack, as
  /// x16 and x17 do not suffice.
  private static func divide128(
    _ quotient: X, _ remainder: X, _ high: X, _ low: X, _ b: X, into e: inout Emission
  ) {
    var free: UInt32 = 0xFF & ~(bit(quotient) | bit(remainder) | bit(high) | bit(low) | bit(b))
    let (saved, saved2) = (takeLowest(of: &free), takeLowest(of: &free))
    let division = Division(divisor: .x17, rest: saved, low: .x16, scratch: saved2)
    e.code.emit32(.pair(load: false, saved, saved2, .sp, -16, .preIndexed))
    normalize(division, high, low, b, into: &e)
    divisionStep(division, digit: quotient, into: &e)
    // The rest and the upper half of the low word.
    e.code.emit32(.extr(.w64, division.rest, division.rest, division.low, lsb: 32))
    correct(division, digit: quotient, rest: division.rest, into: &e)
    divisionStep(division, digit: remainder, into: &e)
    // The rest and the lower half.
    e.code.emit32(.bitfield(.bfm, .w64, division.low, division.rest, immr: 32, imms: 31))
    correct(division, digit: remainder, rest: division.low, into: &e)
    e.code.emit32(.addSub(.add, .w64, quotient, remainder, quotient, .lsl, 32))
    e.code.emit32(.fmov(.w64, remainder, .v31))
    e.code.emit32(.two(.lsrv, .w64, remainder, division.low, remainder))
    e.code.emit32(.pair(load: true, saved, saved2, .sp, 16, .postIndexed))
  }

  private static func bit(_ x: X) -> UInt32 { 1 << UInt32(x.number) }

  /// Shifts divisor, high and low word to the left until the highest bit of the divisor is set; the shift goes to v31.
  ///
  /// `low` rotated has the bits that go up from it where `high` gets them, and above those the low word shifted:
  /// their difference is the former, even if the shift is 0.
  private static func normalize(_ division: Division, _ high: X, _ low: X, _ b: X, into e: inout Emission) {
    let (shift, scratch) = (division.low, division.scratch)
    e.code.emit32(.one(.clz, .w64, shift, b))
    e.code.emit32(.fmov(.w64, .v31, shift))
    e.code.emit32(.two(.lslv, .w64, division.divisor, b, shift))
    e.code.emit32(.two(.lslv, .w64, division.rest, high, shift))
    e.code.emit32(.addSub(.sub, .w64, scratch, .zr, shift))
    e.code.emit32(.two(.rorv, .w64, scratch, low, scratch))
    e.code.emit32(.two(.lslv, .w64, division.low, low, shift))
    e.code.emit32(.logic(.eor, .w64, scratch, scratch, division.low))
    e.code.emit32(.logic(.orr, .w64, division.rest, division.rest, scratch))
  }

  /// `digit` = the rest by the high half of the divisor, `rest` = the remainder of that, and in `scratch` what the
  /// digit takes for the low half.
  private static func divisionStep(_ division: Division, digit: X, into e: inout Emission) {
    let (rest, scratch) = (division.rest, division.scratch)
    e.code.emit32(.lsr(.w64, scratch, division.divisor, 32))
    e.code.emit32(.two(.udiv, .w64, digit, rest, scratch))
    e.code.emit32(.multiply(.msub, .w64, rest, digit, scratch, rest))
    e.code.emit32(.mov(.w32, scratch, division.divisor))
    e.code.emit32(.multiply(.madd, .w64, scratch, digit, scratch))
  }

  /// Takes `scratch` from the rest, then once or twice, until that is not negative, one from the digit. The carry says
  /// that an addition has led back from below zero.
  private static func correct(_ division: Division, digit: X, rest: X, into e: inout Emission) {
    e.code.emit32(.addSub(.subs, .w64, rest, rest, division.scratch))
    e.code.emit32(.b(.hs) | (Fixup.Form.imm19.bits(for: 24) ?? 0))
    e.code.emit32(.addSub(.sub, .w64, digit, digit, .low(of: 1)))
    e.code.emit32(.addSub(.adds, .w64, rest, rest, division.divisor))
    e.code.emit32(.b(.hs) | (Fixup.Form.imm19.bits(for: 12) ?? 0))
    e.code.emit32(.addSub(.sub, .w64, digit, digit, .low(of: 1)))
    e.code.emit32(.addSub(.add, .w64, rest, rest, division.divisor))
  }
}
