import Ejit

/// What a program that shall be accepted must remember.
struct Order {
  /// Labels are below this.
  static let labelCount = 64

  /// One bit for each label that was used or bound.
  private(set) var used: UInt64 = 0
  private(set) var bound: UInt64 = 0

  enum Flags { case none, comparison, addition, borrowed }
  var flags = Flags.none

  enum Place { case outside, inFrame, inSubroutine }
  var place = Place.outside
  /// What `push` pushed and `pop` has not popped.
  var pushed: [RegisterSet] = []

  /// A label that something leads to.
  mutating func use(_ choice: UInt8) -> Label {
    used |= 1 << UInt64(choice & 63)
    return Label(UInt32(choice & 63))
  }

  /// A label that was not bound before; those that are used already come first. nil: all are bound.
  mutating func bindNext() -> Label? {
    let waiting = used & ~bound
    let candidates = waiting == 0 ? ~bound : waiting
    if candidates == 0 { return nil }
    let number = candidates.trailingZeroBitCount
    bound |= 1 << UInt64(number)
    return Label(UInt32(number))
  }

  /// Whether a label was used that is not bound.
  var isWaiting: Bool { used & ~bound != 0 }
}
