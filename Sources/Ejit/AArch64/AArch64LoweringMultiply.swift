/// Wide products and checks for overflow.
extension AArch64 {
  /// `d` = the 64-bit product of two 32-bit registers.
  private static func longProduct(_ s: Signedness, _ d: X, _ a: X, _ b: X) -> UInt32 {
    .multiply(s == .signed ? .smaddl : .umaddl, .w64, d, a, b)
  }

  /// `d` = the high half of the 128-bit product of two 64-bit registers.
  private static func highProduct(_ s: Signedness, _ d: X, _ a: X, _ b: X) -> UInt32 {
    .multiply(s == .signed ? .smulh : .umulh, .w64, d, a, b)
  }

  static func mulHigh(_ s: Signedness, _ w: Width, _ d: X, _ a: X, _ b: X, into e: inout Emission) {
    if w == .w64 { return e.code.emit32(highProduct(s, d, a, b)) }
    e.code.emit32(longProduct(s, d, a, b))
    e.code.emit32(.lsr(.w64, d, d, 32))
  }

  /// Two halves in an order in which neither destroys what the other still reads.
  static func mulWide(
    _ s: Signedness, _ w: Width, _ low: Register, _ high: Register, _ a: Register, _ b: Register,
    into e: inout Emission
  ) throws(Refusal) {
    let high = try distinct(high, from: low, e)
    let (low, a, b) = (try e.xd(low), try e.x(a), try e.x(b))
    if w == .w32 {
      e.code.emit32(longProduct(s, low, a, b))
      e.code.emit32(.lsr(.w64, high, low, 32))
      return e.code.emit32(.mov(.w32, low, low))
    }
    if low != a && low != b {
      e.code.emit32(.multiply(.madd, w, low, a, b))
      e.code.emit32(highProduct(s, high, a, b))
    } else if high != a && high != b {
      e.code.emit32(highProduct(s, high, a, b))
      e.code.emit32(.multiply(.madd, w, low, a, b))
    } else {
      e.code.emit32(highProduct(s, .x16, a, b))
      e.code.emit32(.multiply(.madd, w, low, a, b))
      e.code.emit32(.mov(w, high, .x16))
    }
  }

  /// The second of two destinations that must differ.
  static func distinct(
    _ second: Register, from first: Register, _ e: borrowing Emission
  ) throws(Refusal) -> X {
    let result = try e.xd(second)
    if result == (try e.xd(first)) { throw Refusal(.registerConflict, UInt64(second.rawValue)) }
    return result
  }

  static func mulOverflow(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ s: Signedness, _ target: Label,
    into e: inout Emission
  ) throws(Refusal) {
    switch product(w, try e.xd(d), try e.x(a), try e.x(b), s, into: &e) {
    case .inFlags: try branch(.b(.ne), .imm19, to: target, into: &e)
    case .inX16: try branch(.cbz(.w64, .x16, nonzero: true), .imm19, to: target, into: &e)
    }
  }

  static func mulOverflowSet(
    _ w: Width, _ d: Register, _ flag: Register, _ a: Register, _ b: Register, _ s: Signedness,
    into e: inout Emission
  ) throws(Refusal) {
    let flag = try distinct(flag, from: d, e)
    switch product(w, try e.xd(d), try e.x(a), try e.x(b), s, into: &e) {
    case .inFlags: break
    case .inX16: e.code.emit32(.addSub(.subs, .w64, .zr, .x16, .zero))
    }
    e.code.emit32(.cset(flag, .ne))
  }

  /// Where it stands whether a product overflowed.
  private enum Overflow {
    /// It did if `ne`.
    case inFlags
    /// It did if x16 is not zero.
    case inX16
  }

  /// `d = a · b`, and whether it overflowed.
  private static func product(
    _ w: Width, _ d: X, _ a: X, _ b: X, _ s: Signedness, into e: inout Emission
  ) -> Overflow {
    if w == .w32 {  // The whole product must be its low half, extended.
      e.code.emit32(longProduct(s, .x16, a, b))
      e.code.emit32(.mov(w, d, .x16))
      e.code.emit32(.addSubExtended(.subs, .w64, .zr, .x16, .x16, s == .signed ? .sxtw : .uxtw, 0))
      return .inFlags
    }
    e.code.emit32(highProduct(s, .x16, a, b))
    e.code.emit32(.multiply(.madd, w, d, a, b))
    if s == .unsigned { return .inX16 }
    // The high half must be the sign of the low one.
    e.code.emit32(.addSub(.subs, w, .zr, .x16, d, .asr, 63))
    return .inFlags
  }
}
