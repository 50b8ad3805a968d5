// Comparisons and jumps.
extension Lowering {
  /// A comparison whose result decides a jump becomes part of it, with all `not` between them. Where the next
  /// instruction begins.
  mutating func comparison(_ instruction: DecodedInstruction) -> Int {
    var (end, isNegated) = (instruction.end, false)
    while end < function.code.count, !isLeader[end] {
      let next = decoded(end)
      switch next.opcode {
      case .not: isNegated.toggle()
      case .jumpIf, .jumpUnless:
        if next.opcode == .jumpUnless { isNegated.toggle() }
        let (c, b) = (pop(), pop())
        materialiseAll()
        var draft = compareJump(instruction.opcode, b, c, isNegated)
        draft.target = next.operand
        emit(draft)
        return next.end
      default:
        compare(instruction.opcode)
        return instruction.end
      }
      end = next.end
    }
    compare(instruction.opcode)
    return instruction.end
  }

  /// To a Bool.
  private mutating func compare(_ opcode: Opcode) {
    switch opcode {
    case .eq: binary(.eq)
    case .ne: binary(.ne)
    case .lt: binary(.lt)
    case .le: binary(.le)
    case .ltU: binary(.ltU)
    case .leU: binary(.leU)
    default:
      let (c, b) = (popOperand(), popOperand())
      let op: MicroOp = opcode == .gt ? .lt : opcode == .ge ? .le : opcode == .gtU ? .ltU : .leU
      pushResult(Draft(op: op, b: c, c: b))
    }
  }

  private mutating func compareJump(
    _ opcode: Opcode, _ b: StackEntry, _ c: StackEntry, _ isNegated: Bool
  ) -> Draft {
    if case .int(let value) = c, let small = Int16(exactly: value), let op = Self.immediate(opcode, isNegated) {
      return Draft(op: op, a: operand(b), b: Int(small))
    }
    if case .int(let value) = b, let small = Int16(exactly: value),
      let op = Self.immediate(Self.exchanged(opcode), isNegated)
    {
      return Draft(op: op, a: operand(c), b: Int(small))
    }
    let (first, second) = (operand(b), operand(c))
    switch opcode {
    case .eq: return Draft(op: isNegated ? .jumpNe : .jumpEq, a: first, b: second)
    case .ne: return Draft(op: isNegated ? .jumpEq : .jumpNe, a: first, b: second)
    case .lt: return Draft(op: isNegated ? .jumpNotLt : .jumpLt, a: first, b: second)
    case .le: return Draft(op: isNegated ? .jumpNotLe : .jumpLe, a: first, b: second)
    case .gt: return Draft(op: isNegated ? .jumpNotLt : .jumpLt, a: second, b: first)
    case .ge: return Draft(op: isNegated ? .jumpNotLe : .jumpLe, a: second, b: first)
    default: return unsignedJump(opcode, first, second, isNegated)
    }
  }

  /// Not less is: the others exchanged, less or equal.
  private func unsignedJump(_ opcode: Opcode, _ b: Int, _ c: Int, _ isNegated: Bool) -> Draft {
    switch (opcode, isNegated) {
    case (.ltU, false), (.geU, true): Draft(op: .jumpLtU, a: b, b: c)
    case (.leU, false), (.gtU, true): Draft(op: .jumpLeU, a: b, b: c)
    case (.gtU, false), (.leU, true): Draft(op: .jumpLtU, a: c, b: b)
    default: Draft(op: .jumpLeU, a: c, b: b)
    }
  }

  private static func exchanged(_ opcode: Opcode) -> Opcode {
    switch opcode {
    case .lt: .gt
    case .le: .ge
    case .gt: .lt
    case .ge: .le
    default: opcode
    }
  }

  private static func immediate(_ opcode: Opcode, _ isNegated: Bool) -> MicroOp? {
    switch opcode {
    case .eq: isNegated ? .jumpNeI : .jumpEqI
    case .ne: isNegated ? .jumpEqI : .jumpNeI
    case .lt: isNegated ? .jumpNotLtI : .jumpLtI
    case .le: isNegated ? .jumpNotLeI : .jumpLeI
    case .gt: isNegated ? .jumpNotGtI : .jumpGtI
    case .ge: isNegated ? .jumpNotGeI : .jumpGeI
    default: nil
    }
  }

  mutating func jump(_ instruction: DecodedInstruction) {
    switch instruction.opcode {
    case .jump:
      materialiseAll()
      emit(Draft(op: .jump, target: instruction.operand))
    case .jumpIf, .jumpUnless:
      let condition = pop()
      materialiseAll()
      let op: MicroOp = instruction.opcode == .jumpIf ? .jumpIf : .jumpUnless
      emit(Draft(op: op, a: operand(condition), target: instruction.operand))
    default: jumpTable(instruction.targets)
    }
  }

  /// A word counts at most 65,535 rows: what is beyond goes to another table.
  private mutating func jumpTable(_ targets: [Int]) {
    let entry = pop()
    materialiseAll()
    var index = operand(entry)
    var rest = targets[...]
    while rest.count - 1 > Self.tableRows {
      let scratch = Draft.stack + stack.count + 1
      maximumHeight = Swift.max(maximumHeight, stack.count + 2)
      // The number behind the default's marks the next table.
      emit(
        Draft(op: .jumpTable, a: index, targets: rest.prefix(Self.tableRows) + [Self.next]))
      emit(Draft(op: .sub, a: scratch, b: index, c: constant(Slot(Int64(Self.tableRows)))))
      (index, rest) = (scratch, rest.dropFirst(Self.tableRows))
    }
    emit(Draft(op: .jumpTable, a: index, targets: Array(rest)))
  }

  static let tableRows = 65_535
  /// In place of a target: the next draft.
  static let next = -2
}
