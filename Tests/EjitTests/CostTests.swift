import CEjitShims
import Ejit
import Testing

/// The time of an instruction does not grow with the program: nothing searches, nothing moves what was emitted.
@Suite struct CostTests {
  @Test(arguments: [Target.x86_64, .aarch64])
  func aMillionInstructionsCostWhatAThousandDo(target: Target) throws {
    // Labels, branches both ways, marks and constants.
    func program(_ count: Int) -> [Instruction] {
      var program: [Instruction] = []
      var label: UInt32 = 0
      while program.count < count {
        program += [
          .label(Label(label)), .addi(.argument(0), .argument(0), 5), .branchi(.eq, .argument(0), 9, Label(label + 1)),
          .branchi(.ne, .argument(1), 9, Label(label)), .mark(label),
        ]
        label += 1
      }
      return program + [.label(Label(label))]
    }
    var assembler = Assembler(target: target, features: .baseline)
    func nanoseconds(_ program: [Instruction], times: Int) throws -> Double {
      try assembler.assemble(program.span)
      var best = UInt64.max
      for _ in 0..<3 {
        let start = ejit_thread_cpu_nanoseconds()
        for _ in 0..<times { try assembler.assemble(program.span) }
        best = min(best, ejit_thread_cpu_nanoseconds() - start)
      }
      return Double(best) / Double(program.count * times)
    }
    let small = try nanoseconds(program(1000), times: 100)
    let large = try nanoseconds(program(1_000_000), times: 1)
    #expect(large < small * 3, "\(large) ns against \(small) ns")
  }
}
