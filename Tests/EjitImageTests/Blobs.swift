/// AArch64 functions. Words and comments are llvm-objdump's reading of what clang assembled.
enum Blob {
  /// x0 + … + x7, and 7.
  static let sumOfEight: [UInt32] = [
    0x8B01_0000,  // add x0, x0, x1
    0x8B03_0042,  // add x2, x2, x3
    0x8B05_0084,  // add x4, x4, x5
    0x8B07_00C6,  // add x6, x6, x7
    0x8B02_0000,  // add x0, x0, x2
    0x8B06_0084,  // add x4, x4, x6
    0x8B04_0000,  // add x0, x0, x4
    0xD280_00E1,  // mov x1, #7
    0xD65F_03C0,  // ret
  ]

  /// d0 + d7, and that times d6.
  static let floats: [UInt32] = [
    0x1E67_2800,  // fadd d0, d0, d7
    0x1E66_0801,  // fmul d1, d0, d6
    0xD65F_03C0,  // ret
  ]

  /// The sum of the x1 bytes at x0.
  static let byteSum: [UInt32] = [
    0xD280_0002,  // mov x2, #0
    0x3840_1403,  // ldrb w3, [x0], #1
    0x8B03_0042,  // add x2, x2, x3
    0xF100_0421,  // subs x1, x1, #1
    0x54FF_FFA1,  // b.ne -12
    0xAA02_03E0,  // mov x0, x2
    0xD65F_03C0,  // ret
  ]

  /// Sets the x2 bytes at x0 to x1.
  static let fill: [UInt32] = [
    0x3800_1401,  // strb w1, [x0], #1
    0xF100_0442,  // subs x2, x2, #1
    0x54FF_FFC1,  // b.ne -8
    0xD65F_03C0,  // ret
  ]

  /// Destroys x18, x19, x28, x29, d8 and d15, and leaves the stack 16 bytes lower.
  static let careless: [UInt32] = [
    0xD280_0033,  // mov x19, #1
    0xD280_003C,  // mov x28, #1
    0xD280_0032,  // mov x18, #1
    0x2F00_E408,  // movi d8, #0
    0x1E6E_100F,  // fmov d15, #1.0
    0xD100_43FF,  // sub sp, sp, #16
    0xD280_003D,  // mov x29, #1
    0xD65F_03C0,  // ret
  ]

  /// Uses x19 and x20 and restores them.
  static let careful: [UInt32] = [
    0xA9BF_53F3,  // stp x19, x20, [sp, #-16]!
    0xD280_0033,  // mov x19, #1
    0xD280_0054,  // mov x20, #2
    0xA8C1_53F3,  // ldp x19, x20, [sp], #16
    0xD65F_03C0,  // ret
  ]

  /// Returns x1 after storing it at x0.
  static let store: [UInt32] = [
    0xF900_0001,  // str x1, [x0]
    0xD65F_03C0,  // ret
  ]

  static let undefined: [UInt32] = [0x0000_0000]  // udf #0
  static let breakpoint: [UInt32] = [0xD420_0020]  // brk #1
  static let endless: [UInt32] = [0x1400_0000]  // b #0
  static let jump: [UInt32] = [0xD61F_0000]  // br x0
  static let nop: UInt32 = 0xD503_201F  // nop

  /// Calls itself until the stack is full.
  static let recursive: [UInt32] = [
    0xA9BF_7BFD,  // stp x29, x30, [sp, #-16]!
    0x97FF_FFFF,  // bl -4
  ]
}

extension [UInt32] {
  /// The words as bytes, little-endian.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 4)
    for word in self { Swift.withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
    return bytes
  }
}
