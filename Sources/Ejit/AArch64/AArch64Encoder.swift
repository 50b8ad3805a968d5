/// One machine instruction of AArch64 as its 32-bit word.
///
/// The bits stand as the manual draws them, high to low, a field a line; `field` puts them there. References are to
/// the Arm Architecture Reference Manual for A-profile (DDI 0487): C6.2 and C7.2 list the instructions by name.
extension UInt32 {
  /// `value` in bits `high…low`, as the manual writes `<high:low>`. It must fit.
  @inline(__always) static func field(_ value: UInt32, _ high: UInt32, _ low: UInt32) -> UInt32 {
    assert(value >> (high - low) < 2)
    return value &<< low
  }

  /// The same of a register's number.
  @inline(__always) static func field(_ x: X, _ high: UInt32, _ low: UInt32) -> UInt32 {
    field(UInt32(x.number), high, low)
  }
  @inline(__always) static func field(_ v: V, _ high: UInt32, _ low: UInt32) -> UInt32 {
    field(UInt32(v.number), high, low)
  }
}

extension Width {
  /// Bit 31 of most instructions: whether registers are read and written with 64 bits.
  var sf: UInt32 { self == .w64 ? 1 : 0 }
}
