import Ejit

/// Comparisons and what is made of them.
extension X86_64Expectation {
  mutating func compare(_ condition: Condition, _ w: Width, _ a: Register, _ b: Register) throws(NotAllowed) {
    try ordering(condition)
    t("cmp \(try r(a)[w]), \(try r(b)[w])")
  }
  mutating func compare(_ condition: Condition, _ w: Width, _ a: Register, _ value: Int64) throws(NotAllowed) {
    try ordering(condition)
    try compare(w, a, value)
  }

  mutating func compare(_ w: Width, _ a: Register, _ value: Int64) throws(NotAllowed) {
    let (a, bits) = (try r(a), try bits(w, value))
    if bits == 0 { return t("test \(a[w]), \(a[w])") }
    if let immediate = imm(w, bits) { return t("cmp \(a[w]), \(immediate)") }
    const(.r11, bits)
    t("cmp \(a.q), r11")
  }

  mutating func test(_ w: Width, _ a: Register, _ value: Int64) throws(NotAllowed) {
    let (a, bits) = (try r(a), try bits(w, value))
    if w == .w32 || bits < 1 << 31 { return t("test \(a.d), \(bits)") }
    if let immediate = imm32(w, bits) { return t("test \(a.q), \(immediate)") }
    const(.r11, bits)
    t("test \(a.q), r11")
  }

  mutating func compareMemory(
    _ condition: Condition, _ type: MemoryType, _ memory: Line, _ value: Int32
  ) throws(NotAllowed) {
    try ordering(condition)
    let isSigned = [.slt, .sle, .sgt, .sge].contains(condition)
    switch type {
    case .u64, .s64: t("cmp qword ptr \(memory), \(value)")
    case .u8 where !isSigned && value >= 0 && value < 256:
      t("cmp byte ptr \(memory), \(Int8(truncatingIfNeeded: value))")
    case .u32 where !isSigned && value >= 0: t("cmp dword ptr \(memory), \(value)")
    case .u8, .u16, .u32, .s8, .s16, .s32:
      load(type, .r11, memory)
      t("cmp r11, \(value)")
    }
  }

  mutating func mask(_ condition: Condition, _ w: Width, _ d: R) {
    if condition == .ult { return t("sbb \(d[w]), \(d[w])") }
    setcc(condition, d)
    t("neg \(d[w])")
  }

  mutating func select(_ condition: Condition, _ w: Width, _ d: R, _ x: R, _ y: R) {
    if d == x { return t("cmov\(condition.inverted.x86_64) \(d[w]), \(y[w])") }
    movUnlessSame(w, d, y)
    t("cmov\(condition.x86_64) \(d[w]), \(x[w])")
  }

  mutating func compareIf(
    _ condition: Condition, _ w: Width, _ outcome: Outcome, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (a, b) = (try r(a), try r(b))
    if outcome == .equal {
      mov(w, .r11, b)
      t("cmov\(condition.x86_64) \(r11[w]), \(a[w])")
      return t("cmp \(r11[w]), \(b[w])")
    }
    t("j\(condition.inverted.x86_64) @A")
    t("cmp \(a[w]), \(b[w])")
    otherwise(outcome)
  }

  mutating func compareIf(
    _ condition: Condition, _ w: Width, _ outcome: Outcome, _ a: Register, _ value: Int64
  ) throws(NotAllowed) {
    let (a, bits) = (a, try bits(w, value))
    let register = try r(a)
    if let other = neighbour(w, outcome, bits), let immediate = imm(w, bits) {
      const(.r11, other)
      t("cmov\(condition.x86_64) \(r11[w]), \(register[w])")
      return bits == 0 ? t("test \(r11[w]), \(r11[w])") : t("cmp \(r11[w]), \(immediate)")
    }
    t("j\(condition.inverted.x86_64) @A")
    try compare(w, a, value)
    otherwise(outcome)
  }

  private mutating func otherwise(_ outcome: Outcome) {
    t("jmp @end")
    t("A:")
    t("mov r11d, \(outcome == .less ? 0 : outcome == .equal ? 1 : 2)")
    t("cmp r11d, 1")
  }

  /// A number next to `bits` that compares with it as `outcome` says, whatever the sign means.
  private func neighbour(_ w: Width, _ outcome: Outcome, _ bits: UInt64) -> UInt64? {
    let (lowest, highest): (UInt64, UInt64) =
      w == .w64 ? (1 << 63, UInt64(Int64.max)) : (1 << 31, UInt64(Int32.max))
    let all: UInt64 = w == .w64 ? .max : 0xFFFF_FFFF
    switch outcome {
    case .equal: return bits
    case .less: return bits == 0 || bits == lowest ? nil : bits - 1
    case .greater: return bits == all || bits == highest ? nil : bits + 1
    }
  }
}
