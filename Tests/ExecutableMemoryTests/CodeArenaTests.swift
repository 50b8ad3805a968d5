import CEjitShims
import Testing

@testable import ExecutableMemory

private let modes: [CodeArena.Mode] = [.flip, .dual]

// The numbers of Linux.
private let noMemory: Int32 = 12
private let invalidArgument: Int32 = 22
private let notSupported: Int32 = 95

@Suite struct CodeArenaTests {
  @Test("M1, M2: what was added runs, in every mode", arguments: modes)
  func runsWhatWasAdded(_ mode: CodeArena.Mode) throws {
    let arena = try CodeArena(capacity: 1 << 16, mode: mode)
    let blocks = try (0..<1000).map { try arena.add(Code.returning(UInt16($0)).span) }
    #expect(blocks.indices.allSatisfy { call(blocks[$0].address) == $0 })
    #expect(blocks.allSatisfy { $0.address % 16 == 0 && $0.count == Code.returning(0).count })
    #expect(arena.blockCount == 1000)
    #expect(arena.bytesInUse == 16_000)
  }

  @Test("M1: never writable and executable, before and after publishing", arguments: modes)
  func keepsWritingAndExecutingApart(_ mode: CodeArena.Mode) throws {
    let arena = try CodeArena(capacity: 1 << 16, mode: mode)
    #expect(writableAndExecutableMappings() == [])
    let block = try arena.add(Code.adding.span)
    #expect(protection(of: block.address) == "r-x")
    #expect(writableAndExecutableMappings() == [])
    try arena.patch(block, at: 0, with: Code.adding.span)
    try arena.free(block)
    #expect(protection(of: block.address) == "r-x")
    #expect(writableAndExecutableMappings() == [])
  }

  @Test("M1: never writable and executable while another thread adds, patches and frees", arguments: modes)
  func keepsThemApartMeanwhile(_ mode: CodeArena.Mode) throws {
    let arena = try CodeArena(capacity: 1 << 16, mode: mode)
    let stop = Flag()
    try concurrently({
      while !stop.isSet {
        guard let block = try? arena.add(Code.patchable.span) else { break }
        for _ in 0..<10 {
          try? arena.patch(block, at: Code.patchOffset, with: Code.replacement.span)
        }
        try? arena.free(block)
      }
    }) {
      defer { stop.set() }
      for _ in 0..<100 { try #require(writableAndExecutableMappings() == []) }
    }
    #expect(arena.blockCount == 0)
  }

  @Test("M2: nobody can make the executable view writable later")
  func executableViewIsSealed() throws {
    let arena = try CodeArena(capacity: 1, mode: .dual)
    #expect(ejit_protect_read_write(arena.pages.executable, arena.capacity) == -13)
    #expect(protection(of: UInt(bitPattern: arena.pages.executable)) == "r-x")
  }

  @Test("arenas give everything back", arguments: modes)
  func givesEverythingBack(_ mode: CodeArena.Mode) throws {
    // More than a process may have mappings (65,530) or descriptors (1,024 by default).
    for _ in 0..<20_000 { _ = try CodeArena(capacity: 1, mode: mode) }
  }

  @Test("pages without access lie before and after both views", arguments: modes)
  func isGuarded(_ mode: CodeArena.Mode) throws {
    let arena = try CodeArena(capacity: 1, mode: mode)
    let page = UInt(ejit_page_size())
    for view in [arena.pages.writable, arena.pages.executable] {
      #expect(protection(of: UInt(bitPattern: view) - 1) == "---")
      #expect(protection(of: UInt(bitPattern: view) + page) == "---")
    }
  }

  @Test("M4: impossible capacities are errors", arguments: modes)
  func refusesImpossibleCapacities(_ mode: CodeArena.Mode) {
    for capacity in [0, -1, .min] {
      #expect(errno(capacity, mode) == invalidArgument)
    }
    for capacity in [Int.max, Int.max - 5000, 1 << 46, 1 << 36] {
      #expect(errno(capacity, mode) == noMemory)
    }
  }

  private func errno(_ capacity: Int, _ mode: CodeArena.Mode) -> Int32 {
    do throws(SystemError) {
      _ = try CodeArena(capacity: capacity, mode: mode)
      return 0
    } catch {
      return error.errno
    }
  }

  @Test("M3: MAP_JIT is refused where it does not exist")
  func refusesAnotherSystemsMode() {
    #if os(Linux)
      #expect(errno(4096, .mapJIT) == notSupported)
    #endif
  }

  @Test("M4: capacity is whole pages, and all of it can be used", arguments: modes)
  func roundsUpToPages(_ mode: CodeArena.Mode) throws {
    let page = ejit_page_size()
    let arena = try CodeArena(capacity: page + 1, mode: mode)
    #expect(arena.capacity == 2 * page)
    let code = [UInt8](repeating: 0x90, count: 2 * page)
    let block = try arena.add(code.span)
    #expect(arena.bytesInUse == arena.capacity)
    try arena.free(block)
    #expect(arena.bytesInUse == 0)
  }

  @Test("M4: empty code is a block of traps", arguments: modes)
  func acceptsEmptyCode(_ mode: CodeArena.Mode) throws {
    let arena = try CodeArena(capacity: 1, mode: mode)
    let block = try arena.add(Span())
    #expect(block.count == 0)
    #expect(isFilledWithTraps(block.address..<block.address + 16))
    #expect(
      refusal { () throws(MemoryError) in try arena.patch(block, at: 0, with: [1].span) } == .invalidRange)
    try arena.patch(block, at: 0, with: Span())
    try arena.free(block)
  }
}

/// What `body` throws.
func refusal(_ body: () throws(MemoryError) -> Void) -> MemoryError? {
  do throws(MemoryError) {
    try body()
    return nil
  } catch {
    return error
  }
}
