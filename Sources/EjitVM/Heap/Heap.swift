import CEjitShims

/// The objects of a machine, and what they take. Nothing moves, nothing is counted: a collection finds what is in use.
final class Heap {
  /// Bytes that objects and their elements take.
  var bytes = 0
  var allocations = 0
  var collections = 0
  /// Bytes that objects may take.
  let limit: Int
  /// A collection precedes every Nth allocation; 0: only those that memory asks for.
  let every: Int
  /// Bytes at which the next collection is due.
  var due: Int
  private var untilForced: Int

  /// The slots that may refer to objects: those of all frames, from the bottom up to `top`.
  private let stack: SlotStack
  let bottom: UnsafeMutablePointer<Slot>
  var top: UnsafeMutablePointer<Slot>
  /// A value that is on its way to a handler.
  var thrown = Slot.nil
  /// Objects that live as long as the heap: the module's strings.
  var permanent: [ObjectPointer] = []
  /// Objects that the host holds, or has held since the last collection.
  var held: [ObjectPointer] = []

  var blocks = CellBlocks()
  /// Objects that were reached and whose elements were not yet looked at.
  var reached: [ObjectPointer] = []

  static let leastDue = 4 << 20

  init(_ stack: SlotStack, limit: Int, every: Int) {
    self.stack = stack
    (bottom, top) = (stack.bottom, stack.bottom)
    (self.limit, self.every, untilForced) = (limit, every, every)
    due = Swift.min(Self.leastDue, limit)
  }

  deinit {
    blocks.forEach { if $0.pointee.kind != 0 { ejit_free($0.pointee.elements) } }
    blocks.deallocate()
  }

  /// A new object with `count` elements of 0, 0.0 or nil; nil if the limit does not allow it.
  func allocate(_ kind: Tag, count: Int, capacity: Int) -> ObjectPointer? {
    let (size, overflow) = capacity.multipliedReportingOverflow(by: Object.elementBytes(kind))
    guard !overflow, makeRoom(size) else { return nil }
    var elements: UnsafeMutableRawPointer?
    if size > 0 {
      guard let memory = ejit_allocate(size) else { return nil }
      elements = memory
    }
    let object = blocks.take()
    object.pointee = Object(kind: UInt8(kind.rawValue), count: count, capacity: capacity, elements: elements)
    if kind == .values { object.fillWithNil(from: 0) }
    (bytes, allocations) = (bytes + size + Object.bytes, allocations + 1)
    return object
  }

  func string(_ text: UnsafeRawBufferPointer) -> ObjectPointer? {
    guard let object = allocate(.string, count: text.count, capacity: text.count) else { return nil }
    if let source = text.baseAddress { object.pointee.elements?.copyMemory(from: source, byteCount: text.count) }
    return object
  }

  /// Makes the capacity of an array larger than its count; false if the limit does not allow it.
  func grow(_ object: ObjectPointer) -> Bool {
    let element = Object.elementBytes(object.kind)
    let old = object.pointee.capacity
    let (size, overflow) = Swift.max(4, old * 2).multipliedReportingOverflow(by: element)
    guard !overflow, makeRoom(size - old * element) else { return false }
    guard let memory = ejit_allocate(size) else { return false }
    if let elements = object.pointee.elements {
      memory.copyMemory(from: elements, byteCount: object.pointee.count * element)
      ejit_free(elements)
    }
    object.pointee.elements = memory
    object.pointee.capacity = size / element
    bytes += size - old * element
    return true
  }

  /// Collects if it is time, or if `size` more bytes and a cell would not fit.
  private func makeRoom(_ size: Int) -> Bool {
    if every > 0 {
      untilForced -= 1
      if untilForced <= 0 {
        untilForced = every
        collect()
      }
    }
    let (needed, overflow) = bytes.addingReportingOverflow(size &+ Object.bytes)
    guard !overflow, size < limit else { return false }
    if needed <= due { return true }
    collect()
    due = Swift.min(limit, Swift.max(Self.leastDue, (bytes + size + Object.bytes) * 2))
    return bytes + size + Object.bytes <= limit
  }
}

extension ObjectPointer {
  func fillWithNil(from first: Int) {
    guard pointee.capacity > 0 else { return }
    for index in first..<pointee.capacity { slots[index] = .nil }
  }
}
