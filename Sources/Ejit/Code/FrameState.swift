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
  /// Of the frame, once entered: how many vector registers it saves.
  var vectors = 0

  /// Bytes pushed and not yet popped, and the most that ever were. Behind an exit nobody knows how many there are: it is
  /// reached from some place above.
  private var pushed = 0
  private var deepest = 0
  private var isPushedKnown = true

  /// A new function begins.
  mutating func begin() { self = FrameState() }

  mutating func enter(_ bytes: Int32, saving set: RegisterSet, vectors: UInt8, abi: ABI) throws(Refusal) {
    guard place == .outside, bytes >= 0, Int(bytes) <= Target.maximumFrame, !set.isInvalid
    else { throw Refusal(.badFrame, UInt64(UInt32(bitPattern: bytes))) }
    let numbers = try FrameState.numbers(of: set, abi)
    for number in 0..<32 where numbers >> UInt32(number) & 1 == 1 {
      guard abi.savedRange.contains(number) else { throw Refusal(.badFrame, UInt64(number)) }
    }
    if vectors > abi.savedVectorRange.count {
      throw Refusal(.noSuchRegister, UInt64(VectorRegister.saved(Int(vectors) - 1).rawValue))
    }
    (place, saved, self.vectors) = (.inFrame, numbers, Int(vectors))
    self.bytes = (Int(bytes) + 15) & ~15
  }

  /// The numbers of a set of registers; one that the convention lacks is refused.
  static func numbers(of set: RegisterSet, _ abi: ABI) throws(Refusal) -> UInt32 {
    if set.isInvalid { throw Refusal(.badFrame) }
    var numbers: UInt32 = 0
    for bit in 0..<32 {
      if set.numbers >> UInt32(bit) & 1 == 1 {
        guard abi.number(of: Register(bit)) != nil else { throw .noSuchRegister(Register(bit)) }
        numbers |= 1 << UInt32(bit)
      }
      if set.roles >> UInt32(bit) & 1 == 1 {
        guard let number = abi.number(of: RegisterSet.role(bit)) else { throw .noSuchRegister(RegisterSet.role(bit)) }
        numbers |= 1 << UInt32(number)
      }
    }
    return numbers
  }

  /// `push`: the numbers, and the bytes that the stack pointer moves by.
  mutating func push(_ set: RegisterSet, abi: ABI) throws(Refusal) -> (numbers: UInt32, bytes: Int) {
    guard place == .inFrame || place == .inSubroutine else { throw Refusal(.badFrame) }
    let numbers = try FrameState.numbers(of: set, abi)
    let bytes = (numbers.nonzeroBitCount * 8 + 15) & ~15
    pushed += bytes
    deepest = max(deepest, pushed)
    return (numbers, bytes)
  }

  /// `pop`: the numbers, and the bytes that the stack pointer moves by.
  mutating func pop(_ set: RegisterSet, abi: ABI) throws(Refusal) -> (numbers: UInt32, bytes: Int) {
    guard place == .inFrame || place == .inSubroutine else { throw Refusal(.badFrame) }
    let numbers = try FrameState.numbers(of: set, abi)
    let bytes = (numbers.nonzeroBitCount * 8 + 15) & ~15
    guard bytes <= (isPushedKnown ? pushed : deepest) else { throw Refusal(.badFrame) }
    pushed = max(pushed - bytes, 0)
    return (numbers, bytes)
  }

  mutating func leave() throws(Refusal) {
    guard place == .inFrame, pushed == 0 || !isPushedKnown else { throw Refusal(.badFrame) }
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
    isPushedKnown = deepest == 0
  }

  /// A subroutine reaches until the next `subroutine` or `entry`.
  mutating func subroutine() throws(Refusal) {
    guard place != .left, pushed == 0 || !isPushedKnown else { throw Refusal(.badFrame) }
    (place, pushed, deepest, isPushedKnown) = (.inSubroutine, 0, 0, true)
  }

  mutating func fastRet() throws(Refusal) {
    guard place == .inSubroutine, pushed == 0 || !isPushedKnown else { throw Refusal(.badFrame) }
    isPushedKnown = deepest == 0
  }

  /// An argument on the stack is read: it is found from the frame pointer.
  func argument() throws(Refusal) {
    guard place == .inFrame else { throw Refusal(.badFrame) }
  }

  /// A call: the stack must be aligned and the return address saved.
  func call() throws(Refusal) {
    guard place == .inFrame || place == .inSubroutine else { throw Refusal(.badFrame) }
  }
}
