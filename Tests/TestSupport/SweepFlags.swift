import Ejit
import EjitText

/// Ops that leave or ask for flags.
extension Sweep {
  /// `instruction`, then what its flags say under every condition it defines, four at a time.
  func observed(_ op: Mnemonic, _ prefix: [Instruction], _ instruction: Instruction) -> [[Instruction]] {
    let named = Set((prefix + [instruction]).flatMap { Statement($0).registers }.map { $0.slot })
    let free = machine.registers.filter { !named.contains($0) }
    let conditions = op.leftConditions
    return stride(from: 0, to: conditions.count, by: 4).map { start in
      let group = conditions[start..<min(start + 4, conditions.count)]
      return prefix + [instruction] + zip(free, group).map { Instruction.setcc(Register($0), $1) }
    }
  }

  func producers(_ op: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    let plain = OperandLists()
    let count = op.registerCount()
    for instruction in op.instances(registers: distinct(count, rotation: 1), plain) {
      for body in observed(op, [], instruction) { snippets.append(dense(op, instruction, body: body)) }
    }
    let rotations = machine.registers.indices.map { distinct(count, rotation: $0) }
    for registers in aliases(count) + rotations {
      for instruction in op.instances(registers: registers, plain) {
        for body in observed(op, [], instruction) { snippets.append(sparse(op, instruction, 6, body: body)) }
      }
    }
    guard let immediates = forms(op).dropFirst(2).first else { return snippets }
    for instruction in op.instances(registers: distinct(max(count, 2), rotation: 2), immediates) {
      for body in observed(op, [], instruction) { snippets.append(sparse(op, instruction, 9, body: body)) }
    }
    return snippets
  }

  mutating func consumers(_ op: Mnemonic) -> [Snippet] {
    switch op {
    case .adc: chains(op, after: [.addFlags, .borrowToCarry])
    case .sbb: chains(op, after: [.subFlags, .carryToBorrow])
    case .carryToBorrow: conversions(of: .addFlags, by: .carryToBorrow)
    case .borrowToCarry: conversions(of: .subFlags, by: .borrowToCarry)
    case .b: [Mnemonic.cmp, .addFlags, .test, .carryToBorrow].flatMap { jumps(after: $0) }
    case .ccmp, .ccmpi: comparisonChains(op)
    case .sel, .setcc: [Mnemonic.subFlags, .addiFlags, .testi].flatMap { choices(op, after: $0) }
    default: []
    }
  }

  /// Registers that `used` leaves, from the end: those that no instruction uses in secret.
  func spare(_ used: [Register], _ count: Int) -> [Register] {
    let numbers = machine.registers.filter { number in
      !used.contains(Register(number)) && !machine.hazards.contains(number)
    }
    return numbers.suffix(count).map { Register($0) }
  }

  /// What leaves a carry or a borrow before a link of a chain; of two registers.
  private func head(_ producer: Mnemonic, _ w: Width, _ r: [Register]) -> [Instruction] {
    switch producer {
    case .addFlags: [.addFlags(width: w, r[0], r[1], r[2])]
    case .subFlags: [.subFlags(width: w, r[0], r[1], r[2])]
    case .borrowToCarry: [.subFlags(width: w, r[0], r[1], r[2]), .borrowToCarry]
    case .carryToBorrow: [.addFlags(width: w, r[0], r[1], r[2]), .carryToBorrow]
    default: preconditionFailure("leaves no carry")
    }
  }

  private func chains(_ op: Mnemonic, after producers: [Mnemonic]) -> [Snippet] {
    var snippets: [Snippet] = []
    let words: [UInt64] = [0, 1, ~0, 0x8000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF, 0x8000_0000_0000_0000]
    let rotations = machine.registers.indices.map { distinct(3, rotation: $0) }
    for (index, registers) in ([distinct(3, rotation: 4)] + aliases(3) + rotations).enumerated() {
      for instruction in op.instances(registers: registers, OperandLists()) {
        let producer = producers[index % producers.count]
        let spare = spare(registers, 3)
        let sources = sources(op, instruction)
        let prefix = head(producer, index % 3 == 0 ? .w32 : .w64, spare)
        for body in observed(op, prefix, instruction) {
          let carries: [[UInt64]] = [[0, ~0], [0, 1]]
          let lists = sources.map { _ in index == 0 ? words : [0, ~0, 0x7FFF_FFFF_FFFF_FFFF] }
          snippets.append(
            Snippet(
              instruction, body: body, sources: spare.dropFirst().map { $0.slot } + sources,
              values: carries + lists))
        }
        // A second link, whose flags are those of the first.
        let body = prefix + [instruction, instruction]
        snippets.append(
          Snippet(
            instruction, body: body, sources: spare.dropFirst().map { $0.slot } + sources,
            values: [[0, ~0], [0, 1]] + sources.map { _ in [0, ~0, 5] }))
      }
    }
    return snippets
  }

  private func conversions(of producer: Mnemonic, by op: Instruction) -> [Snippet] {
    let name = Statement(op).mnemonic
    var snippets: [Snippet] = []
    for w in Width.allCases {
      for rotation in machine.registers.indices {
        let registers = distinct(3, rotation: rotation)
        let sources = registers.dropFirst().map { $0.slot }
        for body in observed(name, head(producer, w, registers), op) {
          snippets.append(Snippet(op, body: body, sources: sources, values: [EdgeValues.few, EdgeValues.few]))
        }
      }
    }
    return snippets
  }

  /// An instruction of `producer`, for what it leaves.
  func left(_ producer: Mnemonic, _ registers: [Register]) -> [Instruction] {
    if producer == .carryToBorrow { return head(producer, .w64, registers) }
    var lists = OperandLists()
    (lists.widths, lists.immediates) = ([.w64], [0x7FFF_FFFF_8000_0001])
    return producer.instances(registers: registers, lists)
  }

  private mutating func jumps(after producer: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    for condition in producer.leftConditions {
      let registers = distinct(4, rotation: Int(condition.rawValue))
      for side in 0..<2 {
        let op = Instruction.b(condition, label())
        let body = arms(op, after: left(producer, registers), marker: registers[3])[side]
        snippets.append(
          Snippet(
            op, body: body, sources: registers[..<3].map { $0.slot },
            values: [[1], EdgeValues.few, EdgeValues.few]))
      }
    }
    return snippets
  }

  private func choices(_ op: Mnemonic, after producer: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    let count = op.registerCount()
    var lists = OperandLists()
    lists.conditions = producer.leftConditions
    for (index, registers) in ([distinct(count, rotation: 2)] + aliases(count)).enumerated() {
      let spare = spare(registers, 3)
      lists.conditions = index == 0 ? producer.leftConditions : [producer.leftConditions[index % 4]]
      for instruction in op.instances(registers: registers, lists) {
        let sources = sources(op, instruction)
        snippets.append(
          Snippet(
            instruction, body: left(producer, spare) + [instruction],
            sources: spare.map { $0.slot } + sources,
            values: [[0, 5], EdgeValues.few, [0, ~0, 0x8000_0000_0000_0000]]
              + sources.indices.map { [0xFEDC_BA98_7654_3210 + UInt64($0)] }))
      }
    }
    return snippets
  }
}
