import EjitVM

extension ModuleGenerator {
  /// Code that leaves a value, mostly of this kind.
  mutating func value(_ kind: Kind, _ depth: Int) {
    if depth <= 0 || source.isAtEnd { return leaf(kind) }
    let choice = source.byte()
    switch choice {
    case 0..<60: leaf(kind)
    case 60..<70: either(kind, depth)
    case 70..<76: kept(kind, depth)
    case 76..<92: call(depth)
    case 92..<95: many(kind == .float ? .float : .int, depth)
    case 95..<98:
      value(.values, depth - 1)
      index(depth)
      writer.op(.arrayGet, taking: 2, leaving: 1)
    case 98..<100 where budget > 0:
      statement()
      value(kind, depth - 1)
    case 100..<103: value(anyKind(), depth - 1)
    default: operation(kind, depth)
    }
  }

  private mutating func operation(_ kind: Kind, _ depth: Int) {
    switch kind {
    case .int: integerOperation(depth)
    case .float: floatOperation(depth)
    case .number: numberOperation(depth)
    case .bool: condition(depth)
    case .string:
      value(.string, depth - 1)
      if source.chance(1, in: 4) { value(.string, 0) } else { literal(.string) }
      writer.op(.add, taking: 2, leaving: 1)
    case .ints, .floats, .values: leaf(kind)
    case .any: value(anyKind(), depth)
    }
  }

  mutating func binary(_ opcode: Opcode, _ a: Kind, _ b: Kind, _ depth: Int) {
    value(a, depth - 1)
    value(b, depth - 1)
    writer.op(opcode, taking: 2, leaving: 1)
  }

  private mutating func unary(_ opcode: Opcode, _ a: Kind, _ depth: Int) {
    value(a, depth - 1)
    writer.op(opcode, taking: 1, leaving: 1)
  }

  private mutating func integerOperation(_ depth: Int) {
    let choice = source.below(40)
    switch choice {
    case 0..<21:
      let ops: [Opcode] = [.add, .sub, .mul, .and, .or, .xor, .shl, .shr, .shrU, .min, .max]
      binary(ops[choice % ops.count], .int, .int, depth)
    case 21..<26:
      value(.int, depth - 1)
      value(.int, depth - 1)
      // Mostly not zero.
      if choice > 21 {
        writer.constant(1)
        writer.op(.or, taking: 2, leaving: 1)
      }
      writer.op(source.pick([.div, .rem, .divU, .remU]), taking: 2, leaving: 1)
    case 26..<29:
      // Divisors that the compiler knows.
      value(.int, depth - 1)
      writer.constant(integer())
      writer.op(source.pick([.div, .rem, .divU, .remU, .mul, .shl, .shr, .shrU]), taking: 2, leaving: 1)
    case 29..<31: binary(source.pick([.addTrap, .subTrap, .mulTrap]), .int, .int, depth)
    case 31..<34: unary(source.pick([.neg, .abs, .not, .floor]), .int, depth)
    case 34..<36: unary(.toInt, .number, depth)
    case 36:
      value(.ints, depth - 1)
      index(depth)
      writer.op(.arrayGet, taking: 2, leaving: 1)
    case 37: unary(.arrayLen, source.pick([.ints, .floats, .values]), depth)
    case 38: unary(.stringLen, .string, depth)
    default:
      value(.string, depth - 1)
      index(depth)
      writer.op(.stringAt, taking: 2, leaving: 1)
    }
  }

  private mutating func floatOperation(_ depth: Int) {
    let choice = source.below(24)
    let ops: [Opcode] = [.add, .sub, .mul, .div, .min, .max, .rem]
    switch choice {
    case 0..<14: binary(ops[choice % 7], .float, .float, depth)
    case 14..<17: binary(ops[source.below(7)], source.pick([.int, .float]), source.pick([.float, .int]), depth)
    case 17..<20: unary(source.pick([.neg, .abs, .floor, .toFloat]), .float, depth)
    case 20: unary(.sqrt, .number, depth)
    case 21: unary(.toFloat, .number, depth)
    default:
      value(.floats, depth - 1)
      index(depth)
      writer.op(.arrayGet, taking: 2, leaving: 1)
    }
  }

  private mutating func numberOperation(_ depth: Int) {
    switch source.below(8) {
    case 0..<3: binary(source.pick([.add, .sub, .mul, .min, .max]), .number, .number, depth)
    case 3: unary(source.pick([.neg, .abs, .floor]), .number, depth)
    case 4, 5: integerOperation(depth)
    default: floatOperation(depth)
    }
  }

  mutating func condition(_ depth: Int) {
    let orders: [Opcode] = [.lt, .le, .gt, .ge, .eq, .ne]
    switch source.below(16) {
    case 0..<5: binary(source.pick(orders), .int, .int, depth)
    case 5..<8: binary(source.pick(orders), .float, .float, depth)
    case 8..<10: binary(source.pick(orders), .number, .number, depth)
    case 10:
      value(.int, depth - 1)
      writer.constant(integer())
      writer.op(source.pick(orders), taking: 2, leaving: 1)
    case 11: binary(source.pick([.ltU, .leU, .gtU, .geU]), .int, .int, depth)
    case 12: binary(source.pick([.and, .or, .xor]), .bool, .bool, depth)
    case 13: unary(.not, .bool, depth)
    case 14: binary(source.pick([.eq, .ne]), .any, .any, depth)
    default:
      let kind = anyKind()
      binary(source.pick([.eq, .ne]), kind, kind, depth)
    }
  }

  /// Mostly in range: arrays and strings have a few elements.
  mutating func index(_ depth: Int) {
    if source.chance(1, in: 8) { return value(.int, depth - 1) }
    if source.chance(1, in: 2) { return writer.constant(Int64(source.below(4))) }
    value(.int, depth - 1)
    writer.constant(3)
    writer.op(source.chance(1, in: 2) ? .remU : .and, taking: 2, leaving: 1)
  }

  /// One of two, which may be of different kinds.
  private mutating func either(_ kind: Kind, _ depth: Int) {
    let (other, end) = (writer.label(), writer.label())
    condition(depth - 1)
    writer.jump(source.chance(1, in: 2) ? .jumpIf : .jumpUnless, to: other)
    let before = locals
    value(kind, depth - 1)
    writer.jump(.jump, to: end)
    let after = locals
    locals = before
    writer.height -= 1
    writer.bind(other)
    value(source.chance(1, in: 6) ? anyKind() : kind, depth - 1)
    writer.bind(end)
    join(after)
  }

  /// What is known on two ways.
  mutating func join(_ other: [Kind?]) {
    for local in locals.indices {
      guard let a = locals[local], local < other.count, let b = other[local] else {
        locals[local] = nil
        continue
      }
      locals[local] = a.joined(b)
    }
    // Locals that only the other way has made.
    while locals.count < other.count { locals.append(nil) }
  }

  /// `dup`, `swap` and `local.tee`.
  private mutating func kept(_ kind: Kind, _ depth: Int) {
    value(kind, depth - 1)
    switch source.below(4) {
    case 0:
      writer.op(.dup, taking: 1, leaving: 2)
      writer.op(kind == .string ? .add : source.pick([.add, .sub, .eq, .mul]), taking: 2, leaving: 1)
    case 1:
      value(kind, depth - 1)
      writer.op(.swap, taking: 2, leaving: 2)
      writer.op(source.pick([.sub, .add, .lt, .ne]), taking: 2, leaving: 1)
    case 2:
      value(.any, depth - 1)
      if source.chance(1, in: 2) { writer.op(.swap, taking: 2, leaving: 2) }
      writer.op(.drop, taking: 1, leaving: 0)
    default:
      guard let local = target() else { return }
      writer.op(.localTee, local, taking: 1, leaving: 1)
      locals[local] = kind
    }
  }

  /// More values at once than there are registers.
  private mutating func many(_ kind: Kind, _ depth: Int) {
    let count = 6 + source.below(30)
    for _ in 0..<count { value(kind, source.chance(1, in: 6) ? depth - 1 : 0) }
    for _ in 1..<count { writer.op(source.pick([.add, .sub, .max, .mul]), taking: 2, leaving: 1) }
  }
}
