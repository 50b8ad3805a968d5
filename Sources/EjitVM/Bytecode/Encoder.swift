/// Writes what `Decoder` reads.
extension [UInt8] {
  /// The shortest LEB128 of a number that is not negative.
  mutating func append(number: Int) {
    var rest = UInt64(number)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// The shortest signed LEB128.
  mutating func append(integer: Int64) {
    var rest = integer
    // What is left is the sign of the last byte's bit 6.
    while !(-64..<64).contains(rest) {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest) & 0x7F)
  }

  /// Signed LEB128 in 4 bytes; the distance has 28 bits.
  mutating func append(distance: Int) {
    append(contentsOf: [UInt8](distance: distance))
  }

  init(distance: Int) {
    self = (0..<4).map { UInt8(truncatingIfNeeded: distance >> (7 * $0)) & 0x7F | ($0 < 3 ? 0x80 : 0) }
  }
}
