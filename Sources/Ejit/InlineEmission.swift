/// What `emit` needs at hand to lower one instruction where it is written.
@usableFromInline struct InlineEmission {
  @usableFromInline let rows: UnsafeRawPointer
  /// Where the next code goes.
  @usableFromInline var out: UnsafeMutableRawPointer
  /// From here on there is no room, or somebody else has the emission.
  @usableFromInline var limit: UnsafeMutableRawPointer
  /// Bits of an entry that forbid it here.
  @usableFromInline var stop: UInt64 = 0
  /// The index of the next instruction.
  @usableFromInline var index = 0
  @usableFromInline var flags = FlagState.clobbered.rawValue

  /// Whether branches may be emitted here.
  let isX86_64: Bool

  init(_ table: FormTable, _ target: Target) {
    isX86_64 = target.architecture == .x86_64
    rows = UnsafeRawPointer(table.rows)
    out = table.rows
    limit = table.rows
  }
}

extension Assembler {
  /// Lowers the next instruction of the program.
  ///
  /// Meant for a call with the op written out, `emit(.add(d, a, b))`: what depends on the op alone is then
  /// worked out at compile time, and a few loads and stores are left. Same bytes, same errors as `append`.
  @inlinable @inline(__always) public mutating func emit(_ instruction: Instruction) throws(EjitError) {
    let (low, high) = instruction.halves
    if high < 1 << 56 { return try emitLabel(UInt32(truncatingIfNeeded: low)) }
    if high < 2 << 56 { return try emitBranch(low) }
    let row = inline.rows + Int(truncatingIfNeeded: high >> 56) &* 8
    let key = low & 0xFFFF_FFFF | high & (0xFF_FFFF << 32)
    let unknown = key & row.load(fromByteOffset: FormTable.Field.limit, as: UInt64.self)
    let entry = FormTable.entry(of: key, in: row)
    let out = inline.out
    // One comparison: either number that forbids the entry is larger than any length.
    if entry >> 60 > unknown | entry & inline.stop && out < inline.limit {
      inline.out = out + FormTable.lay(entry, low >> 32 | high << 32, at: out)
      inline.index &+= 1
      let flags = FormTable.flags(
        Int(truncatingIfNeeded: low & 15), of: Int(truncatingIfNeeded: high >> 56), in: inline.rows)
      if flags != FormTable.neutral { inline.flags = flags }
      return
    }
    try emitRare(instruction)
  }
}

extension Instruction {
  /// The sixteen bytes of this value as two little-endian words.
  @inlinable @inline(__always) var halves: (low: UInt64, high: UInt64) {
    unsafeBitCast(self, to: (low: UInt64, high: UInt64).self)
  }
}
