/// A memory operand: `[base + index << shift + displacement]`; without base an absolute, sign-extended 32-bit
/// address, or a distance from the end of the instruction.
struct Memory {
  var base: GPR?
  var index: GPR?
  var shift: UInt8 = 0
  var displacement: Int32
  var isRelative = false

  /// `[rip + distance]`, the distance empty.
  static let relative = Memory(relative: 0)

  init(relative distance: Int32) { (displacement, isRelative) = (distance, true) }
  init(_ base: GPR, _ displacement: Int32 = 0) {
    (self.base, self.displacement) = (base, displacement)
  }
  init(_ base: GPR, _ index: GPR, shift: UInt8 = 0, _ displacement: Int32 = 0) {
    (self.base, self.index, self.shift, self.displacement) = (base, index, shift, displacement)
  }
  init(absolute: Int32) { displacement = absolute }
}

/// Operations that share one encoding. Raw value: row of the opcode map. SDM vol. 2, table A-2.
enum ALU: UInt8 { case add, or, adc, sbb, and, sub, xor, cmp }

/// Shifts and rotations. Raw value: the opcode extension of group 2. SDM vol. 2, table A-6.
enum ShiftOp: UInt8 { case rol = 0, ror = 1, shl = 4, shr = 5, sar = 7 }

/// One-operand operations. Raw value: the opcode extension of group 3. SDM vol. 2, table A-6.
enum UnaryOp: UInt8 { case not = 2, neg = 3, mul = 4, imul = 5, div = 6, idiv = 7 }

extension Condition {
  /// The condition code `cc` of Jcc, SETcc and CMOVcc. SDM vol. 1, appendix B.
  @inlinable var code: UInt8 {
    switch self {
    case .overflow: 0x0
    case .noOverflow: 0x1
    case .ult, .carry, .borrow: 0x2
    case .uge, .noCarry, .noBorrow: 0x3
    case .eq: 0x4
    case .ne: 0x5
    case .ule: 0x6
    case .ugt: 0x7
    case .negative: 0x8
    case .nonNegative: 0x9
    case .slt: 0xC
    case .sge: 0xD
    case .sle: 0xE
    case .sgt: 0xF
    }
  }
}

extension MemoryOperation {
  /// The row of the opcode map.
  var alu: ALU {
    switch self {
    case .add: .add
    case .sub: .sub
    case .and: .and
    case .or: .or
    case .xor: .xor
    }
  }
}

extension MemoryType {
  /// The width of the instruction that accesses it: REX.W for 64 bits, no prefix for 8 and 32.
  var width: Width { byteCount == 8 ? .w64 : .w32 }
  /// The prefix that makes 16 bits of 32; 0: none. SDM vol. 2, §2.1.1, operand-size override.
  var prefix: UInt8 { byteCount == 2 ? 0x66 : 0 }
  /// The same size without sign.
  var unsigned: MemoryType {
    switch self {
    case .u8, .s8: .u8
    case .u16, .s16: .u16
    case .u32, .s32: .u32
    case .u64, .s64: .u64
    }
  }
}
