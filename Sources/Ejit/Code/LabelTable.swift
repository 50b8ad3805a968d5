/// Where labels are bound: a hash table over any 32-bit number, emptied by counting up an epoch, so that no
/// label of an earlier program (whose keys are smaller) is ever found. Small numbers lie in order and never collide.
@usableFromInline struct LabelTable: ~Copyable {
  @usableFromInline struct Entry: Sendable {
    /// The label, and above it the epoch of the program that it belongs to; 0: none.
    @usableFromInline var key: UInt64
    /// A `CodePlace`.
    @usableFromInline var place: UInt32

    @inlinable init(key: UInt64, place: UInt32) {
      self.key = key
      self.place = place
    }

    static let empty = Entry(key: 0, place: 0)
  }

  @usableFromInline private(set) var base: UnsafeMutablePointer<Entry>
  @usableFromInline private(set) var mask: UInt32
  /// Above bit 32.
  @usableFromInline private(set) var epoch: UInt64 = 1 << 32
  /// How many more labels may be bound before the table must grow: half of it stays empty.
  @usableFromInline var room: UInt32
  /// Where cold code begins, in bytes from the start of the code; known when the program is whole.
  var coldBase: UInt32 = 0

  init(slots: Int = 64) {
    mask = UInt32(slots - 1)
    room = UInt32(slots / 2)
    base = LabelTable.allocate(slots)
  }

  @usableFromInline deinit { base.deallocate() }

  /// A table of its own with the same labels.
  func copy() -> LabelTable {
    var table = LabelTable(slots: Int(mask) + 1)
    table.base.update(from: base, count: Int(mask) + 1)
    (table.epoch, table.room, table.coldBase) = (epoch, room, coldBase)
    return table
  }

  /// Forgets all labels, in constant time (but for once in 2^32 times).
  mutating func removeAll() {
    (room, coldBase) = (mask / 2 &+ 1, 0)
    epoch &+= 1 << 32
    guard epoch == 0 else { return }
    base.update(repeating: .empty, count: Int(mask) + 1)
    epoch = 1 << 32
  }

  /// The offset of `label` from the start of the whole code, if it is bound in this program.
  func offset(of label: UInt32) -> Int? { place(of: label).map { Int(CodePlace.offset(of: $0, coldBase: coldBase)) } }

  /// The offset of `label` in a section, if it is bound there.
  @inline(__always) func offset(of label: UInt32, in section: UInt32) -> UInt32? {
    guard let place = place(of: label), place ^ section < CodePlace.cold else { return nil }
    return place & ~CodePlace.cold
  }

  /// The place of `label`, if it is bound in this program.
  @inline(__always) func place(of label: UInt32) -> UInt32? {
    let key = epoch | UInt64(label)
    var slot = LabelTable.hash(label) & mask
    while base[Int(slot)].key != key {
      if base[Int(slot)].key < epoch { return nil }
      slot = (slot &+ 1) & mask
    }
    return base[Int(slot)].place
  }

  /// Binds `label`; false if it was bound before.
  mutating func bind(_ label: UInt32, at place: UInt32) -> Bool {
    if room == 0 { grow() }
    return bindIfRoom(label, at: place)
  }

  /// Binds `label`, if it was not bound before and no more room need be made for it.
  @inline(always) mutating func bindIfRoom(_ label: UInt32, at place: UInt32) -> Bool {
    if room == 0 { return false }
    let key = epoch | UInt64(label)
    var slot = LabelTable.hash(label) & mask
    while base[Int(slot)].key >= epoch {
      if base[Int(slot)].key == key { return false }
      slot = (slot &+ 1) & mask
    }
    base[Int(slot)] = Entry(key: key, place: place)
    room &-= 1
    return true
  }

  /// Brings the labels that are bound at `start`, a `CodePlace`, or behind it in its section to where `move` says. Looks at
  /// all labels.
  mutating func move(from start: UInt32, _ move: (UInt32) -> UInt32) {
    for slot in 0...Int(mask) where base[slot].key >= epoch && CodePlace.isPlace(base[slot].place, from: start) {
      base[slot].place = move(base[slot].place)
    }
  }

  /// Identity below 2^16; above, the high half is spread so that strides of powers of two do not pile up.
  @inline(__always) private static func hash(_ label: UInt32) -> UInt32 {
    label ^ (label >> 16 &* 0x9E37_79B1) >> 7
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Entry> {
    let storage = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
    storage.initialize(repeating: .empty, count: capacity)
    return storage
  }

  @inline(never) private mutating func grow() {
    let old = base
    let oldCapacity = Int(mask) + 1
    base = LabelTable.allocate(oldCapacity * 2)
    mask = UInt32(oldCapacity * 2 - 1)
    room += UInt32(oldCapacity / 2)
    for index in 0..<oldCapacity where old[index].key >= epoch {
      var slot = LabelTable.hash(UInt32(truncatingIfNeeded: old[index].key)) & mask
      while base[Int(slot)].key >= epoch { slot = (slot &+ 1) & mask }
      base[Int(slot)] = old[index]
    }
    old.deallocate()
  }
}
