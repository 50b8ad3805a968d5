import CMallocCount
import Ejit
import Testing

/// Row O12: from the second program of a size on, no heap allocation; counted on this thread.
@Suite struct AllocationTests {
  /// Straight code, loops, forward branches, constants, memory, roles, a frame, calls and floats.
  private func program(_ count: Int) -> [Instruction] {
    let (a, b, c) = (Register.argument(0), Register.argument(1), Register.saved(0))
    var program: [Instruction] = [.entry(0), .enter(64, saving: [.saved(0), .saved(1)])]
    var label: UInt32 = 1
    while program.count < count - 3 {
      program += [
        .label(Label(label)), .add(a, a, b), .subi(c, a, 0x1234_5678_9ABC), .ld(.s16, b, .at(.sp, 8)),
        .branch(.ult, a, c, Label(label + 1)), .cmpi(a, 7), .b(.ne, Label(label)), .umulh(c, a, b),
        .mark(label), .call(0x7000_0000_0000), .fmovi(.argument(1), 0x4009_21FB_5444_2D18),
        .fneg(.argument(0), .argument(1)), .fcanon(.argument(2), .argument(0)),
        .pass(.s8, b), .pass(.u64, a), .passi(.u32, 9), .fpass(.argument(1)), .variadic, .fpass(.argument(0)),
        .keep([.temporary(0)]), .fkeep(.temporary(0)), .call(0x7000_0000_0000),
      ]
      label += 1
    }
    program = Array(program.prefix(count - 3))
    // A run of arguments is not left open.
    while let last = program.last, last.isCallOperand { program.removeLast() }
    while program.count < count - 3 { program.append(.nop) }
    return program + [.label(Label(label)), .label(Label(label + 1)), .leave]
  }

  @Test func counterCounts() {
    let before = malloc_count()
    let memory = opaqueAllocation()
    memory.deallocate()
    #expect(malloc_count() > before, "without an interposed malloc these tests show nothing")
  }

  @inline(never) private func opaqueAllocation() -> UnsafeMutableRawPointer { .allocate(byteCount: 100, alignment: 16) }

  @Test(arguments: [10, 10_000], [Target.x86_64, .aarch64])
  func secondProgramAllocatesNothing(_ count: Int, on target: Target) throws {
    let program = program(count)
    var assembler = Assembler(target: target)
    try assembler.assemble(program.span)
    let before = malloc_count()
    try assembler.assemble(program.span)
    #expect(malloc_count() - before == 0)
    assembler.reset()
    let beforeEmit = malloc_count()
    var index = 0  // iterating an array allocates by itself in a debug build
    while index < program.count {
      try assembler.emit(program[index])
      index += 1
    }
    try assembler.finish()
    #expect(malloc_count() - beforeEmit == 0)
    assembler.reset()
    let beforeEmitting = malloc_count()
    try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in
      var index = 0
      while index < program.count {
        try emitter.emit(program[index])
        index += 1
      }
      return emitter
    }
    try assembler.finish()
    #expect(malloc_count() - beforeEmitting == 0)
  }

  @Test(arguments: [10, 10_000]) func secondProgramThroughAnArenaAllocatesNothing(_ count: Int) throws {
    let program = program(count)
    var assembler = Assembler()
    let arena = try CodeArena(capacity: 1 << 22)
    for _ in 0..<3 {  // the bookkeeping of the arena has met the size
      try assembler.assemble(program.span)
      try arena.free(try arena.add(assembler))
    }
    let before = malloc_count()
    try assembler.assemble(program.span)
    let block = try arena.add(assembler)
    #expect(malloc_count() - before == 0)
    try arena.free(block)
  }
}
