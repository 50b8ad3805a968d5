/// Rounding to an integer, by ROUNDSD or, without SSE4.1, by way of integers.
extension Emission {
  mutating func floatRound(
    _ w: Width, _ rounding: Rounding, _ d: VectorRegister, _ a: VectorRegister
  ) throws(Refusal) {
    let (d, a) = (try xmm(d), try xmm(a))
    guard hasAVX || features.contains(.sse41) else { return roundByInteger(w, rounding, d, a) }
    var source = a
    if rounding == .nearestAway {
      addAlmostHalf(w, a)
      source = vectorScratch
    }
    unary(.round(w), d, source)
    code.emit8(rounding.immediate)
  }

  /// The scratch register = `a` and the largest number below one half, with the sign of `a`. What that truncates to is
  /// `a` rounded to the nearest, ties away from zero: with a whole half, what lies just below one would be rounded up by
  /// the addition.
  private mutating func addAlmostHalf(_ w: Width, _ a: XMM) {
    apply(.logic(.and), vectorScratch, a, low: w.sign)
    apply(.logic(.or), vectorScratch, vectorScratch, low: w == .w64 ? 0x3FDF_FFFF_FFFF_FFFF : 0x3EFF_FFFF)
    apply(.add, w, vectorScratch, vectorScratch, a)
  }

  /// What is too large for an integer of 64 bits has no fraction, and of NaN the quiet one is the result. Any other number
  /// becomes an integer and a number again; if that lies on the wrong side, its neighbour. The sign of `a` is given to
  /// zeros, all others have it.
  private mutating func roundByInteger(_ w: Width, _ rounding: Rounding, _ d: XMM, _ a: XMM) {
    move(to: d, a)
    apply(.xor, vectorScratch, vectorScratch, vectorScratch)
    apply(.sub, w, d, d, vectorScratch)
    if rounding == .nearestAway { addAlmostHalf(w, d) }
    let source = rounding == .nearestAway ? vectorScratch : d
    if rounding == .nearestEven { code.sse(.w64, .rounded(w), .scratch, source) }
    if rounding != .nearestEven { truncate(.w64, w, .scratch, source) }
    code.alu(.cmp, .w64, .scratch, 1)  // overflows for the one that stands for all that have no integer
    let isDone = code.skip(if: .overflow)
    convert(.w64, w, vectorScratch, .scratch)
    switch rounding {
    case .trunc, .nearestEven, .nearestAway: break
    case .floor:
      ucomis(w, d, vectorScratch)  // CF: the integer is greater
      code.alu(.sbb, .w64, .scratch, 0)
      convert(.w64, w, vectorScratch, .scratch)
    case .ceil:
      ucomis(w, vectorScratch, d)
      code.alu(.adc, .w64, .scratch, 0)
      convert(.w64, w, vectorScratch, .scratch)
    }
    apply(.logic(.and), d, d, low: w.sign)
    apply(.or, d, d, vectorScratch)
    code.land(isDone)
  }
}

extension Rounding {
  /// The immediate of ROUNDSD: its own mode, and no inexact exception. SDM vol. 2, ROUNDSD, figure 4-24.
  fileprivate var immediate: UInt8 {
    switch self {
    case .nearestEven: 0b1000
    case .floor: 0b1001
    case .ceil: 0b1010
    case .trunc, .nearestAway: 0b1011
    }
  }
}
