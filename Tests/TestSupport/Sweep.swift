import Ejit
import EjitText

/// Makes the snippets that execute an op: every width, every alias pattern of its registers, every register in every
/// field, edge operands and edge immediates.
public struct Sweep {
  let machine: TestMachine
  private var labels: UInt32 = 0x4000_0000

  /// Sweeps over the registers of `machine`.
  public init(_ machine: TestMachine) { self.machine = machine }

  /// The snippets of an op, which is not a memory or control op.
  public mutating func snippets(of op: Mnemonic) -> [Snippet] {
    switch op.family {
    case .value: values(op)
    case .producer: producers(op)
    case .consumer: consumers(op)
    case .branch: branches(op)
    case .float: floats(op)
    case .memory, .control: []
    }
  }

  /// A label that no other snippet uses.
  mutating func label() -> Label {
    labels += 1
    return Label(labels)
  }

  // MARK: Registers

  /// `count` different registers, another choice for each rotation.
  func distinct(_ count: Int, rotation: Int = 0) -> [Register] {
    let numbers = machine.registers
    return (0..<count).map { Register(numbers[(rotation + $0) % numbers.count]) }
  }

  /// Every choice of `count` registers out of those that the machine treats in a special way and two others, equal
  /// ones included; for five and more, every alias pattern in a few arrangements.
  func aliases(_ count: Int) -> [[Register]] {
    let others = machine.registers.filter { !machine.hazards.contains($0) }
    if count > 4 {
      return partitions(count).enumerated().map { index, pattern in
        let pool = [others[index % others.count]] + machine.hazards + [others[(index + 5) % others.count]]
        return pattern.map { Register(pool[($0 + index) % pool.count]) }
      }
    }
    var choices: [[Register]] = [[]]
    for _ in 0..<count {
      choices = choices.flatMap { choice in
        (machine.hazards + [others[1], others[others.count - 2]]).map { choice + [Register($0)] }
      }
    }
    return choices
  }

  /// All ways in which `count` things can be equal: for each thing the number of its class.
  func partitions(_ count: Int) -> [[Int]] {
    var result: [[Int]] = [[]]
    for _ in 0..<count {
      result = result.flatMap { partition in (0...((partition.max() ?? -1) + 1)).map { partition + [$0] } }
    }
    return result
  }

  // MARK: Operands

  /// The registers that `op` reads in `instruction`, each once.
  func sources(_ op: Mnemonic, _ instruction: Instruction) -> [Int] {
    EdgeValues.unique(instruction.readSlots)
  }

  /// `instruction` with the product of edge values: the more sources, the fewer of each.
  func dense(_ op: Mnemonic, _ instruction: Instruction, body: [Instruction]? = nil) -> Snippet {
    let sources = sources(op, instruction)
    let lists: [[UInt64]] =
      switch sources.count {
      case 0: []
      case 1: [EdgeValues.all]
      case 2: [EdgeValues.some, EdgeValues.some]
      case 3: [EdgeValues.few, EdgeValues.few, EdgeValues.some]
      default: [EdgeValues.some, EdgeValues.some] + sources.dropFirst(2).map { [0xFEDC_BA98_7654_3210 + UInt64($0)] }
      }
    return Snippet(instruction, body: body, sources: sources, values: lists)
  }

  /// `instruction` with `count` vectors that put different edge values side by side.
  func sparse(_ op: Mnemonic, _ instruction: Instruction, _ count: Int, body: [Instruction]? = nil) -> Snippet {
    let sources = sources(op, instruction)
    let values = EdgeValues.some
    let vectors = (0..<count).map { row in
      sources.indices.map { values[(row * 7 + $0 * 5 + row / values.count) % values.count] }
    }
    return Snippet(instruction, body: body, sources: sources, vectors: vectors)
  }

  /// The lists of all operands but registers, for an op in itself: what multiplies with what is kept small.
  func forms(_ op: Mnemonic) -> [OperandLists] {
    var lists = OperandLists()
    lists.conditions = Condition.allCases.filter { $0.isOrdering }
    lists.signednesses = Signedness.allCases
    lists.immediates = EdgeValues.some + [0x1234, 0xFFFF_FFFF_FFFF_FF80, 4096]
    lists.shifts = Shift.allCases
    lists.orders = MemoryOrder.allCases
    lists.counts = (0..<64).map { $0 }
    lists.shiftCounts = (0..<64).map { $0 }
    lists.addresses =
      [.absolute(0x1234_5678_9ABC_DEF0), .absolute(0x1234)] + AddressShape.all(EdgeValues.displacements)
    var wide = lists
    wide.widths = [.w64]
    wide.fields = EdgeValues.fields(.w64)
    var narrow = lists
    narrow.widths = [.w32]
    narrow.fields = EdgeValues.fields(.w32)
    var immediates = lists
    (immediates.immediates, immediates.conditions) = (EdgeValues.immediates, [.slt, .ugt])
    let takesImmediate = op.operands.contains { $0 == .immediate || $0 == .pointer }
    return [wide, narrow] + (takesImmediate ? [immediates] : [])
  }

  // MARK: Value ops

  private func values(_ op: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    var plain = OperandLists()
    plain.addresses = [.indexed(shift: 2, -20)]
    let count = op.registerCount(plain)
    for instruction in op.instances(registers: distinct(count, rotation: 1), plain) {
      snippets.append(dense(op, instruction))
    }
    for registers in op.isDivision ? divisionRegisters(count) : aliases(count) {
      for instruction in op.instances(registers: registers, plain) {
        snippets.append(op.isDivision ? divided(op, instruction) : sparse(op, instruction, 10))
      }
    }
    for rotation in machine.registers.indices {
      for instruction in op.instances(registers: distinct(count, rotation: rotation), plain) {
        snippets.append(sparse(op, instruction, 3))
      }
    }
    // The other operands, with a destination of its own and with one that is the first source.
    let apart = distinct(max(count, 2), rotation: 2)
    for registers in [apart, [apart[1]] + apart[1...]] {
      for lists in forms(op) {
        for instruction in op.instances(registers: registers, lists) { snippets.append(sparse(op, instruction, 9)) }
      }
    }
    return snippets.compactMap(\.whereDefined)
  }
}
