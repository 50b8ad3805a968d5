import CEjitShims
import ExecutableMemory
import Testing

/// Row M9: memory stays until the last thread that may execute it has left.
@Suite struct RetireTests {
  @Test("M9: a retired block waits for who is inside")
  func waitsForTickets() throws {
    let arena = try CodeArena(capacity: 4096)
    let block = try arena.add(Code.returning(9).span)
    let ticket = arena.enter()
    try arena.retire(block)
    #expect(arena.blockCount == 0)
    #expect(arena.bytesRetired == 16)
    #expect(arena.collect() == 0)
    #expect(call(block.address) == 9)
    arena.leave(ticket)
    #expect(arena.collect() == 16)
    #expect(arena.bytesInUse == 0)
    #expect(isFilledWithTraps(block.address..<block.address + 16))
  }

  @Test("M9: it does not wait for who entered later")
  func ignoresLaterTickets() throws {
    let arena = try CodeArena(capacity: 4096)
    let first = try arena.add(Code.returning(1).span)
    let second = try arena.add(Code.returning(2).span)
    let early = arena.enter()
    try arena.retire(first)
    let middle = arena.enter()
    try arena.retire(second)
    let late = arena.enter()
    arena.leave(early)
    #expect(arena.collect() == 16)
    #expect(call(second.address) == 2)
    arena.leave(middle)
    #expect(arena.collect() == 16)
    arena.leave(late)
    let third = try arena.add(Code.returning(3).span)
    try arena.retire(third)
    let after = arena.enter()
    #expect(arena.collect() == 16)
    arena.leave(after)
  }

  @Test("M9: who left out of order is not forgotten")
  func leavesInAnyOrder() throws {
    let arena = try CodeArena(capacity: 4096)
    let blocks = try (0..<3).map { try arena.add(Code.returning(UInt16($0)).span) }
    let first = arena.enter()
    try arena.retire(blocks[0])
    let second = arena.enter()
    try arena.retire(blocks[1])
    arena.leave(second)
    try arena.retire(blocks[2])
    #expect(arena.collect() == 0)
    #expect(call(blocks[0].address) == 0 && call(blocks[2].address) == 2)
    arena.leave(first)
    #expect(arena.collect() == 48)
  }

  @Test("M9: adding to a full arena frees what nobody executes")
  func addCollects() throws {
    let arena = try CodeArena(capacity: 4096)
    let whole = [UInt8](repeating: 0x90, count: arena.capacity)
    for _ in 0..<10 { try arena.retire(arena.add(whole.span)) }
    #expect(arena.bytesRetired == arena.capacity)
    let ticket = arena.enter()
    _ = try arena.add(whole.span)
    #expect(arena.bytesRetired == 0)
    arena.leave(ticket)
  }

  @Test("M9: retired blocks are refused by free, retire and patch")
  func retiredBlocksAreNotLive() throws {
    let arena = try CodeArena(capacity: 4096)
    let block = try arena.add(Code.adding.span)
    try arena.retire(block)
    #expect(refusal { () throws(MemoryError) in try arena.retire(block) } == .invalidRange)
    #expect(refusal { () throws(MemoryError) in try arena.free(block) } == .invalidRange)
    #expect(
      refusal { () throws(MemoryError) in try arena.patch(block, at: 0, with: [0].span) } == .invalidRange)
    #expect(arena.collect() == 16)
  }

  @Test func executeLeavesAlsoWhenTheBodyThrows() throws {
    struct Stop: Error {}
    let arena = try CodeArena(capacity: 4096)
    let block = try arena.add(Code.adding.span)
    #expect(arena.execute { call(block.address, 2, 3) } == 5)
    #expect(throws: Stop.self) { try arena.execute { throw Stop() } }
    try arena.retire(block)
    #expect(arena.collect() == 16)
  }

  @Test("M9: threads run the current function while another replaces and retires it")
  func replacingWhileRunning() throws {
    let arena = try CodeArena(capacity: 4096)
    let (stop, wrong, current) = (Flag(), Counter(), Shared())
    var block = try arena.add(Code.returning(1).span)
    current.address = block.address
    let run = { @Sendable in
      while !stop.isSet {
        let value = arena.execute { call(current.address) }
        if !(1...500).contains(value) { wrong.add() }
      }
    }
    try concurrently(run) {
      try concurrently(run) {
        defer { stop.set() }
        for round in 0..<20_000 {
          let next = try addPatiently(Code.returning(UInt16(1 + round % 500)), to: arena)
          current.address = next.address
          try arena.retire(block)
          block = next
        }
      }
    }
    #expect(wrong.count == 0)
    #expect(arena.blockCount == 1)
    arena.collect()
    #expect(arena.bytesInUse == 16)
  }

  /// Waits for a thread that was interrupted while it is inside: the arena is small.
  private func addPatiently(_ code: [UInt8], to arena: CodeArena) throws(MemoryError) -> CodeArena.Block {
    while true {
      do throws(MemoryError) {
        return try arena.add(code.span)
      } catch {
        guard error == .arenaFull else { throw error }
        ejit_thread_yield()
      }
    }
  }
}
