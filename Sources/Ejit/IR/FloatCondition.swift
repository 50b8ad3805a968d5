/// How two numbers compare. Ordered conditions (`o…`) do not hold if either is NaN, unordered ones (`u…`) do.
@frozen public enum FloatCondition: UInt8, CaseIterable, Sendable {
  case oeq, one, olt, ole, ogt, oge
  /// Neither is NaN.
  case ord
  case ueq, une, ult, ule, ugt, uge
  /// Either is NaN.
  case uno

  /// The condition that holds exactly when this one does not.
  @inlinable public var inverted: FloatCondition {
    switch self {
    case .oeq: .une
    case .one: .ueq
    case .olt: .uge
    case .ole: .ugt
    case .ogt: .ule
    case .oge: .ult
    case .ord: .uno
    case .ueq: .one
    case .une: .oeq
    case .ult: .oge
    case .ule: .ogt
    case .ugt: .ole
    case .uge: .olt
    case .uno: .ord
    }
  }
}

/// How a number is rounded to an integer.
@frozen public enum Rounding: UInt8, CaseIterable, Sendable {
  /// Towards −∞.
  case floor
  /// Towards +∞.
  case ceil
  /// Towards zero.
  case trunc
  /// To the nearest, ties to the even one.
  case nearestEven
  /// To the nearest, ties away from zero.
  case nearestAway
}

/// The format of a floating-point number that is converted: IEEE 754 binary64 or binary32.
@frozen public enum FloatType: UInt8, CaseIterable, Sendable { case f64, f32 }
