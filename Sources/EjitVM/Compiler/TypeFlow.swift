/// What is known of each slot at the start of each block: types and constants, over the paths that can be taken.
struct TypeFlow {
  let unit: CompilationUnit
  let flow: Flow
  let profile: Profile
  /// The tags at the entry, and whether that is the start of the function.
  let tags: [Tag?]
  let isStart: Bool
  /// Whether calls of the function itself go straight to its code.
  let callsItself: Bool
  /// Whether constants are followed.
  let optimizes: Bool
  private let depth: Int
  /// `states[block * slots + slot]`
  private var states: [Knowledge]
  private(set) var isReached: [Bool]
  /// What the function returns, as far as it is known.
  private(set) var result = Knowledge.none

  init(
    _ unit: CompilationUnit, _ flow: Flow, _ profile: Profile, tags: [Tag?], isStart: Bool, callsItself: Bool = false,
    optimizes: Bool = true, depth: Int = 0
  ) {
    self.unit = unit
    self.flow = flow
    self.profile = profile
    self.tags = tags
    self.isStart = isStart
    self.callsItself = callsItself
    self.optimizes = optimizes
    self.depth = depth
    states = [Knowledge](repeating: .none, count: flow.blocks.count * flow.slots)
    isReached = [Bool](repeating: false, count: flow.blocks.count)
  }

  /// The state at the start of a block.
  func state(_ block: Int) -> ArraySlice<Knowledge> { states[block * flow.slots..<(block + 1) * flow.slots] }

  mutating func solve() {
    var state = [Knowledge](repeating: .none, count: flow.slots)
    for slot in tags.indices { state[slot] = tags[slot].map(Knowledge.of) ?? .any }
    isReached[0] = true
    var work = [Int]()
    flowInto(flow.blocks[0].next, state, &work)
    var before = result
    repeat {
      before = result
      while let block = work.popLast() {
        for slot in 0..<flow.slots { state[slot] = states[block * flow.slots + slot] }
        run(block, &state, &work)
      }
      // Calls of itself give what it returns: what comes behind them is looked at again.
      if result != before {
        for block in flow.blocks.indices where block > 0 && isReached[block] { work.append(block) }
      }
    } while result != before
  }

  private mutating func run(_ block: Int, _ state: inout [Knowledge], _ work: inout [Int]) {
    let shape = flow.blocks[block]
    for index in shape.operations {
      let operation = flow.operations[index]
      if operation.word.op == .return {
        result = result.joined(operand(operation, operation.word.a, state))
        result = result.type
      }
      if index == shape.operations.upperBound - 1, let taken = outcome(operation, state) {
        guard transfer(operation, &state) else { return }
        return flowInto(taken ? shape.taken : shape.next, state, &work)
      }
      guard transfer(operation, &state) else { return }
    }
    shape.forEachSuccessor { flowInto($0, state, &work) }
  }

  private mutating func flowInto(_ block: Int, _ state: [Knowledge], _ work: inout [Int]) {
    var changed = !isReached[block]
    isReached[block] = true
    for slot in 0..<flow.slots {
      let at = block * flow.slots + slot
      let joined = states[at].joined(state[slot])
      if joined != states[at] {
        states[at] = joined
        changed = true
      }
    }
    if changed && !work.contains(block) { work.append(block) }
  }

  /// What is known of a slot of the operation's frame.
  func operand(_ operation: Flow.Operation, _ slot: Int, _ state: [Knowledge]) -> Knowledge {
    let context = operation.context
    let locals = flow.contexts[context].locals
    if slot >= locals && slot < flow.contexts[context].stack {
      return .constant(flow.contexts[context].constants[slot - locals])
    }
    return state[flow.contexts[context].base + slot]
  }

  /// Whether the conditional jump at the end of a block is taken, if that is known.
  func outcome(_ operation: Flow.Operation, _ state: [Knowledge]) -> Bool? {
    let word = operation.word
    guard word.distance != nil, word.op != .jump else { return nil }
    let a = operand(operation, word.a, state).constant
    if word.op == .jumpIf || word.op == .jumpUnless {
      guard let a, a.tag == Tag.bool.rawValue else { return nil }
      return (a.payload == 1) == (word.op == .jumpIf)
    }
    if word.op == .addJumpLt || word.op == .addJumpLe { return nil }
    guard let a, a.tag == Tag.int.rawValue else { return nil }
    guard let comparison = JumpComparison(word.op) else { return nil }
    let other = comparison.isImmediate ? Slot(Int64(word.signedB)) : operand(operation, word.b, state).constant
    guard let other, other.tag == Tag.int.rawValue else { return nil }
    return try? comparison.holds(a, other)
  }

  /// The state after an operation; false: nothing goes on behind it in compiled code.
  func transfer(_ operation: Flow.Operation, _ state: inout [Knowledge]) -> Bool {
    let definition = operation.use.definition
    let base = flow.contexts[operation.context].base
    switch operation.word.op {
    case .return, .throw: return false
    case .call:
      for slot in definition + 1..<flow.codes[flow.contexts[operation.context].function].frame {
        state[base + slot] = .none
      }
    default: break
    }
    guard let result = value(operation, state) else { return false }
    if definition >= 0 { state[base + definition] = optimizes ? result : result.type }
    return true
  }

  /// What an operation leaves in its slot (`any` where it has none); nil: it never goes on.
  func value(_ operation: Flow.Operation, _ state: [Knowledge]) -> Knowledge? {
    let word = operation.word
    if TypeRules.traps(word, { operand(operation, $0, state).tag }) { return nil }
    switch word.op {
    case .move: return operand(operation, word.b, state)
    case .loadInt: return .constant(Slot(Int64(word.wide)))
    case .loadTag: return .constant(Slot(payload: UInt64(word.c), tag: UInt64(word.x)))
    case .call: return callResult(operation, state)
    case .callIndirect, .callHost: return profiled(operation)
    case .arrayGet: return element(operation, operand(operation, word.b, state))
    case .arrayNew: return .of(ArrayKind(rawValue: word.x).map(Tag.init) ?? .nil)
    case .arrayLen, .stringLen, .stringAt: return .of(.int)
    default: return computed(operation, state)
    }
  }

  /// What an operation makes of its operands, those that are slots.
  private func computed(_ operation: Flow.Operation, _ state: [Knowledge]) -> Knowledge? {
    let word = operation.word
    if word.op == .addJumpLt || word.op == .addJumpLe {
      return TypeRules.result(word, .any, .any, a: operand(operation, word.a, state))
    }
    if word.distance != nil || word.op == .jumpTable || word.op == .arraySet || word.op == .arrayPush { return .any }
    return TypeRules.result(word, operand(operation, word.b, state), secondOperand(operation, state), a: .any)
  }

  private func secondOperand(_ operation: Flow.Operation, _ state: [Knowledge]) -> Knowledge {
    if operation.use.second >= 0 { return operand(operation, operation.use.second, state) }
    return .constant(Slot(Int64(operation.word.signedC)))
  }

  private func profiled(_ operation: Flow.Operation) -> Knowledge {
    let function = flow.contexts[operation.context].function
    return profile.tag(function, operation.index).map(Knowledge.of) ?? .any
  }

  private func element(_ operation: Flow.Operation, _ array: Knowledge) -> Knowledge {
    switch array.tag {
    case .ints: .of(.int)
    case .floats: .of(.float)
    default: profiled(operation)
    }
  }

  /// The result of a call: what was seen, else what the callee's code says; nil: nothing, so the code ends there.
  private func callResult(_ operation: Flow.Operation, _ state: [Knowledge]) -> Knowledge? {
    let function = flow.contexts[operation.context].function
    let seen = profile.tags(function, operation.index)
    if seen != 0 { return profiled(operation) }
    let callee = operation.word.wide
    let base = flow.contexts[operation.context].base + operation.word.a
    let arguments = (0..<flow.codes[callee].arguments).map { state[base + $0].tag }
    let predicted =
      isStart && callee == flow.contexts[0].function && arguments == tags
      ? result : unit.prediction(callee, arguments, profile, depth: depth)
    if predicted.isNone { return nil }
    return predicted.tag.map(Knowledge.of) ?? .any
  }
}

extension Tag {
  init(_ kind: ArrayKind) {
    switch kind {
    case .i64: self = .ints
    case .f64: self = .floats
    case .any: self = .values
    }
  }
}
