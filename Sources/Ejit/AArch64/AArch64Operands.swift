/// What ADD and SUB hold: twelve bits, as they are or shifted left by twelve. Arm ARM C6.2, ADD (immediate).
struct Immediate12 {
  let sh: UInt32
  let imm12: UInt32

  static let zero = Immediate12(sh: 0, imm12: 0)

  private init(sh: UInt32, imm12: UInt32) {
    self.sh = sh
    self.imm12 = imm12
  }

  init?(_ value: UInt64) {
    if value < 1 << 12 {
      self.init(sh: 0, imm12: UInt32(truncatingIfNeeded: value))
    } else if value & 0xFFF == 0 && value < 1 << 24 {
      self.init(sh: 1, imm12: UInt32(truncatingIfNeeded: value >> 12))
    } else {
      return nil
    }
  }

  /// Bits 0…11 of a value of 24 bits.
  static func low(of value: UInt64) -> Immediate12 {
    Immediate12(sh: 0, imm12: UInt32(truncatingIfNeeded: value & 0xFFF))
  }

  /// Bits 12…23 of a value of 24 bits.
  static func high(of value: UInt64) -> Immediate12 {
    Immediate12(sh: 1, imm12: UInt32(truncatingIfNeeded: value >> 12 & 0xFFF))
  }
}

/// What AND, ORR, EOR and TST hold: an element of 2, 4, 8, 16, 32 or 64 bits that is a rotated run of ones, neither
/// empty nor full, repeated up to the width. Arm ARM J1, aarch64/instrs/integer/bitmasks, DecodeBitMasks.
struct BitmaskImmediate: Equatable {
  let n: UInt32
  let immr: UInt32
  let imms: UInt32

  init?(_ bits: UInt64, _ w: Width) {
    let low = bits & 0xFFFF_FFFF
    self.init(w == .w64 ? bits : low | low << 32)
  }

  /// The decoder builds `ones` ones at bit 0 of an element, rotates it right by `immr` and repeats it. This undoes
  /// the steps: rotating back until a run of ones begins at bit 0 and a run of zeros ends at bit 63, whose lengths
  /// make the element, and then asking whether the element repeats.
  init?(_ bits: UInt64) {
    if bits == 0 || bits == .max { return nil }
    let rotation = (bits & (bits &+ 1)).trailingZeroBitCount & 63
    let normal = BitmaskImmediate.rotateRight(bits, rotation)
    let ones = (~normal).trailingZeroBitCount
    let size = ones &+ normal.leadingZeroBitCount
    if BitmaskImmediate.rotateRight(bits, size & 63) != bits { return nil }
    n = UInt32(truncatingIfNeeded: size &>> 6)
    immr = UInt32(truncatingIfNeeded: (0 &- rotation) & (size &- 1))
    // imms: the element's size as leading ones and a zero, then the length of the run less one.
    imms = UInt32(truncatingIfNeeded: ((0 &- size) &<< 1 | (ones &- 1)) & 0x3F)
  }

  private static func rotateRight(_ value: UInt64, _ count: Int) -> UInt64 {
    value &>> UInt64(truncatingIfNeeded: count) | value &<< UInt64(truncatingIfNeeded: 0 &- count)
  }
}

/// The displacement of a load or store that fits into it. Arm ARM C6.2, LDR (immediate) and LDUR.
enum Offset {
  /// In units of the access's size.
  case scaled(imm12: UInt32)
  /// In bytes.
  case unscaled(imm9: Int32)

  /// `displacement` bytes for an access of `1 << size` bytes.
  init?(_ displacement: Int64, size: UInt32) {
    let units = displacement &>> Int64(size)
    if units >= 0 && units < 1 << 12 && units &<< Int64(size) == displacement {
      self = .scaled(imm12: UInt32(truncatingIfNeeded: units))
    } else if displacement >= -256 && displacement < 256 {
      self = .unscaled(imm9: Int32(truncatingIfNeeded: displacement))
    } else {
      return nil
    }
  }
}

/// What a conditional instruction asks the flags. Raw value: as encoded; bit 0 inverts. Arm ARM C1.2.4, table C1-1.
enum ConditionCode: UInt32 {
  case eq = 0b0000
  case ne = 0b0001
  case hs = 0b0010
  case lo = 0b0011
  case mi = 0b0100
  case pl = 0b0101
  case vs = 0b0110
  case vc = 0b0111
  case hi = 0b1000
  case ls = 0b1001
  case ge = 0b1010
  case lt = 0b1011
  case gt = 0b1100
  case le = 0b1101

  /// What holds exactly when this does not.
  var inverted: ConditionCode { ConditionCode(rawValue: rawValue ^ 1) ?? self }

  /// C is the carry of an addition and the absence of a borrow.
  init(_ condition: Condition) {
    self =
      switch condition {
      case .eq: .eq
      case .ne: .ne
      case .slt: .lt
      case .sle: .le
      case .sgt: .gt
      case .sge: .ge
      case .ult, .borrow, .noCarry: .lo
      case .ule: .ls
      case .ugt: .hi
      case .uge, .noBorrow, .carry: .hs
      case .overflow: .vs
      case .noOverflow: .vc
      case .negative: .mi
      case .nonNegative: .pl
      }
  }
}
