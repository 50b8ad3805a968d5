import CEjitShims
import Ejit
import EjitInterpreter
import Testing

@Suite struct CallTests {
  static func address(_ pointer: UnsafeRawPointer?) -> UInt64 { UInt64(UInt(bitPattern: pointer)) }

  /// Eight arguments, so that two lie on the stack of an x86-64.
  static let digits: @convention(c) (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) -> UInt64 = {
    let high = ($0 * 10 + $1) * 100 + $2 * 10 + $3
    return high * 10_000 + ($4 * 10 + $5) * 100 + $6 * 10 + $7
  }

  @Test func callsCFunctions() throws {
    let strlen = CallTests.address(ejit_symbol("strlen"))
    try #require(strlen != 0)
    let text: [UInt8] = [0x65, 0x6A, 0x69, 0x74, 0]
    let length = try text.withUnsafeBytes { text in
      try [
        [.enter(0), .call(Immediate(bits: strlen)), .leave, .ret],
        [.enter(0), .callr(b), .leave, .ret],
        [.enter(16), .st(.u64, b, .at(.sp, 8)), .callm(.at(.sp, 8)), .leave, .ret],
      ].map { try run($0, CallTests.address(text.baseAddress), strlen) }
    }
    #expect(length == [4, 4, 4])
  }

  /// The words at `sp` follow the register arguments, whatever the machine that makes the call.
  @Test(arguments: targets) func passesEveryArgument(_ target: Target) throws {
    let function = CallTests.address(unsafeBitCast(CallTests.digits, to: UnsafeRawPointer.self))
    let count = target.abi.argumentCount
    let shadow = target.abi == .win64 ? 32 : 0
    let program: [Instruction] =
      [.enter(96)]
      + (count..<8).map { .sti(.u64, .sp, Displacement(Int32(shadow + 8 * ($0 - count))), Imm64($0 + 1)) }
      + (0..<count).map { .movi(.argument($0), Immediate($0 + 1)) } + [.call(Immediate(bits: function)), .leave, .ret]
    #expect(try run(program, on: target) == 12_345_678)
  }

  /// A call loses every register that the convention does not preserve, and no other.
  @Test(arguments: targets) func losesRegisters(_ target: Target) throws {
    let function: @convention(c) () -> UInt64 = { 41 }
    let address = CallTests.address(unsafeBitCast(function, to: UnsafeRawPointer.self))
    let abi = target.abi
    let numbers = abi.numbers.filter { $0 != abi.framePointer }
    let program: [Instruction] =
      [.enter(0)] + numbers.map { .movi(Register($0), Immediate(1000 + $0)) }
      + [.call(Immediate(bits: address)), .j(0), .leave, .label(0)]
    var machine = try Interpreter(program: program, target: target)
    #expect(throws: Fault(.endOfProgram, instruction: program.count)) { try machine.run() }
    for number in numbers {
      let found = machine[Register(number)]
      if abi.saved.contains(number) {
        #expect(found == 1000 + UInt64(number))
      } else if !abi.results.contains(number) {
        #expect(found == Interpreter.undefined(number))
      }
    }
    #expect(machine[.result(0)] == 41)
  }

  @Test func callsNoneUnlessAllowed() throws {
    var machine = try Interpreter(program: [.enter(0), .callr(a), .leave, .ret])
    machine.allowsHostCalls = false
    #expect(throws: Fault(.callRefused, instruction: 1, address: 4096)) { try machine.run(arguments: [4096]) }
  }

  /// `enter` keeps the caller's registers, and its frame lies below them.
  @Test(arguments: targets) func savesRegisters(_ target: Target) throws {
    let saved = target.abi.saved
    let set = RegisterSet(saved.indices.map { .saved($0) } + [Register(saved[1])])
    let overwrite = saved.indices.map { Instruction.movi(.saved($0), 7) }
    let fill = (0..<6).map { Instruction.sti(.u64, .sp, Displacement(Int32(8 * $0)), -1) }
    let program = [.enter(48, saving: set)] + overwrite + fill + [.addi(.sp, .sp, 16), .leave, .ret]
    var machine = try Interpreter(program: program, target: target)
    _ = try machine.run()
    for number in saved { #expect(machine[Register(number)] == Interpreter.undefined(number)) }
    // Above the return address a caller for Windows leaves room for four arguments.
    #expect(machine[.sp] == machine.stackAddresses.upperBound - (target == .x86_64Windows ? 32 : 0))
    #expect(machine[Register(target.abi.framePointer)] == 0)
  }

  /// Several exits of one function, each with its own `leave`; what lies above the frame is not touched.
  @Test func leavesAtEveryExit() throws {
    let program: [Instruction] = [
      .subi(.sp, .sp, 16), .st(.u64, b, .at(.sp)), .enter(16, saving: [e]), .movi(e, 9), .branchi(.eq, a, 0, 0),
      .leave, .j(1), .label(0), .leave, .label(1), .ld(.u64, .result(0), .at(.sp)), .addi(.sp, .sp, 16),
      .add(.result(0), .result(0), e), .ret,
    ]
    for choice: UInt64 in [0, 1] { #expect(try run(program, choice, 4, on: .x86_64) == 4 &+ Interpreter.undefined(8)) }
  }

  /// 3 · (2 · (1 + a)): subroutines nest, and no register dies.
  @Test(arguments: targets) func callsSubroutines(_ target: Target) throws {
    let program: [Instruction] = [
      .enter(16, saving: [e]), .movi(e, 3), .movi(d, 2), .st(.u64, a, .at(.sp)), .fastCall(0), .ld(.u64, c, .at(.sp)),
      .add(.result(0), b, c), .leave, .ret,
      .label(0), .subroutine, .addi(b, a, 1), .fastCall(1), .mul(b, b, e), .fastRet,
      .label(1), .subroutine, .mul(b, b, d), .fastRet,
    ]
    #expect(try run(program, 6, on: target) == 42 + 6)
  }

  /// n!, by a function that calls itself through its address; its frame keeps n.
  @Test(arguments: targets) func recurses(_ target: Target) throws {
    let program: [Instruction] = [
      .branchi(.ugt, a, 1, 0), .movi(.result(0), 1), .ret,
      .label(0), .enter(32, saving: [e]), .mov(e, a), .st(.u64, b, .at(.sp, 8)), .subi(a, a, 1), .callr(b),
      .mul(.result(0), .result(0), e), .ld(.u64, b, .at(.sp, 8)), .leave, .ret, .entry(9), .j(8), .label(8),
      .mov(d, a), .jr(b),
    ]
    var machine = try Interpreter(program: [.label(100)] + program, target: target)
    let start = machine.address(of: 100) ?? 0
    #expect(try machine.run(arguments: [20, start], fuel: 1000) == 2_432_902_008_176_640_000)
    #expect(machine[e] == Interpreter.undefined(target.abi.saved[0]))
    #expect(try machine.run(entry: 9, arguments: [5, start], fuel: 1000) == 120)
  }

  /// A call of a function of the program loses registers like any other call; jumps through memory work.
  @Test func callsItsOwnFunctions() throws {
    let program: [Instruction] = [
      .enter(32), .st(.u64, a, .at(.sp)), .st(.u64, b, .at(.sp, 8)), .movi(e, 1), .movi(d, 1), .callm(.at(.sp)),
      .sub(d, d, .result(0)), .mov(.result(0), d), .jm(.at(.sp, 8)), .label(1), .leave, .ret,
      .entry(2), .movi(d, 5), .movi(.result(0), 6), .ret,
    ]
    var machine = try Interpreter(program: program, target: .x86_64)
    let addresses = [machine.address(of: 2) ?? 0, machine.address(of: 1) ?? 0]
    #expect(try machine.run(arguments: addresses) == Interpreter.undefined(7) - 6)
  }

  /// Arguments beyond the registers lie above the return address.
  @Test func takesArgumentsOnTheStack() throws {
    var machine = try Interpreter(program: [.ld(.u64, d, .at(.sp, 24)), .mov(.result(0), d), .ret], target: .x86_64)
    #expect(try machine.run(arguments: [0, 1, 2, 3, 4, 5, 6, 7]) == 7)
  }
}
