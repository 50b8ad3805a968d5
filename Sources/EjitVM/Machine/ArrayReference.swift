/// An array of a machine's heap, which lives at least as long as this. To be used as the machine is: by one thread at a time.
public final class ArrayReference: @unchecked Sendable {
  let heap: Heap
  let object: ObjectPointer

  init(_ object: ObjectPointer, _ heap: Heap) {
    (self.object, self.heap) = (object, heap)
    heap.hold(object)
  }

  deinit { heap.release(object) }

  /// What it holds.
  public var kind: ArrayKind {
    switch object.kind {
    case .ints: .i64
    case .floats: .f64
    default: .any
    }
  }

  /// How many elements there are.
  public var count: Int { object.pointee.count }

  /// The element at `index`, which is in `0 ..< count`, else the process is stopped.
  public subscript(index: Int) -> Value {
    precondition(index >= 0 && index < count, "an index of the array")
    return heap.value(slot(index))
  }

  /// All of them, in order.
  public var elements: [Value] { (0..<count).map { self[$0] } }

  /// Changes the element at `index`. Throws `indexOutOfRange`, `typeError` if the array holds other kinds, `outOfMemory`.
  public func set(_ index: Int, to value: Value) throws(Trap) {
    guard index >= 0, index < count else { throw Trap(.indexOutOfRange) }
    store(try slot(of: value), at: index)
  }

  /// Throws `typeError` if the array holds other kinds, `outOfMemory`.
  public func append(_ value: Value) throws(Trap) {
    let slot = try slot(of: value)
    // What was just made is reached by nothing else while the array grows.
    let scratch = heap.top
    scratch.pointee = slot
    heap.top += 1
    defer { heap.top = scratch }
    if object.pointee.count == object.pointee.capacity, !heap.grow(object) { throw Trap(.outOfMemory) }
    object.pointee.count += 1
    store(slot, at: object.pointee.count - 1)
  }

  private func slot(of value: Value) throws(Trap) -> Slot {
    guard let slot = try heap.slot(value) else { throw Trap(.outOfMemory) }
    if kind == .i64, slot.tag != Tag.int.rawValue { throw Trap(.typeError) }
    if kind == .f64, slot.tag != Tag.float.rawValue { throw Trap(.typeError) }
    return slot
  }

  private func slot(_ index: Int) -> Slot {
    switch kind {
    case .i64: Slot(object.words[index], .int)
    case .f64: Slot(object.words[index], .float)
    case .any: object.slots[index]
    }
  }

  private func store(_ slot: Slot, at index: Int) {
    if kind == .any { object.slots[index] = slot } else { object.words[index] = slot.payload }
  }
}

extension Heap {
  func hold(_ object: ObjectPointer) {
    object.pointee.holders += 1
    if object.pointee.isListed { return }
    object.pointee.isListed = true
    held.append(object)
  }

  func release(_ object: ObjectPointer) { object.pointee.holders -= 1 }

  func value(_ slot: Slot) -> Value {
    switch Tag(rawValue: slot.tag)! {
    case .int: .int(slot.int)
    case .float: .float(slot.float)
    case .bool: .bool(slot.payload != 0)
    case .string: .string(Array(slot.object.text))
    case .ints, .floats, .values: .array(ArrayReference(slot.object, self))
    case .nil, .unwound: .nil
    }
  }

  /// nil: the limit does not allow the string. Throws `typeError` for an array of another machine.
  func slot(_ value: Value) throws(Trap) -> Slot? {
    switch value {
    case .int(let value): return Slot(value)
    case .float(let value): return Slot(value)
    case .bool(let value): return Slot(value)
    case .nil: return .nil
    case .string(let bytes): return bytes.withUnsafeBytes { string($0) }.map { Slot($0) }
    case .array(let array):
      if array.heap !== self { throw Trap(.typeError) }
      return Slot(array.object)
    }
  }
}
