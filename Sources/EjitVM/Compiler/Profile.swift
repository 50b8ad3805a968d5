/// The types that were seen where the code does not say them, for each function and word: bit n for the tag n.
struct Profile {
  struct Place: Hashable {
    var function: Int
    var word: Int
  }

  private var seen: [Place: UInt16] = [:]
  /// How often it has changed.
  private(set) var version = 0

  /// The one type seen, if it is one; nil: none or several.
  func tag(_ function: Int, _ word: Int) -> Tag? {
    let bits = tags(function, word)
    return bits.nonzeroBitCount == 1 ? Tag(rawValue: UInt64(bits.trailingZeroBitCount)) : nil
  }

  func tags(_ function: Int, _ word: Int) -> UInt16 { seen[Place(function: function, word: word)] ?? 0 }

  mutating func add(_ tag: Tag, _ function: Int, _ word: Int) { add(1 << UInt16(tag.rawValue), function, word) }

  /// Several at once: bit n for the tag n.
  mutating func add(_ tags: UInt16, _ function: Int, _ word: Int) {
    let known = self.tags(function, word)
    guard known | tags != known else { return }
    seen[Place(function: function, word: word)] = known | tags
    version += 1
  }

  mutating func forget(_ function: Int) {
    seen = seen.filter { $0.key.function != function }
    version += 1
  }

  mutating func forget(_ place: Place) {
    seen[place] = nil
    version += 1
  }
}
