import Ejit
import EjitText

/// Chains of comparisons: `ccmp` and `ccmpi` behind every kind of flags, themselves included.
extension Sweep {
  func comparisonChains(_ op: Mnemonic) -> [Snippet] {
    let count = op.registerCount()
    let apart = distinct(count, rotation: 3)
    var snippets: [Snippet] = []
    // Every condition that something before may leave, and every outcome.
    for producer in [Mnemonic.subFlags, .addFlags, .test, .carryToBorrow, .ccmp] {
      for condition in producer.leftConditions {
        var lists = OperandLists()
        (lists.conditions, lists.outcomes, lists.immediates) = ([condition], Outcome.allCases, [5])
        for instruction in op.instances(registers: apart, lists) {
          snippets += chain(op, instruction, after: producer, [0, 5, 0x8000_0000_8000_0000])
        }
      }
    }
    // Every alias pattern and every register, condition and outcome in turns.
    let rotations = machine.registers.indices.map { distinct(count, rotation: $0) }
    for (index, registers) in (aliases(count) + rotations).enumerated() {
      var lists = OperandLists()
      lists.conditions = [Condition.allCases[index % 10]]
      lists.outcomes = [Outcome.allCases[index / 2 % 3]]
      for instruction in op.instances(registers: registers, lists) {
        snippets += chain(op, instruction, after: .subFlags, [0x1234, 1 << 63, 0xFFFF_FFFF])
      }
    }
    // Every constant.
    guard var constants = forms(op).dropFirst(2).first else { return snippets }
    (constants.conditions, constants.outcomes) = ([.ule], [.greater])
    for instruction in op.instances(registers: apart, constants) {
      snippets += chain(op, instruction, after: .subFlags, [0x7F, ~0])
    }
    return snippets
  }

  /// `instruction` behind flags of both kinds, asked for all that it leaves.
  private func chain(
    _ op: Mnemonic, _ instruction: Instruction, after producer: Mnemonic, _ values: [UInt64]
  ) -> [Snippet] {
    let spare = spare(Statement(instruction).registers, 3)
    var before = left(producer == .ccmp ? .subFlags : producer, spare)
    if producer == .ccmp { before.append(.ccmp(.sle, .greater, spare[2], spare[1])) }
    let sources = sources(op, instruction)
    return observed(op, before, instruction).map { body in
      Snippet(
        instruction, body: body, sources: spare.map { $0.slot } + sources,
        values: [[0, 5], [5, ~0], [5, 6]] + sources.map { _ in values })
    }
  }
}
