import Ejit
import TestSupport
import Testing

/// Rows H10 and H11: registers pushed and popped, and what lives across calls. Programs return 0 where all is well.
@Suite struct PushTests {
  private let result = Register.result(0)

  /// Sets of registers, by number: each alone, pairs, odd and even counts, all that a program may pop in a frame.
  private func sets(_ machine: TestMachine) -> [RegisterSet] {
    let numbers = machine.registers.filter { $0 != machine.target.abi.framePointer }
    let all = numbers.map { Register($0) }
    var sets = all.map { RegisterSet([$0]) } + [[], RegisterSet(all)]
    for step in 1..<all.count {
      sets.append([all[0], all[step]])
      sets.append(RegisterSet(all.dropFirst(step)))
      sets.append(RegisterSet(all.prefix(step)))
      sets.append(RegisterSet(stride(from: step % 4, to: all.count, by: 1 + step % 3).map { all[$0] }))
    }
    return sets
  }

  private func numbers(_ set: RegisterSet) -> [Int] { set.registers.map { $0.slot } }

  /// A frame that keeps what calls preserve, where label 9 returns 1 and the end 0.
  private func framed(_ machine: TestMachine, _ body: [Instruction]) -> [Instruction] {
    let saved = RegisterSet(machine.target.abi.saved.map { Register($0) })
    let tail: [Instruction] = [
      .movi(result, 0), .leave, .ret, .label(9), .movi(result, 1), .leave, .ret,
    ]
    return [.enter(48, saving: saved)] + body + tail
  }

  private func fill(_ machine: TestMachine, _ pattern: (Int) -> Int) -> [Instruction] {
    machine.registers.filter { $0 != machine.target.abi.framePointer }
      .map { .movi(Register($0), Immediate(pattern($0))) }
  }

  @Test(arguments: [Target.x86_64, .x86_64Windows, .aarch64]) func theFramePointerIsNotPopped(on target: Target) {
    let frame = target.abi.framePointer
    var assembler = Assembler(target: target)
    #expect(throws: EjitError(.registerConflict, instruction: 2, detail: UInt64(frame))) {
      try assembler.assemble([.enter(0), .push([Register(frame)]), .pop([Register(frame)]), .leave, .ret])
    }
  }

  @Test(arguments: TestMachine.all) func pushedRegistersComeBack(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let sets = sets(machine)
    for set in sets {
      let members = numbers(set)
      let (t, others) = (Register(0), machine.registers.filter { $0 != machine.target.abi.framePointer })
      var body: [Instruction] = [.mov(t, .sp), .st(.u64, t, .at(.sp, 8))]
      body += fill(machine) { 0x5A5A_0000_0000_1000 + $0 } + [.push(set)]
      body += fill(machine) { 0x7B7B_0000_0000_2000 + $0 } + [.pop(set)]
      for number in others {
        let pattern = members.contains(number) ? 0x5A5A_0000_0000_1000 : 0x7B7B_0000_0000_2000
        body.append(.branchi(.ne, Register(number), Imm64(pattern + number), 9))
      }
      body += [.mov(t, .sp), .branchMem(.ne, .sp, 8, t, 9, .u64)]
      calls.call(try calls.add(framed(machine, body)).address)
    }
    for (set, result) in zip(sets, try calls.run()) where result != 0 {
      Issue.record("\(machine): push \(numbers(set)): \(result.map(hex) ?? "a fault")")
    }
  }

  @Test(arguments: TestMachine.all) func pushedRegistersLieWhereTheyShould(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let sets = sets(machine)
    for set in sets {
      let (t, members) = (Register(0), numbers(set))
      let bytes = Immediate((members.count * 8 + 15) & ~15)
      var body: [Instruction] = [.mov(t, .sp), .st(.u64, t, .at(.sp, 8))]
      body += fill(machine) { 0x1000 + $0 } + [.push(set)]
      // The lowest number at sp; sp moved by a multiple of 16.
      for (place, number) in members.sorted().enumerated() {
        body.append(
          .branchMemi(.ne, .sp, Displacement(Int32(8 * place)), Displacement(Int32(0x1000 + number)), 9, .u64))
      }
      body += [
        .lea(t, .at(.sp, Int32(bytes.value))), .branchMem(.ne, .sp, Displacement(Int32(bytes.value) + 8), t, 9, .u64),
      ]
      body += [.pop(set)]
      calls.call(try calls.add(framed(machine, body)).address)
    }
    for (set, result) in zip(sets, try calls.run()) where result != 0 {
      Issue.record("\(machine): push \(numbers(set)): \(result.map(hex) ?? "a fault")")
    }
  }

  /// One push inside another, each with a call inside, in a frame and in a subroutine.
  @Test(arguments: TestMachine.all) func callsAmongPushesFindAnAlignedStack(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let checker = try calls.add([.enter(0), .mov(result, .sp), .andi(result, result, 15), .leave, .ret])
    let (x, y, sum) = (Register.saved(0), Register.saved(1), Register.saved(2))
    let call: [Instruction] = [.call(Immediate(bits: checker.address)), .add(sum, sum, result)]
    let nested: [Instruction] =
      [.push([x])] + call + [.movi(x, 1), .push([x, y, sum])] + call + [.pop([x, y, sum])] + call + [.pop([x])]
    let place = try calls.add(
      [.enter(8, saving: [x, y, sum]), .movi(sum, 0), .movi(x, 40), .movi(y, 2)] + nested
        + [.fastCall(1), .add(result, x, y), .add(result, result, sum), .leave, .ret, .label(1), .subroutine]
        + nested + [.fastRet])
    calls.call(place.address)
    #expect(try calls.run() == [42])
  }

  /// What lives in a register that a call destroys is pushed, the rest stays where it is.
  @Test(arguments: TestMachine.all) func registersLiveAcrossCalls(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let abi = machine.target.abi
    let clobbered = abi.clobbered.registers
    let destroy = try calls.add(clobbered.filter { $0 != Register(30) }.map { .movi($0, -1) } + [.ret])
    for step in 1..<7 {
      let numbers = stride(from: 0, to: machine.registers.count, by: step).map { machine.registers[$0] }
      let live = RegisterSet(numbers.filter { $0 != abi.framePointer && $0 != 30 }.map { Register($0) })
      let pushed = live.intersection(abi.clobbered)
      var body = fill(machine) { 0x1234_5678_0000 + $0 }
      body += [.push(pushed), .call(Immediate(bits: destroy.address)), .pop(pushed)]
      for register in live.registers {
        body.append(.branchi(.ne, register, Imm64(0x1234_5678_0000 + register.slot), 9))
      }
      calls.call(try calls.add(framed(machine, body)).address)
    }
    #expect(try calls.run() == [0, 0, 0, 0, 0, 0])
  }

  @Test func registersOfACallAreClobberedOrPreserved() {
    for abi in ABI.allCases {
      let all = RegisterSet(abi.numbers.map { Register($0) })
      let preserved = RegisterSet(abi.numbers.filter(abi.isPreserved).map { Register($0) })
      #expect(abi.clobbered.union(preserved) == all)
      #expect(abi.clobbered.intersection(preserved).isEmpty)
      #expect(all.subtracting(preserved) == abi.clobbered)
      let roles: [(count: Int, Register)] =
        (0..<abi.argumentCount).map { ($0, .argument($0)) } + abi.results.indices.map { ($0, .result($0)) }
        + abi.temporaries.indices.map { ($0, .temporary($0)) }
      #expect(RegisterSet(roles.map(\.1)).resolved(for: abi)?.subtracting(abi.clobbered).isEmpty == true)
      let saved = RegisterSet(abi.saved.indices.map { .saved($0) })
      #expect(saved.resolved(for: abi)?.intersection(abi.clobbered).isEmpty == true)
    }
    #expect(ABI.sysV.clobbered == RegisterSet(numbers: 0xFF))
    #expect(ABI.win64.clobbered == RegisterSet(numbers: 0x3F))
    #expect(ABI.aapcs64.clobbered == RegisterSet(numbers: 0x4000_FFFF))
  }

  @Test func setsOfRegistersCombine() {
    let (a, b): (RegisterSet, RegisterSet) = (
      [Register(1), Register(9), .saved(0)], [Register(9), .saved(0), .result(1)]
    )
    #expect(a.union(b) == [Register(1), Register(9), .saved(0), .result(1)])
    #expect(a.intersection(b) == [.saved(0), Register(9)])
    #expect(a.subtracting(b) == [Register(1)] && b.subtracting(a) == [.result(1)])
    #expect(a.subtracting(a).isEmpty && !a.isEmpty && RegisterSet().isEmpty)
    #expect(a.contains(Register(9)) && a.contains(.saved(0)) && !a.contains(Register(8)) && !a.contains(.sp))
    #expect(Set(a.registers) == [Register(1), Register(9), .saved(0)])
    // Number 15 is none of the digits that stand for themselves.
    #expect(RegisterSet([Register(15)]).numbers == 1 << 15 && RegisterSet([Register(15)]).contains(Register(15)))
    // By number, names for one register are one.
    #expect(RegisterSet([.argument(0), Register(0)]).resolved(for: .sysV) == [Register(0)])
    #expect(RegisterSet([.saved(0)]).resolved(for: .aapcs64) == [Register(19)])
    #expect(RegisterSet([.argument(7)]).resolved(for: .sysV) == nil)
    #expect(RegisterSet([.argument(7)]).resolved(for: .aapcs64) == [Register(7)])
    #expect(RegisterSet([Register(16)]).resolved(for: .aapcs64) == nil)
    for bad in [Register.sp, Register(40), Register(rawValue: 0xFF), .saved(15)] {
      let set: RegisterSet = [bad, Register(1)]
      #expect(set.isInvalid && set.resolved(for: .sysV) == nil && set.union(a).isInvalid)
    }
  }
}
