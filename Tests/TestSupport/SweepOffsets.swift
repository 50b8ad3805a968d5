import Ejit
import EjitText

/// Ops of memory that take a base and a displacement: every displacement border, type, alias pattern and register.
extension MemorySweep {
  /// What the ops with two words reach, in bytes, and the borders of pairs: 7 bits scaled by 4 and 8.
  private static let displacements = EdgeValues.unique(
    EdgeValues.displacements + [120, 124, 248, 252, 260, 504, 508, 512, 520, -252, -260, -504, -508, -512, -520])

  /// Pairs, and accesses that move their base.
  mutating func offsets(_ op: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    let count = op.registerCount()
    let apart = sweep.distinct(count, rotation: 2)
    let others = sweep.aliases(count) + sweep.machine.registers.indices.map { sweep.distinct(count, rotation: $0) }
    let layouts =
      [(MemorySweep.displacements, apart)] + others.map { ([Int32(0), 8, -16, -129, 40_000], $0) }
    for (index, (displacements, registers)) in layouts.enumerated() {
      var lists = OperandLists()
      (lists.types, lists.displacements) = (MemoryType.allCases, displacements)
      lists.vectors = sweep.distinctVectors(op.vectorCount, rotation: index % sweep.machine.vectors.count)
      for instruction in op.instances(registers: registers, lists) {
        snippets.append(at(place(op, snippets.count), instruction, snippets.count))
      }
    }
    return snippets
  }

  mutating func immediateStores() -> [Snippet] { immediates(.sti, []) }

  mutating func immediateUpdates() -> [Snippet] { immediates(.rmwi, MemoryOperation.allCases) }

  private mutating func immediates(_ op: Mnemonic, _ operations: [MemoryOperation]) -> [Snippet] {
    var snippets: [Snippet] = []
    var lists = OperandLists()
    lists.types = MemoryType.allCases
    let edges: [UInt64] = [0, 0xFFFF_FFFF_FFFF_FF81, 0x1234_5678_9ABC_DEF0]
    let apart = sweep.distinct(1, rotation: 3)
    let all: [MemoryOperation] = operations.isEmpty ? [.add] : operations
    let one: [MemoryOperation] = [operations.last ?? .add]
    typealias Layout = (values: [UInt64], displacements: [Int32], operations: [MemoryOperation], registers: [Register])
    var layouts: [Layout] = [
      (EdgeValues.immediates, [-300], all, apart), ([0, ~0, 77], EdgeValues.displacements, one, apart),
    ]
    for rotation in sweep.machine.registers.indices {
      layouts.append((edges, [0, 1], one, sweep.distinct(1, rotation: rotation)))
    }
    for layout in layouts {
      (lists.immediates, lists.displacements, lists.operations) = (
        layout.values, layout.displacements, layout.operations
      )
      for instruction in op.instances(registers: layout.registers, lists) {
        snippets.append(at(place(op, snippets.count), instruction, snippets.count))
      }
    }
    return snippets
  }

  /// `instruction`, whose memory operand is to be `place`; what it stores are edge values.
  private func at(_ place: UInt64, _ instruction: Instruction, _ index: Int) -> Snippet {
    let (base, displacement) = instruction.offset!
    let others = EdgeValues.unique(instruction.readSlots).filter { $0 != base.slot }
    let values = others.indices.map { EdgeValues.some[(index + 7 * $0) % EdgeValues.some.count] }
    return Snippet(
      instruction, sources: [base.slot] + others,
      vectors: [[place &- UInt64(bitPattern: Int64(displacement))] + values])
  }

  // MARK: Counters

  /// A word is stored, then counted down to, below and past zero.
  mutating func countdowns() -> [Snippet] {
    var snippets: [Snippet] = []
    let conditions: [Condition] = [.eq, .ne, .negative, .nonNegative]
    var lists = OperandLists()
    lists.conditions = conditions
    // Displacement and value come from one list.
    lists.displacements = [0, 1, -1, 127, -128, 128, -129, 4095, 4096, 32_768, .max, .min]
    countdown(sweep.distinct(1, rotation: 2), lists, in: &snippets)
    (lists.displacements, lists.conditions) = (EdgeValues.displacements.filter { abs(Int($0)) < 5000 }, [.ne])
    countdown(sweep.distinct(1, rotation: 6), lists, in: &snippets)
    lists.displacements = [1, 24]
    for (index, rotation) in sweep.machine.registers.indices.enumerated() {
      lists.conditions = [conditions[index % 4]]
      countdown(sweep.distinct(1, rotation: rotation), lists, in: &snippets)
    }
    return snippets
  }

  private mutating func countdown(_ registers: [Register], _ lists: OperandLists, in snippets: inout [Snippet]) {
    for instruction in Mnemonic.decBranch.instances(registers: registers, lists) {
      guard case .decBranch(let condition, let base, let n, let value, _, let width) = instruction else { continue }
      let op = Instruction.decBranch(condition, base, n, value, sweep.label(), width: width)
      let free = sweep.machine.registers.reversed().filter { $0 != base.slot }.map { Register($0) }
      let first = Instruction.st(.u64, free[1], .at(base, n.value))
      let body = sweep.arms(op, after: [first], marker: free[0])[snippets.count % 2]
      let address = place(.decBranch, 0) &- UInt64(bitPattern: Int64(n.value))
      let start = UInt64(bitPattern: Int64(value.value))
      let garbage: UInt64 = 0x7EAD_BEEF_0000_0000
      let counts: [UInt64] = [start, start &+ 1, start &- 1, 0, 1 << 63, start & 0xFFFF_FFFF | garbage]
      snippets.append(
        Snippet(op, body: body, sources: [base.slot, free[1].slot], values: [[address], EdgeValues.unique(counts)]))
    }
  }
}
