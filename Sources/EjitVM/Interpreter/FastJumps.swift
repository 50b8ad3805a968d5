// Whether to jump.
extension Fast {
  /// `slow`: it is decided out of line.
  enum Taken { case no, yes, slow }

  @inline(__always) static func isTrue(_ a: Base) -> Taken {
    a.pointee.tag == Tag.bool.rawValue ? taken(a.pointee.payload != 0) : .slow
  }
  @inline(__always) static func isFalse(_ a: Base) -> Taken {
    a.pointee.tag == Tag.bool.rawValue ? taken(a.pointee.payload == 0) : .slow
  }

  @inline(__always) static func equal(_ a: Base, _ b: Base) -> Taken { both(a, b, { $0 == $1 }, { $0 == $1 }) }
  @inline(__always) static func notEqual(_ a: Base, _ b: Base) -> Taken { both(a, b, { $0 != $1 }, { $0 != $1 }) }
  @inline(__always) static func less(_ a: Base, _ b: Base) -> Taken { both(a, b, { $0 < $1 }, { $0 < $1 }) }
  @inline(__always) static func notLess(_ a: Base, _ b: Base) -> Taken { both(a, b, { $0 >= $1 }, { !($0 < $1) }) }
  @inline(__always) static func lessOrEqual(_ a: Base, _ b: Base) -> Taken { both(a, b, { $0 <= $1 }, { $0 <= $1 }) }
  @inline(__always) static func notLessOrEqual(_ a: Base, _ b: Base) -> Taken {
    both(a, b, { $0 > $1 }, { !($0 <= $1) })
  }
  @inline(__always) static func lessUnsigned(_ a: Base, _ b: Base) -> Taken {
    a.pointee.tag | b.pointee.tag == 0 ? taken(a.pointee.payload < b.pointee.payload) : .slow
  }
  @inline(__always) static func lessOrEqualUnsigned(_ a: Base, _ b: Base) -> Taken {
    a.pointee.tag | b.pointee.tag == 0 ? taken(a.pointee.payload <= b.pointee.payload) : .slow
  }

  @inline(__always) static func equal(_ a: Base, _ b: Int) -> Taken { one(a, b, { $0 == $1 }, { $0 == $1 }) }
  @inline(__always) static func notEqual(_ a: Base, _ b: Int) -> Taken { one(a, b, { $0 != $1 }, { $0 != $1 }) }
  @inline(__always) static func less(_ a: Base, _ b: Int) -> Taken { one(a, b, { $0 < $1 }, { $0 < $1 }) }
  @inline(__always) static func notLess(_ a: Base, _ b: Int) -> Taken { one(a, b, { $0 >= $1 }, { !($0 < $1) }) }
  @inline(__always) static func lessOrEqual(_ a: Base, _ b: Int) -> Taken { one(a, b, { $0 <= $1 }, { $0 <= $1 }) }
  @inline(__always) static func notLessOrEqual(_ a: Base, _ b: Int) -> Taken {
    one(a, b, { $0 > $1 }, { !($0 <= $1) })
  }
  @inline(__always) static func greater(_ a: Base, _ b: Int) -> Taken { one(a, b, { $0 > $1 }, { $0 > $1 }) }
  @inline(__always) static func notGreater(_ a: Base, _ b: Int) -> Taken { one(a, b, { $0 <= $1 }, { !($0 > $1) }) }
  @inline(__always) static func greaterOrEqual(_ a: Base, _ b: Int) -> Taken { one(a, b, { $0 >= $1 }, { $0 >= $1 }) }
  @inline(__always) static func notGreaterOrEqual(_ a: Base, _ b: Int) -> Taken {
    one(a, b, { $0 < $1 }, { !($0 >= $1) })
  }

  @inline(__always) static func addLess(_ base: Base, _ word: WordInPlace) -> Taken { step(base, word) { $0 < $1 } }
  @inline(__always) static func addLessOrEqual(_ base: Base, _ word: WordInPlace) -> Taken {
    step(base, word) { $0 <= $1 }
  }

  @inline(__always) private static func taken(_ condition: Bool) -> Taken { condition ? .yes : .no }

  @inline(__always) private static func both(
    _ a: Base, _ b: Base, _ int: (Int64, Int64) -> Bool, _ float: (Double, Double) -> Bool
  ) -> Taken {
    if a.pointee.tag | b.pointee.tag == 0 { return taken(int(a.pointee.int, b.pointee.int)) }
    return areFloats(a, b) ? taken(float(a.pointee.float, b.pointee.float)) : .slow
  }

  @inline(__always) private static func one(
    _ a: Base, _ b: Int, _ int: (Int64, Int64) -> Bool, _ float: (Double, Double) -> Bool
  ) -> Taken {
    if a.pointee.tag == 0 { return taken(int(a.pointee.int, Int64(b))) }
    return a.pointee.tag == Tag.float.rawValue ? taken(float(a.pointee.float, Double(b))) : .slow
  }

  @inline(__always) private static func step(_ base: Base, _ word: WordInPlace, _ int: (Int64, Int64) -> Bool) -> Taken
  {
    let (a, b) = (word.a(base), word.b(base))
    guard a.pointee.tag | b.pointee.tag == 0 else { return .slow }
    let next = a.pointee.int &+ Int64(word.step)
    a.pointee.payload = UInt64(bitPattern: next)
    return taken(int(next, b.pointee.int))
  }
}
