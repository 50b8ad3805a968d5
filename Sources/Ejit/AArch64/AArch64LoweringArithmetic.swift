/// Immediates of arithmetic and logic, products, extrema.
extension AArch64 {
  /// The bits of an immediate in the width of its op.
  @inline(__always) static func bits(_ w: Width, _ bits: UInt64) throws(Refusal) -> UInt64 {
    if w == .w64 { return bits }
    let value = Int64(bitPattern: bits)
    if value < -1 << 31 || value >= 1 << 32 { throw .immediate(value) }
    return bits & 0xFFFF_FFFF
  }

  /// The opposite number in the width.
  static func negated(_ w: Width, _ bits: UInt64) -> UInt64 {
    w == .w64 ? 0 &- bits : (0 &- bits) & 0xFFFF_FFFF
  }

  /// A general register as it is; with `sp` the addition of zero, which alone can name it.
  static func move(_ w: Width, _ d: Register, _ a: Register, into e: inout Emission) throws(Refusal) {
    if d != .sp && a != .sp { return e.code.emit32(.mov(w, try e.xd(d), try e.x(a))) }
    if w == .w32 { throw Refusal(.stackPointerNotAllowed) }
    let destination = d == .sp ? X.sp : try e.xd(d)
    e.code.emit32(.addSub(.add, w, destination, try e.xsp(a), .zero))
  }

  /// `d = a + value` or `d = a - value`.
  static func addImmediate(
    _ w: Width, _ d: Register, _ a: Register, _ value: Immediate, negated isNegated: Bool,
    into e: inout Emission
  ) throws(Refusal) {
    var bits = try bits(w, value.bits)
    if isNegated { bits = negated(w, bits) }
    if d != .sp && a != .sp { return add(w, try e.xd(d), try e.x(a), bits, into: &e) }
    guard d == a && w == .w64 else { throw Refusal(.stackPointerNotAllowed) }
    // An access through a stack pointer that is no multiple of 16 faults. Arm ARM D1.3.9, SP alignment checking.
    if bits & 15 != 0 { throw .immediate(value.value) }
    add(w, .sp, .sp, bits, into: &e)
  }

  /// `d = a + bits`, where 31 is the stack pointer. Neutral to flags; uses x16 if 24 bits do not hold the number.
  static func add(_ w: Width, _ d: X, _ a: X, _ bits: UInt64, into e: inout Emission) {
    let opposite = negated(w, bits)
    if let immediate = Immediate12(bits) {
      e.code.emit32(.addSub(.add, w, d, a, immediate))
    } else if let immediate = Immediate12(opposite) {
      e.code.emit32(.addSub(.sub, w, d, a, immediate))
    } else if bits < 1 << 24 {
      e.code.emit32(.addSub(.add, w, d, a, .high(of: bits)))
      e.code.emit32(.addSub(.add, w, d, d, .low(of: bits)))
    } else if opposite < 1 << 24 {
      e.code.emit32(.addSub(.sub, w, d, a, .high(of: opposite)))
      e.code.emit32(.addSub(.sub, w, d, d, .low(of: opposite)))
    } else if BitmaskImmediate(opposite, w) != nil {
      move(.x16, opposite, into: &e)
      e.code.emit32(sum(.sub, w, d, a, .x16))
    } else {
      move(.x16, bits, into: &e)
      e.code.emit32(sum(.add, w, d, a, .x16))
    }
  }

  /// `op d, a, b`, where `b` is extended, then shifted, and 31 as `d` or `a` is the stack pointer: only the extended
  /// form can do either.
  static func sum(
    _ op: UInt32.AddSub, _ w: Width, _ d: X, _ a: X, _ b: X, _ extend: UInt32.Extend = .uxtx, shift: UInt32 = 0
  ) -> UInt32 {
    d == .sp || a == .sp || extend != .uxtx
      ? .addSubExtended(op, w, d, a, b, w == .w64 ? extend : .uxtw, shift) : .addSub(op, w, d, a, b, .lsl, shift)
  }

  /// `op d, a, bits`, leaving flags; `op` is ADDS or SUBS.
  ///
  /// Adding the opposite of a number leaves the flags of subtracting it, unless the number is zero (the carry
  /// differs) or the smallest (the overflow differs): zero fits as it is, the smallest in neither form.
  static func addFlags(_ op: UInt32.AddSub, _ w: Width, _ d: X, _ a: X, _ bits: UInt64, into e: inout Emission) {
    if let immediate = Immediate12(bits) {
      e.code.emit32(.addSub(op, w, d, a, immediate))
    } else if let immediate = Immediate12(negated(w, bits)) {
      e.code.emit32(.addSub(op == .adds ? .subs : .adds, w, d, a, immediate))
    } else {
      move(.x16, bits, into: &e)
      e.code.emit32(.addSub(op, w, d, a, .x16))
    }
  }

  private static func isAllOnes(_ w: Width, _ bits: UInt64) -> Bool { negated(w, bits) == 1 }

  /// `op d, a, bits` for what is neither zero nor all ones.
  static func logic(_ op: UInt32.Logic, _ w: Width, _ d: X, _ a: X, _ bits: UInt64, into e: inout Emission) {
    if let immediate = BitmaskImmediate(bits, w) {
      e.code.emit32(.logic(op, w, d, a, immediate))
    } else {
      move(.x16, bits, into: &e)
      e.code.emit32(.logic(op, w, d, a, .x16))
    }
  }

  static func andImmediate(
    _ w: Width, _ d: Register, _ a: Register, _ value: Immediate, into e: inout Emission
  ) throws(Refusal) {
    let (d, a, bits) = (try e.xd(d), try e.x(a), try bits(w, value.bits))
    if bits == 0 { return move(d, 0, into: &e) }
    if isAllOnes(w, bits) { return e.code.emit32(.mov(w, d, a)) }
    logic(.and, w, d, a, bits, into: &e)
  }

  static func orImmediate(
    _ w: Width, _ d: Register, _ a: Register, _ value: Immediate, into e: inout Emission
  ) throws(Refusal) {
    let (d, a, bits) = (try e.xd(d), try e.x(a), try bits(w, value.bits))
    if bits == 0 { return e.code.emit32(.mov(w, d, a)) }
    if isAllOnes(w, bits) { return move(d, bits, into: &e) }
    logic(.orr, w, d, a, bits, into: &e)
  }

  static func xorImmediate(
    _ w: Width, _ d: Register, _ a: Register, _ value: Immediate, into e: inout Emission
  ) throws(Refusal) {
    let (d, a, bits) = (try e.xd(d), try e.x(a), try bits(w, value.bits))
    if bits == 0 { return e.code.emit32(.mov(w, d, a)) }
    if isAllOnes(w, bits) { return e.code.emit32(.logic(.orr, w, d, .zr, a, not: true)) }
    logic(.eor, w, d, a, bits, into: &e)
  }

  /// `d = a · value`: by a shift for a power of two, with an addition for one more.
  static func mulImmediate(
    _ w: Width, _ d: Register, _ a: Register, _ value: Immediate, into e: inout Emission
  ) throws(Refusal) {
    let (d, a, bits) = (try e.xd(d), try e.x(a), try bits(w, value.bits))
    if bits == 0 { return move(d, 0, into: &e) }
    if bits == 1 { return e.code.emit32(.mov(w, d, a)) }
    if bits & (bits &- 1) == 0 {
      return e.code.emit32(.lsl(w, d, a, UInt32(bits.trailingZeroBitCount)))
    }
    let less = bits &- 1
    if less & (less &- 1) == 0 {
      return e.code.emit32(.addSub(.add, w, d, a, a, .lsl, UInt32(less.trailingZeroBitCount)))
    }
    move(.x16, bits, into: &e)
    e.code.emit32(.multiply(.madd, w, d, a, .x16))
  }

  static func abs(_ w: Width, _ d: X, _ a: X, into e: inout Emission) {
    if e.features.contains(.cssc) { return e.code.emit32(.one(.abs, w, d, a)) }
    e.code.emit32(.addSub(.subs, w, .zr, a, .zero))
    e.code.emit32(.choose(.csneg, w, d, a, a, .pl))
  }

  /// The lesser or greater of two: one instruction with FEAT_CSSC, else a comparison and a choice.
  static func extremum(_ op: UInt32.TwoSources, _ w: Width, _ d: X, _ a: X, _ b: X, into e: inout Emission) {
    if e.features.contains(.cssc) { return e.code.emit32(.two(op, w, d, a, b)) }
    let takesFirst: ConditionCode = op == .smin ? .lt : op == .smax ? .gt : op == .umin ? .lo : .hi
    e.code.emit32(.addSub(.subs, w, .zr, a, b))
    e.code.emit32(.choose(.csel, w, d, a, b, takesFirst))
  }
}
