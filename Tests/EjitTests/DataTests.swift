import Ejit
import EjitInterpreter
import TestSupport
import Testing

/// Rows K1 to K5: what lies among the code, and where.
@Suite struct DataTests {
  private let result = Register.result(0)

  @Test(arguments: [Target.x86_64, .aarch64]) func dataIsLaidDownAsItsTypeSays(target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    try assembler.assemble(
      [
        .data(.u8, 0x88), .label(1), .data(.u16, 0x8788), .zeros(3), .data(.u32, -0x7A79_7878), .label(2),
        .data(.u64, Imm64(bits: 0x8182_8384_8586_8788)), .data(.u8, -1),
        .data(.f32, Imm64(bits: UInt64(Float(-1.5).bitPattern))), .data(.f64, Imm64(bits: Double(-1.5).bitPattern)),
        .zeros(0), .label(3),
      ].span)
    let expected: [UInt8] = [
      0x88, 0x88, 0x87, 0, 0, 0, 0x88, 0x87, 0x86, 0x85, 0x88, 0x87, 0x86, 0x85, 0x84, 0x83, 0x82, 0x81, 0xFF, 0, 0,
      0xC0, 0xBF, 0, 0, 0, 0, 0, 0, 0xF8, 0xBF,
    ]
    let found = assembler.copyCode()
    #expect(found == expected)
    let offsets = [Label(1), 2, 3].map { assembler.offset(of: $0) }
    #expect(offsets == [1, 10, expected.count])
    for count: UInt32 in [1, 4096, 100_000, 1 << 24] {
      try assembler.assemble([.data(.u8, 7), .zeros(count), .data(.u8, 9)].span)
      let code = assembler.copyCode()
      #expect(code.count == Int(count) + 2 && code.first == 7 && code.last == 9)
      #expect(!code.dropFirst().dropLast().contains { $0 != 0 })
    }
  }

  @Test(arguments: TestMachine.all) func alignedPlacesAreAligned(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var expected: [UInt64] = []
    for bytes: UInt32 in [1, 2, 4, 8, 16, 32, 64, 256, 1024, 4096] {
      for gap: UInt32 in [0, 1, 3, 4, 8, 12, 60] {
        // Behind code the gap is run through; behind data it is zeros. The same in cold code.
        let odd = max(bytes, UInt32(machine.target.instructionAlignment))
        let place = try calls.add(
          [
            .movi(result, 1), .nops(gap & ~3), .align(bytes), .label(1), .addi(result, result, 1), .j(5),
            .zeros(gap), .data(.u8, 0xFF), .align(bytes), .label(2), .data(.u8, 0xFF), .align(odd), .label(5),
            .addi(result, result, 1), .j(6), .section(.cold), .nop, .label(6), .addi(result, result, 1), .align(bytes),
            .label(3), .addi(result, result, 1), .ret,
          ], labels: [1, 2, 3, 5])
        for label: Label in [1, 2, 3] {
          let offset = place.address(of: label) - place.address
          #expect(offset % UInt64(bytes) == 0, "\(machine): align \(bytes), \(gap) bytes, label \(label.number)")
        }
        calls.call(place.address)
        expected.append(5)
      }
    }
    #expect(try calls.run() == expected)
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func gapsBehindDataAreZero(target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    try assembler.assemble([.data(.u8, 0xAA), .align(16), .label(1), .data(.u8, 0xBB), .align(32)].span)
    let (place, code) = (assembler.offset(of: 1), assembler.copyCode())
    let zeros = [UInt8](repeating: 0, count: 15)
    #expect(place == 16)
    #expect(code == [0xAA] + zeros + [0xBB] + zeros)
  }

  /// A label between data and the gap that follows is one of zeros, on every machine as on the reference machine.
  @Test(arguments: TestMachine.all) func gapsBehindDataAreReadAsZeros(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    for bytes: UInt32 in [8, 16, 64, 4096] {
      let program: [Instruction] = [
        .align(bytes), .ldLabel(.u32, result, 1), .addi(result, result, 5), .j(2), .align(bytes), .data(.u32, -1),
        .label(1), .mark(1), .align(bytes), .label(2), .ret,
      ]
      calls.call(try calls.add(program).address)
      var reference = try Interpreter(program: program, target: machine.target, features: machine.features)
      #expect(try reference.run(fuel: 100) == 5)
    }
    #expect(try calls.run() == [5, 5, 5, 5])
  }

  /// An island may be due where a gap begins, so that the gap is another one behind it.
  @Test(arguments: TestMachine.all) func placesBehindIslandsAreAligned(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    for bytes: UInt32 in [8, 16, 64, 1024] {
      for gap: UInt32 in [16_000, 18_000, 20_000, 24_000, 28_000] {
        for header: [Instruction] in [[], [.data(.u32, 1)]] {
          let program: [Instruction] = [
            .movi(result, 1), .branchBit(.eq, .argument(1), 3, 9), .j(1),
          ]
          let padding = [Instruction](repeating: .nops(4), count: Int(gap) / 4)
          let place = try calls.add(
            program + padding + header + [.align(bytes), .label(1), .movi(result, 2)] + padding + [
              .label(9), .addi(result, result, 5), .ret,
            ], labels: [1])
          #expect(place.address(of: 1) % UInt64(bytes) == 0, "\(machine): align \(bytes) behind \(gap)")
          for argument: UInt64 in [8, 0] { calls.call(place.address, [0, argument]) }
        }
      }
    }
    let results = try calls.run()
    #expect(results == (0..<results.count).map { $0 % 2 == 0 ? 7 : 6 })
  }

  /// No bytes of zeros are no data: a gap behind them is run through.
  @Test(arguments: [Target.x86_64, .aarch64]) func noZerosAreNoData(target: Target) throws {
    var assembler = Assembler(target: target)
    try assembler.assemble([.nop, .align(16), .ret].span)
    let expected = assembler.copyCode()
    try assembler.assemble([.nop, .zeros(0), .align(16), .ret].span)
    let found = assembler.copyCode()
    #expect(found == expected)
  }

  @Test func codeBehindOddDataIsRefused() throws {
    for target in [Target.x86_64, .aarch64] {
      var assembler = Assembler(target: target, features: .baseline)
      for (count, code) in [1, 2, 3, 5].flatMap({ count in [Instruction.ret, .nop, .entry(1)].map { (count, $0) } }) {
        let program: [Instruction] = [.zeros(UInt32(count)), code, .ret]
        let error = refusal { () throws(EjitError) in try assembler.assemble(program.span) }
        // A function that begins there is refused at its first instruction.
        let isRight =
          target.architecture == .x86_64
          ? error == nil : error?.kind == .unalignedEntry && (1...2).contains(error?.instruction ?? 0)
        if !isRight { Issue.record("\(target.abi): \(program.map(\.text)): \(error.map { "\($0)" } ?? "accepted")") }
        try assembler.assemble([.zeros(UInt32(count)), .align(4), code, .ret].span)
      }
    }
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func equalConstantsShareAPlace(target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    func count(_ constants: [UInt64]) throws -> Int {
      try assembler.assemble(constants.map { .ldConstant(.argument(1), Imm64(bits: $0)) } + [.ret])
      return assembler.count
    }
    let (a, b, c): (UInt64, UInt64, UInt64) = (0x1234_5678_9ABC_DEF0, 0x1234_5678_9ABC_DEF1, 0x9234_5678_9ABC_DEF0)
    let same = try count([a, a, a])
    #expect(try count([a, b, a]) == same + 8)
    #expect(try count([a, b, c]) == same + 16)
    #expect(try count([c, b, c]) == same + 8)
    let many = (0..<1000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
    #expect(try count(many + many) - count(many + [UInt64](repeating: many[0], count: 1000)) == 0)
  }

  @Test(arguments: TestMachine.all) func manyConstantsAreFound(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    // More code than one instruction reaches over, so that the first loads are far from the pool.
    for gap: UInt32 in [0, 3 << 20] {
      var calls = Calls(machine)
      var program: [Instruction] = []
      let values = (0..<2000).map { UInt64($0 % 700) &* 0x9E37_79B9_7F4A_7C15 }
      for (index, value) in values.enumerated() {
        program += [.entry(Label(UInt32(index))), .ldConstant(result, Imm64(bits: value)), .ret]
        if index == 1000 { program.append(.zeros(gap)) }
      }
      let labels = values.indices.map { Label(UInt32($0)) }
      let place = try calls.add(program, labels: labels)
      for label in labels { calls.call(place.address(of: label)) }
      let results = try calls.run()
      #expect(results == values)
    }
  }

  @Test(arguments: [Target.x86_64, .aarch64])
  func addressesAmongDataAreThoseOfTheirLabels(target: Target) throws {
    let program: [Instruction] = [
      .ldLabel(.u64, result, 2), .ret, .align(8), .label(1), .ret, .label(2), .dataAddress(1), .dataAddress(3),
      .align(4), .entry(4), .ldLabel(.u64, .temporary(0), 5), .jr(.temporary(0)), .label(5), .dataAddress(3),
      .section(.cold), .label(3), .movi(result, 77), .ret,
    ]
    var assembler = Assembler(target: target)
    try assembler.assemble(program.span)
    let code = assembler.copyCode()
    let offsets = [Label(1), 2, 3].map { assembler.offset(of: $0) ?? -1 }
    for (index, offset) in [offsets[0], offsets[2]].enumerated() {
      let bytes = code[(offsets[1] + 8 * index)..<(offsets[1] + 8 * index + 8)]
      #expect(bytes.reversed().reduce(0) { $0 << 8 | Int($1) } == offset, "unpublished code has offsets")
    }
    guard target == .host, Executable.isSupported else { return }
    let executable = try Executable(program)
    typealias Function = @convention(c) () -> UInt64
    let base = UInt64(UInt(bitPattern: executable.baseAddress))
    let first = unsafe executable.withEntry(as: Function.self) { $0() }
    let second = try unsafe executable.withEntry(at: 4, as: Function.self) { $0() }
    #expect(first == base + UInt64(offsets[0]) && second == 77)
    // In an arena the code moves to a place of its own.
    let arena = try CodeArena(capacity: 1 << 20)
    for _ in 0..<3 {
      let code = try arena.add(assembler)
      let address = UInt64(code.address)
      let function = unsafe unsafeBitCast(UnsafeRawPointer(bitPattern: code.address), to: Function.self)
      #expect(function() == address + UInt64(offsets[0]))
    }
  }

  /// A table of addresses among the data, of hot and cold places before and behind it.
  @Test(arguments: TestMachine.all) func addressesAmongDataAreJumpedTo(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let table = Register.temporary(0)
    let place = try calls.add([
      .adr(table, 9), .jm(.at(table, .argument(0), shift: 3)), .label(0), .movi(result, 10), .ret,
      .data(.u8, 1), .label(9), .dataAddress(0), .dataAddress(1), .dataAddress(2), .align(4), .label(1),
      .movi(result, 11), .ret, .section(.cold), .label(2), .movi(result, 12), .ret,
    ])
    for index: UInt64 in [0, 1, 2] { calls.call(place.address, [index]) }
    #expect(try calls.run() == [10, 11, 12])
  }

  @Test(arguments: TestMachine.all) func rawInstructionsRun(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let (one, two): (Instruction, Instruction) =
      switch machine.target.architecture {
      case .x86_64: (.raw(0x0147_8D48, 4), .raw(0x0240_8D48_0147_8D48, 8))  // lea rax, [rdi + 1]; lea rax, [rax + 2]
      case .aarch64: (.raw(0x9100_0400, 4), .raw(Imm64(bits: 0x9100_0800_9100_0400), 8))  // add x0, x0, #1; #2
      }
    calls.call(try calls.add([one, .ret]).address, [41])
    calls.call(try calls.add([two, .ret]).address, [39])
    #expect(try calls.run() == [42, 42])
    // Nothing is known of what it does: no flags pass.
    var assembler = Assembler(target: machine.target, features: machine.features)
    let program: [Instruction] = [.cmp(.argument(0), .argument(1)), one, .setcc(result, .eq)]
    let error = refusal { () throws(EjitError) in try assembler.assemble(program.span) }
    #expect(error == EjitError(.flagsClobbered, instruction: 2))
  }
}
