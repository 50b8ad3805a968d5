/// Holes of one short form, in the order of the code: the first one is the first that comes out of reach.
struct FixupQueue: ~Copyable {
  private var fixups = Stack<Fixup>()
  private var head = 0

  /// How many there are.
  var count: Int { fixups.count - head }

  /// The oldest hole.
  var first: Fixup? { head < fixups.count ? fixups[head] : nil }

  mutating func append(_ fixup: Fixup) { fixups.append(fixup) }

  mutating func removeFirst() {
    head += 1
    if head == fixups.count { removeAll() }
  }

  mutating func removeAll() {
    fixups.removeAll()
    head = 0
  }
}
