import Ejit
import EjitText

/// How an op is tested by execution.
public enum OpFamily: CaseIterable, Sendable {
  /// Computes registers from registers and constants.
  case value
  /// Leaves flags for ops that follow.
  case producer
  /// Asks for flags that an op before it left.
  case consumer
  /// Jumps to a label or not, after a comparison of its own.
  case branch
  /// Loads or stores.
  case memory
  /// Computes, compares, converts, loads or stores floats.
  case float
  /// Labels, jumps, calls, frames: tested one by one.
  case control
}

extension Mnemonic {
  /// How this op is tested.
  public var family: OpFamily {
    switch self {
    case .mov, .movi, .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori, .muli,
      .not, .neg, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub, .addShifted,
      .subShifted, .lea, .shl, .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel, .funneli, .ubfx,
      .sbfx, .bfi, .clz, .ctz, .popcnt, .bswap, .bswap16, .sbswap16, .sbswap32, .sext8, .sext16, .sext32, .zext8,
      .zext16, .zext32, .addOverflowSet, .subOverflowSet, .mulOverflowSet, .set, .seti, .setMask, .setMaski, .select,
      .selecti, .selectElse, .sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivUnchecked, .udivUnchecked,
      .sremUnchecked, .uremUnchecked, .udivWideUnchecked, .cls, .bitrev, .ldConstant, .fence, .pause,
      .instructionBarrier:
      .value
    case .addFlags, .subFlags, .addiFlags, .subiFlags, .cmp, .cmpi, .test, .testi: .producer
    case .adc, .sbb, .carryToBorrow, .borrowToCarry, .ccmp, .ccmpi, .b, .sel, .setcc: .consumer
    case .addOverflow, .subOverflow, .mulOverflow, .branch, .branchi, .branchTest, .branchTesti, .branchBit,
      .sdivChecked, .udivChecked, .sremChecked, .uremChecked, .udivWideChecked:
      .branch
    case .branchMem, .branchMemi, .decBranch, .ld, .st, .sti, .ldPre, .ldPost, .stPre, .stPost, .ldPair, .stPair,
      .ldSwapped, .stSwapped, .rmw, .rmwi, .prefetch, .ldAtomic, .stAtomic, .fetch, .rmwAtomic, .cas, .casSet, .casPair:
      .memory
    case .label, .entry, .j, .jr, .jm, .call, .callr, .callm, .fastCall, .subroutine, .fastRet, .push, .pop, .enter,
      .leave, .ret, .nop, .nops, .mark, .ldLabel, .adr, .ldPatchable, .faultSite, .tableEntry, .jumpTable,
      .patchableJump, .patchableCall, .patchableNop, .tailCall, .guard, .guardi, .trap, .unreachable, .breakpoint,
      .section, .data, .dataAddress, .zeros, .align, .raw,
      .fldLabel, .pass, .passi, .fpass, .variadic, .keep, .fkeep, .ldArgument, .fldArgument:
      .control
    case .fmov, .fmovi, .fbits, .fsetBits, .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms,
      .fnma, .fnms, .fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .ftoi,
      .ftoiUnchecked, .itof, .fwiden, .fnarrow, .fwidenHalf, .fnarrowHalf, .fbranch, .fset, .fselect, .fld, .fst,
      .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair:
      .float
    }
  }

  /// Whether this loads or stores, and is tested for what it reaches.
  public var reachesMemory: Bool {
    family == .memory || [.fld, .fst, .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair].contains(self)
  }

  /// How many of the first general register operands are written without being read.
  public var writtenCount: Int {
    switch self {
    case .smulWide, .umulWide, .addOverflowSet, .subOverflowSet, .mulOverflowSet, .sdivmod, .udivmod, .udivWideChecked,
      .udivWideUnchecked, .ldPair, .casSet, .casPair:
      2
    case .bfi, .cmp, .cmpi, .test, .testi, .b, .branch, .branchi, .branchTest, .branchTesti, .branchBit, .branchMem,
      .branchMemi, .st, .sti, .carryToBorrow, .borrowToCarry, .label, .entry, .j, .jr, .jm, .call, .callr, .callm,
      .fastCall, .subroutine, .fastRet, .enter, .leave, .ret, .nop, .mark, .ccmp, .ccmpi, .stPre, .stPost, .stPair,
      .stSwapped, .rmw, .rmwi, .decBranch, .prefetch, .stAtomic, .rmwAtomic, .fence, .pause, .instructionBarrier,
      .faultSite, .tableEntry, .jumpTable, .patchableJump,
      .patchableCall, .patchableNop, .tailCall, .guard, .guardi, .trap, .unreachable, .breakpoint, .push, .pop, .nops,
      .section, .data, .dataAddress, .zeros, .align, .raw,
      .fmov, .fmovi, .fsetBits, .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms, .fnma,
      .fnms, .fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .itof, .fwiden, .fnarrow,
      .fwidenHalf, .fnarrowHalf, .fbranch, .fselect, .fld, .fst, .fldPre, .fldPost, .fstPre, .fstPost, .fldPair,
      .fstPair, .fldLabel, .pass, .passi, .fpass, .variadic, .keep, .fkeep, .fldArgument:
      0
    case .mov, .movi, .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori, .muli,
      .not, .neg, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .madd, .msub, .addShifted, .subShifted, .lea, .shl,
      .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel, .funneli, .ubfx, .sbfx, .clz, .ctz,
      .popcnt, .bswap, .bswap16, .sbswap16, .sbswap32, .sext8, .sext16, .sext32, .zext8, .zext16, .zext32, .addFlags,
      .subFlags, .addiFlags, .subiFlags, .adc, .sbb, .addOverflow, .subOverflow, .mulOverflow, .sel, .setcc, .set,
      .seti, .setMask, .setMaski, .select, .selecti, .selectElse, .ld, .sdiv, .udiv, .srem, .urem, .sdivChecked,
      .udivChecked, .sremChecked, .uremChecked, .sdivUnchecked, .udivUnchecked, .sremUnchecked, .uremUnchecked, .cls,
      .bitrev, .ldPre, .ldPost, .ldSwapped, .ldAtomic, .fetch, .cas, .ldLabel, .adr, .ldConstant, .ldPatchable,
      .fbits, .ftoi, .ftoiUnchecked, .fset, .ldArgument:
      1
    }
  }

  /// The fields that are destinations, whether they are read or not.
  public var destinations: Range<Int> {
    switch self {
    case .bfi: 0..<1
    case .ldPre, .ldPost: 0..<2
    case .fldPre, .fldPost, .fstPre, .fstPost: 0..<1
    case .stPre, .stPost: 1..<2
    case _: 0..<writtenCount
    }
  }

  /// What may be asked of the flags that this op leaves (the table of `Condition`); nothing if it leaves none.
  public var leftConditions: [Condition] {
    let always: [Condition] = [.eq, .ne, .negative, .nonNegative]
    let overflow: [Condition] = [.overflow, .noOverflow]
    return switch self {
    case .cmp, .cmpi, .ccmp, .ccmpi, .subFlags, .subiFlags, .sbb:
      always + overflow + Condition.allCases.filter { $0.isOrdering && $0 != .eq && $0 != .ne } + [.borrow, .noBorrow]
    case .addFlags, .addiFlags, .adc, .borrowToCarry: always + overflow + [.carry, .noCarry]
    case .carryToBorrow: always + overflow + [.borrow, .noBorrow]
    case .test, .testi: always
    case .mov, .movi, .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori, .muli,
      .not, .neg, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub, .addShifted,
      .subShifted, .lea, .shl, .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel, .funneli, .ubfx,
      .sbfx, .bfi, .clz, .ctz, .popcnt, .bswap, .bswap16, .sbswap16, .sbswap32, .sext8, .sext16, .sext32, .zext8,
      .zext16, .zext32, .addOverflow, .subOverflow, .mulOverflow, .addOverflowSet, .subOverflowSet, .mulOverflowSet,
      .b, .sel, .setcc, .branch, .branchi, .branchTest, .branchTesti, .branchBit, .branchMem, .branchMemi, .set, .seti,
      .setMask, .setMaski, .select, .selecti, .selectElse, .ld, .st, .sti, .label, .entry, .j, .jr, .jm, .call, .callr,
      .callm, .fastCall, .subroutine, .fastRet, .enter, .leave, .ret, .nop, .mark, .sdiv, .udiv, .srem, .urem, .sdivmod,
      .udivmod, .sdivChecked, .udivChecked, .sremChecked, .uremChecked, .sdivUnchecked, .udivUnchecked, .sremUnchecked,
      .uremUnchecked, .udivWideChecked, .udivWideUnchecked, .cls, .bitrev, .ldPre, .ldPost, .stPre, .stPost, .ldPair,
      .stPair, .ldSwapped, .stSwapped, .rmw, .rmwi, .decBranch, .prefetch, .ldAtomic, .stAtomic, .fetch, .rmwAtomic,
      .cas, .casSet, .casPair, .fence, .pause, .instructionBarrier, .ldLabel, .adr, .ldConstant, .ldPatchable,
      .faultSite, .tableEntry, .jumpTable, .patchableJump, .patchableCall, .patchableNop, .tailCall, .guard, .guardi,
      .trap, .unreachable, .breakpoint, .push, .pop, .nops, .section, .data, .dataAddress, .zeros, .align, .raw,
      .fmov, .fmovi, .fbits, .fsetBits, .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms,
      .fnma, .fnms, .fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .ftoi,
      .ftoiUnchecked, .itof, .fwiden, .fnarrow, .fwidenHalf, .fnarrowHalf, .fbranch, .fset, .fselect, .fld, .fst,
      .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair, .fldLabel, .pass, .passi, .fpass, .variadic, .keep,
      .fkeep, .ldArgument, .fldArgument:
      []
    }
  }

  /// The optional instructions without which `machine` does not have this op.
  public func needs(on architecture: Target.Architecture) -> Features {
    guard architecture == .x86_64 else { return [] }
    return switch self {
    case .casPair: .cx16
    case .fma, .fms, .fnma, .fnms: .fma3
    case .fwidenHalf, .fnarrowHalf: .f16c
    case _: []
    }
  }

  /// The op's name as a string.
  public var text: String { name.description }
}
