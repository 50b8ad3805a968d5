import Ejit

extension Generator {
  /// An operation on integers, Bools or addresses in registers.
  mutating func emitIntegers() {
    let word = operation.word
    switch word.op {
    case .move: emitMove()
    case .loadInt, .loadTag: if let constant = types.value(operation, state)?.constant { load(constant) }
    case .add: commutative({ .addi($0, $1, $2) }, { .add($0, $1, $2) })
    case .sub: emitSub()
    case .mul: emitMul(constant(word.c))
    case .and: commutative({ .andi($0, $1, $2) }, { .and($0, $1, $2) })
    case .or: commutative({ .ori($0, $1, $2) }, { .or($0, $1, $2) })
    case .xor: commutative({ .xori($0, $1, $2) }, { .xor($0, $1, $2) })
    case .min: binary { .smin($0, $1, $2) }
    case .max: binary { .smax($0, $1, $2) }
    case .shl: shift({ .shli($0, $1, $2) }, { .shl($0, $1, $2) })
    case .shr: shift({ .sari($0, $1, $2) }, { .sar($0, $1, $2) })
    case .shrU: shift({ .shri($0, $1, $2) }, { .shr($0, $1, $2) })
    case .addI: withConstant(Int64(word.signedC)) { .addi($0, $1, $2) }
    case .mulI: emitMul(Int64(word.signedC))
    case .andI: withConstant(Int64(word.signedC)) { .andi($0, $1, $2) }
    case .shlI: withConstant(Int64(word.c & 63)) { .shli($0, $1, $2) }
    case .shrI: withConstant(Int64(word.c & 63)) { .sari($0, $1, $2) }
    case .shrUI: withConstant(Int64(word.c & 63)) { .shri($0, $1, $2) }
    case .addTrap: checked { .addOverflow($0, $1, $2, .signed, $3) }
    case .subTrap: checked { .subOverflow($0, $1, $2, .signed, $3) }
    case .mulTrap: checked { .mulOverflow($0, $1, $2, .signed, $3) }
    case .div, .divI, .rem, .remI: emitDivision()
    case .divU: checked { .udivChecked($0, $1, $2, $3) }
    case .remU: checked { .uremChecked($0, $1, $2, $3) }
    case .eq: compare(.eq)
    case .ne: compare(.ne)
    case .lt: compare(.slt)
    case .le: compare(.sle)
    case .ltU: compare(.ult)
    case .leU: compare(.ule)
    case .neg: unary { .neg($0, $1) }
    case .abs: unary { .abs($0, $1) }
    case .not: if known(word.b).tag == .bool { unary(.bool) { .xori($0, $1, 1) } } else { unary { .not($0, $1) } }
    case .toInt, .floor: unary { .mov($0, $1) }
    case .toFloat: emitFloats()
    case .arrayGet, .arraySet, .arrayLen, .stringLen, .stringAt: emitElement()
    case .return: emitReturn()
    case .jump, .jumpIf, .jumpUnless, .jumpEq, .jumpNe, .jumpLt, .jumpNotLt, .jumpLe, .jumpNotLe, .jumpLtU, .jumpLeU,
      .jumpEqI, .jumpNeI, .jumpLtI, .jumpNotLtI, .jumpLeI, .jumpNotLeI, .jumpGtI, .jumpNotGtI, .jumpGeI,
      .jumpNotGeI, .addJumpLt, .addJumpLe, .jumpTable:
      emitJump()
    case .call, .callIndirect, .callHost, .throw, .arrayNew, .arrayPush, .sqrt: break  // never planned so
    }
  }

  private mutating func unary(_ tag: Tag = .int, _ make: (Register, Register) -> Instruction) {
    let b = integer(operation.word.b, 0, tag)
    emit(make(target, b))
    complete(tag)
  }

  /// The tag of a result of `and`, `or`, `xor` is that of their operands.
  private mutating func binary(_ make: (Register, Register, Register) -> Instruction) {
    let tag = known(operation.word.b).tag == .bool ? Tag.bool : .int
    let b = integer(operation.word.b, 0, tag)
    let c = integer(operation.word.c, 1, tag)
    emit(make(target, b, c))
    complete(tag)
  }

  private mutating func withConstant(_ value: Int64, _ make: (Register, Register, Immediate) -> Instruction) {
    let b = integer(operation.word.b, 0)
    emit(make(target, b, Immediate(bits: UInt64(bitPattern: value))))
    complete(.int)
  }

  /// An operation that may leave the code: its operands stay until it has not.
  private mutating func checked(_ make: (Register, Register, Register, Label) -> Instruction) {
    let b = integer(operation.word.b, 0)
    let c = integer(operation.word.c, 1)
    let exit = slow()
    // Temporaries that hold an operand may be overwritten: its slot or constant is still there.
    let result = allocation.registers.temporaries[0]
    emit(make(result, b, c, exit))
    complete(result, .int)
  }

  private typealias Immediates = (Register, Register, Immediate) -> Instruction
  private typealias Registers = (Register, Register, Register) -> Instruction

  /// An operation whose operands may change places: a constant becomes an immediate.
  private mutating func commutative(_ immediate: Immediates, _ registers: Registers) {
    let word = operation.word
    guard known(word.b).tag == .int else { return binary(registers) }
    if let c = constant(word.c) { return withConstant(c, immediate) }
    guard let b = constant(word.b) else { return binary(registers) }
    let c = integer(word.c, 0)
    emit(immediate(target, c, Immediate(bits: UInt64(bitPattern: b))))
    complete(.int)
  }

  private mutating func shift(_ immediate: Immediates, _ registers: Registers) {
    if let c = constant(operation.word.c) { return withConstant(c & 63, immediate) }
    binary(registers)
  }

  private mutating func emitSub() {
    if let c = constant(operation.word.c) { return withConstant(c) { .subi($0, $1, $2) } }
    binary { .sub($0, $1, $2) }
  }

  /// By a power of two it is a shift.
  private mutating func emitMul(_ factor: Int64?) {
    guard let factor else { return binary { .mul($0, $1, $2) } }
    if types.optimizes && factor > 0 && factor & (factor - 1) == 0 {
      let shift = Int64(factor.trailingZeroBitCount)
      return withConstant(shift) { shift == 0 ? .mov($0, $1) : .shli($0, $1, $2) }
    }
    withConstant(factor) { .muli($0, $1, $2) }
  }

  private mutating func emitDivision() {
    let word = operation.word
    let isRemainder = word.op == .rem || word.op == .remI
    let divisor = word.op == .divI || word.op == .remI ? Int64(word.signedC) : constant(word.c)
    if types.optimizes, let divisor, divisor > 0, divisor & (divisor - 1) == 0 {
      return isRemainder ? emitRemainder(divisor) : emitQuotient(divisor)
    }
    if let divisor, divisor != 0, divisor != -1 {
      let b = integer(word.b, 0)
      emit(.movi(allocation.registers.temporaries[1], Immediate(bits: UInt64(bitPattern: divisor))))
      let c = allocation.registers.temporaries[1]
      emit(isRemainder ? .sremUnchecked(target, b, c) : .sdivUnchecked(target, b, c))
      return complete(.int)
    }
    if divisor != nil && (word.op == .divI || word.op == .remI) {
      let b = integer(word.b, 0)
      let c = allocation.registers.temporaries[1]
      emit(.movi(c, Immediate(bits: UInt64(bitPattern: divisor ?? 0))))
      let exit = slow()
      emit(isRemainder ? .sremChecked(target, b, c, exit) : .sdivChecked(target, b, c, exit))
      return complete(.int)
    }
    let (b, c) = (integer(word.b, 0), integer(word.c, 1))
    let exit = slow()
    if narrowsDivision, !allocation.registers.temporaries.contains(b), !allocation.registers.temporaries.contains(c) {
      return emitNarrowDivision(isRemainder, b, c, exit)
    }
    emit(isRemainder ? .sremChecked(target, b, c, exit) : .sdivChecked(target, b, c, exit))
    complete(.int)
  }

  /// Of two numbers that are neither negative nor longer than 32 bits the short division gives the same.
  private mutating func emitNarrowDivision(_ isRemainder: Bool, _ b: Register, _ c: Register, _ exit: Label) {
    let result = allocation.registers.temporaries[0]
    let (wide, done) = (newLabel(), newLabel())
    emit(.or(result, b, c))
    emit(.shri(result, result, 32))
    emit(.branchi(.ne, result, 0, wide))
    emit(
      isRemainder ? .uremChecked(width: .w32, result, b, c, exit) : .udivChecked(width: .w32, result, b, c, exit))
    emit(.label(done))
    complete(result, .int)
    let long: Instruction = isRemainder ? .sremChecked(result, b, c, exit) : .sdivChecked(result, b, c, exit)
    cold.append(.code(wide, long, then: done))
  }

  /// `b / 2^n`, rounded to zero: negative numbers are first raised by `2^n - 1`.
  private mutating func emitQuotient(_ divisor: Int64) {
    let b = integer(operation.word.b, 0)
    let bias = allocation.registers.temporaries[1]
    let shift = divisor.trailingZeroBitCount
    if shift == 0 {
      emit(.mov(target, b))
    } else {
      emitBias(bias, b, shift)
      emit(.add(bias, bias, b))
      emit(.sari(target, bias, Immediate(shift)))
    }
    complete(.int)
  }

  /// `b - (b + bias) & -2^n`, with the same bias.
  private mutating func emitRemainder(_ divisor: Int64) {
    let b = integer(operation.word.b, 0)
    let bias = allocation.registers.temporaries[1]
    let shift = divisor.trailingZeroBitCount
    if shift == 0 {
      emit(.movi(target, 0))
    } else {
      emitBias(bias, b, shift)
      emit(.add(bias, bias, b))
      emit(.andi(bias, bias, Immediate(bits: UInt64(bitPattern: -divisor))))
      emit(.sub(target, b, bias))
    }
    complete(.int)
  }

  /// `bias` = `2^shift - 1` if `b` is negative, else 0.
  private mutating func emitBias(_ bias: Register, _ b: Register, _ shift: Int) {
    if shift == 1 { return emit(.shri(bias, b, 63)) }
    emit(.sari(bias, b, 63))
    emit(.shri(bias, bias, Immediate(64 - shift)))
  }

  private mutating func compare(_ condition: Condition) {
    let word = operation.word
    let tag = known(word.b).tag ?? .int
    let b = integer(word.b, 0, tag)
    if let c = constant(word.c) {
      emit(.seti(target, condition, b, Immediate(bits: UInt64(bitPattern: c))))
    } else {
      let c = integer(word.c, 1, tag)
      emit(.set(target, condition, b, c))
    }
    complete(.bool)
  }

  private mutating func emitMove() {
    let word = operation.word
    guard let web = definition else { return }
    if let tag = known(word.b).tag {
      if tag == .float { return emitFloats() }
      let b = integer(word.b, 0, tag)
      emit(.mov(target, b))
      return complete(tag)
    }
    guard case .slot = allocation.places[web] else { return }
    copySlot(from: flat(word.b), to: live.definedSlot(index))
  }

  /// A value with its tag.
  mutating func copySlot(from: Int, to: Int) {
    let (a, b) = (allocation.registers.temporaries[0], allocation.registers.temporaries[1])
    emit(.ldPair(a, b, Convention.base, Displacement(Int32(from * 16))))
    emit(.stPair(a, b, Convention.base, Displacement(Int32(to * 16))))
  }

  private mutating func load(_ constant: Slot) {
    guard let web = definition, allocation.places[web] != .constant(constant) else { return }
    let tag = Tag(rawValue: constant.tag) ?? .nil
    if tag == .float {
      emit(.fmovi(vectorTarget, Immediate(bits: constant.payload)))
      return completeFloat()
    }
    emit(.movi(target, Immediate(bits: constant.payload)))
    complete(tag)
  }
}
