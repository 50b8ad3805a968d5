/// Where something lies while a program is lowered: an offset in bytes from the start of its section, and in the top
/// bit which section that is. Cold code comes to lie behind hot code, so where it begins is known when the program is
/// whole.
enum CodePlace {
  /// The bit that says: in the cold section.
  static let cold: UInt32 = 1 << 31

  /// The offset from the start of the whole code, where cold code begins at `coldBase`.
  @inline(__always) static func offset(of place: UInt32, coldBase: UInt32) -> UInt32 {
    place & ~cold &+ place >> 31 &* coldBase
  }

  /// Whether `place` is `start` or lies behind it in the same section.
  @inline(__always) static func isPlace(_ place: UInt32, from start: UInt32) -> Bool {
    place ^ start < cold && place >= start
  }
}
