extension X86_64 {
  /// Instructions of 4, 5 and 8 bytes that do nothing. SDM vol. 2, NOP, table 4-12.
  private static func nop(_ length: Int) -> UInt64? {
    switch length {
    case 4: 0x00_40_1F_0F
    case 5: 0x00_00_44_1F_0F
    case 8: 0x84_1F_0F
    case _: nil
    }
  }

  /// `mov r11, target; call r11` becomes `nop; call rel32` — E8 cd — where 32 bits reach.
  static func shorten(_ site: CallSite, in copy: UnsafeMutableRawBufferPointer, at address: UInt64) {
    let distance = Int64(bitPattern: site.target &- (address &+ UInt64(site.end)))
    let padding = Int(site.end - site.start) - 5
    guard let distance = Int32(exactly: distance), let nop = nop(padding) else { return }
    for index in 0..<padding {
      copy[Int(site.start) + index] = UInt8(truncatingIfNeeded: nop >> UInt64(8 * index))
    }
    copy[Int(site.start) + padding] = 0xE8
    copy.storeBytes(of: distance.littleEndian, toByteOffset: Int(site.end) - 4, as: Int32.self)
  }
}
