import Ejit
import EjitText

/// What became of many inputs.
struct Throughput {
  private var executed = 0
  private var steps = 0
  private(set) var refused = 0
  private var lines: [String] = []
  private var instructions = 0
  private var programs = 0
  private var ops: Set<Mnemonic> = []

  mutating func add(_ outcome: Execution.Outcome) {
    switch outcome {
    case .executed(let count): (executed, steps) = (executed + 1, steps + count)
    case .refused(let error):
      refused += 1
      lines.append("refused: \(error)")
    case .faulted(let fault): lines.append("not executed: \(fault.kind)")
    }
  }

  mutating func count(_ program: GeneratedProgram) {
    programs += 1
    instructions += program.instructions.count - program.overhead
    for instruction in program.instructions { ops.insert(Statement(instruction).mnemonic) }
  }

  func write(_ count: Int, wall: Double, processor: Double) {
    let mean = Double(steps) / Double(max(executed, 1))
    let missing = Mnemonic.allCases.filter { !ops.contains($0) }.map { "\($0)" }
    for line in lines.prefix(10) { print(line) }
    print("inputs: \(count), \(Int(Double(count) / wall)) /s (\(Int(Double(count) / processor)) /s of processor time)")
    print("mean instructions, without loading and storing registers: \(instructions / max(programs, 1))")
    print("reached execution: \(100 * executed / max(count, 1)) %, \(Int(mean)) instructions executed on average")
    print("ops: \(ops.count); never made: \(missing.joined(separator: ", "))")
  }
}
