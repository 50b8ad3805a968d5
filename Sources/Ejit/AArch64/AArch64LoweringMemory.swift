/// Addresses, loads and stores.
extension AArch64 {
  /// Loads or stores `t` at `address`, through x16 and x17.
  static func access(
    _ kind: UInt32.Access, _ t: X, _ address: Address, into e: inout Emission
  ) throws(Refusal) {
    switch address.form {
    case .base(let displacement):
      access(kind, t, try e.xsp(address.base), Int64(displacement), scratch: .x16, into: &e)
    case .indexed(let shift, let displacement):
      let (base, index) = (try e.xsp(address.base), try e.x(address.index))
      if displacement == 0 && (shift == 0 || shift == Int(kind.size)) {
        return e.code.emit32(.access(kind, t, base, index, scaled: shift != 0))
      }
      e.code.emit32(sum(.add, .w64, .x16, base, index, shift: UInt32(shift)))
      access(kind, t, .x16, Int64(displacement), scratch: .x17, into: &e)
    case .absolute(let bits): access(kind, t, absolute: bits, into: &e)
    case .invalid: throw Refusal(.immediateOutOfRange, UInt64(address.mode >> 4))
    }
  }

  /// Loads or stores `t` at `base + displacement`. What does not fit the access goes into a register if one move
  /// does it, or is split: a multiple of 4096 is added first, if the rest fits. Else all of it goes into a register.
  static func access(
    _ kind: UInt32.Access, _ t: X, _ base: X, _ displacement: Int64, scratch: X, into e: inout Emission
  ) {
    if let offset = Offset(displacement, size: kind.size) {
      return e.code.emit32(.access(kind, t, base, offset))
    }
    if !(0..<1 << 16).contains(displacement), let (high, offset) = split(displacement, size: kind.size) {
      let op: UInt32.AddSub = high < 0 ? .sub : .add
      e.code.emit32(.addSub(op, .w64, scratch, base, .high(of: high.magnitude)))
      return e.code.emit32(.access(kind, t, scratch, offset))
    }
    move(scratch, UInt64(bitPattern: displacement), into: &e)
    e.code.emit32(.access(kind, t, base, scratch, scaled: false))
  }

  /// A multiple of 4096, below 2^24 without its sign, and the rest of `displacement` as an access can hold it.
  private static func split(_ displacement: Int64, size: UInt32) -> (Int64, Offset)? {
    let low = displacement & 0xFFF
    let high = displacement - low
    if high.magnitude < 1 << 24, let offset = Offset(low, size: size) { return (high, offset) }
    let above = high + 0x1000
    if above.magnitude < 1 << 24, let offset = Offset(low - 0x1000, size: size) { return (above, offset) }
    return nil
  }

  /// Loads or stores `t` at an absolute address, whose low sixteen bits ride in the access if they fit.
  private static func access(
    _ kind: UInt32.Access, _ t: X, absolute address: UInt64, into e: inout Emission
  ) {
    if case .scaled(let imm12) = Offset(Int64(address & 0xFFFF), size: kind.size) {
      move(.x16, address & ~0xFFFF, into: &e)
      return e.code.emit32(.access(kind, t, .x16, .scaled(imm12: imm12)))
    }
    move(.x16, address, into: &e)
    e.code.emit32(.access(kind, t, .x16, .scaled(imm12: 0)))
  }

  /// The low half of a sum is the sum of the low halves: the 32-bit form adds with 32 bits.
  static func lea(_ w: Width, _ d: Register, _ address: Address, into e: inout Emission) throws(Refusal) {
    let d = try e.xd(d)
    switch address.form {
    case .base(let displacement):
      add(w, d, try e.xsp(address.base), try bits(w, UInt64(bitPattern: Int64(displacement))), into: &e)
    case .indexed(let shift, let displacement):
      let (base, index) = (try e.xsp(address.base), try e.x(address.index))
      e.code.emit32(sum(.add, w, d, base, index, shift: UInt32(shift)))
      if displacement == 0 { return }
      add(w, d, d, try bits(w, UInt64(bitPattern: Int64(displacement))), into: &e)
    case .absolute(let bits): move(d, w == .w64 ? bits : bits & 0xFFFF_FFFF, into: &e)
    case .invalid: throw Refusal(.immediateOutOfRange, UInt64(address.mode >> 4))
    }
  }

  /// Zero is the zero register; other values go through x17, as the address may need x16.
  static func storeImmediate(
    _ type: MemoryType, _ base: Register, _ displacement: Displacement, _ value: Imm64,
    into e: inout Emission
  ) throws(Refusal) {
    let count = 8 * type.byteCount
    if count < 64 && !(-1 << Int64(count - 1)..<1 << Int64(count)).contains(value.value) {
      throw .immediate(value.value)
    }
    let base = try e.xsp(base)
    let bits = value.bits & (.max >> UInt64(64 - count))
    if bits != 0 { move(.x17, bits, into: &e) }
    access(.store(type), bits == 0 ? .zr : .x17, base, Int64(displacement.value), scratch: .x16, into: &e)
  }
}
