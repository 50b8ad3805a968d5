import Ejit
import EjitImage
import TestSupport
import Testing

/// Rows G8, G10, G11 and G13: jumps to other functions, places that may be patched, traps and no-operations.
@Suite struct SiteTests {
  private let result = Register.result(0)
  private let a = Register.argument(0)
  private let b = Register.argument(1)

  @Test(arguments: TestMachine.all) func tailCallsReturnToTheCaller(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let sum = try calls.add([.add(result, a, b), .ret])
    let aligned = try calls.add([.enter(0), .mov(result, .sp), .andi(result, result, 15), .leave, .ret])
    for target in [sum, aligned] {
      let bits = Immediate(bits: target.address)
      let forms: [[Instruction]] = [
        [.tailCall(bits)], [.branchi(.eq, a, 40, 1), .ret, .label(1), .tailCall(bits)],
        [.enter(40, saving: [.saved(0), .saved(1)]), .movi(.saved(0), -1), .leave, .tailCall(bits)],
        [
          .enter(8, saving: [.saved(2)]), .movi(.saved(2), -1), .branchi(.eq, a, 40, 1), .leave, .ret, .label(1),
          .leave,
          .tailCall(bits),
        ],
      ]
      for form in forms { calls.call(try calls.add(form).address, [40, 2]) }
    }
    #expect(try calls.run() == [42, 42, 42, 42, 0, 0, 0, 0])
  }

  @Test(arguments: TestMachine.all) func patchableOpsDoWhatTheyBeginWith(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    // At every distance from what code that is changed at once must not cross.
    for gap: UInt32 in 0..<9 {
      let shift: Instruction = .nops(machine.target.architecture == .x86_64 ? gap : gap * 4)
      let constant: Imm64 = 0x1234_5678_9ABC_DEF0
      let place = try calls.add([
        .enter(0, saving: [.saved(0)]), .movi(.saved(0), 0), shift, .patchableNop(1), .addi(.saved(0), .saved(0), 1),
        shift, .patchableJump(2, 5), .addi(.saved(0), .saved(0), 1000), .label(5), .addi(.saved(0), .saved(0), 10),
        shift, .patchableCall(3, 6), .add(.saved(0), .saved(0), result), shift, .ldPatchable(4, constant, b),
        .movi(.temporary(0), 0x1234_5678_9ABC_DEF0), .sub(result, b, .temporary(0)), .add(result, result, .saved(0)),
        .leave, .ret, .entry(6), .movi(result, 100), .ret,
      ])
      calls.call(place.address)
    }
    #expect(try calls.run() == [UInt64?](repeating: 111, count: 9))
  }

  @Test(arguments: TestMachine.all) func nopsDoNothing(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var count = 0
    for bytes: UInt32 in Array(0...40) + [100, 4095, 4096] {
      guard Int(bytes) % machine.target.instructionAlignment == 0 else { continue }
      let place = try calls.add([.label(1), .nops(bytes), .label(2), .addi(result, a, 1), .ret], labels: [1, 2])
      #expect(place.address(of: 2) - place.address(of: 1) == UInt64(bytes))
      calls.call(place.address, [41])
      count += 1
    }
    #expect(try calls.run() == [UInt64?](repeating: 42, count: count))
    guard machine.target.instructionAlignment > 1 else { return }
    var assembler = Assembler(target: machine.target, features: machine.features)
    let error = refusal { () throws(EjitError) in try assembler.assemble([Instruction.nops(6)].span) }
    #expect(error?.kind == .immediateOutOfRange)
  }

  @Test func trapsStopWithTheirSignals() async throws {
    let emulated = TestMachine(target: .aarch64, features: .baseline)
    if isAvailable(emulated), !emulated.isNative {
      var image = AArch64Image()
      for op in [Instruction.trap(0), .trap(0xFFFF_FFFF), .unreachable, .breakpoint] {
        var assembler = Assembler(target: .aarch64, features: .baseline)
        try assembler.assemble([op, .ret].span)
        _ = try image.addCall(try image.addCode(assembler.copyCode().span))
      }
      let endings = try image.run().outcomes.map(\.ending)
      #expect(endings.allSatisfy { $0 == .signal(4) || $0 == .signal(5) })
      #expect(endings.last == .signal(5))
    }
    #if arch(x86_64) || arch(arm64)
      guard Executable.isSupported else { return }
      await #expect(processExitsWith: .failure) { try SiteTests.execute(.trap(7)) }
      await #expect(processExitsWith: .failure) { try SiteTests.execute(.unreachable) }
      await #expect(processExitsWith: .signal(5)) { try SiteTests.execute(.breakpoint) }
    #endif
  }

  private static func execute(_ op: Instruction) throws {
    let code = try Executable([op, .ret])
    unsafe code.withEntry(as: (@convention(c) () -> Void).self) { unsafe $0() }
  }
}
