import Ejit

/// Calls with one operand, made through `saved(0)`, and arguments on the stack.
extension AArch64Expectation {
  /// `pass`: the first argument.
  mutating func pass(_ type: MemoryType, _ a: Register) throws(NotAllowed) {
    if try r(a) != r(.argument(0)) || type.byteCount < 8 { try write(type.extension(.argument(0), a)) }
    call()
  }

  mutating func pass(_ type: MemoryType, _ value: Imm64) throws(NotAllowed) {
    const(try r(.argument(0)), try type.extended(value.value))
    call()
  }

  mutating func pass(_ a: VectorRegister) throws(NotAllowed) {
    if try v(a) != v(.argument(0)) { t("fmov d0, \(try v(a)[.w64])") }
    call()
  }

  /// In pairs, as pushed ones are.
  mutating func keep(_ set: RegisterSet) throws(NotAllowed) {
    guard let lost = set.resolved(for: abi)?.intersection(abi.clobbered) else { throw NotAllowed() }
    for register in lost.registers {
      guard let number = abi.number(of: register), !abi.results.contains(number) else { throw NotAllowed() }
    }
    try push(lost)
    call()
    try pop(lost)
  }

  mutating func keep(_ register: VectorRegister) throws(NotAllowed) {
    guard let number = abi.number(ofVector: register), !abi.vectorResults.contains(number) else { throw NotAllowed() }
    if abi.isPreservedVector(number) { return call() }
    t("stp d\(number), d31, [sp, #-16]!")
    call()
    t("ldp d\(number), d31, [sp], #16")
  }

  mutating func call() { t("blr x19") }

  /// Where an argument on the stack lies: above the frame record.
  func argument(_ index: UInt32) throws(NotAllowed) -> Address {
    guard index <= 65535 else { throw NotAllowed() }
    return .at(Register(29), 16 + 8 * Int32(index))
  }
}
