/// What the flags hold: which op left them, as far as it matters to what may ask for them (IR rule S-F1).
@usableFromInline enum FlagState: UInt8 {
  /// Nothing that may be relied upon.
  case clobbered
  /// Those of a comparison or subtraction.
  case comparison
  /// Those of an addition.
  case addition
  /// Those of a bitwise test.
  case test
  /// Those of an addition whose carry has become a borrow.
  case borrowed

  private static let always = bit(.eq) | bit(.ne) | bit(.negative) | bit(.nonNegative)
  private static let overflow = bit(.overflow) | bit(.noOverflow)
  private static let signed = bit(.slt) | bit(.sle) | bit(.sgt) | bit(.sge)
  private static let unsigned = bit(.ult) | bit(.ule) | bit(.ugt) | bit(.uge)
  private static let carry = bit(.carry) | bit(.noCarry)
  private static let borrow = bit(.borrow) | bit(.noBorrow)

  private static func bit(_ condition: Condition) -> UInt32 { 1 << UInt32(condition.rawValue) }

  /// One bit for each condition that may be asked.
  private var conditions: UInt32 {
    switch self {
    case .clobbered: 0
    case .comparison:
      FlagState.always | FlagState.overflow | FlagState.signed | FlagState.unsigned | FlagState.borrow
    case .addition: FlagState.always | FlagState.overflow | FlagState.carry
    case .test: FlagState.always
    case .borrowed: FlagState.always | FlagState.overflow | FlagState.borrow
    }
  }

  /// One bit for each condition that may be asked after a comparison, for whoever knows that there was one.
  @inlinable static var askedOfComparison: UInt32 { 0x3F3FF }

  /// Refuses a consumer that asks these flags for `condition`.
  func check(_ condition: Condition) throws(Refusal) {
    if self == .clobbered { throw Refusal(.flagsClobbered) }
    guard conditions >> UInt32(condition.rawValue) & 1 == 1 else {
      throw Refusal(.badCondition, UInt64(condition.rawValue))
    }
  }
}

extension Instruction {
  /// What this op does to the flags: leaves them alone (nil), or leaves these.
  @inlinable @inline(always) var flags: FlagState? {
    switch self {
    case .mov, .movi, .ld, .st, .sti, .lea, .not, .bswap, .nop, .mark, .b, .sel, .setcc, .sext8, .sext16,
      .sext32, .zext8, .zext16, .zext32, .fence, .fmov, .fmovi, .fbits, .fsetBits, .fld, .fst:
      nil
    case .cmp, .cmpi, .ccmp, .ccmpi, .subFlags, .subiFlags, .sbb: .comparison
    case .addFlags, .addiFlags, .adc, .borrowToCarry: .addition
    case .test, .testi: .test
    case .carryToBorrow: .borrowed
    case .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori, .muli, .neg,
      .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub, .addShifted,
      .subShifted, .shl, .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel, .funneli, .ubfx,
      .sbfx, .bfi, .clz, .ctz, .popcnt, .bswap16, .sbswap16, .sbswap32, .addOverflow, .subOverflow,
      .mulOverflow, .addOverflowSet, .subOverflowSet, .mulOverflowSet, .branch, .branchi, .branchTest,
      .branchTesti, .branchBit, .branchMem, .branchMemi, .set, .seti, .setMask, .setMaski, .select, .selecti,
      .selectElse, .label, .entry, .j, .jr, .jm, .call, .callr, .callm, .fastCall, .subroutine, .fastRet,
      .enter, .leave, .ret, .sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivChecked, .udivChecked, .sremChecked,
      .uremChecked,
      .sdivUnchecked, .udivUnchecked, .sremUnchecked, .uremUnchecked, .udivWideChecked, .udivWideUnchecked, .cls,
      .bitrev, .ldPre, .ldPost, .stPre, .stPost, .ldPair, .stPair, .ldSwapped, .stSwapped, .rmw, .rmwi, .decBranch,
      .prefetch, .ldAtomic, .stAtomic, .fetch, .rmwAtomic, .cas, .casSet, .casPair, .pause, .instructionBarrier,
      .ldLabel, .adr, .ldConstant, .ldPatchable, .faultSite, .tableEntry, .jumpTable, .patchableJump,
      .patchableCall, .patchableNop, .tailCall, .guard, .guardi, .trap, .unreachable, .breakpoint, .push, .pop, .nops,
      .section, .data, .dataAddress, .zeros, .align, .raw,
      .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms, .fnma, .fnms, .fmin, .fmax, .fminNum,
      .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .ftoi, .ftoiUnchecked, .itof, .fwiden, .fnarrow,
      .fwidenHalf, .fnarrowHalf, .fbranch, .fset, .fselect, .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair,
      .fldLabel, .pass, .passi, .fpass, .variadic, .keep, .fkeep, .ldArgument, .fldArgument:
      .clobbered
    }
  }

  /// The condition that this op asks the flags for, if it asks: `adc` and `sbb` ask for carry and borrow.
  var consumes: Condition? {
    switch self {
    case .b(let condition, _), .sel(_, _, let condition, _, _), .setcc(_, let condition),
      .ccmp(_, let condition, _, _, _), .ccmpi(_, let condition, _, _, _):
      condition
    case .adc, .carryToBorrow: .carry
    case .sbb, .borrowToCarry: .borrow
    case .mov, .movi, .ld, .st, .sti, .lea, .not, .bswap, .nop, .mark, .sext8, .sext16, .sext32, .zext8,
      .zext16, .zext32, .cmp, .cmpi, .subFlags, .subiFlags, .addFlags, .addiFlags, .test, .testi, .add, .sub,
      .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori, .muli, .neg, .abs, .smin,
      .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub, .addShifted, .subShifted, .shl,
      .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel, .funneli, .ubfx, .sbfx, .bfi, .clz,
      .ctz, .popcnt, .bswap16, .sbswap16, .sbswap32, .addOverflow, .subOverflow, .mulOverflow,
      .addOverflowSet, .subOverflowSet, .mulOverflowSet, .branch, .branchi, .branchTest, .branchTesti,
      .branchBit, .branchMem, .branchMemi, .set, .seti, .setMask, .setMaski, .select, .selecti, .selectElse,
      .label, .entry, .j, .jr, .jm, .call, .callr, .callm, .fastCall, .subroutine, .fastRet, .enter, .leave, .ret,
      .sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivChecked, .udivChecked, .sremChecked, .uremChecked,
      .sdivUnchecked, .udivUnchecked, .sremUnchecked, .uremUnchecked, .udivWideChecked, .udivWideUnchecked, .cls,
      .bitrev, .ldPre, .ldPost, .stPre, .stPost, .ldPair, .stPair, .ldSwapped, .stSwapped, .rmw, .rmwi, .decBranch,
      .prefetch, .ldAtomic, .stAtomic, .fetch, .rmwAtomic, .cas, .casSet, .casPair, .fence, .pause, .instructionBarrier,
      .ldLabel, .adr, .ldConstant, .ldPatchable, .faultSite, .tableEntry, .jumpTable, .patchableJump,
      .patchableCall, .patchableNop, .tailCall, .guard, .guardi, .trap, .unreachable, .breakpoint, .push, .pop, .nops,
      .section, .data, .dataAddress, .zeros, .align, .raw,
      .fmov, .fmovi, .fbits, .fsetBits, .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms,
      .fnma, .fnms, .fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .ftoi,
      .ftoiUnchecked, .itof, .fwiden, .fnarrow, .fwidenHalf, .fnarrowHalf, .fbranch, .fset, .fselect, .fld, .fst,
      .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair, .fldLabel, .pass, .passi, .fpass, .variadic, .keep,
      .fkeep, .ldArgument, .fldArgument:
      nil
    }
  }
}
