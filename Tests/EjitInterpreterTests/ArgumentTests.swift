import Ejit
import EjitInterpreter
import Testing

/// Calls with arguments on the reference machine: between functions of a program, and of C.
@Suite struct ArgumentTests {
  static let targets = [Target.x86_64, .x86_64Windows, .aarch64, .aarch64Apple, .aarch64Windows]

  /// Twelve integers and ten numbers, in registers and on the stack; what is kept is kept, what was pushed comes back.
  @Test(arguments: targets) func passesWhatTheCalleeFinds(_ target: Target) throws {
    let abi = target.abi
    var layout = ArgumentLayout(abi)
    let kept: Register = .temporary(0)
    let sum = Register.saved(0)
    let number = VectorRegister(abi.temporaryVectors[0])
    var program: [Instruction] = [
      .enter(32, saving: [sum]), .movi(kept, 77), .movi(sum, 5), .sti(.u64, .sp, 8, 99), .fsetBits(number, sum),
    ]
    var callee: [Instruction] = [.entry(1), .enter(64, saving: [sum, .saved(1)]), .movi(sum, 0)]
    for index in 0..<22 {
      let isNumber = index % 11 > 5
      program.append(isNumber ? .fpass(number) : .passi(.s64, Imm64(index * index - 3)))
      switch layout.next(isNumber ? .float(.w64) : .integer(.s64)) {
      case .register(let n): callee += [.muli(sum, sum, 3), .add(sum, sum, Register(n))]
      case .vector(let n): callee += [.fbits(.saved(1), VectorRegister(n)), .add(sum, sum, .saved(1))]
      case .stack(let offset, let bytes):
        #expect(bytes == 8)
        callee.append(.ldArgument(.u64, .saved(1), UInt32(offset - abi.homeBytes) / 8))
        if !isNumber { callee.append(.muli(sum, sum, 3)) }
        callee.append(.add(sum, sum, .saved(1)))
      case .both: Issue.record("no variadic function")
      }
    }
    callee += [.mov(.result(0), sum), .leave, .ret]
    program += [
      .keep([kept]), .fkeep(number), .patchableCall(1, 1), .add(.result(0), .result(0), kept), .fbits(kept, number),
      .add(.result(0), .result(0), kept), .ld(.u64, kept, .at(.sp, 8)), .add(.result(0), .result(0), kept),
      .add(.result(0), .result(0), sum), .leave, .ret,
    ]
    var expected: Int64 = 0
    for index in 0..<22 { expected = index % 11 > 5 ? expected + 5 : expected * 3 + Int64(index * index - 3) }
    var machine = try Interpreter(program: program + callee, target: target)
    let start = machine.stackAddresses.upperBound
    #expect(try machine.run() == UInt64(bitPattern: expected + 77 + 5 + 99 + 5))
    #expect(machine[.sp] == start - UInt64(abi.homeBytes))
  }

  /// Whatever machine the program is for, a function of this process gets the arguments that were passed.
  @Test(arguments: targets) func passesArgumentsToC(_ target: Target) throws {
    let function: @convention(c) (Int8, Double, UInt16, Float, Int64, Int64, Int64, Int64, Int64, Double) -> Double = {
      var sum = 0.0
      let arguments: [Double] = [
        Double($0), $1, Double($2), Double($3), Double($4), Double($5), Double($6), Double($7), Double($8), $9,
      ]
      for argument in arguments { sum = sum * 3 + argument }
      return sum
    }
    let address = UInt64(UInt(bitPattern: unsafeBitCast(function, to: UnsafeRawPointer.self)))
    let (a, v) = (Register.saved(0), VectorRegister.temporary(0))
    let kept = Register.temporary(0)
    let program: [Instruction] = [
      .enter(0, saving: [a]), .movi(a, -300), .movi(kept, 9), .itof(.f64, .signed, v, a), .pass(.s8, a), .fpass(v),
      .pass(.u16, a), .fpass(width: .w32, .argument(1)), .passi(.s64, 1), .passi(.s64, 2), .passi(.s64, 3),
      .passi(.s64, 4), .passi(.s64, -5), .fpass(v), .keep([kept]), .fkeep(v), .call(Immediate(bits: address)), .leave,
      .ret,
    ]
    var machine = try Interpreter(program: program, target: target)
    _ = try machine.run(floats: [0, UInt64((2.5 as Float).bitPattern)])
    let expected = function(Int8(truncatingIfNeeded: -300), -300, 65236, 2.5, 1, 2, 3, 4, -5, -300)
    #expect(machine[vector: .result(0)] == expected.bitPattern)
    #expect(machine[kept] == 9 && machine[vector: v] == (-300.0).bitPattern)
  }
}
