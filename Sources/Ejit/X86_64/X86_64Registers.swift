/// A general-purpose register by the machine's number. SDM vol. 2, table 2-2.
struct GPR: Equatable {
  let number: UInt8

  /// Bits 0…2, which stand in ModRM, SIB or the opcode.
  var low: UInt8 { number & 7 }
  /// Bit 3, which stands in REX or VEX.
  var high: UInt8 { number >> 3 }
  /// Whether its low byte can be named only with a REX prefix: spl, bpl, sil, dil. SDM vol. 2, table 3-1.
  var needsREXForByte: Bool { number >= 4 && number < 8 }

  static let rax = GPR(number: 0)
  static let rcx = GPR(number: 1)
  static let rdx = GPR(number: 2)
  static let rbx = GPR(number: 3)
  static let rsp = GPR(number: 4)
  static let rbp = GPR(number: 5)
  /// The lowering's own: no program can name it.
  static let scratch = GPR(number: 11)
}

/// A vector register by the machine's number: xmm0 … xmm15.
struct XMM: Equatable {
  let number: UInt8

  /// The general register with this number: what ModRM, REX and VEX hold does not say of which kind it is.
  var field: GPR { GPR(number: number) }

  /// What stands in `vvvv` where there is no operand.
  static let none = XMM(number: 0)
}

extension Emission {
  /// The lowering's own vector register: no program can name it.
  @inline(__always) var vectorScratch: XMM { XMM(number: registers.vectorScratch) }

  /// The machine register of a vector register, source or destination.
  func xmm(_ register: VectorRegister) throws(Refusal) -> XMM {
    let number = registers[vector: register]
    if number == RegisterMap.invalid { throw .noSuchRegister(register) }
    return XMM(number: number)
  }

  /// The machine register of a source.
  @inline(__always) func gpr(_ register: Register) throws(Refusal) -> GPR {
    let number = registers[register]
    if number == RegisterMap.stackPointer { throw Refusal(.stackPointerNotAllowed) }
    if number == RegisterMap.invalid { throw .noSuchRegister(register) }
    return GPR(number: number)
  }

  /// The machine register of a destination: inside a frame, not the frame pointer.
  @inline(__always) func destination(_ register: Register) throws(Refusal) -> GPR {
    let result = try gpr(register)
    if frame.place != .outside && result == .rbp { throw Refusal(.registerConflict, UInt64(register.rawValue)) }
    return result
  }

  /// The machine register of a base of addresses, which may be the stack pointer.
  @inline(__always) func base(_ register: Register) throws(Refusal) -> GPR {
    register == .sp ? .rsp : try gpr(register)
  }
}
