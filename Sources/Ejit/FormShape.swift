/// Which operands of an op choose its entry in a form table: what does not depend on the machine.
///
/// A key is bytes 0…3 of an `Instruction` (width or memory type, three registers) below bytes 12…15 (of which byte 12
/// has the size of an immediate or displacement, and above it the form of an address). One multiplication puts the
/// digits in it that choose side by side, above bit 49; `FormTableTests` hold that no two combinations meet.
@usableFromInline enum FormShape {
  /// Width and three registers.
  case three
  /// Width and two registers: 32 places of every 256.
  case two
  /// Width, two registers and the size of an immediate.
  case twoSized
  /// The same, where the immediate counts bits.
  case twoCounted
  /// Width, one register and the size of an immediate.
  case oneSized
  /// The same, where the immediate is a mask: four bytes if it is no negative number.
  case oneMasked
  /// The same, where the immediate is all there is: four bytes if it has no more bits.
  case oneLoaded
  /// Type, a register, a base and the size of a displacement; no index, not absolute.
  case memory
  /// Byte 0 tells the ops without operands apart.
  case plain

  /// Bits of the key that choose.
  var digits: UInt64 {
    switch self {
    case .three: FormShape.width | FormShape.d | FormShape.a | FormShape.b
    case .two: FormShape.width | FormShape.d | FormShape.a
    case .twoSized, .twoCounted: FormShape.width | FormShape.d | FormShape.a | FormShape.size
    case .oneSized, .oneMasked, .oneLoaded: FormShape.width | FormShape.d | FormShape.size
    case .memory: FormShape.type | FormShape.d | FormShape.a | FormShape.size
    case .plain: 15
    }
  }

  /// Multiplies the digits side by side; what else the product has lies below or beyond 64.
  var gather: UInt64 {
    switch self {
    case .three: 1 << 61 | 1 << 41 | 1 << 29
    case .two: 1 << 49 | 1 << 34
    case .twoSized, .twoCounted, .memory: 1 << 61 | 1 << 41 | 1 << 21
    case .oneSized, .oneMasked, .oneLoaded: 1 << 57 | 1 << 41 | 1 << 21
    case .plain: 1 << 49
    }
  }

  /// Bits of the key that must be zero: a register that the table does not know by its number, another form of address.
  var limit: UInt64 {
    switch self {
    case .three: (FormShape.d | FormShape.a | FormShape.b) << 4
    case .two, .twoSized, .twoCounted: (FormShape.d | FormShape.a) << 4
    case .oneSized, .oneMasked, .oneLoaded: FormShape.d << 4
    case .memory: (FormShape.d | FormShape.a) << 4 | FormShape.form
    case .plain: 0
    }
  }

  /// The place among an op's entries that `key` chooses.
  func index(of key: UInt64) -> Int { Int(truncatingIfNeeded: ((key & digits) &* gather) >> FormShape.shift) }

  static let shift: UInt64 = 49

  private static let width: UInt64 = 1
  private static let type: UInt64 = 7
  private static let d: UInt64 = 15 << 8
  private static let a: UInt64 = 15 << 16
  private static let b: UInt64 = 15 << 24
  private static let size: UInt64 = 15 << 32
  @inlinable static var form: UInt64 { 15 << 36 }
}

/// The same for one instruction whose op is known where it is emitted: what depends on the op alone is worked out at
/// compile time, and of the rest little is left.
extension FormShape {
  /// Whether a size is among what chooses.
  @inlinable @inline(always) var hasSize: Bool {
    switch self {
    case .twoSized, .twoCounted, .oneSized, .oneMasked, .oneLoaded, .memory: true
    case .three, .two, .plain: false
    }
  }

  /// The place among an op's entries: `index(of:)`, put together from the operands, which is shorter where the op is
  /// known. `low` is the first half of the instruction.
  @inlinable @inline(always) func place(_ low: UInt64, _ size: UInt64) -> Int {
    let (d, a, b) = (low >> 8 & 0xFF, low >> 16 & 0xFF, low >> 24 & 0xFF)
    let place =
      switch self {
      case .three: (low & 1) << 12 | a << 8 | b << 4 | d
      case .two: d << 8 | a << 1 | low & 1
      case .twoSized, .twoCounted: (low & 1) << 12 | a << 8 | size << 4 | d
      case .oneSized, .oneMasked, .oneLoaded: (low & 1) << 8 | size << 4 | d
      case .memory: (low & 7) << 12 | a << 8 | size << 4 | d
      case .plain: low & 15
      }
    return Int(truncatingIfNeeded: place)
  }

  /// Whether no bit is set that `limit` forbids.
  @inlinable @inline(always) func allows(_ low: UInt64, _ high: UInt64) -> Bool {
    let (d, a, b) = (low >> 8 & 0xFF, low >> 16 & 0xFF, low >> 24 & 0xFF)
    return switch self {
    case .three: d | a | b < 16
    case .two, .twoSized, .twoCounted: d | a < 16
    case .oneSized, .oneMasked, .oneLoaded: d < 16
    case .memory: d | a | high & FormShape.form < 16
    case .plain: true
    }
  }

  /// Whether the immediate is one of those for which `likelySize` knows the size.
  @inlinable @inline(always) func isLikely(_ value: UInt64) -> Bool {
    switch self {
    case .three, .two, .plain: true
    case .twoSized, .oneSized, .memory: value < 128
    case .twoCounted: value < 64
    case .oneLoaded: value >> 32 == 0
    case .oneMasked: value >> 31 == 0
    }
  }

  @inlinable @inline(always) func number(_ size: Immediate.SizeClass) -> UInt64 { UInt64(size.rawValue) }

  /// A size class with the same entry as that of `value`, of those that are met most.
  @inlinable @inline(always) func likelySize(of value: UInt64) -> UInt64 {
    switch self {
    case .three, .two, .plain: number(.zero)
    case .twoSized, .oneSized, .memory: value == 0 ? number(.zero) : number(.below128)
    case .twoCounted: value == 0 ? number(.zero) : value < 32 ? number(.below32) : number(.below64)
    case .oneMasked, .oneLoaded: number(.positive32)
    }
  }

  /// A size class with the same entry as that of `value`, for all others.
  @inlinable @inline(always) func size(of value: UInt64) -> UInt64 {
    let signed = Int64(bitPattern: value)
    switch self {
    case .twoCounted: return number(Immediate.sizeClass(of: signed))
    case .three, .two, .twoSized, .oneSized, .oneMasked, .oneLoaded, .memory, .plain:
      if value >> 32 == 0 { return value < 1 << 31 ? number(.positive32) : number(.unsigned32) }
      if signed >= -1 << 31 && signed < 0 { return signed >= -128 ? number(.negative8) : number(.negative32) }
      return number(.wide)
    }
  }

  /// How many bytes of an immediate of this size an entry ends in.
  @inlinable @inline(always) func immediateBytes(_ size: UInt64) -> Int {
    if size == number(.zero) { return 0 }
    if size == number(.wide) { return 8 }
    if self == .oneMasked || self == .oneLoaded { return 4 }
    return size <= number(.below128) || size == number(.negative8) ? 1 : 4
  }
}

extension Instruction {
  /// How the form table has this op; nil: not at all.
  @inlinable @inline(always) var shape: FormShape? {
    switch self {
    case .add, .sub, .and, .or, .xor, .mul: .three
    case .mov, .not, .neg, .cmp, .test, .bswap, .sext8, .sext16, .sext32, .zext8, .zext16, .zext32: .two
    case .addi, .subi, .andi, .ori, .xori, .muli: .twoSized
    case .shli, .shri, .sari: .twoCounted
    case .cmpi: .oneSized
    case .testi: .oneMasked
    case .movi: .oneLoaded
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
