// Elements of arrays of ints and floats.
extension Fast {
  @inline(__always) static func arrayGet(_ base: Base, _ word: WordInPlace) -> Bool {
    let (array, index) = (word.b(base).pointee, word.c(base).pointee)
    let element = array.tag &- Tag.ints.rawValue
    guard element <= 1, index.tag == 0 else { return false }
    let object = array.object
    guard index.payload < UInt64(object.pointee.count) else { return false }
    word.a(base).pointee = Slot(payload: object.words[Int(index.int)], tag: element)
    return true
  }

  @inline(__always) static func arraySet(_ base: Base, _ word: WordInPlace) -> Bool {
    let (array, index, value) = (word.a(base).pointee, word.b(base).pointee, word.c(base).pointee)
    guard value.tag <= 1, (array.tag ^ (value.tag &+ Tag.ints.rawValue)) | index.tag == 0 else { return false }
    let object = array.object
    guard index.payload < UInt64(object.pointee.count) else { return false }
    object.words[Int(index.int)] = value.payload
    return true
  }

  @inline(__always) static func arrayLen(_ base: Base, _ word: WordInPlace) -> Bool {
    let array = word.b(base).pointee
    guard array.tag &- Tag.ints.rawValue <= 2 else { return false }
    return set(base, word, Int64(array.object.pointee.count))
  }
}
