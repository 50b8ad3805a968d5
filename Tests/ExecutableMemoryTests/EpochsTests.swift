import Testing

@testable import ExecutableMemory

/// Row M9: a block is finished exactly when all who were inside when it was retired have left.
@Suite struct EpochsTests {
  @Test("M9: agrees with a model") func agreesWithAModel() {
    var dice = Dice(state: 7)
    var epochs = Epochs()
    var next: [FreeList.Index: FreeList.Index] = [:]
    var inside: [(name: Int, epoch: UInt64)] = []
    var waiting: [(block: FreeList.Index, names: Set<Int>)] = []
    for step in 0..<20_000 {
      switch Int.random(in: 0..<8, using: &dice) {
      case 0..<3 where inside.count < 6: inside.append((step, epochs.enter()))
      case 3..<6 where !inside.isEmpty:
        let gone = inside.remove(at: Int.random(in: inside.indices, using: &dice))
        epochs.leave(gone.epoch)
        for index in waiting.indices { waiting[index].names.remove(gone.name) }
      case 6:
        let block = FreeList.Index(step)
        next[block] = epochs.retire(block)
        waiting.append((block, Set(inside.map(\.name))))
      default:
        var finished: Set<FreeList.Index> = []
        while let block = epochs.nextFinished() {
          epochs.dropFinished(next: next[block]!)
          finished.insert(block)
        }
        let expected = Set(waiting.filter { $0.names.isEmpty }.map(\.block))
        if finished != expected { Issue.record("step \(step): \(finished), not \(expected)") }
        waiting.removeAll { $0.names.isEmpty }
      }
    }
  }
}
