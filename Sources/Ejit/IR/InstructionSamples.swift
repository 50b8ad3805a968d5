extension Instruction {
  /// One value of every case: what asks each op a question walks over these.
  static let samples: [Instruction] = {
    let r = Register(0)
    let w = Width.w64
    let v = VectorRegister(0)
    return [
      .mov(r, r), .movi(r, 0), .add(r, r, r), .sub(r, r, r), .and(r, r, r), .or(r, r, r), .xor(r, r, r),
      .mul(r, r, r), .andn(r, r, r), .orn(r, r, r), .xnor(r, r, r), .addi(r, r, 0), .subi(r, r, 0),
      .andi(r, r, 0), .ori(r, r, 0), .xori(r, r, 0), .muli(r, r, 0), .not(r, r), .neg(r, r), .abs(r, r),
      .smin(r, r, r), .smax(r, r, r), .umin(r, r, r), .umax(r, r, r), .smulh(r, r, r), .umulh(r, r, r),
      .smulWide(r, r, r, r), .umulWide(r, r, r, r), .madd(r, r, r, r), .msub(r, r, r, r),
      .addShifted(r, r, r, .shl, 0), .subShifted(r, r, r, .shl, 0), .lea(r, .at(r)), .shl(r, r, r), .shr(r, r, r),
      .sar(r, r, r), .rotl(r, r, r), .rotr(r, r, r), .shli(r, r, 0), .shri(r, r, 0), .sari(r, r, 0),
      .rotli(r, r, 0), .rotri(r, r, 0), .funnel(r, r, r, r), .funneli(r, r, r, 0), .ubfx(r, r, 0, 1),
      .sbfx(r, r, 0, 1), .bfi(r, r, 0, 1), .clz(r, r), .ctz(r, r), .popcnt(r, r), .bswap(r, r), .bswap16(r, r),
      .sbswap16(r, r), .sbswap32(r, r), .sext8(r, r), .sext16(r, r), .sext32(r, r), .zext8(r, r), .zext16(r, r),
      .zext32(r, r), .addFlags(r, r, r), .subFlags(r, r, r), .addiFlags(r, r, 0), .subiFlags(r, r, 0),
      .adc(r, r, r), .sbb(r, r, r), .carryToBorrow, .borrowToCarry, .addOverflow(r, r, r, .signed, 0),
      .subOverflow(r, r, r, .signed, 0), .mulOverflow(r, r, r, .signed, 0),
      .addOverflowSet(r, r, r, r, .signed), .subOverflowSet(r, r, r, r, .signed),
      .mulOverflowSet(r, r, r, r, .signed), .cmp(r, r), .cmpi(r, 0), .test(r, r), .testi(r, 0), .b(.eq, 0),
      .sel(r, .eq, r, r), .setcc(r, .eq), .branch(.eq, r, r, 0), .branchi(.eq, r, 0, 0), .branchTest(.eq, r, r, 0),
      .branchTesti(.eq, r, 0, 0), .branchBit(.eq, r, 0, 0), .branchMem(.eq, r, 0, r, 0, .u64),
      .branchMemi(.eq, r, 0, 0, 0, .u64), .set(r, .eq, r, r), .seti(r, .eq, r, 0), .setMask(r, .eq, r, r),
      .setMaski(r, .eq, r, 0), .select(r, .eq, r, r, r, r), .selecti(r, .eq, r, 0, r, r),
      .selectElse(width: w, r, .eq, r, r, r, 0), .ld(.u64, r, .at(r)), .st(.u64, r, .at(r)), .sti(.u64, r, 0, 0),
      .label(0), .entry(0), .j(0), .jr(r), .jm(.at(r)), .call(0), .callr(r), .callm(.at(r)), .fastCall(0),
      .subroutine, .fastRet, .enter(0), .leave, .ret, .nop, .mark(0), .sdiv(r, r, r), .udiv(r, r, r),
      .srem(r, r, r), .urem(r, r, r), .sdivmod(r, r, r, r), .udivmod(r, r, r, r), .sdivChecked(r, r, r, 0),
      .udivChecked(r, r, r, 0), .sremChecked(r, r, r, 0), .uremChecked(r, r, r, 0), .sdivUnchecked(r, r, r),
      .udivUnchecked(r, r, r), .sremUnchecked(r, r, r), .uremUnchecked(r, r, r),
      .udivWideChecked(r, r, r, r, r, 0), .udivWideUnchecked(r, r, r, r, r), .cls(r, r), .bitrev(r, r),
      .ccmp(.eq, .less, r, r), .ccmpi(.eq, .less, r, 0), .ldPre(.u64, r, r, 0), .ldPost(.u64, r, r, 0),
      .stPre(.u64, r, r, 0), .stPost(.u64, r, r, 0), .ldPair(r, r, r, 0), .stPair(r, r, r, 0),
      .ldSwapped(.u64, r, .at(r)), .stSwapped(.u64, r, .at(r)), .rmw(.add, .u64, r, .at(r)),
      .rmwi(.add, r, 0, 0, .u64), .decBranch(.eq, r, 0, 0, 0), .prefetch(.read, .l1, .at(r)),
      .ldAtomic(.acquire, .u64, r, r, 0), .stAtomic(.release, .u64, r, r, 0),
      .fetch(.add, .relaxed, .u64, r, r, r, 0), .rmwAtomic(.add, .relaxed, .u64, r, r, 0),
      .cas(.relaxed, .u64, r, r, r, r, 0), .casSet(.relaxed, .u64, r, r, r, r, r, 0),
      .casPair(.relaxed, r, r, r, r, r, r, r, 0), .fence(.sequential), .pause, .instructionBarrier,

      .ldLabel(.u64, r, 0), .adr(r, 0), .ldConstant(r, 0), .ldPatchable(0, 0, r), .faultSite(0, 0), .tableEntry(0),
      .jumpTable(r, 0), .patchableJump(0, 0), .patchableCall(0, 0), .patchableNop(0), .tailCall(0),
      .guard(.eq, r, r, 0, 0), .guardi(.eq, r, 0, 0, 0), .trap(0), .unreachable, .breakpoint, .push([]), .pop([]),
      .nops(0), .section(.cold), .data(.u8, 0), .dataAddress(0), .zeros(0), .align(4), .raw(0, 4),
      .fmov(v, v), .fmovi(v, 0), .fbits(r, v), .fsetBits(v, r), .fadd(v, v, v), .fsub(v, v, v), .fmul(v, v, v),
      .fdiv(v, v, v), .fsqrt(v, v), .fneg(v, v), .fabs(v, v), .fcopysign(v, v, v), .fma(v, v, v, v),
      .fms(v, v, v, v), .fnma(v, v, v, v), .fnms(v, v, v, v), .fmin(v, v, v), .fmax(v, v, v), .fminNum(v, v, v),
      .fmaxNum(v, v, v), .fminSelect(v, v, v), .fmaxSelect(v, v, v), .fround(.floor, v, v), .fcanon(v, v),
      .ftoi(.f64, .signed, r, v), .ftoiUnchecked(.f64, .signed, r, v), .itof(.f64, .signed, v, r), .fwiden(v, v),
      .fnarrow(v, v), .fwidenHalf(v, v), .fnarrowHalf(v, v), .fbranch(.oeq, v, v, 0), .fset(r, .oeq, v, v),
      .fselect(v, .oeq, v, v, v, v), .fld(v, .at(r)), .fst(v, .at(r)), .fldPre(v, r, 0), .fldPost(v, r, 0),
      .fstPre(v, r, 0), .fstPost(v, r, 0), .fldPair(v, v, r, 0), .fstPair(v, v, r, 0), .fldLabel(v, 0),
      .pass(.u64, r), .passi(.u64, 0), .fpass(v), .variadic, .keep([]), .fkeep(v), .ldArgument(.u64, r, 0),
      .fldArgument(v, 0),
    ]
  }()
}
