import Ejit

/// Pages and arenas: what is published is executed, what is patched is executed next, what is freed is used again.
enum MemoryChecks {
  static func run(_ tally: inout Tally) {
    tally.expect(Executable.isSupported, "executable memory")
    tally.expect(Features.best(for: .host) == Features.detected, "the features of this machine")
    checkExecutable(&tally)
    checkArena(.dual, &tally)
    checkArena(.flip, &tally)
    do throws(SystemError) {
      _ = try CodeArena(capacity: 4096, mode: .mapJIT)
      tally.expect(false, "MAP_JIT belongs to Darwin")
    } catch {
      tally.expect(error.call == .map, "MAP_JIT is refused by the system")
    }
  }

  typealias Function = @convention(c) () -> UInt64

  private static func returning(_ value: Int) -> [Instruction] { [.movi(.result(0), Immediate(value)), .ret] }

  private static func checkExecutable(_ tally: inout Tally) {
    for value in [0, 1, -1, 0x1234_5678_9ABC_DEF0] {
      do throws(EjitError) {
        let code = try Executable(returning(value))
        let result = unsafe code.withEntry(as: Function.self) { $0() }
        tally.expect(result == UInt64(bitPattern: Int64(value)), "a constant")
      } catch {
        tally.expect(false, "an executable")
      }
    }
  }

  private static func call(_ block: CodeArena.Block, _ arena: CodeArena) -> UInt64 {
    arena.execute { unsafe unsafeBitCast(UnsafeRawPointer(bitPattern: block.address), to: Function.self)() }
  }

  private static func checkArena(_ mode: CodeArena.Mode, _ tally: inout Tally) {
    do throws(SystemError) {
      let arena = try CodeArena(capacity: 1 << 16, mode: mode)
      do throws(EjitError) {
        try checkBlocks(arena, &tally)
      } catch {
        tally.expect(false, "an arena")
      }
    } catch {
      tally.expect(false, "the pages of an arena")
    }
  }

  private static func checkBlocks(_ arena: CodeArena, _ tally: inout Tally) throws(EjitError) {
    var assembler = Assembler()
    var blocks: [CodeArena.Block] = []
    for value in 0..<100 {
      try assembler.assemble(returning(value).span)
      blocks.append(try arena.add(assembler))
    }
    for (value, block) in blocks.enumerated() { tally.expect(call(block, arena) == UInt64(value), "a block") }
    do throws(MemoryError) {
      for (value, block) in blocks.enumerated() where value % 2 == 0 {
        try assembler.assembleForPatch(returning(value + 1))
        try assembler.withCode { code throws(MemoryError) in try arena.patch(block, at: 0, with: code) }
        tally.expect(call(block, arena) == UInt64(value + 1), "a patched block")
      }
      for (value, block) in blocks.enumerated() {
        if value % 3 == 0 { try arena.free(block) } else { try arena.retire(block) }
      }
      arena.collect()
      tally.expect(arena.blockCount == 0 && arena.bytesInUse == 0, "an empty arena")
    } catch {
      tally.expect(false, "patching and freeing")
    }
    try assembler.assemble(returning(7).span)
    let again = try arena.add(assembler)
    tally.expect(call(again, arena) == 7, "memory used again")
  }
}

extension Assembler {
  /// Lowers a program that cannot be refused.
  fileprivate mutating func assembleForPatch(_ program: [Instruction]) throws(MemoryError) {
    do throws(EjitError) { try assemble(program.span) } catch { throw MemoryError.invalidRange }
  }
}
