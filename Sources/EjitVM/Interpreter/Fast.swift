/// What the interpreter's loop does in place: ints first, then floats. Each returns false, having done nothing, when it
/// is not one of these; the operation is then performed out of line.
enum Fast {
  typealias Base = UnsafeMutablePointer<Slot>

  @inline(__always) static func move(_ base: Base, _ word: Word) -> Bool {
    base[word.a] = base[word.b]
    return true
  }

  @inline(__always) static func loadInt(_ base: Base, _ word: Word) -> Bool { set(base, word, Int64(word.wide)) }

  @inline(__always) static func loadTag(_ base: Base, _ word: Word) -> Bool {
    base[word.a] = Slot(payload: UInt64(word.c), tag: UInt64(word.x))
    return true
  }

  @inline(__always) static func add(_ base: Base, _ word: Word) -> Bool {
    numbers(base, word, { $0 &+ $1 }, { $0 + $1 })
  }
  @inline(__always) static func sub(_ base: Base, _ word: Word) -> Bool {
    numbers(base, word, { $0 &- $1 }, { $0 - $1 })
  }
  @inline(__always) static func mul(_ base: Base, _ word: Word) -> Bool {
    numbers(base, word, { $0 &* $1 }, { $0 * $1 })
  }

  /// Of ints out of line when the divisor is 0 or -1.
  @inline(__always) static func div(_ base: Base, _ word: Word) -> Bool {
    let (b, c) = (base + word.b, base + word.c)
    if b.pointee.tag | c.pointee.tag == 0 {
      if UInt64(bitPattern: c.pointee.int) &+ 1 <= 1 { return false }
      return set(base, word, unsafe b.pointee.int.dividedUnchecked(by: c.pointee.int))
    }
    guard areFloats(b, c) else { return false }
    return set(base, word, b.pointee.float / c.pointee.float)
  }
  @inline(__always) static func rem(_ base: Base, _ word: Word) -> Bool {
    let (b, c) = (base + word.b, base + word.c)
    guard b.pointee.tag | c.pointee.tag == 0, UInt64(bitPattern: c.pointee.int) &+ 1 > 1 else { return false }
    return set(base, word, unsafe b.pointee.int.remainderUnchecked(by: c.pointee.int))
  }

  @inline(__always) static func and(_ base: Base, _ word: Word) -> Bool { ints(base, word) { $0 & $1 } }
  @inline(__always) static func or(_ base: Base, _ word: Word) -> Bool { ints(base, word) { $0 | $1 } }
  @inline(__always) static func xor(_ base: Base, _ word: Word) -> Bool { ints(base, word) { $0 ^ $1 } }
  @inline(__always) static func shl(_ base: Base, _ word: Word) -> Bool { ints(base, word) { $0 &<< $1 } }
  @inline(__always) static func shr(_ base: Base, _ word: Word) -> Bool { ints(base, word) { $0 &>> $1 } }
  @inline(__always) static func shrU(_ base: Base, _ word: Word) -> Bool {
    ints(base, word) { Int64(bitPattern: UInt64(bitPattern: $0) &>> UInt64(bitPattern: $1)) }
  }

  @inline(__always) static func eq(_ base: Base, _ word: Word) -> Bool { bool(base, word, { $0 == $1 }, { $0 == $1 }) }
  @inline(__always) static func ne(_ base: Base, _ word: Word) -> Bool { bool(base, word, { $0 != $1 }, { $0 != $1 }) }
  @inline(__always) static func lt(_ base: Base, _ word: Word) -> Bool { bool(base, word, { $0 < $1 }, { $0 < $1 }) }
  @inline(__always) static func le(_ base: Base, _ word: Word) -> Bool { bool(base, word, { $0 <= $1 }, { $0 <= $1 }) }

  @inline(__always) static func toFloat(_ base: Base, _ word: Word) -> Bool {
    guard base[word.b].tag == 0 else { return false }
    return set(base, word, Double(base[word.b].int))
  }
  @inline(__always) static func sqrt(_ base: Base, _ word: Word) -> Bool {
    guard base[word.b].tag == Tag.float.rawValue else { return false }
    return set(base, word, base[word.b].float.squareRoot())
  }
}

extension Fast {
  @inline(__always) static func areFloats(_ b: Base, _ c: Base) -> Bool {
    (b.pointee.tag ^ Tag.float.rawValue) | (c.pointee.tag ^ Tag.float.rawValue) == 0
  }

  @inline(__always) static func set(_ base: Base, _ word: Word, _ value: Int64) -> Bool {
    base[word.a] = Slot(value)
    return true
  }
  @inline(__always) static func set(_ base: Base, _ word: Word, _ value: Double) -> Bool {
    base[word.a] = Slot(value)
    return true
  }

  @inline(__always) private static func ints(
    _ base: Base, _ word: Word, _ op: (Int64, Int64) -> Int64
  ) -> Bool {
    let (b, c) = (base + word.b, base + word.c)
    guard b.pointee.tag | c.pointee.tag == 0 else { return false }
    return set(base, word, op(b.pointee.int, c.pointee.int))
  }

  @inline(__always) private static func numbers(
    _ base: Base, _ word: Word, _ int: (Int64, Int64) -> Int64, _ float: (Double, Double) -> Double
  ) -> Bool {
    let (b, c) = (base + word.b, base + word.c)
    if b.pointee.tag | c.pointee.tag == 0 { return set(base, word, int(b.pointee.int, c.pointee.int)) }
    guard areFloats(b, c) else { return false }
    return set(base, word, float(b.pointee.float, c.pointee.float))
  }

  @inline(__always) private static func bool(
    _ base: Base, _ word: Word, _ int: (Int64, Int64) -> Bool, _ float: (Double, Double) -> Bool
  ) -> Bool {
    let (b, c) = (base + word.b, base + word.c)
    if b.pointee.tag | c.pointee.tag == 0 {
      base[word.a] = Slot(int(b.pointee.int, c.pointee.int))
      return true
    }
    guard areFloats(b, c) else { return false }
    base[word.a] = Slot(float(b.pointee.float, c.pointee.float))
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
