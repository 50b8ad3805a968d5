import Ejit
import EjitInterpreter
import EjitText

/// Atomic ops: every operation, order and type, displacement border, alias pattern and register, at aligned places.
extension MemorySweep {
  mutating func atomics(_ op: Mnemonic) -> [Snippet] {
    if !op.needs(on: sweep.machine.target.architecture).isSubset(of: sweep.machine.features) { return [] }
    var snippets: [Snippet] = []
    let count = op.registerCount()
    let apart = sweep.distinct(count, rotation: 2)
    var lists = OperandLists()
    (lists.types, lists.atomics, lists.orders) = (MemoryType.allCases, AtomicOperation.allCases, MemoryOrder.allCases)
    lists.displacements = [0, 8]
    add(op, apart, lists, to: &snippets)
    lists.orders = [.sequential]
    for rotation in sweep.machine.registers.indices {
      lists.types = [MemoryType.allCases[rotation % 8], MemoryType.allCases[(rotation + 3) % 8]]
      lists.atomics = (0..<10).filter { ($0 + rotation) % 2 == 0 }.map { AtomicOperation.allCases[$0] }
      add(op, sweep.distinct(count, rotation: rotation), lists, to: &snippets)
    }
    // Orders and types take turns; a pair has a word behind the first one.
    lists.displacements = EdgeValues.displacements.filter { $0 <= .max - 8 }
    (lists.types, lists.atomics) = ([.u16, .s32, .u64], [.xor])
    add(op, apart, lists, to: &snippets)
    lists.displacements = [0, -40_000]
    for (index, registers) in sweep.aliases(count).enumerated() {
      lists.types = [MemoryType.allCases[index % 8]]
      // Of the orders some that every op has.
      lists.orders = index % 3 == 0 && op != .ldAtomic && op != .stAtomic ? [.acquireRelease] : [.relaxed]
      lists.atomics = (0..<10).filter { ($0 + index) % 3 == 0 }.map { AtomicOperation.allCases[$0] }
      add(op, registers, lists, to: &snippets)
    }
    return snippets
  }

  private mutating func add(
    _ op: Mnemonic, _ registers: [Register], _ lists: OperandLists, to snippets: inout [Snippet]
  ) {
    for instruction in op.instances(registers: registers, lists) {
      snippets.append(atomic(instruction, snippets.count))
    }
  }

  /// Sixteen bytes for itself.
  private mutating func alignedPlace() -> UInt64 {
    precondition(stores < MemorySweep.storeCapacity, "more stores than places")
    precondition(dataAddress % 16 == 0)
    stores += 1
    return dataAddress + UInt64(MemorySweep.readable + (stores - 1) * MemorySweep.storeStride)
  }

  /// Two words are stored, then the op is done. What is stored is an edge value, or what is expected, with other bits
  /// above as many as count.
  private mutating func atomic(_ instruction: Instruction, _ index: Int) -> Snippet {
    let (base, n) = instruction.offset!
    let statement = Statement(instruction)
    let named = EdgeValues.unique(statement.registers.map { $0.slot })
    let free = sweep.machine.registers.reversed().filter { !named.contains($0) }.prefix(2)
    let stores = [
      Instruction.st(.u64, Register(free.first!), .at(base, n)), .st(.u64, Register(free.last!), .at(base, n &+ 8)),
    ]
    let read = statement.registers.dropFirst(statement.mnemonic.writtenCount).map { $0.slot }
    let others = EdgeValues.unique(read).filter { $0 != base.slot }
    let place = alignedPlace() &- UInt64(bitPattern: Int64(n))
    let values = EdgeValues.some
    let vectors = (0..<4).map { row -> [UInt64] in
      let operands = others.indices.map { values[(index + 5 * row + 7 * $0) % values.count] }
      func value(of register: Register) -> UInt64 {
        register == base ? place : operands[others.firstIndex(of: register.slot)!]
      }
      var words = [values[(3 * index + row) % values.count], values[(index + 2 * row) % values.count]]
      if row % 2 == 1, let expected = instruction.expected {
        let garbage: UInt64 = row == 1 || expected.type.byteCount == 8 ? 0 : 0x5A5A_5A5A_5A5A_5A5A << expected.bits
        words = [value(of: expected.first) ^ garbage, expected.second.map(value) ?? words[1]]
        if row == 3, index % 2 == 0, expected.second != nil { words[1] ^= 1 << 63 }
      }
      return [place] + words + operands
    }
    return Snippet(
      instruction, body: stores + [instruction], sources: [base.slot] + free + others, vectors: vectors)
  }
}

extension Instruction {
  /// What a compare-and-swap compares with: the registers, and how much of them.
  fileprivate var expected: (type: MemoryType, first: Register, second: Register?, bits: UInt64)? {
    switch self {
    case .cas(_, let type, _, let e, _, _, _), .casSet(_, let type, _, _, let e, _, _, _):
      (type, e, nil, UInt64(8 * type.byteCount))
    case .casPair(_, _, _, let e0, let e1, _, _, _, _): (.u64, e0, e1, 64)
    default: nil
    }
  }
}
