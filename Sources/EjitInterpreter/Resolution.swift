import Ejit

/// What can be known of a program before it runs: in which order it lies, where its labels and its data are, where its
/// branches lead, what each `enter`, `push` and `pop` saves and each `leave` restores.
struct Resolution {
  /// The instructions in the order in which they lie: all hot ones, then all cold ones. Places count these.
  private(set) var program: [Instruction] = []
  /// For each of them, its index in the program as given.
  private(set) var order: [UInt32] = []
  /// The labels of the program, upwards by number.
  private(set) var labels: [Binding] = []
  /// For each place: where its label is bound, the registers that it pushes or pops (bit n: number n), which of the
  /// words it takes, or whether it is a gap of zeros.
  private(set) var operands: [UInt32] = []
  /// Addresses of labels; jump tables (how many entries, above the place for other indices); constants that may be
  /// patched; what frames save (how many vector registers, above the registers: bit n for number n).
  private(set) var words: [UInt64] = []
  let data: DataMemory

  struct Binding {
    let label: Label
    let index: UInt32
  }

  /// The program has been found good by an assembler for this ABI, which lays down zeros for the `align`s in `gaps`.
  init(_ given: [Instruction], gaps: [Int], registers: RegisterSlots) {
    (program, order) = Resolution.layout(of: given)
    let gaps = Set(order.indices.filter { [order] place in gaps.contains(Int(order[place])) })
    data = DataMemory(program, gaps: gaps)
    for index in program.indices {
      guard let label = program[index].binds else { continue }
      labels.append(Binding(label: label, index: UInt32(truncatingIfNeeded: index)))
    }
    labels.sort { $0.label.number < $1.label.number }
    resolveOperands(registers)
    for place in gaps { operands[place] = 1 }
    for index in program.indices {
      if case .dataAddress(let label) = program[index] { data.write(address(of: label) ?? 0, ofInstruction: index) }
    }
  }

  /// All hot instructions, then all cold ones, `section` at the start of what it names; and the index of each.
  private static func layout(of given: [Instruction]) -> ([Instruction], [UInt32]) {
    var parts: (hot: [UInt32], cold: [UInt32]) = ([], [])
    var section = CodeSection.hot
    for index in given.indices {
      if case .section(let next) = given[index] { section = next }
      switch section {
      case .hot: parts.hot.append(UInt32(truncatingIfNeeded: index))
      case .cold: parts.cold.append(UInt32(truncatingIfNeeded: index))
      }
    }
    let order = parts.hot + parts.cold
    return (parts.cold.isEmpty ? given : order.map { given[Int($0)] }, order)
  }

  private mutating func resolveOperands(_ registers: RegisterSlots) {
    operands = Array(repeating: 0, count: program.count)
    var saved: UInt32 = 0  // of the frame: the word that says what it saves
    for index in givenOrder() {
      switch program[index].operand {
      case .none: break
      case .target(let label): operands[index] = self.index(of: label) ?? 0
      case .next: operands[index] = UInt32(truncatingIfNeeded: index + 1)
      case .registers(let set): operands[index] = registers.numbers(in: set)
      case .saves(let set, let vectors):
        saved = word(UInt64(registers.numbers(in: set)) | UInt64(vectors) << 32)
        operands[index] = saved
      // The frame is that of the last `enter` above: a function has one, and its text is one piece.
      case .restores: operands[index] = saved
      case .address(let label): operands[index] = word(address(of: label) ?? 0)
      case .constant(let bits): operands[index] = word(bits)
      case .table(let label):
        operands[index] = word(entryCount(before: index) << 32 | UInt64(self.index(of: label) ?? 0))
      }
    }
  }

  /// The places, in the order of the program as given.
  private func givenOrder() -> [Int] {
    var places = Array(repeating: 0, count: order.count)
    for (place, index) in order.enumerated() { places[Int(index)] = place }
    return places
  }

  private mutating func word(_ bits: UInt64) -> UInt32 {
    words.append(bits)
    return UInt32(truncatingIfNeeded: words.count - 1)
  }

  private func entryCount(before index: Int) -> UInt64 {
    var first = index
    while first > 0, case .tableEntry = program[first - 1] { first -= 1 }
    return UInt64(index - first)
  }
}

extension Resolution {
  /// The place of the instruction that binds `label`.
  func index(of label: Label) -> UInt32? {
    var low = 0
    var high = labels.count
    while low < high {
      let middle = (low + high) / 2
      if labels[middle].label.number < label.number { low = middle + 1 } else { high = middle }
    }
    return low < labels.count && labels[low].label == label ? labels[low].index : nil
  }

  /// The address of `label`: a real one among data, else what stands for that of code.
  func address(of label: Label) -> UInt64? {
    index(of: label).map { data.address(at: Int($0)) ?? CodeAddress.label(Int($0)).bits }
  }

  /// The index in the program as given of what lies at a place; other numbers stay.
  func given(_ place: Int) -> Int { order.indices.contains(place) ? Int(order[place]) : place }
}

// What may be patched: every place with this number.
extension Resolution {
  /// Gives the constants with this number the value `bits`.
  mutating func patch(_ id: SiteID, bits: UInt64) {
    for index in program.indices {
      if case .ldPatchable(id, _, _) = program[index] { words[Int(operands[index])] = bits }
    }
  }

  /// Lets the jumps and calls with this number lead to `place`, or where they led at first if there is none.
  mutating func patch(_ id: SiteID, place: UInt32?) {
    for index in program.indices {
      switch program[index].operand {
      case .target(let label) where program[index].patchableSite == id:
        operands[index] = place ?? self.index(of: label) ?? 0
      case .next where program[index].patchableSite == id:
        operands[index] = place ?? UInt32(truncatingIfNeeded: index + 1)
      case .none, .target, .next, .registers, .saves, .restores, .address, .constant, .table: break
      }
    }
  }
}

extension Instruction {
  /// The number of a jump or call that may be patched.
  fileprivate var patchableSite: SiteID? {
    switch self {
    case .patchableJump(let id, _), .patchableCall(let id, _), .patchableNop(let id): id
    case .label, .b, .mov, .movi, .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori,
      .xori, .muli, .not, .neg, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub,
      .addShifted, .subShifted, .lea, .sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivChecked, .udivChecked,
      .sremChecked, .uremChecked, .sdivUnchecked, .udivUnchecked, .sremUnchecked, .uremUnchecked, .udivWideChecked,
      .udivWideUnchecked, .shl, .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel, .funneli,
      .ubfx, .sbfx, .bfi, .clz, .ctz, .cls, .bitrev, .popcnt, .bswap, .bswap16, .sbswap16, .sbswap32, .sext8, .sext16,
      .sext32, .zext8, .zext16, .zext32, .addFlags, .subFlags, .addiFlags, .subiFlags, .adc, .sbb, .carryToBorrow,
      .borrowToCarry, .addOverflow, .subOverflow, .mulOverflow, .addOverflowSet, .subOverflowSet, .mulOverflowSet,
      .cmp, .cmpi, .test, .testi, .ccmp, .ccmpi, .sel, .setcc, .branch, .branchi, .branchTest, .branchTesti,
      .branchBit, .branchMem, .branchMemi, .set, .seti, .setMask, .setMaski, .select, .selecti, .selectElse, .ld, .st,
      .sti, .ldPre, .ldPost, .stPre, .stPost, .ldPair, .stPair, .ldSwapped, .stSwapped, .rmw, .rmwi, .decBranch,
      .prefetch, .ldAtomic, .stAtomic, .fetch, .rmwAtomic, .cas, .casSet, .casPair, .fence, .pause, .instructionBarrier,
      .ldLabel, .adr, .ldConstant, .ldPatchable, .faultSite, .entry, .j, .jr, .jm, .tableEntry, .jumpTable,
      .tailCall, .guard, .guardi, .trap, .unreachable, .breakpoint, .call, .callr, .callm, .fastCall, .subroutine,
      .fastRet, .push, .pop, .enter, .leave, .ret, .nop, .nops, .mark, .section, .data, .dataAddress, .zeros, .align,
      .raw,
      .fmov, .fmovi, .fbits, .fsetBits, .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms,
      .fnma, .fnms, .fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .ftoi,
      .ftoiUnchecked, .itof, .fwiden, .fnarrow, .fwidenHalf, .fnarrowHalf, .fbranch, .fset, .fselect, .fld, .fst,
      .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair, .fldLabel, .pass, .passi, .fpass, .variadic, .keep,
      .fkeep, .ldArgument, .fldArgument:
      nil
    }
  }

  /// The label that this op binds, if it binds one.
  var binds: Label? {
    switch self {
    case .label(let label), .entry(let label): label
    case .b, .mov, .movi, .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori,
      .muli, .not, .neg, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub,
      .addShifted, .subShifted, .lea, .sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivChecked, .udivChecked,
      .sremChecked, .uremChecked, .sdivUnchecked, .udivUnchecked, .sremUnchecked, .uremUnchecked, .udivWideChecked,
      .udivWideUnchecked, .shl, .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli, .rotri, .funnel, .funneli,
      .ubfx, .sbfx, .bfi, .clz, .ctz, .cls, .bitrev, .popcnt, .bswap, .bswap16, .sbswap16, .sbswap32, .sext8, .sext16,
      .sext32, .zext8, .zext16, .zext32, .addFlags, .subFlags, .addiFlags, .subiFlags, .adc, .sbb, .carryToBorrow,
      .borrowToCarry, .addOverflow, .subOverflow, .mulOverflow, .addOverflowSet, .subOverflowSet, .mulOverflowSet,
      .cmp, .cmpi, .test, .testi, .ccmp, .ccmpi, .sel, .setcc, .branch, .branchi, .branchTest, .branchTesti,
      .branchBit, .branchMem, .branchMemi, .set, .seti, .setMask, .setMaski, .select, .selecti, .selectElse, .ld, .st,
      .sti, .ldPre, .ldPost, .stPre, .stPost, .ldPair, .stPair, .ldSwapped, .stSwapped, .rmw, .rmwi, .decBranch,
      .prefetch, .ldAtomic, .stAtomic, .fetch, .rmwAtomic, .cas, .casSet, .casPair, .fence, .pause, .instructionBarrier,
      .ldLabel, .adr, .ldConstant, .ldPatchable, .faultSite, .j, .jr, .jm, .tableEntry, .jumpTable,
      .patchableJump, .patchableCall, .patchableNop, .tailCall, .guard, .guardi, .trap, .unreachable, .breakpoint,
      .call, .callr, .callm, .fastCall, .subroutine, .fastRet, .push, .pop, .enter, .leave, .ret, .nop, .nops, .mark,
      .section, .data, .dataAddress, .zeros, .align, .raw,
      .fmov, .fmovi, .fbits, .fsetBits, .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms,
      .fnma, .fnms, .fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .ftoi,
      .ftoiUnchecked, .itof, .fwiden, .fnarrow, .fwidenHalf, .fnarrowHalf, .fbranch, .fset, .fselect, .fld, .fst,
      .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair, .fldLabel, .pass, .passi, .fpass, .variadic, .keep,
      .fkeep, .ldArgument, .fldArgument:
      nil
    }
  }

  /// What an op has that is worked out before it runs.
  fileprivate enum Operand {
    case none
    /// The label at which it may continue.
    case target(Label)
    /// The instruction behind it, until it is patched.
    case next
    case registers(RegisterSet)
    /// Registers, and how many vector registers.
    case saves(RegisterSet, UInt8)
    case restores
    /// The label whose address it takes.
    case address(Label)
    case constant(UInt64)
    /// The label for indices beyond the entries before it.
    case table(Label)
  }

  fileprivate var operand: Operand {
    switch self {
    case .addOverflow(_, _, _, _, _, let target), .subOverflow(_, _, _, _, _, let target),
      .mulOverflow(_, _, _, _, _, let target), .b(_, let target), .branch(_, _, _, _, let target),
      .branchi(_, _, _, let target, _), .branchTest(_, _, _, _, let target),
      .branchTesti(_, _, _, let target, _), .branchBit(_, _, _, _, let target),
      .branchMem(_, _, _, _, let target, _), .branchMemi(_, _, _, _, let target, _), .j(let target),
      .fastCall(let target), .sdivChecked(_, _, _, _, let target), .udivChecked(_, _, _, _, let target),
      .sremChecked(_, _, _, _, let target), .uremChecked(_, _, _, _, let target),
      .udivWideChecked(_, _, _, _, _, _, let target), .decBranch(_, _, _, _, let target, _),
      .faultSite(_, let target), .tableEntry(let target), .patchableJump(_, let target),
      .patchableCall(_, let target), .guard(_, _, _, _, _, let target), .guardi(_, _, _, _, let target, _),
      .fbranch(_, _, _, _, let target):
      .target(target)
    case .patchableNop: .next
    case .push(let set), .pop(let set), .keep(let set): .registers(set)
    case .enter(_, let set, let vectors): .saves(set, vectors)
    case .leave: .restores
    case .ldLabel(_, _, let label), .adr(_, let label), .fldLabel(_, _, let label): .address(label)
    case .ldPatchable(_, let value, _): .constant(value.bits)
    case .jumpTable(_, _, let otherwise): .table(otherwise)
    case .label, .mov, .movi, .add, .sub, .and, .or, .xor, .mul, .andn, .orn, .xnor, .addi, .subi, .andi, .ori, .xori,
      .muli, .not, .neg, .abs, .smin, .smax, .umin, .umax, .smulh, .umulh, .smulWide, .umulWide, .madd, .msub,
      .addShifted, .subShifted, .lea, .sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivUnchecked, .udivUnchecked,
      .sremUnchecked, .uremUnchecked, .udivWideUnchecked, .shl, .shr, .sar, .rotl, .rotr, .shli, .shri, .sari, .rotli,
      .rotri, .funnel, .funneli, .ubfx, .sbfx, .bfi, .clz, .ctz, .cls, .bitrev, .popcnt, .bswap, .bswap16, .sbswap16,
      .sbswap32, .sext8, .sext16, .sext32, .zext8, .zext16, .zext32, .addFlags, .subFlags, .addiFlags, .subiFlags,
      .adc, .sbb, .carryToBorrow, .borrowToCarry, .addOverflowSet, .subOverflowSet, .mulOverflowSet, .cmp, .cmpi,
      .test, .testi, .ccmp, .ccmpi, .sel, .setcc, .set, .seti, .setMask, .setMaski, .select, .selecti, .selectElse,
      .ld, .st, .sti, .ldPre, .ldPost, .stPre, .stPost, .ldPair, .stPair, .ldSwapped, .stSwapped, .rmw, .rmwi,
      .prefetch, .ldAtomic, .stAtomic, .fetch, .rmwAtomic, .cas, .casSet, .casPair, .fence, .pause, .instructionBarrier,
      .ldConstant, .entry, .jr, .jm, .tailCall, .trap, .unreachable, .breakpoint, .call, .callr, .callm,
      .subroutine, .fastRet, .ret, .nop, .nops, .mark, .section, .data, .dataAddress, .zeros, .align, .raw,
      .fmov, .fmovi, .fbits, .fsetBits, .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms,
      .fnma, .fnms, .fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .ftoi,
      .ftoiUnchecked, .itof, .fwiden, .fnarrow, .fwidenHalf, .fnarrowHalf, .fset, .fselect, .fld, .fst, .fldPre,
      .fldPost, .fstPre, .fstPost, .fldPair, .fstPair, .pass, .passi, .fpass, .variadic, .fkeep, .ldArgument,
      .fldArgument:
      .none
    }
  }
}
