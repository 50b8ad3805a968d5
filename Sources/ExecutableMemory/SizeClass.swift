/// Lengths that are close together share a list of free ranges.
///
/// Lengths below 16 have a class each; above, every power of two is divided into 16 equal classes. So any range of
/// a higher class is long enough, and those of the own class nearly are.
struct SizeClass {
  /// Lengths are below 2³².
  static let count = 16 + 28 * 16

  let index: Int

  /// The class of a length of at least 1.
  init(of length: UInt32) {
    let exponent = max(0, 27 - length.leadingZeroBitCount)  // 16…31 → 0, 32…63 → 1
    index = exponent << 4 + Int(length >> UInt32(exponent))
  }

  init(index: Int) { self.index = index }
}

/// The classes whose list is not empty.
struct SizeClassSet {
  private var words: [8 of UInt64] = .init(repeating: 0)
  /// One bit for each word that is not zero.
  private var filled: UInt8 = 0

  mutating func insert(_ element: SizeClass) {
    words[element.index >> 6] |= 1 << UInt64(element.index & 63)
    filled |= 1 << UInt8(element.index >> 6)
  }

  mutating func remove(_ element: SizeClass) {
    words[element.index >> 6] &= ~(1 << UInt64(element.index & 63))
    if words[element.index >> 6] == 0 { filled &= ~(1 << UInt8(element.index >> 6)) }
  }

  /// The lowest member above `lower`.
  func next(above lower: SizeClass) -> SizeClass? {
    let first = lower.index + 1
    guard first < SizeClass.count else { return nil }
    var word = first >> 6
    var bits = words[word] & ~0 << UInt64(first & 63)
    if bits == 0 {
      let higher = filled & ~0 << UInt8(word + 1)
      if higher == 0 { return nil }
      word = higher.trailingZeroBitCount
      bits = words[word]
    }
    return SizeClass(index: word << 6 + bits.trailingZeroBitCount)
  }
}
