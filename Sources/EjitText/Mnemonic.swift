import Ejit

/// The name of an op: that of the case of `Instruction`.
///
/// `Mnemonic.allCases` is the list of all ops. What each takes follows from how it is read (`Instruction.init`).
public enum Mnemonic: Name, CaseIterable, Sendable {
  case mov, movi
  case add, sub, and, or, xor, mul, andn, orn, xnor
  case addi, subi, andi, ori, xori, muli
  case not, neg, abs, smin, smax, umin, umax
  case smulh, umulh, smulWide, umulWide, madd, msub, addShifted, subShifted, lea
  case sdiv, udiv, srem, urem, sdivmod, udivmod, sdivChecked, udivChecked, sremChecked, uremChecked
  case sdivUnchecked, udivUnchecked, sremUnchecked, uremUnchecked, udivWideChecked, udivWideUnchecked
  case shl, shr, sar, rotl, rotr, shli, shri, sari, rotli, rotri, funnel, funneli, ubfx, sbfx, bfi
  case clz, ctz, cls, bitrev, popcnt, bswap, bswap16, sbswap16, sbswap32, sext8, sext16, sext32, zext8, zext16, zext32
  case addFlags, subFlags, addiFlags, subiFlags, adc, sbb, carryToBorrow, borrowToCarry
  case addOverflow, subOverflow, mulOverflow, addOverflowSet, subOverflowSet, mulOverflowSet
  case cmp, cmpi, test, testi, ccmp, ccmpi, b, sel, setcc
  case branch, branchi, branchTest, branchTesti, branchBit, branchMem, branchMemi
  case set, seti, setMask, setMaski, select, selecti, selectElse
  case ld, st, sti, ldPre, ldPost, stPre, stPost, ldPair, stPair, ldSwapped, stSwapped, rmw, rmwi, decBranch
  case prefetch, ldAtomic, stAtomic, fetch, rmwAtomic, cas, casSet, casPair, fence, pause, instructionBarrier
  case ldLabel, adr, ldConstant, ldPatchable, faultSite
  case label, entry, j, jr, jm, tableEntry, jumpTable, patchableJump, patchableCall, patchableNop, tailCall
  case `guard`, guardi, trap, unreachable, breakpoint
  case call, callr, callm, fastCall, subroutine, fastRet, push, pop, enter, leave, ret, nop, nops, mark
  case section, data, dataAddress, zeros, align, raw
  case fmov, fmovi, fbits, fsetBits, fadd, fsub, fmul, fdiv, fsqrt, fneg, fabs, fcopysign
  case fma, fms, fnma, fnms, fmin, fmax, fminNum, fmaxNum, fminSelect, fmaxSelect, fround
  case fcanon, ftoi, ftoiUnchecked, itof, fwiden, fnarrow, fwidenHalf, fnarrowHalf, fbranch
  case fset, fselect, fld, fst, fldPre, fldPost, fstPre, fstPost, fldPair, fstPair, fldLabel
  case pass, passi, fpass, variadic, keep, fkeep, ldArgument, fldArgument
}

extension Mnemonic {
  /// The op of this name.
  public init?(_ name: Name) {
    guard let mnemonic = Mnemonic.byName[name] else { return nil }
    self = mnemonic
  }

  /// The op as the text form writes it.
  public var name: Name { rawValue }

  /// What the op takes, in the order of its payload; the width is no operand.
  public var operands: [OperandKind] { Mnemonic.signatures[self]?.kinds ?? [] }

  /// Whether there is a 32-bit form, written with `.w` behind the name.
  public var hasWidth: Bool { Mnemonic.signatures[self]?.hasWidth ?? false }

  private static let byName: [Name: Mnemonic] = {
    var table: [Name: Mnemonic] = [:]
    for mnemonic in allCases { table[mnemonic.rawValue] = mnemonic }
    return table
  }()

  private static let signatures: [Mnemonic: Signature] = {
    var table: [Mnemonic: Signature] = [:]
    for mnemonic in allCases { table[mnemonic] = Signature(mnemonic) }
    return table
  }()
}

/// What an op asks a reader for: the reader answers with anything and takes notes.
private struct Signature: OperandReader {
  private(set) var kinds: [OperandKind] = []
  private(set) var hasWidth = false

  init(_ mnemonic: Mnemonic) { _ = Instruction(mnemonic, from: &self) }

  private mutating func note<T>(_ kind: OperandKind, _ value: T) -> T {
    kinds.append(kind)
    return value
  }

  mutating func width() -> Width {
    hasWidth = true
    return .w64
  }
  mutating func register() -> Register { note(.register, .sp) }
  mutating func immediate() -> UInt64 { note(.immediate, 0) }
  mutating func pointer() -> UInt64 { note(.pointer, 0) }
  mutating func count() -> UInt8 { note(.count, 0) }
  mutating func int32() -> Int32 { note(.int32, 0) }
  mutating func uint32() -> UInt32 { note(.uint32, 0) }
  mutating func label() -> Label { note(.label, 0) }
  mutating func condition() -> Condition { note(.condition, .eq) }
  mutating func memoryType() -> MemoryType { note(.memoryType, .u64) }
  mutating func signedness() -> Signedness { note(.signedness, .signed) }
  mutating func shift() -> Shift { note(.shift, .shl) }
  mutating func address() -> Address { note(.address, .absolute(0)) }
  mutating func memory() -> Operand.Memory { note(.memory, Operand.Memory(base: .sp, displacement: 0)) }
  mutating func registers() -> RegisterSet { note(.registers, []) }
  mutating func savedVectors() -> UInt8 { note(.savedVectors, 0) }
  mutating func registerList() -> RegisterSet { note(.registerList, []) }
  mutating func outcome() -> Outcome { note(.outcome, .equal) }
  mutating func memoryOperation() -> MemoryOperation { note(.memoryOperation, .add) }
  mutating func memoryOrder() -> MemoryOrder { note(.memoryOrder, .sequential) }
  mutating func atomicOperation() -> AtomicOperation { note(.atomicOperation, .add) }
  mutating func prefetchAccess() -> PrefetchAccess { note(.prefetchAccess, .read) }
  mutating func cacheLevel() -> CacheLevel { note(.cacheLevel, .l1) }
  mutating func codeSection() -> CodeSection { note(.codeSection, .hot) }
  mutating func dataType() -> DataType { note(.dataType, .u64) }
  mutating func datum(_ type: DataType) -> UInt64 { note(.datum, 0) }
  mutating func vector() -> VectorRegister { note(.vector, VectorRegister(0)) }
  mutating func floatCondition() -> FloatCondition { note(.floatCondition, .oeq) }
  mutating func rounding() -> Rounding { note(.rounding, .floor) }
  mutating func floatType() -> FloatType { note(.floatType, .f64) }
}
