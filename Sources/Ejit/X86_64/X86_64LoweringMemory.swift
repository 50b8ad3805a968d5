/// Accesses that do more than load or store: move their base, take two words, swap bytes, modify in place.
extension Emission {
  /// The access goes first, so that a fault finds `base` as it was.
  mutating func loadMoving(
    _ type: MemoryType, _ d: Register, _ base: Register, _ displacement: Displacement, before: Bool
  ) throws(Refusal) {
    let (base, d) = (try distinct(base, from: d), try destination(d))
    code.load(type, d, Memory(base, before ? displacement.value : 0))
    move(base, by: displacement)
  }

  mutating func storeMoving(
    _ type: MemoryType, _ a: Register, _ base: Register, _ displacement: Displacement, before: Bool
  ) throws(Refusal) {
    let (moved, a) = (try destination(base), try gpr(a))
    if moved == a { throw Refusal(.registerConflict, UInt64(base.rawValue)) }
    code.store(type, a, Memory(moved, before ? displacement.value : 0))
    move(moved, by: displacement)
  }

  mutating func move(_ base: GPR, by displacement: Displacement) {
    if displacement.value != 0 { code.alu(.add, .w64, base, displacement.value) }
  }

  /// The two words at `base + displacement`. The second one's displacement may be beyond 32 bits: then the sum goes
  /// through the scratch register.
  mutating func pair(
    _ w: Width, _ base: Register, _ displacement: Displacement
  ) throws(Refusal) -> (first: Memory, second: Memory) {
    let base = try self.base(base)
    let size = Int32(w.bits / 8)
    let (next, isBeyond) = displacement.value.addingReportingOverflow(size)
    if !isBeyond { return (Memory(base, displacement.value), Memory(base, next)) }
    code.lea(.w64, .scratch, Memory(base, displacement.value))
    return (Memory(.scratch), Memory(.scratch, size))
  }

  /// A destination that is the base comes last.
  mutating func loadPair(
    _ w: Width, _ d: Register, _ e: Register, _ base: Register, _ displacement: Displacement
  ) throws(Refusal) {
    let (e, d) = (try distinct(e, from: d), try destination(d))
    let memory = try pair(w, base, displacement)
    let type: MemoryType = w == .w64 ? .u64 : .u32
    let isBase = try d == self.base(base)
    if isBase { code.load(type, e, memory.second) }
    code.load(type, d, memory.first)
    if !isBase { code.load(type, e, memory.second) }
  }

  mutating func storePair(
    _ w: Width, _ a: Register, _ b: Register, _ base: Register, _ displacement: Displacement
  ) throws(Refusal) {
    let (a, b) = (try gpr(a), try gpr(b))
    let memory = try pair(w, base, displacement)
    let type: MemoryType = w == .w64 ? .u64 : .u32
    code.store(type, a, memory.first)
    code.store(type, b, memory.second)
  }

  /// A load of 16 bits by MOVBE keeps what is above them in the register: it serves only where an extension follows.
  mutating func loadSwapped(_ type: MemoryType, _ d: Register, _ address: Address) throws(Refusal) {
    let (d, memory) = (try destination(d), try memory(address))
    if type.byteCount == 1 { return code.load(type, d, memory) }
    if features.contains(.movbe) && type != .u16 {
      code.loadSwapped(type, d, memory)
    } else {
      code.load(type.unsigned, d, memory)
      if type.byteCount == 2 { code.shift16(.rol, d, 8) } else { code.bswap(type.width, d) }
    }
    if type == .s16 { code.extend16(.w64, signed: true, d, d) }
    if type == .s32 { code.movsxd(d, d) }
  }

  /// Without MOVBE the value is swapped in the scratch register. Where the address needs that one, the value waits in
  /// the vector one; 16 bits, which SSE2 cannot store, are swapped in their place.
  mutating func storeSwapped(_ type: MemoryType, _ a: Register, _ address: Address) throws(Refusal) {
    let a = try gpr(a)
    if type.byteCount == 1 { return code.store(type, a, try memory(address)) }
    if features.contains(.movbe) { return code.storeSwapped(type, a, try memory(address)) }
    if type.byteCount == 2 && needsScratch(address) {
      let memory = try memory(address)
      code.store(type, a, memory)
      return code.shift16(.rol, memory, 8)
    }
    code.mov(type.width, .scratch, a)
    if type.byteCount == 2 { code.shift16(.rol, .scratch, 8) } else { code.bswap(type.width, .scratch) }
    if needsScratch(address) {
      code.keep(.scratch, in: vectorScratch)
      code.store(type.width, kept: vectorScratch, try memory(address))
    } else {
      code.store(type, .scratch, try memory(address))
    }
  }

  mutating func modify(
    _ operation: MemoryOperation, _ type: MemoryType, _ base: Register, _ displacement: Displacement, _ value: Imm64
  ) throws(Refusal) {
    let memory = Memory(try self.base(base), displacement.value)
    try value.check(for: type)
    if type.byteCount < 8 {
      return code.alu(operation.alu, type, memory, Int32(truncatingIfNeeded: value.value))
    }
    if let value = Int32(exactly: value.value) { return code.alu(operation.alu, type, memory, value) }
    code.mov(.scratch, value.bits)
    code.alu(operation.alu, type, memory, .scratch)
  }

  mutating func prefetch(_ access: PrefetchAccess, _ level: CacheLevel, _ address: Address) throws(Refusal) {
    let memory = try memory(address)
    if access == .write && features.contains(.prefetchw) { return code.prefetchw(memory) }
    code.prefetch(level, memory)
  }
}
