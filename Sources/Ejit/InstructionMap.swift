/// Where the code of each instruction of a program begins, and which instruction a place in the code belongs to.
public struct InstructionMap: Sendable, Equatable {
  /// A `CodePlace` for each instruction, until the map is finished; then an offset.
  private var offsets: [UInt32] = []
  /// The instructions in the order of the code, if that is not the order of the program.
  private var order: [UInt32] = []

  /// An empty map.
  public init() {}

  /// How many instructions it knows.
  public var count: Int { offsets.count }

  /// Where the code of instruction `index`, 0 ..< `count`, begins, in bytes from the start of the code.
  public func offset(of index: Int) -> Int { Int(offsets[index]) }

  /// The instruction that the byte at `offset` belongs to, if any: O(log n). What AArch64 puts between instructions to
  /// lead branches farther belongs to the instruction behind it; the stubs of guards and what lies behind all code, to
  /// the instruction before.
  public func instruction(at offset: Int) -> Int? {
    var low = 0
    var high = offsets.count
    while low < high {
      let middle = (low + high) / 2
      if Int(offsets[inOrder(middle)]) <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : inOrder(low - 1)
  }

  private func inOrder(_ position: Int) -> Int { order.isEmpty ? position : Int(order[position]) }

  mutating func append(_ place: UInt32) { offsets.append(place) }

  /// Data was moved. What was put before it belongs to the instruction that it begins with.
  fileprivate mutating func follow(_ moves: borrowing Stack<DataMove>) {
    for number in 0..<moves.count {
      let move = moves[number]
      for index in offsets.indices where CodePlace.isPlace(offsets[index], from: move.start + 1) {
        offsets[index] += move.bytes
      }
    }
  }

  /// Places become offsets, now that it is known where cold code begins.
  mutating func finish(coldBase: UInt32) {
    guard offsets.contains(where: { $0 >= CodePlace.cold }) else { return }
    let indices = UInt32(0)..<UInt32(truncatingIfNeeded: offsets.count)
    order =
      indices.filter { offsets[Int($0)] < CodePlace.cold } + indices.filter { offsets[Int($0)] >= CodePlace.cold }
    for index in offsets.indices { offsets[index] = CodePlace.offset(of: offsets[index], coldBase: coldBase) }
  }
}

extension Assembler {
  /// Lowers the next instructions of the program and records where each begins. Slower than without a map, which is for
  /// listings and debuggers; clients that look places up while code runs use `mark`. The map is of use once it was
  /// finished with the program.
  public mutating func append(_ program: Span<Instruction>, to map: inout InstructionMap) throws(EjitError) {
    for index in program.indices {
      follow(with: &map)
      map.append(place)
      try append(program.extracting(index..<index + 1))
    }
  }

  /// Fills the holes of a program that was appended to `map`, and finishes the map with it.
  public mutating func finish(_ map: inout InstructionMap) throws(EjitError) {
    try finish()
    follow(with: &map)
    map.finish(coldBase: coldBase)
  }

  /// Tells a map what was moved since it was told last.
  private mutating func follow(with map: inout InstructionMap) {
    map.follow(emission.moves)
    emission.moves.removeAll()
  }
}
