import Ejit

extension Generator {
  private var block: Flow.Block { flow.blocks[currentBlock] }

  /// A conditional jump on integers or Bools, or a table.
  mutating func emitJump() {
    let word = operation.word
    if let taken = types.outcome(operation, state) { return go(to: taken ? block.taken : block.next) }
    switch word.op {
    case .jumpIf, .jumpUnless:
      let a = integer(word.a, 0, .bool)
      branch(word.op == .jumpIf ? .ne : .eq) { .branchi($0, a, 0, $1) }
    case .jumpTable: emitTable()
    case .addJumpLt, .addJumpLe: emitAddJump()
    default:
      guard let comparison = JumpComparison(word.op) else { return }
      if !comparison.isImmediate { return emitComparison(comparison.condition) }
      let a = integer(word.a, 0)
      branch(comparison.condition) { .branchi($0, a, Imm64(word.signedB), $1) }
    }
  }

  private mutating func emitComparison(_ condition: Condition) {
    let word = operation.word
    let tag = known(word.a).tag ?? .int
    let a = integer(word.a, 0, tag)
    if let b = constant(word.b) { return branch(condition) { .branchi($0, a, Imm64(b), $1) } }
    let b = integer(word.b, 1, tag)
    branch(condition) { .branch($0, a, b, $1) }
  }

  private mutating func emitAddJump() {
    let word = operation.word
    let a = integer(word.a, 0)
    let condition: Condition = word.op == .addJumpLt ? .slt : .sle
    // The limit may live where the sum goes, if nobody reads it any more.
    var b = integer(word.b, 1)
    let sum = target
    if b == sum && b != allocation.registers.temporaries[1] {
      emit(.mov(allocation.registers.temporaries[1], b))
      b = allocation.registers.temporaries[1]
    }
    emit(.addi(sum, a, Immediate(word.step)))
    complete(.int)
    branch(condition) { .branch($0, sum, b, $1) }
  }

  private mutating func emitTable() {
    let a = integer(operation.word.a, 0)
    for target in block.table.dropLast() { emit(.tableEntry(label(of: target))) }
    if block.table.count == 1 { return go(to: block.table[0]) }
    emit(.jumpTable(a, label(of: block.table[block.table.count - 1])))
  }

  mutating func emitFloatJump() {
    let word = operation.word
    let a = float(word.a, 0)
    if word.op == .addJumpLt || word.op == .addJumpLe {
      return emitFloatAddJump(a, word.op == .addJumpLt ? .olt : .ole)
    }
    guard let comparison = JumpComparison(word.op) else { return }
    let b = comparison.isImmediate ? literal(Double(word.signedB), 1) : float(word.b, 1)
    branch(float: comparison.floatCondition) { .fbranch($0, a, b, $1) }
  }

  private mutating func emitFloatAddJump(_ a: VectorRegister, _ condition: FloatCondition) {
    let (sum, other) = (allocation.registers.vectorTemporaries[0], allocation.registers.vectorTemporaries[1])
    let step = literal(Double(operation.word.step), 1)
    emit(.fadd(sum, a, step))
    var limit = float(operation.word.b, 1)
    let result = vectorTarget
    if limit == result {
      emit(.fmov(other, limit))
      limit = other
    }
    if result != sum { emit(.fmov(result, sum)) }
    completeFloat()
    branch(float: condition) { .fbranch($0, result, limit, $1) }
  }

  /// Goes on at a block, by no instruction if it is the next one.
  mutating func go(to target: Int) {
    if target != nextBlock { emit(.j(label(of: target))) }
  }

  private mutating func branch(_ condition: Condition, _ make: (Condition, Label) -> Instruction) {
    if block.taken == nextBlock {
      emit(make(condition.inverted, label(of: block.next)))
    } else {
      emit(make(condition, label(of: block.taken)))
      go(to: block.next)
    }
  }

  private mutating func branch(float condition: FloatCondition, _ make: (FloatCondition, Label) -> Instruction) {
    if block.taken == nextBlock {
      emit(make(condition.inverted, label(of: block.next)))
    } else {
      emit(make(condition, label(of: block.taken)))
      go(to: block.next)
    }
  }

  /// A conditional jump by the interpreter's code.
  mutating func emitTest() {
    let outcome = allocation.registers.temporaries[0]
    callStep(services.test)
    let unwound = exit(.unwound, .across)
    emit(.branchi(.eq, .result(0), 2, unwound))
    emit(.mov(outcome, .result(0)))
    reload()
    if let web = definition { load(live.definedSlot(index), allocation.places[web]) }
    branch(.ne) { .branchi($0, outcome, 0, $1) }
  }
}
