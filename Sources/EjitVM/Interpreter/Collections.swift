extension Interpreter {
  /// Arrays and strings. `next` tells how many slots are in use, for the collector.
  func collection(
    _ word: Word, _ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>
  ) throws(Failure) {
    switch word.op {
    case .arrayNew: try arrayNew(word, next, base)
    case .arrayGet: try arrayGet(word, next, base)
    case .arraySet: try arraySet(base[word.a], base[word.b], base[word.c])
    case .arrayLen: base[word.a] = Slot(Int64(try array(base[word.b]).pointee.count))
    case .arrayPush: try arrayPush(word, next, base)
    case .stringLen: base[word.a] = Slot(Int64(try string(base[word.b]).pointee.count))
    default:
      let text = try string(base[word.b])
      base[word.a] = Slot(Int64(text.text[try index(base[word.c], text)]))
    }
  }

  /// Everything from here up is free for the collector to ignore.
  func setTop(_ pc: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>) {
    heap.top = base + codes.code(at: pc).micro.frame
  }

  /// The word before `next` keeps the types of what it gave: the compiler reads them.
  func keep(_ slot: Slot, _ next: UnsafePointer<LoadedWord>) {
    UnsafeMutablePointer(mutating: next - 1).pointee.keepType(slot.tag)
  }

  /// Ints, floats, and strings, which it joins.
  func add(_ word: Word, _ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>) throws(Failure) {
    let (b, c) = (base[word.b], base[word.c])
    guard b.tag == Tag.string.rawValue, c.tag == b.tag else {
      base[word.a] = try binary(.add, b, c)
      return
    }
    setTop(next - 1, base)
    let (first, second) = (b.object.pointee.count, c.object.pointee.count)
    guard let object = heap.allocate(.string, count: first + second, capacity: first + second) else {
      throw .trap(.outOfMemory)
    }
    if first > 0 { object.pointee.elements!.copyMemory(from: b.object.pointee.elements!, byteCount: first) }
    if second > 0 {
      (object.pointee.elements! + first).copyMemory(from: c.object.pointee.elements!, byteCount: second)
    }
    base[word.a] = Slot(object)
  }

  private func arrayNew(
    _ word: Word, _ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>
  ) throws(Failure) {
    let count = base[word.b]
    if count.tag != Tag.int.rawValue { throw .trap(.typeError) }
    if count.int < 0 { throw .trap(.indexOutOfRange) }
    setTop(next - 1, base)
    let kind = ArrayKind(rawValue: word.x)!.tag
    guard let object = heap.allocate(kind, count: Int(count.int), capacity: Int(count.int)) else {
      throw .trap(.outOfMemory)
    }
    base[word.a] = Slot(object)
  }

  private func arrayGet(
    _ word: Word, _ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>
  ) throws(Failure) {
    let array = try array(base[word.b])
    let index = try index(base[word.c], array)
    guard array.kind == .values else {
      base[word.a] = Slot(payload: array.words[index], tag: base[word.b].tag - Tag.ints.rawValue)
      return
    }
    base[word.a] = array.slots[index]
    keep(array.slots[index], next)
  }

  private func arraySet(_ target: Slot, _ position: Slot, _ value: Slot) throws(Failure) {
    let array = try array(target)
    let index = try index(position, array)
    try check(value, array)
    if array.kind == .values { array.slots[index] = value } else { array.words[index] = value.payload }
  }

  private func arrayPush(
    _ word: Word, _ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>
  ) throws(Failure) {
    let (array, value) = (try array(base[word.a]), base[word.b])
    try check(value, array)
    if array.pointee.count == array.pointee.capacity {
      setTop(next - 1, base)
      guard heap.grow(array) else { throw .trap(.outOfMemory) }
    }
    let index = array.pointee.count
    array.pointee.count = index + 1
    if array.kind == .values { array.slots[index] = value } else { array.words[index] = value.payload }
  }

  private func check(_ value: Slot, _ array: ObjectPointer) throws(Failure) {
    let isRight = array.kind == .values || value.tag + Tag.ints.rawValue == UInt64(array.pointee.kind)
    if !isRight { throw .trap(.typeError) }
  }

  private func array(_ slot: Slot) throws(Failure) -> ObjectPointer {
    guard slot.tag &- Tag.ints.rawValue <= 2 else { throw .trap(.typeError) }
    return slot.object
  }

  private func string(_ slot: Slot) throws(Failure) -> ObjectPointer {
    guard slot.tag == Tag.string.rawValue else { throw .trap(.typeError) }
    return slot.object
  }

  private func index(_ slot: Slot, _ object: ObjectPointer) throws(Failure) -> Int {
    guard slot.tag == Tag.int.rawValue else { throw .trap(.typeError) }
    guard slot.payload < UInt64(object.pointee.count) else { throw .trap(.indexOutOfRange) }
    return Int(slot.int)
  }
}

extension ArrayKind {
  var tag: Tag {
    switch self {
    case .i64: .ints
    case .f64: .floats
    case .any: .values
    }
  }
}
