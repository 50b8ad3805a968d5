import Ejit

/// Generated code between functions of Swift: entered with integers and numbers, and calling back.
enum CallChecks {
  static func run(_ tally: inout Tally) {
    swiftCallsWithIntegersAndNumbers(&tally)
    argumentsComeFromTheStack(&tally)
  }

  private typealias Mixed = @convention(c) (Int64, Double, Int64, Double, Int64) -> Double
  private typealias Callback =
    @convention(c) (
      Int8, Double, UInt16, Float, Int64, Double, Int64, Int64, Int64, Int64, Int64, Double
    ) -> Double

  /// Every argument has a weight of its own, so that none can stand for another.
  private static let callback: Callback = { a, b, c, d, e, f, g, h, i, j, k, l in
    var sum = 0.0
    let arguments = [Double(a), b, Double(c), Double(d), Double(e), f, Double(g), Double(h), Double(i), Double(j)]
    for argument in arguments { sum = sum * 3 + argument }
    return sum * 3 + Double(k) + 0.5 * l
  }

  private static func swiftCallsWithIntegersAndNumbers(_ tally: inout Tally) {
    let address = UInt64(UInt(bitPattern: unsafeBitCast(callback, to: UnsafeRawPointer.self)))
    let (x, y) = (VectorRegister.argument(0), VectorRegister.argument(1))
    let (a, b, c) = (Register.argument(0), Register.argument(1), Register.argument(2))
    let program: [Instruction] = [
      .enter(0), .pass(.s8, c), .fpass(y), .pass(.u16, b), .fpass(width: .w32, .temporary(0)), .pass(.s64, a),
      .fpass(x), .passi(.s64, -9), .pass(.s64, a), .pass(.s64, b), .pass(.s64, c), .passi(.s64, 0x2_0000_0000),
      .fpass(y),
      .call(Immediate(bits: address)), .leave, .ret,
    ]
    do throws(EjitError) {
      let code = try Executable(
        [.movi(.temporary(0), 0x4020_0000), .fsetBits(width: .w32, .temporary(0), .temporary(0))] + program)
      let result = unsafe code.withEntry(as: Mixed.self) { $0(-5, 0.25, 0x1_FFFF, 100.5, 0x7FFF_FFFF_80) }
      let expected = callback(
        Int8(truncatingIfNeeded: 0x7FFF_FFFF_80 as Int64), 100.5, 0xFFFF, 2.5, -5, 0.25, -9, -5, 0x1_FFFF,
        0x7FFF_FFFF_80,
        0x2_0000_0000, 100.5)
      tally.expect(result == expected, "what Swift passes to generated code, and that to Swift")
    } catch {
      tally.expect(false, "a program that calls Swift")
    }
  }

  /// A generated function calls another one of the same program with more arguments than registers carry.
  private static func argumentsComeFromTheStack(_ tally: inout Tally) {
    let (sum, pointer) = (Register.saved(0), Register.temporary(0))
    let inRegisters = Target.host.abi.argumentCount
    var program: [Instruction] = [.enter(0, saving: [sum]), .adr(pointer, 7)]
    program += (1...12).map { .passi(.u64, Imm64($0 * $0)) }
    program += [.callr(pointer), .leave, .ret]
    program += [.entry(7), .enter(80, saving: [sum]), .movi(sum, 0)]
    for index in inRegisters..<12 {
      let place = UInt32(index - inRegisters)
      program += [.push([.argument(0)]), .ldArgument(.u64, pointer, place), .pop([.argument(0)])]
      program += [.muli(sum, sum, 3), .add(sum, sum, pointer)]
    }
    program += [.mov(.result(0), sum), .leave, .ret]
    var expected: UInt64 = 0
    for index in inRegisters..<12 { expected = expected * 3 + UInt64((index + 1) * (index + 1)) }
    do throws(EjitError) {
      let code = try Executable(program)
      typealias Function = @convention(c) () -> UInt64
      tally.expect(unsafe code.withEntry(as: Function.self) { $0() } == expected, "arguments on the stack")
    } catch {
      tally.expect(false, "a program with arguments on the stack")
    }
  }
}
