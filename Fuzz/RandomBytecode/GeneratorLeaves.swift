import EjitVM

extension ModuleGenerator {
  /// A local or a constant.
  mutating func leaf(_ kind: Kind) {
    let start = source.below(256)
    if start & 3 != 3 {
      for index in locals.indices {
        let local = (start + index) % locals.count
        guard let known = locals[local], known.fits(kind) else { continue }
        writer.get(local)
        // What is only believed to be a number becomes an integer.
        if kind == .int, known == .number, start & 12 != 12 { writer.op(.toInt, taking: 1, leaving: 1) }
        return
      }
    }
    literal(kind)
  }

  mutating func literal(_ kind: Kind) {
    switch kind {
    case .int: writer.constant(integer())
    case .float: push(.float(float().bitPattern))
    case .number: literal(source.chance(1, in: 2) ? .float : .int)
    case .bool: writer.op(source.chance(1, in: 2) ? .true : .false, taking: 0, leaving: 1)
    case .string: push(.string(source.pick([[], [0x61], [0x62, 0x00, 0xFF], Array("longer text".utf8)])))
    case .ints, .floats, .values:
      writer.constant(Int64(source.chance(1, in: 16) ? -1 : source.below(9)))
      let kind: ArrayKind = kind == .ints ? .i64 : kind == .floats ? .f64 : .any
      writer.op(.arrayNew, Int(kind.rawValue), taking: 1, leaving: 1)
    case .any:
      if source.chance(1, in: 6) { writer.op(.nil, taking: 0, leaving: 1) } else { literal(anyKind()) }
    }
  }

  mutating func push(_ value: Module.Constant) { writer.op(.const, constant(value), taking: 0, leaving: 1) }

  mutating func anyKind() -> Kind {
    source.pick([.int, .float, .int, .float, .bool, .string, .ints, .floats, .values, .number])
  }

  mutating func integer() -> Int64 {
    let choice = source.byte()
    switch choice >> 5 {
    case 0...3: return Int64(choice & 15) - 2
    case 4:
      let edges: [Int64] = [
        .min, .max, -1, .min + 1, .max - 1, 1 << 53, 1 << 53 + 1, -(1 << 53) - 1, 1 << 31, -(1 << 31) - 1, 1 << 32,
        63, 64, 65, 127, 1 << 15,
      ]
      return edges[Int(choice & 15)]
    case 5: return 1 << Int64(source.byte() & 63)
    case 6: return (1 << Int64(source.byte() & 63)) &- 1
    default: return 0 &- (1 << Int64(source.byte() & 63))
    }
  }

  mutating func float() -> Double {
    let choice = source.byte()
    if choice < 96 { return Double(choice) / 4 - 3 }
    let edges: [Double] = [
      0, -0.0, .infinity, -.infinity, .nan, 1e300, -1e300, 0x1p-1074, 9007199254740992, 9007199254740994,
      -9223372036854775808, 9223372036854775808, 1e19, 4294967296, 0.1, 2147483648.5, -1.5, 1, 3,
    ]
    return choice < 240 ? edges[Int(choice) % edges.count] : Double(bitPattern: source.word())
  }
}

extension Kind {
  /// Whether a value of this kind may stand where another one is asked for.
  func fits(_ wanted: Kind) -> Bool {
    switch (self, wanted) {
    case (_, .any), (.int, .number), (.float, .number), (.number, .int), (.number, .float): true
    default: self == wanted
    }
  }

  /// What is known where two ways meet.
  func joined(_ other: Kind) -> Kind {
    if self == other { return self }
    return fits(.number) && other.fits(.number) && self != .any && other != .any ? .number : .any
  }
}
