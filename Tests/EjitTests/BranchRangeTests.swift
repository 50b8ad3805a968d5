import TestSupport
import Testing

@testable import Ejit

/// Branches reach their labels however far they are: at, below and beyond the limit of each form, both ways.
@Suite struct BranchRangeTests {
  /// `bytes` of code that changes nothing but a temporary; a multiple of 4 on AArch64.
  private func padding(_ bytes: Int, _ target: Target) throws -> [Instruction] {
    let long = Instruction.popcnt(width: .w32, .temporary(0), .temporary(0))  // without constants behind the code
    var assembler = Assembler(target: target, features: .baseline)
    try assembler.assemble([long].span)
    let unit = assembler.count
    return [Instruction](repeating: long, count: bytes / unit)
      + [Instruction](repeating: .nop, count: bytes % unit / target.instructionAlignment)
  }

  /// Returns 2 if the branch was taken, else 1.
  private func program(
    _ branch: [Instruction], backward: Bool, _ bytes: Int, _ target: Target
  ) throws -> [Instruction] {
    let (taken, notTaken): ([Instruction], [Instruction]) =
      ([.label(0), .movi(.result(0), 2), .ret], [.movi(.result(0), 1), .ret])
    let padding = try padding(bytes, target)
    return backward
      ? [.j(1)] + taken + padding + [.label(1)] + branch + notTaken
      : branch + notTaken + padding + taken
  }

  /// Branches, and the distances to try. x86-64: rel8; AArch64: TBZ reaches 32 KiB, CBZ and B.cond 1 MiB.
  private func branches(_ target: Target) -> [(name: String, code: [Instruction], bytes: [Int])] {
    let isX86 = target.architecture == .x86_64
    let near = isX86 ? Array(100...132) : [-24, -12, -8, -4, 0, 4, 64].map { 1 << 15 + $0 }
    let far = isX86 ? near : [-8, -4, 0, 4].map { 1 << 20 + $0 }
    return [
      ("bit", [.branchBit(.ne, .argument(0), 0, 0)], near),
      ("zero", [.branchi(.ne, .argument(0), 0, 0)], far),
      ("compare", [.branch(.ugt, .argument(0), .argument(1), 0)], far),
      ("flags", [.cmpi(.argument(0), 1), .b(.eq, 0)], far),
      (
        "floats",
        [
          .fsetBits(.argument(0), .argument(0)), .fmovi(.argument(1), 0),
          .fbranch(.one, .argument(0), .argument(1), 0),
        ], far
      ),
      ("jump", [.branchi(.eq, .argument(0), 0, 7), .j(0), .label(7)], near),
      ("overflow", [.addOverflow(.argument(0), .argument(0), .argument(2), .unsigned, 0)], near),
    ]
  }

  @Test(arguments: TestMachine.all.filter { $0.features == .baseline })
  func branchesReachTheirLabels(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var names: [String] = []
    for (name, branch, distances) in branches(machine.target) {
      for bytes in distances {
        for backward in [false, true] {
          let place = try calls.add(program(branch, backward: backward, bytes, machine.target))
          for argument: UInt64 in [0, 1] {
            names.append("\(name) \(backward ? "back" : "forth") over \(bytes) bytes, \(argument)")
            calls.call(place.address, [argument, 0, ~0])
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

  /// Blocks that jump over up to hundreds of others, so that many short branches wait for their labels at once and are
  /// led on together; some inside of a flags window. Each block stirs its number into the result.
  @Test(arguments: TestMachine.all.filter { $0.features == .baseline })
  func branchesThatWaitTogetherReachTheirLabels(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    let blocks = 3000
    var random = SplitMix(state: 7)
    let targets = (0..<blocks).map { min(blocks, $0 + 1 + Int(random.next() % (random.next() % 3 == 0 ? 400 : 9))) }
    let (bits, sum, probe) = (Register.argument(0), Register.argument(1), Register.argument(2))
    var program: [Instruction] = [.movi(sum, 1)]
    for block in 0..<blocks {
      program += [.label(Label(UInt32(block))), .muli(sum, sum, 31), .addi(sum, sum, Immediate(block))]
      program += try padding(Int(random.next() % 1000) & ~3, machine.target)
      program += branch(block, bits, probe, Label(UInt32(targets[block])))
    }
    program += [.label(Label(UInt32(blocks))), .mov(.result(0), sum), .ret]
    var calls = Calls(machine)
    let place = try calls.add(program)
    let inputs: [UInt64] = [0, ~0, 0x0123_4567_89AB_CDEF, 0xF0F0_F0F0_F0F0_F0F0, 0x8421_8421_8421_8421, 1 << 40]
    for input in inputs { calls.call(place.address, [input]) }
    let results = try calls.run()
    for (input, result) in zip(inputs, results) {
      var (expected, block): (UInt64, Int) = (1, 0)
      while block < blocks {
        expected = expected &* 31 &+ UInt64(block)
        block = input >> UInt64(block % 64) & 1 == 1 ? targets[block] : block + 1
      }
      #expect(result == expected, "\(hex(input))")
    }
  }

  /// Jumps to `target` if bit `block % 64` of `bits` is set, in a form that depends on the block.
  private func branch(_ block: Int, _ bits: Register, _ probe: Register, _ target: Label) -> [Instruction] {
    let bit = UInt8(block % 64)
    switch block % 5 {
    case 0, 1: return [.branchBit(.ne, bits, bit, target)]
    case 2: return [.ubfx(probe, bits, bit, 1), .branchi(.ne, probe, 0, target)]
    case 3: return [.ubfx(probe, bits, bit, 1), .branchi(.ugt, probe, 0, target)]
    default:
      return [.ubfx(probe, bits, bit, 1), .cmpi(probe, 1)] + [Instruction](repeating: .mov(probe, bits), count: 40)
        + [.b(.eq, target)]
    }
  }

  private struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
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

  /// The branch is to blame, not what makes the code too long behind it.
  @Test func branchesBackBeyondTheirReachAreRefused() {
    var assembler = Assembler(target: .aarch64, features: .baseline)
    let zeros = [Instruction](repeating: .zeros(1 << 24), count: 7) + [.zeros(1 << 24 - 8)]
    let program = [.label(9)] + zeros + [.cmp(.argument(0), .argument(1)), .nop, .nop]
    for branch in [Instruction.j(9), .b(.eq, 9)] {
      let error = EjitError(.outOfReach, instruction: program.count, detail: 9)
      #expect(throws: error) { try assembler.assemble(program + [branch, .ret]) }
    }
  }

  @Test func codeBeyondTheWidestBranchIsRefused() throws {
    for target in [Target.x86_64, .x86_64Windows, .aarch64] {
      var emission = Emission(target: target, features: .baseline)
      emission.code.count = target.maximumCode
      try emission.checkSize()
      emission.code.count += target.instructionAlignment
      #expect(refusal { () throws(EjitError) in try emission.checkSize() }?.kind == .outOfReach)
      emission.code.count = 0
    }
  }

  @Test func formsWriteEveryDistanceInReachAndNoOther() {
    // Distance from the hole, and the bits of the hole: SDM vol. 2, Jcc; Arm ARM C6.2, B, B.cond, TBZ.
    let rows: [(Fixup.Form, Int, UInt32?)] = [
      (.rel32, 4, 0), (.rel32, 0, 0xFFFF_FFFC), (.rel32, 1 << 31 + 3, 0x7FFF_FFFF), (.rel32, 1 << 31 + 4, nil),
      (.rel32, 4 - 1 << 31, 0x8000_0000), (.rel32, 3 - 1 << 31, nil),
      (.imm26, 4, 1), (.imm26, -4, 0x03FF_FFFF), (.imm26, 1 << 27 - 4, 0x01FF_FFFF), (.imm26, 1 << 27, nil),
      (.imm26, -1 << 27, 0x0200_0000), (.imm26, -1 << 27 - 4, nil),
      (.imm19, 4, 0x20), (.imm19, -4, 0x00FF_FFE0), (.imm19, 1 << 20 - 4, 0x007F_FFE0), (.imm19, 1 << 20, nil),
      (.imm19, -1 << 20, 0x0080_0000), (.imm19, -1 << 20 - 4, nil),
      (.imm14, 4, 0x20), (.imm14, -4, 0x0007_FFE0), (.imm14, 1 << 15 - 4, 0x0003_FFE0), (.imm14, 1 << 15, nil),
      (.imm14, -1 << 15, 0x0004_0000), (.imm14, -1 << 15 - 4, nil),
    ]
    for (form, distance, bits) in rows { #expect(form.bits(for: distance) == bits, "\(form) over \(distance)") }
  }
}
