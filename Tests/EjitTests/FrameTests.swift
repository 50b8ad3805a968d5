import Ejit
import TestSupport
import Testing

/// Rows H6, H7, G4, G7 and G9: frames keep what they save and what lies in them, the stack is aligned wherever C is
/// called, and subroutines nest. Programs return 0 where all is well.
@Suite struct FrameTests {
  private let result = Register.result(0)
  private let a = Register.argument(0)
  private let b = Register.argument(1)
  private let temporary = Register.temporary(0)

  /// 0 if the stack is aligned as a C function finds it behind its prologue, else the rest modulo 16.
  private var alignment: [Instruction] {
    [.enter(0), .mov(result, .sp), .andi(result, result, 15), .leave, .ret]
  }

  /// Calls `callee` with every preserved register set to a pattern, and returns how many do not hold it afterwards,
  /// plus what `callee` returned.
  private func guarded(_ callee: UInt64, _ machine: TestMachine) -> [Instruction] {
    let saved = (0..<machine.target.abi.saved.count).map { Register.saved($0) }
    var program: [Instruction] = [.enter(32, saving: RegisterSet(saved))]
    for (index, register) in saved.enumerated() {
      program.append(.movi(register, Immediate(0x5A5A_0000_1234_5600 + index)))
    }
    program += [.call(Immediate(bits: callee))]
    for (index, register) in saved.enumerated() {
      program.append(.branchi(.eq, register, Imm64(0x5A5A_0000_1234_5600 + index), Label(UInt32(index))))
      program += [.addi(result, result, 0x100), .label(Label(UInt32(index)))]
    }
    return program + [.leave, .ret]
  }

  @Test(arguments: TestMachine.all) func framesOfAllSizesSaveWhatTheyAreTold(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let abi = machine.target.abi
    var names: [String] = []
    let checker = try calls.add(alignment)
    for bytes: Int32 in [
      0, 1, 8, 15, 16, 17, 32, 100, 504, 512, 520, 1024, 4080, 4095, 4096, 4097, 8192, 12_304, 65_536,
    ] {
      for count in 0...abi.saved.count {
        // By role and by number in turns; a subset that is not the first ones.
        let numbers = Array(abi.saved.shuffledByStep(3).prefix(count))
        let set = RegisterSet(
          numbers.map { number in
            count % 2 == 0 ? Register(number) : Register.saved(abi.saved.firstIndex(of: number)!)
          })
        var program: [Instruction] = [.enter(bytes, saving: set)]
        for number in numbers { program.append(.movi(Register(number), -1)) }
        // The frame is the program's own: its first and last words survive a call.
        let last = max(0, Int32(bytes) - 8)
        if bytes >= 8 {
          program += [.movi(temporary, 0x1111), .st(.u64, temporary, .at(.sp)), .movi(temporary, 0x2222)]
          program.append(.st(.u64, temporary, .at(.sp, last)))
        }
        program.append(.call(Immediate(bits: checker.address)))
        if bytes >= 16 {
          program += [.branchMemi(.eq, .sp, 0, 0x1111, 1, .u64), .addi(result, result, 0x1000), .label(1)]
        }
        if bytes >= 8 {
          program += [
            .branchMemi(.eq, .sp, Displacement(last), 0x2222, 2, .u64), .addi(result, result, 0x2000), .label(2),
          ]
        }
        program += [.leave, .ret]
        let function = try calls.add(program)
        let outer = try calls.add(guarded(function.address, machine))
        names.append("a frame of \(bytes) bytes that saves \(numbers)")
        calls.call(outer.address)
      }
    }
    for (index, result) in try calls.run().enumerated() where result != 0 {
      Issue.record("\(machine): \(names[index]): \(result.map(hex) ?? "a fault")")
    }
  }

  /// IR rule S-P2: base of loads, stores and `lea` in every form, both sides of `addi` and `subi`, `mov` to and from.
  /// Behind each form comes a check that goes to label 9 if the place was another than that of `pointer`.
  private var stackPointerForms: [(name: String, code: [Instruction])] {
    let (index, pointer) = (b, Register.argument(2))
    var forms: [(Address, offset: Int32)] = []
    for n: Int32 in [0, 8, 15, 16, 120, 128, 255, 256, 257, 504, 512, 2000, 4088] { forms.append((.at(.sp, n), n)) }
    for shift in 0...3 {
      for n: Int32 in [0, 5, 300, 4000] { forms.append((.at(.sp, index, shift: shift, n), n + 5 << Int32(shift))) }
    }
    var checks: [(String, [Instruction])] = []
    for (address, offset) in forms {
      let (place, distance) = (Displacement(offset), Imm64(Int(offset)))
      checks += [
        ("st \(address.form)", [.st(.u64, temporary, address), .branchMem(.ne, pointer, place, temporary, 9, .u64)]),
        (
          "ld \(address.form)",
          [.st(.s16, temporary, .at(pointer, offset)), .ld(.s16, a, address), .branchi(.ne, a, Imm64(-0x2110), 9)]
        ),
        ("lea \(address.form)", [.lea(a, address), .sub(a, a, pointer), .branchi(.ne, a, distance, 9)]),
        (
          "lea.w \(address.form)",
          [.lea(width: .w32, a, address), .sub(width: .w32, a, a, pointer), .branchi(.ne, a, distance, 9)]
        ),
      ]
      guard case .base = address.form else { continue }
      checks.append(("sti \(offset)", [.sti(.u64, .sp, place, 77), .branchMemi(.ne, pointer, place, 77, 9, .u64)]))
    }
    let end: [Instruction] = [.lea(a, .at(.sp)), .branch(.ne, a, pointer, 9)]
    for bytes in [16, 32, 4080, 4096, 65536, 0x12340] {
      let (down, up) = (Immediate(bytes), Immediate(-bytes))
      let there: [Instruction] = [.subi(.sp, .sp, down), .lea(a, .at(.sp, Int32(bytes))), .addi(.sp, .sp, down)]
      let back: [Instruction] = [.addi(.sp, .sp, up), .subi(.sp, .sp, up)]
      checks.append(("down by \(bytes)", there + [.branch(.ne, a, pointer, 9)] + back + end))
    }
    let moves: [Instruction] = [.mov(a, .sp), .branch(.ne, a, pointer, 9), .subi(a, a, 64), .mov(.sp, a)]
    return checks + [("mov", moves + [.lea(a, .at(.sp, 64)), .mov(.sp, a)] + end)]
  }

  @Test(arguments: TestMachine.all) func stackPointerStandsWhereItMay(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let head: [Instruction] = [
      .enter(4096), .movi(b, 5), .lea(.argument(2), .at(.sp)), .movi(temporary, 0x1234_5678_9ABC_DEF0),
    ]
    let tail: [Instruction] = [.movi(result, 0), .j(8), .label(9), .movi(result, 1), .label(8), .leave, .ret]
    let forms = stackPointerForms
    for form in forms {
      let place = try calls.add(head + form.code + tail)
      calls.call(try calls.add(guarded(place.address, machine)).address)
    }
    for (form, result) in zip(forms, try calls.run()) where result != 0 {
      Issue.record("\(machine): \(form.name): \(result.map(hex) ?? "a fault")")
    }
  }

  @Test(arguments: TestMachine.all) func severalExitsLeaveTheSameFrame(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let place = try calls.add([
      .enter(64, saving: [.saved(0), .saved(2)]), .mov(.saved(0), a), .movi(.saved(2), 9),
      .branchi(.eq, a, 0, 1), .addi(result, .saved(0), 10), .leave, .ret, .label(1), .movi(result, 5), .leave, .ret,
    ])
    let outer = try calls.add(guarded(place.address, machine))
    for argument: UInt64 in [0, 7] { calls.call(outer.address, [argument]) }
    let results = try calls.run()
    #expect(results == [5, 17])
  }

  @Test(arguments: TestMachine.all) func callsInAllFormsReachAlignedFunctions(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let add = try calls.add([.add(result, a, b), .ret])
    let checker = try calls.add(alignment)
    // The frame holds the address that callm calls.
    for (name, target) in [("sum", add.address), ("alignment", checker.address)] {
      let (bits, word) = (Immediate(bits: target), Imm64(bits: target))
      let forms: [[Instruction]] = [
        [.call(bits)], [.movi(temporary, bits), .callr(temporary)],
        [.sti(.u64, .sp, 16, word), .callm(.at(.sp, 16))],
        [.sti(.u64, .sp, 16, word), .movi(temporary, 2), .callm(.at(.sp, temporary, shift: 3))],
        [.sti(.u64, .sp, 8, word), .lea(temporary, .at(.sp)), .callm(.at(temporary, 8))],
      ]
      for form in forms {
        let place = try calls.add([.enter(24)] + form + [.leave, .ret])
        calls.call(place.address, name == "sum" ? [40, 2] : [])
      }
    }
    #expect(try calls.run() == [42, 42, 42, 42, 42, 0, 0, 0, 0, 0])
  }

  @Test(arguments: TestMachine.all) func jumpsThroughRegistersAndMemory(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let target = try calls.add([.addi(result, a, 1), .ret])
    let (bits, word) = (Immediate(bits: target.address), Imm64(bits: target.address))
    for number in machine.registers where number != 0 && number != 30 && !machine.target.abi.isPreserved(number) {
      calls.call(try calls.add([.movi(Register(number), bits), .jr(Register(number))]).address, [41])
    }
    // Out of a frame that was left, and through memory of a frame (which stays behind the stack pointer for a moment).
    calls.call(try calls.add([.enter(0), .leave, .movi(temporary, bits), .jr(temporary)]).address, [41])
    let table = try calls.add([.jm(.at(a, b, shift: 3, -8))])
    let outer = try calls.add([
      .enter(32), .sti(.u64, .sp, 16, word), .lea(a, .at(.sp)), .movi(b, 3), .call(Immediate(bits: table.address)),
      .lea(temporary, .at(.sp)), .sub(result, result, temporary), .addi(result, result, 41), .leave, .ret,
    ])
    calls.call(outer.address)
    let results = try calls.run()
    #expect(results == [UInt64?](repeating: 42, count: results.count))
  }

  @Test(arguments: TestMachine.all) func subroutinesNestAndMayCall(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let checker = try calls.add(alignment)
    let total = Register.saved(0)
    // main calls f and g; f calls g twice; g calls C, whose stack must be aligned, and counts in a saved register.
    let program: [Instruction] = [
      .enter(16, saving: [.saved(0), .saved(1)]), .movi(total, 0), .sti(.u64, .sp, 0, 77),
      .fastCall(1), .fastCall(2), .mov(result, total), .branchMemi(.eq, .sp, 0, 77, 9, .u64), .movi(result, 0xBAD),
      .label(9), .leave, .ret,
      .label(1), .subroutine, .addi(total, total, 1), .fastCall(2), .addi(total, total, 10), .fastCall(2), .fastRet,
      .label(2), .subroutine, .call(Immediate(bits: checker.address)), .add(total, total, result),
      .addi(total, total, 100), .fastRet,
    ]
    let place = try calls.add(program)
    let outer = try calls.add(guarded(place.address, machine))
    calls.call(outer.address)
    // A subroutine that lies in front of its caller, and one that calls itself.
    let recursive = try calls.add([
      .j(5), .label(3), .subroutine, .branchi(.eq, a, 0, 4), .subi(a, a, 1), .fastCall(3), .addi(total, total, 3),
      .label(4), .fastRet,
      .entry(5), .enter(0, saving: [total]), .movi(total, 0), .fastCall(3), .mov(result, total), .leave, .ret,
    ])
    for depth: UInt64 in [0, 1, 100] { calls.call(recursive.address, [depth]) }
    let results = try calls.run()
    #expect(results == [311, 0, 3, 300])
  }

  #if arch(x86_64) || arch(arm64)
    @Test func functionsOfTheHostAreCalled() throws {
      // Seven leaves half a stack slot on both machines; the C function tells what it was given and where its stack is.
      typealias Host = @convention(c) (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) -> UInt64
      let host: Host = { a, b, c, d, e, f in a &+ 10 &* b &+ 100 &* c &+ 1000 &* d &+ 10_000 &* e &+ 100_000 &* f }
      let address = UInt64(UInt(bitPattern: unsafeBitCast(host, to: UnsafeRawPointer.self)))
      for bytes: Int32 in [0, 8, 16, 24, 4096] {
        for saving: RegisterSet in [[], [.saved(0)], [.saved(0), .saved(1)], [.saved(4)]] {
          let code = try Executable([
            .enter(bytes, saving: saving), .call(Immediate(bits: address)), .leave, .addi(result, result, 1), .ret,
          ])
          let value = unsafe code.withEntry(as: Host.self) { $0(1, 2, 3, 4, 5, 6) }
          #expect(value == 654_322)
        }
      }
    }
  #endif
}

extension [Int] {
  /// The same elements in another, fixed order.
  fileprivate func shuffledByStep(_ step: Int) -> [Int] {
    (0..<step).flatMap { start in stride(from: start, to: count, by: step).map { self[$0] } }
  }
}
