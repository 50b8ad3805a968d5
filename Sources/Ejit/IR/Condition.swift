/// A condition: of a comparison `a ? b` (the first ten), or of the flags that an op left.
///
/// Which may follow what: after `cmp`, `cmpi`, `subFlags`, `subiFlags` and `sbb` the ten orderings, `borrow`,
/// `noBorrow`, `overflow`, `noOverflow`, `negative`, `nonNegative`; after `addFlags`, `addiFlags` and `adc`
/// `eq`, `ne`, `carry`, `noCarry`, `overflow`, `noOverflow`, `negative`, `nonNegative`; after `test` and
/// `testi` `eq`, `ne`, `negative`, `nonNegative`. Anything else is the error `badCondition`.
@frozen public enum Condition: UInt8, CaseIterable, Sendable {
  case eq, ne, slt, sle, sgt, sge, ult, ule, ugt, uge
  case carry, noCarry, borrow, noBorrow, overflow, noOverflow, negative, nonNegative

  /// The condition that holds exactly when this one does not.
  @inlinable public var inverted: Condition {
    switch self {
    case .eq: .ne
    case .ne: .eq
    case .slt: .sge
    case .sle: .sgt
    case .sgt: .sle
    case .sge: .slt
    case .ult: .uge
    case .ule: .ugt
    case .ugt: .ule
    case .uge: .ult
    case .carry: .noCarry
    case .noCarry: .carry
    case .borrow: .noBorrow
    case .noBorrow: .borrow
    case .overflow: .noOverflow
    case .noOverflow: .overflow
    case .negative: .nonNegative
    case .nonNegative: .negative
    }
  }

  /// Whether this is one of the ten that compare two integers.
  @inlinable public var isOrdering: Bool { rawValue <= Condition.uge.rawValue }
}
