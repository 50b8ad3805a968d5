import Ejit
import EjitInterpreter
import EjitText
import FloatInputs

/// Ops on numbers: every width, type, condition and rounding on special values, every alias pattern, every register in
/// every field.
extension Sweep {
  mutating func floats(_ op: Mnemonic) -> [Snippet] {
    if op.reachesMemory || !op.needs(on: machine.target.architecture).isSubset(of: machine.features) { return [] }
    var snippets: [Snippet] = []
    var all = OperandLists()
    (all.floatConditions, all.roundings) = (FloatCondition.allCases, Rounding.allCases)
    (all.floatTypes, all.signednesses) = (FloatType.allCases, Signedness.allCases)
    all.vectors = distinctVectors(op.vectorCount, rotation: 2)
    for instruction in instances(of: op, distinct(op.registerCount(), rotation: 1), all) {
      snippets.append(numbers(op, instruction))
    }
    var some = all
    (some.floatConditions, some.roundings) = ([.oeq, .one, .ugt], [.nearestAway])
    for (vectors, registers) in arrangements(op) {
      some.vectors = vectors
      for instruction in instances(of: op, registers, some) { snippets.append(numbers(op, instruction, count: 6)) }
    }
    return snippets.map(\.whereConverted)
  }

  // MARK: Registers

  /// `count` different floating-point registers, another choice for each rotation.
  func distinctVectors(_ count: Int, rotation: Int) -> [VectorRegister] {
    let numbers = machine.vectors
    return (0..<count).map { VectorRegister(numbers[(rotation + $0) % numbers.count]) }
  }

  /// All alias patterns of the floating-point registers, then every register in every field.
  private func arrangements(_ op: Mnemonic) -> [([VectorRegister], [Register])] {
    let (count, others) = (op.vectorCount, op.registerCount())
    let aliased = vectorAliases(count).enumerated().map { index, vectors in
      (vectors, distinct(others, rotation: index % machine.registers.count))
    }
    let turned = (0..<max(machine.vectors.count, machine.registers.count)).map { rotation in
      (distinctVectors(count, rotation: rotation % machine.vectors.count), distinct(others, rotation: rotation))
    }
    return aliased + turned
  }

  private func vectorAliases(_ count: Int) -> [[VectorRegister]] {
    let pool = machine.vectorHazards.map { VectorRegister($0) }
    if count > 4 {
      return partitions(count).enumerated().map { index, pattern in
        pattern.map { ($0 < 4 ? pool[($0 + index) % 4] : VectorRegister(machine.vectors[(index + 5) % 9 + 2])) }
      }
    }
    return (0..<count).reduce([[]]) { choices, _ in choices.flatMap { choice in pool.map { choice + [$0] } } }
  }

  /// The instances; branches each with a label of its own, constants all that are special.
  private mutating func instances(of op: Mnemonic, _ registers: [Register], _ lists: OperandLists) -> [Instruction] {
    if op == .fmovi {
      return FloatInputs.special(.w64).map { .fmovi(lists.vectors[0], Immediate(bits: $0)) }
        + FloatInputs.special(.w32).map { .fmovi(width: .w32, lists.vectors[0], Immediate(bits: $0 & 0xFFFF_FFFF)) }
    }
    return op.instances(registers: registers, lists).map { instruction in
      guard case .fbranch(let w, let c, let a, let b, _) = instruction else { return instruction }
      return .fbranch(width: w, c, a, b, label())
    }
  }

  // MARK: Operands

  /// `instruction` with special values: all pairs of them, or `count` ones.
  private func numbers(_ op: Mnemonic, _ instruction: Instruction, count: Int? = nil) -> Snippet {
    let sources = sources(op, instruction)
    let values = operands(of: op, instruction)
    let body = body(of: instruction)
    if let count {
      let vectors = (0..<count).map { row in
        sources.indices.map { values[(row * 29 + $0 * 17 + row / 3 + instruction.salt) % values.count] }
      }
      return Snippet(instruction, body: body, sources: sources, vectors: vectors)
    }
    let width = Statement(instruction).width ?? .w64
    let few = FloatInputs.few(width)
    let paired = [.fbranch, .fselect].contains(op) ? few : FloatInputs.paired(width)
    let lists =
      switch sources.count {
      case 0: [] as [[UInt64]]
      case 1: [values]
      case 2: [paired, paired]
      case 3: [few, few, few]
      default: [few, few] + sources.dropFirst(2).map { [0xFEDC_BA98_7654_3210 + UInt64($0)] }
      }
    return Snippet(instruction, body: body, sources: sources, values: lists)
  }

  private func operands(of op: Mnemonic, _ instruction: Instruction) -> [UInt64] {
    switch instruction {
    case .itof: EdgeValues.all + EdgeValues.roundedIntegers
    case .ftoi(_, let type, _, _, _), .ftoiUnchecked(_, let type, _, _, _): FloatInputs.special(type)
    case .fwiden, .fnarrowHalf: FloatInputs.special(.w32)
    case .fwidenHalf: FloatInputs.halves
    default: FloatInputs.special(Statement(instruction).width ?? .w64)
    }
  }

  /// A branch with its label behind or before it, and a register that says which way was taken.
  private func body(of instruction: Instruction) -> [Instruction]? {
    guard case .fbranch(_, let condition, _, _, let target) = instruction else { return nil }
    let marker = Register(machine.registers[Int(condition.rawValue) % machine.registers.count])
    return arms(instruction, marker: marker)[Int(target.number % 2)]
  }
}

extension Instruction {
  /// Something that differs between instances.
  fileprivate var salt: Int { Statement(self).slots.reduce(0) { ($0 * 7 + $1) % 997 } }
}

extension EdgeValues {
  /// Integers of more bits than a significand has: half-way between two numbers, and beside that.
  static let roundedIntegers: [UInt64] = [24, 53].flatMap { (digits: UInt64) -> [UInt64] in
    (digits + 1..<65).flatMap { (bits: UInt64) -> [UInt64] in
      let (top, one) = (1 << (bits - 1) as UInt64, 1 << (bits - digits) as UInt64)
      let half = one / 2
      return [top | half, top | (half &- 1), top | (half + 1), top | one | half, top - 1 - half]
    }
  }
}

extension Snippet {
  /// Without the vectors for which an unchecked conversion is undefined.
  fileprivate var whereConverted: Snippet {
    guard case .ftoiUnchecked(let w, let type, let signedness, _, _) = subject else { return self }
    let defined = vectors.filter { Semantics.ftoiUnchecked(w, type, signedness, $0) != nil }
    return Snippet(subject, body: body, sources: sources, vectors: (defined.isEmpty ? [0] : defined).map { [$0] })
  }
}
