import Ejit
import EjitInterpreter
import Testing

/// Whatever the assembler accepts ends in a result or a fault, in no time and without a trap.
@Suite struct RobustnessTests {
  @Test(arguments: targets, [1, 2, 3, 4] as [UInt64]) func anyProgramEnds(_ target: Target, _ seed: UInt64) throws {
    var random = Random(state: seed)
    var accepted = 0
    for _ in 0..<400 {
      let program = random.program()
      guard var machine = try? Interpreter(program: program, target: target, stackSize: 4096) else { continue }
      accepted += 1
      machine.allowsHostCalls = false
      let code = (0..<4).map { machine.address(of: Label($0)) ?? random.word() }
      let stack = machine.stackAddresses.lowerBound + random.next() % 4096
      do throws(Fault) {
        _ = try machine.run(arguments: code + [stack, random.word()], fuel: 300)
      } catch {
        #expect(error.instruction <= program.count)
      }
      #expect(machine.steps <= 300)
    }
    #expect(accepted > 20)
  }

  /// Numbers that are the same each time: the linear congruence of Knuth, TAOCP vol. 2, §3.3.4 (MMIX).
  struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 20
    }
    mutating func word() -> UInt64 {
      let few = Operands.few
      return next() % 2 == 0 ? few[Int(next()) % few.count] : next() << 30 ^ next()
    }
    mutating func register() -> Register {
      [a, b, c, d, e, .argument(3), .result(0), .sp, .sp, Register(4), .saved(1)][Int(next() % 11)]
    }
    mutating func label() -> Label { Label(UInt32(next() % 4)) }
    mutating func offset() -> Int32 { Int32(truncatingIfNeeded: next() % 64) * 8 - 256 }

    /// Labels 0…3 stand in every program, so that most branches are bound.
    mutating func program() -> [Instruction] {
      var program: [Instruction] = [.label(0), .enter(Int32(next() % 64), saving: [e])]
      for number in 1..<4 as Range<UInt32> {
        for _ in 0..<next() % 5 { program.append(instruction()) }
        program += next() % 2 == 0 ? [.label(Label(number))] : [.label(Label(number)), .subroutine]
      }
      for _ in 0..<next() % 4 { program.append(instruction()) }
      return program
    }

    private mutating func instruction() -> Instruction {
      switch next() % 48 {
      case 0: .mov(register(), register())
      case 1: .mov(.sp, register())
      case 2: .addi(.sp, .sp, Immediate(Int(offset())))
      case 3: .add(register(), register(), register())
      case 4: .ld(.u64, register(), .at(register(), offset()))
      case 5: .ld(.s16, register(), .at(register(), register(), shift: 3, offset()))
      case 6: .st(.u64, register(), .at(.sp, offset()))
      case 7: .st(.u8, register(), .absolute(word()))
      case 8: .branch(.ult, register(), register(), label())
      case 9: .branchMemi(.sge, .sp, Displacement(offset()), 5, label(), .s32)
      case 10: .jr(register())
      case 11: .jm(.at(.sp, offset()))
      case 12: .callr(register())
      case 13: .callm(.at(.sp, offset()))
      case 14: .fastCall(label())
      case 15: .fastRet
      case 16: .leave
      case 17: .ret
      case 18: .j(label())
      case 19: .enter(offset(), saving: [.saved(1)])
      case 20: .lea(register(), .at(.sp, offset()))
      case 21: .mulOverflow(register(), register(), register(), .signed, label())
      case 22: .call(Immediate(bits: word()))
      case 23: .sdivUnchecked(register(), register(), register())
      case 24: .udivWideUnchecked(c, d, register(), register(), register())
      case 25: .ldPre(.u32, d, register(), Displacement(offset()))
      case 26: .stPost(.u64, a, .sp, Displacement(offset()))
      case 27: .ldPair(d, e, .sp, Displacement(offset()))
      case 28: .rmwi(.xor, .sp, Displacement(offset()), Imm64(word()), .u64)
      case 29: .decBranch(.ne, .sp, Displacement(offset()), 1, label())
      case 30: .adr(register(), label())
      case 31: .ldLabel(.u64, register(), label())
      case 32: .faultSite(1, label())
      case 33: .jumpTable(register(), label())
      case 34: .tableEntry(label())
      case 35: .patchableCall(1, label())
      case 36: .guardi(.slt, register(), 5, 1, label())
      case 37: .trap(1)
      case 38: .push([a, e])
      case 39: .pop([a, e])
      case 40, 41: .section(next() % 2 == 0 ? .hot : .cold)
      case 42: .data(.u64, Imm64(word()))
      case 43: .dataAddress(label())
      case 44: .align(64)
      case 45: .tailCall(Immediate(bits: word()))
      case 46: .zeros(UInt32(truncatingIfNeeded: next() % 64))
      default: .shl(register(), register(), register())
      }
    }
  }
}
