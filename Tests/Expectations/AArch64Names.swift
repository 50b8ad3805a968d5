import Ejit

/// A register of AArch64 by number, and its two names; 31 is the zero register, 32 the stack pointer.
struct AArch64Register: Equatable {
  let number: Int

  var x: StaticString { AArch64Register.names64[number] }
  var w: StaticString { AArch64Register.names32[number] }
  subscript(width: Width) -> StaticString { width == .w64 ? x : w }
  /// The name at the size of what is stored or loaded without sign.
  subscript(type: MemoryType) -> StaticString { type.byteCount == 8 ? x : w }

  static let x16 = AArch64Register(number: 16)
  static let x17 = AArch64Register(number: 17)
  static let zr = AArch64Register(number: 31)
  static let sp = AArch64Register(number: 32)

  private static let names64: [StaticString] = [
    "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
    "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "xzr", "sp",
  ]
  private static let names32: [StaticString] = [
    "w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9", "w10", "w11", "w12", "w13", "w14", "w15", "w16", "w17",
    "w18", "w19", "w20", "w21", "w22", "w23", "w24", "w25", "w26", "w27", "w28", "w29", "w30", "wzr", "wsp",
  ]
}

extension Condition {
  /// As it is printed; carry is set by an addition that carries and by a subtraction that does not borrow.
  var aarch64: StaticString {
    switch self {
    case .eq: "eq"
    case .ne: "ne"
    case .slt: "lt"
    case .sle: "le"
    case .sgt: "gt"
    case .sge: "ge"
    case .ult, .noCarry, .borrow: "lo"
    case .ule: "ls"
    case .ugt: "hi"
    case .uge, .carry, .noBorrow: "hs"
    case .overflow: "vs"
    case .noOverflow: "vc"
    case .negative: "mi"
    case .nonNegative: "pl"
    }
  }
}

/// The constants of 64 bits that AND, ORR, EOR and TST hold, all 5334 of them, built as the manual describes them: a run
/// of ones, rotated, repeated.
enum Bitmasks {
  private static let all: Set<UInt64> = {
    var result: Set<UInt64> = []
    for size in [2, 4, 8, 16, 32, 64] {
      for ones in 1..<size {
        for rotation in 0..<size {
          var element: UInt64 = 0
          for bit in 0..<ones { element |= 1 << UInt64((bit + rotation) % size) }
          var whole: UInt64 = 0
          for place in stride(from: 0, to: 64, by: size) { whole |= element << UInt64(place) }
          result.insert(whole)
        }
      }
    }
    return result
  }()

  static func has(_ bits: UInt64, _ w: Width) -> Bool {
    all.contains(w == .w64 ? bits : (bits & 0xFFFF_FFFF) * 0x1_0000_0001)
  }
}
