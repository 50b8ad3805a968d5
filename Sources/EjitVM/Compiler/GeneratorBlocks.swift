import Ejit

extension Generator {
  /// The whole program; its entries.
  mutating func generate() -> Entries {
    let entries = Entries(slots: newLabel(), registers: newLabel())
    if specialisation.entry == .start, allocation.registers.arguments(specialisation.tags) != nil {
      selfEntry = entries.registers
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
    case .call: emitCall()
    case .selfCall: emitSelfCall()
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

  /// For tests: an operation that may leave the code does so when its cell says it.
  private mutating func emitCountdown(_ plan: Plan) {
    guard let forced, mayLeave(plan) else { return }
    let cell = UInt(bitPattern: forced.cell(firstExit + exits.count))
    let label = exit(.forced, .before)
    let temporary = allocation.registers.temporaries[0]
    emit(.movi(temporary, Immediate(bits: UInt64(cell))))
    emit(.decBranch(.eq, temporary, 0, 1, label))
  }

  private func mayLeave(_ plan: Plan) -> Bool {
    switch plan {
    case .step, .test, .call, .selfCall, .exit: true
    case .integers, .floats:
      switch operation.word.op {
      case .addTrap, .subTrap, .mulTrap, .div, .rem, .divU, .remU, .divI, .remI, .arrayGet, .arraySet, .stringAt,
        .toInt:
        true
      default: false
      }
    }
  }
}

extension Word {
  /// Whether the next block follows without that this word says so.
  fileprivate var endsWithoutJump: Bool { distance == nil && fallsThrough }
}
