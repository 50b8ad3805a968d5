/// Where in a function the program is, read from top to bottom (IR rule S-P1).
struct FrameState {
  enum Place {
    /// No frame: at the start of a function, or in one that needs none.
    case outside
    case inFrame
    /// Behind `leave`, before the `ret` or jump that follows it.
    case left
    case inSubroutine
  }

  var place = Place.outside
  /// Of the frame, once entered: bytes that belong to the program, rounded up.
  var bytes = 0
  /// Of the frame, once entered: the numbers of the saved registers, upwards.
  var saved: UInt32 = 0

  /// A new function begins.
  mutating func begin() { self = FrameState() }

  mutating func enter(_ bytes: Int32, saving set: RegisterSet, abi: ABI) throws(Refusal) {
    guard place == .outside, bytes >= 0, Int(bytes) <= Target.maximumFrame, !set.isInvalid
    else { throw Refusal(.badFrame, UInt64(UInt32(bitPattern: bytes))) }
    var numbers = set.numbers
    for role in 0..<16 where set.roles >> UInt16(role) & 1 == 1 {
      guard let number = abi.number(of: .saved(role)) else {
        throw .noSuchRegister(.saved(role))
      }
      numbers |= 1 << UInt32(number)
    }
    for number in 0..<32 where numbers >> UInt32(number) & 1 == 1 {
      guard abi.savedRange.contains(number) else { throw Refusal(.badFrame, UInt64(number)) }
    }
    (place, saved) = (.inFrame, numbers)
    self.bytes = (Int(bytes) + 15) & ~15
  }

  mutating func leave() throws(Refusal) {
    guard place == .inFrame else { throw Refusal(.badFrame) }
    place = .left
  }

  /// `ret`: not inside a frame, not in a subroutine.
  mutating func ret() throws(Refusal) {
    guard place == .outside || place == .left else { throw Refusal(.badFrame) }
    jump()
  }

  /// Control does not reach the next instruction from this one: behind an exit the frame stands again.
  mutating func jump() {
    if place == .left { place = .inFrame }
  }

  /// A subroutine reaches until the next `subroutine` or `entry`.
  mutating func subroutine() throws(Refusal) {
    guard place != .left else { throw Refusal(.badFrame) }
    place = .inSubroutine
  }

  func fastRet() throws(Refusal) {
    guard place == .inSubroutine else { throw Refusal(.badFrame) }
  }

  /// A call: the stack must be aligned and the return address saved.
  func call() throws(Refusal) {
    guard place == .inFrame || place == .inSubroutine else { throw Refusal(.badFrame) }
  }
}
