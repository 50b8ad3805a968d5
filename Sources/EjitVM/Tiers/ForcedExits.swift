/// Counters that compiled code decrements each time it passes an exit; at 0 it takes the exit, with the reason `forced` or
/// as if its guard had failed.
///
/// A guard is preceded by `decBranch(.eq, cell, 1, exit)`; cells are 8 bytes at addresses that live as long as this.
final class ForcedExits {
  enum Mode: Equatable, Sendable {
    /// One counter for all: each `n`-th pass of any exit is taken.
    case every(Int)
    /// A counter for each: exit `exit` is taken at its `pass`-th pass, from 1; nil: passes are counted, none is taken.
    case single(exit: Int?, pass: Int)
  }

  let mode: Mode
  /// In pieces, so that no cell moves.
  private var pieces: [UnsafeMutablePointer<Int64>] = []
  private static let pieceCount = 1024
  /// A counter that is never used up.
  private static let unlimited = Int64.max

  init(_ mode: Mode) {
    self.mode = mode
    if case .every(let n) = mode {
      precondition(n > 0, "exits are counted from 1")
      grow(to: 0)
      unsafe pieces[0][0] = Int64(n)
    }
  }

  deinit { for piece in pieces { unsafe piece.deallocate() } }

  /// The counter that exit number `exit` decrements.
  func cell(_ exit: Int) -> UnsafeMutablePointer<Int64> {
    if case .every = mode { return unsafe pieces[0] }
    grow(to: exit)
    return unsafe pieces[exit / Self.pieceCount] + exit % Self.pieceCount
  }

  /// Whether this exit is taken because its counter has come to 0.
  func wasForced(_ exit: Int) -> Bool {
    let cell = unsafe cell(exit)
    guard unsafe cell.pointee == 0 else { return false }
    // A single one goes on below 0, where it is not taken again.
    if case .every(let n) = mode { unsafe cell.pointee = Int64(n) }
    return true
  }

  /// How often an exit was passed; 0 where not each has its counter.
  func passes(_ exit: Int) -> Int {
    guard case .single(let taken, let pass) = mode else { return 0 }
    let start = exit == taken ? Int64(pass) : Self.unlimited
    return unsafe Int(start - cell(exit).pointee)
  }

  private func grow(to exit: Int) {
    while pieces.count * Self.pieceCount <= exit {
      let piece = UnsafeMutablePointer<Int64>.allocate(capacity: Self.pieceCount)
      unsafe piece.initialize(repeating: Self.unlimited, count: Self.pieceCount)
      if case .single(let exit?, let pass) = mode, exit / Self.pieceCount == pieces.count {
        unsafe piece[exit % Self.pieceCount] = Int64(pass)
      }
      unsafe pieces.append(piece)
    }
  }
}
