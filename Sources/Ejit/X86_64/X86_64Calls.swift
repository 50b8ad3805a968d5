extension X86_64 {
  /// An instruction of 1 to 8 bytes that does nothing. SDM vol. 2, NOP, table 4-12.
  static func nop(_ length: Int) -> UInt64 {
    switch length {
    case 1: 0x90
    case 2: 0x9066
    case 3: 0x1F_0F
    case 4: 0x40_1F_0F
    case 5: 0x44_1F_0F
    case 6: 0x44_1F_0F66
    case 7: 0x80_1F_0F
    case _: 0x84_1F_0F
    }
  }

  /// Instructions that do nothing, `length` bytes in all, in as few as possible.
  static func nops(_ length: Int, into e: inout Emission) {
    e.code.reserve(length + maximumBytes)
    var rest = length
    while rest > 0 {
      let step = min(rest, 8)
      e.code.emit(nop(step), length: step)
      rest -= step
    }
  }

  /// `mov r11, target; call r11` becomes `nop; call rel32` — E8 cd, JMP: E9 cd — where 32 bits reach.
  static func shorten(_ site: CallSite, in copy: UnsafeMutableRawBufferPointer, at address: UInt64) {
    let distance = Int64(bitPattern: site.target &- (address &+ UInt64(site.end)))
    let padding = Int(site.end - site.start) - 5
    guard let distance = Int32(exactly: distance) else { return }
    let nop = nop(padding)
    for index in 0..<padding {
      copy[Int(site.start) + index] = UInt8(truncatingIfNeeded: nop >> UInt64(8 * index))
    }
    copy[Int(site.start) + padding] = site.isJump ? 0xE9 : 0xE8
    copy.storeBytes(of: distance.littleEndian, toByteOffset: Int(site.end) - 4, as: Int32.self)
  }
}
