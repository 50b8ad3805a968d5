// Instruction by instruction.
extension Lowering {
  /// Lowers the instruction at `offset`, and those behind that become part of it; where the next one begins.
  mutating func lower(_ instruction: DecodedInstruction) -> Int {
    let operand = instruction.operand
    switch instruction.opcode {
    case .constInt: stack.append(.int(Int64(operand)))
    case .const: pushConstant(operand)
    case .true: stack.append(.literal(1, .bool))
    case .false: stack.append(.literal(0, .bool))
    case .nil: stack.append(.literal(0, .nil))
    case .localGet: stack.append(.local(operand))
    case .localSet: setLocal(operand)
    case .localTee: teeLocal(operand)
    case .dup: stack.append(stack[stack.count - 1])
    case .swap: swap()
    case .drop: stack.removeLast()
    case .add, .sub, .mul, .div, .rem, .and, .shl, .shr, .shrU: arithmetic(instruction.opcode)
    case .min: binary(.min)
    case .max: binary(.max)
    case .addTrap: binary(.addTrap)
    case .subTrap: binary(.subTrap)
    case .mulTrap: binary(.mulTrap)
    case .divU: binary(.divU)
    case .remU: binary(.remU)
    case .or: binary(.or)
    case .xor: binary(.xor)
    case .eq, .ne, .lt, .le, .gt, .ge, .ltU, .leU, .gtU, .geU: return comparison(instruction)
    case .neg: unary(.neg)
    case .not: unary(.not)
    case .toInt: unary(.toInt)
    case .toFloat: unary(.toFloat)
    case .sqrt: unary(.sqrt)
    case .abs: unary(.abs)
    case .floor: unary(.floor)
    case .jump, .jumpIf, .jumpUnless, .switch: jump(instruction)
    case .call, .callIndirect, .callHost: call(instruction)
    case .return: emit(Draft(op: .return, a: popOperand()))
    case .throw: emit(Draft(op: .throw, a: popOperand()))
    case .arrayNew: unary(.arrayNew, x: UInt8(operand))
    case .arrayGet: binary(.arrayGet)
    case .arraySet:
      let (value, index, array) = (popOperand(), popOperand(), popOperand())
      emit(Draft(op: .arraySet, a: array, b: index, c: value))
    case .arrayPush:
      let (value, array) = (popOperand(), popOperand())
      emit(Draft(op: .arrayPush, a: array, b: value))
    case .arrayLen: unary(.arrayLen)
    case .stringLen: unary(.stringLen)
    case .stringAt: binary(.stringAt)
    }
    return instruction.end
  }

  private mutating func pushConstant(_ number: Int) {
    if case .function(let function) = module.constants[number] {
      stack.append(.int(Int64(function)))
    } else {
      stack.append(.constant(constantSlots[number]))
    }
  }

  private mutating func unary(_ op: MicroOp, x: UInt8 = 0) {
    let b = popOperand()
    pushResult(Draft(op: op, x: x, b: b))
  }

  mutating func binary(_ op: MicroOp) {
    let (c, b) = (popOperand(), popOperand())
    pushResult(Draft(op: op, b: b, c: c))
  }

  private mutating func call(_ instruction: DecodedInstruction) {
    switch instruction.opcode {
    case .call:
      let arguments = popArguments(module.functions[instruction.operand].arguments)
      emit(Draft(op: .call, a: arguments, wide: Int32(instruction.operand)))
    case .callIndirect:
      let number = popOperand()
      emit(Draft(op: .callIndirect, a: popArguments(instruction.operand), b: number, c: instruction.operand))
    default:
      let count = module.hosts[instruction.operand].arguments
      emit(Draft(op: .callHost, a: popArguments(count), b: instruction.operand, c: count))
    }
    stack.append(.slot(stack.count))
  }

  /// With a small integer as an operand, the form that has it in the word.
  private mutating func arithmetic(_ opcode: Opcode) {
    let (c, b) = (pop(), pop())
    if case .int(let value) = c, let draft = immediate(opcode, value) {
      var draft = draft
      draft.b = operand(b)
      return pushResult(draft)
    }
    if case .int(let value) = b, [.add, .mul, .and].contains(opcode), let draft = immediate(opcode, value) {
      var draft = draft
      draft.b = operand(c)
      return pushResult(draft)
    }
    let (first, second) = (operand(b), operand(c))
    pushResult(Draft(op: general(opcode), b: first, c: second))
  }

  private func immediate(_ opcode: Opcode, _ value: Int64) -> Draft? {
    // Subtracting 0 from a float is not adding it: -0.
    if opcode == .sub { return value == 0 ? nil : immediate(.add, 0 &- value) }
    guard let small = Int16(exactly: value) else { return nil }
    let c = Int(small)
    let isPower = c > 1 && c & (c - 1) == 0
    let shift = isPower ? UInt8(c.trailingZeroBitCount) : 0
    switch opcode {
    case .add: return Draft(op: .addI, c: c)
    case .mul: return Draft(op: .mulI, c: c)
    case .div: return Draft(op: .divI, x: shift, c: c)
    case .rem: return Draft(op: .remI, x: shift, c: c)
    case .and: return Draft(op: .andI, c: c)
    case .shl: return Draft(op: .shlI, c: c)
    case .shr: return Draft(op: .shrI, c: c)
    default: return Draft(op: .shrUI, c: c)
    }
  }

  private func general(_ opcode: Opcode) -> MicroOp {
    switch opcode {
    case .add: .add
    case .sub: .sub
    case .mul: .mul
    case .div: .div
    case .rem: .rem
    case .and: .and
    case .shl: .shl
    case .shr: .shr
    default: .shrU
    }
  }
}
