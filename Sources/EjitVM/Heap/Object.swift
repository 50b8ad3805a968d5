/// A string or an array on the heap: a cell that never moves. Generated code reads `count` and `elements` of arrays.
///
/// Elements of `ints` and `floats` take 8 bytes, those of `values` are Slots, those of strings bytes.
struct Object {
  /// The raw value of its `Tag`; 0: the cell is free.
  var kind: UInt8 = 0
  /// Whether the collection that runs has reached it.
  var isMarked = false
  /// Whether it is in the heap's list of those that the host holds.
  var isListed = false
  /// How many handles of the host keep it alive.
  var holders: UInt32 = 0
  var count = 0
  /// Elements that there is memory for.
  var capacity = 0
  /// nil while the capacity is 0. In a free cell: the next one.
  var elements: UnsafeMutableRawPointer?

  static let countOffset = 8
  static let elementsOffset = 24
  static let bytes = 32

  /// The bytes of one element.
  static func elementBytes(_ kind: Tag) -> Int {
    switch kind {
    case .string: 1
    case .values: 16
    default: 8
    }
  }
}

typealias ObjectPointer = UnsafeMutablePointer<Object>

extension ObjectPointer {
  var kind: Tag { unsafe Tag(rawValue: UInt64(pointee.kind))! }
  var bytesTaken: Int { unsafe Object.bytes + pointee.capacity * Object.elementBytes(kind) }
  /// Its bytes, for strings.
  var text: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: pointee.elements, count: pointee.count) }
  /// Its elements, for arrays of ints and floats.
  var words: UnsafeMutablePointer<UInt64> { unsafe pointee.elements!.assumingMemoryBound(to: UInt64.self) }
  /// Its elements, for arrays of values.
  var slots: UnsafeMutablePointer<Slot> { unsafe pointee.elements!.assumingMemoryBound(to: Slot.self) }
}

extension Slot {
  /// The object, where the tag is one of an object.
  var object: ObjectPointer { unsafe ObjectPointer(bitPattern: UInt(payload)).unsafelyUnwrapped }

  init(_ object: ObjectPointer) {
    unsafe self.init(payload: UInt64(UInt(bitPattern: object)), tag: UInt64(object.pointee.kind))
  }
}
