import Ejit

/// Numbers: operands and results are bits, those of a `Float` the low half. Whatever computes makes of NaN the one NaN
/// that `fcanon` makes; which one it is on a machine is unspecified, but it is quiet.
extension Semantics {
  // MARK: Bits

  /// `fmov`, `fmovi`, `fbits`, `fsetBits`.
  public static func fmov(_ w: Width, _ a: UInt64) -> UInt64 { w.truncated(a) }
  /// `fneg`: the other sign, of NaN too.
  public static func fneg(_ w: Width, _ a: UInt64) -> UInt64 { w.truncated(a ^ w.floatFormat.signBit) }
  /// `fabs`: no sign, of NaN neither.
  public static func fabs(_ w: Width, _ a: UInt64) -> UInt64 { w.floatFormat.magnitude(a) }
  /// `fcopysign`: `a` with the sign of `b`.
  public static func fcopysign(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    w.floatFormat.magnitude(a) | b & w.floatFormat.signBit
  }
  /// `fcanon`.
  public static func fcanon(_ w: Width, _ a: UInt64) -> UInt64 {
    w.floatFormat.isNaN(a) ? w.floatFormat.quietNaN : w.truncated(a)
  }

  // MARK: Arithmetic. Swift's own is that of IEEE 754, rounded to the nearest.

  /// `fadd`.
  public static func fadd(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { binary(w, a, b, { $0 + $1 }, { $0 + $1 }) }
  /// `fsub`.
  public static func fsub(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { binary(w, a, b, { $0 - $1 }, { $0 - $1 }) }
  /// `fmul`.
  public static func fmul(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { binary(w, a, b, { $0 * $1 }, { $0 * $1 }) }
  /// `fdiv`.
  public static func fdiv(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { binary(w, a, b, { $0 / $1 }, { $0 / $1 }) }
  /// `fsqrt`: that of −0 is −0.
  public static func fsqrt(_ w: Width, _ a: UInt64) -> UInt64 {
    binary(w, a, 0, { a, _ in a.squareRoot() }, { a, _ in a.squareRoot() })
  }

  @inline(__always) private static func binary(
    _ w: Width, _ a: UInt64, _ b: UInt64, _ wide: (Double, Double) -> Double, _ narrow: (Float, Float) -> Float
  ) -> UInt64 {
    switch w {
    case .w64: fcanon(w, wide(w.double(a), w.double(b)).bitPattern)
    case .w32: fcanon(w, UInt64(narrow(w.float(a), w.float(b)).bitPattern))
    }
  }

  // MARK: Multiplication and addition, rounded once

  /// `fma`: `a · b + c`.
  public static func fma(_ w: Width, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    w.floatFormat.multiplied(a, b, adding: c)
  }
  /// `fms`: `a · b - c`.
  public static func fms(_ w: Width, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 { fma(w, a, b, fneg(w, c)) }
  /// `fnma`: `c - a · b`.
  public static func fnma(_ w: Width, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 { fma(w, fneg(w, a), b, c) }
  /// `fnms`: `-c - a · b`.
  public static func fnms(_ w: Width, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    fma(w, fneg(w, a), b, fneg(w, c))
  }

  // MARK: The lesser and the greater

  /// `fmin`: NaN if either is; −0 is below +0. IEEE 754-2019, §9.6, minimum.
  public static func fmin(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    if w.floatFormat.isNaN(a) || w.floatFormat.isNaN(b) { return w.floatFormat.quietNaN }
    return w.truncated(holds(w, .olt, a, b) || isBelow(w, a, b) ? a : b)
  }
  /// `fmax`: NaN if either is; +0 is above −0. IEEE 754-2019, §9.6, maximum.
  public static func fmax(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    if w.floatFormat.isNaN(a) || w.floatFormat.isNaN(b) { return w.floatFormat.quietNaN }
    return w.truncated(holds(w, .olt, a, b) || isBelow(w, a, b) ? b : a)
  }
  /// `fminNum`: like `fmin`, but a quiet NaN gives the other one. IEEE 754-2008, §5.3.1, minNum.
  public static func fminNum(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { number(w, a, b) ?? fmin(w, a, b) }
  /// `fmaxNum`: like `fmax`, but a quiet NaN gives the other one. IEEE 754-2008, §5.3.1, maxNum.
  public static func fmaxNum(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { number(w, a, b) ?? fmax(w, a, b) }
  /// `fminSelect`: `a < b ? a : b`.
  public static func fminSelect(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    fselect(w, .olt, a, b, a, b)
  }
  /// `fmaxSelect`: `a > b ? a : b`.
  public static func fmaxSelect(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    fselect(w, .ogt, a, b, a, b)
  }

  /// Whether `a` is −0 and `b` is +0.
  private static func isBelow(_ w: Width, _ a: UInt64, _ b: UInt64) -> Bool {
    w.truncated(a) == w.floatFormat.signBit && w.truncated(b) == 0
  }

  /// The number of the two, if the other one is a quiet NaN.
  private static func number(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64? {
    let format = w.floatFormat
    guard !format.isSignaling(a), !format.isSignaling(b), format.isNaN(a) != format.isNaN(b) else { return nil }
    return w.truncated(format.isNaN(a) ? b : a)
  }
}

extension Width {
  @inline(__always) func double(_ bits: UInt64) -> Double { Double(bitPattern: bits) }
  @inline(__always) func float(_ bits: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }
}
