import Ejit
import EjitInterpreter
import Testing

@Suite struct FaultTests {
  @Test func stopsWhenFuelIsUsedUp() throws {
    let loop: [Instruction] = [.label(0), .addi(a, a, 1), .j(0)]
    #expect(fault(loop, 0, fuel: 10) == Fault(.outOfFuel, instruction: 1))
    #expect(fault(loop, 0, fuel: 0) == Fault(.outOfFuel, instruction: 0))
    #expect(fault([.nop, .ret], fuel: 2) == nil)
    #expect(fault([.nop, .ret], fuel: 1) == Fault(.outOfFuel, instruction: 1))
    var machine = try Interpreter(program: loop)
    #expect(throws: Fault(.outOfFuel, instruction: 1)) { try machine.run(arguments: [0], fuel: 300_001) }
    #expect(machine.steps == 300_001)
    #expect(machine[a] == 100_000)
  }

  @Test func noticesTheEnd() {
    #expect(fault([]) == Fault(.endOfProgram, instruction: 0))
    #expect(fault([.nop, .movi(d, 1)]) == Fault(.endOfProgram, instruction: 2))
    #expect(fault([.j(0), .ret, .label(0)]) == Fault(.endOfProgram, instruction: 3))
  }

  @Test func refusesUnboundEntries() throws {
    var machine = try Interpreter(program: [.label(1), .ret])
    #expect(throws: Fault(.unboundEntry, instruction: -1, address: 2)) { try machine.run(entry: 2) }
  }

  @Test func jumpsToLabelsOnly() throws {
    let program: [Instruction] = [.jr(a), .label(0), .nop, .ret]
    var machine = try Interpreter(program: program, target: .x86_64)
    let label = machine.address(of: 0) ?? 0
    #expect(machine.address(of: 1) == nil)
    #expect(try machine.run(arguments: [label]) == Interpreter.undefined(6))
    for address: UInt64 in [0, 1, 0x1000, .max, label + 1, label - 1, label + 100, label + 1 << 32, label + 3 << 32] {
      #expect(fault(program, address) == Fault(.badJump, instruction: 0, address: address))
    }
    let call: [Instruction] = [.enter(0), .callr(a), .leave, .ret, .entry(0), .ret]
    for address: UInt64 in [0, label, label + 1, label + 1 << 32] {
      #expect(fault(call, address) == Fault(.badJump, instruction: 1, address: address))
    }
  }

  @Test func returnsOnlyToCallers() throws {
    // Into a subroutine without a call; out of a function with the stack pointer elsewhere.
    let fall: [Instruction] = [.enter(0), .j(0), .leave, .ret, .label(0), .subroutine, .fastRet]
    #expect(fault(fall)?.kind == .badReturn)
    #expect(fault(fall)?.instruction == 6)
    let lost: [Instruction] = [.subi(.sp, .sp, 16), .st(.u64, a, .at(.sp)), .ret]
    #expect(fault(lost, 99) == Fault(.badReturn, instruction: 2, address: 99))
    let away: [Instruction] = [.mov(.sp, a), .ret]
    #expect(fault(away, 64) == Fault(.unreadable, instruction: 1, address: 64))
  }

  @Test func limitsTheStack() throws {
    var machine = try Interpreter(program: [.ret], stackSize: 0)
    #expect(machine.stackAddresses.count == 4096)
    let end = machine.stackAddresses.lowerBound
    #expect(throws: Fault.self) { try machine.run(arguments: .init(repeating: 1, count: 600)) }
    #expect(end % 16 == 0)

    let endless: [Instruction] = [
      .enter(0), .fastCall(0), .leave, .ret, .label(0), .subroutine, .fastCall(0), .fastRet,
    ]
    #expect(fault(endless)?.kind == .stackOverflow)
    #expect(fault(endless)?.instruction == 6)
    let large: [Instruction] = [.enter(Int32(Target.maximumFrame)), .leave, .ret]
    #expect(fault(large)?.kind == .stackOverflow)
    let away: [Instruction] = [.mov(.sp, a), .enter(16), .leave, .ret]
    #expect(fault(away, 0) == Fault(.stackOverflow, instruction: 1, address: 0 &- 32))
  }

  @Test(arguments: Width.allCases) func dividesOnlyWhereDefined(_ w: Width) {
    let smallest: UInt64 = w == .w64 ? 1 << 63 : 0xDEAD_BEEF_8000_0000
    let signed: [Instruction] = [.sdivUnchecked(width: w, d, a, b), .sremUnchecked(width: w, d, a, b)]
    let unsigned: [Instruction] = [.udivUnchecked(width: w, d, a, b), .uremUnchecked(width: w, d, a, b)]
    for op in signed + unsigned {
      #expect(fault([.nop, op, .ret], 5, w == .w64 ? 0 : 1 << 32) == Fault(.undefinedResult, instruction: 1))
      #expect(
        fault([op, .ret], smallest, w == .w64 ? .max : 0xFFFF_FFFF)?.kind
          == (signed.contains(op) ? .undefinedResult : nil))
    }
    let wide: [Instruction] = [.udivWideUnchecked(width: w, d, e, a, b, c), .ret]
    #expect(fault(wide, 6, 0, 7) == nil)
    #expect(fault(wide, 7, 0, 7)?.kind == .undefinedResult)
    #expect(fault(wide, 0, 0, 0)?.kind == .undefinedResult)
  }

  /// What the assembler refuses, the interpreter refuses for the same reason.
  @Test(
    arguments: [
      ([.ret, .j(5)], .unboundLabel, 1), ([.label(1), .label(1)], .duplicateLabel, 1),
      ([.nop, .add(.sp, d, d)], .stackPointerNotAllowed, 1), ([.mov(Register(63), d)], .noSuchRegister, 0),
      ([.shli(d, d, 64)], .immediateOutOfRange, 0), ([.cmp(a, b), .add(d, d, d), .setcc(d, .eq)], .flagsClobbered, 2),
      ([.test(a, b), .setcc(d, .slt)], .badCondition, 1), ([.umulWide(d, d, a, b)], .registerConflict, 0),
      ([.nop, .nop, .callr(d)], .badFrame, 2), ([.enter(-1)], .badFrame, 0),
    ] as [([Instruction], EjitError.Kind, Int)])
  func refusesLikeTheAssembler(_ program: [Instruction], _ kind: EjitError.Kind, _ index: Int) throws {
    var assembler = Assembler(target: .x86_64, features: .baseline)
    let expected = #expect(throws: EjitError.self) { try assembler.assemble(program.span) }
    let found = #expect(throws: EjitError.self) {
      _ = try Interpreter(program: program, target: .x86_64, features: .baseline)
    }
    #expect(found == expected)
    #expect(found?.kind == kind)
    #expect(found?.instruction == index)
  }
}
