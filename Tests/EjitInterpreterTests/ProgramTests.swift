import Ejit
import EjitInterpreter
import Testing

/// The result of `program`.
func run(
  _ program: [Instruction], _ arguments: UInt64..., on target: Target = .host, entry: Label? = nil,
  memory: [MemoryRange] = []
) throws -> UInt64 {
  var machine = try Interpreter(program: program, target: target)
  return try machine.run(entry: entry, arguments: arguments, memory: memory, fuel: 1_000_000)
}

let targets: [Target] = [.x86_64, .x86_64Windows, .aarch64]

@Suite struct ProgramTests {
  @Test(arguments: targets) func countsDown(_ target: Target) throws {
    let program: [Instruction] = [
      .movi(d, 0), .label(7), .add(d, d, a), .subi(a, a, 1), .cmpi(a, 0), .b(.ne, 7), .mov(.result(0), d), .ret,
    ]
    var machine = try Interpreter(program: program, target: target)
    #expect(try machine.run(arguments: [10_000], fuel: 100_000) == 50_005_000)
    #expect(machine.steps == 1 + 5 * 10_000 + 2)
    #expect(try machine.run(arguments: [4], fuel: 100) == 10)
  }

  /// Two limbs: (2^64 − 1) + 1 = 2^64; 2^64 − 1 = 2^64 − 1; −(2^64) from 0. Neutral ops stand inside the chains.
  @Test func carriesBetweenLimbs() throws {
    let sum: [Instruction] = [
      .addFlags(d, a, c), .movi(e, 5), .not(e, e), .nop, .mark(3), .adc(.result(0), b, .argument(3)), .ret,
    ]
    #expect(try run(sum, .max, 6, 1, 7) == 14)
    #expect(try run(sum, 5, 6, 1, 7) == 13)
    let difference: [Instruction] = [.subFlags(d, a, c), .sbb(.result(0), b, .argument(3)), .ret]
    #expect(try run(difference, 0, 9, 1, 7) == 1)
    #expect(try run(difference, 1, 9, 1, 7) == 2)
    let three: [Instruction] = [
      .addFlags(d, a, b), .adc(d, c, c), .adc(.result(0), .argument(3), .argument(3)), .ret,
    ]
    #expect(try run(three, .max, 1, .max, 0) == 1)
  }

  /// One comparison feeds several consumers, and survives a branch that is not taken.
  @Test func keepsFlagsForSeveral() throws {
    let program: [Instruction] = [
      .cmp(a, b), .b(.eq, 0), .setcc(d, .slt), .sel(e, .ult, a, b), .lea(.result(0), .at(d, e, shift: 1)), .ret,
      .label(0), .movi(.result(0), 77), .ret,
    ]
    #expect(try run(program, 5, 5) == 77)
    #expect(try run(program, 5, 6) == 11)
    #expect(try run(program, .max, 6) == 13)
    #expect(try run(program, 6, .max) == 12)
  }

  @Test func startsAtAnyEntry() throws {
    let program: [Instruction] = [
      .movi(.result(0), 1), .ret, .entry(10), .movi(.result(0), 2), .ret, .entry(0x8000_0000), .movi(.result(0), 3),
      .ret,
    ]
    #expect(try run(program) == 1)
    var copied = try Interpreter(program: program.span.extracting(first: 2))
    #expect(try copied.run() == 1)
    #expect(copied.address(of: 10) == nil)
    #expect(try run(program, entry: 10) == 2)
    #expect(try run(program, entry: 0x8000_0000) == 3)
  }

  /// `sp` is a register of its own that moves values like any other; the stack lies where it points.
  @Test(arguments: targets) func hasAStack(_ target: Target) throws {
    let program: [Instruction] = [
      .enter(40), .st(.u64, a, .at(.sp, 32)), .mov(d, .sp), .subi(.sp, .sp, 32), .sti(.u8, .sp, 0, 9),
      .ld(.u64, b, .at(d, 32)), .ld(.s8, c, .at(d, -32)), .addi(.sp, .sp, 32), .lea(e, .at(.sp, 8)), .sub(e, e, d),
      .add(b, b, c), .add(b, b, e), .leave, .mov(.result(0), b), .ret,
    ]
    #expect(try run(program, 1000, on: target) == 1017)
  }

  /// Names alias exactly as the calling convention of the target says.
  @Test func resolvesRoles() throws {
    let program: [Instruction] = [.movi(a, 5), .movi(.result(0), 6), .mov(.result(0), a), .ret]
    #expect(try targets.map { try run(program, on: $0) } == [5, 5, 6])
    let second: [Instruction] = [.movi(c, 5), .movi(.result(1), 6), .mov(.result(0), c), .ret]
    #expect(try run(second, on: .x86_64) == 6)
    #expect(try run(second, on: .aarch64) == 5)
    var machine = try Interpreter(program: [.movi(Register(6), 1), .movi(Register(2), 2), .ret], target: .x86_64)
    #expect(try machine.run() == 1)
    #expect(machine[.result(1)] == 2)
    #expect(machine[.argument(2)] == 2)
    #expect(machine[.argument(6)] == nil)
    #expect(machine[Register(14)] == nil)
    #expect(machine[.sp] == machine.stackAddresses.upperBound)
  }

  /// Every register value means what `ABI.number(of:)` says.
  @Test(arguments: targets) func knowsEveryName(_ target: Target) throws {
    var machine = try Interpreter(program: [.ret], target: target)
    _ = try machine.run(arguments: (0..<UInt64(target.abi.argumentCount)).map { $0 + 1 })
    for register in (UInt8.min...UInt8.max).map(Register.init(rawValue:)) where register != .sp {
      let number = target.abi.number(of: register)
      let held = number.map { number -> UInt64 in
        if number == target.abi.framePointer { return 0 }
        return number < target.abi.argumentCount ? UInt64(number) + 1 : Interpreter.undefined(number)
      }
      #expect(machine[register] == held)
    }
  }

  /// Registers that nothing defines hold recognisable values, the same ones each time.
  @Test(arguments: targets) func marksWhatIsUndefined(_ target: Target) throws {
    var machine = try Interpreter(program: [.mov(.result(0), d), .ret], target: target)
    let number = target.abi.number(of: d) ?? -1
    #expect(try machine.run(arguments: [1]) == Interpreter.undefined(number))
    #expect(machine[.argument(1)] == Interpreter.undefined(1))
    #expect(machine[Register(target.abi.framePointer)] == 0)
  }

  @Test func computesSHA256() throws {
    // FIPS 180-4, and its example "abc", padded to one block.
    let digest: [UInt32] = [
      0xBA78_16BF, 0x8F01_CFEA, 0x4141_40DE, 0x5DAE_2223, 0xB003_61A3, 0x9617_7A9C, 0xB410_FF61, 0xF200_15AD,
    ]
    var message = [UInt8](repeating: 0, count: 64)
    message.replaceSubrange(0..<4, with: [0x61, 0x62, 0x63, 0x80])
    message[63] = 24
    var state = SHA256.initial
    try SHA256.compress(message, into: &state)
    #expect(state == digest)
  }
}
