/// Which retired blocks may still be executed.
///
/// Threads enter the current epoch. Retiring a block puts it on the list of that epoch and begins the next one, so a
/// block waits for exactly those who entered before it was retired: the epochs up to its own.
struct Epochs {
  private struct Epoch {
    /// Threads that entered in this epoch and have not left.
    var active = 0
    /// Retired blocks that wait for this epoch and all before, linked through their nodes.
    var retired = FreeList.none
  }

  /// From `first` on those that matter; the last one is current and never has retired blocks.
  private var epochs: ContiguousArray<Epoch> = [Epoch()]
  private var first = 0
  /// The number of `epochs[0]`.
  private var base: UInt64 = 0

  mutating func enter() -> UInt64 {
    epochs[epochs.count - 1].active += 1
    return base + UInt64(epochs.count - 1)
  }

  mutating func leave(_ epoch: UInt64) {
    epochs[Int(epoch - base)].active -= 1
  }

  /// Puts a block on a list and returns the block that was its head before.
  mutating func retire(_ block: FreeList.Index) -> FreeList.Index {
    var epoch = epochs.count - 1
    // Nobody has entered since the last block was retired: wait for the same threads, without a new epoch.
    if epochs[epoch].active == 0 && epoch > first { epoch -= 1 } else { epochs.append(Epoch()) }
    let head = epochs[epoch].retired
    epochs[epoch].retired = block
    return head
  }

  /// A retired block that nobody can execute any more. `dropFinished` takes it off its list.
  mutating func nextFinished() -> FreeList.Index? {
    while first < epochs.count - 1 && epochs[first].active == 0 {
      let block = epochs[first].retired
      if block != FreeList.none { return block }
      first += 1
    }
    forgetFinished()
    return nil
  }

  mutating func dropFinished(next: FreeList.Index) {
    epochs[first].retired = next
  }

  /// Keeps the array short, at a cost that the epochs that are dropped have paid for.
  private mutating func forgetFinished() {
    guard first > 0 && first * 2 >= epochs.count else { return }
    epochs.removeSubrange(0..<first)
    base += UInt64(first)
    first = 0
  }
}
