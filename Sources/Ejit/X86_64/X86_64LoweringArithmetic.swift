/// Arithmetic and logic: three operands on a two-operand machine, any immediate, hidden rax and rdx.
extension Emission {
  /// The bits of an immediate at this width: `.w32` takes −2^31 … 2^32 − 1.
  func bits(_ w: Width, _ value: Immediate) throws(Refusal) -> UInt64 {
    if w == .w64 { return value.bits }
    if value.size == .wide { throw .immediate(value.value) }
    return value.bits & 0xFFFF_FFFF
  }

  /// The immediate as an instruction can hold it, sign-extended from 32 bits, if it can.
  private func immediate32(_ w: Width, _ value: Immediate) throws(Refusal) -> Int32? {
    let bits = try bits(w, value)
    return w == .w32 ? Int32(truncatingIfNeeded: bits) : Int32(exactly: Int64(bitPattern: bits))
  }

  mutating func move(_ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    if w == .w64 && (d == .sp || a == .sp) {
      return code.mov(w, d == .sp ? .rsp : try destination(d), try base(a))
    }
    code.mov(w, try destination(d), try gpr(a))
  }

  /// `d = a`, unless it is already.
  private mutating func move(_ w: Width, to d: GPR, _ a: GPR) {
    if d != a { code.mov(w, d, a) }
  }

  mutating func add(_ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    if d == a { return code.alu(.add, w, d, b) }
    if d == b { return code.alu(.add, w, d, a) }
    // rbp and r13 as base cost a displacement byte; the sum does not care which is the base.
    code.lea(w, d, a.low == GPR.rbp.low ? Memory(b, a) : Memory(a, b))
  }

  mutating func sub(_ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    if d == b && d != a {  // −b + a, in place
      code.unary(.neg, w, d)
      return code.alu(.add, w, d, a)
    }
    move(w, to: d, a)
    code.alu(.sub, w, d, b)
  }

  mutating func commutative(_ op: ALU, _ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    if d == b { return code.alu(op, w, d, a) }
    move(w, to: d, a)
    code.alu(op, w, d, b)
  }

  /// `sub` and `sbb` that leave their flags: no detour over `neg`.
  mutating func subFlags(_ op: ALU, _ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    if d == b && d != a {
      code.mov(w, .scratch, b)
      code.mov(w, d, a)
      return code.alu(op, w, d, .scratch)
    }
    move(w, to: d, a)
    code.alu(op, w, d, b)
  }

  mutating func mul(_ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    if d == b { return code.imul(w, d, a) }
    move(w, to: d, a)
    code.imul(w, d, b)
  }

  mutating func andn(_ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    guard features.contains(.bmi1) else { return try withInverted(.and, w, d, a, b) }
    code.andn(w, try destination(d), inverted: try gpr(b), try gpr(a))
  }

  /// `d = a op ~b`, for a commutative `op`.
  mutating func withInverted(_ op: ALU, _ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    let inverted = d == a ? .scratch : d
    move(w, to: inverted, b)
    code.unary(.not, w, inverted)
    code.alu(op, w, d, d == a ? .scratch : a)
  }

  /// `d = a op value`, and the flags of `op`.
  mutating func immediate(_ op: ALU, _ w: Width, _ d: Register, _ a: Register, _ value: Immediate) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    if let value = try immediate32(w, value) {
      move(w, to: d, a)
      return code.alu(op, w, d, value)
    }
    code.mov(.scratch, value.bits)
    move(w, to: d, a)
    code.alu(op, w, d, .scratch)
  }

  mutating func addImmediate(
    _ w: Width, _ d: Register, _ a: Register, _ value: Immediate, negated: Bool
  ) throws(Refusal) {
    if d == .sp || a == .sp { return try moveStackPointer(w, d, a, value, negated: negated) }
    let (d, a) = (try destination(d), try gpr(a))
    if d == a, let value = try immediate32(w, value) { return code.alu(negated ? .sub : .add, w, d, value) }
    let bits = try bits(w, value)
    let sum = Int64(bitPattern: negated ? 0 &- bits : bits)
    if let displacement = w == .w32 ? Int32(truncatingIfNeeded: sum) : Int32(exactly: sum) {
      return code.lea(w, d, Memory(a, displacement))
    }
    code.mov(.scratch, UInt64(bitPattern: sum))
    if d == a { code.alu(.add, w, d, .scratch) } else { code.lea(w, d, Memory(.scratch, a)) }
  }

  /// The stack pointer stays aligned to 16: only multiples are accepted.
  private mutating func moveStackPointer(
    _ w: Width, _ d: Register, _ a: Register, _ value: Immediate, negated: Bool
  ) throws(Refusal) {
    guard d == .sp && a == .sp && w == .w64 else { throw Refusal(.stackPointerNotAllowed) }
    guard value.bits % 16 == 0, let value = Int32(exactly: value.value) else { throw .immediate(value.value) }
    code.alu(negated ? .sub : .add, .w64, .rsp, value)
  }

  /// A 64-bit mask without bits above 31 needs no 64-bit operation: the upper half of the result is zero.
  mutating func andImmediate(_ w: Width, _ d: Register, _ a: Register, _ value: Immediate) throws(Refusal) {
    let isLow = value.bits <= UInt64(UInt32.max)
    try immediate(.and, isLow ? .w32 : w, d, a, value)
  }

  mutating func mulImmediate(_ w: Width, _ d: Register, _ a: Register, _ value: Immediate) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    if let value = try immediate32(w, value) { return code.imul(w, d, a, value) }
    code.mov(.scratch, value.bits)
    move(w, to: d, a)
    code.imul(w, d, .scratch)
  }

  mutating func unary(_ op: UnaryOp, _ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    move(w, to: d, a)
    code.unary(op, w, d)
  }

  /// The negation replaces the number if it is not negative; the smallest number stays, being its own negation.
  mutating func abs(_ w: Width, _ d: Register, _ a: Register) throws(Refusal) {
    let (d, a) = (try destination(d), try gpr(a))
    code.mov(w, .scratch, a)
    move(w, to: d, a)
    code.unary(.neg, w, .scratch)
    code.cmov(.nonNegative, w, d, .scratch)
  }

  mutating func extremum(
    replaceIf condition: Condition, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    let other = d == b ? a : b
    if d != b { move(w, to: d, a) }
    code.alu(.cmp, w, d, other)
    code.cmov(condition, w, d, other)
  }

  mutating func madd(_ w: Width, _ d: Register, _ a: Register, _ b: Register, _ c: Register) throws(Refusal) {
    let (d, a, b, c) = (try destination(d), try gpr(a), try gpr(b), try gpr(c))
    let product = d == c ? .scratch : d
    if product == b {
      code.imul(w, product, a)
    } else {
      move(w, to: product, a)
      code.imul(w, product, b)
    }
    code.alu(.add, w, d, d == c ? .scratch : c)
  }

  mutating func msub(_ w: Width, _ d: Register, _ a: Register, _ b: Register, _ c: Register) throws(Refusal) {
    let (d, a, b, c) = (try destination(d), try gpr(a), try gpr(b), try gpr(c))
    code.mov(w, .scratch, a)
    code.imul(w, .scratch, b)
    move(w, to: d, c)
    code.alu(.sub, w, d, .scratch)
  }

  private func shiftOp(_ shift: Shift) -> ShiftOp {
    switch shift {
    case .shl: .shl
    case .shr: .shr
    case .sar: .sar
    }
  }

  /// `b shifted by count` in the scratch register.
  private mutating func shifted(_ w: Width, _ b: GPR, _ shift: Shift, _ count: UInt8) {
    code.mov(w, .scratch, b)
    if count != 0 { code.shift(shiftOp(shift), w, .scratch, count) }
  }

  mutating func addShifted(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ shift: Shift, _ count: UInt8
  ) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    guard Int(count) < w.bits else { throw .immediate(Int64(count)) }
    if count == 0 || shift == .shl && count <= 3 { return code.lea(w, d, Memory(a, b, shift: count)) }
    shifted(w, b, shift, count)
    if d == a { code.alu(.add, w, d, .scratch) } else { code.lea(w, d, Memory(.scratch, a)) }
  }

  mutating func subShifted(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ shift: Shift, _ count: UInt8
  ) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    guard Int(count) < w.bits else { throw .immediate(Int64(count)) }
    shifted(w, b, shift, count)
    move(w, to: d, a)
    code.alu(.sub, w, d, .scratch)
  }

  /// The destination `d`, which must be another than `other`.
  func distinct(_ d: Register, from other: Register) throws(Refusal) -> GPR {
    let (first, second) = (try destination(d), try destination(other))
    if first == second { throw Refusal(.registerConflict, UInt64(d.rawValue)) }
    return first
  }
}
