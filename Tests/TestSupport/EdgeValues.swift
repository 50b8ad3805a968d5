import Ejit

/// Operands at which operations tend to go wrong.
public enum EdgeValues {
  /// 0, 1, −1, the extremes, every sign border of 8, 16, 32 and 64 bits and powers of two ± 1.
  public static let all: [UInt64] = {
    var values: [UInt64] = [0, 1, 2, 3, ~0, ~1, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210]
    for bit: UInt64 in [4, 7, 8, 11, 12, 15, 16, 24, 31, 32, 33, 47, 48, 62, 63] {
      let power: UInt64 = 1 << bit
      values += [power &- 1, power, power &+ 1, 0 &- power, ~power]
    }
    return unique(values)
  }()

  /// Those that tell 8, 16, 32 and 64 bits, signed and unsigned, apart.
  public static let some: [UInt64] = [
    0, 1, ~0, 0x7F, 0x80, 0x8000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0x7FFF_FFFF_FFFF_FFFF,
    0x8000_0000_0000_0000, 0x8000_0000_8000_0000, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210, 33, 64,
    0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_8000_0000,
  ]

  /// A handful, for long products.
  public static let few: [UInt64] = [
    0, 1, ~0, 0x8000_0000_0000_0000, 0x0123_4567_89AB_CDEF, 0x7FFF_FFFF_8000_0001, 35,
  ]

  /// Immediates at the borders of what machines encode: 8, 12, 12 << 12, 16 and 32 bits, signed and unsigned,
  /// bit masks, single 16-bit pieces and their inverses.
  public static let immediates: [UInt64] = {
    var values = all
    for border: Int64 in [0x7F, 0x80, 0xFF, 0xFFF, 0x1000, 0xFF_F000, 0x100_0000, 0xFFFF, 0x1_0000] {
      for value in [border - 1, border, border + 1, -border - 1, -border, -border + 1] {
        values.append(UInt64(bitPattern: value))
      }
    }
    values += [0x7FFF_FFFE, 0x8000_0001, 0xFFFF_FFFE, 0x1_0000_0001, 0xFFFF_FFFF_7FFF_FFFF, 0xFFFF_FFFF_8000_0001]
    values += [0x12345, 0x1234_5678, 0xABCD_0000, 0x1234_0000_0000, 0xFFFF_1234_FFFF_FFFF, 0x1234_5678_0000_9ABC]
    values += [0x5555_5555_5555_5555, 0x0F0F_0F0F_0F0F_0F0F, 0x00FF_00FF_00FF_00FF, 0xFF00_0000_0000_00FF]
    values += [0x5555_5555, 0x3C3C_3C3C, 0x8000_0001_8000_0001, 0x0000_FFFF_FFFF_0000, 0x7FE, 0xFFFF_FFFF_FFFF_0000]
    return unique(values)
  }()

  /// Displacements at the borders of 8, 9, 12 bits scaled by 1…8, 13 to 24 and 32 bits.
  public static let displacements: [Int32] = {
    var values: [Int32] = [0, 1, 2, 3, 4, 7, 8, 16]
    for border: Int32 in [127, 128, 255, 256, 4095, 4096, 8190, 16380, 32760, 32768, 65536, 1 << 24] {
      values += [border - 1, border, border + 1, -border - 1, -border, -border + 1]
    }
    // Not aligned, and with low twelve bits from all over.
    let odd: [Int32] = [0x1_2345, 0x1_2801, 0x1_2F01, -0x1_27FF, -0x1_20FF, 0x12_3457]
    return unique(values + odd + [.max, .min, .max - 7, .min + 1])
  }()

  /// Positions and lengths of bit fields: borders and bytes.
  public static func fields(_ width: Width) -> [(position: UInt8, length: UInt8)] {
    let bits = UInt8(width.bits)
    let points: [UInt8] = [0, 1, 2, 5, 7, 8, 15, 16, 24, 31, 32, 33, 48, 62, 63].filter { $0 < bits }
    var fields: [(UInt8, UInt8)] = []
    for position in points {
      for length in points + [3, 12, bits] where length > 0 && position + length <= bits {
        fields.append((position, length))
      }
      if position > 0 { fields.append((position, bits - position)) }
    }
    return fields
  }

  /// Each value once, in order.
  static func unique<T: Hashable>(_ values: [T]) -> [T] {
    var seen: Set<T> = []
    return values.filter { seen.insert($0).inserted }
  }
}
