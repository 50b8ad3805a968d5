import Ejit

/// Numbers at which floating-point operations tend to go wrong, as bits.
public enum FloatInputs {
  /// Those of a width: at least 64. A `Float` has other bits above it.
  public static func special(_ width: Width) -> [UInt64] { width == .w64 ? doubles : singles }

  /// Those of them whose pairs are told apart by operations that take two: at least 64.
  public static func paired(_ width: Width) -> [UInt64] { width == .w64 ? pairedDoubles : pairedSingles }

  /// A few of them, for operations that take three.
  public static func few(_ width: Width) -> [UInt64] { width == .w64 ? fewDoubles : fewSingles }

  /// Those of a type.
  public static func special(_ type: FloatType) -> [UInt64] { type == .f64 ? doubles : singles }

  private static let doubles: [UInt64] = signed(positiveDoubles.map(\.bitPattern) + oddDoubles, 1 << 63)
  private static let singles: [UInt64] = garbled(
    signed((positiveSingles.map(\.bitPattern) + oddSingles).map(UInt64.init), 1 << 31), above: 32)

  /// All numbers of 16 bits that differ from others in what happens to them.
  public static let halves: [UInt64] = garbled(
    signed(
      [
        0, 1, 2, 3, 0x1FF, 0x200, 0x201, 0x3FF, 0x400, 0x401, 0x3555, 0x3800, 0x3BFF, 0x3C00, 0x3C01, 0x3E00, 0x4000,
        0x4248, 0x6400, 0x6BFF, 0x77FF, 0x7BFE, 0x7BFF, 0x7C00, 0x7C01, 0x7CAA, 0x7DFF, 0x7E00, 0x7E01, 0x7F55, 0x7FFF,
      ], 1 << 15), above: 16)

  private static let positiveDoubles: [Double] = [
    0, 0x1p-1074, 0x1p-1073, 0x1p-1022, 0x1.0000000000001p-1022, 0x1p-150, 0x1.0000001p-150,
    0x1p-149, 0x1.8p-149, 0x0.ffffff8p-126, 0x1p-126, 0x1p-52, 0x1p-53, 0.1, 0.25, 0x1.fffffffffffffp-2, 0.5,
    0x1.0000000000001p-1, 0x1.fffffffffffffp-1, 1, 0x1.0000000000001p0, 0x1.7ffffffffffffp0, 1.5, 0x1.8000000000001p0,
    2, 2.5, 3, 3.5, 0x1.921fb54442d18p1, 127.5, 255, 32767.5, 65504, 65520, 8388607.5, 8388608.5, 16_777_215,
    16_777_216, 16_777_217, 2_147_483_646.5, 2_147_483_647, 2_147_483_647.5, 2_147_483_648, 2_147_483_648.5,
    2_147_483_649, 4_294_967_294.5, 4_294_967_295, 4_294_967_295.5, 4_294_967_296, 0x1p51, 0x1.0000000000001p51,
    0x1.0000000000002p51, 0x1.0000000000003p51, 0x1.fffffffffffffp51, 0x1p52, 0x1.0000000000001p52,
    9_007_199_254_740_991, 9_007_199_254_740_992, 9_007_199_254_740_994, 0x1p62, 0x1.fffffffffffffp62, 0x1p63,
    0x1.0000000000001p63, 0x1.fffffffffffffp63, 0x1p64, 0x1.0000000000001p64, 1e100, 0x1.fffffep127, 0x1.ffffff0p127,
    0x1.fffffefffffffp127, 0x1p128, 0x1p1022, 0x1.ffffffffffffep1023, 0x1.fffffffffffffp1023, .infinity,
  ]
  /// The largest subnormal numbers, and NaN of both kinds.
  private static let oddDoubles: [UInt64] = [
    3, 0x000F_FFFF_FFFF_FFFF,
    0x7FF8_0000_0000_0000, 0x7FF8_0000_0000_0001, 0x7FFC_5555_AAAA_1234, 0x7FFF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0001,
    0x7FF0_0000_2000_0000, 0x7FF4_1234_5678_9ABC, 0x7FF7_FFFF_FFFF_FFFF,
  ]
  private static let positiveSingles: [Float] = [
    0, 0x1p-149, 0x1p-148, 0x1p-126, 0x1.000002p-126, 0x1p-26, 0x1p-25, 0x1.000002p-25, 0x1.8p-25,
    0x1p-24, 0x1.8p-24, 0x1.4p-23, 0x1.ff8p-15, 0x1.ffcp-15, 0x1.ffep-15, 0x1p-14, 0x1p-23, 0.1, 0.25, 0x1.fffffep-2,
    0.5, 0x1.000002p-1, 0x1.fffffep-1, 1, 0x1.000002p0, 0x1.002p0, 0x1.006p0, 0x1.7ffffep0, 1.5, 0x1.800002p0, 2, 2.5,
    3,
    3.5, 0x1.921fb6p1, 127.5, 255, 2047.5, 2049, 2051, 32767.5, 65504, 65519, 0x1.ffdffep15, 65520, 65536, 4_194_303.5,
    4_194_304.5, 8_388_606.5, 8_388_607.5, 8_388_608, 8_388_609, 16_777_215, 16_777_216, 16_777_218, 0x1.fffffep30,
    0x1p31, 0x1.000002p31, 0x1.fffffep31, 0x1p32, 0x1.000002p32, 0x1p53, 0x1p62, 0x1.fffffep62, 0x1p63, 0x1.000002p63,
    0x1.fffffep63, 0x1p64, 0x1.000002p64, 1e30, 0x1p126, 0x1.fffffcp127, 0x1.fffffep127, .infinity,
  ]
  private static let oddSingles: [UInt32] = [
    3, 0x007F_FFFF,
    0x7FC0_0000, 0x7FC0_0001, 0x7FE5_5AAA, 0x7FFF_FFFF, 0x7F80_0001, 0x7F80_2000, 0x7FA1_2345, 0x7FBF_FFFF,
  ]

  private static let pairedDoubles = signed(
    [
      0, 0x1p-1074, 0x1p-1022, 0x1p-537, 0x1p-54, 0x1p-53, 0.1, 0x1.fffffffffffffp-2, 0.5,
      0x1.fffffffffffffp-1, 1, 0x1.0000000000001p0, 1.5, 2, 3, 0x1.921fb54442d18p1, 16_777_215, 16_777_216, 16_777_217,
      2_147_483_647.5, 2_147_483_648, 4_294_967_296, 9_007_199_254_740_991, 9_007_199_254_740_992,
      9_007_199_254_740_994, 0x1p63, 0x1p64, 0x1p512, 0x1.fffffffffffffp1022, 0x1.fffffffffffffp1023, .infinity,
    ].map { (value: Double) in value.bitPattern } + [
      0x000F_FFFF_FFFF_FFFF, 0x7FF8_0000_0000_0000, 0x7FFC_5555_AAAA_1234, 0x7FF4_1234_5678_9ABC,
    ],
    1 << 63)
  private static let pairedSingles = garbled(
    signed(
      [
        0, 0x1p-149, 0x1p-126, 0x1p-75, 0x1p-25, 0x1p-24, 0.1, 0x1.fffffep-2, 0.5, 0x1.fffffep-1, 1,
        0x1.000002p0, 1.5, 2, 3, 0x1.921fb6p1, 8_388_607.5, 8_388_609, 16_777_215, 16_777_216, 16_777_218, 0x1p31,
        0x1p32, 0x1p53, 0x1p63, 0x1p64, 1e30, 0x1p102, 0x1.fffffep126, 0x1.fffffep127, .infinity,
      ].map { (value: Float) in UInt64(value.bitPattern) } + [0x007F_FFFF, 0x7FC0_0000, 0x7FE5_5AAA, 0x7FA1_2345],
      1 << 31),
    above: 32)

  private static let fewDoubles: [UInt64] =
    [
      0, -0.0, 0x1p-1074, 0x1p-1022, 0x1p-537, 0.1, -1, 0x1.0000000000001p0,
      -0x1.0000000000001p0, 0x1.fffffffffffffp0, 3, -0x1p53, 0x1p106, 0x1.0000001p0, 0x1.fffffffp-30, 0x1p512,
      -0x1.fffffffffffffp1023, .infinity, -.infinity,
    ].map { (value: Double) in value.bitPattern } + [
      0x800F_FFFF_FFFF_FFFF, 0x7FF8_0000_0000_0001, 0xFFF4_1234_5678_9ABC,
    ]
  private static let fewSingles: [UInt64] = garbled(
    [
      0, -0.0, 0x1p-149, 0x1p-126, 0x1p-75, 0.1, -1, 0x1.000002p0, -0x1.000002p0, 0x1.fffffep0, 3,
      -0x1p24, 0x1p48, 0x1.002p0, 0x1.ffep-12, 0x1p64, -0x1.fffffep127, .infinity, -.infinity,
    ].map { (value: Float) in UInt64(value.bitPattern) } + [0x807F_FFFF, 0x7FC0_0001, 0xFFA1_2345], above: 32)

  private static func signed(_ values: [UInt64], _ sign: UInt64) -> [UInt64] { values + values.map { $0 | sign } }

  /// With bits `above` that must not count.
  private static func garbled(_ values: [UInt64], above count: UInt64) -> [UInt64] {
    values.enumerated().map { index, value in value | (index % 3 == 0 ? 0 : 0xC3D2_E1F0_A596_8778) << count }
  }
}
