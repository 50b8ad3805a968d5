/// Comparisons, fused and with flags, and what is made of their result.
extension Emission {
  /// `cmp a, value`; against zero `test a, a`, which leaves the same flags in fewer bytes.
  mutating func compare(_ w: Width, _ a: Register, _ value: Immediate) throws(Refusal) {
    let a = try gpr(a)
    let bits = try bits(w, value)
    if bits == 0 { return code.test(w, a, a) }
    if w == .w32 { return code.alu(.cmp, w, a, Int32(truncatingIfNeeded: bits)) }
    if let value = Int32(exactly: Int64(bitPattern: bits)) { return code.alu(.cmp, w, a, value) }
    code.mov(.scratch, bits)
    code.alu(.cmp, w, a, .scratch)
  }

  /// `test a, value`; a positive 32-bit mask leaves the same flags in the shorter 32-bit form.
  mutating func test(_ w: Width, _ a: Register, _ value: Immediate) throws(Refusal) {
    let a = try gpr(a)
    let bits = try bits(w, value)
    if w == .w32 || bits <= UInt64(Int32.max) { return code.test(.w32, a, Int32(truncatingIfNeeded: bits)) }
    if let value = Int32(exactly: Int64(bitPattern: bits)) { return code.test(w, a, value) }
    code.mov(.scratch, bits)
    code.test(w, a, .scratch)
  }

  private func checkOrdering(_ condition: Condition) throws(Refusal) {
    if !condition.isOrdering { throw Refusal(.badCondition, UInt64(condition.rawValue)) }
  }

  func checkTest(_ condition: Condition) throws(Refusal) {
    switch condition {
    case .eq, .ne, .negative, .nonNegative: return
    case .slt, .sle, .sgt, .sge, .ult, .ule, .ugt, .uge, .carry, .noCarry, .borrow, .noBorrow, .overflow,
      .noOverflow:
      throw Refusal(.badCondition, UInt64(condition.rawValue))
    }
  }

  mutating func compare(_ condition: Condition, _ w: Width, _ a: Register, _ b: Register) throws(Refusal) {
    try checkOrdering(condition)
    code.alu(.cmp, w, try gpr(a), try gpr(b))
  }

  mutating func compare(_ condition: Condition, _ w: Width, _ a: Register, _ value: Immediate) throws(Refusal) {
    try checkOrdering(condition)
    try compare(w, a, value)
  }

  /// Compares what lies in memory with a register; 64 bits without a load of its own.
  mutating func compareMemory(
    _ condition: Condition, _ type: MemoryType, _ base: Register, _ displacement: Displacement, _ b: Register
  ) throws(Refusal) {
    try checkOrdering(condition)
    let memory = Memory(try self.base(base), displacement.value)
    let b = try gpr(b)
    if type.byteCount == 8 { return code.cmp(.w64, memory, b) }
    code.load(type, .scratch, memory)
    code.alu(.cmp, .w64, .scratch, b)
  }

  /// Compares what lies in memory with a constant; without a load of its own where the narrow comparison
  /// gives the same answer: unsigned or equality, and the constant fits without sign.
  mutating func compareMemory(
    _ condition: Condition, _ type: MemoryType, _ base: Register, _ displacement: Displacement, _ value: Int32
  ) throws(Refusal) {
    try checkOrdering(condition)
    let memory = Memory(try self.base(base), displacement.value)
    let isUnsigned = condition.code < 8
    if type.byteCount == 8 { return code.cmp(.w64, memory, value) }
    if type == .u8 && isUnsigned, let value = UInt8(exactly: value) { return code.cmp8(memory, value) }
    if type == .u32 && isUnsigned && value >= 0 { return code.cmp(.w32, memory, value) }
    code.load(type, .scratch, memory)
    code.alu(.cmp, .w64, .scratch, value)
  }

  mutating func branchBit(
    _ w: Width, _ condition: Condition, _ a: Register, _ bit: UInt8, _ target: Label
  ) throws(Refusal) {
    guard condition == .eq || condition == .ne else {
      throw Refusal(.badCondition, UInt64(condition.rawValue))
    }
    guard Int(bit) < w.bits else { throw .immediate(Int64(bit)) }
    code.bt(bit < 32 ? .w32 : .w64, try gpr(a), bit)
    jcc(condition == .ne ? .carry : .noCarry, to: target)
  }

  /// `d` = 0 or 1. Neutral to flags, as `setcc` must be.
  mutating func materialize(_ condition: Condition, _ d: GPR) {
    code.setcc(condition, d)
    code.extend8(.w32, signed: false, d, d)
  }

  /// `d` = 0 or all ones; a borrow fills the register by itself.
  mutating func materializeMask(_ condition: Condition, _ w: Width, _ d: GPR) {
    if condition == .ult { return code.alu(.sbb, w, d, d) }
    materialize(condition, d)
    code.unary(.neg, w, d)
  }

  /// `d = condition ? x : y`. Neutral to flags.
  mutating func select(_ condition: Condition, _ w: Width, _ d: GPR, _ x: GPR, _ y: GPR) {
    if d == x { return code.cmov(condition.inverted, w, d, y) }
    if d != y { code.mov(w, d, y) }
    code.cmov(condition, w, d, x)
  }

  mutating func selectElse(
    _ condition: Condition, _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ x: Register,
    _ value: Imm64
  ) throws(Refusal) {
    try compare(condition, w, a, b)
    let (d, x) = (try destination(d), try gpr(x))
    let constant: GPR = d == x ? .scratch : d
    code.mov(constant, try bits(w, Immediate(bits: value.bits)))
    select(condition, w, d, x, constant)
  }

  /// `equal` is the comparison of `b` with itself, which a conditional move makes of the other one; what is less or
  /// greater than any `b` there is not, so these two jump.
  mutating func compareIf(
    _ condition: Condition, _ w: Width, _ outcome: Outcome, _ a: Register, _ b: Register
  ) throws(Refusal) {
    let (a, b) = (try gpr(a), try gpr(b))
    if outcome == .equal {
      code.mov(w, .scratch, b)
      code.cmov(condition, w, .scratch, a)
      return code.alu(.cmp, w, .scratch, b)
    }
    let otherwise = code.skip(if: condition.inverted)
    code.alu(.cmp, w, a, b)
    finishCompareIf(outcome, otherwise)
  }

  /// Without a jump where one instruction holds the value, and the number next to it is on the wanted side of it.
  mutating func compareIf(
    _ condition: Condition, _ w: Width, _ outcome: Outcome, _ a: Register, _ value: Immediate
  ) throws(Refusal) {
    let bits = try bits(w, value)
    if let other = comparable(w, outcome, to: bits) {
      code.mov(.scratch, other)
      code.cmov(condition, w, .scratch, try gpr(a))
      return compareScratch(w, Int32(truncatingIfNeeded: bits))
    }
    let otherwise = code.skip(if: condition.inverted)
    try compare(w, a, value)
    finishCompareIf(outcome, otherwise)
  }

  /// Behind the comparison: the flags of `outcome`, that of 1 with 0, 1 or 2, where `otherwise` leads.
  private mutating func finishCompareIf(_ outcome: Outcome, _ otherwise: ShortJump) {
    let done = code.skip()
    code.land(otherwise)
    let other: UInt64 =
      switch outcome {
      case .less: 0
      case .equal: 1
      case .greater: 2
      }
    code.mov(.scratch, other)
    compareScratch(.w32, 1)
    code.land(done)
  }

  private mutating func compareScratch(_ w: Width, _ value: Int32) {
    if value == 0 { code.test(w, .scratch, .scratch) } else { code.alu(.cmp, w, .scratch, value) }
  }

  /// A number that compares with `bits` as `outcome` says, signed and unsigned; nil if its neighbour does not, or if
  /// `cmp` cannot hold `bits`.
  private func comparable(_ w: Width, _ outcome: Outcome, to bits: UInt64) -> UInt64? {
    let sign: UInt64 = 1 << UInt64(w.bits - 1)
    let all = sign | (sign - 1)
    if w == .w64 && Int32(exactly: Int64(bitPattern: bits)) == nil { return nil }
    switch outcome {
    case .equal: return bits
    case .less: return bits == 0 || bits == sign ? nil : bits - 1
    case .greater: return bits == all || bits == sign - 1 ? nil : bits + 1
    }
  }
}
