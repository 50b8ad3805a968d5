import Ejit

/// Stores of constants, updates, pairs, swapped bytes; frames.
extension AArch64Expectation {
  /// The bits of a constant for memory.
  private func bits(_ type: MemoryType, _ value: Int64) throws(NotAllowed) -> UInt64 {
    let count = 8 * type.byteCount
    if count == 64 { return UInt64(bitPattern: value) }
    guard (-1 << Int64(count - 1)..<1 << Int64(count)).contains(value) else { throw NotAllowed() }
    return UInt64(bitPattern: value) & (1 << UInt64(count) - 1)
  }

  mutating func storeImmediate(_ type: MemoryType, _ base: Register, _ n: Int64, _ value: Int64) throws(NotAllowed) {
    let (base, bits) = (try self.base(base), try bits(type, value))
    if bits != 0 { const(.x17, bits) }
    store(type, bits == 0 ? .zr : .x17, place(base, n, type.byteCount))
  }

  mutating func moving(
    _ type: MemoryType, _ d: Register, _ base: Register, _ n: Int64, loads: Bool, before: Bool
  ) throws(NotAllowed) {
    let (d, base) = (try r(d), try r(base))
    try distinct(d, base)
    moving(type.byteCount, base, n, before: before) { loads ? $0.load(type, d, $1) : $0.store(type, d, $1) }
  }

  /// Accesses `size` bytes, and the base moves by `n`, before or behind.
  mutating func moving(
    _ size: Int, _ base: R, _ n: Int64, before: Bool, _ access: (inout AArch64Expectation, Place) -> Void
  ) {
    if n >= -256 && n < 256 {
      return access(&self, Place(text: before ? "[\(base.x), #\(n)]!" : "[\(base.x)], #\(n)"))
    }
    if before && !fits(n, size) {
      add(.w64, .x16, base, UInt64(bitPattern: n))
      access(&self, offset(.x16, 0, size))
      return two("mov", .w64, base, .x16)
    }
    access(&self, offset(base, before ? n : 0, size))
    add(.w64, base, base, UInt64(bitPattern: n))
  }

  mutating func pair(
    _ op: StaticString, _ w: Width, _ a: Register, _ b: Register, _ base: Register, _ n: Int64
  ) throws(NotAllowed) {
    pair("\(op) \(try r(a)[w]), \(try r(b)[w])", w, try self.base(base), n)
  }

  /// `op` is the line as far as the address.
  mutating func pair(_ op: Line, _ w: Width, _ base: R, _ n: Int64) {
    let size = Int64(w.bits / 8)
    if n % size == 0 && n / size >= -64 && n / size < 64 {
      return n == 0 ? t("\(op), [\(base.x)]") : t("\(op), [\(base.x), #\(n)]")
    }
    add(.w64, .x16, base, UInt64(bitPattern: n))
    t("\(op), [x16]")
  }

  private mutating func reverse(_ type: MemoryType, _ d: R, _ a: R) {
    switch type.byteCount {
    case 1: break
    case 2: two("rev16", .w32, d, a)
    case 4: two("rev", .w32, d, a)
    case _: two("rev", .w64, d, a)
    }
  }

  mutating func loadSwapped(_ type: MemoryType, _ d: R, _ address: Address) throws(NotAllowed) {
    let place = try place(address, type.byteCount)
    if type.byteCount == 1 { return load(type, d, place) }
    loadUnsigned(type, d, place)
    reverse(type, d, d)
    if type == .s16 { t("sxth \(d.x), \(d.w)") }
    if type == .s32 { t("sxtw \(d.x), \(d.w)") }
  }

  mutating func storeSwapped(_ type: MemoryType, _ a: R, _ address: Address) throws(NotAllowed) {
    reverse(type, .x17, a)
    store(type, type.byteCount == 1 ? a : .x17, try place(address, type.byteCount))
  }

  mutating func modify(
    _ op: MemoryOperation, _ type: MemoryType, _ a: R, _ address: Address
  ) throws(NotAllowed) {
    let place = try place(address, type.byteCount)
    loadUnsigned(type, .x17, place)
    three(op.aarch64, type.byteCount == 8 ? .w64 : .w32, .x17, .x17, a)
    store(type, .x17, place)
  }

  /// The constant goes with the sign of its type.
  mutating func modify(
    _ op: MemoryOperation, _ type: MemoryType, _ base: R, _ n: Int64, _ value: Int64
  ) throws(NotAllowed) {
    let unused = Int64(64 - 8 * type.byteCount)
    let w: Width = type.byteCount == 8 ? .w64 : .w32
    let signed = (Int64(bitPattern: try bits(type, value)) << unused) >> unused
    let bits = w == .w64 ? UInt64(bitPattern: signed) : UInt64(bitPattern: signed) & 0xFFFF_FFFF
    var memory = place(base, n, type.byteCount)
    loadUnsigned(type, .x17, memory)
    var takesX16 = false
    switch op {
    case .add, .sub:
      let sum = op == .add ? bits : negated(w, bits)
      add(w, .x17, .x17, sum)
      takesX16 = sum >= 1 << 24 && negated(w, sum) >= 1 << 24
    case .and, .or, .xor:
      logic(op.aarch64, w, .x17, .x17, bits)
      takesX16 = !Bitmasks.has(bits, w)
    }
    if takesX16 && memory.needsX16 { memory = place(base, n, type.byteCount) }
    store(type, .x17, memory)
  }

  // MARK: Frames

  private func members(_ set: RegisterSet) throws(NotAllowed) -> [R] {
    guard let resolved = set.resolved(for: abi) else { throw NotAllowed() }
    var result: [R] = []
    for register in resolved.registers { result.append(try r(register)) }
    return result
  }

  /// Pairs from `offset` above `sp` up.
  private mutating func pairs(_ loads: Bool, _ registers: ArraySlice<R>, from offset: Int) {
    var (rest, offset) = (registers, offset)
    while let first = rest.popFirst() {
      if let second = rest.popFirst() {
        t("\(loads ? "ldp" : "stp") \(first.x), \(second.x), [sp, #\(offset)]")
      } else {
        t("\(loads ? "ldr" : "str") \(first.x), [sp, #\(offset)]")
      }
      offset += 16
    }
  }

  mutating func push(_ set: RegisterSet) throws(NotAllowed) {
    let registers = try members(set)
    let bytes = (registers.count * 8 + 15) / 16 * 16
    guard let first = registers.first else { return }
    if registers.count == 1 { return t("str \(first.x), [sp, #-16]!") }
    t("stp \(first.x), \(registers[1].x), [sp, #-\(bytes)]!")
    pairs(false, registers[2...], from: 16)
  }

  mutating func pop(_ set: RegisterSet) throws(NotAllowed) {
    let registers = try members(set)
    if registers.contains(R(number: 29)) { throw NotAllowed() }
    let bytes = (registers.count * 8 + 15) / 16 * 16
    guard let first = registers.first else { return }
    if registers.count == 1 { return t("ldr \(first.x), [sp], #16") }
    pairs(true, registers[2...], from: 16)
    t("ldp \(first.x), \(registers[1].x), [sp], #\(bytes)")
  }

  mutating func enter(_ bytes: Int32, _ set: RegisterSet, _ vectors: UInt8) throws(NotAllowed) {
    let registers = try members(set)
    guard bytes >= 0, bytes <= Target.maximumFrame, registers.allSatisfy({ abi.saved.contains($0.number) }),
      Int(vectors) <= abi.savedVectors.count
    else { throw NotAllowed() }
    let count = Int(vectors)
    let above = 16 + (registers.count + 1) / 2 * 16
    t("stp x29, x30, [sp, #-\(above + (count + 1) / 2 * 16)]!")
    t("mov x29, sp")
    pairs(false, registers[...], from: 16)
    for index in stride(from: 0, to: count - 1, by: 2) {
      t("stp d\(8 + index), d\(9 + index), [sp, #\(above + 8 * index)]")
    }
    if count % 2 == 1 { t("str d\(7 + count), [sp, #\(above + 8 * (count - 1))]") }
    let size = (Int(bytes) + 15) / 16 * 16
    let (pages, rest) = size.quotientAndRemainder(dividingBy: 4096)
    func page() {
      t("sub sp, sp, #1, lsl #12")
      t("str xzr, [sp]")
    }
    if pages > 2 {
      const(.x16, UInt64(pages))
      t("A:")
      page()
      t("sub x16, x16, #1")
      t("cbnz x16, @A")
    } else {
      for _ in 0..<pages { page() }
    }
    if rest > 0 {
      t("sub sp, sp, #\(rest)")
      if pages > 0 { t("str xzr, [sp]") }
    }
  }
}

extension MemoryOperation {
  var aarch64: StaticString {
    switch self {
    case .add: "add"
    case .sub: "sub"
    case .and: "and"
    case .or: "orr"
    case .xor: "eor"
    }
  }
}
