import Ejit
import EjitInterpreter
import EjitText

/// Divisions: what makes one special meets every alias pattern, and those without checks get only what they define.
extension Sweep {
  /// `instruction` with the operands at which divisions stop, overflow, or are read with the wrong width.
  func divided(_ op: Mnemonic, _ instruction: Instruction, body: [Instruction]? = nil) -> Snippet {
    let sources = sources(op, instruction)
    let zeros: [UInt64] = [0, 0x5_0000_0000]
    let ones: [UInt64] = [1, ~0, 0xFFFF_FFFF]
    let extremes: [UInt64] = [1 << 63, 0x8000_0000, 0xFFFF_FFFF_8000_0007]
    let lists: [[UInt64]] =
      sources.count < 3
      ? sources.map { _ in zeros + ones + extremes }
      : [[0, 1, 0x7FFF_FFFF_1234_5678], [~0, 0x1_0000_0005], [0, ~0, 0x8000_0000_8000_0000, 77]]
    return Snippet(instruction, body: body, sources: sources, values: lists)
  }

  /// The registers of a division: those that the machine divides with in each field, equal ones included.
  func divisionRegisters(_ count: Int) -> [[Register]] {
    guard count > 4 else { return aliases(count) }
    let pool = (machine.hazards + [machine.registers[machine.registers.count - 2]]).map { Register($0) }
    return (0..<count).reduce([[]]) { choices, _ in choices.flatMap { choice in pool.map { choice + [$0] } } }
  }
}

extension Mnemonic {
  /// Whether this divides.
  var isDivision: Bool {
    [
      .sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivChecked, .udivChecked, .sremChecked, .uremChecked,
      .sdivUnchecked, .udivUnchecked, .sremUnchecked, .uremUnchecked, .udivWideChecked, .udivWideUnchecked,
    ].contains(self)
  }
}

extension Snippet {
  /// Without the vectors for which the op is undefined; nil if none is left.
  var whereDefined: Snippet? {
    guard subject.isUndefined({ _ in 0 }) else { return self }
    let defined = (0..<count).map { row in Array(vectors[row * sources.count..<(row + 1) * sources.count]) }
      .filter { vector in !subject.isUndefined { vector[sources.firstIndex(of: $0.slot)!] } }
    return defined.isEmpty ? nil : Snippet(subject, body: body, sources: sources, vectors: defined)
  }
}

extension Instruction {
  /// Whether the op has no defined result where registers hold what `value` says; true for zeros if there is any such
  /// case.
  fileprivate func isUndefined(_ value: (Register) -> UInt64) -> Bool {
    switch self {
    case .sdivUnchecked(let w, _, let a, let b), .sremUnchecked(let w, _, let a, let b):
      return Semantics.sdivChecked(w, value(a), value(b)) == nil
    case .udivUnchecked(let w, _, let a, let b), .uremUnchecked(let w, _, let a, let b):
      return Semantics.udivChecked(w, value(a), value(b)) == nil
    case .udivWideUnchecked(let w, _, _, let high, let low, let b):
      return Semantics.udivWide(w, value(high), value(low), value(b)) == nil
    default: return false
    }
  }
}
