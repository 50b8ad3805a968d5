import Ejit

/// Which place of the register file each register value names on a target: roles meet numbers here exactly as the
/// calling convention says. `sp` has a place like any other register.
struct RegisterSlots: ~Copyable {
  /// Numbers have the places of their own; no convention has a number above 30.
  static let stackPointer = 31
  /// Where values that name nothing lead; the assembler refuses programs that contain them.
  static let invalid = 32
  static let count = 33

  let base: UnsafeMutablePointer<UInt8>

  init(_ abi: ABI) {
    base = .allocate(capacity: 256)
    for rawValue in UInt8.min...UInt8.max {
      let register = Register(rawValue: rawValue)
      let slot =
        register == .sp ? RegisterSlots.stackPointer : abi.number(of: register) ?? RegisterSlots.invalid
      (base + Int(rawValue)).initialize(to: UInt8(slot))
    }
  }

  deinit { base.deallocate() }

  subscript(register: Register) -> Int { Int(base[Int(register.rawValue)]) }

  /// Bit n: the set has register number n.
  func numbers(in set: RegisterSet) -> UInt32 {
    var numbers = set.numbers
    for role in 0..<16 where set.roles >> UInt16(role) & 1 == 1 {
      numbers |= 1 << UInt32(self[.saved(role)])
    }
    return numbers
  }
}
