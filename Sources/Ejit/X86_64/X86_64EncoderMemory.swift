/// Instructions on memory other than plain loads and stores, one line of the SDM each.
extension CodeBuffer {
  /// `op m, r` — 08·row + 00 /r for bytes, 08·row + 01 /r else.
  mutating func alu(_ op: ALU, _ type: MemoryType, _ memory: Memory, _ s: GPR, isLocked: Bool = false) {
    let isByte = type.byteCount == 1
    let opcode = Opcode.one(op.rawValue << 3 | (isByte ? 0x00 : 0x01), prefix: type.prefix)
    instruction(
      type.width, isLocked ? opcode.locked : opcode, reg: s, memory: memory, byteREX: isByte && s.needsREXForByte)
  }
  /// `op m, imm8` — 80 /row ib for bytes, 83 /row ib else; `op m, imm16` — 81 /row iw; `op m, imm32` — 81 /row id. The
  /// low bits of `value` count; 64 bits: sign-extended from 32.
  mutating func alu(_ op: ALU, _ type: MemoryType, _ memory: Memory, _ value: Int32) {
    let narrow = type.byteCount == 2 ? Int32(Int16(truncatingIfNeeded: value)) : value
    if type.byteCount == 1 || Int8(exactly: narrow) != nil {
      let opcode = Opcode.one(type.byteCount == 1 ? 0x80 : 0x83, prefix: type.prefix)
      instruction(type.width, opcode, extension: op.rawValue, memory: memory)
      return emit8(UInt8(truncatingIfNeeded: narrow))
    }
    instruction(type.width, .one(0x81, prefix: type.prefix), extension: op.rawValue, memory: memory)
    emit(UInt64(UInt32(bitPattern: narrow)), length: type.byteCount == 2 ? 2 : 4)
  }

  /// `movbe r, m` — 0F 38 F0 /r; 16 bits: the upper bits of the register stay. Not for bytes.
  mutating func loadSwapped(_ type: MemoryType, _ d: GPR, _ memory: Memory) {
    instruction(type.width, .three38(0xF0, prefix: type.prefix), reg: d, memory: memory)
  }
  /// `movbe m, r` — 0F 38 F1 /r. Not for bytes.
  mutating func storeSwapped(_ type: MemoryType, _ s: GPR, _ memory: Memory) {
    instruction(type.width, .three38(0xF1, prefix: type.prefix), reg: s, memory: memory)
  }
  /// `op m16, imm8` — 66 C1 /row ib.
  mutating func shift16(_ op: ShiftOp, _ memory: Memory, _ count: UInt8) {
    instruction(.w32, .one(0xC1, prefix: 0x66), extension: op.rawValue, memory: memory)
    emit8(count)
  }
  /// `movq m64, xmm` — 66 0F D6 /r; `movd m32, xmm` — 66 0F 7E /r.
  mutating func store(_ w: Width, kept place: XMM, _ memory: Memory) {
    instruction(.w32, .two(w == .w64 ? 0xD6 : 0x7E, prefix: 0x66), reg: place.field, memory: memory)
  }

  /// `prefetchnta`, `prefetcht0`, `prefetcht1`, `prefetcht2` — 0F 18 /row.
  mutating func prefetch(_ level: CacheLevel, _ memory: Memory) {
    let row: UInt8 =
      switch level {
      case .stream: 0
      case .l1: 1
      case .l2: 2
      case .l3: 3
      }
    instruction(.w32, .two(0x18), extension: row, memory: memory)
  }
  /// `prefetchw` — 0F 0D /1.
  mutating func prefetchw(_ memory: Memory) { instruction(.w32, .two(0x0D), extension: 1, memory: memory) }
}
