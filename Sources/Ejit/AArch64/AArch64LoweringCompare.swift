/// Comparisons, fused and with flags, and what is made of their result.
extension AArch64 {
  private static func ordering(_ condition: Condition) throws(Refusal) -> ConditionCode {
    if !condition.isOrdering { throw Refusal(.badCondition, UInt64(condition.rawValue)) }
    return ConditionCode(condition)
  }

  static func compare(
    _ condition: Condition, _ w: Width, _ a: Register, _ b: Register, into e: inout Emission
  ) throws(Refusal) -> ConditionCode {
    let code = try ordering(condition)
    e.code.emit32(.addSub(.subs, w, .zr, try e.x(a), try e.x(b)))
    return code
  }

  static func compare(
    _ condition: Condition, _ w: Width, _ a: Register, _ value: Immediate, into e: inout Emission
  ) throws(Refusal) -> ConditionCode {
    let code = try ordering(condition)
    addFlags(.subs, w, .zr, try e.x(a), try bits(w, value.bits), into: &e)
    return code
  }

  /// NZCV after a comparison with this outcome, for orderings with and without sign.
  private static func flags(of outcome: Outcome) -> UInt32 {
    switch outcome {
    case .less: 0b1000
    case .equal: 0b0110
    case .greater: 0b0010
    }
  }

  static func compareIf(
    _ w: Width, _ condition: Condition, _ outcome: Outcome, _ a: Register, _ b: Register, into e: inout Emission
  ) throws(Refusal) {
    let code = ConditionCode(condition)
    e.code.emit32(.compare(.ccmp, w, try e.x(a), try e.x(b), else: flags(of: outcome), if: code))
  }

  /// Five bits are held, or those of the opposite number (see `addFlags`); moving a constant is neutral to flags.
  static func compareIf(
    _ w: Width, _ condition: Condition, _ outcome: Outcome, _ a: Register, _ value: Immediate,
    into e: inout Emission
  ) throws(Refusal) {
    let (a, bits, code, nzcv) = (try e.x(a), try bits(w, value.bits), ConditionCode(condition), flags(of: outcome))
    let opposite = negated(w, bits)
    if bits < 32 {
      e.code.emit32(.compare(.ccmp, w, a, imm5: UInt32(bits), else: nzcv, if: code))
    } else if opposite < 32 {
      e.code.emit32(.compare(.ccmn, w, a, imm5: UInt32(opposite), else: nzcv, if: code))
    } else {
      move(.x16, bits, into: &e)
      e.code.emit32(.compare(.ccmp, w, a, .x16, else: nzcv, if: code))
    }
  }

  /// Leaves the flags of `a & bits`. No mask is empty or full: those compare registers.
  static func test(_ w: Width, _ a: X, _ bits: UInt64, into e: inout Emission) {
    if bits == 0 {
      e.code.emit32(.logic(.ands, w, .zr, a, .zr))
    } else if negated(w, bits) == 1 {
      e.code.emit32(.logic(.ands, w, .zr, a, a))
    } else {
      logic(.ands, w, .zr, a, bits, into: &e)
    }
  }

  /// Compares with a constant and branches; with zero, or next to it, one instruction where it will do.
  static func branchImmediate(
    _ w: Width, _ condition: Condition, _ a: X, _ bits: UInt64, _ target: Label, into e: inout Emission
  ) throws(Refusal) {
    let code = try ordering(condition)
    let sign = UInt32(w.bits - 1)
    switch (condition, bits) {
    case (.eq, 0), (.ule, 0), (.ult, 1):
      try branch(.cbz(w, a, nonzero: false), .imm19, to: target, into: &e)
    case (.ne, 0), (.ugt, 0), (.uge, 1):
      try branch(.cbz(w, a, nonzero: true), .imm19, to: target, into: &e)
    case (.slt, 0): try branch(.tbz(a, bit: sign, nonzero: true), .imm14, to: target, into: &e)
    case (.sge, 0): try branch(.tbz(a, bit: sign, nonzero: false), .imm14, to: target, into: &e)
    case (.eq, _), (.ne, _), (.slt, _), (.sle, _), (.sgt, _), (.sge, _), (.ult, _), (.ule, _), (.ugt, _), (.uge, _),
      (.carry, _), (.noCarry, _), (.borrow, _), (.noBorrow, _), (.overflow, _), (.noOverflow, _),
      (.negative, _), (.nonNegative, _):
      addFlags(.subs, w, .zr, a, bits, into: &e)
      try branch(.b(code), .imm19, to: target, into: &e)
    }
  }

  private static func checkTest(_ condition: Condition) throws(Refusal) {
    switch condition {
    case .eq, .ne, .negative, .nonNegative: return
    case .slt, .sle, .sgt, .sge, .ult, .ule, .ugt, .uge, .carry, .noCarry, .borrow, .noBorrow, .overflow,
      .noOverflow:
      throw Refusal(.badCondition, UInt64(condition.rawValue))
    }
  }

  static func branchTest(
    _ w: Width, _ condition: Condition, _ a: Register, _ b: Register, _ target: Label, into e: inout Emission
  ) throws(Refusal) {
    try checkTest(condition)
    let (a, b) = (try e.x(a), try e.x(b))
    if a == b { return try branchTest(w, condition, a, w == .w64 ? .max : 0xFFFF_FFFF, target, into: &e) }
    e.code.emit32(.logic(.ands, w, .zr, a, b))
    try branch(.b(ConditionCode(condition)), .imm19, to: target, into: &e)
  }

  /// Tests under a mask and branches: in one instruction for a single bit, for all bits, or for the sign.
  static func branchTest(
    _ w: Width, _ condition: Condition, _ a: X, _ bits: UInt64, _ target: Label, into e: inout Emission
  ) throws(Refusal) {
    try checkTest(condition)
    let sign = UInt32(w.bits - 1)
    let isEquality = condition == .eq || condition == .ne
    let nonzero = condition == .ne || condition == .negative
    if isEquality && bits.nonzeroBitCount == 1 {
      let bit = UInt32(bits.trailingZeroBitCount)
      try branch(.tbz(a, bit: bit, nonzero: nonzero), .imm14, to: target, into: &e)
    } else if isEquality && negated(w, bits) == 1 {
      try branch(.cbz(w, a, nonzero: nonzero), .imm19, to: target, into: &e)
    } else if !isEquality && bits >> UInt64(sign) == 1 {
      try branch(.tbz(a, bit: sign, nonzero: nonzero), .imm14, to: target, into: &e)
    } else {
      test(w, a, bits, into: &e)
      try branch(.b(ConditionCode(condition)), .imm19, to: target, into: &e)
    }
  }

  static func branchBit(
    _ w: Width, _ condition: Condition, _ a: Register, _ bit: UInt8, _ target: Label, into e: inout Emission
  ) throws(Refusal) {
    guard condition == .eq || condition == .ne else {
      throw Refusal(.badCondition, UInt64(condition.rawValue))
    }
    let bit = try position(w, bit)
    try branch(.tbz(try e.x(a), bit: bit, nonzero: condition == .ne), .imm14, to: target, into: &e)
  }

  static func branchMemory(
    _ condition: Condition, _ type: MemoryType, _ base: Register, _ displacement: Displacement, _ b: Register,
    _ target: Label, into e: inout Emission
  ) throws(Refusal) {
    let code = try ordering(condition)
    access(.load(type), .x16, try e.xsp(base), Int64(displacement.value), scratch: .x16, into: &e)
    e.code.emit32(.addSub(.subs, .w64, .zr, .x16, try e.x(b)))
    try branch(.b(code), .imm19, to: target, into: &e)
  }

  static func branchMemory(
    _ condition: Condition, _ type: MemoryType, _ base: Register, _ displacement: Displacement,
    _ value: Displacement, _ target: Label, into e: inout Emission
  ) throws(Refusal) {
    // In x17: a constant that does not fit a comparison goes through x16.
    access(.load(type), .x17, try e.xsp(base), Int64(displacement.value), scratch: .x17, into: &e)
    let bits = UInt64(bitPattern: Int64(value.value))
    try branchImmediate(.w64, condition, .x17, bits, target, into: &e)
  }

  /// `d = code ? x : bits`; zero, one and all ones need no register. Moving a constant is neutral to flags.
  static func selectElse(
    _ w: Width, _ d: X, _ code: ConditionCode, _ x: X, _ bits: UInt64, into e: inout Emission
  ) {
    if bits == 0 { return e.code.emit32(.choose(.csel, w, d, x, .zr, code)) }
    if bits == 1 { return e.code.emit32(.choose(.csinc, w, d, x, .zr, code)) }
    if negated(w, bits) == 1 { return e.code.emit32(.choose(.csinv, w, d, x, .zr, code)) }
    move(.x16, bits, into: &e)
    e.code.emit32(.choose(.csel, w, d, x, .x16, code))
  }
}
