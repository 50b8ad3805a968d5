import CEjitShims

/// What the interpreter's loop does in place: ints first, then floats. Each returns false, having done nothing, when it
/// is not one of these; the operation is then performed out of line.
enum Fast {
  typealias Base = UnsafeMutablePointer<Slot>

  @inline(__always) static func move(_ base: Base, _ word: WordInPlace) -> Bool {
    copy(word.b(base), word.a(base))
    return true
  }

  @inline(__always) static func loadInt(_ base: Base, _ word: WordInPlace) -> Bool { set(base, word, Int64(word.wide)) }

  @inline(__always) static func loadTag(_ base: Base, _ word: WordInPlace) -> Bool {
    word.a(base).pointee = Slot(payload: UInt64(word.c), tag: UInt64(word.x))
    return true
  }

  /// Of what kind both operands were.
  enum Kind { case ints, floats, others }

  @inline(__always) static func add(_ base: Base, _ word: WordInPlace) -> Kind {
    numbers(base, word, { $0 &+ $1 }, { $0 + $1 })
  }
  @inline(__always) static func sub(_ base: Base, _ word: WordInPlace) -> Kind {
    numbers(base, word, { $0 &- $1 }, { $0 - $1 })
  }
  @inline(__always) static func mul(_ base: Base, _ word: WordInPlace) -> Kind {
    numbers(base, word, { $0 &* $1 }, { $0 * $1 })
  }

  @inline(__always) static func addFloats(_ base: Base, _ word: WordInPlace) -> Bool { floats(base, word) { $0 + $1 } }
  @inline(__always) static func subFloats(_ base: Base, _ word: WordInPlace) -> Bool { floats(base, word) { $0 - $1 } }
  @inline(__always) static func mulFloats(_ base: Base, _ word: WordInPlace) -> Bool { floats(base, word) { $0 * $1 } }

  /// Of ints out of line when the divisor is 0 or -1.
  @inline(__always) static func div(_ base: Base, _ word: WordInPlace) -> Bool {
    let (b, c) = (word.b(base), word.c(base))
    if b.pointee.tag | c.pointee.tag == 0 {
      if UInt64(bitPattern: c.pointee.int) &+ 1 <= 1 { return false }
      return set(base, word, unsafe b.pointee.int.dividedUnchecked(by: c.pointee.int))
    }
    guard areFloats(b, c) else { return false }
    return set(base, word, b.pointee.float / c.pointee.float)
  }
  @inline(__always) static func rem(_ base: Base, _ word: WordInPlace) -> Bool {
    let (b, c) = (word.b(base), word.c(base))
    guard b.pointee.tag | c.pointee.tag == 0, UInt64(bitPattern: c.pointee.int) &+ 1 > 1 else { return false }
    return set(base, word, unsafe b.pointee.int.remainderUnchecked(by: c.pointee.int))
  }

  @inline(__always) static func and(_ base: Base, _ word: WordInPlace) -> Bool { ints(base, word) { $0 & $1 } }
  @inline(__always) static func or(_ base: Base, _ word: WordInPlace) -> Bool { ints(base, word) { $0 | $1 } }
  @inline(__always) static func xor(_ base: Base, _ word: WordInPlace) -> Bool { ints(base, word) { $0 ^ $1 } }
  @inline(__always) static func shl(_ base: Base, _ word: WordInPlace) -> Bool { ints(base, word) { $0 &<< $1 } }
  @inline(__always) static func shr(_ base: Base, _ word: WordInPlace) -> Bool { ints(base, word) { $0 &>> $1 } }
  @inline(__always) static func shrU(_ base: Base, _ word: WordInPlace) -> Bool {
    ints(base, word) { Int64(bitPattern: UInt64(bitPattern: $0) &>> UInt64(bitPattern: $1)) }
  }

  @inline(__always) static func eq(_ base: Base, _ word: WordInPlace) -> Bool {
    bool(base, word, { $0 == $1 }, { $0 == $1 })
  }
  @inline(__always) static func ne(_ base: Base, _ word: WordInPlace) -> Bool {
    bool(base, word, { $0 != $1 }, { $0 != $1 })
  }
  @inline(__always) static func lt(_ base: Base, _ word: WordInPlace) -> Bool {
    bool(base, word, { $0 < $1 }, { $0 < $1 })
  }
  @inline(__always) static func le(_ base: Base, _ word: WordInPlace) -> Bool {
    bool(base, word, { $0 <= $1 }, { $0 <= $1 })
  }

  @inline(__always) static func toFloat(_ base: Base, _ word: WordInPlace) -> Bool {
    guard word.b(base).pointee.tag == 0 else { return false }
    return set(base, word, Double(word.b(base).pointee.int))
  }
  @inline(__always) static func sqrt(_ base: Base, _ word: WordInPlace) -> Bool {
    guard word.b(base).pointee.tag == Tag.float.rawValue else { return false }
    return set(base, word, word.b(base).pointee.float.squareRoot())
  }
}

extension Fast {
  /// Word for word: both words of `source` may just have been stored, one by one.
  @inline(__always) static func copy(_ source: Base, _ destination: Base) {
    let source = UnsafePointer<UInt64>(OpaquePointer(source))
    destination.pointee = Slot(payload: ejit_load_alone(source), tag: source[1])
  }

  @inline(__always) static func areFloats(_ b: Base, _ c: Base) -> Bool {
    (b.pointee.tag ^ Tag.float.rawValue) | (c.pointee.tag ^ Tag.float.rawValue) == 0
  }

  @inline(__always) static func set(_ base: Base, _ word: WordInPlace, _ value: Int64) -> Bool {
    word.a(base).pointee = Slot(value)
    return true
  }
  @inline(__always) static func set(_ base: Base, _ word: WordInPlace, _ value: Double) -> Bool {
    word.a(base).pointee = Slot(value)
    return true
  }

  @inline(__always) private static func ints(
    _ base: Base, _ word: WordInPlace, _ op: (Int64, Int64) -> Int64
  ) -> Bool {
    let (b, c) = (word.b(base), word.c(base))
    guard b.pointee.tag | c.pointee.tag == 0 else { return false }
    return set(base, word, op(b.pointee.int, c.pointee.int))
  }

  @inline(__always) private static func floats(
    _ base: Base, _ word: WordInPlace, _ op: (Double, Double) -> Double
  ) -> Bool {
    let (b, c) = (word.b(base), word.c(base))
    return areFloats(b, c) && set(base, word, op(b.pointee.float, c.pointee.float))
  }

  @inline(__always) private static func numbers(
    _ base: Base, _ word: WordInPlace, _ int: (Int64, Int64) -> Int64, _ float: (Double, Double) -> Double
  ) -> Kind {
    let (b, c) = (word.b(base), word.c(base))
    if b.pointee.tag | c.pointee.tag == 0 {
      word.a(base).pointee = Slot(int(b.pointee.int, c.pointee.int))
      return .ints
    }
    guard areFloats(b, c) else { return .others }
    word.a(base).pointee = Slot(float(b.pointee.float, c.pointee.float))
    return .floats
  }

  @inline(__always) private static func bool(
    _ base: Base, _ word: WordInPlace, _ int: (Int64, Int64) -> Bool, _ float: (Double, Double) -> Bool
  ) -> Bool {
    let (b, c) = (word.b(base), word.c(base))
    if b.pointee.tag | c.pointee.tag == 0 {
      word.a(base).pointee = Slot(int(b.pointee.int, c.pointee.int))
      return true
    }
    guard areFloats(b, c) else { return false }
    word.a(base).pointee = Slot(float(b.pointee.float, c.pointee.float))
    return true
  }
}

extension Int64 {
  /// Without Swift's checks: `other` is neither 0 nor -1.
  @inline(__always) func dividedUnchecked(by other: Int64) -> Int64 {
    dividingFullWidthFree(other).quotient
  }
  @inline(__always) func remainderUnchecked(by other: Int64) -> Int64 {
    dividingFullWidthFree(other).remainder
  }
  @inline(__always) private func dividingFullWidthFree(_ other: Int64) -> (quotient: Int64, remainder: Int64) {
    (dividedReportingOverflow(by: other).partialValue, remainderReportingOverflow(dividingBy: other).partialValue)
  }
}
