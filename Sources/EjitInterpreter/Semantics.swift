import Ejit

/// What each op of the IR computes, written from its definition and not from what machines do: one pure function
/// an op, named like the op. An immediate form computes the same as its register form.
///
/// Operands and results are whole 64-bit registers. A 32-bit form reads the low half of its operands and
/// zero-extends its result. Every function is total: operands that the lowering would refuse (a bit field that
/// leaves the width) give some value and no trap.
public enum Semantics {
  // MARK: Moves

  /// `mov`, `movi`.
  public static func mov(_ w: Width, _ a: UInt64) -> UInt64 { w.truncated(a) }

  // MARK: Arithmetic and logic

  /// `add`, `addi`.
  public static func add(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a &+ b) }
  /// `sub`, `subi`.
  public static func sub(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a &- b) }
  /// `and`, `andi`.
  public static func and(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a & b) }
  /// `or`, `ori`.
  public static func or(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a | b) }
  /// `xor`, `xori`.
  public static func xor(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a ^ b) }
  /// `andn`: `a & ~b`.
  public static func andn(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a & ~b) }
  /// `orn`: `a | ~b`.
  public static func orn(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a | ~b) }
  /// `xnor`: `~(a ^ b)`.
  public static func xnor(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(~(a ^ b)) }
  /// `not`.
  public static func not(_ w: Width, _ a: UInt64) -> UInt64 { w.truncated(~a) }
  /// `neg`.
  public static func neg(_ w: Width, _ a: UInt64) -> UInt64 { w.truncated(0 &- a) }
  /// `abs`: the smallest number stays itself.
  public static func abs(_ w: Width, _ a: UInt64) -> UInt64 { w.signed(a) < 0 ? neg(w, a) : mov(w, a) }

  /// `smin`.
  public static func smin(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    w.truncated(w.signed(a) < w.signed(b) ? a : b)
  }
  /// `smax`.
  public static func smax(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    w.truncated(w.signed(a) > w.signed(b) ? a : b)
  }
  /// `umin`.
  public static func umin(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    min(w.truncated(a), w.truncated(b))
  }
  /// `umax`.
  public static func umax(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    max(w.truncated(a), w.truncated(b))
  }

  /// `addShifted`: `a + (b shifted by count)`.
  public static func addShifted(
    _ w: Width, _ a: UInt64, _ b: UInt64, _ shift: Shift, _ count: UInt8
  ) -> UInt64 { add(w, a, shifted(w, b, shift, count)) }
  /// `subShifted`: `a - (b shifted by count)`.
  public static func subShifted(
    _ w: Width, _ a: UInt64, _ b: UInt64, _ shift: Shift, _ count: UInt8
  ) -> UInt64 { sub(w, a, shifted(w, b, shift, count)) }

  private static func shifted(_ w: Width, _ b: UInt64, _ shift: Shift, _ count: UInt8) -> UInt64 {
    switch shift {
    case .shl: shl(w, b, UInt64(count))
    case .shr: shr(w, b, UInt64(count))
    case .sar: sar(w, b, UInt64(count))
    }
  }

  // MARK: Multiplication

  /// `mul`, `muli`: the low word of the product.
  public static func mul(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a &* b) }
  /// `madd`: `c + a · b`.
  public static func madd(_ w: Width, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    w.truncated(c &+ a &* b)
  }
  /// `msub`: `c - a · b`.
  public static func msub(_ w: Width, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    w.truncated(c &- a &* b)
  }

  /// `smulWide`: the whole signed product.
  public static func smulWide(_ w: Width, _ a: UInt64, _ b: UInt64) -> (low: UInt64, high: UInt64) {
    switch w {
    case .w64:
      let product = w.signed(a).multipliedFullWidth(by: w.signed(b))
      return (product.low, UInt64(bitPattern: product.high))
    case .w32:
      let product = UInt64(bitPattern: w.signed(a) &* w.signed(b))
      return (w.truncated(product), product >> 32)
    }
  }
  /// `umulWide`: the whole unsigned product.
  public static func umulWide(_ w: Width, _ a: UInt64, _ b: UInt64) -> (low: UInt64, high: UInt64) {
    switch w {
    case .w64:
      let product = a.multipliedFullWidth(by: b)
      return (product.low, product.high)
    case .w32:
      let product = w.truncated(a) &* w.truncated(b)
      return (w.truncated(product), product >> 32)
    }
  }
  /// `smulh`: the high word of the signed product.
  public static func smulh(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { smulWide(w, a, b).high }
  /// `umulh`: the high word of the unsigned product.
  public static func umulh(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { umulWide(w, a, b).high }
}

extension Width {
  /// The low word of `value`, zero-extended.
  @inline(__always) func truncated(_ value: UInt64) -> UInt64 { self == .w64 ? value : value & 0xFFFF_FFFF }
  /// The low word of `value` as a signed number.
  @inline(__always) func signed(_ value: UInt64) -> Int64 {
    self == .w64 ? Int64(bitPattern: value) : Int64(Int32(truncatingIfNeeded: value))
  }
  /// The low word of `count` modulo the width.
  @inline(__always) func modulo(_ count: UInt64) -> UInt64 { count % UInt64(bits) }
}
