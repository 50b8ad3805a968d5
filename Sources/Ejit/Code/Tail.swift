/// What comes to lie behind all code: constants, words that may be patched, jump tables.
struct Tail: ~Copyable {
  private(set) var bytes = CodeBuffer()
  /// What it begins at a multiple of, in bytes: 8, or 16 if there are constants of that size.
  private(set) var alignment = 8
  /// For a hash of a constant the offset of one with that hash.
  private var pool = LabelTable(slots: 16)
  /// Entries of jump tables, to be filled.
  private(set) var entries = Stack<Entry>()
  /// Words that may be patched, by their offsets here.
  private(set) var patches = Stack<PatchSite>()

  /// The place of a label, relative to the table that it stands in.
  struct Entry {
    let offset: UInt32
    let table: UInt32
    let label: UInt32
    let instruction: UInt32
  }

  mutating func removeAll() {
    if bytes.count == 0 { return }
    bytes.count = 0
    alignment = 8
    pool.removeAll()
    entries.removeAll()
    patches.removeAll()
  }

  /// The offset of a constant with these bits, the same for the same bits. (Those whose hash another constant has
  /// taken are not shared.)
  mutating func constant(_ bits: UInt64) -> UInt32 {
    align()
    let hash = UInt32(truncatingIfNeeded: (bits &* 0x9E37_79B9_7F4A_7C15) >> 32)
    if let offset = pool.place(of: hash) {
      let found = bytes.base.loadUnaligned(fromByteOffset: Int(offset), as: UInt64.self)
      return UInt64(littleEndian: found) == bits ? offset : word(bits)
    }
    let offset = word(bits)
    _ = pool.bind(hash, at: offset)
    return offset
  }

  /// The offset of a constant of 16 bytes, at a multiple of 16, as operands in memory must be that are neither scalar nor
  /// behind VEX (SDM vol. 1, §4.1.1). The same for the same words.
  mutating func constant(_ low: UInt64, _ high: UInt64) -> UInt32 {
    let mixed: UInt64 = (low ^ ((high ^ 1) &* 0xBF58_476D_1CE4_E5B9)) &* 0x9E37_79B9_7F4A_7C15
    let hash = UInt32(truncatingIfNeeded: mixed >> 32)
    if let offset = pool.place(of: hash) { return holds(low, high, at: offset) ? offset : words(low, high) }
    let offset = words(low, high)
    _ = pool.bind(hash, at: offset)
    return offset
  }

  private func holds(_ low: UInt64, _ high: UInt64, at offset: UInt32) -> Bool {
    let place = Int(offset)
    guard place & 15 == 0, place + 16 <= bytes.count else { return false }
    return bytes[wide: place] == low && bytes[wide: place + 8] == high
  }

  private mutating func words(_ low: UInt64, _ high: UInt64) -> UInt32 {
    align(to: 16)
    alignment = 16
    let offset = word(low)
    _ = word(high)
    return offset
  }

  /// The offset of a word of its own that may be patched.
  mutating func patchable(_ id: UInt32, _ bits: UInt64) -> UInt32 {
    align()
    let offset = word(bits)
    patches.append(PatchSite(id: id, offset: offset, kind: .constant))
    return offset
  }

  /// Begins a jump table; its offset.
  mutating func beginTable() -> UInt32 {
    align()
    return UInt32(truncatingIfNeeded: bytes.count)
  }

  /// Adds an entry of `size` bytes, 4 or 8, to the table that begins at `table`.
  mutating func addEntry(to table: UInt32, _ label: Label, size: Int, instruction: Int) {
    bytes.reserve(8)
    entries.append(
      Entry(
        offset: UInt32(truncatingIfNeeded: bytes.count), table: table, label: label.number,
        instruction: UInt32(truncatingIfNeeded: instruction)))
    bytes.emit(0, length: size)
  }

  private mutating func word(_ bits: UInt64) -> UInt32 {
    bytes.reserve(8)
    bytes.emit64(bits)
    return UInt32(truncatingIfNeeded: bytes.count - 8)
  }

  private mutating func align(to multiple: Int = 8) {
    bytes.reserve(multiple)
    bytes.fill(0, -bytes.count & (multiple - 1))
  }
}
