import Ejit
import EjitText
import Testing

/// What each op looks like: one instance of each, its fields distinct.
@Suite struct SyntaxTests {
  private static let (r1, r2, r3, r4) = (Register(1), Register(2), Register(3), Register(4))
  private static let (arg, saved, tmp) = (Register.argument(5), Register.saved(4), Register.temporary(0))
  private static let names: [Label: Name] = [7: "loop"]

  static let rows: [(Instruction, String)] = [
    (.mov(r1, .sp), "mov r1, sp"),
    (.mov(width: .w32, Register(63), .result(15)), "mov.w r63, res15"),
    (.movi(r1, -8), "movi r1, -8"),
    (.movi(r1, 0x1234_5678_9ABC), "movi r1, 0x123456789abc"),
    (.add(r1, r2, r3), "add r1, r2, r3"),
    (.subi(width: .w32, r1, r2, -1), "subi.w r1, r2, -1"),
    (.not(saved, tmp), "not saved4, tmp0"),
    (.umulWide(r1, r2, r3, r4), "umulWide r1, r2, r3, r4"),
    (.madd(r1, r2, r3, r4), "madd r1, r2, r3, r4"),
    (.addShifted(r1, r2, r3, .sar, 63), "addShifted r1, r2, r3, sar, 63"),
    (.lea(width: .w32, r1, .at(.sp, r2, shift: 3, -16)), "lea.w r1, [sp + r2 << 3 - 16]"),
    (.shli(r1, r2, 5), "shli r1, r2, 5"),
    (.funneli(r1, r2, r3, 9), "funneli r1, r2, r3, 9"),
    (.bfi(width: .w32, r1, r2, 5, 12), "bfi.w r1, r2, 5, 12"),
    (.bswap16(r1, r2), "bswap16 r1, r2"),
    (.addiFlags(r1, r2, 4096), "addiFlags r1, r2, 4096"),
    (.carryToBorrow, "carryToBorrow"),
    (.addOverflow(r1, r2, r3, .signed, 7), "addOverflow r1, r2, r3, signed, loop"),
    (.mulOverflowSet(r1, r2, r3, r4, .unsigned), "mulOverflowSet r1, r2, r3, r4, unsigned"),
    (.cmpi(width: .w32, r1, -2), "cmpi.w r1, -2"),
    (.b(.noBorrow, 7), "b noBorrow, loop"),
    (.sel(r1, .negative, r2, r3), "sel r1, negative, r2, r3"),
    (.setcc(r1, .carry), "setcc r1, carry"),
    (.branch(width: .w32, .ult, r1, r2, 3), "branch.w ult, r1, r2, L3"),
    (.branchi(.sge, r1, -5, 7, width: .w32), "branchi.w sge, r1, -5, loop"),
    (.branchTesti(.ne, r1, 255, 7), "branchTesti ne, r1, 255, loop"),
    (.branchBit(.eq, r1, 62, 7), "branchBit eq, r1, 62, loop"),
    (.branchMem(.ugt, r1, 8, r2, 7, .u32), "branchMem ugt, [r1 + 8], r2, loop, u32"),
    (.branchMemi(.sle, r1, -8, -9, 7, .s16), "branchMemi sle, [r1 - 8], -9, loop, s16"),
    (.setMaski(r1, .eq, r2, 3), "setMaski r1, eq, r2, 3"),
    (.select(r1, .slt, r2, r3, r4, arg), "select r1, slt, r2, r3, r4, arg5"),
    (.selecti(r1, .slt, r2, 6, r3, r4), "selecti r1, slt, r2, 6, r3, r4"),
    (.selectElse(r1, .slt, r2, r3, r4, 5), "selectElse r1, slt, r2, r3, r4, 5"),
    (.ld(.u8, r1, .at(r2)), "ld u8, r1, [r2]"),
    (.ld(.s64, r1, .absolute(4096)), "ld s64, r1, [0x1000]"),
    (.st(.u16, r1, .at(r2, r3, 4)), "st u16, r1, [r2 + r3 + 4]"),
    (.sti(.u64, Register(9), 8, -1), "sti u64, [r9 + 8], -1"),
    (.sti(.u8, r1, 0, 255), "sti u8, [r1], 255"),
    (.label(7), "loop:"),
    (.entry(7), "function loop"),
    (.j(4_294_967_295), "j L4294967295"),
    (.jr(r1), "jr r1"),
    (.callm(.at(r1, r2, shift: 1)), "callm [r1 + r2 << 1]"),
    (.call(4096), "call 4096"),
    (.fastCall(7), "fastCall loop"),
    (.enter(64), "enter 64"),
    (.enter(0, saving: [saved, Register(9)]), "enter 0, saving {r9, saved4}"),
    (.enter(-1, saving: [.sp]), "enter -1, saving {sp}"),
    (.ret, "ret"),
    (.mark(4_294_967_295), "mark 4294967295"),
    (.sdiv(width: .w32, r1, r2, r3), "sdiv.w r1, r2, r3"),
    (.udivmod(r1, r2, r3, r4), "udivmod r1, r2, r3, r4"),
    (.sremChecked(r1, r2, r3, 7), "sremChecked r1, r2, r3, loop"),
    (.udivWideChecked(r1, r2, r3, r4, arg, 7), "udivWideChecked r1, r2, r3, r4, arg5, loop"),
    (.bitrev(width: .w32, r1, r2), "bitrev.w r1, r2"),
    (.ccmp(.ugt, .less, r1, r2), "ccmp ugt, less, r1, r2"),
    (.ccmpi(width: .w32, .eq, .greater, r1, -9), "ccmpi.w eq, greater, r1, -9"),
    (.ldPre(.s16, r1, r2, -8), "ldPre s16, r1, [r2 - 8]"),
    (.stPost(.u8, r1, .sp, 16), "stPost u8, r1, [sp + 16]"),
    (.ldPair(width: .w32, r1, r2, r3, 8), "ldPair.w r1, r2, [r3 + 8]"),
    (.stPair(r1, r2, r3, 0), "stPair r1, r2, [r3]"),
    (.ldSwapped(.s32, r1, .at(r2, .unsigned, r3, shift: 3, 16)), "ldSwapped s32, r1, [r2 + uxtw r3 << 3 + 16]"),
    (.stSwapped(.u16, r1, .at(r2, .signed, r3, -16)), "stSwapped u16, r1, [r2 + sxtw r3 - 16]"),
    (.rmw(.xor, .u8, r1, .at(r2, 8)), "rmw xor, u8, r1, [r2 + 8]"),
    (.rmwi(.sub, r1, 8, 255, .u8), "rmwi sub, [r1 + 8], 255, u8"),
    (.decBranch(.nonNegative, r1, -8, 1, 7, width: .w32), "decBranch.w nonNegative, [r1 - 8], 1, loop"),
    (.prefetch(.write, .stream, .at(r1)), "prefetch write, stream, [r1]"),
    (.ldLabel(.s8, r1, 7), "ldLabel s8, r1, loop"),
    (.adr(r1, 7), "adr r1, loop"),
    (.ldConstant(r1, 0x1234_5678_9ABC), "ldConstant r1, 0x123456789abc"),
    (.ldPatchable(4_294_967_295, -1, r1), "ldPatchable 4294967295, -1, r1"),
    (.faultSite(9, 7), "faultSite 9, loop"),
    (.tableEntry(7), "tableEntry loop"),
    (.jumpTable(width: .w32, r1, 7), "jumpTable.w r1, loop"),
    (.patchableJump(1, 7), "patchableJump 1, loop"),
    (.patchableNop(1), "patchableNop 1"),
    (.tailCall(4096), "tailCall 4096"),
    (.guard(width: .w32, .ne, r1, r2, 70_000, 7), "guard.w ne, r1, r2, 70000, loop"),
    (.guardi(.slt, r1, -5, 3, 7), "guardi slt, r1, -5, 3, loop"),
    (.trap(4_294_967_295), "trap 4294967295"),
    (.unreachable, "unreachable"),
    (.push([saved, Register(9), tmp, arg, .result(1)]), "push {r9, arg5, res1, saved4, tmp0}"),
    (.pop([]), "pop {}"),
    (.push([.sp]), "push {sp}"),
    (.nops(4096), "nops 4096"),
    (.section(.cold), "section cold"),
    (.data(.u8, 0x41), "data u8, 65"),
    (.data(.u16, -1), "data u16, -1"),
    (.data(.f64, Imm64(bits: (1.5).bitPattern)), "data f64, 1.5"),
    (.data(.f64, Imm64(bits: (-0.0).bitPattern)), "data f64, -0.0"),
    (.data(.f64, Imm64(bits: 1)), "data f64, 5e-324"),
    (.data(.f64, 0x7FF0_0000_0000_0000), "data f64, inf"),
    (.data(.f64, 0x7FF8_0000_0000_0000), "data f64, nan"),
    (.data(.f64, 0x7FF0_0000_0000_0001), "data f64, 0x7ff0000000000001"),
    (.data(.f64, Imm64(bits: 0xFFF8_0000_0000_0001)), "data f64, 0xfff8000000000001"),
    (.data(.f32, 0x3DCC_CCCD), "data f32, 0.1"),
    (.data(.f32, 0x7F80_0001), "data f32, 0x7f800001"),
    (.data(.f32, 0x1_0000_0000), "data f32, 0x100000000"),
    (.dataAddress(7), "dataAddress loop"),
    (.zeros(16_777_216), "zeros 16777216"),
    (.align(64), "align 64"),
    (.raw(Imm64(bits: 0xD503_201F), 4), "raw 3573751839, 4"),
    (.mov(Register(rawValue: 0x91), r1), "mov r?0x91, r1"),
    (.jm(.at(r1, r2, shift: 7, 16)), "jm [r1 + r2 << 4 + 16]"),
  ]

  @Test func printsAsWritten() throws {
    var differing: [String] = []
    for (instruction, text) in SyntaxTests.rows {
      let printed = Program([instruction], names: SyntaxTests.names).text(ofInstruction: 0)
      let parsed = try Program(parsing: "label loop = L7\n\(text)").instructions
      if printed != text || parsed != [instruction] { differing.append("\(text), not \(printed)") }
    }
    #expect(differing == [])
  }

  /// Other ways to write the same; the printer uses the first.
  @Test(arguments: [
    ("ld u64, r1, [r2 + 16]", "ld  u64 ,\tr1,[ r2+16 ]  ; comment"),
    ("ld u64, r1, [r2 - 16]", "ld u64, r1, [r2 + -16]"),
    ("ld u64, r1, [r2 + r3]", "ld u64, r1, [r2 + r3 << 0 + 0]"),
    ("ld u64, r1, [0x10]", "ld u64, r1, [16]"),
    ("jm [0xfffffffffffffff8]", "jm [ -8 ]"),
    ("movi r1, -1", "movi r1, 0xFFFFFFFFFFFFFFFF"),
    ("movi r1, -1", "movi r1, 18446744073709551615"),
    ("movi r1, 0x8000000000000000", "movi r1, -9223372036854775808"),
    ("movi r1, 0", "movi r1, -0x0"),
    ("movi r1, 7", "movi r1, 00000000000000000000000000000000000000007"),
    ("mov arg0, r1", "mov r?0x40, r?1"),
    ("enter 1", "enter 1, saving {}"),
    ("enter 1, saving {r1, saved0}", "enter 1,saving{ saved0,r1 , r1}"),
    ("L3:", "L3 :"),
    ("call -1", "call 0xffffffffffffffff"),
    ("ld u8, r1, [r2 + uxtw r3]", "ld u8, r1, [r2+uxtw  r3<<0]"),
    ("ld u8, r1, [r2 + r3 << 4]", "ld u8, r1, [r2 + sxtw r3 << 4]"),
    ("push {r1, saved0}", "push{ saved0,r1 , r1}"),
    ("data u8, 65", "data u8, 0x41"),
    ("data f64, 1.0", "data f64, 1"),
    ("data f64, 1.5", "data f64, 0x3FF8000000000000"),
    ("data f64, inf", "data f64, 1e999"),
    ("data f32, 0.1", "data f32, 0.1000000015"),
  ]) func acceptsOtherSpellings(_ canonical: String, _ other: String) throws {
    let program = try Program(parsing: other)
    #expect(program.text(ofInstruction: 0) == canonical)
    #expect(try Program(parsing: canonical) == program)
  }
}
