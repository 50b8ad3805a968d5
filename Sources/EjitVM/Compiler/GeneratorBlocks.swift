import Ejit

extension Generator {
  /// The whole program; its entries.
  mutating func generate() -> Entries {
    let entries = Entries(slots: newLabel(), registers: newLabel())
    if specialisation.entry == .start, allocation.registers.arguments(specialisation.tags) != nil {
      registerEntry = entries.registers
    }
    emitEntry(entries)
    for block in flow.blocks.indices.dropFirst() where types.isReached[block] { emitBlock(block) }
    emitCold()
    return entries
  }

  private mutating func emitBlock(_ block: Int) {
    currentBlock = block
    nextBlock = block + 1
    while nextBlock < flow.blocks.count && !types.isReached[nextBlock] { nextBlock += 1 }
    emit(.label(label(of: block)))
    let shape = flow.blocks[block]
    state = Array(types.state(block))
    current = Array(webs.starts[block * flow.slots..<(block + 1) * flow.slots])
    if shape.countsTime { emitTick() }
    for index in shape.operations {
      self.index = index
      operation = flow.operations[index]
      slowExit = nil
      let plan = types.plan(operation, state)
      var after = state
      let goesOn = types.transfer(operation, &after)
      emitOperation(plan, goesOn: goesOn)
      guard goesOn else { return }
      state = after
      let slot = live.definedSlot(index)
      if slot >= 0 { current[slot] = webs.definitions[index] }
    }
    if shape.operations.isEmpty || flow.operations[shape.operations.upperBound - 1].word.endsWithoutJump {
      go(to: shape.next)
    }
  }

  private mutating func emitOperation(_ plan: Plan, goesOn: Bool) {
    let op = operation.word.op
    // Traps in any case.
    if !goesOn && op != .return && op != .call { return emit(.j(slow())) }
    if isDead(plan) { return }
    emitCountdown(plan)
    switch plan {
    case .integers: emitIntegers()
    case .floats: emitFloats()
    case .step: emitStep()
    case .test: emitTest()
    case .call:
      emitTick()
      emitCall()
    case .selfCall:
      emitTick()
      emitSelfCall()
    case .exit: emit(.j(slow()))
    }
  }

  /// Whether nobody reads the result, and there is nothing else that the operation does.
  private func isDead(_ plan: Plan) -> Bool {
    guard types.optimizes, plan == .integers || plan == .floats else { return false }
    switch operation.word.op {
    case .move, .loadInt, .loadTag, .add, .sub, .mul, .min, .max, .addI, .mulI, .and, .or, .xor, .shl,
      .shr, .shrU, .andI, .shlI, .shrI, .shrUI, .eq, .ne, .lt, .le, .ltU, .leU, .neg, .not, .toFloat, .sqrt, .abs,
      .floor:
      break
    default: return false
    }
    var isKnown = true
    operation.use.forEachUse { if known($0).tag == nil { isKnown = false } }
    guard isKnown || operation.word.op == .move else { return false }
    guard let web = definition else { return true }
    if case .constant = allocation.places[web] { return true }
    return false
  }

  /// For tests: a jump backwards or a call is counted.
  private mutating func emitTick() {
    guard let clock else { return }
    let temporary = allocation.registers.temporaries[0]
    emit(.movi(temporary, Immediate(bits: UInt64(UInt(bitPattern: clock)))))
    emit(.rmwi(.add, temporary, 0, 1, .u64))
  }

  /// For tests: an operation that may leave the code does so when its cell says it.
  private mutating func emitCountdown(_ plan: Plan) {
    guard forced != nil, mayLeave(plan) else { return }
    let label = exit(.forced, .before)
    emitCountdown(label, in: allocation.registers.temporaries[0])
  }

  /// For tests: the exit that was made last is also taken when its cell says it.
  mutating func emitCountdown(_ exit: Label, in temporary: Register) {
    guard let forced else { return }
    let cell = UInt(bitPattern: forced.cell(firstExit + exits.count - 1))
    emit(.movi(temporary, Immediate(bits: UInt64(cell))))
    emit(.decBranch(.eq, temporary, 0, 1, exit))
  }

  private func mayLeave(_ plan: Plan) -> Bool {
    switch plan {
    case .step, .test, .call, .selfCall, .exit: true
    case .integers, .floats:
      switch operation.word.op {
      case .addTrap, .subTrap, .mulTrap, .div, .rem, .divU, .remU, .divI, .remI, .arrayGet, .arraySet, .stringAt,
        .toInt:
        true
      case .move, .return: false
      default: hasUnknownOperand
      }
    }
  }

  /// Whether the type of an operand is looked at when the code runs.
  private var hasUnknownOperand: Bool {
    var result = false
    operation.use.forEachUse { if known($0).tag == nil { result = true } }
    return result
  }
}

extension Word {
  /// Whether the next block follows without that this word says so.
  fileprivate var endsWithoutJump: Bool { distance == nil && fallsThrough }
}
