import Ejit

/// Division. Total ops have a result for every divisor; the others have none (nil) where they branch or are undefined.
extension Semantics {
  // MARK: Total

  /// `sdiv`: 0 for division by zero, the smallest number by −1 is itself.
  public static func sdiv(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { sdivmod(w, a, b).quotient }
  /// `udiv`: 0 for division by zero.
  public static func udiv(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { udivmod(w, a, b).quotient }
  /// `srem`: with the sign of `a`; `a` for division by zero, 0 for the smallest number by −1.
  public static func srem(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { sdivmod(w, a, b).remainder }
  /// `urem`: `a` for division by zero.
  public static func urem(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { udivmod(w, a, b).remainder }

  /// `sdivmod`: rounded to zero, so that `a` = quotient · `b` + remainder always holds, modulo the width.
  public static func sdivmod(_ w: Width, _ a: UInt64, _ b: UInt64) -> (quotient: UInt64, remainder: UInt64) {
    if w.signed(b) == 0 { return (0, w.truncated(a)) }
    // Wraps for the smallest number of 64 bits by −1; that of 32 bits wraps when truncated.
    let quotient = w.signed(a).dividedReportingOverflow(by: w.signed(b)).partialValue
    let remainder = w.signed(a).remainderReportingOverflow(dividingBy: w.signed(b)).partialValue
    return (w.truncated(UInt64(bitPattern: quotient)), w.truncated(UInt64(bitPattern: remainder)))
  }
  /// `udivmod`: `a` = quotient · `b` + remainder always holds.
  public static func udivmod(_ w: Width, _ a: UInt64, _ b: UInt64) -> (quotient: UInt64, remainder: UInt64) {
    if w.truncated(b) == 0 { return (0, w.truncated(a)) }
    return (w.truncated(a) / w.truncated(b), w.truncated(a) % w.truncated(b))
  }

  // MARK: Partial

  /// `sdivChecked`, `sdivUnchecked`: none for division by zero and where the quotient does not fit.
  public static func sdivChecked(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64? {
    isQuotientDefined(w, a, b) ? sdiv(w, a, b) : nil
  }
  /// `udivChecked`, `udivUnchecked`: none for division by zero.
  public static func udivChecked(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64? {
    w.truncated(b) == 0 ? nil : udiv(w, a, b)
  }
  /// `sremChecked`: none for division by zero.
  public static func sremChecked(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64? {
    w.truncated(b) == 0 ? nil : srem(w, a, b)
  }
  /// `uremChecked`, `uremUnchecked`: none for division by zero.
  public static func uremChecked(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64? {
    w.truncated(b) == 0 ? nil : urem(w, a, b)
  }
  /// `sremUnchecked`: none where `sdivUnchecked` has none.
  public static func sremUnchecked(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64? {
    isQuotientDefined(w, a, b) ? srem(w, a, b) : nil
  }
  /// `udivWideChecked`, `udivWideUnchecked`: `high:low / b`; none where the quotient does not fit.
  public static func udivWide(
    _ w: Width, _ high: UInt64, _ low: UInt64, _ b: UInt64
  ) -> (quotient: UInt64, remainder: UInt64)? {
    let (high, low, b) = (w.truncated(high), w.truncated(low), w.truncated(b))
    guard high < b else { return nil }
    switch w {
    case .w64: return b.dividingFullWidth((high, low))
    case .w32: return ((high << 32 | low) / b, (high << 32 | low) % b)
    }
  }

  private static func isQuotientDefined(_ w: Width, _ a: UInt64, _ b: UInt64) -> Bool {
    let smallest: Int64 = w == .w64 ? .min : Int64(Int32.min)
    return w.signed(b) != 0 && !(w.signed(a) == smallest && w.signed(b) == -1)
  }
}
