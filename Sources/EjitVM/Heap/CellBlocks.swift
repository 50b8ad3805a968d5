/// Memory for the cells of objects, in blocks aligned to their size: any word can be tested for being a cell's address.
struct CellBlocks {
  /// Addresses, sorted.
  private var addresses: [UInt] = []
  private var free: ObjectPointer?

  static let blockBytes = 1 << 16

  mutating func take() -> ObjectPointer {
    if free == nil { addBlock() }
    let cell = free.unsafelyUnwrapped
    free = cell.pointee.elements?.assumingMemoryBound(to: Object.self)
    return cell
  }

  mutating func release(_ cell: ObjectPointer) {
    cell.pointee = Object(elements: UnsafeMutableRawPointer(free))
    free = cell
  }

  /// The object whose address this is, if there is one.
  func object(_ word: UInt64) -> ObjectPointer? {
    let block = UInt(word) & ~UInt(Self.blockBytes - 1)
    guard UInt(word) & UInt(Object.bytes - 1) == 0, contains(block) else { return nil }
    guard let cell = ObjectPointer(bitPattern: UInt(word)), cell.pointee.kind != 0 else { return nil }
    return cell
  }

  /// Each cell, free or not.
  func forEach(_ body: (ObjectPointer) -> Void) {
    for address in addresses {
      guard let first = ObjectPointer(bitPattern: address) else { continue }
      for index in 0..<Self.blockBytes / Object.bytes { body(first + index) }
    }
  }

  func deallocate() {
    for address in addresses { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  private func contains(_ block: UInt) -> Bool {
    let index = position(block)
    return index < addresses.count && addresses[index] == block
  }

  /// Of the first block that is not before `block`.
  private func position(_ block: UInt) -> Int {
    var (low, high) = (0, addresses.count)
    while low < high {
      let middle = (low + high) / 2
      if addresses[middle] < block { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func addBlock() {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: Self.blockBytes, alignment: Self.blockBytes)
    let count = Self.blockBytes / Object.bytes
    let cells = memory.initializeMemory(as: Object.self, repeating: Object(), count: count)
    addresses.insert(UInt(bitPattern: cells), at: position(UInt(bitPattern: cells)))
    for index in (0..<count).reversed() { release(cells + index) }
  }
}
