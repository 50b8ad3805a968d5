/// What `mark` recorded: the client's numbers and where their code begins, in the order of the code.
///
/// Both look-ups are safe in a signal handler: they allocate nothing and take no lock.
public struct SideTable: ~Copyable {
  /// One `mark`.
  public struct Mark: Equatable, Sendable {
    /// In bytes from the start of the code.
    public let offset: UInt32
    /// The client's number.
    public let id: UInt32
  }

  private var marks = Stack<Mark>()

  // Embedded Swift destroys the storage inside only where it sees a deinit of the type that clients hold.
  deinit {}

  /// How many marks there are.
  public var count: Int { marks.count }
  /// The mark at `index`, 0 ..< `count`, in the order of the code.
  public subscript(index: Int) -> Mark { marks[index] }

  /// The last mark at or before `offset`, if any: O(log n).
  public func mark(atOrBefore offset: Int) -> Mark? {
    var low = 0
    var high = marks.count
    while low < high {
      let middle = (low + high) / 2
      if Int(marks[middle].offset) <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : marks[low - 1]
  }

  /// The offset of the first mark with this number, if any: O(n).
  public func offset(of id: UInt32) -> Int? {
    for index in 0..<marks.count where marks[index].id == id { return Int(marks[index].offset) }
    return nil
  }

  /// A table of its own with the same marks.
  func copy() -> SideTable {
    var table = SideTable()
    for index in 0..<marks.count { table.marks.append(marks[index]) }
    return table
  }

  mutating func append(_ id: UInt32, at offset: UInt32) { marks.append(Mark(offset: offset, id: id)) }
  mutating func removeAll() { marks.removeAll() }

  /// Brings the marks at `start` or behind it to where `move` says.
  mutating func move(from start: UInt32, _ move: (UInt32) -> UInt32) {
    var index = marks.count
    while index > 0, marks[index - 1].offset >= start {
      index -= 1
      marks[index] = Mark(offset: move(marks[index].offset), id: marks[index].id)
    }
  }
}
