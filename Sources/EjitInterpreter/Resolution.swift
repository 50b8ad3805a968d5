import Ejit

/// What can be known of a program before it runs: where its labels are, where its branches lead, what each `enter`
/// saves and each `leave` restores.
struct Resolution {
  /// The labels of the program, upwards by number.
  private(set) var labels: [Binding] = []
  /// For each instruction: where its label is bound, or the registers that it saves or restores (bit n: number n).
  private(set) var operands: [UInt32] = []

  struct Binding {
    let label: Label
    let index: UInt32
  }

  /// The program has been found good by an assembler for this ABI.
  init(_ program: Span<Instruction>, registers: RegisterSlots) {
    for index in program.indices {
      guard let label = program[index].binds else { continue }
      labels.append(Binding(label: label, index: UInt32(truncatingIfNeeded: index)))
    }
    labels.sort { $0.label.number < $1.label.number }
    operands.reserveCapacity(program.count)
    var saved: UInt32 = 0
    for index in program.indices {
      switch program[index].operand {
      case .none: operands.append(0)
      case .target(let label): operands.append(self.index(of: label) ?? 0)
      case .saves(let set):
        saved = registers.numbers(in: set)
        operands.append(saved)
      // The frame is that of the last `enter` above: a function has one, and its text is one piece.
      case .restores: operands.append(saved)
      }
    }
  }

  /// The index of the instruction that binds `label`.
  func index(of label: Label) -> UInt32? {
    var low = 0
    var high = labels.count
    while low < high {
      let middle = (low + high) / 2
      if labels[middle].label.number < label.number { low = middle + 1 } else { high = middle }
    }
    return low < labels.count && labels[low].label == label ? labels[low].index : nil
  }
}

extension Instruction {
  /// The label that this op binds, if it binds one.
  var binds: Label? {
    switch self {
    case .label(let label), .entry(let label): label
    case .mov, .movi, .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori,
      .muli, .not, .neg, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub,
      .addShifted, .subShifted, .lea, .shl, .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel,
      .funneli, .ubfx, .sbfx, .bfi, .clz, .ctz, .popcnt, .bswap, .bswap16, .sbswap16, .sbswap32, .sext8, .sext16,
      .sext32, .zext8, .zext16, .zext32, .addFlags, .subFlags, .addiFlags, .subiFlags, .adc, .sbb, .carryToBorrow,
      .borrowToCarry, .addOverflow, .subOverflow, .mulOverflow, .addOverflowSet, .subOverflowSet, .mulOverflowSet,
      .cmp, .cmpi, .test, .testi, .b, .sel, .setcc, .branch, .branchi, .branchTest, .branchTesti, .branchBit,
      .branchMem, .branchMemi, .set, .seti, .setMask, .setMaski, .select, .selecti, .selectElse, .ld, .st, .sti, .j,
      .jr, .jm, .call, .callr, .callm, .fastCall, .subroutine, .fastRet, .enter, .leave, .ret, .nop, .mark:
      nil
    }
  }

  /// What an op has that is worked out before it runs.
  fileprivate enum Operand {
    case none
    /// The label at which it may continue.
    case target(Label)
    case saves(RegisterSet)
    case restores
  }

  fileprivate var operand: Operand {
    switch self {
    case .addOverflow(_, _, _, _, _, let target), .subOverflow(_, _, _, _, _, let target),
      .mulOverflow(_, _, _, _, _, let target), .b(_, let target), .branch(_, _, _, _, let target),
      .branchi(_, _, _, let target, _), .branchTest(_, _, _, _, let target),
      .branchTesti(_, _, _, let target, _), .branchBit(_, _, _, _, let target),
      .branchMem(_, _, _, _, let target, _), .branchMemi(_, _, _, _, let target, _), .j(let target),
      .fastCall(let target):
      .target(target)
    case .enter(_, let set): .saves(set)
    case .leave: .restores
    case .mov, .movi, .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori,
      .muli, .not, .neg, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub,
      .addShifted, .subShifted, .lea, .shl, .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel,
      .funneli, .ubfx, .sbfx, .bfi, .clz, .ctz, .popcnt, .bswap, .bswap16, .sbswap16, .sbswap32, .sext8, .sext16,
      .sext32, .zext8, .zext16, .zext32, .addFlags, .subFlags, .addiFlags, .subiFlags, .adc, .sbb, .carryToBorrow,
      .borrowToCarry, .addOverflowSet, .subOverflowSet, .mulOverflowSet, .cmp, .cmpi, .test, .testi, .sel, .setcc,
      .set, .seti, .setMask, .setMaski, .select, .selecti, .selectElse, .ld, .st, .sti, .label, .entry, .jr, .jm,
      .call, .callr, .callm, .subroutine, .fastRet, .ret, .nop, .mark:
      .none
    }
  }
}
