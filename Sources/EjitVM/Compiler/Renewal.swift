import Ejit

extension TypeFlow {
  /// Whether the code takes values of any type from somewhere: no type or more than one was seen there when it was made,
  /// of results of calls more than one.
  var isUnsure: Bool {
    for block in flow.blocks.indices where isReached[block] {
      let operations = flow.operations[flow.blocks[block].operations]
      guard operations.contains(where: { $0.word.op.keepsTypes || $0.word.op == .call }) else { continue }
      var state = Array(state(block))
      for operation in operations {
        if isUnsure(operation, state) { return true }
        if !transfer(operation, &state) { break }
      }
    }
    return false
  }

  private func isUnsure(_ operation: Flow.Operation, _ state: [Knowledge]) -> Bool {
    let function = flow.contexts[operation.context].function
    switch operation.word.op {
    case .call: return profile.tags(function, operation.index).nonzeroBitCount > 1
    case .arrayGet, .callHost, .callIndirect: return value(operation, state).map { $0.tag == nil } ?? false
    default: return false
    }
  }
}

extension Generator {
  /// Each entry is counted. After so many the interpreter goes on, which sees the types that come now.
  mutating func emitRenewal(_ word: Int) {
    guard let entriesLeft else { return }
    operation = Flow.Operation(word: Word(.jump), index: word, context: 0, use: SlotUse())
    let exit = exit(.renewed, .before)
    let temporary = allocation.registers.temporaries[0]
    emit(.movi(temporary, Immediate(bits: UInt64(entriesLeft))))
    emit(.decBranch(.eq, temporary, 0, 1, exit))
  }
}
