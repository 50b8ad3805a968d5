import Ejit

/// Which place of the register file each register value names on a target: roles meet numbers here exactly as the
/// calling convention says. `sp` has a place like any other register.
///
/// A view of 512 bytes that belong to the interpreter: general registers, then floating-point ones.
struct RegisterSlots {
  /// Numbers have the places of their own; no convention has a number above 30.
  static let stackPointer = 31
  /// Where values that name nothing lead; the assembler refuses programs that contain them.
  static let invalid = 32
  static let count = 33
  /// Where floating-point registers begin in the view.
  private static let vectors = 256

  let base: UnsafeMutablePointer<UInt8>

  init(_ abi: ABI) {
    base = .allocate(capacity: 2 * RegisterSlots.vectors)
    base.initialize(repeating: UInt8(RegisterSlots.invalid), count: 2 * RegisterSlots.vectors)
    name(.sp, RegisterSlots.stackPointer)
    for number in abi.numbers { name(Register(number), number) }
    for index in 0..<abi.argumentCount { name(.argument(index), index) }
    for (index, number) in abi.results.enumerated() { name(.result(index), number) }
    for (index, number) in abi.saved.enumerated() { name(.saved(index), number) }
    for (index, number) in abi.temporaries.enumerated() { name(.temporary(index), number) }
    for rawValue in UInt8.min...UInt8.max {
      guard let number = abi.number(ofVector: VectorRegister(rawValue: rawValue)) else { continue }
      base[RegisterSlots.vectors + Int(rawValue)] = UInt8(number)
    }
  }

  private func name(_ register: Register, _ slot: Int) { base[Int(register.rawValue)] = UInt8(slot) }

  @inline(__always) subscript(register: Register) -> Int { Int(base[Int(register.rawValue)]) }
  @inline(__always) subscript(vector register: VectorRegister) -> Int {
    Int(base[RegisterSlots.vectors + Int(register.rawValue)])
  }

  /// Bit n: the set has register number n.
  func numbers(in set: RegisterSet) -> UInt32 {
    set.registers.reduce(0) { $0 | 1 << UInt32(self[$1]) }
  }
}
