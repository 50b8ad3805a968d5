import Ejit
import TestSupport
import Testing

/// Rows H2, H3, H4, H6 and H11: calls from generated code to functions that the C compiler made, on both machines.
@Suite struct CallRunTests {
  static let machines = [
    TestMachine(target: .x86_64, features: .baseline), TestMachine(target: .aarch64, features: .baseline),
  ]

  /// Types, registers, cycles, stack arguments, kept registers: random ones, the same each time.
  @Test(arguments: machines.indices, [1, 2] as [UInt64])
  func everyArgumentArrives(_ machine: Int, _ seed: UInt64) throws {
    let machine = CallRunTests.machines[machine]
    guard isAvailable(machine), hasTools(.clang) else { return }
    var generator = CallCaseGenerator(target: machine.target, seed: seed)
    let output = try CallProgram((0..<300).map { _ in generator.random() }, machine: machine).run()
    #expect(output == "300 calls, 0 wrong\n")
  }

  /// Every permutation of four registers: fixed points, cycles of two, three and four.
  @Test(arguments: machines.indices) func permutationsLoseNothing(_ machine: Int) throws {
    let machine = CallRunTests.machines[machine]
    guard isAvailable(machine), hasTools(.clang) else { return }
    let cases = CallCaseGenerator(target: machine.target, seed: 0).permutations(of: 4)
    #expect(try CallProgram(cases, machine: machine).run() == "72 calls, 0 wrong\n")
  }
}
