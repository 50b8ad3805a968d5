import Ejit
import EjitInterpreter
import TestSupport
import Testing

/// Rows E5 and G6: labels as addresses, and what lies behind them, near and far, forth and back.
@Suite struct AddressTests {
  private let result = Register.result(0)

  @Test(arguments: TestMachine.all) func addressesOfLabelsAreThoseOfTheirCode(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var expected: [UInt64] = []
    // The distance passes what one instruction reaches: 1 MiB on AArch64.
    for gap: UInt32 in [0, 4, 1 << 20 - 64, 1 << 20, 3 << 20] {
      let labels: [Label] = [1, 2, 3, 4]
      var program: [Instruction] = [.label(1), .nop]
      for label in labels { program += [.entry(Label(label.number + 10)), .adr(result, label), .ret] }
      program += [.zeros(gap), .label(2), .ret]
      for label in labels { program += [.entry(Label(label.number + 20)), .adr(result, label), .ret] }
      program += [.section(.cold), .label(3), .nop]
      for label in labels { program += [.entry(Label(label.number + 30)), .adr(result, label), .ret] }
      program += [.label(4), .ret]
      let entries = labels.flatMap { label in [10, 20, 30].map { Label(label.number + $0) } }
      let place = try calls.add(program, labels: labels + entries)
      for label in labels {
        for offset: UInt32 in [10, 20, 30] {
          calls.call(place.address(of: Label(label.number + offset)))
          expected.append(place.address(of: label))
        }
      }
    }
    #expect(try calls.run() == expected)
  }

  @Test(arguments: TestMachine.all) func addressesGoToEveryRegister(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var expected: [UInt64] = []
    for number in machine.registers where !machine.target.abi.isPreserved(number) && number != 30 {
      let place = try calls.add(
        [.adr(Register(number), 1), .mov(result, Register(number)), .ret, .label(1)], labels: [1])
      calls.call(place.address)
      expected.append(place.address(of: 1))
    }
    #expect(try calls.run() == expected)
  }

  @Test(arguments: TestMachine.all) func valuesBehindLabelsAreLoaded(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var expected: [UInt64] = []
    let values: [UInt64] = [0x8182_8384_8586_8788, 0x0102_0304_7576_7778]
    for gap: UInt32 in [0, 1, 2, 3, 7, 1 << 20, 3 << 20 + 5] {
      for type in MemoryType.allCases {
        // One value in front, one behind, one in cold code; every distance from a multiple of eight.
        let place = try calls.add(
          [
            .j(9), .zeros(gap % 8), .label(1), .data(.u64, Imm64(bits: values[0])), .align(4), .entry(11),
            .ldLabel(type, result, 1), .ret, .label(9), .entry(12), .ldLabel(type, result, 2), .ret, .entry(13),
            .ldLabel(type, result, 3), .ret, .zeros(gap), .label(2), .data(.u64, Imm64(bits: values[1])),
            .align(4), .section(.cold), .zeros(gap % 8), .label(3), .data(.u64, Imm64(bits: values[0])), .align(4),
            .entry(14), .ldLabel(type, result, 2), .ret,
          ], labels: [11, 12, 13, 14])
        for (entry, value) in [(Label(11), 0), (12, 1), (13, 0), (14, 1)] {
          calls.call(place.address(of: entry))
          expected.append(Semantics.extended(type, values[value]))
        }
      }
    }
    let results = try calls.run()
    #expect(results == expected)
  }
}
