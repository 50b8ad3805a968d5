import CEjitShims
import Ejit
import EjitInterpreter

/// Programs in roles, as machine code and on the reference machine: the same result for all edges.
enum LoweringChecks {
  typealias Function = @convention(c) (UInt64, UInt64) -> UInt64

  private static let edges: [UInt64] = [
    0, 1, 2, 31, 32, 63, 64, 127, 255, 256, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 0x7FFF_FFFF_FFFF_FFFF,
    1 << 63, .max - 1, .max,
  ]

  static func run(_ tally: inout Tally) {
    for width in Width.allCases {
      for op in ops(width) { check([op, .ret], &tally) }
    }
    check(loop, &tally)
    check(calling, &tally)
    checkSupported(&tally)
  }

  private static func ops(_ w: Width) -> [Instruction] {
    let (d, a, b) = (Register.result(0), Register.argument(0), Register.argument(1))
    return [
      .add(width: w, d, a, b), .sub(width: w, d, a, b), .and(width: w, d, a, b), .or(width: w, d, a, b),
      .xor(width: w, d, a, b), .mul(width: w, d, a, b), .andn(width: w, d, a, b), .orn(width: w, d, a, b),
      .xnor(width: w, d, a, b), .not(width: w, d, b), .neg(width: w, d, b), .abs(width: w, d, b),
      .smin(width: w, d, a, b), .smax(width: w, d, a, b), .umin(width: w, d, a, b), .umax(width: w, d, a, b),
      .smulh(width: w, d, a, b), .umulh(width: w, d, a, b), .madd(width: w, d, a, b, b), .msub(width: w, d, a, b, a),
      .shl(width: w, d, a, b), .shr(width: w, d, a, b), .sar(width: w, d, a, b), .rotl(width: w, d, a, b),
      .rotr(width: w, d, a, b), .funnel(width: w, d, a, b, a), .clz(width: w, d, b), .ctz(width: w, d, b),
      .popcnt(width: w, d, b), .bswap(width: w, d, b), .bswap16(width: w, d, b), .sbswap16(width: w, d, b),
      .sbswap32(width: w, d, b), .sext8(width: w, d, b), .zext16(width: w, d, b), .ubfx(width: w, d, b, 5, 20),
      .sbfx(width: w, d, b, 5, 20), .addi(width: w, d, a, 0x12345), .andi(width: w, d, a, 0xFF00FF),
      .muli(width: w, d, a, -77), .set(width: w, d, .slt, a, b), .setMask(width: w, d, .ugt, a, b),
      .select(width: w, d, .ule, a, b, a, b), .addShifted(width: w, d, a, b, .sar, 3),
      .lea(width: w, d, .at(a, b, shift: 3, -70000)),
    ]
  }

  /// Adds `b` and a half of it and so on to `a`, eight times, in memory of the frame.
  private static let loop: [Instruction] = [
    .enter(64, saving: [.saved(0), .saved(1)]),
    .mov(.saved(0), .argument(1)), .movi(.saved(1), 8), .st(.u64, .argument(0), .at(.sp, 8)),
    .label(1),
    .ld(.u64, .temporary(0), .at(.sp, 8)), .add(.temporary(0), .temporary(0), .saved(0)),
    .st(.u64, .temporary(0), .at(.sp, 8)), .shri(.saved(0), .saved(0), 1), .subi(.saved(1), .saved(1), 1),
    .branchi(.ne, .saved(1), 0, 1),
    .ld(.u64, .result(0), .at(.sp, 8)), .leave, .ret,
  ]

  /// Calls a C function and a subroutine.
  private static let calling: [Instruction] = [
    .enter(32, saving: [.saved(0), .saved(1)]),
    .mov(.saved(0), .argument(0)), .mov(.saved(1), .argument(1)),
    .call(Immediate(UInt64(UInt(bitPattern: unsafeBitCast(pageSize, to: UnsafeRawPointer.self))))),
    .add(.saved(0), .saved(0), .result(0)), .fastCall(2), .mov(.result(0), .saved(0)), .leave, .ret,
    .label(2), .subroutine, .sub(.saved(0), .saved(0), .saved(1)), .fastRet,
  ]
  private static let pageSize: @convention(c) () -> Int = { Int(ejit_page_size()) }

  private static func check(_ program: [Instruction], _ tally: inout Tally) {
    do throws(EjitError) {
      let code = try Executable(program)
      var reference = try Interpreter(program: program)
      for a in edges {
        for b in edges {
          let expected = try? reference.run(arguments: [a, b])
          let result = unsafe code.withEntry(as: Function.self) { $0(a, b) }
          tally.expect(result == expected, "a program", "\(a) \(b)")
        }
      }
    } catch {
      tally.expect(false, "a program is refused")
    }
  }

  /// Features that were detected can be executed.
  private static func checkSupported(_ tally: inout Tally) {
    let program: [Instruction] = [.popcnt(.result(0), .argument(0)), .ret]
    for features in [Features.baseline, .detected] {
      do throws(EjitError) {
        var assembler = Assembler(features: features)
        try assembler.assemble(program.span)
        let code = try Executable(assembler)
        tally.expect(unsafe code.withEntry(as: Function.self) { $0(0xFF, 0) } == 8, "popcnt")
      } catch {
        tally.expect(false, "a feature")
      }
    }
  }
}
