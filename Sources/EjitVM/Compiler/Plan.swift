/// How an operation is compiled, for what is known of its operands.
enum Plan: Equatable {
  /// In registers, on integers (Bools, addresses), or on floats.
  case integers, floats
  /// By the interpreter's code for this one micro-op, with the operands in their slots.
  case step
  /// A conditional jump, by the interpreter's code.
  case test
  /// A call of another function, or of this one for the same types.
  case call, selfCall
  /// Control does not go on in compiled code.
  case exit

  /// Whether registers lose what they hold.
  var leavesRegisters: Bool {
    switch self {
    case .step, .test, .call, .selfCall: true
    case .integers, .floats, .exit: false
    }
  }
}

extension TypeFlow {
  func plan(_ operation: Flow.Operation, _ state: [Knowledge]) -> Plan {
    let word = operation.word
    func tag(_ slot: Int) -> Tag? { operand(operation, slot, state).tag }
    switch word.op {
    case .move, .loadInt, .loadTag, .jump, .return, .jumpIf, .jumpUnless, .jumpTable: return .integers
    case .throw: return .exit
    case .call: return isSelfCall(operation, state) ? .selfCall : .call
    case .callIndirect, .callHost, .arrayNew, .arrayPush: return .step
    case .add, .sub, .mul, .div, .min, .max: return Plan.arithmetic(tag(word.b), tag(word.c))
    case .rem: return Plan.arithmetic(tag(word.b), tag(word.c)) == .integers ? .integers : .step
    case .addI, .mulI, .divI: return Plan.arithmetic(tag(word.b), .int)
    case .remI: return tag(word.b) == .int ? .integers : .step
    case .addTrap, .subTrap, .mulTrap, .divU, .remU, .shl, .shr, .shrU, .andI, .shlI, .shrI, .shrUI, .ltU, .leU,
      .jumpLtU, .jumpLeU:
      return .integers
    case .and, .or, .xor: return Plan.logic(tag(word.b), tag(word.c))
    case .not: return tag(word.b) == .int || tag(word.b) == .bool ? .integers : .step
    case .eq, .ne: return Plan.equality(tag(word.b), tag(word.c), else: .step)
    case .lt, .le: return Plan.order(tag(word.b), tag(word.c), else: .step)
    case .jumpEq, .jumpNe: return Plan.equality(tag(word.a), tag(word.b), else: .test)
    case .jumpLt, .jumpNotLt, .jumpLe, .jumpNotLe: return Plan.order(tag(word.a), tag(word.b), else: .test)
    case .jumpEqI, .jumpNeI, .jumpLtI, .jumpNotLtI, .jumpLeI, .jumpNotLeI, .jumpGtI, .jumpNotGtI, .jumpGeI,
      .jumpNotGeI:
      return Plan.unary(tag(word.a), else: .test)
    case .addJumpLt, .addJumpLe: return Plan.order(tag(word.a), tag(word.b), else: .test)
    case .neg, .abs, .floor, .toInt, .toFloat: return Plan.unary(tag(word.b), else: .step)
    case .sqrt: return tag(word.b) == nil ? .step : .floats
    case .arrayGet: return tag(word.b) == nil ? .step : .integers
    case .arraySet: return storePlan(tag(word.a), tag(word.c))
    case .arrayLen: return tag(word.b) == nil ? .step : .integers
    case .stringLen, .stringAt: return .integers
    }
  }

  /// Whether a call is one of the compiled function itself, with arguments of just the types it is compiled for.
  private func isSelfCall(_ operation: Flow.Operation, _ state: [Knowledge]) -> Bool {
    guard callsItself, tags.count <= RegisterPlan.argumentLimit, operation.word.wide == flow.contexts[0].function else {
      return false
    }
    let base = flow.contexts[operation.context].base + operation.word.a
    return tags.indices.allSatisfy { tags[$0] != nil && state[base + $0].tag == tags[$0] }
  }

  /// What is stored must be of the array's kind; anything is in an array of values.
  private func storePlan(_ array: Tag?, _ value: Tag?) -> Plan {
    switch array {
    case .ints: value == .int ? .integers : .step
    case .floats: value == .float ? .floats : .step
    case .values: value == nil ? .step : value == .float ? .floats : .integers
    default: .step
    }
  }
}

extension Plan {
  fileprivate static func arithmetic(_ b: Tag?, _ c: Tag?) -> Plan {
    switch (b, c) {
    case (.int, .int): .integers
    case (.float, .float), (.int, .float), (.float, .int): .floats
    default: .step
    }
  }

  fileprivate static func logic(_ b: Tag?, _ c: Tag?) -> Plan {
    (b == .int && c == .int) || (b == .bool && c == .bool) ? .integers : .step
  }

  fileprivate static func unary(_ b: Tag?, else other: Plan) -> Plan {
    b == .int ? .integers : b == .float ? .floats : other
  }

  /// An int and a float are compared exactly: not in registers.
  fileprivate static func order(_ a: Tag?, _ b: Tag?, else other: Plan) -> Plan {
    switch (a, b) {
    case (.int, .int): .integers
    case (.float, .float): .floats
    default: other
    }
  }

  fileprivate static func equality(_ a: Tag?, _ b: Tag?, else other: Plan) -> Plan {
    switch (a, b) {
    case (.int, .int), (.bool, .bool), (.nil, .nil), (.ints, .ints), (.floats, .floats), (.values, .values): .integers
    case (.float, .float): .floats
    default: other
    }
  }
}
