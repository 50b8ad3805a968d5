import Ejit

/// Stores of constants, updates, pairs, swapped bytes; frames.
extension X86_64Expectation {
  func check(_ type: MemoryType, _ value: Int64) throws(NotAllowed) {
    let bits = 8 * type.byteCount
    if bits < 64 && !(-1 << Int64(bits - 1)..<1 << Int64(bits)).contains(value) { throw NotAllowed() }
  }

  mutating func storeImmediate(_ type: MemoryType, _ memory: Line, _ value: Int64) throws(NotAllowed) {
    try check(type, value)
    switch type.byteCount {
    case 1: t("mov byte ptr \(memory), \(Int8(truncatingIfNeeded: value))")
    case 2: t("mov word ptr \(memory), \(UInt16(truncatingIfNeeded: value))")
    case 4: t("mov dword ptr \(memory), \(UInt32(truncatingIfNeeded: value))")
    case _ where Int32(exactly: value) != nil: t("mov qword ptr \(memory), \(value)")
    case _:
      const(.r11, UInt64(bitPattern: value))
      t("mov qword ptr \(memory), r11")
    }
  }

  mutating func modify(_ op: MemoryOperation, _ type: MemoryType, _ memory: Line, _ value: Int64) throws(NotAllowed) {
    try check(type, value)
    switch type.byteCount {
    case 1: t("\(op.x86_64) byte ptr \(memory), \(Int8(truncatingIfNeeded: value))")
    case 2:
      let narrow = Int16(truncatingIfNeeded: value)
      let isByte = narrow >= -128 && narrow <= 127
      t("\(op.x86_64) word ptr \(memory), \(isByte ? Int64(narrow) : Int64(UInt16(bitPattern: narrow)))")
    case 4: t("\(op.x86_64) dword ptr \(memory), \(imm(.w32, UInt64(UInt32(truncatingIfNeeded: value))) ?? "?")")
    case _ where Int32(exactly: value) != nil: t("\(op.x86_64) qword ptr \(memory), \(value)")
    case _:
      const(.r11, UInt64(bitPattern: value))
      t("\(op.x86_64) qword ptr \(memory), r11")
    }
  }

  mutating func moving(
    _ type: MemoryType, _ d: Register, _ base: Register, _ n: Int32, loads: Bool, before: Bool
  ) throws(NotAllowed) {
    let (d, base) = (try r(d), try r(base))
    try distinct(d, base)
    let memory = memory(base, before ? n : 0)
    if loads { load(type, d, memory) } else { store(type, d, memory) }
    if n != 0 { t("add \(base.q), \(n)") }
  }

  mutating func pair(_ w: Width, _ base: Register, _ n: Int32) throws(NotAllowed) -> (Line, Line) {
    let (base, size) = (try self.base(base), Int32(w.bits / 8))
    let (next, isBeyond) = n.addingReportingOverflow(size)
    if !isBeyond { return (memory(base, n), memory(base, next)) }
    t("lea r11, \(memory(base, n))")
    return (memory(.r11), memory(.r11, size))
  }

  mutating func loadPair(
    _ w: Width, _ d: Register, _ e: Register, _ base: Register, _ n: Int32
  ) throws(NotAllowed) {
    let type: MemoryType = w == .w64 ? .u64 : .u32
    let (d, e) = (try r(d), try r(e))
    try distinct(d, e)
    let (first, second) = try pair(w, base, n)
    if try d == self.base(base) {
      load(type, e, second)
      load(type, d, first)
    } else {
      load(type, d, first)
      load(type, e, second)
    }
  }

  mutating func storePair(
    _ w: Width, _ a: Register, _ b: Register, _ base: Register, _ n: Int32
  ) throws(NotAllowed) {
    let type: MemoryType = w == .w64 ? .u64 : .u32
    let (a, b) = (try r(a), try r(b))
    let (first, second) = try pair(w, base, n)
    store(type, a, first)
    store(type, b, second)
  }

  mutating func loadSwapped(_ type: MemoryType, _ d: Register, _ address: Address) throws(NotAllowed) {
    let (d, memory) = (try r(d), try memory(address))
    if type.byteCount == 1 { return load(type, d, memory) }
    switch (features.contains(.movbe), type) {
    case (true, .s16): t("movbe \(d.w), word ptr \(memory)")
    case (true, .u32), (true, .s32): t("movbe \(d.d), dword ptr \(memory)")
    case (true, .u64), (true, .s64): t("movbe \(d.q), qword ptr \(memory)")
    case (_, .u16), (_, .s16):
      t("movzx \(d.d), word ptr \(memory)")
      t("rol \(d.w), 8")
    case (_, .u32), (_, .s32):
      t("mov \(d.d), dword ptr \(memory)")
      t("bswap \(d.d)")
    case (_, _):
      t("mov \(d.q), qword ptr \(memory)")
      t("bswap \(d.q)")
    }
    if type == .s16 { t("movsx \(d.q), \(d.w)") }
    if type == .s32 { t("movsxd \(d.q), \(d.d)") }
  }

  mutating func storeSwapped(_ type: MemoryType, _ a: Register, _ address: Address) throws(NotAllowed) {
    let a = try r(a)
    if type.byteCount == 1 { return store(type, a, try memory(address)) }
    if features.contains(.movbe) {
      let memory = try memory(address)
      return t("movbe \(type.pointer)\(memory), \(a[type])")
    }
    if type.byteCount == 2 && needsScratch(address) {
      let memory = try memory(address)
      t("mov word ptr \(memory), \(a.w)")
      return t("rol word ptr \(memory), 8")
    }
    let w: Width = type.byteCount == 8 ? .w64 : .w32
    mov(w, .r11, a)
    if type.byteCount == 2 { t("rol r11w, 8") } else { t("bswap \(r11[w])") }
    if needsScratch(address) {
      t("movq \(vectorScratch.name), r11")
      let memory = try memory(address)
      t("mov\(w == .w64 ? "q" : "d") \(type.pointer)\(memory), \(vectorScratch.name)")
    } else {
      store(type, .r11, try memory(address))
    }
  }

  // MARK: Frames

  private func members(_ set: RegisterSet) throws(NotAllowed) -> [R] {
    guard let resolved = set.resolved(for: abi) else { throw NotAllowed() }
    var result: [R] = []
    for register in resolved.registers { result.append(try r(register)) }
    return result
  }

  mutating func push(_ set: RegisterSet) throws(NotAllowed) {
    let registers = try members(set)
    if registers.count % 2 == 1 { t("push rax") }
    for register in registers.reversed() { t("push \(register.q)") }
  }

  mutating func pop(_ set: RegisterSet) throws(NotAllowed) {
    let registers = try members(set)
    if registers.contains(.rbp) { throw NotAllowed() }
    for register in registers { t("pop \(register.q)") }
    if registers.count % 2 == 1 { t("pop r11") }
  }

  mutating func enter(_ bytes: Int32, _ set: RegisterSet, _ vectors: UInt8) throws(NotAllowed) {
    let registers = try members(set)
    let saved = abi.savedVectors.prefix(Int(vectors))
    guard bytes >= 0, bytes <= Target.maximumFrame, saved.count == Int(vectors) else { throw NotAllowed() }
    for register in (set.resolved(for: abi) ?? []).registers {
      guard let number = abi.number(of: register), abi.saved.contains(number) else { throw NotAllowed() }
    }
    t("push rbp")
    t("mov rbp, rsp")
    for register in registers { t("push \(register.q)") }
    let size = (Int(bytes) + 15) / 16 * 16 + registers.count % 2 * 8 + 16 * saved.count
    let (pages, rest) = size.quotientAndRemainder(dividingBy: 4096)
    func page() {
      t("sub rsp, 4096")
      t("cmp dword ptr [rsp], esp")
    }
    if pages > 3 {
      t("lea r11, [rsp - \(4096 * pages)]")
      t("A:")
      page()
      t("cmp rsp, r11")
      t("jne @A")
    } else {
      for _ in 0..<pages { page() }
    }
    if rest > 0 { t("sub rsp, \(rest)") }
    let above = (registers.count + 1) / 2 * 16
    for (index, number) in saved.enumerated() {
      t("movaps xmmword ptr [rbp - \(above + 16 * (index + 1))], \(x(number).name)")
    }
  }
}
