/// Moves between registers of one kind that happen all at once, put into an order: no source is overwritten before it was
/// read. Registers have the machine's numbers, 0…31.
///
/// A destination that no other move reads is written first. When every one left is read, the moves left form cycles, and
/// the machine has to break them: with a register to spare (`redirect` to it) or by exchanging.
struct ParallelMoves {
  /// By destination.
  private var sources: [32 of UInt8] = .init(repeating: 0)
  /// How many moves to other registers still read this one.
  private var readers: [32 of UInt8] = .init(repeating: 0)
  /// Destinations not written yet; bit n: register n.
  private var pending: UInt32 = 0

  /// What to do next.
  enum Step: Equatable {
    /// `d = s`; the same register where it was added so.
    case move(UInt8, UInt8)
    /// `d = s`, but `d` is read by exactly one other move.
    case cycle(UInt8, UInt8)
  }

  /// Adds `d = s`. Each destination once.
  mutating func add(_ d: UInt8, _ s: UInt8) {
    sources[Int(d)] = s
    pending |= 1 << UInt32(d)
    if d != s { readers[Int(s)] += 1 }
  }

  /// The next step, nil at the end. A move is done with this; a cycle is not.
  mutating func next() -> Step? {
    var rest = pending
    while rest != 0 {
      let d = rest.trailingZeroBitCount
      rest &= rest &- 1
      if readers[d] == 0 {
        let s = sources[d]
        remove(UInt8(truncatingIfNeeded: d))
        return .move(UInt8(truncatingIfNeeded: d), s)
      }
    }
    if pending == 0 { return nil }
    let d = pending.trailingZeroBitCount
    return .cycle(UInt8(truncatingIfNeeded: d), sources[d])
  }

  /// What `d` held is now in `place`, from where the one move that reads it takes it.
  mutating func redirect(_ d: UInt8, to place: UInt8) {
    for reader in 0..<32 where pending >> UInt32(reader) & 1 == 1 && sources[reader] == d && reader != Int(d) {
      readers[Int(d)] -= 1
      sources[reader] = place
      if reader != Int(place) { readers[Int(place)] += 1 }
    }
  }

  /// `d` has been written by an exchange with the register that it reads.
  mutating func exchange(_ d: UInt8) {
    let s = sources[Int(d)]
    remove(d)
    redirect(d, to: s)
  }

  private mutating func remove(_ d: UInt8) {
    let s = sources[Int(d)]
    pending &= ~(1 << UInt32(d))
    if d != s { readers[Int(s)] -= 1 }
  }
}
