import Ejit
import TestSupport
import Testing

/// Branches reach their labels however far they are: at, below and beyond the limit of each form, both ways.
@Suite struct BranchRangeTests {
  /// `bytes` of code that does nothing; a multiple of 4.
  private func padding(_ bytes: Int, _ target: Target) -> [Instruction] {
    switch target.architecture {
    case .x86_64:
      // movabs: ten bytes; nop: one.
      return [Instruction](repeating: .movi(.temporary(0), 0x1234_5678_9ABC_DEF0), count: bytes / 10)
        + [Instruction](repeating: .nop, count: bytes % 10)
    case .aarch64:
      // movz and three movk: sixteen bytes; nop: four.
      return [Instruction](repeating: .movi(.temporary(0), 0x1234_5678_9ABC_DEF0), count: bytes / 16)
        + [Instruction](repeating: .nop, count: bytes % 16 / 4)
    }
  }

  /// Returns 2 if the branch was taken, else 1.
  private func program(_ branch: [Instruction], backward: Bool, _ bytes: Int, _ target: Target) -> [Instruction] {
    let (taken, notTaken): ([Instruction], [Instruction]) =
      ([.label(0), .movi(.result(0), 2), .ret], [.movi(.result(0), 1), .ret])
    let padding = padding(bytes, target)
    return backward
      ? [.j(1)] + taken + padding + [.label(1)] + branch + notTaken
      : branch + notTaken + padding + taken
  }

  private static let branches: [(name: String, [Instruction])] = [
    ("bit", [.branchBit(.ne, .argument(0), 0, 0)]),
    ("zero", [.branchi(.ne, .argument(0), 0, 0)]),
    ("compare", [.branch(.ugt, .argument(0), .argument(1), 0)]),
    ("flags", [.cmpi(.argument(0), 1), .b(.eq, 0)]),
    ("jump", [.branchi(.eq, .argument(0), 0, 7), .j(0), .label(7)]),
    ("overflow", [.addOverflow(.argument(0), .argument(0), .argument(2), .unsigned, 0)]),
  ]

  @Test(arguments: TestMachine.all) func branchesReachBeyondEveryLimit(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var names: [String] = []
    let limits = machine.target.architecture == .x86_64 ? [128] : [1 << 15, 1 << 20]
    for (name, branch) in BranchRangeTests.branches {
      for limit in limits {
        let around = limit == 128 ? Array(96...132) : [-64, -24, -16, -12, -8, -4, 0, 4, 8, 4096].map { limit + $0 }
        for bytes in around {
          for backward in [false, true] {
            let place = try calls.add(program(branch, backward: backward, bytes, machine.target))
            for argument: UInt64 in [0, 1] {
              names.append("\(name) \(backward ? "back" : "forth") over \(bytes) bytes, \(argument)")
              calls.call(place.address, [argument, 0, ~0])
            }
          }
        }
      }
    }
    let results = try calls.run()
    for (index, result) in results.enumerated() where result != (index % 2 == 0 ? 1 : 2) {
      Issue.record("\(machine): \(names[index]): \(result.map(hex) ?? "a fault")")
    }
    print("\(machine): \(results.count) branches around the limits of their forms")
  }

  @Test func backwardJumpsAreShortUpTo128Bytes() throws {
    // jmp rel8 and jcc rel8 are two bytes and reach −128 from their end; rel32 takes five and six.
    for (jump, long) in [(Instruction.j(0), 5), (.branchi(.eq, .argument(0), 0, 0), 3 + 6)] {
      let short = long == 5 ? 2 : 3 + 2
      for bytes in 110...140 {
        var assembler = Assembler(target: .x86_64, features: .baseline)
        let program = [.label(0)] + [Instruction](repeating: .nop, count: bytes) + [jump]
        try assembler.assemble(program.span)
        let distance = bytes + short
        #expect(assembler.count - bytes == (distance <= 128 ? short : long), "over \(bytes) bytes")
      }
    }
  }

  @Test func codeBeyondTheWidestBranchIsRefused() throws {
    // movz and three movk are 16 bytes: 2^27 bytes are 8 Mi of them.
    let chunk = [Instruction](repeating: .movi(Register(3), 0x1234_5678_9ABC_DEF0), count: 1 << 16)
    var assembler = Assembler(target: .aarch64, features: .baseline)
    try assembler.append([.j(1)])
    for _ in 0..<128 { try assembler.append(chunk.span) }
    try assembler.append([.label(1), .ret])
    let error = #expect(throws: EjitError.self) { try assembler.finish() }
    #expect(error?.kind == .outOfReach)
  }
}

extension Assembler {
  /// Lowers a few more instructions.
  mutating func append(_ program: [Instruction]) throws(EjitError) { try append(program.span) }
}
