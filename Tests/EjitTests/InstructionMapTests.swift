import Ejit
import Testing

/// Row N8: instruction ↔ place in the code.
@Suite struct InstructionMapTests {
  private static let program: [Instruction] = [
    .movi(Register(8), 0x1234_5678_9ABC_DEF0), .label(0), .add(Register(9), Register(8), Register(10)), .nop,
    .branch(.ne, Register(9), Register(8), 0), .ret,
  ]

  /// 10 bytes, none, 4, 1, 3 + 2, 1; four words, none, 1, 1, 2, 1.
  @Test(arguments: [
    (Target.x86_64, [0, 10, 10, 14, 15, 20]), (Target.aarch64, [0, 16, 16, 20, 24, 32]),
  ])
  func knowsBothDirections(of target: Target, _ offsets: [Int]) throws {
    var assembler = Assembler(target: target)
    var map = InstructionMap()
    try assembler.append(Self.program.span, to: &map)
    try assembler.finish()
    #expect((0..<map.count).map { map.offset(of: $0) } == offsets)
    #expect(map.instruction(at: 0) == 0)
    #expect(map.instruction(at: offsets[2]) == 2)  // the label before it has no code
    #expect(map.instruction(at: offsets[3] - 1) == 2)
    #expect(map.instruction(at: assembler.count - 1) == 5)
    #expect(InstructionMap().instruction(at: 0) == nil)

    var plain = Assembler(target: target)
    try plain.assemble(Self.program.span)
    #expect(plain.copyCode() == assembler.copyCode())
  }

  /// Cold code lies behind all hot code; each `nop` and `ret` is one unit.
  @Test(arguments: [Target.x86_64, .aarch64]) func knowsColdCode(of target: Target) throws {
    var assembler = Assembler(target: target)
    var map = InstructionMap()
    let program: [Instruction] = [.nop, .section(.cold), .nop, .nop, .section(.hot), .nop, .ret]
    try assembler.append(program.span, to: &map)
    try assembler.finish(&map)
    let unit = target == .aarch64 ? 4 : 1
    #expect([0, 2, 3, 5, 6].map { map.offset(of: $0) } == [0, 3, 4, 1, 2].map { $0 * unit })
    #expect((0..<5).map { map.instruction(at: $0 * unit) } == [0, 5, 6, 2, 3])
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func marksAreFoundByNumberAndByPlace(on target: Target) throws {
    var assembler = Assembler(target: target)
    let program: [Instruction] = [.nop, .mark(7), .nop, .nop, .mark(0xFFFF_FFFF), .ret]
    try assembler.assemble(program.span)
    let unit = target == .aarch64 ? 4 : 1
    #expect(assembler.marks.count == 2)
    #expect(assembler.marks.offset(of: 7) == unit && assembler.marks.offset(of: 0xFFFF_FFFF) == 3 * unit)
    #expect(assembler.marks.offset(of: 8) == nil)
    #expect(assembler.marks.mark(atOrBefore: 0) == nil)
    #expect(assembler.marks.mark(atOrBefore: 3 * unit - 1)?.id == 7)
    #expect(assembler.marks.mark(atOrBefore: 3 * unit)?.id == 0xFFFF_FFFF)
  }
}

/// Row N4: an error leaves nothing behind, however far the program had come.
@Suite struct FailureTests {
  @Test(arguments: [Target.x86_64, .aarch64]) func leavesNothingOfALongProgram(on target: Target) throws {
    var assembler = Assembler(target: target)
    var program = [Instruction](repeating: .add(Register(8), Register(9), Register(10)), count: 5000)
    program.append(.mov(Register(8), Register(40)))
    let error = EjitError(.noSuchRegister, instruction: 5000, detail: 40)
    #expect(throws: error) { try assembler.append(program.span) }
    #expect(assembler.count == 0)
    #expect(throws: error) { try assembler.emit(.nop) }
    #expect(throws: error) { try assembler.finish() }
    #expect(assembler.copyCode().isEmpty && assembler.count == 0)
    try assembler.assemble([.nop])
    #expect(assembler.count == (target == .aarch64 ? 4 : 1))
  }
}
