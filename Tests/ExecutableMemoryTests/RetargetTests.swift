import CEjitShims
import Testing

@testable import ExecutableMemory

/// Rows G10 and G11: branches and constants that change while they are executed.
@Suite struct RetargetTests {
  @Test(
    "G10: a branch leads where it was told", arguments: PatchCode.branches.indices, [CodeArena.Mode.flip, .dual])
  func branchesLeadElsewhere(_ index: Int, _ mode: CodeArena.Mode) throws {
    let sample = PatchCode.branches[index]
    let arena = try CodeArena(capacity: 1 << 20, mode: mode)
    let before = try arena.add(Code.returning(3).span)
    let block = try arena.add(sample.code.span)
    _ = try arena.add([UInt8](repeating: 0, count: 1 << 18).span)
    let after = try arena.add(Code.returning(4).span)
    #expect(call(block.address) == 1)
    for _ in 0..<10 {
      try arena.retarget(block, sample.site, to: block.address + sample.second)
      #expect(call(block.address) == 2)
      try arena.retarget(block, sample.site, to: before.address)
      #expect(call(block.address) == 3)
      try arena.retarget(block, sample.site, to: after.address)
      #expect(call(block.address) == 4)
      try arena.retarget(block, sample.site, to: block.address + sample.first)
      #expect(call(block.address) == 1)
    }
    #expect(bytes(of: block)[Int(sample.first)...] == sample.code[Int(sample.first)...])
  }

  @Test("G10: a NOP becomes a jump, and a NOP again")
  func nopsComeBack() throws {
    let sample = PatchCode.nop
    let arena = try CodeArena(capacity: 4096)
    let block = try arena.add(sample.code.span)
    for _ in 0..<10 {
      try arena.retarget(block, sample.site, to: block.address + sample.second)
      #expect(call(block.address) == 2)
      try arena.restore(block, sample.site)
      #expect(call(block.address) == 1)
      #expect(bytes(of: block) == sample.code)
    }
  }

  @Test("G11: a constant is what it was set to", arguments: [CodeArena.Mode.flip, .dual])
  func constantsChange(_ mode: CodeArena.Mode) throws {
    let sample = PatchCode.constant
    let arena = try CodeArena(capacity: 4096, mode: mode)
    let block = try arena.add(sample.code.span)
    for value in [1, -1, 0x1234_5678_9abc_def0, .min] {
      try arena.setConstant(block, sample.site, to: UInt64(bitPattern: Int64(value)))
      #expect(call(block.address) == value)
    }
    #expect(bytes(of: block)[..<8] == sample.code[..<8])
  }

  @Test("G10: a running thread goes one way or the other, a million times", arguments: PatchCode.branches.indices)
  func branchesChangeUnderAThread(_ index: Int) throws {
    let sample = PatchCode.branches[index]
    let arena = try CodeArena(capacity: 4096, mode: .dual)
    let block = try arena.add(sample.code.span)
    try patch(1_000_000, results: (1, 2), of: block) { second in
      if sample.site.kind == .nop && !second { return try arena.restore(block, sample.site) }
      try arena.retarget(block, sample.site, to: block.address + (second ? sample.second : sample.first))
    }
  }

  @Test("G11: a running thread loads one constant or the other, a million times")
  func constantsChangeUnderAThread() throws {
    let sample = PatchCode.constant
    let arena = try CodeArena(capacity: 4096, mode: .dual)
    let block = try arena.add(sample.code.span)
    let (first, second) = (1, 0x1111_2222_3333_4444)
    try patch(1_000_000, results: (first, second), of: block) {
      try arena.setConstant(block, sample.site, to: UInt64($0 ? second : first))
    }
  }

  /// Patches to the second way and back, while a thread counts what every pass through `block` gives.
  private func patch(
    _ count: Int, results: (first: Int, second: Int), of block: CodeArena.Block, _ change: (Bool) throws -> Void
  ) throws {
    let stop = Flag()
    let (firsts, seconds, others) = (Counter(), Counter(), Counter())
    try concurrently({
      while !stop.isSet {
        let result = call(block.address)
        if result == results.first {
          firsts.add()
        } else if result == results.second {
          seconds.add()
        } else {
          others.add()
        }
      }
    }) {
      defer { stop.set() }
      while firsts.count == 0 { ejit_thread_yield() }
      for round in 0..<count { try change(round & 1 == 0) }
      try change(true)
      let seen = seconds.count
      while seconds.count == seen { ejit_thread_yield() }
    }
    #expect(others.count == 0)
    #expect(call(block.address) == results.second)
  }

  @Test("G10: what no branch reaches is refused, and nothing changed")
  func refusesWhatIsTooFar() throws {
    let arena = try CodeArena(capacity: 4096)
    for sample in PatchCode.branches {
      let block = try arena.add(sample.code.span)
      let place = block.address + UInt(sample.site.offset)
      for target in tooFar(from: place) {
        #expect(refusal { () throws(MemoryError) in try arena.retarget(block, sample.site, to: target) } == .outOfReach)
      }
      #expect(bytes(of: block) == sample.code)
      for target in justNear(from: place) { try arena.retarget(block, sample.site, to: target) }
    }
  }

  private func tooFar(from place: UInt) -> [UInt] {
    #if arch(x86_64)
      [place &+ 5 &+ 1 << 31, place &+ 5 &- 1 << 31 &- 1, 0, 1 << 63]
    #elseif arch(arm64)
      [place &+ 1 << 27, place &- 1 << 27 &- 4, place &+ 2, 0, 1 << 63]
    #endif
  }

  private func justNear(from place: UInt) -> [UInt] {
    #if arch(x86_64)
      [place &+ 5 &+ 1 << 31 &- 1, place &+ 5 &- 1 << 31]
    #elseif arch(arm64)
      [place &+ 1 << 27 &- 4, place &- 1 << 27]
    #endif
  }

  @Test("G10, G11: a site that is none is refused")
  func refusesOtherPlaces() throws {
    let arena = try CodeArena(capacity: 4096)
    let kinds: [PatchSite.Kind] = [.jump, .call, .nop, .constant]
    for sample in PatchCode.branches + [PatchCode.constant] {
      let block = try arena.add(sample.code.span)
      for kind in kinds where kind != sample.site.kind && (kind != .jump || sample.site.kind != .nop) {
        expectRefusal(arena, block, PatchSite(id: 1, offset: sample.site.offset + 4, kind: kind))
      }
      for offset in [UInt32(sample.code.count) - 3, UInt32(sample.code.count), .max - 7, .max] {
        expectRefusal(arena, block, PatchSite(id: 1, offset: offset, kind: sample.site.kind))
      }
      #expect(bytes(of: block) == sample.code)
      try arena.retire(block)
      expectRefusal(arena, block, sample.site)
    }
    // The right bytes, but not in one group of 8.
    let block = try arena.add((Code.nothing + Code.nothing + PatchCode.jump.code).span)
    #if arch(x86_64)
      expectRefusal(arena, block, PatchSite(id: 1, offset: 5, kind: .jump))
    #endif
    expectRefusal(arena, block, PatchSite(id: 1, offset: 4, kind: .constant))
  }

  private func expectRefusal(_ arena: CodeArena, _ block: CodeArena.Block, _ site: PatchSite) {
    let target = block.address
    let errors = [
      refusal { () throws(MemoryError) in try arena.retarget(block, site, to: target) },
      refusal { () throws(MemoryError) in try arena.restore(block, site) },
      site.offset == 8 && site.kind == .constant
        ? .invalidRange : refusal { () throws(MemoryError) in try arena.setConstant(block, site, to: 1) },
    ]
    #expect(errors == [.invalidRange, .invalidRange, .invalidRange], "\(site)")
  }

  private func bytes(of block: CodeArena.Block) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: block.address), count: block.count))
  }
}
