/// A general-purpose register by the machine's number; its 32-bit half, where an encoder is told so.
///
/// Number 31 is the zero register or the stack pointer, as each encoding says.
struct X: Equatable {
  let number: UInt8

  /// The frame pointer.
  static let x29 = X(number: 29)
  /// The link register.
  static let x30 = X(number: 30)
  /// Where an encoder says `Xn`: reads as zero, forgets what is written.
  static let zr = X(number: 31)
  /// Where an encoder says `Xn|SP`.
  static let sp = X(number: 31)

  // IP0 and IP1 (AAPCS64, 6.1.1) are the lowering's own: no program can name them.
  /// The first scratch register.
  static let x16 = X(number: 16)
  /// The second scratch register.
  static let x17 = X(number: 17)
}

/// A SIMD and floating-point register by the machine's number.
struct V: Equatable {
  let number: UInt8

  /// The lowering's own: no program can name it.
  static let v31 = V(number: 31)
}

extension X {
  /// The same number, where an encoder is told elsewhere that it is a floating-point register's.
  init(_ v: V) { number = v.number }
}

extension Emission {
  /// The machine register of a source.
  @inline(__always) func x(_ register: Register) throws(Refusal) -> X {
    let number = registers[register]
    if number > 30 { throw AArch64.refusal(of: register) }
    return X(number: number)
  }

  /// The machine register of a destination: inside a frame, not the frame pointer.
  @inline(__always) func xd(_ register: Register) throws(Refusal) -> X {
    let result = try x(register)
    if result == .x29 && frame.place != .outside { throw Refusal(.registerConflict, UInt64(register.rawValue)) }
    return result
  }

  /// The machine register of a base of addresses, which may be the stack pointer.
  @inline(__always) func xsp(_ register: Register) throws(Refusal) -> X {
    register == .sp ? .sp : try x(register)
  }

  /// The machine register of a floating-point operand.
  @inline(__always) func v(_ register: VectorRegister) throws(Refusal) -> V {
    let number = registers[vector: register]
    if number > 30 { throw .noSuchRegister(register) }
    return V(number: number)
  }
}

extension AArch64 {
  /// Why `register` is none that an op may use.
  @inline(never) static func refusal(of register: Register) -> Refusal {
    register == .sp ? Refusal(.stackPointerNotAllowed) : .noSuchRegister(register)
  }
}
