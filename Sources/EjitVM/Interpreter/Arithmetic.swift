/// The operations on numbers, on any operands: what the interpreter's loop does not do itself, and what folds constants.
enum Arithmetic {
  /// `b op c`, for all that cannot allocate. Ints wrap; if one operand is a float the other is converted.
  static func binary(_ op: MicroOp, _ b: Slot, _ c: Slot) throws(Trap.Kind) -> Slot {
    if b.tag | c.tag == 0 { return try integers(op, b.int, c.int) }
    switch op {
    case .eq: return Slot(Comparison.equal(b, c))
    case .ne: return Slot(!Comparison.equal(b, c))
    case .lt: return Slot(try Comparison.less(b, c))
    case .le: return Slot(try Comparison.lessOrEqual(b, c))
    case .and, .or, .xor: return try bools(op, b, c)
    case .add, .sub, .mul, .div, .rem, .min, .max:
      return Slot(floats(op, try float(b), try float(c)))
    default: throw .typeError
    }
  }

  /// `op b`
  static func unary(_ op: MicroOp, _ b: Slot) throws(Trap.Kind) -> Slot {
    switch Tag(rawValue: b.tag)! {
    case .int: try integer(op, b.int)
    case .float: try float(op, b.float)
    case .bool where op == .not: Slot(b.payload == 0)
    default: throw .typeError
    }
  }

  /// The operation of a form with a constant; others are their own.
  static func general(_ op: MicroOp) -> MicroOp {
    switch op {
    case .addI: .add
    case .mulI: .mul
    case .divI: .div
    case .remI: .rem
    case .andI: .and
    case .shlI: .shl
    case .shrI: .shr
    case .shrUI: .shrU
    default: op
    }
  }

  static func float(_ slot: Slot) throws(Trap.Kind) -> Double {
    switch Tag(rawValue: slot.tag)! {
    case .int: Double(slot.int)
    case .float: slot.float
    default: throw .typeError
    }
  }

  private static func bools(_ op: MicroOp, _ b: Slot, _ c: Slot) throws(Trap.Kind) -> Slot {
    guard b.tag == Tag.bool.rawValue, c.tag == Tag.bool.rawValue else { throw .typeError }
    switch op {
    case .and: return Slot(b.payload & c.payload, .bool)
    case .or: return Slot(b.payload | c.payload, .bool)
    default: return Slot(b.payload ^ c.payload, .bool)
    }
  }
}

extension Arithmetic {
  private static func integers(_ op: MicroOp, _ b: Int64, _ c: Int64) throws(Trap.Kind) -> Slot {
    switch op {
    case .add: Slot(b &+ c)
    case .sub: Slot(b &- c)
    case .mul: Slot(b &* c)
    case .div: Slot(try quotient(b, c))
    case .rem: Slot(try remainder(b, c))
    case .min: Slot(Swift.min(b, c))
    case .max: Slot(Swift.max(b, c))
    case .addTrap: Slot(try exact(b.addingReportingOverflow(c)))
    case .subTrap: Slot(try exact(b.subtractingReportingOverflow(c)))
    case .mulTrap: Slot(try exact(b.multipliedReportingOverflow(by: c)))
    case .divU: Slot(Int64(bitPattern: UInt64(bitPattern: b) / (try divisor(c))))
    case .remU: Slot(Int64(bitPattern: UInt64(bitPattern: b) % (try divisor(c))))
    default: bits(op, b, c)
    }
  }

  private static func bits(_ op: MicroOp, _ b: Int64, _ c: Int64) -> Slot {
    switch op {
    case .and: Slot(b & c)
    case .or: Slot(b | c)
    case .xor: Slot(b ^ c)
    case .shl: Slot(b &<< c)
    case .shr: Slot(b &>> c)
    case .shrU: Slot(Int64(bitPattern: UInt64(bitPattern: b) &>> UInt64(bitPattern: c)))
    case .eq: Slot(b == c)
    case .ne: Slot(b != c)
    case .lt: Slot(b < c)
    case .le: Slot(b <= c)
    case .ltU: Slot(UInt64(bitPattern: b) < UInt64(bitPattern: c))
    default: Slot(UInt64(bitPattern: b) <= UInt64(bitPattern: c))
    }
  }

  private static func floats(_ op: MicroOp, _ b: Double, _ c: Double) -> Double {
    switch op {
    case .add: b + c
    case .sub: b - c
    case .mul: b * c
    case .div: b / c
    case .rem: b.truncatingRemainder(dividingBy: c)
    case .min: least(b, c)
    default: -least(-b, -c)
    }
  }

  /// NaN if one is, and -0 below +0.
  private static func least(_ b: Double, _ c: Double) -> Double {
    if b.isNaN || c.isNaN { return .nan }
    if b == c { return b.sign == .minus ? b : c }
    return b < c ? b : c
  }

  private static func integer(_ op: MicroOp, _ b: Int64) throws(Trap.Kind) -> Slot {
    switch op {
    case .neg: Slot(0 &- b)
    case .abs: Slot(b < 0 ? 0 &- b : b)
    case .not: Slot(~b)
    case .sqrt: Slot(Double(b).squareRoot())
    case .toFloat: Slot(Double(b))
    default: Slot(b)  // toInt, floor
    }
  }

  private static func float(_ op: MicroOp, _ b: Double) throws(Trap.Kind) -> Slot {
    switch op {
    case .neg: Slot(-b)
    case .abs: Slot(b.magnitude)
    case .sqrt: Slot(b.squareRoot())
    case .floor: Slot(b.rounded(.down))
    case .toFloat: Slot(b)
    case .toInt: Slot(try truncated(b))
    default: throw .typeError
    }
  }

  private static func truncated(_ b: Double) throws(Trap.Kind) -> Int64 {
    guard b >= -0x1p63, b < 0x1p63 else { throw .conversion }
    return Int64(b)
  }

  private static func quotient(_ b: Int64, _ c: Int64) throws(Trap.Kind) -> Int64 {
    if c == 0 { throw .divisionByZero }
    if c == -1, b == .min { throw .divisionOverflow }
    return b / c
  }

  private static func remainder(_ b: Int64, _ c: Int64) throws(Trap.Kind) -> Int64 {
    if c == 0 { throw .divisionByZero }
    return c == -1 ? 0 : b % c
  }

  private static func divisor(_ c: Int64) throws(Trap.Kind) -> UInt64 {
    if c == 0 { throw .divisionByZero }
    return UInt64(bitPattern: c)
  }

  private static func exact(_ result: (partialValue: Int64, overflow: Bool)) throws(Trap.Kind) -> Int64 {
    if result.overflow { throw .arithmeticOverflow }
    return result.partialValue
  }
}
