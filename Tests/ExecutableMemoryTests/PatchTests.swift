import CEjitShims
import Testing

@testable import ExecutableMemory

@Suite struct PatchTests {
  @Test("M7: this thread executes what was patched", arguments: [CodeArena.Mode.flip, .dual])
  func patchIsExecuted(_ mode: CodeArena.Mode) throws {
    let arena = try CodeArena(capacity: 4096, mode: mode)
    let block = try arena.add(Code.patchable.span)
    let (original, replacement) = (Code.original, Code.replacement)
    for _ in 0..<100 {
      #expect(call(block.address) == Code.old)
      try arena.patch(block, at: Code.patchOffset, with: replacement.span)
      #expect(call(block.address) == Code.new)
      try arena.patch(block, at: Code.patchOffset, with: original.span)
    }
  }

  @Test("M7: a running thread executes the old or the new bytes, never a mixture")
  func patchIsAtomic() throws {
    let arena = try CodeArena(capacity: 4096, mode: .dual)
    let block = try arena.add(Code.patchable.span)
    let (original, replacement) = (Code.original, Code.replacement)
    let stop = Flag()
    let (olds, news, mixtures) = (Counter(), Counter(), Counter())
    try concurrently({
      while !stop.isSet {
        switch call(block.address) {
        case Code.old: olds.add()
        case Code.new: news.add()
        default: mixtures.add()
        }
      }
    }) {
      defer { stop.set() }
      while olds.count == 0 { ejit_thread_yield() }
      for _ in 0..<patches {
        try arena.patch(block, at: Code.patchOffset, with: replacement.span)
        try arena.patch(block, at: Code.patchOffset, with: original.span)
      }
      try arena.patch(block, at: Code.patchOffset, with: replacement.span)
      while news.count == 0 { ejit_thread_yield() }
    }
    #expect(mixtures.count == 0)
    #expect(call(block.address) == Code.new)
  }

  private var patches: Int {
    #if DEBUG
      50_000
    #else
      500_000
    #endif
  }

  @Test("every length at every offset changes those bytes only")
  func changesOnlyWhatItShould() throws {
    let arena = try CodeArena(capacity: 4096, mode: .dual)
    var expected = (0..<48).map { UInt8($0) }
    let before = try arena.add(expected.span)
    let block = try arena.add(expected.span)
    let after = try arena.add(expected.span)
    let untouched = expected
    for offset in 0...48 {
      for count in 0...(48 - offset) {
        let patch = (0..<count).map { UInt8(truncatingIfNeeded: 7 &* offset &+ 3 &* count &+ $0) }
        try arena.patch(block, at: offset, with: patch.span)
        expected.replaceSubrange(offset..<offset + count, with: patch)
        if bytes(of: block) != expected { Issue.record("offset \(offset), count \(count)") }
      }
    }
    #expect(bytes(of: before) == untouched)
    #expect(bytes(of: after) == untouched)
  }

  @Test("bytes outside of the block are refused", arguments: [CodeArena.Mode.flip, .dual])
  func refusesOtherBytes(_ mode: CodeArena.Mode) throws {
    let arena = try CodeArena(capacity: 4096, mode: mode)
    let block = try arena.add(Code.patchable.span)
    for (offset, count) in [(-1, 1), (block.count, 1), (0, block.count + 1), (Int.min, 1), (Int.max, 1)] {
      let patch = [UInt8](repeating: 0, count: count)
      let error = refusal { () throws(MemoryError) in try arena.patch(block, at: offset, with: patch.span) }
      #expect(error == .invalidRange)
    }
    try arena.patch(block, at: block.count, with: Span())
    #expect(call(block.address) == Code.old)
  }

  private func bytes(of block: CodeArena.Block) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: block.address), count: block.count))
  }
}
