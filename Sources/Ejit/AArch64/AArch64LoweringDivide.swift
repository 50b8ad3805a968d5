/// Division. UDIV and SDIV are total as the IR wants it: by zero they give 0, and the smallest number by −1 gives
/// itself (Arm ARM C6.2, SDIV); `a - quotient · b` is then the remainder.
extension AArch64 {
  static func quotient(
    _ op: UInt32.TwoSources, _ w: Width, _ d: Register, _ a: Register, _ b: Register, into e: inout Emission
  ) throws(Refusal) {
    e.code.emit32(.two(op, w, try e.xd(d), try e.x(a), try e.x(b)))
  }

  static func remainder(
    _ op: UInt32.TwoSources, _ w: Width, _ d: Register, _ a: Register, _ b: Register, into e: inout Emission
  ) throws(Refusal) {
    let (d, a, b) = (try e.xd(d), try e.x(a), try e.x(b))
    e.code.emit32(.two(op, w, .x16, a, b))
    e.code.emit32(.multiply(.msub, w, d, .x16, b, a))
  }

  /// The quotient waits in x16 if the remainder still needs what lies in its place.
  static func divmod(
    _ op: UInt32.TwoSources, _ w: Width, _ quotient: Register, _ remainder: Register, _ a: Register, _ b: Register,
    into e: inout Emission
  ) throws(Refusal) {
    let remainder = try distinct(remainder, from: quotient, e)
    let (quotient, a, b) = (try e.xd(quotient), try e.x(a), try e.x(b))
    let first = quotient == a || quotient == b ? .x16 : quotient
    e.code.emit32(.two(op, w, first, a, b))
    e.code.emit32(.multiply(.msub, w, remainder, first, b, a))
    if first != quotient { e.code.emit32(.mov(w, quotient, first)) }
  }

  /// Continues at `target` if `b` is zero.
  static func checkDivisor(_ w: Width, _ b: Register, _ target: Label, into e: inout Emission) throws(Refusal) {
    try branch(.cbz(w, try e.x(b), nonzero: false), .imm19, to: target, into: &e)
  }

  /// Continues at `target` if `b` is zero, or if `b` is −1 and `a - 1` overflows, which it does for the smallest number
  /// alone.
  static func checkSigned(
    _ w: Width, _ a: Register, _ b: Register, _ target: Label, into e: inout Emission
  ) throws(Refusal) {
    let (a, b) = (try e.x(a), try e.x(b))
    try branch(.cbz(w, b, nonzero: false), .imm19, to: target, into: &e)
    e.code.emit32(.addSub(.adds, w, .zr, b, .low(of: 1)))
    e.code.emit32(.compare(.ccmp, w, a, imm5: 1, else: 0, if: .eq))
    try branch(.b(.vs), .imm19, to: target, into: &e)
  }
}
