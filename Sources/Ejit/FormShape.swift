/// Which operands of an op choose its entry in a form table: what does not depend on the machine.
struct FormShape {
  /// Bits of bytes 1…3 that choose, one digit each.
  let registers: UInt32
  /// Multiplies the register digits side by side, above bit 20; what else the product has lies below or beyond 32.
  let gather: UInt32
  /// Bits of byte 12 that choose as lowest digit, in place of a third register.
  let sizes: UInt8
  /// Bits of byte 12 that must be zero.
  let forms: UInt8

  /// Bits of bytes 1…3 that must be zero: no register in a table has them.
  var limit: UInt32 { registers << 4 }

  init(registers: UInt32, gather: UInt32, sizes: UInt8 = 0, forms: UInt8 = 0) {
    (self.registers, self.gather, self.sizes, self.forms) = (registers, gather, sizes, forms)
  }

  /// Three registers.
  static var three: FormShape { FormShape(registers: 0x0F_0F0F, gather: 1 << 28 | 1 << 16 | 1 << 4) }
  /// Two registers.
  static var two: FormShape { FormShape(registers: 0x0F0F, gather: 1 << 24 | 1 << 12) }
  /// Two registers and the size of an immediate.
  static var twoSized: FormShape { FormShape(registers: 0x0F0F, gather: 1 << 28 | 1 << 16, sizes: 15) }
  /// One register and the size of an immediate.
  static var oneSized: FormShape { FormShape(registers: 0x0F, gather: 1 << 24, sizes: 15) }
  /// A register, a base and the size of a displacement; no index, not absolute.
  static var memory: FormShape {
    FormShape(registers: 0x0F0F, gather: 1 << 28 | 1 << 16, sizes: 15, forms: 0xF0)
  }
  /// Nothing.
  static var plain: FormShape { FormShape(registers: 0, gather: 0) }
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
      .prefetch, .ldLabel, .adr, .ldConstant, .ldPatchable, .faultSite, .tableEntry, .jumpTable, .patchableJump,
      .patchableCall, .patchableNop, .tailCall, .guard, .guardi, .trap, .unreachable, .breakpoint, .push, .pop, .nops,
      .section, .data, .dataAddress, .zeros, .align, .raw:
      nil
    }
  }
}
