import Ejit
import EjitInterpreter
import Testing

/// Cold code lies behind hot code, whatever the order of the program.
@Suite struct SectionTests {
  @Test func liesHotThenCold() throws {
    let program: [Instruction] = [
      .movi(d, 1), .section(.cold), .shli(d, d, 4), .addi(d, d, 3), .section(.hot), .shli(d, d, 4), .addi(d, d, 2),
      .section(.cold), .shli(d, d, 4), .addi(d, d, 4), .mov(.result(0), d), .ret, .section(.hot),
    ]
    #expect(try run(program) == 0x1234)
    #expect(
      fault([.section(.cold), .movi(d, 1), .ret, .section(.hot), .nop, .trap(5)])
        == Fault(.trap, instruction: 5, address: 5))
  }

  /// Faults name instructions of the program as given.
  @Test func blamesTheInstructionAsGiven() {
    let program: [Instruction] = [.section(.cold), .nop, .trap(1), .section(.hot), .nop, .nop]
    #expect(fault(program) == Fault(.trap, instruction: 2, address: 1))
    #expect(fault([.section(.cold), .nop, .section(.hot), .nop]) == Fault(.endOfProgram, instruction: 4))
    #expect(fault([.section(.cold), .trap(1), .section(.hot), .nop], fuel: 1) == Fault(.outOfFuel, instruction: 3))
  }

  /// A frame is left in cold code; labels of both sections are reached, data in both is read.
  @Test(arguments: targets) func sharesLabelsAndFrames(_ target: Target) throws {
    let program: [Instruction] = [
      .enter(16, saving: [e]), .movi(e, 5), .branchi(.eq, a, 0, 0), .ldLabel(.u8, d, 2), .leave, .mov(.result(0), d),
      .ret, .section(.cold), .label(2), .data(.u32, 70), .label(0), .ldLabel(.u8, d, 3), .add(d, d, e), .leave,
      .mov(.result(0), d), .ret, .section(.hot), .label(3), .data(.u32, 60),
    ]
    #expect(try run(program, 1, on: target) == 70)
    #expect(try run(program, 0, on: target) == 65)
  }
}
