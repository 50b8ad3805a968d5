import Testing

@testable import ExecutableMemory

/// Row M5: whatever the order of calls, blocks do not overlap, keep their bytes, and the accounts are right.
@Suite struct RandomArenaTests {
  private struct Model {
    let block: CodeArena.Block
    let code: [UInt8]
    var size: Int { max(1, (code.count + 15) / 16) * 16 }
  }

  @Test("M5: agrees with a model", arguments: [(CodeArena.Mode.dual, 6000), (.flip, 1500)])
  func agreesWithAModel(_ mode: CodeArena.Mode, steps: Int) throws {
    var dice = Dice(state: 42)
    let arena = try CodeArena(capacity: 1 << 16, mode: mode)
    var live: [Model] = []
    var retired = 0
    for step in 0..<steps {
      switch Int.random(in: 0..<10, using: &dice) {
      case 0..<5:
        let count = Int.random(in: 0..<(dice.next() % 16 == 0 ? 4000 : 200), using: &dice)
        let code = (0..<count).map { _ in UInt8.random(in: 0...255, using: &dice) }
        let alignment = 1 << (dice.next() % 4 == 0 ? Int.random(in: 0...12, using: &dice) : 0)
        let block = try? arena.add(code.span, alignment: alignment)
        if arena.bytesRetired == 0 { retired = 0 }  // a full arena collects, whether that helps or not
        guard let block else { break }
        #expect(block.address % UInt(alignment) == 0)
        live.append(Model(block: block, code: code))
      case 5..<8:
        guard let model = remove(from: &live, &dice) else { break }
        try arena.free(model.block)
        let start = model.block.address
        #expect(isFilledWithTraps(start..<start + UInt(model.size)))
      case 8:
        guard let model = remove(from: &live, &dice) else { break }
        try arena.retire(model.block)
        retired += model.size
      default:
        #expect(arena.collect() == retired)
        retired = 0
      }
      #expect(arena.bytesRetired == retired)
      #expect(arena.bytesInUse == retired + live.reduce(0) { $0 + $1.size })
      #expect(arena.blockCount == live.count)
      if step % 100 == 0 { check(arena, live) }
    }
    for model in live { try arena.free(model.block) }
    arena.collect()
    #expect(arena.bytesInUse == 0)
    let start = UInt(bitPattern: arena.pages.executable)
    #expect(isFilledWithTraps(start..<start + UInt(arena.state.pointee.touched)))
    _ = try arena.add([UInt8](repeating: 0, count: arena.capacity).span)
  }

  private func remove(from live: inout [Model], _ dice: inout Dice) -> Model? {
    if live.isEmpty { return nil }
    live.swapAt(Int.random(in: live.indices, using: &dice), live.count - 1)
    return live.removeLast()
  }

  /// Blocks keep their bytes, the rest of their last granule traps, and none overlaps the next.
  private func check(_ arena: CodeArena, _ live: [Model]) {
    var end = UInt(bitPattern: arena.pages.executable)
    for model in live.sorted(by: { $0.block.address < $1.block.address }) {
      let start = model.block.address
      #expect(start >= end && start % 16 == 0)
      end = start + UInt(model.size)
      let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: model.code.count)
      #expect(bytes.elementsEqual(model.code))
      #expect(isFilledWithTraps(start + UInt(model.code.count)..<end))
    }
    #expect(end <= UInt(bitPattern: arena.pages.executable) + UInt(arena.capacity))
  }
}
