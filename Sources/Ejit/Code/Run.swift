/// What the next instruction must fit to: values of a run, or bytes that end in the middle of a word.
enum Run {
  case none
  /// Entries of a jump table that begins at this offset of the tail.
  case table(UInt32)
  /// Behind `faultSite`.
  case site(SiteID, Label)
  /// Behind data where no instruction of the target can begin.
  case data
  /// Operands of a call, which `Emission.callRun` collects.
  case arguments

  var isNone: Bool { if case .none = self { true } else { false } }
}

extension Emission {
  /// Lowers one instruction by `rows`, in its place in a run.
  @inline(__always) mutating func row(
    _ instruction: Instruction, by rows: (Instruction, inout Emission) throws(Refusal) -> Void
  ) throws(Refusal) {
    if run.isNone { return try rows(instruction, &self) }
    try rowInRun(instruction, by: rows)
  }

  @inline(never) private mutating func rowInRun(
    _ instruction: Instruction, by rows: (Instruction, inout Emission) throws(Refusal) -> Void
  ) throws(Refusal) {
    switch run {
    case .none: try rows(instruction, &self)
    case .table:
      guard instruction.follows(.table) else { throw Refusal(.malformedRun) }
      try rows(instruction, &self)
    case .site(let id, let recovery):
      guard instruction.follows(.site) else { throw Refusal(.malformedRun) }
      run = .none
      let start = UInt32(truncatingIfNeeded: code.count)
      isFaultSite = true
      try rows(instruction, &self)
      isFaultSite = false
      let end = UInt32(truncatingIfNeeded: code.count)
      if start == end { return }
      sites.faults.append(
        SiteTables.FaultRow(
          site: FaultSite(start: start, end: end, recovery: 0, id: id.number), recovery: recovery,
          instruction: UInt32(truncatingIfNeeded: index)))
    case .data:
      guard instruction.follows(.data) else { throw Refusal(.unalignedEntry, UInt64(code.count)) }
      try rows(instruction, &self)
    case .arguments:
      guard instruction.follows(.arguments) else { throw Refusal(.malformedRun) }
      try rows(instruction, &self)
    }
  }

  /// Refuses the end of a program in the middle of a run. What is left open is the last instruction.
  func checkRun() throws(EjitError) {
    switch run {
    case .none, .data: return
    case .table, .site, .arguments: throw EjitError(.malformedRun, instruction: index - 1)
    }
  }
}

extension Instruction {
  /// What may stand before an instruction and want something of it.
  enum Predecessor { case table, site, data, arguments }

  /// Whether this op may stand behind such a one.
  func follows(_ predecessor: Predecessor) -> Bool {
    switch self {
    case .tableEntry, .jumpTable: predecessor == .table
    case .ld, .st, .sti, .ldPre, .ldPost, .stPre, .stPost, .ldPair, .stPair, .ldSwapped, .stSwapped, .rmw, .rmwi,
      .branchMem, .branchMemi, .decBranch, .ldAtomic, .stAtomic, .fetch, .rmwAtomic, .cas, .casSet, .jm, .trap,
      .unreachable, .breakpoint, .fld, .fst, .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair:
      predecessor == .site
    case .label, .mark, .data, .dataAddress, .zeros, .align: predecessor == .data
    case .pass, .passi, .fpass, .variadic, .keep, .fkeep, .call, .callr, .callm, .patchableCall:
      predecessor == .arguments
    case .b, .mov, .movi, .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori,
      .muli, .not, .neg, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub,
      .addShifted, .subShifted, .lea, .sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivChecked, .udivChecked,
      .sremChecked, .uremChecked, .sdivUnchecked, .udivUnchecked, .sremUnchecked, .uremUnchecked, .udivWideChecked,
      .udivWideUnchecked, .shl, .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel, .funneli,
      .ubfx, .sbfx, .bfi, .clz, .ctz, .cls, .bitrev, .popcnt, .bswap, .bswap16, .sbswap16, .sbswap32, .sext8, .sext16,
      .sext32, .zext8, .zext16, .zext32, .addFlags, .subFlags, .addiFlags, .subiFlags, .adc, .sbb, .carryToBorrow,
      .borrowToCarry, .addOverflow, .subOverflow, .mulOverflow, .addOverflowSet, .subOverflowSet, .mulOverflowSet,
      .cmp, .cmpi, .test, .testi, .ccmp, .ccmpi, .sel, .setcc, .branch, .branchi, .branchTest, .branchTesti,
      .branchBit, .set, .seti, .setMask, .setMaski, .select, .selecti, .selectElse, .prefetch, .casPair, .fence, .pause,
      .instructionBarrier, .ldLabel, .adr,
      .ldConstant, .ldPatchable, .faultSite, .entry, .j, .jr, .patchableJump, .patchableNop,
      .tailCall, .guard, .guardi, .fastCall, .subroutine, .fastRet, .push, .pop, .enter,
      .leave, .ret, .nop, .nops, .section, .raw,
      .fmov, .fmovi, .fbits, .fsetBits, .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms,
      .fnma, .fnms, .fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .ftoi,
      .ftoiUnchecked, .itof, .fwiden, .fnarrow, .fwidenHalf, .fnarrowHalf, .fbranch, .fset, .fselect, .fldLabel,
      .ldArgument, .fldArgument:
      false
    }
  }
}
