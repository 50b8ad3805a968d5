import Ejit
import EjitText

/// Loads, stores and comparisons with memory: every type, displacement border, index shift and alias pattern, at
/// addresses that are not aligned. A store has sixteen bytes for itself; loads read words that nobody writes.
public struct MemorySweep {
  /// What the machine's memory must hold before.
  public static let data: [UInt8] = {
    var bytes: [UInt8] = []
    for value in EdgeValues.all { bytes += (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) } }
    return bytes + [UInt8](repeating: 0xA5, count: readable - bytes.count + storeCapacity * 16)
  }()
  private static let readable = 2048
  private static let storeCapacity = 40_000

  private var sweep: Sweep
  private let dataAddress: UInt64
  private var stores = 0

  /// Sweeps over memory that holds `data` at `dataAddress`.
  public init(_ machine: TestMachine, dataAddress: UInt64) {
    sweep = Sweep(machine)
    self.dataAddress = dataAddress
  }

  /// The snippets of a memory op.
  public mutating func snippets(of op: Mnemonic) -> [Snippet] {
    switch op {
    case .ld, .st: accesses(op)
    case .sti: immediateStores()
    case .branchMem, .branchMemi: comparisons(op)
    default: []
    }
  }

  // MARK: Addresses

  /// Where an access of `shape` goes: somewhere to read, or a place of its own to write.
  private mutating func place(_ op: Mnemonic, _ index: Int) -> UInt64 {
    if op == .ld { return dataAddress + UInt64(index * 3 % 600) }
    precondition(stores < MemorySweep.storeCapacity, "more stores than places")
    stores += 1
    return dataAddress + UInt64(MemorySweep.readable + (stores - 1) * 16 + stores % 8)
  }

  /// What base and index must hold for `address` to be `place`; nil if no value of one register for both does it.
  private func inputs(_ address: Address, _ place: UInt64, index: UInt64) -> [(Int, UInt64)]? {
    let base = address.base.slot
    switch address.form {
    case .base(let n): return [(base, place &- UInt64(bitPattern: Int64(n)))]
    case .indexed(let shift, let n):
      let sum = place &- UInt64(bitPattern: Int64(n))
      if address.base == address.index {
        let factor = 1 + UInt64(1) << UInt64(shift)
        return sum % factor == 0 && Int64(bitPattern: sum) > 0 ? [(base, sum / factor)] : nil
      }
      return [(base, sum &- index << UInt64(shift)), (address.index.slot, index)]
    case .absolute, .invalid: return []
    }
  }

  private static let indices: [UInt64] = [0, 1, ~0, 0x1_0000_0007, 0x8000_0000, 0xFFFF_FFFF_0000_0003]

  // MARK: Ops

  private mutating func accesses(_ op: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    var lists = OperandLists()
    lists.types = MemoryType.allCases
    for (shape, registers) in shapes() {
      lists.addresses = [shape]
      for instruction in op.instances(registers: registers, lists) {
        if let snippet = access(op, instruction, snippets.count) { snippets.append(snippet) }
      }
    }
    return snippets
  }

  /// Every displacement with and without index, then a few under every alias pattern and in every register.
  private func shapes() -> [(AddressShape, [Register])] {
    let apart = sweep.distinct(3, rotation: 2)
    var shapes = AddressShape.all(EdgeValues.displacements).map { ($0, apart) }
    for registers in sweep.aliases(2) { shapes += [(.base(0), registers), (.base(-129), registers)] }
    for (index, registers) in sweep.aliases(3).enumerated() {
      shapes += [(.indexed(shift: index % 4, 0), registers), (.indexed(shift: (index + 1) % 4, 300), registers)]
    }
    for rotation in sweep.machine.registers.indices {
      let registers = sweep.distinct(3, rotation: rotation)
      shapes += [(.base(0), registers), (.base(8), registers), (.base(-4096), registers)]
      shapes += [(.indexed(shift: 0, 0), registers), (.indexed(shift: 3, 40), registers)]
    }
    for offset in 0..<6 { shapes.append((.absolute(UInt64(offset)), apart)) }
    return shapes
  }

  private mutating func access(_ op: Mnemonic, _ instruction: Instruction, _ index: Int) -> Snippet? {
    let place = place(op, index)
    guard let (type, value, address) = instruction.access else { return nil }
    if case .absolute = address.form {
      let here = Address.absolute(place)
      let subject: Instruction = op == .ld ? .ld(type, value, here) : .st(type, value, here)
      return Snippet(
        subject, sources: op == .ld ? [] : [value.slot], values: op == .ld ? [] : [[0x8182_8384_8586_8788]])
    }
    guard var inputs = inputs(address, place, index: MemorySweep.indices[index % MemorySweep.indices.count])
    else { return nil }
    let stored = value.slot
    if op == .st && !inputs.contains(where: { $0.0 == stored }) { inputs.append((stored, EdgeValues.some[index % 19])) }
    return Snippet(instruction, sources: inputs.map(\.0), vectors: [inputs.map(\.1)])
  }

  private mutating func immediateStores() -> [Snippet] {
    var snippets: [Snippet] = []
    var lists = OperandLists()
    lists.types = MemoryType.allCases
    for (values, displacements) in [
      (EdgeValues.immediates, [Int32(0), -300]), ([0, ~0, 77], EdgeValues.displacements),
    ] {
      (lists.immediates, lists.displacements) = (values, displacements)
      for (index, instruction) in Mnemonic.sti.instances(registers: sweep.distinct(1, rotation: 3), lists).enumerated()
      {
        snippets.append(at(place(.sti, index), instruction))
      }
    }
    (lists.immediates, lists.displacements) = ([0, 0xFFFF_FFFF_FFFF_FF81, 0x1234_5678_9ABC_DEF0], [0, 1])
    for rotation in sweep.machine.registers.indices {
      let registers = sweep.distinct(1, rotation: rotation)
      for (index, instruction) in Mnemonic.sti.instances(registers: registers, lists).enumerated() {
        snippets.append(at(place(.sti, index), instruction))
      }
    }
    return snippets
  }

  /// `instruction`, whose memory operand is to be `place`.
  private func at(_ place: UInt64, _ instruction: Instruction) -> Snippet {
    let memory = Statement(instruction).memory!
    let base = place &- UInt64(bitPattern: Int64(memory.displacement.value))
    return Snippet(instruction, sources: [memory.base.slot], vectors: [[base]])
  }

  private mutating func comparisons(_ op: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    var lists = OperandLists()
    lists.types = MemoryType.allCases
    lists.conditions = Condition.allCases
    lists.displacements = op == .branchMemi ? [0, 1, -1, 127, -128, 128, 255, 256, 32768, .max, .min] : [16]
    compare(op, sweep.distinct(2, rotation: 2), lists, in: &snippets)
    (lists.conditions, lists.displacements) = ([.ugt, .slt], EdgeValues.displacements)
    if op == .branchMemi { lists.displacements = [0, 255, -4097, 1 << 24] }
    compare(op, sweep.distinct(2, rotation: 5), lists, in: &snippets)
    (lists.conditions, lists.displacements) = ([.ule, .ne], [8])
    for registers in sweep.aliases(2) + sweep.machine.registers.indices.map({ sweep.distinct(2, rotation: $0) }) {
      compare(op, registers, lists, in: &snippets)
    }
    return snippets
  }

  private mutating func compare(
    _ op: Mnemonic, _ registers: [Register], _ lists: OperandLists, in snippets: inout [Snippet]
  ) {
    for var instruction in op.instances(registers: registers, lists) {
      let target = sweep.label()
      switch instruction {
      case .branchMem(let c, let base, let n, let b, _, let type): instruction = .branchMem(c, base, n, b, target, type)
      case .branchMemi(let c, let base, let n, let v, _, let type):
        instruction = .branchMemi(c, base, n, v, target, type)
      default: preconditionFailure("no comparison with memory")
      }
      let memory = Statement(instruction).memory!
      let named = Statement(instruction).registers
      let marker = sweep.machine.registers.reversed().first { !named.contains(Register($0)) }!
      let body = sweep.arms(instruction, marker: Register(marker))[snippets.count % 2]
      let base = memory.base.slot
      let others = named.map { $0.slot }.filter { $0 != base }
      let vectors = (0..<6).map { row -> [UInt64] in
        let word = (row * 11 + snippets.count) % EdgeValues.all.count
        let address = dataAddress + UInt64(8 * word) &- UInt64(bitPattern: Int64(memory.displacement.value))
        // Every third time what is compared is what was loaded, every third time its neighbour.
        let value = EdgeValues.all[word] &+ UInt64(row % 3 == 2 ? 1 : 0)
        return [address] + others.map { _ in row % 3 == 0 ? EdgeValues.some[(row + word) % 19] : value }
      }
      snippets.append(Snippet(instruction, body: body, sources: [base] + others, vectors: vectors))
    }
  }
}

extension Statement {
  /// The memory operand without index.
  fileprivate var memory: Operand.Memory? {
    for case .memory(let memory) in operands { return memory }
    return nil
  }
}

extension Instruction {
  /// Of a load or store.
  fileprivate var access: (type: MemoryType, register: Register, address: Address)? {
    switch self {
    case .ld(let type, let d, let address): (type, d, address)
    case .st(let type, let a, let address): (type, a, address)
    default: nil
    }
  }
}
