/// Integer instructions, one line of the SDM each (vol. 2, in the instruction's own section).
extension CodeBuffer {
  /// `op r/m, r` — 08·row + 01 /r.
  mutating func alu(_ op: ALU, _ w: Width, _ d: GPR, _ s: GPR) {
    instruction(w, .one(op.rawValue << 3 | 0x01), reg: s, rm: d)
  }
  /// `op r/m, imm8` — 83 /row ib; `op r/m, imm32` — 81 /row id; the immediate is sign-extended.
  mutating func alu(_ op: ALU, _ w: Width, _ d: GPR, _ value: Int32) {
    if let byte = Int8(exactly: value) {
      instruction(w, .one(0x83), extension: op.rawValue, rm: d)
      emit8(UInt8(bitPattern: byte))
    } else {
      instruction(w, .one(0x81), extension: op.rawValue, rm: d)
      emit32(UInt32(bitPattern: value))
    }
  }
  /// `op r/m8, r8` — 08·row + 00 /r. The upper bits of the register stay.
  mutating func alu8(_ op: ALU, _ d: GPR, _ s: GPR) {
    instruction(
      .w32, .one(op.rawValue << 3), reg: s, rm: d, byteREX: d.needsREXForByte || s.needsREXForByte)
  }
  /// `op r64, m64` — 08·row + 03 /r.
  mutating func alu(_ op: ALU, _ d: GPR, _ memory: Memory) {
    instruction(.w64, .one(op.rawValue << 3 | 0x03), reg: d, memory: memory)
  }
  /// `cmp m, r` — 39 /r.
  mutating func cmp(_ w: Width, _ memory: Memory, _ s: GPR) { instruction(w, .one(0x39), reg: s, memory: memory) }
  /// `cmp m, imm` — 83 /7 ib or 81 /7 id.
  mutating func cmp(_ w: Width, _ memory: Memory, _ value: Int32) {
    if let byte = Int8(exactly: value) {
      instruction(w, .one(0x83), extension: 7, memory: memory)
      emit8(UInt8(bitPattern: byte))
    } else {
      instruction(w, .one(0x81), extension: 7, memory: memory)
      emit32(UInt32(bitPattern: value))
    }
  }
  /// `cmp m8, imm8` — 80 /7 ib.
  mutating func cmp8(_ memory: Memory, _ value: UInt8) {
    instruction(.w32, .one(0x80), extension: 7, memory: memory)
    emit8(value)
  }
  /// `test r/m, r` — 85 /r.
  mutating func test(_ w: Width, _ a: GPR, _ b: GPR) { instruction(w, .one(0x85), reg: b, rm: a) }
  /// `test r/m, imm32` — F7 /0 id.
  mutating func test(_ w: Width, _ a: GPR, _ value: Int32) {
    instruction(w, .one(0xF7), extension: 0, rm: a)
    emit32(UInt32(bitPattern: value))
  }
  /// `not`, `neg`, `mul`, `imul`, `div`, `idiv` — F7 /row.
  mutating func unary(_ op: UnaryOp, _ w: Width, _ d: GPR) { instruction(w, .one(0xF7), extension: op.rawValue, rm: d) }
  /// `cdq`, `cqo` — 99: (r)dx = the sign of (r)ax in every bit.
  mutating func signIntoRDX(_ w: Width) { prefixes(w, .one(0x99), r: 0, x: 0, b: 0, byteREX: false) }
  /// `imul r, r/m` — 0F AF /r.
  mutating func imul(_ w: Width, _ d: GPR, _ s: GPR) { instruction(w, .two(0xAF), reg: d, rm: s) }
  /// `imul r64, m64` — 0F AF /r.
  mutating func imul(_ d: GPR, _ memory: Memory) { instruction(.w64, .two(0xAF), reg: d, memory: memory) }
  /// `imul r, r/m, imm` — 6B /r ib or 69 /r id.
  mutating func imul(_ w: Width, _ d: GPR, _ s: GPR, _ value: Int32) {
    if let byte = Int8(exactly: value) {
      instruction(w, .one(0x6B), reg: d, rm: s)
      emit8(UInt8(bitPattern: byte))
    } else {
      instruction(w, .one(0x69), reg: d, rm: s)
      emit32(UInt32(bitPattern: value))
    }
  }

  /// `mov r/m, r` — 89 /r.
  mutating func mov(_ w: Width, _ d: GPR, _ s: GPR) { instruction(w, .one(0x89), reg: s, rm: d) }
  /// `mov r32, imm32` — B8+r id; `mov r/m64, imm32` (sign-extended) — C7 /0 id; `mov r64, imm64` — B8+r io:
  /// the shortest that gives these 64 bits. Leaves the flags alone, as XOR would not.
  mutating func mov(_ d: GPR, _ bits: UInt64) {
    if bits <= UInt64(UInt32.max) {
      prefixes(.w32, .one(0xB8 | d.low), r: 0, x: 0, b: d.high, byteREX: false)
      emit32(UInt32(truncatingIfNeeded: bits))
    } else if let value = Int32(exactly: Int64(bitPattern: bits)) {
      instruction(.w64, .one(0xC7), extension: 0, rm: d)
      emit32(UInt32(bitPattern: value))
    } else {
      prefixes(.w64, .one(0xB8 | d.low), r: 0, x: 0, b: d.high, byteREX: false)
      emit64(bits)
    }
  }
  /// `lea r, m` — 8D /r.
  mutating func lea(_ w: Width, _ d: GPR, _ memory: Memory) { instruction(w, .one(0x8D), reg: d, memory: memory) }
  /// `xchg r/m, r` — 87 /r.
  mutating func xchg(_ a: GPR, _ b: GPR) { instruction(.w64, .one(0x87), reg: b, rm: a) }

  /// `movzx`, `movsx`, `movsxd`, `mov`: loads extended to 64 bits.
  mutating func load(_ type: MemoryType, _ d: GPR, _ memory: Memory) {
    switch type {
    case .u8: instruction(.w32, .two(0xB6), reg: d, memory: memory)
    case .u16: instruction(.w32, .two(0xB7), reg: d, memory: memory)
    case .u32: instruction(.w32, .one(0x8B), reg: d, memory: memory)
    case .u64, .s64: instruction(.w64, .one(0x8B), reg: d, memory: memory)
    case .s8: instruction(.w64, .two(0xBE), reg: d, memory: memory)
    case .s16: instruction(.w64, .two(0xBF), reg: d, memory: memory)
    case .s32: instruction(.w64, .one(0x63), reg: d, memory: memory)
    }
  }
  /// `mov m, r` — 88 /r for bytes, 89 /r else.
  mutating func store(_ type: MemoryType, _ s: GPR, _ memory: Memory) {
    switch type {
    case .u8, .s8: instruction(.w32, .one(0x88), reg: s, memory: memory, byteREX: s.needsREXForByte)
    case .u16, .s16: instruction(.w32, .one(0x89, prefix: 0x66), reg: s, memory: memory)
    case .u32, .s32: instruction(.w32, .one(0x89), reg: s, memory: memory)
    case .u64, .s64: instruction(.w64, .one(0x89), reg: s, memory: memory)
    }
  }
  /// `mov m, imm` — C6 /0 ib for bytes, C7 /0 iw or id else; 64 bits: sign-extended from 32.
  mutating func store(_ type: MemoryType, _ value: Int32, _ memory: Memory) {
    switch type {
    case .u8, .s8:
      instruction(.w32, .one(0xC6), extension: 0, memory: memory)
      emit8(UInt8(truncatingIfNeeded: value))
    case .u16, .s16:
      instruction(.w32, .one(0xC7, prefix: 0x66), extension: 0, memory: memory)
      emit8(UInt8(truncatingIfNeeded: value))
      emit8(UInt8(truncatingIfNeeded: value >> 8))
    case .u32, .s32:
      instruction(.w32, .one(0xC7), extension: 0, memory: memory)
      emit32(UInt32(bitPattern: value))
    case .u64, .s64:
      instruction(.w64, .one(0xC7), extension: 0, memory: memory)
      emit32(UInt32(bitPattern: value))
    }
  }

  /// `movzx r32, r8`, `movsx r, r8` — 0F B6, 0F BE /r.
  mutating func extend8(_ w: Width, signed: Bool, _ d: GPR, _ s: GPR) {
    instruction(signed ? w : .w32, .two(signed ? 0xBE : 0xB6), reg: d, rm: s, byteREX: s.needsREXForByte)
  }
  /// `movzx r32, r16`, `movsx r, r16` — 0F B7, 0F BF /r.
  mutating func extend16(_ w: Width, signed: Bool, _ d: GPR, _ s: GPR) {
    instruction(signed ? w : .w32, .two(signed ? 0xBF : 0xB7), reg: d, rm: s)
  }
  /// `movsxd r64, r32` — REX.W 63 /r.
  mutating func movsxd(_ d: GPR, _ s: GPR) { instruction(.w64, .one(0x63), reg: d, rm: s) }
  /// `movzx`, `movsx`, `movsxd`, `mov`: the low bytes of a register, extended to 64 bits.
  mutating func extend(_ type: MemoryType, _ d: GPR, _ s: GPR) {
    switch type {
    case .u8, .s8: extend8(.w64, signed: type.isSigned, d, s)
    case .u16, .s16: extend16(.w64, signed: type.isSigned, d, s)
    case .u32: mov(.w32, d, s)
    case .s32: movsxd(d, s)
    case .u64, .s64: mov(.w64, d, s)
    }
  }
  /// `bswap r` — 0F C8+r.
  mutating func bswap(_ w: Width, _ d: GPR) {
    prefixes(w, .two(0xC8 | d.low), r: 0, x: 0, b: d.high, byteREX: false)
  }
  /// `setcc r/m8` — 0F 90+cc /0.
  mutating func setcc(_ condition: Condition, _ d: GPR) { setcc(code: condition.code, d) }
  mutating func setcc(code condition: UInt8, _ d: GPR) {
    instruction(.w32, .two(0x90 | condition), extension: 0, rm: d, byteREX: d.needsREXForByte)
  }
  /// `cmovcc r, r/m` — 0F 40+cc /r. The 32-bit form clears the upper half whether it moves or not.
  mutating func cmov(_ condition: Condition, _ w: Width, _ d: GPR, _ s: GPR) {
    instruction(w, .two(0x40 | condition.code), reg: d, rm: s)
  }

  /// `op r/m, imm8` — C1 /row ib.
  mutating func shift(_ op: ShiftOp, _ w: Width, _ d: GPR, _ count: UInt8) {
    instruction(w, .one(0xC1), extension: op.rawValue, rm: d)
    emit8(count)
  }
  /// `op r/m, cl` — D3 /row.
  mutating func shiftCL(_ op: ShiftOp, _ w: Width, _ d: GPR) {
    instruction(w, .one(0xD3), extension: op.rawValue, rm: d)
  }
  /// `op r/m16, imm8` — 66 C1 /row ib. The upper bits of the register stay.
  mutating func shift16(_ op: ShiftOp, _ d: GPR, _ count: UInt8) {
    instruction(.w32, .one(0xC1, prefix: 0x66), extension: op.rawValue, rm: d)
    emit8(count)
  }
  /// `shrd r/m, r, imm8` — 0F AC /r ib.
  mutating func shrd(_ w: Width, _ d: GPR, _ high: GPR, _ count: UInt8) {
    instruction(w, .two(0xAC), reg: high, rm: d)
    emit8(count)
  }
  /// `shrd r/m, r, cl` — 0F AD /r.
  mutating func shrdCL(_ w: Width, _ d: GPR, _ high: GPR) { instruction(w, .two(0xAD), reg: high, rm: d) }
  /// `bt r/m, imm8` — 0F BA /4 ib: the bit becomes the carry.
  mutating func bt(_ w: Width, _ a: GPR, _ bit: UInt8) {
    instruction(w, .two(0xBA), extension: 4, rm: a)
    emit8(bit)
  }
  /// `bsf`, `bsr` — 0F BC, 0F BD /r; ZF says that the source was zero, and the result is undefined then.
  mutating func bsf(_ w: Width, _ d: GPR, _ s: GPR) { instruction(w, .two(0xBC), reg: d, rm: s) }
  mutating func bsr(_ w: Width, _ d: GPR, _ s: GPR) { instruction(w, .two(0xBD), reg: d, rm: s) }
  /// `tzcnt`, `lzcnt`, `popcnt` — F3 0F BC, BD, B8 /r.
  mutating func tzcnt(_ w: Width, _ d: GPR, _ s: GPR) { instruction(w, .two(0xBC, prefix: 0xF3), reg: d, rm: s) }
  mutating func lzcnt(_ w: Width, _ d: GPR, _ s: GPR) { instruction(w, .two(0xBD, prefix: 0xF3), reg: d, rm: s) }
  mutating func popcnt(_ w: Width, _ d: GPR, _ s: GPR) { instruction(w, .two(0xB8, prefix: 0xF3), reg: d, rm: s) }
  /// `andn r, v, r/m` = ~v & r/m — VEX.LZ.0F38 F2 /r.
  mutating func andn(_ w: Width, _ d: GPR, inverted v: GPR, _ s: GPR) {
    vex(w, .three38(0xF2), reg: d, vvvv: v, rm: s)
  }
  /// `shlx`, `sarx`, `shrx r, r/m, v` — VEX.LZ.{66, F3, F2}.0F38 F7 /r; the count modulo the width.
  mutating func shiftX(prefix: UInt8, _ w: Width, _ d: GPR, _ s: GPR, count: GPR) {
    vex(w, .three38(0xF7, prefix: prefix), reg: d, vvvv: count, rm: s)
  }
  /// `mulx high, low, r/m`: rdx · r/m, unsigned, no flags — VEX.LZ.F2.0F38 F6 /r. One register for both gets the
  /// high word.
  mutating func mulx(_ w: Width, high: GPR, low: GPR, _ s: GPR) {
    vex(w, .three38(0xF6, prefix: 0xF2), reg: high, vvvv: low, rm: s)
  }
  /// `movq xmm, r64`, `movq r64, xmm` — 66 REX.W 0F 6E, 7E /r: a place to keep a register without memory.
  mutating func keep(_ s: GPR, in place: XMM) { instruction(.w64, .two(0x6E, prefix: 0x66), reg: place.field, rm: s) }
  mutating func restore(_ d: GPR, from place: XMM) {
    instruction(.w64, .two(0x7E, prefix: 0x66), reg: place.field, rm: d)
  }

  /// `push r64` — 50+r; `pop r64` — 58+r.
  mutating func push(_ s: GPR) { prefixes(.w32, .one(0x50 | s.low), r: 0, x: 0, b: s.high, byteREX: false) }
  mutating func pop(_ d: GPR) { prefixes(.w32, .one(0x58 | d.low), r: 0, x: 0, b: d.high, byteREX: false) }
  /// `jmp r/m64` — FF /4; `call r/m64` — FF /2.
  mutating func jmp(_ a: GPR) { instruction(.w32, .one(0xFF), extension: 4, rm: a) }
  mutating func jmp(_ memory: Memory) { instruction(.w32, .one(0xFF), extension: 4, memory: memory) }
  mutating func call(_ a: GPR) { instruction(.w32, .one(0xFF), extension: 2, rm: a) }
  mutating func call(_ memory: Memory) { instruction(.w32, .one(0xFF), extension: 2, memory: memory) }
  /// `leave` — C9; `ret` — C3; `nop` — 90.
  mutating func leave() { emit8(0xC9) }
  mutating func ret() { emit8(0xC3) }
  mutating func nop() { emit8(0x90) }
  /// `int3` — CC; `ud2` — 0F 0B.
  mutating func int3() { emit8(0xCC) }
  mutating func ud2() { emit(0x0B0F, length: 2) }
}
