import EjitVM

extension ReferenceValue {
  func unary(_ opcode: Opcode) throws(Interruption) -> ReferenceValue {
    switch (opcode, self) {
    case (.neg, .int(let a)): return .int(0 &- a)
    case (.neg, .float(let a)): return .float(Double(bitPattern: a.bitPattern ^ 1 << 63))
    case (.abs, .int(let a)): return .int(a < 0 ? 0 &- a : a)
    case (.abs, .float(let a)): return .float(Double(bitPattern: a.bitPattern & ~(1 << 63)))
    case (.not, .int(let a)): return .int(~a)
    case (.not, .bool(let a)): return .bool(!a)
    case (.sqrt, .int(let a)): return .float(Double(a).squareRoot())
    case (.sqrt, .float(let a)): return .float(a.squareRoot())
    case (.floor, .int), (.toInt, .int), (.toFloat, .float): return self
    case (.floor, .float(let a)): return .float(a.rounded(.down))
    case (.toFloat, .int(let a)): return .float(Double(a))
    case (.toInt, .float(let a)):
      // Truncated, it is in range: NaN is not.
      guard a >= -9223372036854775808.0, a < 9223372036854775808.0 else { throw .trap(.conversion) }
      return .int(Int64(a))
    default: throw .trap(.typeError)
    }
  }

  func binary(_ opcode: Opcode, _ other: ReferenceValue) throws(Interruption) -> ReferenceValue {
    switch opcode {
    case .eq: return .bool(equals(other))
    case .ne: return .bool(!equals(other))
    case .lt: return .bool(try order(other) == .less)
    case .gt: return .bool(try order(other) == .greater)
    case .le: return .bool([.less, .equal].contains(try order(other)))
    case .ge: return .bool([.greater, .equal].contains(try order(other)))
    default: break
    }
    switch (self, other) {
    case (.int(let a), .int(let b)): return try ReferenceValue.integers(opcode, a, b)
    case (.float(let a), .float(let b)): return .float(try ReferenceValue.floats(opcode, a, b))
    case (.int(let a), .float(let b)): return .float(try ReferenceValue.floats(opcode, Double(a), b))
    case (.float(let a), .int(let b)): return .float(try ReferenceValue.floats(opcode, a, Double(b)))
    case (.bool(let a), .bool(let b)):
      switch opcode {
      case .and: return .bool(a && b)
      case .or: return .bool(a || b)
      case .xor: return .bool(a != b)
      default: throw .trap(.typeError)
      }
    case (.string(let a), .string(let b)) where opcode == .add: return .string(a + b)
    default: throw .trap(.typeError)
    }
  }

  private static func integers(_ opcode: Opcode, _ a: Int64, _ b: Int64) throws(Interruption) -> ReferenceValue {
    let (ua, ub) = (UInt64(bitPattern: a), UInt64(bitPattern: b))
    let count = ub % 64
    switch opcode {
    case .add: return .int(a &+ b)
    case .sub: return .int(a &- b)
    case .mul: return .int(a &* b)
    case .div, .rem, .divU, .remU: return .int(try quotient(opcode, a, b))
    case .addTrap: return .int(try exact(a.addingReportingOverflow(b)))
    case .subTrap: return .int(try exact(a.subtractingReportingOverflow(b)))
    case .mulTrap: return .int(try exact(a.multipliedReportingOverflow(by: b)))
    case .and: return .int(a & b)
    case .or: return .int(a | b)
    case .xor: return .int(a ^ b)
    case .shl: return .int(Int64(bitPattern: ua << count))
    case .shr: return .int(a >> Int64(count))
    case .shrU: return .int(Int64(bitPattern: ua >> count))
    case .ltU: return .bool(ua < ub)
    case .leU: return .bool(ua <= ub)
    case .gtU: return .bool(ua > ub)
    case .geU: return .bool(ua >= ub)
    case .min: return .int(a < b ? a : b)
    case .max: return .int(a > b ? a : b)
    default: throw .trap(.typeError)
    }
  }

  private static func quotient(_ opcode: Opcode, _ a: Int64, _ b: Int64) throws(Interruption) -> Int64 {
    if b == 0 { throw .trap(.divisionByZero) }
    let (ua, ub) = (UInt64(bitPattern: a), UInt64(bitPattern: b))
    switch opcode {
    case .div:
      if a == .min, b == -1 { throw .trap(.divisionOverflow) }
      return a / b
    case .rem: return b == -1 ? 0 : a % b
    case .divU: return Int64(bitPattern: ua / ub)
    default: return Int64(bitPattern: ua % ub)
    }
  }

  private static func exact(_ result: (partialValue: Int64, overflow: Bool)) throws(Interruption) -> Int64 {
    if result.overflow { throw .trap(.arithmeticOverflow) }
    return result.partialValue
  }

  private static func floats(_ opcode: Opcode, _ a: Double, _ b: Double) throws(Interruption) -> Double {
    switch opcode {
    case .add: return a + b
    case .sub: return a - b
    case .mul: return a * b
    case .div: return a / b
    case .rem: return a.truncatingRemainder(dividingBy: b)
    case .min, .max:
      if a.isNaN || b.isNaN { return .nan }
      // Of two zeros the one with a sign is less.
      let isLess = a < b || a == b && a.sign == .minus
      return isLess == (opcode == .min) ? a : b
    default: throw .trap(.typeError)
    }
  }
}

// MARK: Comparison

extension ReferenceValue {
  enum Order { case less, equal, greater, none }

  private func equals(_ other: ReferenceValue) -> Bool {
    switch (self, other) {
    case (.int, .int), (.int, .float), (.float, .int), (.float, .float): (try? order(other)) == .equal
    case (.bool(let a), .bool(let b)): a == b
    case (.nil, .nil): true
    case (.string(let a), .string(let b)): a == b
    case (.array(let a), .array(let b)): a === b
    default: false
    }
  }

  private func order(_ other: ReferenceValue) throws(Interruption) -> Order {
    switch (self, other) {
    case (.int(let a), .int(let b)): return a < b ? .less : a > b ? .greater : .equal
    case (.float(let a), .float(let b)): return a < b ? .less : a > b ? .greater : a == b ? .equal : .none
    case (.int(let a), .float(let b)): return ReferenceValue.order(a, b)
    case (.float(let a), .int(let b)):
      switch ReferenceValue.order(b, a) {
      case .less: return .greater
      case .greater: return .less
      case .equal: return .equal
      case .none: return .none
      }
    default: throw .trap(.typeError)
    }
  }

  /// As numbers, without rounding the integer.
  private static func order(_ a: Int64, _ b: Double) -> Order {
    if b.isNaN { return .none }
    if b >= 9223372036854775808.0 { return .less }
    if b < -9223372036854775808.0 { return .greater }
    let whole = Int64(b)
    if a != whole { return a < whole ? .less : .greater }
    let fraction = b - Double(whole)
    return fraction > 0 ? .less : fraction < 0 ? .greater : .equal
  }
}
