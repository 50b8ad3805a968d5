import Ejit

/// The data of a program at real addresses, for its loads only.
///
/// A run is data with the labels, marks, sections and alignments before, between and, at the end of the program, behind
/// it; and with the gap of zeros that an alignment makes behind it, if code follows. Each run begins at a multiple of 16;
/// alignments in it are those of addresses.
///
/// A view of bytes that belong to the interpreter.
struct DataMemory {
  let bytes: UnsafeMutableRawBufferPointer
  /// The instructions of runs that bind labels or are data, upwards, and where their bytes are.
  private let places: [Place]

  struct Place {
    let instruction: Int
    let offset: Int
  }

  /// The data of `program`, in the order in which it lies, and the zeros of the `align`s at these places. The address of
  /// each label must still be written (`write(_:at:)`).
  init(_ program: [Instruction], gaps: Set<Int>) {
    let layout = DataLayout(program, gaps: gaps)
    places = layout.places
    // Every alignment that a program may ask for is one of addresses.
    bytes = .allocate(byteCount: layout.byteCount, alignment: layout.byteCount == 0 ? 1 : 4096)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    for place in places {
      guard case .data(let type, let value) = program[place.instruction] else { continue }
      write(value.bits, count: type.byteCount, at: place.offset)
    }
  }

  /// The little-endian low bytes of `value`.
  private func write(_ value: UInt64, count: Int, at offset: Int) {
    for index in 0..<count { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
  }

  /// Writes the address that the `dataAddress` at `index` stands for.
  func write(_ address: UInt64, ofInstruction index: Int) {
    if let offset = offset(at: index) { write(address, count: 8, at: offset) }
  }

  /// The address of the instruction at `index`, if it is part of a run.
  func address(at index: Int) -> UInt64? {
    offset(at: index).map { UInt64(UInt(bitPattern: bytes.baseAddress)) + UInt64($0) }
  }

  /// Whether data lies at `address`.
  func contains(_ address: UInt64) -> Bool {
    address &- UInt64(UInt(bitPattern: bytes.baseAddress)) < UInt64(bytes.count)
  }

  private func offset(at index: Int) -> Int? {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].instruction < index { low = middle + 1 } else { high = middle }
    }
    return low < places.count && places[low].instruction == index ? places[low].offset : nil
  }
}

/// Where the data of a program lies among other data.
private struct DataLayout {
  private(set) var byteCount = 0
  private(set) var places: [DataMemory.Place] = []

  init(_ program: [Instruction], gaps: Set<Int>) {
    // Instructions that belong to a run if data follows.
    var pending: [Int] = []
    var isRun = false
    for index in program.indices {
      switch program[index].layout {
      case .between where !gaps.contains(index): pending.append(index)
      case .code: (isRun, pending) = (false, [])
      case .between, .data:
        if !isRun { align(16) }
        isRun = true
        for index in pending { place(program[index], at: index) }
        pending = []
        places.append(DataMemory.Place(instruction: index, offset: byteCount))
        byteCount += byteCountOfData(program[index])
      }
    }
    if isRun { for index in pending { place(program[index], at: index) } }
  }

  /// Data, or a gap, which is never empty: it has zeros in the code.
  private func byteCountOfData(_ instruction: Instruction) -> Int {
    if case .data(let count) = instruction.layout { return count }
    guard case .align(let bytes) = instruction else { return 0 }
    return Int(bytes) - byteCount % Int(bytes)
  }

  private mutating func place(_ instruction: Instruction, at index: Int) {
    if case .align(let bytes) = instruction { return align(Int(bytes)) }
    places.append(DataMemory.Place(instruction: index, offset: byteCount))
  }

  private mutating func align(_ bytes: Int) { byteCount = (byteCount + bytes - 1) & ~(bytes - 1) }
}

/// What an instruction is to the data around it.
private enum Layout {
  case code
  case data(byteCount: Int)
  /// Neither: it belongs to what follows.
  case between
}

extension Instruction {
  fileprivate var layout: Layout {
    switch self {
    case .data(let type, _): .data(byteCount: type.byteCount)
    case .dataAddress: .data(byteCount: 8)
    case .zeros(let count): count == 0 ? .between : .data(byteCount: Int(count))
    case .label, .entry, .mark, .section, .align: .between
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
      .call, .callr, .callm, .fastCall, .subroutine, .fastRet, .push, .pop, .enter, .leave, .ret, .nop, .nops, .raw,
      .fmov, .fmovi, .fbits, .fsetBits, .fadd, .fsub, .fmul, .fdiv, .fsqrt, .fneg, .fabs, .fcopysign, .fma, .fms,
      .fnma, .fnms, .fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect, .fround, .fcanon, .ftoi,
      .ftoiUnchecked, .itof, .fwiden, .fnarrow, .fwidenHalf, .fnarrowHalf, .fbranch, .fset, .fselect, .fld, .fst,
      .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair, .fldLabel, .pass, .passi, .fpass, .variadic, .keep,
      .fkeep, .ldArgument, .fldArgument:
      .code
    }
  }
}
