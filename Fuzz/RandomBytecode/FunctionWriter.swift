import EjitVM

/// Writes the code of a function, and counts the height of its stack.
struct FunctionWriter {
  private(set) var code: [UInt8] = []
  var height = 0
  private var labels: [(place: Int?, holes: [(at: Int, end: Int)])] = []

  struct Label { fileprivate let number: Int }

  var offset: Int { code.count }

  mutating func op(_ opcode: Opcode, taking taken: Int, leaving left: Int) {
    code.append(opcode.rawValue)
    height += left - taken
  }

  mutating func op(_ opcode: Opcode, _ operand: Int, taking taken: Int, leaving left: Int) {
    op(opcode, taking: taken, leaving: left)
    append(number: operand)
  }

  mutating func constant(_ value: Int64) {
    op(.constInt, taking: 0, leaving: 1)
    var rest = value
    while !(-64..<64).contains(rest) {
      code.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    code.append(UInt8(truncatingIfNeeded: rest) & 0x7F)
  }

  mutating func get(_ local: Int) { op(.localGet, local, taking: 0, leaving: 1) }
  mutating func set(_ local: Int) { op(.localSet, local, taking: 1, leaving: 0) }

  mutating func label() -> Label {
    labels.append((nil, []))
    return Label(number: labels.count - 1)
  }

  mutating func bind(_ label: Label) {
    labels[label.number].place = code.count
    for hole in labels[label.number].holes { fill(hole.at, code.count - hole.end) }
  }

  /// `jump`, `jump.if` or `jump.unless`.
  mutating func jump(_ opcode: Opcode, to label: Label) {
    op(opcode, taking: opcode == .jump ? 0 : 1, leaving: 0)
    distance(to: label, end: code.count + 4)
  }

  /// The last target is the default one.
  mutating func table(_ targets: [Label]) {
    op(.switch, targets.count - 1, taking: 1, leaving: 0)
    let end = code.count + 4 * targets.count
    for target in targets { distance(to: target, end: end) }
  }

  private mutating func distance(to label: Label, end: Int) {
    let at = code.count
    code += [0, 0, 0, 0]
    if let place = labels[label.number].place {
      fill(at, place - end)
    } else {
      labels[label.number].holes.append((at, end))
    }
  }

  /// LEB128 in 4 bytes.
  private mutating func fill(_ at: Int, _ distance: Int) {
    for index in 0..<4 {
      code[at + index] = UInt8(truncatingIfNeeded: distance >> (7 * index)) & 0x7F | (index < 3 ? 0x80 : 0)
    }
  }

  private mutating func append(number: Int) {
    var rest = number
    while rest >= 0x80 {
      code.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    code.append(UInt8(rest))
  }
}
