/// The few vector instructions that work on the bits of scalar numbers. Arm ARM C4.1, Advanced SIMD.
extension UInt32 {
  /// `MOVI Dd, #0` — C7.2, MOVI: 64 bits, each byte all ones or zero.
  static func zero(_ d: V) -> UInt32 { immediate(op: 1, cmode: 0b1110, imm8: 0, d) }

  /// `MOVI Vd.2S, #0x80, LSL #24`: the sign of 32 bits — C7.2, MOVI.
  static func sign32(_ d: V) -> UInt32 { immediate(op: 0, cmode: 0b0110, imm8: 0x80, d) }

  /// One of 8 or 4 bytes in 64 bits — C4.1, Advanced SIMD modified immediate.
  private static func immediate(op: UInt32, cmode: UInt32, imm8: UInt32, _ d: V) -> UInt32 {
    field(0, 30, 30)  // Q
      | field(op, 29, 29)
      | field(0b0111100000, 28, 19)
      | field(imm8 >> 5, 18, 16)  // abc
      | field(cmode, 15, 12)
      | field(0b01, 11, 10)
      | field(imm8 & 31, 9, 5)  // defgh
      | field(d, 4, 0)
  }

  /// Choices bit by bit. Raw value: size.
  enum BitChoice: UInt32 {
    /// `d ? n : m`, the old `d`.
    case bsl = 0b01
    /// `m ? n : d`.
    case bit = 0b10
    /// `m ? d : n`.
    case bif = 0b11
  }

  /// `op Vd.8B, Vn.8B, Vm.8B` — C7.2, BSL, BIT, BIF.
  static func choose(_ op: BitChoice, _ d: V, _ n: V, _ m: V) -> UInt32 {
    field(0b0_0_1_01110, 31, 24)
      | field(op.rawValue, 23, 22)  // size
      | field(1, 21, 21)
      | field(m, 20, 16)
      | field(0b00011_1, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// Shifts of 64 bits by a constant. Raw value: U and opcode.
  enum VectorShift: UInt32 {
    case shl = 0b0_01010
    case ushr = 0b1_00000
    /// To the left; the bits that come in below stay what they were.
    case sli = 0b1_01010
    /// To the right; the bits that come in above stay what they were.
    case sri = 0b1_01000

    fileprivate var isLeft: Bool { self == .shl || self == .sli }
  }

  /// `op Dd, Dn, #count` — C7.2, SHL, USHR, SLI, SRI (scalar). Left by 0…63, right by 1…64.
  static func shift(_ op: VectorShift, _ d: V, _ n: V, _ count: UInt32) -> UInt32 {
    field(0b01, 31, 30)
      | field(op.rawValue >> 5, 29, 29)  // U
      | field(0b111110, 28, 23)
      | field(op.isLeft ? 64 + count : 128 - count, 22, 16)  // immh, immb
      | field(op.rawValue & 31, 15, 11)
      | field(1, 10, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }
}
