/// One instruction of a function's code.
struct DecodedInstruction {
  var opcode: Opcode
  /// The integer of `constInt`, the number of a constant, local, function or host function, how many arguments, the raw
  /// value of an `ArrayKind`, or the offset that a jump goes to; else 0.
  var operand = 0
  /// The offsets that a `switch` goes to, the default one last; else empty.
  var targets: [Int] = []
  /// The offset of the byte behind the instruction.
  var end: Int

  /// The instruction at `offset` of `code`. Targets may lie anywhere, numbers may be any.
  init(_ code: [UInt8], at offset: Int) throws(ModuleError) {
    var decoder = Decoder(code[...], at: offset)
    guard let opcode = Opcode(rawValue: try decoder.byte()) else { throw ModuleError(.badOpcode, at: offset) }
    self.opcode = opcode
    var distances: [Int] = []
    switch opcode.operand {
    case .none: break
    case .integer: operand = Int(try decoder.integer())
    case .local, .constant, .function, .host, .count: operand = try decoder.number()
    case .kind:
      operand = try decoder.number()
      guard operand < ArrayKind.allCases.count else { throw ModuleError(.badKind, at: offset + 1) }
    case .target: operand = try decoder.distance()
    case .targets: distances = try DecodedInstruction.distances(&decoder)
    }
    end = decoder.offset
    if opcode.operand == .target { operand += end }
    for distance in distances { targets.append(end + distance) }
  }

  private static func distances(_ decoder: inout Decoder) throws(ModuleError) -> [Int] {
    let start = decoder.offset
    let count = try decoder.number()
    // Before anything is allocated.
    guard (count + 1) * 4 <= decoder.remaining else { throw ModuleError(.truncated, at: start) }
    var distances: [Int] = []
    distances.reserveCapacity(count + 1)
    for _ in 0...count { distances.append(try decoder.distance()) }
    return distances
  }

  /// Where execution may continue other than behind the instruction.
  var jumps: [Int] { opcode.operand == .target ? [operand] : targets }
}

/// What stands behind an opcode.
enum OperandKind { case none, integer, constant, local, target, targets, function, count, host, kind }

extension Opcode {
  var operand: OperandKind {
    switch self {
    case .constInt: .integer
    case .const: .constant
    case .localGet, .localSet, .localTee: .local
    case .jump, .jumpIf, .jumpUnless: .target
    case .switch: .targets
    case .call: .function
    case .callIndirect: .count
    case .callHost: .host
    case .arrayNew: .kind
    default: .none
    }
  }

  /// Whether execution never continues behind the instruction.
  var isTerminator: Bool {
    switch self {
    case .jump, .switch, .return, .throw: true
    default: false
    }
  }

  /// How many values are taken and left; calls take their arguments too.
  var effect: (taken: Int, left: Int) {
    switch self {
    case .constInt, .const, .true, .false, .nil, .localGet: (0, 1)
    case .localSet, .drop, .jumpIf, .jumpUnless, .switch, .return, .throw: (1, 0)
    case .localTee, .neg, .not, .toInt, .toFloat, .sqrt, .abs, .floor, .arrayNew, .arrayLen, .stringLen: (1, 1)
    case .dup: (1, 2)
    case .swap: (2, 2)
    case .add, .sub, .mul, .div, .rem, .addTrap, .subTrap, .mulTrap, .divU, .remU, .and, .or, .xor, .shl, .shr,
      .shrU, .eq, .ne, .lt, .le, .gt, .ge, .ltU, .leU, .gtU, .geU, .min, .max, .arrayGet, .stringAt:
      (2, 1)
    case .arrayPush: (2, 0)
    case .arraySet: (3, 0)
    case .jump: (0, 0)
    case .call, .callHost: (0, 1)
    case .callIndirect: (1, 1)
    }
  }
}
