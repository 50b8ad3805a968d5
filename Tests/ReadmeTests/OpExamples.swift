import Ejit

/// One op with operands, in a program in which it is legal.
struct OpExample: Sendable {
  let before: [Instruction]
  let op: Instruction
  let after: [Instruction]

  init(_ op: Instruction, after before: [Instruction] = [], then after: [Instruction] = [.ret]) {
    (self.before, self.op, self.after) = (before, op, after)
  }

  /// The whole program.
  var program: [Instruction] { before + [op] + after }
}

extension OpExample {
  private static let d = Register(9)
  private static let a = Register(10)
  private static let b = Register(11)
  private static let c = Register(12)
  private static let x = Register(8)
  private static let fd = VectorRegister(9)
  private static let fa = VectorRegister(10)
  private static let fb = VectorRegister(11)
  private static let fc = VectorRegister(12)
  private static let fx = VectorRegister(8)
  private static let back: [Instruction] = [.label(0)]
  private static let compared: [Instruction] = [.label(0), .cmp(a, b)]
  private static let added: [Instruction] = [.addFlags(d, a, b)]
  private static let subtracted: [Instruction] = [.subFlags(d, a, b)]
  private static let frame: [Instruction] = [.enter(32, saving: [.saved(0)])]
  private static let leaving: [Instruction] = [.leave, .ret]

  /// Every op, in the order of `Instruction`, on registers that differ.
  static let all: [OpExample] =
    moves + arithmetic + division + shifts + flags + overflow + comparisons + fused + memory + atomics
    + floats + floatConversions + floatMemory + constants
    + jumps
    + sites + functions + arguments + data

  private static let moves: [OpExample] = [
    OpExample(.label(0)), OpExample(.b(.eq, 0), after: compared),
    OpExample(.mov(d, a)), OpExample(.movi(d, 100)),
  ]
  private static let arithmetic: [OpExample] = [
    .add(d, a, b), .sub(d, a, b), .and(d, a, b), .or(d, a, b), .xor(d, a, b), .mul(d, a, b), .andn(d, a, b),
    .orn(d, a, b), .xnor(d, a, b), .addi(d, a, 100), .subi(d, a, 100), .andi(d, a, 0xFF), .ori(d, a, 0xFF),
    .xori(d, a, 0xFF), .muli(d, a, 100), .not(d, a), .neg(d, a), .abs(d, a), .smin(d, a, b), .smax(d, a, b),
    .umin(d, a, b), .umax(d, a, b), .smulh(d, a, b), .umulh(d, a, b), .smulWide(d, a, b, c),
    .umulWide(d, a, b, c), .madd(d, a, b, c), .msub(d, a, b, c), .addShifted(d, a, b, .shl, 4),
    .subShifted(d, a, b, .shl, 4), .lea(d, .at(a, b, shift: 3, 16)),
  ].map { OpExample($0) }
  private static let division: [OpExample] =
    [.sdiv(d, a, b), .udiv(d, a, b), .srem(d, a, b), .urem(d, a, b), .sdivmod(d, x, a, b), .udivmod(d, x, a, b)]
    .map { OpExample($0) }
    + [.sdivChecked(d, a, b, 0), .udivChecked(d, a, b, 0), .sremChecked(d, a, b, 0), .uremChecked(d, a, b, 0)]
    .map { OpExample($0, after: back) }
    + [.sdivUnchecked(d, a, b), .udivUnchecked(d, a, b), .sremUnchecked(d, a, b), .uremUnchecked(d, a, b)]
    .map { OpExample($0) }
    + [
      OpExample(.udivWideChecked(d, x, a, b, c, 0), after: back), OpExample(.udivWideUnchecked(d, x, a, b, c)),
    ]
  private static let shifts: [OpExample] = [
    .shl(d, a, b), .shr(d, a, b), .sar(d, a, b), .rotl(d, a, b), .rotr(d, a, b), .shli(d, a, 7), .shri(d, a, 7),
    .sari(d, a, 7), .rotli(d, a, 7), .rotri(d, a, 7), .funnel(d, a, b, c), .funneli(d, a, b, 7),
    .ubfx(d, a, 8, 12), .sbfx(d, a, 8, 12), .bfi(d, a, 8, 12), .clz(d, a), .ctz(d, a), .cls(d, a), .bitrev(d, a),
    .popcnt(d, a), .bswap(d, a), .bswap16(d, a), .sbswap16(d, a), .sbswap32(d, a), .sext8(d, a), .sext16(d, a),
    .sext32(d, a),
    .zext8(d, a), .zext16(d, a), .zext32(d, a),
  ].map { OpExample($0) }
  private static let flags: [OpExample] = [
    OpExample(.addFlags(d, a, b)), OpExample(.subFlags(d, a, b)), OpExample(.addiFlags(d, a, 100)),
    OpExample(.subiFlags(d, a, 100)), OpExample(.adc(d, a, b), after: added),
    OpExample(.sbb(d, a, b), after: subtracted), OpExample(.carryToBorrow, after: added),
    OpExample(.borrowToCarry, after: subtracted),
  ]
  private static let overflow: [OpExample] = [
    OpExample(.addOverflow(d, a, b, .signed, 0), after: back),
    OpExample(.subOverflow(d, a, b, .signed, 0), after: back),
    OpExample(.mulOverflow(d, a, b, .signed, 0), after: back),
    OpExample(.addOverflowSet(d, x, a, b, .signed)), OpExample(.subOverflowSet(d, x, a, b, .signed)),
    OpExample(.mulOverflowSet(d, x, a, b, .signed)),
  ]
  private static let comparisons: [OpExample] = [
    OpExample(.cmp(a, b)), OpExample(.cmpi(a, 100)), OpExample(.test(a, b)), OpExample(.testi(a, 0xFF)),
    OpExample(.ccmp(.slt, .less, a, b), after: compared), OpExample(.ccmpi(.slt, .less, a, 5), after: compared),
    OpExample(.sel(d, .slt, a, b), after: compared), OpExample(.setcc(d, .slt), after: compared),
  ]
  private static let fused: [OpExample] = [
    OpExample(.branch(.slt, a, b, 0), after: back), OpExample(.branchi(.slt, a, 100, 0), after: back),
    OpExample(.branchTest(.ne, a, b, 0), after: back), OpExample(.branchTesti(.ne, a, 0xFF, 0), after: back),
    OpExample(.branchBit(.ne, a, 5, 0), after: back), OpExample(.branchMem(.slt, a, 16, b, 0, .u32), after: back),
    OpExample(.branchMemi(.slt, a, 16, 100, 0, .u32), after: back), OpExample(.set(d, .slt, a, b)),
    OpExample(.seti(d, .slt, a, 100)), OpExample(.setMask(d, .slt, a, b)), OpExample(.setMaski(d, .slt, a, 100)),
    OpExample(.select(d, .slt, a, b, c, x)), OpExample(.selecti(d, .slt, a, 100, c, x)),
    OpExample(.selectElse(d, .slt, a, b, c, 100)),
  ]
  private static let memory: [OpExample] = [
    .ld(.u64, d, .at(a, 16)), .st(.u64, d, .at(a, 16)), .sti(.u64, a, 16, 100), .ldPre(.u64, d, a, 16),
    .ldPost(.u64, d, a, 16), .stPre(.u64, d, a, 16), .stPost(.u64, d, a, 16), .ldPair(d, x, a, 16),
    .stPair(d, x, a, 16), .ldSwapped(.u64, d, .at(a, 16)), .stSwapped(.u64, d, .at(a, 16)),
    .rmw(.add, .u64, d, .at(a, 16)), .rmwi(.add, a, 16, 100, .u64),
  ].map { OpExample($0) }
  private static let atomics: [OpExample] =
    [OpExample(.decBranch(.ne, a, 16, 1, 0), after: back)]
    + [
      .prefetch(.read, .l1, .at(a, 16)), .ldAtomic(.acquire, .u64, d, a, 0), .stAtomic(.release, .u64, d, a, 0),
      .fetch(.add, .sequential, .u64, d, b, a, 0), .rmwAtomic(.add, .sequential, .u64, b, a, 0),
      .cas(.sequential, .u64, d, b, c, a, 0), .casSet(.sequential, .u64, d, x, b, c, a, 0),
      .casPair(.sequential, d, x, b, c, Register(7), Register(0), a, 0), .fence(.sequential), .pause,
      .instructionBarrier,
    ].map { OpExample($0) }
  private static let floats: [OpExample] = [
    .fmov(fd, fa), .fmovi(fd, Immediate(bits: 0x3FF8_0000_0000_0000)), .fbits(d, fa), .fsetBits(fd, a),
    .fadd(fd, fa, fb), .fsub(fd, fa, fb), .fmul(fd, fa, fb), .fdiv(fd, fa, fb), .fsqrt(fd, fa), .fneg(fd, fa),
    .fabs(fd, fa), .fcopysign(fd, fa, fb), .fma(fd, fa, fb, fc), .fms(fd, fa, fb, fc), .fnma(fd, fa, fb, fc),
    .fnms(fd, fa, fb, fc), .fmin(fd, fa, fb), .fmax(fd, fa, fb), .fminNum(fd, fa, fb), .fmaxNum(fd, fa, fb),
    .fminSelect(fd, fa, fb), .fmaxSelect(fd, fa, fb), .fround(.floor, fd, fa), .fcanon(fd, fa),
  ].map { OpExample($0) }
  private static let floatConversions: [OpExample] =
    [
      .ftoi(.f64, .signed, d, fa), .ftoiUnchecked(.f64, .signed, d, fa), .itof(.f64, .signed, fd, a), .fwiden(fd, fa),
      .fnarrow(fd, fa), .fwidenHalf(fd, fa), .fnarrowHalf(fd, fa),
    ].map { OpExample($0) }
    + [
      OpExample(.fbranch(.olt, fa, fb, 0), after: back), OpExample(.fset(d, .olt, fa, fb)),
      OpExample(.fselect(fd, .olt, fa, fb, fc, fx)),
    ]
  private static let floatMemory: [OpExample] =
    [
      .fld(fd, .at(a, 16)), .fst(fd, .at(a, 16)), .fldPre(fd, a, 16), .fldPost(fd, a, 16), .fstPre(fd, a, 16),
      .fstPost(fd, a, 16), .fldPair(fd, fx, a, 16), .fstPair(fd, fx, a, 16),
    ].map { OpExample($0) } + [OpExample(.fldLabel(fd, 0), after: back)]
  private static let constants: [OpExample] = [
    OpExample(.ldLabel(.u64, d, 0), after: back), OpExample(.adr(d, 0), after: back),
    OpExample(.ldConstant(d, 0x1234_5678_9ABC)), OpExample(.ldPatchable(7, 0x1234_5678_9ABC, d)),
    OpExample(.faultSite(7, 0), after: back, then: [.ld(.u64, d, .at(a)), .ret]),
  ]
  private static let jumps: [OpExample] = [
    OpExample(.entry(0)), OpExample(.j(0), after: back), OpExample(.jr(a)), OpExample(.jm(.at(a, 16))),
    OpExample(.tableEntry(0), after: back, then: [.jumpTable(a, 0)]),
    OpExample(.jumpTable(a, 0), after: back + [.tableEntry(0), .tableEntry(0)]),
  ]
  private static let sites: [OpExample] = [
    OpExample(.patchableJump(7, 0), after: back),
    OpExample(.patchableCall(7, 0), after: back + frame, then: leaving), OpExample(.patchableNop(7)),
    OpExample(.tailCall(0x1234_5678), then: []), OpExample(.guard(.slt, a, b, 7, 0), after: back),
    OpExample(.guardi(.slt, a, 100, 7, 0), after: back), OpExample(.trap(7)), OpExample(.unreachable),
    OpExample(.breakpoint),
  ]
  private static let functions: [OpExample] = [
    OpExample(.call(0x1234_5678), after: frame, then: leaving), OpExample(.callr(a), after: frame, then: leaving),
    OpExample(.callm(.at(a, 16)), after: frame, then: leaving),
    OpExample(.fastCall(0), after: [.label(0), .subroutine, .fastRet, .entry(1)] + frame, then: leaving),
    OpExample(.subroutine, after: back, then: [.fastRet]),
    OpExample(.fastRet, after: [.label(0), .subroutine], then: []),
    OpExample(.push([d, a]), after: frame, then: [.pop([d, a])] + leaving),
    OpExample(.pop([d, a]), after: frame + [.push([d, a])], then: leaving),
    OpExample(.enter(32, saving: [.saved(0)]), then: leaving), OpExample(.leave, after: frame), OpExample(.ret),
    OpExample(.nop), OpExample(.nops(8)), OpExample(.mark(7)),
  ]
  private static let v = VectorRegister(9)
  private static let arguments: [OpExample] =
    [.pass(.s16, a), .passi(.u64, 100), .fpass(v), .variadic, .keep([.temporary(0)]), .fkeep(v)].map {
      OpExample($0, after: frame, then: [.callr(.saved(0))] + leaving)
    }
    + [.ldArgument(.u64, d, 2), .fldArgument(v, 2)].map { OpExample($0, after: frame, then: leaving) }
  private static let data: [OpExample] = [
    OpExample(.section(.cold)), OpExample(.data(.u64, 100)), OpExample(.dataAddress(0), after: back),
    OpExample(.zeros(8)), OpExample(.align(16)), OpExample(.raw(0xD503_201F, 4)),
  ]
}
