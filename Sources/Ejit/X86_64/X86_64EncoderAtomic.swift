/// Instructions that other processors find done or not done, one line of the SDM each.
extension CodeBuffer {
  /// `op m, r` with a form for bytes.
  private mutating func exchange(_ bytes: Opcode, _ others: Opcode, _ type: MemoryType, _ memory: Memory, _ s: GPR) {
    let isByte = type.byteCount == 1
    instruction(
      type.width, isByte ? bytes : others, reg: s, memory: memory, byteREX: isByte && s.needsREXForByte)
  }
  /// `xchg m, r` — 86, 87 /r. Locked by itself.
  mutating func xchg(_ type: MemoryType, _ memory: Memory, _ s: GPR) {
    exchange(.one(0x86), .one(0x87, prefix: type.prefix), type, memory, s)
  }
  /// `lock xadd m, r` — F0 0F C0, C1 /r: the sum goes to memory, what was there to the register.
  mutating func lockXadd(_ type: MemoryType, _ memory: Memory, _ s: GPR) {
    exchange(.two(0xC0).locked, .two(0xC1, prefix: type.prefix).locked, type, memory, s)
  }
  /// `lock cmpxchg m, r` — F0 0F B0, B1 /r: if memory is (r)ax the register goes there, else memory to (r)ax; ZF says
  /// which.
  mutating func lockCmpxchg(_ type: MemoryType, _ memory: Memory, _ s: GPR) {
    exchange(.two(0xB0).locked, .two(0xB1, prefix: type.prefix).locked, type, memory, s)
  }
  /// `lock cmpxchg16b m` — F0 REX.W 0F C7 /1: the same with rdx:rax and rcx:rbx. `m` is aligned to 16 bytes.
  mutating func lockCmpxchg16b(_ memory: Memory) {
    instruction(.w64, .two(0xC7).locked, extension: 1, memory: memory)
  }
  /// `lock op m, r` — F0 and the instruction.
  mutating func lockALU(_ op: ALU, _ type: MemoryType, _ memory: Memory, _ s: GPR) {
    alu(op, type, memory, s, isLocked: true)
  }

  /// `cmp r/m, r` of any size — 38, 39 /r.
  mutating func cmp(_ type: MemoryType, _ a: GPR, _ b: GPR) {
    let isByte = type.byteCount == 1
    instruction(
      type.width, .one(isByte ? 0x38 : 0x39, prefix: type.prefix), reg: b, rm: a,
      byteREX: isByte && (a.needsREXForByte || b.needsREXForByte))
  }
  /// `jne` back to `start`, at most 126 bytes — 75 cb.
  mutating func jne(to start: Int) {
    emit8(0x75)
    emit8(UInt8(bitPattern: Int8(start - count - 1)))
  }

  /// `mfence` — 0F AE F0; `pause` — F3 90; `cpuid` — 0F A2.
  mutating func mfence() { emit(0xF0AE0F, length: 3) }
  mutating func pause() { emit(0x90F3, length: 2) }
  mutating func cpuid() { emit(0xA20F, length: 2) }
}
