import Ejit

/// Moves between registers that happen all at once.
struct ParallelMove {
  private(set) var general: [Move] = []
  private(set) var vectors: [Move] = []

  struct Move {
    var from: Int
    var to: Int
  }

  /// Moves of anything but registers to registers of the same kind are not for here.
  mutating func add(from: Allocation.Place, to: Allocation.Place) {
    switch (from, to) {
    case (.register(let a), .register(let b)): if a != b { general.append(Move(from: a, to: b)) }
    case (.vector(let a), .vector(let b)): if a != b { vectors.append(Move(from: a, to: b)) }
    default: break
    }
  }

  /// The moves in an order in which none overwrites what another one still reads; a cycle is opened through `temporary`.
  static func order(_ moves: [Move], temporary: Int) -> [Move] {
    var pending = moves
    var result: [Move] = []
    while !pending.isEmpty {
      if let free = pending.firstIndex(where: { move in !pending.contains { $0.from == move.to } }) {
        result.append(pending.remove(at: free))
        continue
      }
      let first = pending[0].from
      result.append(Move(from: first, to: temporary))
      for index in pending.indices where pending[index].from == first { pending[index].from = temporary }
    }
    return result
  }
}

extension Generator {
  mutating func emit(_ moves: ParallelMove) {
    let (register, vector) = (allocation.registers.temporaryNumber, allocation.registers.vectorTemporaryNumber)
    for move in ParallelMove.order(moves.general, temporary: register) {
      emit(.mov(Register(move.to), Register(move.from)))
    }
    for move in ParallelMove.order(moves.vectors, temporary: vector) {
      emit(.fmov(VectorRegister(move.to), VectorRegister(move.from)))
    }
  }
}
