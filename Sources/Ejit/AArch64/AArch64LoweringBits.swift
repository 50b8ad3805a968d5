/// Shifts, bit fields, counting of bits, and the carry.
extension AArch64 {
  /// A constant count of a shift: below the width.
  static func shift(_ w: Width, _ count: Immediate) throws(Refusal) -> UInt32 {
    if count.bits >= UInt64(w.bits) { throw .immediate(count.value) }
    return UInt32(truncatingIfNeeded: count.bits)
  }

  /// A count or the position of a bit: below the width.
  static func position(_ w: Width, _ count: UInt8) throws(Refusal) -> UInt32 {
    if Int(count) >= w.bits { throw .immediate(Int64(count)) }
    return UInt32(count)
  }

  static func type(of shift: Shift) -> UInt32.ShiftType {
    switch shift {
    case .shl: .lsl
    case .shr: .lsr
    case .sar: .asr
    }
  }

  /// Rotates right by the opposite count: there is no rotation to the left.
  static func rotateLeft(_ w: Width, _ d: X, _ a: X, _ b: X, into e: inout Emission) {
    e.code.emit32(.addSub(.sub, w, .x16, .zr, b))
    e.code.emit32(.two(.rorv, w, d, a, .x16))
  }

  /// `low >> n | high << 1 << (width - 1 - n)`: no shift reaches the width, which would count as none.
  static func funnel(_ w: Width, _ d: X, _ high: X, _ low: X, _ n: X, into e: inout Emission) {
    if high == low { return e.code.emit32(.two(.rorv, w, d, low, n)) }
    e.code.emit32(.logic(.orr, w, .x16, .zr, n, not: true))
    e.code.emit32(.lsl(w, .x17, high, 1))
    e.code.emit32(.two(.lslv, w, .x17, .x17, .x16))
    e.code.emit32(.two(.lsrv, w, .x16, low, n))
    e.code.emit32(.logic(.orr, w, d, .x16, .x17))
  }

  /// The position of a field that lies within the width and is not empty.
  private static func checkField(_ w: Width, _ position: UInt8, _ length: UInt8) throws(Refusal) {
    if length == 0 || Int(position) + Int(length) > w.bits {
      throw .immediate(Int64(length) << 8 | Int64(position))
    }
  }

  static func extract(
    _ op: UInt32.Bitfield, _ w: Width, _ d: Register, _ a: Register, _ position: UInt8, _ length: UInt8,
    into e: inout Emission
  ) throws(Refusal) {
    try checkField(w, position, length)
    let last = UInt32(position) + UInt32(length) - 1
    e.code.emit32(.bitfield(op, w, try e.xd(d), try e.x(a), immr: UInt32(position), imms: last))
  }

  static func insert(
    _ w: Width, _ d: Register, _ a: Register, _ position: UInt8, _ length: UInt8, into e: inout Emission
  ) throws(Refusal) {
    try checkField(w, position, length)
    let right = (0 &- UInt32(position)) & UInt32(w.bits - 1)
    e.code.emit32(.bitfield(.bfm, w, try e.xd(d), try e.x(a), immr: right, imms: UInt32(length) - 1))
  }

  /// Leading zeros of the reversed bits.
  static func ctz(_ w: Width, _ d: X, _ a: X, into e: inout Emission) {
    if e.features.contains(.cssc) { return e.code.emit32(.one(.ctz, w, d, a)) }
    e.code.emit32(.one(.rbit, w, d, a))
    e.code.emit32(.one(.clz, w, d, d))
  }

  /// Counts in the bytes of a vector, which are then added up.
  static func popcnt(_ w: Width, _ d: X, _ a: X, into e: inout Emission) {
    if e.features.contains(.cssc) { return e.code.emit32(.one(.cnt, w, d, a)) }
    e.code.emit32(.fmov(w, .v31, a))
    e.code.emit32(.cnt(.v31, .v31))
    e.code.emit32(.addv(.v31, .v31))
    e.code.emit32(.fmov(.w32, d, .v31))
  }

  /// After a subtraction C is set if there was no borrow: the same value as carry is the opposite bit.
  static func invertCarry(into e: inout Emission) {
    if e.features.contains(.flagM) { return e.code.emit32(.cfinv) }
    e.code.emit32(.flags(read: true, .x16))
    logic(.eor, .w64, .x16, .x16, 1 << 29, into: &e)
    e.code.emit32(.flags(read: false, .x16))
  }
}
