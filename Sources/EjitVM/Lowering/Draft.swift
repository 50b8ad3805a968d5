/// A micro-op before it is known how many constants the frame has and where jumps go.
struct Draft {
  var op: MicroOp
  var x: UInt8 = 0
  var a = 0
  var b = 0
  var c = 0
  /// In place of b and c.
  var wide: Int32?
  /// Where it jumps to: the offset of an instruction, later the number of a draft; -1: it does not.
  var target = -1
  /// Of a table, the default one last.
  var targets: [Int] = []
  /// Of the instruction that may trap in it.
  var offset = 0
  /// Of the comparison in an `addJump…`.
  var comparison: Int?
  /// How many values are on the stack before it.
  var height = 0

  /// In place of a slot's number: position on the operand stack, or number of a constant, which come to lie in slots
  /// whose numbers are known at the end.
  static let stack = 1 << 24
  static let constant = 1 << 25

  var isJump: Bool { target >= 0 }

  /// Jumps, returns or throws: never goes on behind.
  var isLast: Bool {
    switch op {
    case .jump, .jumpTable, .return, .throw: true
    default: false
    }
  }

  /// Whether `a` is a result that might as well go to another slot.
  var isRetargetable: Bool {
    switch op {
    case .move, .loadInt, .loadTag, .add, .sub, .mul, .div, .rem, .min, .max, .addTrap, .subTrap, .mulTrap, .divU,
      .remU,
      .and, .or, .xor, .shl, .shr, .shrU, .eq, .ne, .lt, .le, .ltU, .leU, .addI, .mulI, .divI, .remI, .andI, .shlI,
      .shrI, .shrUI, .neg, .not, .toInt, .toFloat, .sqrt, .abs, .floor, .arrayNew, .arrayGet, .arrayLen, .stringLen,
      .stringAt:
      true
    default: false
    }
  }
}
