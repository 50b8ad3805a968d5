extension Webs {
  /// Registers that save moves: arguments stay where they come, and are computed where a call wants them; results are taken
  /// where calls leave them, and computed where the caller wants them.
  mutating func addHints(_ types: TypeFlow, _ registers: RegisterPlan) {
    let arguments = types.isStart ? registers.arguments(types.tags) : nil
    for (slot, place) in (arguments ?? []).enumerated() { hint(Int(starts[slot]), place) }
    var current = [Int32](repeating: -1, count: types.flow.slots)
    for block in types.flow.blocks.indices where types.isReached[block] {
      for slot in current.indices { current[slot] = starts[block * types.flow.slots + slot] }
      for index in types.flow.blocks[block].operations {
        let operation = types.flow.operations[index]
        let base = types.flow.contexts[operation.context].base
        switch operation.word.op {
        case .return: hint(Int(current[base + operation.word.a]), .register(registers.payload))
        case .call:
          hint(Int(definitions[index]), .register(registers.payload))
          let values = operation.use.arguments.map { Int(current[base + $0]) }
          for (web, place) in zip(values, wanted(values, registers) ?? []) { hint(web, place) }
        default: break
        }
        let definition = operation.use.definition
        if definition >= 0, definitions[index] >= 0 { current[base + definition] = definitions[index] }
      }
    }
  }

  /// Where a call wants these arguments; nil: in slots.
  private func wanted(_ values: [Int], _ registers: RegisterPlan) -> [Allocation.Place]? {
    registers.arguments(values.map { $0 < 0 ? nil : webs[$0].knowledge.tag })
  }

  private mutating func hint(_ web: Int, _ place: Allocation.Place) {
    guard web >= 0, webs[web].hint < 0 else { return }
    switch place {
    case .register(let number), .vector(let number): setHint(web, number)
    case .slot, .constant: break
    }
  }
}
