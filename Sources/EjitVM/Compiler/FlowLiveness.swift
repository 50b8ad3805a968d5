/// Which slots of all frames are live at an operation: those of its own frame, and those of the callers' that their calls
/// leave alive.
struct FlowLiveness {
  private let flow: Flow
  /// For each context.
  private let tables: [Liveness]
  /// The slot each operation writes, of all frames; −1: none, or nobody reads it.
  private var defined: [Int]
  /// `atStart[block * slots + slot]`
  private var atStart: [Bool]

  /// nil if a function is too large.
  init?(_ unit: CompilationUnit, _ flow: Flow) {
    var tables: [Liveness] = []
    for context in flow.contexts {
      guard let liveness = unit.liveness(of: context.function) else { return nil }
      tables.append(liveness)
    }
    self.flow = flow
    self.tables = tables
    defined = [Int](repeating: -1, count: flow.operations.count)
    atStart = [Bool](repeating: false, count: flow.blocks.count * flow.slots)
    for index in flow.operations.indices { defined[index] = findDefined(index) }
    for block in flow.blocks.indices { markStart(block) }
  }

  func definedSlot(_ index: Int) -> Int { defined[index] }
  func isLive(_ slot: Int, atStartOf block: Int) -> Bool { atStart[block * flow.slots + slot] }

  /// The slots that are live before an operation.
  func forEachLive(before index: Int, _ body: (Int) -> Void) {
    let operation = flow.operations[index]
    forEachLive(operation.context, before: operation.index, body)
  }

  /// The slots that a call leaves alive, and those that a handler around it reads.
  func forEachLive(across index: Int, _ body: (Int) -> Void) {
    let operation = flow.operations[index]
    forEachLive(operation.context, across: operation.index, body)
  }

  /// The slots that are read behind an operation, its result left out.
  func forEachLive(behind index: Int, _ body: (Int) -> Void) {
    let operation = flow.operations[index]
    let frame = flow.contexts[operation.context]
    forEachLive(inFrame: operation.context, behind: operation.index) { body(frame.base + $0) }
    if frame.parent >= 0 { forEachLive(frame.parent, across: frame.call, body) }
  }

  /// The slots of one frame that are live before a word of it, by the frame's own numbers.
  func forEachLive(inFrame context: Int, before index: Int, _ body: (Int) -> Void) {
    tables[context].forEach(before: index, body)
  }

  /// The slots of one frame whose values are read behind a word of it, its result left out.
  func forEachLive(inFrame context: Int, behind index: Int, _ body: (Int) -> Void) {
    let word = flow.codes[flow.contexts[context].function].words[index]
    let result = word.operands { flow.codes[$0].arguments }.definition
    if word.fallsThrough { tables[context].forEach(before: index + 1) { if $0 != result { body($0) } } }
    // A conditional jump that the interpreter executes leaves alive what either way needs.
    guard let distance = word.distance else { return }
    tables[context].forEach(before: index + 1 + distance) { slot in
      if slot != result && !(word.fallsThrough && tables[context].isLive(slot, before: index + 1)) { body(slot) }
    }
  }

  /// The slots of one frame that a call in it leaves alive, by the frame's own numbers: also those that a handler reads.
  func forEachLive(inFrame context: Int, across index: Int, _ body: (Int) -> Void) {
    forEachLive(inFrame: context, behind: index, body)
    let function = flow.contexts[context].function
    let word = flow.codes[function].words[index]
    guard word.mayThrow else { return }
    let result = word.operands { flow.codes[$0].arguments }.definition
    for handler in flow.codes[function].handlers where handler.from <= index && index < handler.to {
      tables[context].forEach(before: handler.target) { slot in
        let isOther = !word.fallsThrough || slot == result || !tables[context].isLive(slot, before: index + 1)
        if slot != flow.contexts[context].stack && isOther { body(slot) }
      }
    }
  }

  private func forEachLive(_ context: Int, before index: Int, _ body: (Int) -> Void) {
    let frame = flow.contexts[context]
    forEachLive(inFrame: context, before: index) { body(frame.base + $0) }
    if frame.parent >= 0 { forEachLive(frame.parent, across: frame.call, body) }
  }

  private func forEachLive(_ context: Int, across index: Int, _ body: (Int) -> Void) {
    let frame = flow.contexts[context]
    forEachLive(inFrame: context, across: index) { body(frame.base + $0) }
    if frame.parent >= 0 { forEachLive(frame.parent, across: frame.call, body) }
  }

  private func findDefined(_ index: Int) -> Int {
    let operation = flow.operations[index]
    let slot = operation.use.definition
    if slot < 0 { return -1 }
    let table = tables[operation.context]
    let base = flow.contexts[operation.context].base
    if let distance = operation.word.distance, table.isLive(slot, before: operation.index + 1 + distance) {
      return base + slot
    }
    let (parent, call) = (flow.contexts[operation.context].parent, flow.contexts[operation.context].call)
    // The return of a callee that is part of the code writes the result of its call.
    if parent >= 0, flow.codes[flow.contexts[operation.context].function].words[operation.index].op == .return {
      return tables[parent].isLive(base - flow.contexts[parent].base, before: call + 1) ? base : -1
    }
    return table.isLive(slot, before: operation.index + 1) ? base + slot : -1
  }

  private mutating func markStart(_ block: Int) {
    // A block without operations is one that goes on at once: what is live there is what its successor needs.
    var place = block
    var steps = 0
    while flow.blocks[place].operations.isEmpty && flow.blocks[place].next >= 0 && steps < flow.blocks.count {
      place = flow.blocks[place].next
      steps += 1  // round and round in an empty loop nothing is live
    }
    guard let first = flow.blocks[place].operations.first else { return }
    var slots: [Int] = []
    forEachLive(before: first) { slots.append($0) }
    for slot in slots { atStart[block * flow.slots + slot] = true }
  }
}
