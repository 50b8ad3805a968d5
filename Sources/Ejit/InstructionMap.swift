/// Where the code of each instruction of a program begins, and which instruction a place in the code belongs to.
public struct InstructionMap: Sendable, Equatable {
  private var offsets: [UInt32] = []

  /// An empty map.
  public init() {}

  /// How many instructions it knows.
  public var count: Int { offsets.count }

  /// Where the code of instruction `index`, 0 ..< `count`, begins, in bytes from the start of the code.
  public func offset(of index: Int) -> Int { Int(offsets[index]) }

  /// The instruction that the byte at `offset` belongs to, if any: O(log n). What AArch64 puts between instructions to
  /// lead branches farther belongs to the instruction behind it.
  public func instruction(at offset: Int) -> Int? {
    var low = 0
    var high = offsets.count
    while low < high {
      let middle = (low + high) / 2
      if Int(offsets[middle]) <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  mutating func append(_ offset: Int) { offsets.append(UInt32(truncatingIfNeeded: offset)) }
}

extension Assembler {
  /// Lowers the next instructions of the program and records where each begins. Slower than without a map, which is for
  /// listings and debuggers; clients that look places up while code runs use `mark`.
  public mutating func append(_ program: Span<Instruction>, to map: inout InstructionMap) throws(EjitError) {
    for index in program.indices {
      map.append(count)
      try append(program.extracting(index..<index + 1))
    }
  }
}
