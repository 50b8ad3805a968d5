extension Trap.Kind {
  /// As directives and messages spell it.
  public var name: String {
    switch self {
    case .divisionByZero: "divisionByZero"
    case .divisionOverflow: "divisionOverflow"
    case .arithmeticOverflow: "arithmeticOverflow"
    case .typeError: "typeError"
    case .indexOutOfRange: "indexOutOfRange"
    case .stackOverflow: "stackOverflow"
    case .unhandledThrow: "unhandledThrow"
    case .conversion: "conversion"
    case .outOfMemory: "outOfMemory"
    case .hostFailure: "hostFailure"
    }
  }
}
