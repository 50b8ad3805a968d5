import ExecutableMemory

// Blocks are changed and executed.
extension Worker {
  /// Other bytes for a part of a block that is no code.
  func patch() {
    guard let index = anyLive(where: { $0.sample == nil && !$0.bytes.isEmpty }) else { return }
    let model = live[index]
    let offset = schedule.below(model.bytes.count)
    let count = min(model.bytes.count - offset, Int(schedule.byte() & 31))
    let fill = schedule.byte()
    let bytes = (0..<count).map { fill &+ UInt8(truncatingIfNeeded: $0) }
    perform { () throws(MemoryError) in try arena.patch(model.block, at: offset, with: bytes.span) }
    live[index].bytes.replaceSubrange(offset..<offset + count, with: bytes)
    live[index].check()
  }

  /// Changes the site of a block that is code, and executes it.
  func change() {
    guard let index = anyLive(where: { $0.sample != nil }) else { return }
    change(&live[index])
    live[index].check()
    require(BlockModel.call(live[index].block.address) == live[index].result, "code goes where it was told")
  }

  /// Others may be running through the site.
  func changePublished() {
    guard published != nil else { return }
    change(&published!)
    published?.check()
  }

  private func change(_ model: inout BlockModel) {
    guard let sample = model.sample else { return }
    let block = model.block
    let choice = schedule.byte()
    let toSecond = choice & 1 == 1
    perform { () throws(MemoryError) in
      switch sample.site.kind {
      case .constant: try arena.setConstant(block, sample.site, to: toSecond ? 2 : 1)
      case .nop where !toSecond && choice & 2 == 2: try arena.restore(block, sample.site)
      case .jump, .call, .nop:
        try arena.retarget(block, sample.site, to: block.address + (toSecond ? sample.second : sample.first))
      }
    }
    model.result = toSecond ? 2 : 1
    model.changeSite(sample.site)
  }

  /// Executes what is on the board, or a block of this thread that is retired while a ticket for it is in hand.
  func callAny() {
    let place = schedule.below(board.count)
    let result = arena.execute { () -> UInt64 in
      let address = board.address(place)
      return address == 0 ? 1 : BlockModel.call(address)
    }
    require(result == 1 || result == 2, "published code returns what it says")
    if place == number, let published { require(result == published.result, "its own code is what it was told") }
    for model in retired where isHeld(model) && model.sample != nil {
      require(BlockModel.call(model.block.address) == model.result, "retired code can be executed")
    }
  }

  /// What must be refused is refused, and nothing changes.
  func refuse() {
    let bytes: [UInt8] = [1, 2, 3]
    if let stale {
      let site = PatchSite(id: 1, offset: 8, kind: .constant)
      let errors = [
        refusal { () throws(MemoryError) in try arena.free(stale) },
        refusal { () throws(MemoryError) in try arena.retire(stale) },
        refusal { () throws(MemoryError) in try arena.patch(stale, at: 0, with: bytes.span) },
        refusal { () throws(MemoryError) in try arena.setConstant(stale, site, to: 1) },
      ]
      for error in errors { require(error == .invalidRange, "a block that is not live is refused") }
    }
    let odd = Int(schedule.byte()) << 5 | 9
    require(
      refusal { () throws(MemoryError) in _ = try arena.add(bytes.span, alignment: odd) } == .invalidRange,
      "an alignment that is none is refused")
    guard let index = anyLive(where: { _ in true }) else { return }
    let model = live[index]
    require(
      refusal { () throws(MemoryError) in
        try arena.patch(model.block, at: model.bytes.count - 2, with: bytes.span)
      } == .invalidRange, "bytes outside of a block are refused")
    refuseFar(model)
    model.check()
  }

  private func refuseFar(_ model: BlockModel) {
    guard let sample = model.sample, sample.site.kind != .constant else { return }
    let far = model.block.address ^ 1 << 46
    require(
      refusal { () throws(MemoryError) in try arena.retarget(model.block, sample.site, to: far) } == .outOfReach,
      "a place out of reach is refused")
  }

  private func anyLive(where condition: (BlockModel) -> Bool) -> Int? {
    if live.isEmpty { return nil }
    let start = schedule.below(live.count)
    return live.indices.first { condition(live[(start + $0) % live.count]) }.map { (start + $0) % live.count }
  }
}
