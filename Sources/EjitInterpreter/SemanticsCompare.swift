import Ejit

/// Comparisons without flags, and what is chosen by them.
extension Semantics {
  /// Whether `a condition b`, for the ten orderings; other conditions compare nothing and never hold.
  public static func holds(_ w: Width, _ condition: Condition, _ a: UInt64, _ b: UInt64) -> Bool {
    switch condition {
    case .eq: w.truncated(a) == w.truncated(b)
    case .ne: w.truncated(a) != w.truncated(b)
    case .slt: w.signed(a) < w.signed(b)
    case .sle: w.signed(a) <= w.signed(b)
    case .sgt: w.signed(a) > w.signed(b)
    case .sge: w.signed(a) >= w.signed(b)
    case .ult: w.truncated(a) < w.truncated(b)
    case .ule: w.truncated(a) <= w.truncated(b)
    case .ugt: w.truncated(a) > w.truncated(b)
    case .uge: w.truncated(a) >= w.truncated(b)
    case .carry, .noCarry, .borrow, .noBorrow, .overflow, .noOverflow, .negative, .nonNegative: false
    }
  }
  /// `branchTest`, `branchTesti`: whether `a & b` is `eq` or `ne` to 0, `negative` or `nonNegative`.
  public static func testHolds(_ w: Width, _ condition: Condition, _ a: UInt64, _ b: UInt64) -> Bool {
    testFlags(w, a, b).holds(condition)
  }
  /// `branchBit`: whether bit `bit` of `a` is 0 (`eq`) or 1 (`ne`).
  public static func bitHolds(_ w: Width, _ condition: Condition, _ a: UInt64, _ bit: UInt8) -> Bool {
    holds(w, condition, w.truncated(a) >> UInt64(bit) & 1, 0)
  }

  /// `set`, `seti`: 1 if `a condition b`, else 0.
  public static func set(_ w: Width, _ condition: Condition, _ a: UInt64, _ b: UInt64) -> UInt64 {
    holds(w, condition, a, b) ? 1 : 0
  }
  /// `setMask`, `setMaski`: all ones of the width if `a condition b`, else 0.
  public static func setMask(_ w: Width, _ condition: Condition, _ a: UInt64, _ b: UInt64) -> UInt64 {
    holds(w, condition, a, b) ? w.truncated(~0) : 0
  }
  /// `select`, `selecti`, `selectElse`: `a condition b ? x : y`.
  public static func select(
    _ w: Width, _ condition: Condition, _ a: UInt64, _ b: UInt64, _ x: UInt64, _ y: UInt64
  ) -> UInt64 { w.truncated(holds(w, condition, a, b) ? x : y) }
  /// `sel`: `flags` say `condition` `? a : b`.
  public static func sel(
    _ w: Width, _ flags: Flags, _ condition: Condition, _ a: UInt64, _ b: UInt64
  ) -> UInt64 { w.truncated(flags.holds(condition) ? a : b) }
  /// `setcc`: 1 if `flags` say `condition`, else 0.
  public static func setcc(_ flags: Flags, _ condition: Condition) -> UInt64 {
    flags.holds(condition) ? 1 : 0
  }
}
