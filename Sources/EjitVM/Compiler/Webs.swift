/// The values of each slot: definitions that reach a common use are one web, which stays in one place all its life.
struct Webs {
  /// A web: one value of one slot.
  struct Web {
    var slot: Int
    /// What all of its definitions have in common.
    var knowledge = Knowledge.none
    /// Positions at which it is live: each from one up to another.
    var segments: [Range<Int32>] = []
    /// How often it is read and written, by the loops around.
    var weight: Float = 0
    /// How often it lives over calls, by the loops around.
    var callWeight: Float = 0
    /// Whether a call needs it in its slot.
    var needsSlot = false
    /// A register that would save a move.
    var hint = -1
  }

  private(set) var webs: [Web] = []
  /// The web that an operation writes; −1: none, or nobody reads it.
  private(set) var definitions: [Int32]
  /// `starts[block * slots + slot]`: the web that is live there at the start of a block; −1: none.
  private(set) var starts: [Int32]

  private let flow: Flow
  private let types: TypeFlow
  private let live: FlowLiveness
  private var parents: [Int32] = []
  private var numbers: [Int32] = []

  init(_ types: TypeFlow, _ live: FlowLiveness) {
    flow = types.flow
    self.types = types
    self.live = live
    definitions = [Int32](repeating: -1, count: flow.operations.count)
    starts = [Int32](repeating: -1, count: flow.blocks.count * flow.slots)
    makeNodes()
    unite()
    number()
    for block in flow.blocks.indices where types.isReached[block] { extend(block) }
  }

  /// An operation reads at this position, and writes at the one behind it; a block begins one before its first.
  static func position(_ index: Int) -> Int32 { Int32(2 * index + 2) }

  private mutating func node() -> Int32 {
    parents.append(Int32(parents.count))
    return Int32(parents.count - 1)
  }

  private mutating func makeNodes() {
    for block in flow.blocks.indices where types.isReached[block] {
      for slot in 0..<flow.slots where live.isLive(slot, atStartOf: block) {
        starts[block * flow.slots + slot] = node()
      }
      for index in flow.blocks[block].operations where live.definedSlot(index) >= 0 { definitions[index] = node() }
    }
  }

  /// The entry's values go on in the first block; the others along all edges.
  private mutating func unite() {
    var current = [Int32](repeating: -1, count: flow.slots)
    for block in flow.blocks.indices where types.isReached[block] {
      for slot in 0..<flow.slots { current[slot] = starts[block * flow.slots + slot] }
      for index in flow.blocks[block].operations {
        let slot = live.definedSlot(index)
        if slot >= 0 { current[slot] = definitions[index] }
      }
      var targets: [Int] = []
      flow.blocks[block].forEachSuccessor { targets.append($0) }
      for target in targets where types.isReached[target] {
        for slot in 0..<flow.slots {
          let there = starts[target * flow.slots + slot]
          if there >= 0 && current[slot] >= 0 { join(current[slot], there) }
        }
      }
    }
  }

  private func root(_ node: Int32) -> Int32 {
    var node = node
    while parents[Int(node)] != node { node = parents[Int(node)] }
    return node
  }

  private mutating func join(_ a: Int32, _ b: Int32) {
    let (x, y) = (root(a), root(b))
    if x == y { return }
    parents[Int(max(x, y))] = min(x, y)
    // Short ways for those that come back.
    parents[Int(a)] = min(x, y)
    parents[Int(b)] = min(x, y)
  }

  private mutating func number() {
    numbers = [Int32](repeating: -1, count: parents.count)
    for block in flow.blocks.indices where types.isReached[block] {
      let state = types.state(block)
      for slot in 0..<flow.slots where starts[block * flow.slots + slot] >= 0 {
        let web = number(of: starts[block * flow.slots + slot], slot)
        starts[block * flow.slots + slot] = web
        webs[Int(web)].knowledge = webs[Int(web)].knowledge.joined(state[state.startIndex + slot])
      }
      for index in flow.blocks[block].operations where definitions[index] >= 0 {
        definitions[index] = number(of: definitions[index], live.definedSlot(index))
      }
    }
  }

  private mutating func number(of node: Int32, _ slot: Int) -> Int32 {
    let root = Int(root(node))
    if numbers[root] < 0 {
      numbers[root] = Int32(webs.count)
      webs.append(Web(slot: slot))
    }
    return numbers[root]
  }

  /// The segments, types and weights of the webs in a block.
  private mutating func extend(_ block: Int) {
    let shape = flow.blocks[block]
    var state = Array(types.state(block))
    var current = Array(starts[block * flow.slots..<(block + 1) * flow.slots])
    let first = Webs.position(shape.operations.lowerBound) - 1
    var since = [Int32](repeating: first, count: flow.slots)
    var last = [Int32](repeating: -1, count: flow.slots)
    let weight = Webs.weight(shape.depth)
    var ended = false
    for index in shape.operations {
      let operation = flow.operations[index]
      let position = Webs.position(index)
      let base = flow.contexts[operation.context].base
      operation.use.forEachUse { slot in
        if current[base + slot] >= 0 { webs[Int(current[base + slot])].weight += weight }
      }
      live.forEachLive(before: index) { slot in last[slot] = position }
      if types.plan(operation, state).leavesRegisters {
        live.forEachLive(across: index) { slot in
          guard current[slot] >= 0 else { return }
          webs[Int(current[slot])].needsSlot = true
          webs[Int(current[slot])].callWeight += weight
        }
      }
      let goesOn = types.transfer(operation, &state)
      let slot = live.definedSlot(index)
      if slot >= 0 {
        close(slot, current, since, last)
        current[slot] = definitions[index]
        since[slot] = position + 1
        last[slot] = position + 2
        if goesOn {
          webs[Int(definitions[index])].knowledge = webs[Int(definitions[index])].knowledge.joined(state[slot])
        }
        webs[Int(definitions[index])].weight += weight
      }
      if !goesOn {
        ended = true
        break
      }
    }
    let end = Webs.position(shape.operations.upperBound)
    if !ended {
      shape.forEachSuccessor { target in
        guard types.isReached[target] else { return }
        for slot in 0..<flow.slots where starts[target * flow.slots + slot] >= 0 { last[slot] = end }
      }
    }
    for slot in 0..<flow.slots { close(slot, current, since, last) }
  }

  private mutating func close(_ slot: Int, _ current: [Int32], _ since: [Int32], _ last: [Int32]) {
    guard current[slot] >= 0, last[slot] > since[slot] else { return }
    webs[Int(current[slot])].segments.append(since[slot]..<last[slot])
  }

  private static func weight(_ depth: Int) -> Float {
    var result: Float = 1
    for _ in 0..<min(depth, 6) { result *= 10 }
    return result
  }

  mutating func setHint(_ web: Int, _ register: Int) { webs[web].hint = register }
}
