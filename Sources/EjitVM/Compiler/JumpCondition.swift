import Ejit

extension JumpComparison {
  /// The condition of two integers.
  var condition: Condition {
    let condition: Condition =
      switch op {
      case .eq: .eq
      case .ne: .ne
      case .lt: isExchanged ? .sgt : .slt
      case .le: isExchanged ? .sge : .sle
      case .ltU: .ult
      default: .ule
      }
    return isNegated ? condition.inverted : condition
  }

  /// The condition of two floats; where either is NaN only `ne` and what is negated holds.
  var floatCondition: FloatCondition {
    let condition: FloatCondition =
      switch op {
      case .eq: .oeq
      case .ne: .une
      case .lt: isExchanged ? .ogt : .olt
      default: isExchanged ? .oge : .ole
      }
    return isNegated ? condition.inverted : condition
  }
}
