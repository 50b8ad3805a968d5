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
  @usableFromInline var flags = FlagState.clobbered

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
    if case .label = instruction { return try emitLabel(UInt32(truncatingIfNeeded: low)) }
    if case .b(let condition, _) = instruction {
      return try emitBranch(condition, UInt32(truncatingIfNeeded: low >> 16))
    }
    if let shape = instruction.shape {
      let operands = UInt32(truncatingIfNeeded: low >> 8)
      let byte12 = UInt32(truncatingIfNeeded: high >> 32) & 0xFF
      if operands & shape.limit | byte12 & UInt32(shape.forms) == 0 && inline.out < inline.limit {
        let base = (inline.families + Int(high >> 56 &* 8 | low & 7) &* 8).load(as: UInt32.self)
        let digits = ((operands & shape.registers) &* shape.gather) >> 20
        let entry = inline.entries[Int((digits | byte12 & UInt32(shape.sizes)) &+ base)]
        let total = Int(truncatingIfNeeded: entry >> 60)
        if total != 0 && entry & inline.stop == 0 {
          let out = inline.out
          out.storeBytes(of: entry, as: UInt64.self)
          if shape.sizes != 0 {
            out.storeBytes(
              of: low >> 32 | high << 32, toByteOffset: Int(truncatingIfNeeded: entry >> 56 & 7), as: UInt64.self)
          }
          inline.out = out + total
          inline.index &+= 1
          if let flags = instruction.flags { inline.flags = flags }
          return
        }
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
