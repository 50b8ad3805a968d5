/// Frames: return address and frame pointer lowest, where x29 points, then the saved registers by pairs; below
/// them the program's own bytes, from `sp` up. AAPCS64, 6.4.6, The frame pointer.
extension AArch64 {
  static func enter(_ bytes: Int32, _ saving: RegisterSet, into e: inout Emission) throws(Refusal) {
    try e.frame.enter(bytes, saving: saving, abi: e.target.abi)
    e.code.emit32(.pair(load: false, .x29, .x30, .sp, -recordBytes(e), .preIndexed))
    e.code.emit32(.addSub(.add, .w64, .x29, .sp, .zero))
    moveSaved(load: false, into: &e)
    if e.frame.bytes > 0 { add(.w64, .sp, .sp, 0 &- UInt64(e.frame.bytes), into: &e) }
  }

  /// Starts from x29, so that it does not matter how far the program has moved `sp`.
  static func leave(into e: inout Emission) throws(Refusal) {
    try e.frame.leave()
    e.code.emit32(.addSub(.add, .w64, .sp, .x29, .zero))
    moveSaved(load: true, into: &e)
    e.code.emit32(.pair(load: true, .x29, .x30, .sp, recordBytes(e), .postIndexed))
  }

  /// x29, x30 and the saved registers, in pairs.
  private static func recordBytes(_ e: borrowing Emission) -> Int {
    16 + (e.frame.saved.nonzeroBitCount + 1) / 2 * 16
  }

  private static func moveSaved(load: Bool, into e: inout Emission) {
    var rest = e.frame.saved
    var offset = 16
    while rest != 0 {
      let first = takeLowest(of: &rest)
      if rest == 0 {
        let access = load ? UInt32.Access.load(.u64) : .store(.u64)
        e.code.emit32(.access(access, first, .sp, .scaled(imm12: UInt32(offset / 8))))
      } else {
        e.code.emit32(.pair(load: load, first, takeLowest(of: &rest), .sp, offset))
      }
      offset += 16
    }
  }

  private static func takeLowest(of set: inout UInt32) -> X {
    let number = UInt8(truncatingIfNeeded: set.trailingZeroBitCount)
    set &= set &- 1
    return X(number: number)
  }
}
