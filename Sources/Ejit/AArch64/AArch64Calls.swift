extension AArch64 {
  /// `mov x16, target; blr x16` becomes `nop …; bl` (`br`: `b`) where 26 bits of words reach.
  static func shorten(_ site: CallSite, in copy: UnsafeMutableRawBufferPointer, at address: UInt64) {
    let last = Int(site.end) - 4
    let distance = Int64(bitPattern: site.target &- (address &+ UInt64(last)))
    guard distance % 4 == 0, let distance = Int(exactly: distance), let bits = Fixup.Form.imm26.bits(for: distance)
    else { return }
    for offset in stride(from: Int(site.start), to: last, by: 4) {
      copy.storeBytes(of: UInt32.nop.littleEndian, toByteOffset: offset, as: UInt32.self)
    }
    copy.storeBytes(of: ((site.isJump ? UInt32.b : .bl) | bits).littleEndian, toByteOffset: last, as: UInt32.self)
  }
}
