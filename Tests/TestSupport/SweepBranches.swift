import Ejit
import EjitText

/// Ops that jump to a label after a comparison of their own.
extension Sweep {
  /// `op` behind `prefix`, its label bound behind or before it; `marker` tells which way was taken.
  func arms(_ op: Instruction, after prefix: [Instruction] = [], marker: Register) -> [[Instruction]] {
    let target = Statement(op).label!
    let (end, start) = (Label(target.number | 0x1000_0000), Label(target.number | 0x2000_0000))
    let (taken, notTaken) = (Instruction.movi(marker, 0x7A4E), Instruction.movi(marker, 0x407))
    return [
      prefix + [op, notTaken, .j(end), .label(target), taken, .label(end)],
      [.j(start), .label(target), taken, .j(end), .label(start)] + prefix + [op, notTaken, .label(end)],
    ]
  }

  /// One of both ways in which a label can lie.
  private mutating func arm(_ instruction: Instruction, _ index: Int) -> [Instruction] {
    let named = Statement(instruction).registers
    let marker = machine.registers.reversed().first { !named.contains(Register($0)) }!
    return arms(instruction, marker: Register(marker))[index % 2]
  }

  mutating func branches(_ op: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    let count = op.registerCount()
    let rotations = machine.registers.indices.map { distinct(count, rotation: $0) }
    for registers in (op.isDivision ? divisionRegisters(count) : aliases(count)) + rotations {
      for instruction in instances(op, registers, OperandLists()) {
        let body = arm(instruction, snippets.count)
        snippets.append(op.isDivision ? divided(op, instruction, body: body) : sparse(op, instruction, 8, body: body))
      }
    }
    var full = forms(op)[0]
    (full.widths, full.conditions) = (Width.allCases, Condition.allCases)
    let apart = distinct(max(count, 2), rotation: 2)
    for registers in [apart, [apart[1]] + apart[1...]] {
      for instruction in instances(op, registers, full) {
        let body = arm(instruction, snippets.count)
        let isWide = count > 1 && registers == apart && op != .branchi
        snippets.append(
          isWide ? dense(op, instruction, body: body) : sparse(op, instruction, 19, body: body))
      }
    }
    return snippets
  }

  /// The instances, each with a label of its own.
  private mutating func instances(_ op: Mnemonic, _ registers: [Register], _ lists: OperandLists) -> [Instruction] {
    var lists = lists
    if op.takesTestConditionOnly { lists.conditions = lists.conditions.count > 1 ? lists.conditions : [.ne] }
    return op.instances(registers: registers, lists).map { instruction in relabelled(instruction) }
  }

  private mutating func relabelled(_ instruction: Instruction) -> Instruction {
    let target = label()
    return switch instruction {
    case .addOverflow(let w, let d, let a, let b, let s, _): .addOverflow(width: w, d, a, b, s, target)
    case .subOverflow(let w, let d, let a, let b, let s, _): .subOverflow(width: w, d, a, b, s, target)
    case .mulOverflow(let w, let d, let a, let b, let s, _): .mulOverflow(width: w, d, a, b, s, target)
    case .branch(let w, let c, let a, let b, _): .branch(width: w, c, a, b, target)
    case .branchi(let c, let a, let v, _, let w): .branchi(c, a, v, target, width: w)
    case .branchTest(let w, let c, let a, let b, _): .branchTest(width: w, c, a, b, target)
    case .branchTesti(let c, let a, let v, _, let w): .branchTesti(c, a, v, target, width: w)
    case .branchBit(let w, let c, let a, let n, _): .branchBit(width: w, c, a, n, target)
    case .sdivChecked(let w, let d, let a, let b, _): .sdivChecked(width: w, d, a, b, target)
    case .udivChecked(let w, let d, let a, let b, _): .udivChecked(width: w, d, a, b, target)
    case .sremChecked(let w, let d, let a, let b, _): .sremChecked(width: w, d, a, b, target)
    case .uremChecked(let w, let d, let a, let b, _): .uremChecked(width: w, d, a, b, target)
    case .udivWideChecked(let w, let q, let r, let high, let low, let b, _):
      .udivWideChecked(width: w, q, r, high, low, b, target)
    default: preconditionFailure("no branch")
    }
  }
}

extension Mnemonic {
  fileprivate var takesTestConditionOnly: Bool { self == .branchTest || self == .branchTesti || self == .branchBit }
}

extension Statement {
  /// The label among the operands.
  var label: Label? {
    for case .label(let label) in operands { return label }
    return nil
  }
}
