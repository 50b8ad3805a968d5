import Ejit
import EjitInterpreter
import Testing

/// Floating-point registers of the reference machine: arguments, calls, faults, roles.
@Suite struct FloatMachineTests {
  private let two = UInt64(0x4000_0000_0000_0000)
  private let three = UInt64(0x4008_0000_0000_0000)

  @Test(arguments: [Target.x86_64, .aarch64]) func argumentsOfBothKindsComeApart(target: Target) throws {
    let program: [Instruction] = [
      .itof(.f64, .signed, .temporary(0), .argument(1)), .fadd(.result(0), .argument(0), .argument(1)),
      .fadd(.result(0), .result(0), .temporary(0)), .mov(.result(0), .argument(0)), .ret,
    ]
    var machine = try Interpreter(program: program, target: target)
    let result = try machine.run(arguments: [7, 10], floats: [two, three])
    let sum = machine[vector: .result(0)]
    #expect(result == 7 && sum == 15.0.bitPattern)
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func whatNobodySetIsRecognisable(target: Target) throws {
    var machine = try Interpreter(program: [.ret], target: target)
    _ = try machine.run(floats: [two])
    for number in target.abi.vectorNumbers {
      let found = machine[vector: VectorRegister(number)]
      #expect(found == (number == 0 ? two : Interpreter.undefined(vector: number)))
    }
    let (missing, farther) = (machine[vector: VectorRegister(31)], machine[vector: .argument(9)])
    #expect(missing == nil && farther == nil)
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func callsPreserveWhatTheConventionSays(target: Target) throws {
    let all = target.abi.vectorNumbers.map { VectorRegister($0) }
    var program: [Instruction] = [.enter(0), .adr(.temporary(0), 1)]
    program += all.map { .fmovi($0, Immediate(bits: UInt64($0.rawValue) + 100)) }
    program += [.callr(.temporary(0)), .leave, .ret, .entry(1), .ret]
    var machine = try Interpreter(program: program, target: target)
    _ = try machine.run()
    for number in target.abi.vectorNumbers where number > 3 {
      let isPreserved = target.abi.isPreservedVector(number)
      let found = machine[vector: VectorRegister(number)]
      #expect(found == (isPreserved ? UInt64(number) + 100 : Interpreter.undefined(vector: number)))
    }
  }

  @Test func accessesOutsideMemoryFaultBeforeRegistersMove() throws {
    let (d, base) = (VectorRegister.argument(0), Register.argument(0))
    let accesses: [(Instruction, Fault.Kind, UInt64)] = [
      (.fld(d, .at(base, 8)), .unreadable, 24), (.fst(width: .w32, d, .at(base)), .unwritable, 16),
      (.fldPre(d, base, 8), .unreadable, 24), (.fldPost(width: .w32, d, base, 8), .unreadable, 16),
      (.fstPre(d, base, -8), .unwritable, 8), (.fstPost(width: .w32, d, base, 8), .unwritable, 16),
      (.fldPair(d, .argument(1), base, 0), .unreadable, 16), (.fstPair(d, .argument(1), base, 16), .unwritable, 32),
    ]
    for (access, kind, address) in accesses {
      var machine = try Interpreter(program: [access, .ret])
      var fault: Fault?
      do throws(Fault) { _ = try machine.run(arguments: [16], floats: [two, three]) } catch { fault = error }
      #expect(fault == Fault(kind, instruction: 0, address: address))
      let (pointer, number) = (machine[base], machine[vector: d])
      #expect(pointer == 16 && number == two)
    }
  }

  @Test func anUncheckedConversionOutOfRangeHasARecognisableResult() throws {
    let d = Register.saved(0)
    for (w, expected) in [(Width.w64, UInt64(0xDEAD_C0DE_DEAD_0000)), (.w32, 0xDEAD_0000)] {
      var machine = try Interpreter(program: [.ftoiUnchecked(width: w, .f64, .signed, d, .argument(0)), .ret])
      _ = try machine.run(floats: [1e300.bitPattern])
      let found = machine[d]
      #expect(found.map { $0 & ~0xFF } == expected)
    }
  }
}
