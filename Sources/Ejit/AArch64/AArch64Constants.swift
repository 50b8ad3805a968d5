/// Constants in registers, in as few instructions as the forms below allow. Neutral to flags.
///
/// One to four of MOVZ, MOVN and MOVK; or ORR with a bitmask immediate, and MOVK for the quarters where the mask
/// differs from the constant.
extension AArch64 {
  /// `d = bits`.
  @inline(__always) static func move(_ d: X, _ bits: UInt64, into e: inout Emission) {
    if bits < 1 << 16 {
      e.code.emit32(.moveWide(.movz, .w64, d, UInt32(truncatingIfNeeded: bits), hw: 0))
    } else {
      moveLarge(d, bits, into: &e)
    }
  }

  @inline(never) private static func moveLarge(_ d: X, _ bits: UInt64, into e: inout Emission) {
    let zeros = zeroQuarters(of: bits)
    let ones = zeroQuarters(of: ~bits)
    if zeros >= 3 { return moveQuarters(.movz, .w64, d, bits, into: &e) }
    if ones >= 3 { return moveQuarters(.movn, .w64, d, bits, into: &e) }
    if bits >> 32 == 0 && (bits >> 16 == 0xFFFF || bits & 0xFFFF == 0xFFFF) {
      return moveQuarters(.movn, .w32, d, bits | ~0 << 32, into: &e)
    }
    if let immediate = BitmaskImmediate(bits) {
      return e.code.emit32(.logic(.orr, .w64, d, .zr, immediate))
    }
    if bits >> 32 == 0, let immediate = BitmaskImmediate(bits, .w32) {
      return e.code.emit32(.logic(.orr, .w32, d, .zr, immediate))
    }
    let most = max(zeros, ones)
    if most < 2, let (base, immediate) = mask(near: bits, missing: 3 - most) {
      e.code.emit32(.logic(.orr, .w64, d, .zr, immediate))
      for hw in 0..<4 where quarter(bits, hw) != quarter(base, hw) {
        e.code.emit32(.moveWide(.movk, .w64, d, quarter(bits, hw), hw: UInt32(hw)))
      }
      return
    }
    moveQuarters(ones > zeros ? .movn : .movz, .w64, d, bits, into: &e)
  }

  @inline(__always) private static func quarter(_ bits: UInt64, _ hw: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: bits &>> UInt64(hw &* 16) & 0xFFFF)
  }

  /// How many of the four quarters are zero. Adding 0x7FFF to the low fifteen bits of a quarter carries into its
  /// highest one unless they are zero.
  @inline(__always) private static func zeroQuarters(of bits: UInt64) -> Int {
    let low: UInt64 = 0x7FFF_7FFF_7FFF_7FFF
    let zeros = ~(((bits & low) &+ low) | bits | low)
    let sum = (zeros &>> 15) &* 0x0001_0001_0001_0001
    return Int(truncatingIfNeeded: sum &>> 48)
  }

  /// MOVZ or MOVN for the first quarter that needs one, MOVK for the others. Without a branch: each word is stored
  /// where the next one will be, unless it counts.
  private static func moveQuarters(
    _ op: UInt32.MoveWide, _ w: Width, _ d: X, _ bits: UInt64, into e: inout Emission
  ) {
    let fill: UInt32 = op == .movz ? 0 : 0xFFFF
    let start = e.code.count
    for hw in 0..<4 {
      let value = quarter(bits, hw)
      let first = UInt32.moveWide(op, w, d, value ^ fill, hw: UInt32(hw))
      let other = UInt32.moveWide(.movk, w, d, value, hw: UInt32(hw))
      let isFirst = e.code.count == start
      e.code[word: e.code.count] = isFirst ? first : other
      e.code.count &+= value == fill ? 0 : 4
    }
    if e.code.count == start { e.code.emit32(.moveWide(op, w, d, 0, hw: 0)) }
  }

  /// A bitmask immediate that differs from `bits` in fewer than `missing` quarters, best first: a half or a quarter
  /// repeated, or a run of ones that ends where two quarters suggest it.
  private static func mask(near bits: UInt64, missing: Int) -> (UInt64, BitmaskImmediate)? {
    var search = MaskSearch(bits: bits, limit: missing)
    let (low, high) = (bits & 0xFFFF_FFFF, bits >> 32)
    search.consider(low | low << 32)
    search.consider(high | high << 32)
    for hw in 0..<4 { search.consider(UInt64(quarter(bits, hw)) &* 0x0001_0001_0001_0001) }
    for start in 0..<4 {
      // 1…10…0: a run that begins here, at its lowest one.
      let value = quarter(bits, start)
      guard value != 0, (value | (value &- 1)) == 0xFFFF else { continue }
      let first = start &* 16 &+ value.trailingZeroBitCount
      for end in 0..<4 where end != start {
        // 0…01…1: a run that ends here, below its lowest zero; it may go round the end of the word.
        let value = quarter(bits, end)
        guard value & (value &+ 1) == 0 else { continue }
        let last = end &* 16 &+ (~value).trailingZeroBitCount
        let below: UInt64 = last == 64 ? .max : (1 &<< UInt64(last)) &- 1
        let above: UInt64 = ~0 &<< UInt64(first)
        search.consider(end > start ? above & below : above | below)
      }
    }
    return search.best
  }

  /// The candidate that differs from `bits` in the fewest quarters, below `limit`; the first of equals.
  private struct MaskSearch {
    let bits: UInt64
    var limit: Int
    var best: (UInt64, BitmaskImmediate)?

    mutating func consider(_ candidate: UInt64) {
      let difference = 4 - zeroQuarters(of: candidate ^ bits)
      guard difference < limit, let immediate = BitmaskImmediate(candidate) else { return }
      (limit, best) = (difference, (candidate, immediate))
    }
  }
}
