/// Which operands of an op choose its entry in a form table: what does not depend on the machine.
///
/// A key is bytes 0…3 of an `Instruction` (width or memory type, three registers) below bytes 12…15 (of which byte 12
/// has the size of an immediate or displacement, and above it the form of an address). One multiplication puts the
/// digits in it that choose side by side, above bit 49; `FormTableTests` hold that no two combinations meet.
@usableFromInline struct FormShape {
  /// Bits of the key that choose.
  let digits: UInt64
  /// Multiplies the digits side by side; what else the product has lies below or beyond 64.
  let gather: UInt64
  /// Bits of the key that must be zero: a register that the table does not know by its number, another form of address.
  let limit: UInt64

  /// The place among an op's entries that `key` chooses.
  func index(of key: UInt64) -> Int { Int(truncatingIfNeeded: ((key & digits) &* gather) >> FormShape.shift) }

  @inlinable static var shift: UInt64 { 49 }

  private static let width: UInt64 = 1
  private static let type: UInt64 = 7
  private static let d: UInt64 = 15 << 8
  private static let a: UInt64 = 15 << 16
  private static let b: UInt64 = 15 << 24
  private static let size: UInt64 = 15 << 32
  private static let form: UInt64 = 15 << 36

  /// Width and three registers.
  static var three: FormShape {
    FormShape(digits: width | d | a | b, gather: 1 << 61 | 1 << 41 | 1 << 29, limit: (d | a | b) << 4)
  }
  /// Width and two registers: 32 places of every 256.
  static var two: FormShape { FormShape(digits: width | d | a, gather: 1 << 49 | 1 << 34, limit: (d | a) << 4) }
  /// Width, two registers and the size of an immediate.
  static var twoSized: FormShape {
    FormShape(digits: width | d | a | size, gather: 1 << 61 | 1 << 41 | 1 << 21, limit: (d | a) << 4)
  }
  /// Width, one register and the size of an immediate.
  static var oneSized: FormShape {
    FormShape(digits: width | d | size, gather: 1 << 57 | 1 << 41 | 1 << 21, limit: d << 4)
  }
  /// Type, a register, a base and the size of a displacement; no index, not absolute.
  static var memory: FormShape {
    FormShape(digits: type | d | a | size, gather: 1 << 49 | 1 << 44 | 1 << 24, limit: (d | a) << 4 | form)
  }
  /// Byte 0 tells the ops without operands apart.
  static var plain: FormShape { FormShape(digits: 15, gather: 1 << 49, limit: 0) }
}

extension Instruction {
  /// How the form table has this op; nil: not at all.
  var shape: FormShape? {
    switch self {
    case .add, .sub, .and, .or, .xor, .mul: .three
    case .mov, .not, .neg, .cmp, .test, .bswap, .sext8, .sext16, .sext32, .zext8, .zext16, .zext32: .two
    case .addi, .subi, .andi, .ori, .xori, .muli, .shli, .shri, .sari: .twoSized
    case .movi, .cmpi, .testi: .oneSized
    case .ld, .st: .memory
    case .ret, .nop: .plain
    case .label, .b, .andn, .orn, .xnor, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide,
      .madd, .msub, .addShifted, .subShifted, .lea, .shl, .shr, .sar, .rotl, .rotr, .rotli, .rotri, .funnel,
      .funneli, .ubfx, .sbfx, .bfi, .clz, .ctz, .popcnt, .bswap16, .sbswap16, .sbswap32, .addFlags, .subFlags,
      .addiFlags, .subiFlags, .adc, .sbb, .carryToBorrow, .borrowToCarry, .addOverflow, .subOverflow,
      .mulOverflow, .addOverflowSet, .subOverflowSet, .mulOverflowSet, .sel, .setcc, .branch, .branchi,
      .branchTest, .branchTesti, .branchBit, .branchMem, .branchMemi, .set, .seti, .setMask, .setMaski, .select,
      .selecti, .selectElse, .sti, .entry, .j, .jr, .jm, .call, .callr, .callm, .fastCall, .subroutine, .fastRet,
      .enter, .leave, .mark, .ccmp, .ccmpi, .sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivChecked, .udivChecked,
      .sremChecked, .uremChecked,
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
