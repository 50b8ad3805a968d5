/// `a · b + c` in integers: exact, then rounded once. What the host has for it may be two roundings, or a function of a
/// mathematical library.
extension FloatFormat {
  /// `a · b + c`. IEEE 754-2008, §5.4.1, fusedMultiplyAdd.
  func multiplied(_ a: UInt64, _ b: UInt64, adding c: UInt64) -> UInt64 {
    if isNaN(a) || isNaN(b) || isNaN(c) { return quietNaN }
    let isNegative = isNegative(a) != isNegative(b)
    if isInfinite(a) || isInfinite(b) {
      // §7.2: zero times infinity, and infinities that cancel, have no result.
      if isZero(a) || isZero(b) || isInfinite(c) && self.isNegative(c) != isNegative { return quietNaN }
      return isNegative ? signBit | infinity : infinity
    }
    if isInfinite(c) { return c & signBit | infinity }
    let (x, y) = (exact(a), exact(b))
    return sum(
      ExactNumber(
        isNegative: isNegative, significand: x.significand * y.significand, exponent: x.exponent + y.exponent),
      exact(c))
  }

  /// `a + b`, rounded. Significands of up to 106 bits.
  private func sum(_ a: ExactNumber, _ b: ExactNumber) -> UInt64 {
    if a.significand == 0 && b.significand == 0 {
      return a.isNegative && b.isNegative ? signBit : 0  // §6.3
    }
    if a.significand == 0 { return rounded(b) }
    if b.significand == 0 { return rounded(a) }
    var (x, y) = (a.normalized, b.normalized)
    if (x.exponent, x.significand) < (y.exponent, y.significand) { swap(&x, &y) }
    // Only what is shifted by more than 20 bits loses any; then at most one bit at the top cancels.
    let lesser = FloatFormat.jammed(y.significand, down: x.exponent - y.exponent)
    x.significand = x.isNegative == y.isNegative ? x.significand + lesser : x.significand - lesser
    return x.significand == 0 ? 0 : rounded(x)
  }

  /// `significand` / 2^`count`, the lowest bit 1 if anything is lost.
  private static func jammed(_ significand: UInt128, down count: Int) -> UInt128 {
    if count > 127 { return 1 }
    let kept = significand >> UInt128(count)
    return kept << UInt128(count) == significand ? kept : kept | 1
  }
}

extension ExactNumber {
  /// The same number, bit 125 the highest of its significand; not for zero.
  fileprivate var normalized: ExactNumber {
    let count = significand.leadingZeroBitCount - 2
    return ExactNumber(isNegative: isNegative, significand: significand << UInt128(count), exponent: exponent - count)
  }
}
