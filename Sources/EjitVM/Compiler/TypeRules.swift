/// What operations make of the types and constants of their operands.
enum TypeRules {
  /// The result of a micro-op on `b` and `c`, or on `a` for those that change it; `any` where the op has no result. nil: it
  /// traps with such operands in any case.
  static func result(_ word: Word, _ b: Knowledge, _ c: Knowledge, a: Knowledge) -> Knowledge? {
    switch word.op {
    case .add, .addI: addition(b, c).map { folded(word.op, b, c) ?? $0 }
    case .sub, .mul, .mulI, .min, .max: arithmetic(b, c).map { folded(word.op, b, c) ?? $0 }
    case .div, .rem, .divI, .remI: arithmetic(b, c)
    case .addTrap, .subTrap, .mulTrap, .divU, .remU: integers(b, c)
    case .shl, .shr, .shrU, .shlI, .shrI, .shrUI, .andI: integers(b, c).map { folded(word.op, b, c) ?? $0 }
    case .and, .or, .xor:
      b.tag == .bool && c.tag == .bool ? .of(.bool) : logic(b, c).map { folded(word.op, b, c) ?? $0 }
    case .eq, .ne: .of(.bool)
    case .lt, .le: arithmetic(b, c).map { _ in .of(.bool) }
    case .ltU, .leU: integers(b, c).map { _ in .of(.bool) }
    case .neg, .abs, .floor: b.tag == nil || b.tag == .int || b.tag == .float ? b.type : nil
    case .not: b.tag == nil || b.tag == .int || b.tag == .bool ? b.type : nil
    case .toInt: isNumber(b) ? .of(.int) : nil
    case .toFloat, .sqrt: isNumber(b) ? .of(.float) : nil
    case .addJumpLt, .addJumpLe: a.tag == .int ? .of(.int) : addition(a, .of(.int))
    default: .any
    }
  }

  /// Whether an operation that takes one kind of operand only is known to get another one; `tag` is that of a slot, nil if
  /// it is not known.
  static func traps(_ word: Word, _ tag: (Int) -> Tag?) -> Bool {
    func isOther(_ slot: Int, _ wanted: Tag) -> Bool { tag(slot).map { $0 != wanted } ?? false }
    func isNoArray(_ slot: Int) -> Bool { tag(slot).map { $0 != .ints && $0 != .floats && $0 != .values } ?? false }
    switch word.op {
    case .jumpIf, .jumpUnless: return isOther(word.a, .bool)
    case .jumpTable: return isOther(word.a, .int)
    case .jumpLtU, .jumpLeU: return isOther(word.a, .int) || isOther(word.b, .int)
    case .arrayGet: return isNoArray(word.b) || isOther(word.c, .int)
    case .arraySet: return isNoArray(word.a) || isOther(word.b, .int)
    case .arrayLen: return isNoArray(word.b)
    case .stringLen: return isOther(word.b, .string)
    case .stringAt: return isOther(word.b, .string) || isOther(word.c, .int)
    default: return false
    }
  }

  private static func isNumber(_ operand: Knowledge) -> Bool {
    operand.tag == nil || operand.tag == .int || operand.tag == .float
  }

  private static func arithmetic(_ b: Knowledge, _ c: Knowledge) -> Knowledge? {
    guard isNumber(b), isNumber(c) else { return nil }
    if b.tag == .float || c.tag == .float { return .of(.float) }
    return b.tag == .int && c.tag == .int ? .of(.int) : .any
  }

  private static func addition(_ b: Knowledge, _ c: Knowledge) -> Knowledge? {
    if b.tag == .string && (c.tag == .string || c.tag == nil) { return .of(.string) }
    if c.tag == .string && b.tag == nil { return .of(.string) }
    if b.tag == nil && c.tag == .float { return .of(.float) }
    return arithmetic(b, c)
  }

  private static func integers(_ b: Knowledge, _ c: Knowledge) -> Knowledge? {
    guard b.tag == nil || b.tag == .int, c.tag == nil || c.tag == .int else { return nil }
    return .of(.int)
  }

  private static func logic(_ b: Knowledge, _ c: Knowledge) -> Knowledge? {
    let kinds: [Tag?] = [nil, .int, .bool]
    guard kinds.contains(b.tag), kinds.contains(c.tag) else { return nil }
    if b.tag == nil && c.tag == nil { return .any }
    guard b.tag == nil || c.tag == nil || b.tag == c.tag else { return nil }
    return .of(b.tag ?? c.tag ?? .int)
  }

  /// The value of an operation on two known integers that cannot trap.
  private static func folded(_ op: MicroOp, _ b: Knowledge, _ c: Knowledge) -> Knowledge? {
    guard let x = b.constant, let y = c.constant, x.tag == Tag.int.rawValue, y.tag == Tag.int.rawValue else {
      return nil
    }
    switch op {
    case .add, .addI, .sub, .mul, .mulI, .min, .max, .and, .andI, .or, .xor, .shl, .shlI, .shr, .shrI, .shrU, .shrUI:
      return (try? Arithmetic.binary(Arithmetic.general(op), x, y)).map(Knowledge.constant)
    default: return nil
    }
  }
}
