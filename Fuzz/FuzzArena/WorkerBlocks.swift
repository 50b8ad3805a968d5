import ExecutableMemory

// Blocks come and go.
extension Worker {
  func add() {
    let choice = schedule.byte()
    let count = choice & 0xC0 == 0xC0 ? schedule.below(arena.capacity + 64) : Int(choice)
    let fill = schedule.byte()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) &* 31 &+ fill }
    if let block = add(bytes) { live.append(BlockModel(block, bytes, nil)) }
  }

  func addSample() {
    if let model = makeSample() { live.append(model) }
  }

  private func makeSample() -> BlockModel? {
    let sample = SampleCode.all[schedule.below(SampleCode.all.count)]
    return add(sample.bytes).map { BlockModel($0, sample.bytes, sample) }
  }

  /// nil: the arena is full, and it is right.
  private func add(_ bytes: [UInt8]) -> CodeArena.Block? {
    let choice = schedule.byte()
    let alignment = choice & 3 == 0 ? 1 << (Int(choice >> 2) % 13) : 16
    do throws(MemoryError) {
      let block = try arena.add(bytes.span, alignment: alignment)
      require(block.address & UInt(max(16, alignment) - 1) == 0, "a block is aligned")
      require(block.count == bytes.count, "a block knows its length")
      // It has collected, if that was the only way.
      if isAlone && arena.bytesRetired != retired.reduce(0, { $0 + $1.size }) { retired.removeAll { !isHeld($0) } }
      return block
    } catch {
      require(error == .arenaFull, "an arena refuses only when it is full")
      if isAlone {
        forgetFinished()
        require(!hasRoom(bytes.count, alignment), "a full arena has no room")
      }
      return nil
    }
  }

  /// Whether there is a gap for a block of `count` bytes.
  private func hasRoom(_ count: Int, _ alignment: Int) -> Bool {
    let all = (live + retired + (published.map { [$0] } ?? [])).sorted { $0.block.address < $1.block.address }
    guard let first = all.first else { return count <= arena.capacity }
    // Before the first and behind the last block there may be room or not: where the arena begins is not known.
    let size = UInt(max(1, (count + 15) / 16) * 16)
    let mask = UInt(max(16, alignment) - 1)
    var end = first.end
    for model in all.dropFirst() {
      let start = (end + mask) & ~mask
      if model.block.address >= start && model.block.address - start >= size { return true }
      end = model.end
    }
    return false
  }

  /// Takes one of the live blocks off the list.
  private func takeLive() -> BlockModel? {
    if live.isEmpty { return nil }
    live.swapAt(schedule.below(live.count), live.count - 1)
    return live.removeLast()
  }

  func free() {
    guard let model = takeLive() else { return }
    model.check()
    perform { () throws(MemoryError) in try arena.free(model.block) }
    if isAlone { require(isFilledWithTraps(model.block.address..<model.end), "what is freed traps") }
    stale = model.block
  }

  func retire() {
    guard let model = takeLive() else { return }
    retire(model)
  }

  func retire(_ model: BlockModel) {
    var model = model
    model.check()
    perform { () throws(MemoryError) in try arena.retire(model.block) }
    model.horizon = nextTicket
    retired.append(model)
    stale = model.block
  }

  func collect() {
    let finished = retired.reduce(0) { isHeld($1) ? $0 : $0 + $1.size }
    let freed = arena.collect()
    require(!isAlone || freed == finished, "what was finished is collected")
    forgetFinished()
  }

  func enter() {
    if tickets.count == 8 { return }
    tickets.append((nextTicket, Held(arena)))
    nextTicket += 1
  }

  func leave(_ index: Int) {
    for model in retired where isHeld(model) { model.check() }
    tickets.remove(at: index).ticket.leave(arena)
    // Others may collect it from now on.
    if !isAlone { retired.removeAll { !isHeld($0) } }
  }

  // MARK: The board

  /// Replaces what this thread has on the board; others may be executing the old one, so that is retired.
  func publish() {
    guard let model = makeSample() else { return }
    let old = published
    board.publish(model.block.address, number)
    published = model
    if let old { retire(old) }
  }

  func withdraw() {
    guard let old = published else { return }
    board.publish(0, number)
    published = nil
    retire(old)
    if !isAlone { retired.removeAll() }
  }
}
