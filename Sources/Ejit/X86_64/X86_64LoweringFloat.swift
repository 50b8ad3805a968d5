/// Instructions on vector registers with a destination of their own: behind VEX where there is AVX, else the legacy form
/// behind a move.
extension Emission {
  var hasAVX: Bool { features.contains(.avx) }

  /// `d = a`, bit for bit. VEX has two bytes if the register in rm is a low one.
  mutating func movaps(_ d: XMM, _ a: XMM) {
    if !hasAVX { return code.sse(.movaps, d, a) }
    if a.number > 7 && d.number < 8 { code.vex(.movapsReversed, a, d) } else { code.vex(.movaps, d, a) }
  }

  /// `d = a`, unless it is already.
  mutating func move(to d: XMM, _ a: XMM) {
    if d != a { movaps(d, a) }
  }

  /// `d = op(a, b)`. Of a legacy instruction on `d` that reads `b` there after it is written, the first operand goes to
  /// the scratch register: that must be none of `a` and `b` then. A low register in rm makes VEX shorter.
  mutating func apply(_ opcode: CodeBuffer.Opcode, _ d: XMM, _ a: XMM, _ b: XMM, isCommutative: Bool = false) {
    if hasAVX {
      let swaps = isCommutative && b.number > 7 && a.number < 8
      return swaps ? code.vex(opcode, d, b, a) : code.vex(opcode, d, a, b)
    }
    if d == b && d != a {
      if isCommutative { return code.sse(opcode, d, a) }
      movaps(vectorScratch, a)
      code.sse(opcode, vectorScratch, b)
      return movaps(d, vectorScratch)
    }
    move(to: d, a)
    code.sse(opcode, d, b)
  }

  mutating func apply(_ op: FloatOp, _ w: Width, _ d: XMM, _ a: XMM, _ b: XMM) {
    apply(.scalar(op, w), d, a, b, isCommutative: op == .add || op == .mul)
  }
  mutating func apply(_ op: FloatLogic, _ d: XMM, _ a: XMM, _ b: XMM) {
    apply(.logic(op), d, a, b, isCommutative: op != .andn)
  }

  /// `d = op(a, bits)`, with a constant of the size of the numbers.
  mutating func apply(_ op: FloatOp, _ w: Width, _ d: XMM, _ a: XMM, number bits: UInt64) {
    if !hasAVX { move(to: d, a) }
    if hasAVX { code.vex(.scalar(op, w), d, a, .relative) } else { code.sse(.scalar(op, w), d, .relative) }
    fillRelative(toTail: tail.constant(bits))
  }

  /// `d = op(a, low and high)`, with a constant of 16 bytes.
  mutating func apply(_ opcode: CodeBuffer.Opcode, _ d: XMM, _ a: XMM, low: UInt64, high: UInt64 = 0) {
    if !hasAVX { move(to: d, a) }
    if hasAVX { code.vex(opcode, d, a, .relative) } else { code.sse(opcode, d, .relative) }
    fillRelative(toTail: tail.constant(low, high))
  }

  mutating func ucomis(_ w: Width, _ a: XMM, _ b: XMM) {
    if hasAVX { code.vex(.ucomis(w), a, b) } else { code.sse(.ucomis(w), a, b) }
  }
  mutating func ucomis(_ w: Width, _ a: XMM, number bits: UInt64) {
    if hasAVX { code.vex(.ucomis(w), a, .relative) } else { code.sse(.ucomis(w), a, .relative) }
    fillRelative(toTail: tail.constant(bits))
  }

  /// `d` = all bits of a number, if `a predicate b`, else 0.
  mutating func compare(_ w: Width, _ predicate: FloatPredicate, _ d: XMM, _ a: XMM, _ b: XMM) {
    apply(.compare(w), d, a, b)
    code.emit8(predicate.rawValue)
  }

  mutating func loadFloat(_ w: Width, _ d: XMM, _ memory: Memory) {
    if hasAVX { code.vex(.load(w), d, memory) } else { code.sse(.load(w), d, memory) }
  }
  mutating func storeFloat(_ w: Width, _ a: XMM, _ memory: Memory) {
    if hasAVX { code.vex(.store(w), a, memory) } else { code.sse(.store(w), a, memory) }
  }

  /// `d` = the bits of `a`, and the other way round.
  mutating func moveBits(_ w: Width, _ d: GPR, _ a: XMM) {
    if hasAVX { code.vex(w, .toGPR, a, d) } else { code.sse(w, .toGPR, a, d) }
  }
  mutating func moveBits(_ w: Width, _ d: XMM, _ a: GPR) {
    if hasAVX { code.vex(w, .fromGPR, d, a) } else { code.sse(w, .fromGPR, d, a) }
  }

  /// `d` = the integer of `w` bits that `a` truncates to, a number of `type` bits.
  mutating func truncate(_ w: Width, _ type: Width, _ d: GPR, _ a: XMM) {
    if hasAVX { code.vex(w, .truncated(type), d, a) } else { code.sse(w, .truncated(type), d, a) }
  }

  /// `d` = the integer `a` of `w` bits as a number of `type` bits. Those above it are those of the scratch register behind
  /// VEX, which nothing else waits for.
  mutating func convert(_ w: Width, _ type: Width, _ d: XMM, _ a: GPR) {
    if hasAVX { code.vex(w, .fromInteger(type), d, vectorScratch, a) } else { code.sse(w, .fromInteger(type), d, a) }
  }
}

extension Width {
  /// The sign of a number.
  var sign: UInt64 { 1 << UInt64(bits - 1) }
  /// What is in a number beside its sign.
  var magnitude: UInt64 { sign - 1 }
}

/// Arithmetic, and what is done to bits. Bit operations with a constant take it from memory: there are no immediates.
extension Emission {
  mutating func floatMove(_ d: VectorRegister, _ a: VectorRegister) throws(Refusal) { movaps(try xmm(d), try xmm(a)) }

  /// +0 without memory; neither way touches the flags.
  mutating func floatConstant(_ w: Width, _ d: VectorRegister, _ value: Immediate) throws(Refusal) {
    let (d, bits) = (try xmm(d), try bits(w, value))
    if bits == 0 { return apply(.xor, d, d, d) }
    loadFloat(w, d, .relative)
    fillRelative(toTail: tail.constant(bits))
  }

  mutating func float(
    _ op: FloatOp, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(Refusal) {
    apply(op, w, try xmm(d), try xmm(a), try xmm(b))
  }

  mutating func floatSquareRoot(_ w: Width, _ d: VectorRegister, _ a: VectorRegister) throws(Refusal) {
    unary(.scalar(.sqrt, w), try xmm(d), try xmm(a))
  }

  /// `d = op(a)`, where VEX takes the bits above the number from its first source.
  mutating func unary(_ opcode: CodeBuffer.Opcode, _ d: XMM, _ a: XMM) {
    if hasAVX { code.vex(opcode, d, a, a) } else { code.sse(opcode, d, a) }
  }

  mutating func floatNegate(_ w: Width, _ d: VectorRegister, _ a: VectorRegister) throws(Refusal) {
    apply(.logic(.xor), try xmm(d), try xmm(a), low: w.sign)
  }

  mutating func floatAbsolute(_ w: Width, _ d: VectorRegister, _ a: VectorRegister) throws(Refusal) {
    apply(.logic(.and), try xmm(d), try xmm(a), low: w.magnitude)
  }

  /// The sign of `b` is taken aside first, as `d` may be `b`.
  mutating func floatCopySign(
    _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(Refusal) {
    let (d, a, b) = (try xmm(d), try xmm(a), try xmm(b))
    apply(.logic(.and), vectorScratch, b, low: w.sign)
    apply(.logic(.and), d, a, low: w.magnitude)
    apply(.or, d, d, vectorScratch)
  }

  /// `d` = ±a·b ± c: one of the operands is where the result goes, or is moved there.
  mutating func fuse(
    _ op: FloatFusion, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister, _ c: VectorRegister
  ) throws(Refusal) {
    let (d, a, b, c) = (try xmm(d), try xmm(a), try xmm(b), try xmm(c))
    try require(.fma3)
    if d == c { return code.vex(.fusion(op, .o231), d, a, b, w) }
    if d == b { return code.vex(.fusion(op, .o213), d, a, c, w) }
    move(to: d, a)
    code.vex(.fusion(op, .o213), d, b, c, w)
  }

  func require(_ feature: Features) throws(Refusal) {
    guard features.contains(feature) else { throw Refusal(.missingFeature, UInt64(feature.rawValue)) }
  }

  /// What is not equal to itself is replaced.
  mutating func floatCanonical(_ w: Width, _ d: VectorRegister, _ a: VectorRegister) throws(Refusal) {
    let (d, a) = (try xmm(d), try xmm(a))
    let quiet: UInt64 = w == .w64 ? 0x7FF8_0000_0000_0000 : 0x7FC0_0000
    if hasAVX {
      compare(w, .unord, vectorScratch, a, a)
      code.vex(.blend(w), d, a, .relative)
      code.emit8(vectorScratch.number << 4)
      return fillRelative(toTail: tail.constant(quiet, 0), behind: 1)
    }
    move(to: d, a)
    ucomis(w, d, d)
    let isNumber = code.skip(code: FloatTest.ordered.rawValue)
    loadFloat(w, d, .relative)
    fillRelative(toTail: tail.constant(quiet))
    code.land(isNumber)
  }
}
