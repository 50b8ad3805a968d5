/// What `emit` needs at hand to lower one instruction where it is written.
@usableFromInline struct InlineEmission {
  @usableFromInline let families: UnsafeRawPointer
  @usableFromInline let entries: UnsafePointer<UInt64>
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
    families = UnsafeRawPointer(table.families)
    entries = UnsafePointer(table.entries)
    out = table.families
    limit = table.families
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
    let row = inline.families + Int(high >> 56 &* 16 | low & 15) &* 8
    typealias Field = FormTable.Field
    var operands = UInt32(truncatingIfNeeded: low >> 8)
    let limit = operands & row.load(fromByteOffset: Field.limit, as: UInt32.self)
    operands &= row.load(fromByteOffset: Field.registers, as: UInt32.self)
    operands &*= row.load(fromByteOffset: Field.gather, as: UInt32.self)
    let byte12 = UInt32(truncatingIfNeeded: high >> 32)
    let size = byte12 & UInt32(row.load(fromByteOffset: Field.sizes, as: UInt16.self))
    let form = byte12 & UInt32(row.load(fromByteOffset: Field.forms, as: UInt16.self))
    if limit | form == 0 && inline.out < inline.limit {
      let base = row.load(fromByteOffset: Field.base, as: UInt32.self)
      let entry = inline.entries[Int((operands >> 20 | size) &+ base)]
      let total = Int(truncatingIfNeeded: entry >> 60)
      if total != 0 && entry & inline.stop == 0 {
        let out = inline.out
        out.storeBytes(of: entry, as: UInt64.self)
        out.storeBytes(
          of: low >> 32 | high << 32, toByteOffset: Int(truncatingIfNeeded: entry >> 56 & 7), as: UInt64.self)
        inline.out = out + total
        inline.index &+= 1
        let flags = row.load(fromByteOffset: Field.flags, as: UInt8.self)
        if flags != FormTable.neutral { inline.flags = flags }
        return
      }
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
