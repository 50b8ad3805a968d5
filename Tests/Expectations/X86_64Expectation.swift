import Ejit

/// What each op reads as on x86-64, written from its definition and operands: nothing here knows a byte.
///
/// Branches go to `@start` (the label before the op), `@end` (right behind it), or to a line of the listing: `@A`, where
/// `A:` stands. What is loaded relative to rip is shown by its value, `[rip @=…]`.
struct X86_64Expectation {
  let abi: ABI
  let features: Features
  var t = Listing()
  /// What a branch to the op's label is printed as.
  var target: StaticString = "@end"
  private let numbers: [Int]

  init(_ abi: ABI, _ features: Features) {
    (self.abi, self.features) = (abi, features)
    numbers = X86_64Register.numbers(of: abi)
  }

  typealias R = X86_64Register
  var r11: R { .r11 }

  func r(_ register: Register) throws(NotAllowed) -> R {
    guard let number = abi.number(of: register) else { throw NotAllowed() }
    return R(number: numbers[number])
  }
  func base(_ register: Register) throws(NotAllowed) -> R { register == .sp ? .rsp : try r(register) }

  // MARK: Pieces

  mutating func mov(_ w: Width, _ d: R, _ a: R) { t("mov \(d[w]), \(a[w])") }
  mutating func movUnlessSame(_ w: Width, _ d: R, _ a: R) { if d != a { mov(w, d, a) } }

  /// The shortest of the three moves of a constant.
  mutating func const(_ d: R, _ bits: UInt64) {
    let value = Int64(bitPattern: bits)
    if bits <= 0xFFFF_FFFF {
      t("mov \(d.d), \(bits)")
    } else if value >= -1 << 31 && value < 0 {
      t("mov \(d.q), \(value)")
    } else {
      t("movabs \(d.q), \(value)")
    }
  }

  /// The bits of an immediate; 32 bits take −2^31 … 2^32 − 1.
  func bits(_ w: Width, _ value: Int64) throws(NotAllowed) -> UInt64 {
    if w == .w64 { return UInt64(bitPattern: value) }
    guard value >= -1 << 31 && value < 1 << 32 else { throw NotAllowed() }
    return UInt64(bitPattern: value) & 0xFFFF_FFFF
  }

  /// How an immediate of `op r/m, imm` is printed: bytes with sign, 32 bits without; nil if it does not fit.
  func imm(_ w: Width, _ bits: UInt64) -> Line? {
    let value = w == .w32 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    guard value >= -1 << 31 && value < 1 << 31 else { return nil }
    return w == .w32 && (value < -128 || value > 127) ? "\(bits & 0xFFFF_FFFF)" : "\(value)"
  }

  /// The same where there is no form with a byte.
  func imm32(_ w: Width, _ bits: UInt64) -> Line? {
    guard imm(w, bits) != nil else { return nil }
    return w == .w32 ? "\(bits & 0xFFFF_FFFF)" : "\(Int64(bitPattern: bits))"
  }

  func memory(_ base: R, _ displacement: Int32 = 0) -> Line { sum("\(base.q)", displacement) }
  func memory(_ base: R, _ index: R, _ shift: Int, _ displacement: Int32 = 0) -> Line {
    shift == 0
      ? sum("\(base.q) + \(index.q)", displacement) : sum("\(base.q) + \(1 << shift)*\(index.q)", displacement)
  }
  private func sum(_ registers: Line, _ displacement: Int32) -> Line {
    if displacement == 0 { return "[\(registers)]" }
    return displacement > 0 ? "[\(registers) + \(displacement)]" : "[\(registers) - \(-Int64(displacement))]"
  }

  /// Whether an address goes through r11.
  func needsScratch(_ address: Address) -> Bool {
    switch address.form {
    case .base, .indexed, .invalid: false
    case .extended: true
    case .absolute(let bits): Int32(exactly: Int64(bitPattern: bits)) == nil
    }
  }

  mutating func memory(_ address: Address) throws(NotAllowed) -> Line {
    switch address.form {
    case .base(let displacement): return memory(try base(address.base), displacement)
    case .indexed(let shift, let displacement):
      return memory(try base(address.base), try r(address.index), shift, displacement)
    case .extended(let sign, let shift, let displacement):
      let index = try r(address.index)
      if sign == .signed { t("movsxd r11, \(index.d)") } else { t("mov r11d, \(index.d)") }
      return memory(try base(address.base), .r11, shift, displacement)
    case .absolute(let bits):
      if let absolute = Int32(exactly: Int64(bitPattern: bits)) { return "[\(absolute)]" }
      const(.r11, bits)
      return "[r11]"
    case .invalid: throw NotAllowed()
    }
  }

  mutating func load(_ type: MemoryType, _ d: R, _ memory: Line) {
    switch type {
    case .u8: t("movzx \(d.d), byte ptr \(memory)")
    case .u16: t("movzx \(d.d), word ptr \(memory)")
    case .u32: t("mov \(d.d), dword ptr \(memory)")
    case .u64, .s64: t("mov \(d.q), qword ptr \(memory)")
    case .s8: t("movsx \(d.q), byte ptr \(memory)")
    case .s16: t("movsx \(d.q), word ptr \(memory)")
    case .s32: t("movsxd \(d.q), dword ptr \(memory)")
    }
  }

  mutating func store(_ type: MemoryType, _ a: R, _ memory: Line) { t("mov \(type.pointer)\(memory), \(a[type])") }

  mutating func jcc(_ condition: Condition) { t("j\(condition.x86_64) \(target)") }

  func ordering(_ condition: Condition) throws(NotAllowed) {
    if !condition.isOrdering { throw NotAllowed() }
  }
  func testable(_ condition: Condition) throws(NotAllowed) {
    guard [.eq, .ne, .negative, .nonNegative].contains(condition) else { throw NotAllowed() }
  }

  mutating func setcc(_ condition: Condition, _ d: R) {
    t("set\(condition.x86_64) \(d.b)")
    t("movzx \(d.d), \(d.b)")
  }

  func distinct(_ a: R, _ b: R) throws(NotAllowed) { if a == b { throw NotAllowed() } }
}
