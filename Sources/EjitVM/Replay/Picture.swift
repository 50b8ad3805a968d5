/// Values and all that they lead to, written down so that those of two machines can be compared: objects are numbered in
/// the order in which they are reached, and all NaNs are the same.
struct Picture: Equatable {
  /// For each value its tag and its payload, the number of an object in place of its address; then the objects, each
  /// with its count and its elements.
  private(set) var words: [UInt64] = []
  private let blocks: CellBlocks
  private var numbers: [UInt64: Int] = [:]
  private var objects: [ObjectPointer] = []

  init(_ slots: [Slot], _ heap: Heap) {
    blocks = heap.blocks
    for slot in slots { append(slot) }
    var next = 0
    while next < objects.count {
      append(objects[next])
      next += 1
    }
  }

  static func == (a: Picture, b: Picture) -> Bool { a.words == b.words }

  private mutating func append(_ slot: Slot) {
    words.append(slot.tag)
    switch Tag(rawValue: slot.tag) {
    case .string?, .ints?, .floats?, .values?: words.append(number(of: slot.payload))
    case .float?: words.append(Self.bits(slot.float))
    default: words.append(slot.payload)
    }
  }

  /// The largest number for what is no object: a picture shows what is wrong.
  private mutating func number(of address: UInt64) -> UInt64 {
    if let known = numbers[address] { return UInt64(known) }
    guard let object = blocks.object(address) else { return .max }
    numbers[address] = objects.count
    objects.append(object)
    return UInt64(objects.count - 1)
  }

  private mutating func append(_ object: ObjectPointer) {
    words.append(UInt64(object.pointee.count))
    switch object.kind {
    case .string: for byte in object.text { words.append(UInt64(byte)) }
    case .values: for index in 0..<object.pointee.count { append(object.slots[index]) }
    case .floats:
      for index in 0..<object.pointee.count { words.append(Self.bits(Double(bitPattern: object.words[index]))) }
    default: for index in 0..<object.pointee.count { words.append(object.words[index]) }
    }
  }

  private static func bits(_ value: Double) -> UInt64 { (value.isNaN ? .nan : value).bitPattern }
}

extension Picture: CustomStringConvertible {
  var description: String { words.prefix(40).map { String($0, radix: 16) }.joined(separator: " ") }
}
