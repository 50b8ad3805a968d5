import Ejit

extension Register {
  /// The number of a register that is named by number, which is what tests do.
  public var slot: Int {
    guard case .number(let number) = name else { preconditionFailure("tests name registers by number") }
    return number
  }
}
