/// The lesser and the greater of two numbers. MINSD is `a < b ? a : b`, MAXSD `a > b ? a : b`: the second operand if they
/// are equal, zeros of either sign among them, or if there is a NaN (SDM vol. 2, MINSD).
extension Emission {
  /// Both orders of the operands give the same, but for zeros of different sign and NaNs. The lesser zero is that with
  /// all bits of both, and a NaN stays one whatever bits are added; subtracting +0 makes it quiet. Of the greater ones
  /// the bits that differ are added and subtracted: −0 − −0 = +0, and a NaN becomes quiet.
  mutating func floatExtremum(
    _ op: FloatOp, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(Refusal) {
    let (d, a, b) = try commutative(d, a, b)
    apply(op, w, vectorScratch, b, a)
    apply(op, w, d, a, b)
    if op == .min {
      apply(.or, d, d, vectorScratch)
      apply(.xor, vectorScratch, vectorScratch, vectorScratch)
    } else {
      apply(.xor, vectorScratch, vectorScratch, d)
      apply(.or, d, d, vectorScratch)
    }
    apply(.sub, w, d, d, vectorScratch)
  }

  /// Numbers as above, without NaNs to think of; else the operand that is no quiet NaN, made quiet if it is a signalling
  /// one.
  mutating func floatExtremumNumber(
    _ op: FloatOp, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(Refusal) {
    let (d, a, b) = try commutative(d, a, b)
    ucomis(w, a, b)
    let areNumbers = code.skip(code: FloatTest.ordered.rawValue)
    apply(.xor, vectorScratch, vectorScratch, vectorScratch)
    let takesFirst = skip(ifQuietNaN: b, w)
    let takesSecond = skip(ifQuietNaN: a, w)
    apply(.add, w, d, a, b)  // one is signalling: the sum is a quiet NaN
    let isDone = code.skip()
    code.land(takesSecond)
    apply(.sub, w, d, b, vectorScratch)
    let isDoneToo = code.skip()
    code.land(takesFirst)
    apply(.sub, w, d, a, vectorScratch)
    let isDoneAtLast = code.skip()
    code.land(areNumbers)
    apply(op, w, vectorScratch, b, a)
    apply(op, w, d, a, b)
    apply(op == .min ? .or : .and, d, d, vectorScratch)
    code.land(isDone)
    code.land(isDoneToo)
    code.land(isDoneAtLast)
  }

  /// The operands of an op that does not care which is the first: `d` is not the second one unless it is both.
  private func commutative(
    _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(Refusal) -> (XMM, XMM, XMM) {
    let (d, a, b) = (try xmm(d), try xmm(a), try xmm(b))
    return d == b ? (d, b, a) : (d, a, b)
  }

  /// A quiet NaN has all bits of the exponent and the highest of the fraction: without its sign nothing is greater.
  private mutating func skip(ifQuietNaN a: XMM, _ w: Width) -> ShortJump {
    moveBits(w, .scratch, a)
    code.alu(.add, w, .scratch, .scratch)
    if w == .w64 {
      code.alu(.cmp, .scratch, .relative)
      fillRelative(toTail: tail.constant(0xFFF0_0000_0000_0000))
    } else {
      code.alu(.cmp, w, .scratch, Int32(bitPattern: 0xFF80_0000))
    }
    return code.skip(if: .uge)
  }
}
