import Ejit

/// Calls with one operand, made through `saved(0)`, and arguments on the stack.
extension X86_64Expectation {
  /// `pass`: the first argument.
  mutating func pass(_ type: MemoryType, _ a: Register) throws(NotAllowed) {
    let isThere = try r(a) == r(.argument(0))
    try aroundCall { expected throws(NotAllowed) in
      if isThere && type.byteCount == 8 { return }
      try expected.write(type.extension(.argument(0), a))
    }
  }

  mutating func pass(_ type: MemoryType, _ value: Imm64) throws(NotAllowed) {
    let bits = try type.extended(value.value)
    try aroundCall { expected throws(NotAllowed) in expected.const(try expected.r(.argument(0)), bits) }
  }

  mutating func pass(_ a: VectorRegister) throws(NotAllowed) {
    guard let number = abi.number(ofVector: a) else { throw NotAllowed() }
    try aroundCall { expected throws(NotAllowed) in
      if number != 0 { try expected.write(.fmov(.argument(0), a)) }
    }
  }

  /// System V: no vector register carries an argument.
  mutating func variadic() throws(NotAllowed) {
    try aroundCall { expected throws(NotAllowed) in if expected.abi == .sysV { expected.t("mov eax, 0") } }
  }

  /// Pushed by the machine's numbers.
  mutating func keep(_ set: RegisterSet) throws(NotAllowed) {
    guard let resolved = set.resolved(for: abi)?.intersection(abi.clobbered) else { throw NotAllowed() }
    var registers: [R] = []
    for register in resolved.registers {
      guard let number = abi.number(of: register), !abi.results.contains(number) else { throw NotAllowed() }
      registers.append(try r(register))
    }
    registers.sort { $0.number < $1.number }
    for register in registers { t("push \(register.q)") }
    try aroundCall(above: 8 * registers.count)
    for register in registers.reversed() { t("pop \(register.q)") }
  }

  mutating func keep(_ register: VectorRegister) throws(NotAllowed) {
    guard let number = abi.number(ofVector: register), !abi.vectorResults.contains(number) else { throw NotAllowed() }
    if abi.isPreservedVector(number) { return try aroundCall() }
    let bytes = (abi.homeBytes + 8 + 15) / 16 * 16
    let place = memory(.rsp, Int32(abi.homeBytes))
    t("sub rsp, \(bytes)")
    store(.w64, try x(register), place)
    t("call \(try r(.saved(0)).q)")
    load(.w64, try x(register), place)
    t("add rsp, \(bytes)")
  }

  /// The stack is aligned to 16 bytes, `pushed` of which are pushed.
  private mutating func aroundCall(
    above pushed: Int = 0, _ moves: (inout X86_64Expectation) throws(NotAllowed) -> Void = { _ in }
  ) throws(NotAllowed) {
    let bytes = (pushed + abi.homeBytes + 15) / 16 * 16 - pushed
    if bytes > 0 { t("sub rsp, \(bytes)") }
    try moves(&self)
    t("call \(try r(.saved(0)).q)")
    if bytes > 0 { t("add rsp, \(bytes)") }
  }

  /// Where an argument on the stack lies: above the frame record.
  func argument(_ index: UInt32) throws(NotAllowed) -> Address {
    guard index <= 65535 else { throw NotAllowed() }
    return .at(Register(13), Int32(16 + abi.homeBytes) + 8 * Int32(index))
  }
}

extension MemoryType {
  /// The op that does what passing a register does.
  func `extension`(_ d: Register, _ a: Register) -> Instruction {
    switch self {
    case .u8: .zext8(d, a)
    case .u16: .zext16(d, a)
    case .u32: .zext32(d, a)
    case .s8: .sext8(d, a)
    case .s16: .sext16(d, a)
    case .s32: .sext32(d, a)
    case .u64, .s64: .mov(d, a)
    }
  }

  /// The bits of a constant of this type: in the signed or the unsigned range, extended.
  func extended(_ value: Int64) throws(NotAllowed) -> UInt64 {
    switch self {
    case .u64, .s64: return UInt64(bitPattern: value)
    case .u8, .s8: guard value >= -128 && value < 256 else { throw NotAllowed() }
    case .u16, .s16: guard value >= -32768 && value < 65536 else { throw NotAllowed() }
    case .u32, .s32: guard value >= -1 << 31 && value < 1 << 32 else { throw NotAllowed() }
    }
    switch self {
    case .u8: return UInt64(UInt8(truncatingIfNeeded: value))
    case .u16: return UInt64(UInt16(truncatingIfNeeded: value))
    case .u32: return UInt64(UInt32(truncatingIfNeeded: value))
    case .s8: return UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: value)))
    case .s16: return UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: value)))
    case .s32, .u64, .s64: return UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value)))
    }
  }
}
