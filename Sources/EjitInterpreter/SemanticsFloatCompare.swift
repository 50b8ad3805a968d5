import Ejit

/// How numbers compare: IEEE 754-2008, §5.11. Zeros are equal whatever their signs.
extension Semantics {
  /// `fbranch`, and what `fset` and `fselect` ask: `a condition b`.
  public static func holds(_ w: Width, _ condition: FloatCondition, _ a: UInt64, _ b: UInt64) -> Bool {
    let format = w.floatFormat
    let isUnordered = format.isNaN(a) || format.isNaN(b)
    let (x, y) = (place(format, a), place(format, b))
    return switch condition {
    case .ord: !isUnordered
    case .oeq: !isUnordered && x == y
    case .one: !isUnordered && x != y
    case .olt: !isUnordered && x < y
    case .ole: !isUnordered && x <= y
    case .ogt: !isUnordered && x > y
    case .oge: !isUnordered && x >= y
    case .uno: isUnordered
    case .ueq: isUnordered || x == y
    case .une: isUnordered || x != y
    case .ult: isUnordered || x < y
    case .ule: isUnordered || x <= y
    case .ugt: isUnordered || x > y
    case .uge: isUnordered || x >= y
    }
  }

  /// Numbers in their order: magnitudes are in that of their bits.
  private static func place(_ format: FloatFormat, _ a: UInt64) -> Int64 {
    let magnitude = Int64(format.magnitude(a))
    return format.isNegative(a) ? -magnitude : magnitude
  }

  /// `fset`: 1 if `a condition b`, else 0.
  public static func fset(_ w: Width, _ condition: FloatCondition, _ a: UInt64, _ b: UInt64) -> UInt64 {
    holds(w, condition, a, b) ? 1 : 0
  }
  /// `fselect`: `a condition b ? x : y`.
  public static func fselect(
    _ w: Width, _ condition: FloatCondition, _ a: UInt64, _ b: UInt64, _ x: UInt64, _ y: UInt64
  ) -> UInt64 { w.truncated(holds(w, condition, a, b) ? x : y) }
}
