import Ejit
import EjitInterpreter
import EjitText

/// Executes programs here and on the reference machine, and compares what they leave.
final class Execution {
  /// What came of one input.
  enum Outcome {
    /// Executed by all, with so many instructions in the body.
    case executed(Int)
    case refused(EjitError)
    /// The reference machine could not execute it to its end.
    case faulted(Fault)
  }

  /// Instructions that the reference machine executes at most, and bytes of its stack.
  static let fuel: UInt64 = 20_000
  static let stackSize = 1 << 16

  // In no way near to the code: what refers to the block takes all 64 bits.
  private let block = Block(address: 0x2345_6789_0000)
  private let memory: UnsafeMutableRawBufferPointer
  private let expected: UnsafeMutableRawBufferPointer
  private let host: Generator.HostFunctions
  private let machines: [(name: String, machine: NativeMachine)]

  init() {
    let memory = FixedMemory.map(block.address, count: (Block.count + 4095) & ~4095)
    self.memory = UnsafeMutableRawBufferPointer(rebasing: memory[..<Block.count])
    expected = .allocate(byteCount: Block.compared, alignment: 16)
    host = .mixing()
    machines = [("detected features", NativeMachine(.detected)), ("baseline", NativeMachine(.baseline))]
  }

  func generate(_ bytes: UnsafeBufferPointer<UInt8>) -> (program: GeneratedProgram, seed: UInt64) {
    var decisions = Decisions(bytes)
    let seed = decisions.word()
    return (GeneratedProgram(decisions, target: .host, block: block, host: host), seed)
  }

  /// Stops the process with a description if two machines differ.
  func check(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
    let (program, seed) = generate(bytes)
    Block.fill(memory, seed: seed)
    let steps: Int
    do throws(EjitError) {
      var interpreter = try Interpreter(program: program.instructions, stackSize: Execution.stackSize)
      do throws(Fault) {
        _ = try interpreter.run(memory: [unsafe MemoryRange(memory)], fuel: Execution.fuel)
      } catch {
        return .faulted(error)
      }
      steps = Int(interpreter.steps) - program.overhead
      expected.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<Block.compared]))
      for (name, machine) in machines where program.needs.isSubset(of: machine.features) {
        Block.fill(memory, seed: seed)
        try machine.run(program)
        compare(program, seed, name)
      }
    } catch {
      return .refused(error)
    }
    return .executed(steps)
  }

  private func compare(_ program: GeneratedProgram, _ seed: UInt64, _ machine: String) {
    let found = UnsafeRawBufferPointer(rebasing: memory[..<Block.compared])
    let hasCrashed = memory.load(fromByteOffset: Block.crashed, as: UInt64.self) != 0
    let difference = Difference(program, seed: seed, expected: UnsafeRawBufferPointer(expected), found: found)
    guard hasCrashed || difference.exists else { return }
    fatalError(
      difference.text(machine, ending: hasCrashed ? "fault \(String(describing: FaultHandler.lastFault))" : ""))
  }
}

extension Generator.HostFunctions {
  /// Functions whose result depends on each argument and its place.
  static func mixing() -> Self {
    typealias Mix6 = @convention(c) (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) -> UInt64
    typealias Mix8 = @convention(c) (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) -> UInt64
    let mix6: Mix6 = { a, b, c, d, e, f in
      [b, c, d, e, f].reduce(a) { $0 &* 0x0100_0000_01B3 ^ $1 }
    }
    let mix8: Mix8 = { a, b, c, d, e, f, g, h in
      [b, c, d, e, f, g, h].reduce(a) { $0 &* 0x0100_0000_01B3 ^ $1 }
    }
    typealias MixNumbers =
      @convention(c) (
        UInt64, Double, Float, Double, Double, Double, Float, Double, Double, Double, Float, UInt64
      ) -> Double
    let mixNumbers: MixNumbers = { a, p, q, r, s, t, u, v, w, x, y, b in
      let doubles = [p, r, s, t, v, w, x].map(\.bitPattern)
      let floats = [q, u, y].map { UInt64($0.bitPattern) }
      let mixed = (doubles + floats + [b]).reduce(a) { $0 &* 0x0100_0000_01B3 ^ $1 }
      return Double(bitPattern: mixed >> 2)  // no NaN
    }
    return Self(
      mix6: UInt64(unsafeBitCast(mix6, to: UInt.self)), mix8: UInt64(unsafeBitCast(mix8, to: UInt.self)),
      mixNumbers: UInt64(unsafeBitCast(mixNumbers, to: UInt.self)))
  }
}
