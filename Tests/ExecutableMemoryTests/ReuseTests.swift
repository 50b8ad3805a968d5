import Testing

@testable import ExecutableMemory

/// Row M5: many small functions, freed and used again.
@Suite struct ReuseTests {
  @Test("M5: freed memory holds traps and is used again", arguments: [CodeArena.Mode.flip, .dual])
  func freedMemoryIsUsedAgain(_ mode: CodeArena.Mode) throws {
    let arena = try CodeArena(capacity: 4096, mode: mode)
    let first = try arena.add(Code.returning(1).span)
    let second = try arena.add(Code.returning(2).span)
    try arena.free(first)
    #expect(isFilledWithTraps(first.address..<first.address + 16))
    #expect(call(second.address) == 2)
    let third = try arena.add(Code.returning(3).span)
    #expect(third.address == first.address)
    #expect(third != first)
    #expect(call(third.address) == 3)
  }

  @Test("M5: a handle works once")
  func staleHandlesAreRefused() throws {
    let arena = try CodeArena(capacity: 4096)
    let other = try CodeArena(capacity: 4096)
    let block = try arena.add(Code.returning(1).span)
    #expect(refusal { () throws(MemoryError) in try other.free(block) } == .invalidRange)
    try arena.free(block)
    #expect(refusal { () throws(MemoryError) in try arena.free(block) } == .invalidRange)
    let successor = try arena.add(Code.returning(2).span)
    #expect(successor.address == block.address)
    #expect(refusal { () throws(MemoryError) in try arena.free(block) } == .invalidRange)
    #expect(refusal { () throws(MemoryError) in try arena.retire(block) } == .invalidRange)
    #expect(
      refusal { () throws(MemoryError) in try arena.patch(block, at: 0, with: [0].span) } == .invalidRange)
    #expect(call(successor.address) == 2)
  }

  @Test("M5: a full arena refuses, and works again after a block was freed")
  func fullArenaRecovers() throws {
    let arena = try CodeArena(capacity: 1 << 16)
    let code = [UInt8](repeating: 0x90, count: 17 * 16)  // not on the border of a size class
    var blocks: [CodeArena.Block] = []
    while let block = try? arena.add(code.span) { blocks.append(block) }
    #expect(blocks.count == arena.capacity / code.count)
    #expect(refusal { () throws(MemoryError) in _ = try arena.add(code.span) } == .arenaFull)
    try arena.free(blocks[blocks.count / 2])
    blocks[blocks.count / 2] = try arena.add(code.span)
    for block in blocks { try arena.free(block) }
    _ = try arena.add([UInt8](repeating: 0x90, count: arena.capacity).span)
  }

  @Test("M5: longer ranges of the same size class are found, too")
  func searchesItsOwnClass() throws {
    let arena = try CodeArena(capacity: 4096 * 2)
    func block(_ granules: Int) throws -> CodeArena.Block {
      try arena.add([UInt8](repeating: 0x90, count: granules * 16).span)
    }
    let long = try block(33)  // 32 and 33 granules share a class
    let between = try block(1)
    let short = try block(32)
    let rest = try block(512 - 66)
    #expect(arena.bytesInUse == arena.capacity)
    try arena.free(long)
    try arena.free(short)
    #expect(try block(33).address == long.address)
    _ = (between, rest)
  }

  @Test("M5: 20,000 blocks, freed and added again without growing the bookkeeping")
  func twentyThousandBlocks() throws {
    let arena = try CodeArena(capacity: 20_000 * 128)
    let code = Code.returning(7) + [UInt8](repeating: 0x90, count: 120 - Code.returning(7).count)
    let count = 20_000
    var blocks: [CodeArena.Block] = []
    blocks.reserveCapacity(count)
    var slots = 0
    for round in 0..<3 {
      for _ in 0..<count { blocks.append(try arena.add(code.span)) }
      #expect(arena.blockCount == count)
      #expect(arena.bytesInUse == count * 128)
      for index in stride(from: 0, to: count, by: 997) { #expect(call(blocks[index].address) == 7) }
      // A stride prime to the count: no order that the allocator could like.
      for index in 0..<count { try arena.free(blocks[index * 7919 % count]) }
      #expect(arena.bytesInUse == 0)
      #expect(arena.blockCount == 0)
      blocks.removeAll(keepingCapacity: true)
      let capacity = arena.state.pointee.free.nodes.capacity
      if round > 0 { #expect(capacity == slots) }
      slots = capacity
    }
  }
}
