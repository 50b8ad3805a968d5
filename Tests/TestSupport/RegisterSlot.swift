import Ejit

extension Register {
  /// The number of a register that is named by number, which is what tests do.
  public var slot: Int {
    guard case .number(let number) = name else { preconditionFailure("tests name registers by number") }
    return number
  }
}

extension VectorRegister {
  /// 32 and the number of the register that is named by number, which is what tests do: floating-point registers lie
  /// behind the others.
  public var slot: Int {
    guard case .number(let number) = name else { preconditionFailure("tests name registers by number") }
    return 32 + number
  }
}
