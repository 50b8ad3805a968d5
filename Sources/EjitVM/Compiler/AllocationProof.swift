/// Proves of an allocation that each value is where the exits and operations look for it: on every path to an operation
/// the last value that was put into the place of a live web is this web's.
///
/// It knows nothing of segments and weights: it walks the code and follows what each register holds.
struct AllocationProof {
  private let types: TypeFlow
  private let live: FlowLiveness
  private let webs: Webs
  private let allocation: Allocation
  /// For each block the web that each place holds at its start: of registers first, then vectors, then slots. -1: none.
  private var states: [[Int32]?]
  private var work: [Int] = []

  /// Where a value is not: a slot of all frames, before an operation.
  struct Failure: Error, Equatable {
    var operation: Int
    var slot: Int
  }

  static func check(
    _ types: TypeFlow, _ live: FlowLiveness, _ webs: Webs, _ allocation: Allocation
  ) throws(Failure) {
    var proof = AllocationProof(types: types, live: live, webs: webs, allocation: allocation)
    proof.solve()
    for block in types.flow.blocks.indices.dropFirst() where types.isReached[block] {
      guard var state = proof.states[block] else { continue }
      _ = try proof.run(block, &state, checks: true)
    }
  }

  private init(types: TypeFlow, live: FlowLiveness, webs: Webs, allocation: Allocation) {
    (self.types, self.live, self.webs, self.allocation) = (types, live, webs, allocation)
    states = [[Int32]?](repeating: nil, count: types.flow.blocks.count)
  }

  /// What the blocks begin with, as far as all ways into them agree.
  private mutating func solve() {
    var entry = [Int32](repeating: -1, count: 64 + types.flow.slots)
    for slot in 0..<types.flow.slots { put(webs.starts[slot], slot, &entry) }
    flowInto(types.flow.blocks[0].next, entry)
    while let block = work.popLast() {
      guard var state = states[block], (try? run(block, &state, checks: false)) == true else { continue }
      types.flow.blocks[block].forEachSuccessor { if types.isReached[$0] { flowInto($0, state) } }
    }
  }

  private mutating func flowInto(_ block: Int, _ state: [Int32]) {
    guard var known = states[block] else {
      states[block] = state
      return work.append(block)
    }
    for place in known.indices where known[place] != state[place] { known[place] = -1 }
    if known != states[block] {
      states[block] = known
      work.append(block)
    }
  }

  /// The state behind a block; false: nothing goes on there.
  private func run(_ block: Int, _ state: inout [Int32], checks: Bool) throws(Failure) -> Bool {
    var known = Array(types.state(block))
    var current = Array(webs.starts[block * types.flow.slots..<(block + 1) * types.flow.slots])
    for index in types.flow.blocks[block].operations {
      let operation = types.flow.operations[index]
      if checks { try check(index, current, state) }
      let leaves = types.plan(operation, known).leavesRegisters
      if leaves { for place in 0..<64 { state[place] = -1 } }
      guard types.transfer(operation, &known) else { return false }
      let slot = live.definedSlot(index)
      if leaves { live.forEachLive(behind: index) { if $0 != slot { put(current[$0], $0, &state) } } }
      if slot >= 0 {
        current[slot] = webs.definitions[index]
        put(current[slot], slot, &state)
      }
    }
    return true
  }

  /// Values come back from slots only where they were stored.
  private func put(_ web: Int32, _ slot: Int, _ state: inout [Int32]) {
    guard web >= 0 else { return }
    switch allocation.places[Int(web)] {
    case .register(let number): state[number] = web
    case .vector(let number): state[32 + number] = web
    case .slot: state[64 + slot] = web
    case .constant: break
    }
  }

  private func check(_ index: Int, _ current: [Int32], _ state: [Int32]) throws(Failure) {
    var wrong = -1
    live.forEachLive(before: index) { slot in
      guard current[slot] >= 0 else { return }
      let held: Int32? =
        switch allocation.places[Int(current[slot])] {
        case .register(let number): state[number]
        case .vector(let number): state[32 + number]
        case .slot: state[64 + slot]
        case .constant: nil
        }
      if let held, held != current[slot] { wrong = slot }
    }
    if wrong >= 0 { throw Failure(operation: index, slot: wrong) }
  }
}
