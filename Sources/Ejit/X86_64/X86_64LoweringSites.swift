/// What leads to places in the code: loads from labels, tables, jumps that are patched, guards. And what is no
/// instruction: data and gaps.
extension Emission {
  /// `op reg, [rip + distance]`: what was just encoded ends in an empty distance to a label.
  mutating func fillRelative(to label: Label) {
    addFixup(.rel32, to: label, at: code.count - 4)
  }

  /// The same, to an offset in the tail; `behind` bytes of the instruction stand behind the distance, which counts from
  /// its end.
  mutating func fillRelative(toTail offset: UInt32, behind: Int = 0) {
    addFixup(
      .rel32, to: .tail, offset &- UInt32(truncatingIfNeeded: behind), at: code.count - 4 - behind)
  }

  mutating func loadConstant(_ d: Register, _ bits: UInt64) throws(Refusal) {
    code.load(.u64, try destination(d), .relative)
    fillRelative(toTail: tail.constant(bits))
  }

  mutating func loadPatchable(_ id: SiteID, _ bits: UInt64, _ d: Register) throws(Refusal) {
    code.load(.u64, try destination(d), .relative)
    fillRelative(toTail: tail.patchable(id.number, bits))
  }

  /// The entry's distance from the table is added to the table's address. A 32-bit index is extended in its own
  /// register meanwhile, as one scratch register is not enough.
  mutating func jumpTable(_ w: Width, _ index: Register, _ otherwise: Label) throws(Refusal) {
    let table = try closeTable()
    let count = (tail.bytes.count - Int(table)) / 8
    let index = try gpr(index)
    code.alu(.cmp, w, index, Int32(clamping: count))
    jcc(.uge, to: otherwise)
    if w == .w32 {
      code.keep(index, in: vectorScratch)
      code.mov(.w32, index, index)
    }
    code.lea(.w64, .scratch, .relative)
    fillRelative(toTail: table)
    code.alu(.add, .scratch, Memory(.scratch, index, shift: 3))
    if w == .w32 { code.restore(index, from: vectorScratch) }
    code.jmp(.scratch)
  }

  /// `jmp rel32` or `call rel32` whose distance is an aligned word, which a single store replaces. SDM vol. 3, §9.1.1.
  mutating func patchable(_ kind: PatchSite.Kind, _ id: SiteID, _ target: Label) {
    X86_64.nops(-(code.count + 1) & 3, into: &self)
    align(to: 4)
    addPatchSite(id, kind)
    code.emit(kind == .call ? 0xE8 : 0xE9, length: 5)
    addFixup(.rel32, to: target, at: code.count - 4)
  }

  /// A `nop` of five bytes inside of an aligned word of eight, which a single store replaces.
  mutating func patchableNop(_ id: SiteID) {
    if code.count & 7 > 3 { X86_64.nops(-code.count & 7, into: &self) }
    align(to: 8)
    addPatchSite(id, .nop)
    X86_64.nops(5, into: &self)
  }

  mutating func tailCall(_ target: UInt64) throws(Refusal) {
    try frame.ret()
    let start = code.count
    code.mov(.scratch, target)
    code.jmp(.scratch)
    addCall(to: target, from: start, isJump: true)
  }

  /// The comparison is done: to `handler` by way of a stub that says which guard it was, in the cold section; inside of
  /// that, across it.
  mutating func leave(unless condition: Condition, _ id: SiteID, _ handler: Label) {
    let temporary = GPR(number: registers[.temporary(0)])
    if section == .cold {
      let start = code.count
      code.emit(0x70 | UInt64(condition.code), length: 2)
      code.mov(temporary, UInt64(id.number))
      jmp(to: handler)
      code[byte: start + 1] = UInt8(code.count - start - 2)
      return
    }
    beginStub()
    let stub = place
    code.mov(temporary, UInt64(id.number))
    jmp(to: handler)
    enter(.hot)
    code.emit(0x800F | UInt64(condition.inverted.code) << 8, length: 6)
    addFixup(.rel32, to: .place, stub, at: code.count - 4)
  }
}
