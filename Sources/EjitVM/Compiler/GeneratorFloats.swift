import Ejit

extension Generator {
  /// An operation on floats in registers.
  mutating func emitFloats() {
    let word = operation.word
    switch word.op {
    case .add: binary { .fadd($0, $1, $2) }
    case .sub: binary { .fsub($0, $1, $2) }
    case .mul: binary { .fmul($0, $1, $2) }
    case .div: binary { .fdiv($0, $1, $2) }
    case .min: binary { .fmin($0, $1, $2) }
    case .max: binary { .fmax($0, $1, $2) }
    case .addI: withConstant { .fadd($0, $1, $2) }
    case .mulI: withConstant { .fmul($0, $1, $2) }
    case .divI: withConstant { .fdiv($0, $1, $2) }
    case .neg: unary { .fneg($0, $1) }
    case .abs: unary { .fabs($0, $1) }
    case .sqrt: unary { .fsqrt($0, $1) }
    case .floor: unary { .fround(.floor, $0, $1) }
    case .move, .toFloat: unary { .fmov($0, $1) }
    case .toInt: emitToInt()
    case .eq: compare(.oeq)
    case .ne: compare(.une)
    case .lt: compare(.olt)
    case .le: compare(.ole)
    case .arraySet: emitElement()
    case .jumpEq, .jumpNe, .jumpLt, .jumpNotLt, .jumpLe, .jumpNotLe, .jumpEqI, .jumpNeI, .jumpLtI, .jumpNotLtI,
      .jumpLeI, .jumpNotLeI, .jumpGtI, .jumpNotGtI, .jumpGeI, .jumpNotGeI, .addJumpLt, .addJumpLe:
      emitFloatJump()
    case .loadInt, .loadTag, .rem, .addTrap, .subTrap, .mulTrap, .divU, .remU, .and, .or, .xor, .shl,
      .shr, .shrU, .ltU, .leU, .remI, .andI, .shlI, .shrI, .shrUI, .not, .jump, .jumpIf, .jumpUnless, .jumpLtU,
      .jumpLeU, .jumpTable, .call, .callIndirect, .callHost, .return, .throw, .arrayNew, .arrayGet, .arrayLen,
      .arrayPush, .stringLen, .stringAt:
      break  // never planned so
    }
  }

  private mutating func unary(_ make: (VectorRegister, VectorRegister) -> Instruction) {
    let b = float(operation.word.b, 0)
    emit(make(vectorTarget, b))
    completeFloat()
  }

  private mutating func binary(_ make: (VectorRegister, VectorRegister, VectorRegister) -> Instruction) {
    let b = float(operation.word.b, 0)
    let c = float(operation.word.c, 1)
    emit(make(vectorTarget, b, c))
    completeFloat()
  }

  private mutating func withConstant(_ make: (VectorRegister, VectorRegister, VectorRegister) -> Instruction) {
    let b = float(operation.word.b, 0)
    let c = literal(Double(operation.word.signedC), 1)
    emit(make(vectorTarget, b, c))
    completeFloat()
  }

  private mutating func compare(_ condition: FloatCondition) {
    let b = float(operation.word.b, 0)
    let c = float(operation.word.c, 1)
    emit(.fset(target, condition, b, c))
    complete(.bool)
  }

  /// Truncates; what no `Int64` is near traps, in the interpreter.
  private mutating func emitToInt() {
    let b = float(operation.word.b, 0)
    let exit = slow()
    let limit = literal(0x1p63, 1)
    emit(.fbranch(.uge, b, limit, exit))
    let lowest = literal(-0x1p63, 1)
    emit(.fbranch(.olt, b, lowest, exit))
    emit(.ftoiUnchecked(.f64, .signed, target, b))
    complete(.int)
  }
}
