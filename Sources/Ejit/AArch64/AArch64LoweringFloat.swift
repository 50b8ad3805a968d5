/// Numbers in registers: constants, signs, comparisons, conversions.
extension AArch64 {
  /// One operation on one number.
  static func float(
    _ op: UInt32.FloatOneSource, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, into e: inout Emission
  ) throws(Refusal) {
    e.code.emit32(.float(op, w, try e.v(d), try e.v(a)))
  }

  /// One operation on two numbers.
  static func float(
    _ op: UInt32.FloatTwoSources, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister,
    into e: inout Emission
  ) throws(Refusal) {
    e.code.emit32(.float(op, w, try e.v(d), try e.v(a), try e.v(b)))
  }

  /// One operation on three numbers.
  static func float(
    _ op: UInt32.FloatThreeSources, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister,
    _ c: VectorRegister, into e: inout Emission
  ) throws(Refusal) {
    e.code.emit32(.float(op, w, try e.v(d), try e.v(a), try e.v(b), try e.v(c)))
  }

  /// From one format to another.
  static func convert(
    _ d: VectorRegister, _ result: UInt32.FloatFormat, _ a: VectorRegister, _ source: UInt32.FloatFormat,
    into e: inout Emission
  ) throws(Refusal) {
    e.code.emit32(.fcvt(to: result, try e.v(d), from: source, try e.v(a)))
  }

  static func round(_ rounding: Rounding) -> UInt32.FloatOneSource {
    switch rounding {
    case .floor: .frintm
    case .ceil: .frintp
    case .trunc: .frintz
    case .nearestEven: .frintn
    case .nearestAway: .frinta
    }
  }

  /// The number with these bits: in one instruction, or by way of x16 if one instruction brings them there, which is
  /// shorter than a word of the tail. Neutral to flags.
  static func constant(_ w: Width, _ d: V, _ bits: UInt64, into e: inout Emission) {
    if bits == 0 { return e.code.emit32(.zero(d)) }
    if let immediate = FloatImmediate(bits, w) { return e.code.emit32(.fmov(w, d, immediate)) }
    let start = e.code.count
    move(.x16, bits, into: &e)
    if e.code.count == start + 4 { return e.code.emit32(.fmov(w, d, .x16)) }
    e.code.count = start
    loadTail(w, d, e.tail.constant(bits), into: &e)
  }

  /// `d` = `a` with the sign of `b`. Of 32 bits the sign is a constant for one instruction. Of 64 bits it is not: there
  /// the sign of `b` is shifted into `a`, or all the rest of `a` below the sign of `b`.
  static func copySign(_ w: Width, _ d: V, _ a: V, _ b: V, into e: inout Emission) {
    switch w {
    case .w32:
      let mask = d == a || d == b ? V.v31 : d
      e.code.emit32(.sign32(mask))
      if d == a {
        e.code.emit32(.choose(.bit, d, b, mask))
      } else if d == b {
        e.code.emit32(.choose(.bif, d, a, mask))
      } else {
        e.code.emit32(.choose(.bsl, d, b, a))
      }
    case .w64:
      if d == a {
        e.code.emit32(.shift(.ushr, .v31, b, 63))
        return e.code.emit32(.shift(.sli, d, .v31, 63))
      }
      e.code.emit32(.shift(.shl, .v31, a, 1))
      if d != b { e.code.emit32(.float(.fmov, w, d, b)) }
      e.code.emit32(.shift(.sri, d, .v31, 1))
    }
  }

  /// NaN alone is not equal to itself. It is seldom met: a stub in the cold section replaces it; inside of that section
  /// code in line, over which a branch leads.
  static func canonicalize(_ w: Width, _ d: V, _ a: V, into e: inout Emission) {
    let nan: UInt64 = w == .w64 ? 0x7FF8_0000_0000_0000 : 0x7FC0_0000
    e.code.emit32(.fcmp(w, a, a))
    if d != a { e.code.emit32(.float(.fmov, w, d, a)) }
    if e.section == .cold {
      let start = e.code.count
      e.code.emit32(.b(.vc))
      constant(w, d, nan, into: &e)
      e.code[word: start] |= Fixup.Form.imm19.bits(for: e.code.count - start) ?? 0
      return
    }
    let behind = e.place + 4
    e.beginStub()
    let stub = e.place
    constant(w, d, nan, into: &e)
    e.addFixup(.imm26, to: .place, behind, at: e.code.count)
    e.code.emit32(.b)
    e.enter(.hot)
    e.addShortFixup(.imm19, to: .place, stub, at: e.code.count)
    e.code.emit32(.b(.vs))
  }

  // MARK: Comparisons

  /// Compares; what to ask the flags then.
  static func compare(
    _ condition: FloatCondition, _ w: Width, _ a: VectorRegister, _ b: VectorRegister, into e: inout Emission
  ) throws(Refusal) -> (first: ConditionCode, second: ConditionCode?) {
    e.code.emit32(.fcmp(w, try e.v(a), try e.v(b)))
    return ConditionCode.after(condition)
  }

  static func branch(
    _ w: Width, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister, _ target: Label,
    into e: inout Emission
  ) throws(Refusal) {
    let (first, second) = try compare(condition, w, a, b, into: &e)
    try branch(.b(first), .imm19, to: target, into: &e)
    if let second { try branch(.b(second), .imm19, to: target, into: &e) }
  }

  static func set(
    _ w: Width, _ d: Register, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister,
    into e: inout Emission
  ) throws(Refusal) {
    let d = try e.xd(d)
    let (first, second) = try compare(condition, w, a, b, into: &e)
    e.code.emit32(.cset(d, first))
    if let second { e.code.emit32(.choose(.csinc, .w32, d, d, .zr, second.inverted)) }
  }

  /// The first choice of two goes to v31: `d` may be what the second one still needs.
  static func select(
    _ w: Width, _ d: VectorRegister, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister,
    _ x: VectorRegister, _ y: VectorRegister, into e: inout Emission
  ) throws(Refusal) {
    let (d, x, y) = (try e.v(d), try e.v(x), try e.v(y))
    let (first, second) = try compare(condition, w, a, b, into: &e)
    guard let second else { return e.code.emit32(.fcsel(w, d, x, y, first)) }
    e.code.emit32(.fcsel(w, .v31, x, y, first))
    e.code.emit32(.fcsel(w, d, x, .v31, second))
  }
}
