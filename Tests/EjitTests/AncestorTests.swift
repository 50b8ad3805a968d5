import Ejit
import EjitInterpreter
import EjitText
import TestSupport
import Testing

/// The defects of the crate that gave the idea (rows X1 to X24 of the contract), each of which a test here would find.
/// Words are those of `llvm-mc -triple=aarch64 -show-encoding`.
@Suite struct AncestorTests {
  private static let targets = [Target.x86_64, .x86_64Windows, .aarch64]

  private func words(_ program: [Instruction]) throws -> [UInt32] {
    var assembler = Assembler(target: .aarch64)
    try assembler.assemble(program.span)
    let bytes = assembler.copyCode()
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
  }

  private func error(_ program: [Instruction], _ target: Target, _ features: Features = []) -> EjitError? {
    var assembler = Assembler(target: target, features: Features.best(for: target).union(features))
    do {
      try assembler.assemble(program.span)
      return nil
    } catch { return error }
  }

  private func run(_ program: [Instruction], _ arguments: UInt64...) throws -> UInt64 {
    typealias Function = @convention(c) (UInt64, UInt64) -> UInt64
    let code = try Executable(program)
    return unsafe code.withEntry(as: Function.self) {
      $0(arguments.first ?? 0, arguments.count > 1 ? arguments[1] : 0)
    }
  }

  /// X1: the crate compiled for neither machine. Both are built into every build, and lower the same program.
  @Test func x1BothMachinesAreThereOnEveryHost() throws {
    for target in AncestorTests.targets {
      #expect(error([.movi(.result(0), 1), .ret], target) == nil)
    }
  }

  /// X2: ops that were accepted and emitted nothing.
  @Test func x2EveryOpThatComputesEmitsCode() throws {
    var lists = OperandLists()
    lists.widths = [.w64]
    let registers = (7...13).map { Register($0) }
    for op in Mnemonic.allCases where op.family == .value || op.family == .memory {
      for instruction in op.instances(registers: registers, lists) {
        for target in [Target.x86_64, .aarch64] {
          var assembler = Assembler(target: target, features: op.needs(on: target.architecture))
          try assembler.append([.label(0), instruction].span)
          #expect(assembler.count > 0, "\(op.text)")
        }
      }
    }
  }

  /// X3: register fields of a template that were not cleared.
  @Test func x3FieldsHoldTheirRegisterAndNothingElse() throws {
    let (d, a) = (Register(2), Register(5))
    #expect(try words([.mov(d, a), .not(d, a), .neg(d, a)]) == [0xAA05_03E2, 0xAA25_03E2, 0xCB05_03E2])
    for (number, other) in zip(0...13, (0...13).reversed()) where number != other {
      let word = try words([.mov(Register(number), Register(other))])[0]
      #expect(word == 0xAA00_03E0 | UInt32(other) << 16 | UInt32(number))
    }
  }

  /// X4: a comparison that wrote its first operand.
  @Test func x4ComparisonsWriteNoRegister() throws {
    #expect(try words([.cmp(Register(2), Register(5))]) == [0xEB05_005F])
    let (a, b, r) = (Register.argument(0), Register.argument(1), Register.result(0))
    #expect(
      try run([.cmp(a, b), .setcc(.temporary(0), .ult), .addShifted(r, a, b, .shl, 8), .ret], 3, 7) == 3 + 7 << 8)
  }

  /// X5: an immediate shifted by the wrong amount.
  @Test func x5ImmediatesOfComparisonsStandInTheirField() throws {
    let a = Register(2)
    #expect(try words([.cmpi(a, 100), .cmpi(Register(9), 0xFFF000)]) == [0xF101_905F, 0xF17F_FD3F])
    for value in [UInt64(0), 1, 99, 100, 101, 4095, 4096, 4097, 0xFFF000, 1 << 32, .max] {
      let program: [Instruction] = [
        .cmpi(.argument(0), Immediate(bits: value)), .setcc(.result(0), .eq), .ret,
      ]
      #expect(try run(program, value) == 1)
      #expect(try run(program, value ^ 1) == 0)
    }
  }

  /// X6: a jump whose distance was in the wrong unit.
  @Test func x6JumpsGoWhereTheyPoint() throws {
    #expect(try words([.j(0), .nop, .label(0), .ret])[0] == 0x1400_0002)
    #expect(try words([.label(0), .nop, .j(0)])[1] == 0x17FF_FFFF)
    let r = Register.result(0)
    #expect(try run([.movi(r, 1), .j(0), .label(1), .addi(r, r, 4), .ret, .label(0), .addi(r, r, 2), .j(1)]) == 7)
  }

  /// X7: a backward address that became an undefined instruction.
  @Test func x7BackwardAddressesKeepTheirOpcode() throws {
    let d = Register(9)
    // adr x9, .-8 and adr x9, .+8
    #expect(try words([.label(0), .nop, .nop, .adr(d, 0)])[2] == 0x10FF_FFC9)
    #expect(try words([.adr(d, 0), .nop, .label(0), .ret])[0] == 0x1000_0049)
    let r = Register.result(0)
    let program: [Instruction] = [.j(1), .label(0), .movi(r, 9), .ret, .label(1), .adr(r, 0), .jr(r)]
    #expect(try run(program) == 9)
  }

  /// X8: negative and unaligned displacements. X9: displacements of eight bytes shifted twice.
  @Test func x8x9DisplacementsOfAllKindsAreEncoded() throws {
    let (d, base) = (Register(1), Register(2))
    #expect(try words([.ld(.u64, d, .at(base, -8)), .ld(.u64, d, .at(base, 8))]) == [0xF85F_8041, 0xF940_0441])
    let r = Register.result(0)
    let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 >> 8) }
    try bytes.withUnsafeBytes { bytes in
      let middle = 35_000
      let address = UInt64(UInt(bitPattern: bytes.baseAddress)) + UInt64(middle)
      for displacement in [-1, -7, -8, -255, -256, -257, -4097, 1, 8, 255, 256, 4095, 4097, 32_760, 32_761] {
        let expected = bytes.loadUnaligned(fromByteOffset: middle + displacement, as: UInt64.self)
        let loaded = try run([.ld(.u64, r, .at(.argument(0), Int32(displacement))), .ret], address)
        #expect(loaded == expected)
      }
    }
  }

  /// X10: an op that the table had and the code had not. X2's test walks over all; this one over all operands that are
  /// enumerated.
  @Test func x10EveryVariantOfEveryOpIsLowered() throws {
    var lists = OperandLists()
    lists.conditions = Condition.allCases
    lists.types = MemoryType.allCases
    lists.signednesses = Signedness.allCases
    lists.shifts = Shift.allCases
    (lists.orders, lists.atomics) = (MemoryOrder.allCases, AtomicOperation.allCases)
    let registers = (7...13).map { Register($0) }
    for op in Mnemonic.allCases where [.value, .branch, .memory].contains(op.family) {
      for instruction in op.instances(registers: registers, lists) {
        for target in [Target.x86_64, .aarch64] {
          let features = op.needs(on: target.architecture)
          #expect(error([.label(0), instruction], target, features) == nil, "\(op.text)")
        }
      }
    }
  }

  /// X11: constants of 16 bits, comparisons below 4096, frames below a page.
  @Test func x11ConstantsAndFramesOfAnySize() throws {
    let (a, r) = (Register.argument(0), Register.result(0))
    for index in 0..<192 {
      let one = UInt64(1) << UInt64(index & 63)
      let bits = index < 64 ? one : index < 128 ? ~one : 0x1234_5678_9ABC_DEF1 &* one
      let value = Immediate(bits: bits)
      #expect(try run([.movi(r, value), .ret]) == bits)
      #expect(try run([.addi(r, a, value), .ret], 5) == 5 &+ bits)
      #expect(try run([.xori(r, a, value), .ret], 5) == 5 ^ bits)
    }
    for bytes: Int32 in [0, 16, 4080, 4096, 4112, 100_000] {
      let program: [Instruction] = [
        .enter(bytes), .lea(r, .at(.sp, bytes)), .mov(.temporary(0), .sp), .sub(r, r, .temporary(0)), .leave, .ret,
      ]
      #expect(try run(program) == UInt64(bytes))
    }
  }

  /// X12: signed loads that extended to 32 bits only.
  @Test func x12SignedLoadsExtendTo64Bits() throws {
    let (d, base) = (Register(9), Register(10))
    #expect(try words([.ld(.s8, d, .at(base)), .ld(.s16, d, .at(base))]) == [0x3980_0149, 0x7980_0149])
    let value: UInt64 = 0xFFFF_FFFF_FFFF_FF80
    try withUnsafeBytes(of: value) { bytes in
      let address = UInt64(UInt(bitPattern: bytes.baseAddress))
      for type in [MemoryType.s8, .s16, .s32] {
        let loaded = try run([.ld(type, .result(0), .at(.argument(0))), .ret], address)
        #expect(loaded == value)
      }
    }
  }

  /// X13: register 31 that was the stack pointer here and zero there; numbers that spilled into the next field.
  @Test func x13StackPointerAndNumbersBeyondTheLastAreRefused() {
    for target in AncestorTests.targets {
      #expect(error([.add(.sp, .sp, Register(1))], target)?.kind == .stackPointerNotAllowed)
      #expect(error([.add(Register(1), .sp, Register(1))], target)?.kind == .stackPointerNotAllowed)
      #expect(error([.add(Register(8), Register(40), Register(9))], target)?.kind == .noSuchRegister)
      #expect(error([.add(Register(31), Register(8), Register(9))], target)?.kind == .noSuchRegister)
    }
  }

  /// X14: register tables of one machine copied to another.
  @Test func x14EachConventionHasRegistersOfItsOwn() {
    #expect(ABI.sysV.argumentCount == 6 && ABI.win64.argumentCount == 4 && ABI.aapcs64.argumentCount == 8)
    #expect(ABI.sysV.number(of: .result(0)) != ABI.sysV.number(of: .argument(0)))
    #expect(ABI.aapcs64.number(of: .result(0)) == ABI.aapcs64.number(of: .argument(0)))
  }

  /// X15: pages that were writable and executable, mapped without a look at the result. (The suite of `CodeArena`
  /// reads the maps of the process.)
  @Test func x15NoPageIsWritableAndExecutable() throws {
    let code = try Executable([.ret])
    let arena = try CodeArena(capacity: 1 << 16)
    var assembler = Assembler()
    try assembler.assemble([.nop, .ret])
    _ = try arena.add(assembler)
    #expect(code.count > 0 && arena.bytesInUse > 0)
    #expect(throws: (any Error).self) { _ = try CodeArena(capacity: 1 << 62) }
  }

  /// X16: two arguments at most, and entries at any offset.
  @Test func x16FunctionsAreCalledWithTheirTypeAtCheckedEntries() throws {
    typealias Six = @convention(c) (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) -> UInt64
    let r = Register.temporary(0)
    let code = try Executable(
      [.mov(r, .argument(0))] + (1..<6).map { .addShifted(r, r, .argument($0), .shl, UInt8(4 * $0)) }
        + [.mov(.result(0), r), .ret])
    #expect(unsafe code.withEntry(as: Six.self) { $0(1, 2, 3, 4, 5, 6) } == 0x65_4321)
    let outside = refusal { () throws(EjitError) in
      try unsafe code.withEntry(atOffset: 1 << 20, as: Six.self) { _ in }
    }
    #expect(outside == EjitError(.unalignedEntry, detail: 1 << 20))
  }

  /// X17: labels that could not be asked for, the first of two that was taken.
  @Test func x17LabelsAreKnownAndUnique() throws {
    var assembler = Assembler(target: .aarch64)
    try assembler.assemble([.nop, .label(7), .ret])
    #expect(assembler.offset(of: 7) == 4)
    #expect(error([.label(7), .label(7)], .x86_64) == EjitError(.duplicateLabel, instruction: 1, detail: 7))
  }

  /// X18: types that could not be named outside. This suite imports the module as any client does.
  @Test func x18EveryOperandCanBeWrittenByAClient() {
    let address = Address.at(Register(8), .unsigned, Register(9), shift: 3, 16)
    let program: [Instruction] = [
      .rmw(.xor, .u16, Register(10), address), .prefetch(.write, .stream, address),
      .ccmp(.eq, .less, Register(8), Register(9)), .push([Register(8), .saved(0)]), .data(.f64, 0), .section(.cold),
    ]
    #expect(program.count == 6)
  }

  /// X19: functions that lost their return address to a call.
  @Test func x19CallsKeepTheReturnAddressAndSavedRegisters() throws {
    let absolute: @convention(c) (UInt64) -> UInt64 = { $0 &* 3 }
    let target = Immediate(UInt(bitPattern: unsafe unsafeBitCast(absolute, to: UnsafeRawPointer.self)))
    let (s, r) = (Register.saved(0), Register.result(0))
    let program: [Instruction] = [
      .enter(0, saving: [s]), .movi(s, 100), .call(target), .add(s, s, r), .mov(.argument(0), r), .call(target),
      .add(r, r, s), .leave, .ret,
    ]
    #expect(try run(program, 5) == 100 + 15 + 45)
  }

  /// X20: code behind an odd byte of data.
  @Test func x20CodeBehindDataIsAlignedOrRefused() throws {
    #expect(error([.ret, .data(.u8, 1), .ret], .aarch64) == EjitError(.unalignedEntry, instruction: 2, detail: 5))
    #expect(error([.ret, .data(.u8, 1), .align(4), .ret], .aarch64) == nil)
    #expect(error([.ret, .data(.u8, 1), .ret], .x86_64) == nil)
    #expect(try words([.ret, .data(.u8, 1), .align(4), .ret]) == [0xD65F_03C0, 1, 0xD65F_03C0])
  }

  /// X21: a README that promised what was not there. `ReadmeTests` compile its examples and make its tables; the form
  /// of address that it promised is this.
  @Test func x21BaseAndShiftedIndexAndDisplacement() throws {
    let table: [UInt64] = [10, 20, 30, 40, 50]
    try table.withUnsafeBytes { bytes in
      let address = UInt64(UInt(bitPattern: bytes.baseAddress))
      let program: [Instruction] = [
        .ld(.u64, .result(0), .at(.argument(0), .argument(1), shift: 3, 8)), .ret,
      ]
      let loaded = try run(program, address, 2)
      #expect(loaded == 40)
    }
  }

  /// X22: four allocations and a mapping for each function. (`AllocationTests` count them.)
  @Test func x22FunctionsShareStorageAndPages() throws {
    var assembler = Assembler()
    let arena = try CodeArena(capacity: 1 << 20)
    var last: UInt = 0
    for value in 0..<100 {
      try assembler.assemble([.movi(.result(0), Immediate(value)), .ret])
      let block = try arena.add(assembler)
      #expect(last == 0 || block.address - last <= 16)
      last = block.address
    }
  }

  /// X23: a client whose every path ended in `todo!()`. The main program of this package runs on the reference machine
  /// and on this one, with one result.
  @Test func x23AProgramRunsToItsEnd() throws {
    let (n, total) = (Register.argument(0), Register.result(0))
    let program: [Instruction] = [
      .mov(.temporary(0), n), .movi(total, 0), .label(0), .add(total, total, .temporary(0)),
      .subi(.temporary(0), .temporary(0), 1), .branchi(.ne, .temporary(0), 0, 0), .ret,
    ]
    var reference = try Interpreter(program: program)
    #expect(try reference.run(arguments: [1000]) == 500_500)
    #expect(try run(program, 1000) == 500_500)
  }

  /// X24: encodings scraped from the output of a compiler. Those here are written from the manuals and checked against
  /// an assembler: the listings have every op, on every machine.
  @Test func x24ListingsHaveEveryOp() throws {
    let listings = try SourceFile.all(below: "Tests/EjitTests/Listings", suffix: ".txt")
    for name in ["/x86-64.txt", "/aarch64.txt"] {
      let listing = try #require(listings.first { $0.path.hasSuffix(name) })
      let words = Set(listing.lines.flatMap { $0.prefix { $0 != "|" }.split { !$0.isLetter && !$0.isNumber } })
      for op in Mnemonic.allCases where op.family != .control {
        #expect(words.contains(op.text[...]), "\(listing.path): \(op.text)")
      }
    }
  }
}
