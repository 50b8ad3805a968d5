/// Divides a range of granules into blocks that are in use and ranges that are free.
///
/// Every range is a node in one array, linked to its neighbours in memory, so that freed ranges merge at once; free
/// ranges are also linked by size class. Taking and giving back cost the same whatever the number of blocks, and
/// nothing is allocated once the array has grown to the largest number of ranges.
struct FreeList {
  /// A place in `nodes`.
  typealias Index = UInt32
  static let none = Index.max

  enum Kind: UInt8 {
    /// The slot of a range that was merged into another.
    case unused
    case free, live, retired
  }

  struct Node {
    var start: UInt32  // granules
    var length: UInt32  // granules
    /// Neighbours in memory.
    var before = none
    var after = none
    /// Neighbours in the list of a size class; `next` also links unused slots and retired blocks.
    var previous = none
    var next = none
    /// How often this slot was freed: tells a block from its successors.
    var generation: UInt32 = 0
    var kind = Kind.free

    /// Granules before the first multiple of `alignment` in the range.
    func gap(_ alignment: UInt32) -> UInt32 { (0 &- start) & (alignment - 1) }

    func hasRoom(for length: UInt32, _ alignment: UInt32) -> Bool {
      self.length >= length && self.length - length >= gap(alignment)
    }
  }

  private(set) var nodes: ContiguousArray<Node>
  private var heads: ContiguousArray<Index>
  private var classes = SizeClassSet()
  private var unusedSlots = none

  init(length: UInt32) {
    nodes = [Node(start: 0, length: length)]
    // Of memory that is not written none is spent, while an array that grows is copied and written again and again.
    nodes.reserveCapacity(Int(min(length / 8, 1 << 16)))
    heads = ContiguousArray(repeating: Self.none, count: SizeClass.count)
    link(0)
  }

  /// A live block of `length` granules that begins at a multiple of `alignment` (a power of two) of them, or `nil` when
  /// no free range has room for it.
  mutating func take(_ length: UInt32, _ alignment: UInt32 = 1) -> Index? {
    guard let found = find(length, alignment) else { return nil }
    let gap = nodes[Int(found)].gap(alignment)
    if gap == 0 { return cut(found, length) }
    let front = split(found, gap)
    let block = cut(found, length)
    giveBack(front)
    return block
  }

  /// Makes a block free and merges it with free neighbours.
  mutating func giveBack(_ block: Index) {
    nodes[Int(block)].generation &+= 1
    nodes[Int(block)].kind = .free
    var whole = block
    let after = nodes[Int(block)].after
    if after != Self.none && nodes[Int(after)].kind == .free { absorb(after, into: block) }
    let before = nodes[Int(block)].before
    if before != Self.none && nodes[Int(before)].kind == .free {
      unlink(before)
      merge(block, into: before)
      whole = before
    }
    link(whole)
  }

  mutating func retire(_ block: Index, next: Index) {
    nodes[Int(block)].kind = .retired
    nodes[Int(block)].next = next
  }

  // MARK: Finding

  private func find(_ length: UInt32, _ alignment: UInt32) -> Index? {
    // Room wherever a range begins; if there is none, one that happens to begin well.
    let (roomy, overflow) = length.addingReportingOverflow(alignment - 1)
    if !overflow, let found = find(roomy) { return found }
    return alignment == 1 ? nil : searchAll(length, alignment)
  }

  private func searchAll(_ length: UInt32, _ alignment: UInt32) -> Index? {
    nodes.indices.first { nodes[$0].kind == .free && nodes[$0].hasRoom(for: length, alignment) }.map(Index.init)
  }

  private func find(_ length: UInt32) -> Index? {
    let own = SizeClass(of: length)
    let head = heads[own.index]
    if head != Self.none && nodes[Int(head)].length >= length { return head }
    if let higher = classes.next(above: own) { return heads[higher.index] }
    return search(head, length)
  }

  /// Only ranges of the own class are left, some of which may be long enough.
  private func search(_ head: Index, _ length: UInt32) -> Index? {
    var candidate = head
    while candidate != Self.none {
      if nodes[Int(candidate)].length >= length { return candidate }
      candidate = nodes[Int(candidate)].next
    }
    return nil
  }

  // MARK: Splitting and merging

  /// Makes the front of a free range a live block; the rest stays free.
  private mutating func cut(_ range: Index, _ length: UInt32) -> Index {
    if nodes[Int(range)].length > length { return split(range, length) }
    unlink(range)
    nodes[Int(range)].kind = .live
    return range
  }

  /// Cuts a live block off the front of a longer free range. The rest stays linked when its class stays the same:
  /// that is the common case of a fresh arena.
  private mutating func split(_ range: Index, _ length: UInt32) -> Index {
    let node = nodes[Int(range)]
    let rest = node.length - length
    let moves = SizeClass(of: rest).index != SizeClass(of: node.length).index
    if moves { unlink(range) }
    let block = newSlot(
      Node(start: node.start, length: length, before: node.before, after: range, kind: .live))
    if node.before != Self.none { nodes[Int(node.before)].after = block }
    nodes[Int(range)].start = node.start + length
    nodes[Int(range)].length = rest
    nodes[Int(range)].before = block
    if moves { link(range) }
    return block
  }

  private mutating func absorb(_ after: Index, into block: Index) {
    unlink(after)
    merge(after, into: block)
  }

  /// Both are free, neighbours, and in no list.
  private mutating func merge(_ upper: Index, into lower: Index) {
    let node = nodes[Int(upper)]
    nodes[Int(lower)].length += node.length
    nodes[Int(lower)].after = node.after
    if node.after != Self.none { nodes[Int(node.after)].before = lower }
    nodes[Int(upper)].kind = .unused
    nodes[Int(upper)].next = unusedSlots
    unusedSlots = upper
  }

  /// Reuses a slot, whose generation goes on: handles of its earlier blocks stay wrong.
  private mutating func newSlot(_ node: Node) -> Index {
    let slot = unusedSlots
    if slot == Self.none {
      nodes.append(node)
      return Index(nodes.count - 1)
    }
    unusedSlots = nodes[Int(slot)].next
    let generation = nodes[Int(slot)].generation
    nodes[Int(slot)] = node
    nodes[Int(slot)].generation = generation
    return slot
  }

  // MARK: Lists of the size classes

  private mutating func link(_ range: Index) {
    let size = SizeClass(of: nodes[Int(range)].length)
    let head = heads[size.index]
    nodes[Int(range)].previous = Self.none
    nodes[Int(range)].next = head
    if head == Self.none { classes.insert(size) } else { nodes[Int(head)].previous = range }
    heads[size.index] = range
  }

  private mutating func unlink(_ range: Index) {
    let node = nodes[Int(range)]
    if node.next != Self.none { nodes[Int(node.next)].previous = node.previous }
    if node.previous != Self.none {
      nodes[Int(node.previous)].next = node.next
      return
    }
    let size = SizeClass(of: node.length)
    heads[size.index] = node.next
    if node.next == Self.none { classes.remove(size) }
  }
}
