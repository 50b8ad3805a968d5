import Testing

@testable import ExecutableMemory

/// Row K2: code may ask for more than 16 bytes of alignment, and wastes nothing by it.
@Suite struct AlignmentTests {
  @Test("K2: the address is a multiple of the alignment", arguments: [CodeArena.Mode.flip, .dual])
  func addressIsAligned(_ mode: CodeArena.Mode) throws {
    let arena = try CodeArena(capacity: 1 << 16, mode: mode)
    var blocks: [CodeArena.Block] = []
    for shift in 0...12 {
      let block = try arena.add(Code.returning(UInt16(shift)).span, alignment: 1 << shift)
      #expect(block.address & (1 << UInt(shift) - 1) == 0)
      blocks.append(block)
      #expect(arena.bytesInUse == 16 * blocks.count)
    }
    for (value, block) in blocks.enumerated() { #expect(call(block.address) == value) }
    for block in blocks { try arena.free(block) }
    #expect(arena.bytesInUse == 0)
    let whole = [UInt8](repeating: 0, count: arena.capacity)
    _ = try arena.add(whole.span, alignment: 4096)
  }

  @Test("K2: the gap before an aligned block is used by others")
  func gapsAreUsed() throws {
    let arena = try CodeArena(capacity: 8192)
    let page = [UInt8](repeating: 0, count: 4096)
    let small = try arena.add(Code.returning(1).span)
    _ = try arena.add(page.span, alignment: 4096)
    #expect(refusal { () throws(MemoryError) in _ = try arena.add(page.span) } == .arenaFull)
    #expect(
      refusal { () throws(MemoryError) in _ = try arena.add(Code.returning(2).span, alignment: 4096) } == .arenaFull)
    let rest = [UInt8](repeating: 0, count: 4096 - 16)
    let neighbour = try arena.add(rest.span)
    #expect(neighbour.address == small.address + 16)
    #expect(arena.bytesInUse == arena.capacity)
    try arena.free(small)
    #expect(try arena.add(Code.returning(3).span, alignment: 4096).address == small.address)
  }

  @Test("K2: other alignments are refused", arguments: [0, -1, 3, 24, 8192, .min, .max])
  func refusesOthers(_ alignment: Int) throws {
    let arena = try CodeArena(capacity: 1 << 16)
    #expect(
      refusal { () throws(MemoryError) in _ = try arena.add(Code.adding.span, alignment: alignment) } == .invalidRange)
    #expect(arena.bytesInUse == 0)
  }
}
