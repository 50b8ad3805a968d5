/// Builds the graph of a function from a word on.
struct FlowBuilder {
  private let unit: CompilationUnit
  private var flow: Flow
  /// For each context the block that begins at a word; -1: none.
  private var numbers: [[Int32]] = []
  /// Operations of blocks, until their order is known.
  private var bodies: [[Flow.Operation]] = []
  private var blocks: [Flow.Block] = []
  private var places: [Place] = []
  private var pending: [Int] = []
  private let inlines: Bool
  /// Jumps backwards go through blocks of their own, where they are counted.
  private let countsTime: Bool

  /// Where a block stands in the source: words of the contexts around it, outermost first.
  private struct Place {
    var context: Int
    var word: Int
  }

  static func flow(
    _ unit: CompilationUnit, function: Int, from word: Int, inlines: Bool, countsTime: Bool = false
  ) -> Flow {
    var builder = FlowBuilder(unit: unit, inlines: inlines, countsTime: countsTime)
    builder.build(function, word)
    return builder.flow
  }

  private init(unit: CompilationUnit, inlines: Bool, countsTime: Bool) {
    self.unit = unit
    self.inlines = inlines
    self.countsTime = countsTime
    flow = Flow(unit.codes)
  }

  private mutating func build(_ function: Int, _ word: Int) {
    add(Flow.Context(function, flow.codes[function], base: 0))
    let start = block(0, word)
    while let number = pending.popLast() { fill(number) }
    let order = inOrder()
    var position = [Int](repeating: 0, count: blocks.count)
    for (index, number) in order.enumerated() { position[number] = index + 1 }
    flow.blocks.append(Flow.Block(operations: 0..<0, depth: 0, next: position[start]))
    for number in order {
      var block = blocks[number]
      let first = flow.operations.count
      flow.operations.append(contentsOf: bodies[number])
      block.operations = first..<flow.operations.count
      if block.taken >= 0 { block.taken = position[block.taken] }
      if block.next >= 0 { block.next = position[block.next] }
      for index in block.table.indices { block.table[index] = position[block.table[index]] }
      flow.blocks.append(block)
    }
    for context in flow.contexts { flow.slots = max(flow.slots, context.base + flow.codes[context.function].frame) }
  }

  private mutating func add(_ context: Flow.Context) {
    flow.contexts.append(context)
    numbers.append([Int32](repeating: -1, count: flow.codes[context.function].words.count + 1))
  }

  private mutating func block(_ context: Int, _ word: Int) -> Int {
    if numbers[context][word] >= 0 { return Int(numbers[context][word]) }
    let number = blocks.count
    numbers[context][word] = Int32(number)
    let frame = flow.contexts[context]
    let depth = frame.depth + Int(unit.shapes[frame.function].depths[word])
    blocks.append(Flow.Block(operations: 0..<0, depth: depth))
    bodies.append([])
    places.append(Place(context: context, word: word))
    pending.append(number)
    return number
  }

  private mutating func fill(_ number: Int) {
    let context = places[number].context
    let function = flow.contexts[context].function
    let shape = unit.shapes[function]
    var index = places[number].word
    while true {
      let word = flow.codes[function].words[index]
      if word.op == .return && flow.contexts[context].parent >= 0 { return leave(number, context, index, word) }
      if word.op == .call, inlines, let inner = enter(context, index, word) {
        blocks[number].next = block(inner, 0)
        blocks[blocks[number].next].countsTime = countsTime
        return
      }
      if word.op == .jump {
        blocks[number].next = target(context, of: index, index + 1 + word.wide)
        return
      }
      bodies[number].append(operation(word, index, context))
      if endsBlock(number, context, index, word) { return }
      index += 1
      if shape.isTarget[index] {
        blocks[number].next = block(context, index)
        return
      }
    }
  }

  private mutating func endsBlock(_ number: Int, _ context: Int, _ index: Int, _ word: Word) -> Bool {
    if word.op == .jumpTable {
      var targets: [Int] = []
      flow.codes[flow.contexts[context].function].forEachSuccessor(of: index) { targets.append($0) }
      let table = targets.map { target(context, of: index, $0) }
      blocks[number].table = table
      return true
    }
    guard let distance = word.distance else { return !word.fallsThrough }
    blocks[number].next = block(context, index + 1)
    blocks[number].taken = target(context, of: index, index + 1 + distance)
    return true
  }

  /// Where the jump at `index` leads.
  private mutating func target(_ context: Int, of index: Int, _ word: Int) -> Int {
    let target = block(context, word)
    guard countsTime && word <= index else { return target }
    blocks.append(Flow.Block(operations: 0..<0, depth: blocks[target].depth, next: target, countsTime: true))
    bodies.append([])
    places.append(Place(context: context, word: index))
    return blocks.count - 1
  }

  /// The return of a callee that is part of the code: its result goes where the call leaves it.
  private mutating func leave(_ number: Int, _ context: Int, _ index: Int, _ word: Word) {
    let frame = flow.contexts[context]
    bodies[number].append(operation(Word(.move, 0, word.a), index, context))
    blocks[number].next = block(frame.parent, frame.call + 1)
  }

  /// A context for a callee that is worth it: small, without loops, calls, and handlers.
  private mutating func enter(_ context: Int, _ index: Int, _ word: Word) -> Int? {
    guard unit.shapes[word.wide].isSmallLeaf, nesting(context) < 1 else { return nil }
    let frame = flow.contexts[context]
    let depth = frame.depth + Int(unit.shapes[frame.function].depths[index])
    let code = flow.codes[word.wide]
    add(Flow.Context(word.wide, code, base: frame.base + word.a, parent: context, call: index, depth: depth))
    flow.nesting = max(flow.nesting, nesting(flow.contexts.count - 1))
    return flow.contexts.count - 1
  }

  private func operation(_ word: Word, _ index: Int, _ context: Int) -> Flow.Operation {
    Flow.Operation(word: word, index: index, context: context, use: word.operands { flow.codes[$0].arguments })
  }

  private func nesting(_ context: Int) -> Int {
    flow.contexts[context].parent < 0 ? 0 : 1 + nesting(flow.contexts[context].parent)
  }

  private func inOrder() -> [Int] {
    if flow.contexts.count == 1 { return blocks.indices.sorted { places[$0].word < places[$1].word } }
    return blocks.indices.sorted { isBefore(places[$0], places[$1]) }
  }

  /// Callees stand behind the block with their call.
  private func isBefore(_ a: Place, _ b: Place) -> Bool {
    var (left, right) = (path(a), path(b))
    while let x = left.popLast(), let y = right.popLast() { if x != y { return x < y } }
    return left.isEmpty && !right.isEmpty
  }

  private func path(_ place: Place) -> [Int] {
    var result = [place.word]
    var context = place.context
    while flow.contexts[context].parent >= 0 {
      // Behind the call's own block, before the one that follows.
      result.append(flow.contexts[context].call)
      context = flow.contexts[context].parent
    }
    return result
  }
}
