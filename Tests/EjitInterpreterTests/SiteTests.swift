import Ejit
import EjitInterpreter
import Testing

/// Places that lead elsewhere: guards, faults, tables, patches, tail calls.
@Suite struct SiteTests {
  @Test(arguments: targets) func guardsLeaveWithTheirNumber(_ target: Target) throws {
    let program: [Instruction] = [
      .movi(d, 1), .guard(width: .w32, .eq, a, b, 70_000, 0), .guardi(.slt, a, -5, SiteID(.max), 0),
      .mov(.result(0), d),
      .ret, .section(.cold), .label(0), .mov(.result(0), d), .ret,
    ]
    let low: UInt64 = 0xFFFF_FFFF_0000_0000
    #expect(try run(program, low | 7, low, on: target) == 70_000)
    #expect(try run(program, low, 5 << 32, on: target) == 1)
    #expect(try run(program, 3, 3, on: target) == 0xFFFF_FFFF)
    #expect(try run(program, 0 &- 5, 0 &- 5, on: target) == 0xFFFF_FFFF)
    #expect(try run(program, 0 &- 6, 0 &- 6, on: target) == 1)
  }

  @Test func stopsWhereItIsTold() {
    #expect(fault([.nop, .trap(.max)]) == Fault(.trap, instruction: 1, address: 0xFFFF_FFFF))
    #expect(fault([.unreachable]) == Fault(.unreachable, instruction: 0))
    #expect(fault([.breakpoint, .ret]) == Fault(.breakpoint, instruction: 0))
  }

  /// What faults behind a fault site is as if it had not begun.
  @Test func recoversFromFaults() throws {
    let access: [Instruction] = [
      .ld(.u64, d, .at(a)), .st(.u8, d, .at(a)), .sti(.u16, a, 0, 7), .ldPre(.u8, d, a, 8), .ldPost(.u8, d, a, 8),
      .stPre(.u8, d, a, 8), .stPost(.u8, d, a, 8), .ldPair(d, a, a, 0), .stPair(d, d, a, 0), .rmw(.add, .u8, d, .at(a)),
      .rmwi(.or, a, 0, 1, .u32), .ldSwapped(.u32, d, .at(a)), .decBranch(.eq, a, 0, 1, 1),
      .branchMemi(.eq, a, 0, 0, 1, .u8), .ldAtomic(.acquire, .u8, d, a, 0), .stAtomic(.release, .u8, d, a, 0),
      .fetch(.add, .relaxed, .u8, d, d, a, 0), .rmwAtomic(.umax, .relaxed, .u8, d, a, 0),
      .cas(.relaxed, .u8, d, d, d, a, 0), .casSet(.relaxed, .u8, d, a, d, d, a, 0),
      .jm(.at(a)), .trap(3), .unreachable, .breakpoint,
    ]
    for instruction in access {
      let program: [Instruction] = [
        .movi(d, 40), .faultSite(1, 0), instruction, .label(1), .movi(d, 9), .movi(a, 9), .label(0),
        .add(.result(0), a, d), .ret,
      ]
      #expect(try run(program, 2, on: .x86_64) == 42)
      #expect(fault([.nop, .movi(d, 0), instruction, .label(1), .ret], 2)?.instruction == 2)
    }
    // A jump to nowhere is none of its faults.
    #expect(fault([.faultSite(1, 0), .jm(.at(.sp)), .label(0), .ret])?.kind == .badJump)
    let loop: [Instruction] = [.label(0), .faultSite(1, 0), .trap(1)]
    #expect(fault(loop, fuel: 10)?.kind == .outOfFuel)
  }

  @Test(arguments: targets) func jumpsByTables(_ target: Target) throws {
    let program: [Instruction] = [
      .tableEntry(1), .tableEntry(2), .tableEntry(1), .jumpTable(a, 0),
      .label(0), .tableEntry(2), .jumpTable(width: .w32, a, 3),
      .label(1), .movi(.result(0), 10), .ret, .label(2), .movi(.result(0), 20), .ret, .label(3), .movi(.result(0), 30),
      .ret,
    ]
    let found = try [0, 1, 2, 3, .max, 1 << 32].map { try run(program, $0, on: target) }
    #expect(found == [10, 20, 10, 30, 30, 20])
  }

  @Test func isPatched() throws {
    let program: [Instruction] = [
      .enter(0), .patchableNop(1), .label(0), .ldPatchable(2, 5, d), .patchableCall(3, 4),
      .add(d, .result(0), .result(0)),
      .patchableJump(4, 1), .label(1), .mov(.result(0), d), .label(2), .leave, .ret,
      .label(3), .movi(.result(0), 77), .j(2), .entry(4), .movi(.result(0), 8), .ret, .entry(5), .movi(.result(0), 9),
      .ret,
      .entry(6), .ldPatchable(2, 5, .result(0)), .ret,
    ]
    var machine = try Interpreter(program: program)
    #expect(try machine.run() == 16)
    machine.setPatchable(3, to: Label(5))
    #expect(try machine.run() == 18)
    machine.setPatchable(3, to: nil)
    machine.setPatchable(2, to: .max)
    #expect(try machine.run() == 16)
    #expect(try machine.run(entry: 6) == .max)
    machine.setPatchable(4, to: Label(3))
    #expect(try machine.run() == 77)
    machine.setPatchable(4, to: Label(1))
    machine.setPatchable(1, to: Label(3))
    #expect(try machine.run() == 77)
    machine.setPatchable(1, to: nil)
    #expect(try machine.run() == 16)
  }

  /// A C function returns to the caller of the function that jumped to it, be that C or the program; it finds the
  /// arguments on the stack where that function found them.
  @Test(arguments: targets) func endsInTailCalls(_ target: Target) throws {
    let function: @convention(c) (UInt64, UInt64) -> UInt64 = { $0 * 10 + $1 }
    let address = UInt64(UInt(bitPattern: unsafeBitCast(function, to: UnsafeRawPointer.self)))
    let call = Instruction.tailCall(Immediate(bits: address))
    #expect(try run([.movi(b, 3), call], 4, on: target) == 43)
    #expect(try run([.enter(32, saving: [e]), .movi(b, 3), .leave, call], 4, on: target) == 43)
    let program: [Instruction] = [
      .enter(0), .patchableCall(0, 0), .addi(.result(0), .result(0), 1), .leave, .ret, .entry(0), .movi(b, 3), call,
    ]
    #expect(try run(program, 4, on: target) == 44)
    let digits = UInt64(UInt(bitPattern: unsafeBitCast(CallTests.digits, to: UnsafeRawPointer.self)))
    var machine = try Interpreter(program: [.tailCall(Immediate(bits: digits))], target: target)
    #expect(try machine.run(arguments: [1, 2, 3, 4, 5, 6, 7, 8]) == 12_345_678)
    #expect(fault([.tailCall(0)])?.kind == .badJump)
  }

  @Test func refusesWhatOnlyTheMachineKnows() {
    #expect(throws: EjitError(.missingFeature, instruction: 1)) { _ = try Interpreter(program: [.ret, .raw(0x90, 4)]) }
  }
}
