/// Between numbers and integers, and between formats. CVTTSD2SI gives the smallest integer for what has none (SDM vol. 1,
/// table 4-4, integer indefinite).
extension Emission {
  mutating func floatToInteger(
    _ w: Width, _ type: FloatType, _ signedness: Signedness, _ d: Register, _ a: VectorRegister
  ) throws(Refusal) {
    let (d, a) = (try destination(d), try xmm(a))
    switch (w, signedness) {
    case (.w32, .signed): truncateSigned32(type.width, d, a)
    case (.w32, .unsigned): truncateUnsigned32(type.width, d, a)
    case (.w64, .signed): truncateSigned64(type.width, d, a)
    case (.w64, .unsigned): truncateUnsigned64(type.width, d, a)
    }
  }

  /// The scratch register = `a`, or 0 for NaN.
  private mutating func numberOrZero(_ type: Width, _ a: XMM) {
    compare(type, .ord, vectorScratch, a, a)
    apply(.and, vectorScratch, vectorScratch, a)
  }

  /// The scratch register = `a`, but 0 for what is below that, and for NaN.
  private mutating func nonNegative(_ type: Width, _ a: XMM) { apply(.max, type, vectorScratch, a, number: 0) }

  /// The scratch register as a `Double`, and no more than this one.
  private mutating func limit(_ type: Width, to bits: UInt64) {
    if type == .w32 { unary(.otherWidth(from: .w32), vectorScratch, vectorScratch) }
    apply(.min, .w64, vectorScratch, vectorScratch, number: bits)
  }

  private mutating func truncateSigned32(_ type: Width, _ d: GPR, _ a: XMM) {
    numberOrZero(type, a)
    limit(type, to: 0x41DF_FFFF_FFC0_0000)  // 2^31 − 1; what is too small becomes the smallest
    truncate(.w32, .w64, d, vectorScratch)
  }

  private mutating func truncateUnsigned32(_ type: Width, _ d: GPR, _ a: XMM) {
    nonNegative(type, a)
    limit(type, to: 0x41EF_FFFF_FFE0_0000)  // 2^32 − 1
    truncate(.w64, .w64, d, vectorScratch)
  }

  /// The carry says that the number is below 2^63: 0 is added then, else −1, which makes the largest of the smallest.
  private mutating func truncateSigned64(_ type: Width, _ d: GPR, _ a: XMM) {
    numberOrZero(type, a)
    truncate(.w64, type, d, vectorScratch)
    ucomis(type, vectorScratch, number: type.two63)
    code.alu(.adc, .w64, d, -1)
  }

  /// As a signed number; if there is none, it is 2^63 and the rest, which is limited in the same way.
  private mutating func truncateUnsigned64(_ type: Width, _ d: GPR, _ a: XMM) {
    nonNegative(type, a)
    truncate(.w64, type, d, vectorScratch)
    apply(.sub, type, vectorScratch, vectorScratch, number: type.two63)
    truncate(.w64, type, .scratch, vectorScratch)
    ucomis(type, vectorScratch, number: type.two63)
    code.alu(.adc, .w64, .scratch, -1)
    mergeHalves(d)
  }

  /// The scratch register has what `d` lacks if that is negative.
  private mutating func mergeHalves(_ d: GPR) {
    code.alu(.or, .w64, .scratch, d)
    code.test(.w64, d, d)
    code.cmov(.negative, .w64, d, .scratch)
  }

  mutating func floatToIntegerUnchecked(
    _ w: Width, _ type: FloatType, _ signedness: Signedness, _ d: Register, _ a: VectorRegister
  ) throws(Refusal) {
    let (d, a, type) = (try destination(d), try xmm(a), type.width)
    truncate(signedness == .signed ? w : .w64, type, d, a)
    if w == .w32 || signedness == .signed { return }
    apply(.sub, type, vectorScratch, a, number: type.two63)
    truncate(.w64, type, .scratch, vectorScratch)
    mergeHalves(d)
  }

  mutating func integerToFloat(
    _ w: Width, _ type: FloatType, _ signedness: Signedness, _ d: VectorRegister, _ a: Register
  ) throws(Refusal) {
    let (d, a) = (try xmm(d), try gpr(a))
    switch (w, signedness, type) {
    case (_, .signed, _): convert(w, type.width, d, a)
    case (.w32, .unsigned, _):
      code.mov(.w32, .scratch, a)
      convert(.w64, type.width, d, .scratch)
    case (.w64, .unsigned, .f64): convertByHalves(d, a)
    case (.w64, .unsigned, .f32): convertHalved(d, a)
    }
  }

  /// The two halves stand in the fractions of 2^52 and 2^84, where their units are 1 and 2^32; without those numbers both
  /// are exact, and the sum is rounded once.
  private mutating func convertByHalves(_ d: XMM, _ a: GPR) {
    moveBits(.w64, vectorScratch, a)
    apply(.punpckldq, vectorScratch, vectorScratch, low: 0x4530_0000_4330_0000)
    apply(.subpd, vectorScratch, vectorScratch, low: 0x4330_0000_0000_0000, high: 0x4530_0000_0000_0000)
    apply(.movhlps, d, hasAVX ? vectorScratch : d, vectorScratch)
    apply(.add, .w64, d, d, vectorScratch)
  }

  /// What is 2^63 and above is halved. The bits that rounding cuts off only count by being zero or not: the low ones are
  /// put together with those that are lost.
  private mutating func convertHalved(_ d: XMM, _ a: GPR) {
    code.test(.w64, a, a)
    let isLarge = code.skip(if: .negative)
    convert(.w64, .w32, d, a)
    let isDone = code.skip()
    code.land(isLarge)
    code.mov(.w64, .scratch, a)
    code.shift(.shr, .w64, .scratch, 1)
    code.alu8(.or, .scratch, a)
    convert(.w64, .w32, d, .scratch)
    apply(.add, .w32, d, d, d)
    code.land(isDone)
  }

  /// `d` = the number `a` of width `w` in the other one.
  mutating func floatWidth(from w: Width, _ d: VectorRegister, _ a: VectorRegister) throws(Refusal) {
    unary(.otherWidth(from: w), try xmm(d), try xmm(a))
  }

  mutating func floatWidenHalf(_ d: VectorRegister, _ a: VectorRegister) throws(Refusal) {
    let (d, a) = (try xmm(d), try xmm(a))
    try require(.f16c)
    code.vex(.fromHalf, d, a)
  }

  /// Rounded to the nearest, ties to even, whatever MXCSR says: imm8 = 0.
  mutating func floatNarrowHalf(_ d: VectorRegister, _ a: VectorRegister) throws(Refusal) {
    let (d, a) = (try xmm(d), try xmm(a))
    try require(.f16c)
    code.vex(.toHalf, a, d)
    code.emit8(0)
  }
}

extension FloatType {
  fileprivate var width: Width { self == .f64 ? .w64 : .w32 }
}

extension Width {
  /// The bits of the number 2^63.
  fileprivate var two63: UInt64 { self == .w64 ? 0x43E0_0000_0000_0000 : 0x5F00_0000 }
}
