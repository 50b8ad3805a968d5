/// Branches to labels, each in the shortest form that reaches.
extension AArch64 {
  /// `B` or `BL`, its distance empty.
  @inline(__always)
  static func branch(_ word: UInt32, to target: Label, into e: inout Emission) throws(Refusal) {
    if let bound = e.bound(target.number) {
      guard let bits = Fixup.Form.imm26.bits(for: bound - e.code.count) else {
        throw Refusal(.outOfReach, UInt64(target.number))
      }
      e.code.emit32(word | bits)
    } else {
      e.addFixup(.imm26, to: target, at: e.code.count)
      e.code.emit32(word)
    }
  }

  /// A conditional branch, its distance empty. Backward beyond its reach it becomes its opposite, across a `B`;
  /// forward it may be led over an island later.
  @inline(__always) static func branch(
    _ word: UInt32, _ form: Fixup.Form, to target: Label, into e: inout Emission
  ) throws(Refusal) {
    guard let bound = e.bound(target.number) else {
      e.addShortFixup(form, target.number, at: e.code.count)
      return e.code.emit32(word)
    }
    if let bits = form.bits(for: bound - e.code.count) { return e.code.emit32(word | bits) }
    // TBZ, CBZ and their opposites differ in bit 24; B.cond, the only one with bit 30 and 26 as here, in bit 0.
    let isCondition = word >> 24 == 0b01010100
    let opposite = word ^ (isCondition ? 1 : 1 << 24)
    e.code.emit32(opposite | (form.bits(for: 8) ?? 0))
    try branch(.b, to: target, into: &e)
  }
}
