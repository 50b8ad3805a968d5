/// Shifts, rotations and bit fields. A count in a register must be in cl: rcx is preserved unless it is the
/// destination.
extension Emission {
  mutating func shift(_ op: ShiftOp, _ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    guard features.contains(.bmi2) else { return try rotate(op, w, d, a, b) }
    let prefix: UInt8
    switch op {  // the prefix selects the operation: SDM vol. 2, SARX/SHLX/SHRX
    case .shl: prefix = 0x66
    case .sar: prefix = 0xF3
    case .shr: prefix = 0xF2
    case .rol, .ror: return try rotate(op, w, d, a, b)
    }
    code.shiftX(prefix: prefix, w, try destination(d), try gpr(a), count: try gpr(b))
  }

  mutating func rotate(_ op: ShiftOp, _ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    if d == .rcx {  // worked on in the scratch register
      code.mov(w, .scratch, a)
      if b != .rcx { code.mov(.w64, .rcx, b) }
      code.shiftCL(op, w, .scratch)
      return code.mov(w, .rcx, .scratch)
    }
    if b == .rcx {
      if d != a { code.mov(w, d, a) }
      return code.shiftCL(op, w, d)
    }
    code.mov(.w64, .scratch, .rcx)
    code.mov(.w64, .rcx, b)
    if d != a { code.mov(w, d, a == .rcx ? .scratch : a) }
    code.shiftCL(op, w, d)
    code.mov(.w64, .rcx, .scratch)
  }

  mutating func shiftImmediate(
    _ op: ShiftOp, _ w: Width, _ d: Register, _ a: Register, _ count: Immediate
  ) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    guard count.bits < UInt64(w.bits) else { throw .immediate(count.value) }
    if d != a { code.mov(w, d, a) }
    code.shift(op, w, d, UInt8(count.bits))
  }

  /// SHRD with its count in cl. Where rcx is wanted for other things too, it changes places with `n` meanwhile.
  mutating func funnel(
    _ w: Width, _ d: Register, _ high: Register, _ low: Register, _ n: Register
  ) throws(Refusal) {
    let (d, high, low, n) = (try destination(d), try gpr(high), try gpr(low), try gpr(n))
    func now(_ register: GPR) -> GPR { register == .rcx ? n : register == n ? .rcx : register }
    if n != .rcx { code.xchg(.rcx, n) }
    code.mov(w, .scratch, now(low))
    code.shrdCL(w, .scratch, now(high))
    if n != .rcx { code.xchg(.rcx, n) }
    code.mov(w, d, .scratch)
  }

  mutating func funnelImmediate(
    _ w: Width, _ d: Register, _ high: Register, _ low: Register, _ count: UInt8
  ) throws(Refusal) {
    let (d, high, low) = (try destination(d), try gpr(high), try gpr(low))
    guard Int(count) < w.bits else { throw .immediate(Int64(count)) }
    if count == 0 { return code.mov(w, d, low) }
    let result = d == high && d != low ? .scratch : d
    if result != low { code.mov(w, result, low) }
    code.shrd(w, result, high, count)
    if result != d { code.mov(w, d, result) }
  }

  /// A bit field inside the width, as counts.
  private func field(_ w: Width, _ position: UInt8, _ length: UInt8) throws(Refusal) -> (Int, Int) {
    let (position, length) = (Int(position), Int(length))
    guard length > 0, position + length <= w.bits else {
      throw Refusal(.immediateOutOfRange, UInt64(length == 0 || position < w.bits ? length : position))
    }
    return (position, length)
  }

  /// Up until the field ends at the top, then down until it begins at the bottom; the machine's own extensions
  /// where the field is a byte, 16 or 32 bits at the bottom.
  mutating func extract(
    signed: Bool, _ w: Width, _ d: Register, _ a: Register, _ position: UInt8, _ length: UInt8
  ) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    let (position, length) = try field(w, position, length)
    switch (position, length) {
    case (0, 8): return code.extend8(w, signed: signed, d, a)
    case (0, 16): return code.extend16(w, signed: signed, d, a)
    case (0, 32): return signed && w == .w64 ? code.movsxd(d, a) : code.mov(.w32, d, a)
    case (_, _): break
    }
    if d != a { code.mov(w, d, a) }
    let above = w.bits - position - length
    if above > 0 { code.shift(.shl, w, d, UInt8(above)) }
    if length < w.bits { code.shift(signed ? .sar : .shr, w, d, UInt8(w.bits - length)) }
    if length == w.bits && w == .w32 && d == a { code.mov(.w32, d, d) }
  }

  /// The field rotates to the bottom, is shifted out there while the new one comes in at the top (SHRD), and the
  /// whole rotates back: no mask, whatever the width.
  mutating func insert(
    _ w: Width, _ d: Register, _ a: Register, _ position: UInt8, _ length: UInt8
  ) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    let (position, length) = try field(w, position, length)
    if length == w.bits { return code.mov(w, d, a) }
    let source = d == a && position > 0 ? .scratch : a
    if source != a { code.mov(w, source, a) }
    if position > 0 { code.shift(.ror, w, d, UInt8(position)) }
    code.shrd(w, d, source, UInt8(length))
    let back = (position + length) % w.bits
    if back > 0 { code.shift(.rol, w, d, UInt8(back)) }
  }

  /// BSR finds nothing in 0 and leaves its destination: with what `xor` turns into the width. AMD APM vol. 3, BSR; the
  /// SDM does not promise it, but Intel's processors do the same, and compilers rely on it.
  mutating func clz(_ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    if features.contains(.lzcnt) { return code.lzcnt(w, d, a) }
    let result = d == a ? .scratch : d
    code.mov(result, UInt64(2 * w.bits - 1))
    code.bsr(w, result, a)
    code.alu(.xor, w, result, Int32(w.bits - 1))
    if result != d { code.mov(w, d, result) }
  }

  mutating func ctz(_ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    if features.contains(.bmi1) { return code.tzcnt(w, d, a) }
    let result = d == a ? .scratch : d
    code.mov(result, UInt64(w.bits))
    code.bsf(w, result, a)
    if result != d { code.mov(w, d, result) }
  }

  /// Each bit is compared with the one below it; the lowest, which has none, counts as different.
  mutating func cls(_ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    code.lea(w, .scratch, Memory(a, a))
    code.alu(.xor, w, .scratch, a)
    code.alu(.or, w, .scratch, 1)
    if features.contains(.lzcnt) { return code.lzcnt(w, d, .scratch) }
    code.bsr(w, d, .scratch)
    code.alu(.xor, w, d, Int32(w.bits - 1))
  }

  /// The bytes, then in each the halves, then pairs, then single bits change places.
  mutating func bitrev(_ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    try bswap(w, d, a)
    let d = try destination(d)
    exchange(4, 0x0F, w, d)
    exchange(2, 0x33, w, d)
    exchange(1, 0x55, w, d)
  }

  /// Neighbouring fields of `count` bits change places: those that every byte of `pattern` has, and the others.
  private mutating func exchange(_ count: UInt8, _ pattern: UInt64, _ w: Width, _ d: GPR) {
    code.mov(w, .scratch, d)
    code.shift(.shr, w, .scratch, count)
    and(w, .scratch, everyByte: pattern)
    and(w, d, everyByte: pattern)
    if count <= 2 { return code.lea(w, d, Memory(.scratch, d, shift: count)) }
    code.shift(.shl, w, d, count)
    code.alu(.or, w, d, .scratch)
  }

  /// Without POPCNT: sums of 1, 2, 4 bits side by side, then of all bytes by a multiplication.
  mutating func popcnt(_ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    if features.contains(.popcnt) { return code.popcnt(w, d, a) }
    if d != a { code.mov(w, d, a) }
    code.mov(w, .scratch, d)
    code.shift(.shr, w, .scratch, 1)
    and(w, .scratch, everyByte: 0x55)
    code.alu(.sub, w, d, .scratch)
    code.mov(w, .scratch, d)
    code.shift(.shr, w, .scratch, 2)
    and(w, .scratch, everyByte: 0x33)
    and(w, d, everyByte: 0x33)
    code.alu(.add, w, d, .scratch)
    code.mov(w, .scratch, d)
    code.shift(.shr, w, .scratch, 4)
    code.alu(.add, w, d, .scratch)
    and(w, d, everyByte: 0x0F)
    multiply(w, d, byEveryByte: 0x01)
    code.shift(.shr, w, d, UInt8(w.bits - 8))
  }

  /// `d & byte` in every byte. No instruction but MOV has an immediate of 64 bits: these stand behind the code, so that
  /// no second scratch register is needed.
  private mutating func and(_ w: Width, _ d: GPR, everyByte byte: UInt64) {
    if w == .w32 { return code.alu(.and, w, d, Int32(byte) &* 0x0101_0101) }
    code.alu(.and, d, .relative)
    fillRelative(toTail: tail.constant(byte &* 0x0101_0101_0101_0101))
  }

  /// `d` times the number that has `byte` in every byte.
  private mutating func multiply(_ w: Width, _ d: GPR, byEveryByte byte: UInt64) {
    if w == .w32 { return code.imul(w, d, d, Int32(byte) &* 0x0101_0101) }
    code.imul(d, .relative)
    fillRelative(toTail: tail.constant(byte &* 0x0101_0101_0101_0101))
  }

  mutating func bswap(_ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    if d != a { code.mov(w, d, a) }
    code.bswap(w, d)
  }

  mutating func bswap(
    _ w: Width, _ d: Register, _ a: Register, thenShift op: ShiftOp, by count: UInt8
  ) throws(Refusal) {
    try bswap(w, d, a)
    code.shift(op, w, try destination(d), count)
  }

  mutating func bswap32Signed(_ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    try bswap(.w32, d, a)
    let d = try destination(d)
    if w == .w64 { code.movsxd(d, d) }
  }
}
