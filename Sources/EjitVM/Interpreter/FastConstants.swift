// Operations with a constant in the word.
extension Fast {
  @inline(__always) static func addI(_ base: Base, _ word: WordInPlace) -> Bool {
    let b = word.b(base)
    if b.pointee.tag == 0 { return set(base, word, b.pointee.int &+ Int64(word.signedC)) }
    guard b.pointee.tag == Tag.float.rawValue else { return false }
    return set(base, word, b.pointee.float + Double(word.signedC))
  }
  @inline(__always) static func mulI(_ base: Base, _ word: WordInPlace) -> Bool {
    let b = word.b(base)
    if b.pointee.tag == 0 { return set(base, word, b.pointee.int &* Int64(word.signedC)) }
    guard b.pointee.tag == Tag.float.rawValue else { return false }
    return set(base, word, b.pointee.float * Double(word.signedC))
  }
  @inline(__always) static func andI(_ base: Base, _ word: WordInPlace) -> Bool { ints(base, word) { $0 & $1 } }
  @inline(__always) static func shlI(_ base: Base, _ word: WordInPlace) -> Bool { ints(base, word) { $0 &<< $1 } }
  @inline(__always) static func shrI(_ base: Base, _ word: WordInPlace) -> Bool { ints(base, word) { $0 &>> $1 } }
  @inline(__always) static func shrUI(_ base: Base, _ word: WordInPlace) -> Bool {
    ints(base, word) { Int64(bitPattern: UInt64(bitPattern: $0) &>> UInt64(bitPattern: $1)) }
  }

  @inline(__always) static func divI(_ base: Base, _ word: WordInPlace) -> Bool {
    let b = word.b(base).pointee
    guard b.tag == 0 else { return false }
    if word.x != 0 { return set(base, word, biased(b.int, word) &>> Int64(word.x)) }
    if UInt(bitPattern: word.signedC) &+ 1 <= 1 { return false }
    return set(base, word, b.int.dividedUnchecked(by: Int64(word.signedC)))
  }
  @inline(__always) static func remI(_ base: Base, _ word: WordInPlace) -> Bool {
    let b = word.b(base).pointee
    guard b.tag == 0 else { return false }
    if word.x != 0 { return set(base, word, b.int &- (biased(b.int, word) & (0 &- Int64(word.signedC)))) }
    if UInt(bitPattern: word.signedC) &+ 1 <= 1 { return false }
    return set(base, word, b.int.remainderUnchecked(by: Int64(word.signedC)))
  }

  /// `value`, plus the power of two less one if it is negative: a shift then rounds towards zero.
  @inline(__always) private static func biased(_ value: Int64, _ word: WordInPlace) -> Int64 {
    value &+ ((value &>> 63) & (Int64(word.signedC) &- 1))
  }

  @inline(__always) private static func ints(_ base: Base, _ word: WordInPlace, _ op: (Int64, Int64) -> Int64) -> Bool {
    let b = word.b(base)
    guard b.pointee.tag == 0 else { return false }
    return set(base, word, op(b.pointee.int, Int64(word.signedC)))
  }
}
