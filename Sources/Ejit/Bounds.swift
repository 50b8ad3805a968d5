extension Target {
  /// The most bytes of code that `instruction` can become here, whatever its operands: a constant per op.
  ///
  /// Branches count what an island needs that leads them farther than their own form reaches.
  public func maximumBytes(for instruction: Instruction) -> Int {
    let bounds = instruction.bounds
    return switch architecture {
    case .x86_64: bounds.x86_64
    case .aarch64: bounds.aarch64
    }
  }
}

extension Instruction {
  /// The most bytes that this op becomes on each machine.
  fileprivate var bounds: (x86_64: Int, aarch64: Int) {
    switch self {
    case .label, .entry, .mark: (0, 0)
    case .nop, .ret: (1, 4)
    case .mov, .bswap, .sext8, .sext16, .sext32, .zext8, .zext16, .zext32: (6, 4)
    case .movi: (10, 16)
    case .add, .sub, .and, .or, .xor, .addFlags, .adc, .not, .neg: (6, 4)
    case .subFlags, .sbb: (9, 4)
    case .mul: (7, 4)
    case .andn, .orn, .xnor: (9, 8)
    case .addi, .subi, .andi, .ori, .xori, .addiFlags, .subiFlags: (16, 20)
    case .muli: (17, 20)
    case .abs, .smin, .smax, .umin, .umax: (13, 8)
    case .smulh, .umulh: (25, 12)
    case .smulWide, .umulWide: (32, 16)
    case .madd, .msub: (13, 8)
    case .addShifted, .subShifted: (13, 4)
    case .lea: (10, 24)
    case .shl, .shr, .sar, .rotl, .rotr: (15, 8)
    case .shli, .shri, .sari, .rotli, .rotri: (7, 4)
    case .funnel: (16, 28)
    case .funneli: (11, 8)
    case .ubfx, .sbfx, .bswap16, .sbswap16: (11, 8)
    case .bfi: (16, 8)
    case .sbswap32: (9, 8)
    case .clz, .ctz: (19, 8)
    case .popcnt: (118, 16)
    case .carryToBorrow, .borrowToCarry: (0, 12)
    case .addOverflow, .subOverflow: (15, 16)
    case .mulOverflow: (31, 32)
    case .addOverflowSet, .subOverflowSet: (17, 12)
    case .mulOverflowSet: (33, 28)
    case .cmp, .test: (3, 4)
    case .cmpi, .testi: (13, 20)
    case .b: (6, 16)
    case .j: (5, 4)
    case .sel: (7, 8)
    case .setcc: (8, 4)
    case .branch, .branchTest: (9, 20)
    case .branchi, .branchTesti: (19, 36)
    case .branchBit: (11, 16)
    case .branchMem: (21, 32)
    case .branchMemi: (21, 40)
    case .set, .setMask: (14, 8)
    case .seti, .setMaski: (24, 24)
    case .select: (10, 8)
    case .selecti: (20, 24)
    case .selectElse: (20, 24)
    case .ld, .st: (19, 28)
    case .sti: (19, 28)
    case .jr, .callr: (3, 4)
    case .jm, .callm: (18, 28)
    case .call: (13, 20)
    case .fastCall: (5, 4)
    case .subroutine: (5, 4)
    case .fastRet: (6, 8)
    case .enter: (21, 32)
    case .leave: (16, 28)
    }
  }
}
