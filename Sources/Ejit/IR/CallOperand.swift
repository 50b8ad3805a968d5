extension Instruction {
  /// Whether this is an operand of a call, one of the ops whose run the next call closes.
  public var isCallOperand: Bool {
    switch self {
    case .pass, .passi, .fpass, .variadic, .keep, .fkeep: true
    default: false
    }
  }
}
