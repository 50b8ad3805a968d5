import Ejit

/// An instruction taken apart: its op, its width and its operands, as the text form writes them.
public struct Statement: Hashable, Sendable {
  /// The op.
  public let mnemonic: Mnemonic
  /// The width, where the op has one.
  public internal(set) var width: Width?
  /// The operands, in the order of the payload.
  public internal(set) var operands: [Operand] = []
}

extension Statement {
  /// `instruction`, taken apart.
  public init(_ instruction: Instruction) { self = Statement.list(instruction) }

  private static func list(_ instruction: Instruction) -> Statement {
    switch instruction {
    case .mov(let w, let d, let a): Statement(.mov, w, d, a)
    case .movi(let w, let d, let v): Statement(.movi, w, d, Pointer(value: v))
    case .add(let w, let d, let a, let b): Statement(.add, w, d, a, b)
    case .sub(let w, let d, let a, let b): Statement(.sub, w, d, a, b)
    case .and(let w, let d, let a, let b): Statement(.and, w, d, a, b)
    case .or(let w, let d, let a, let b): Statement(.or, w, d, a, b)
    case .xor(let w, let d, let a, let b): Statement(.xor, w, d, a, b)
    case .mul(let w, let d, let a, let b): Statement(.mul, w, d, a, b)
    case .andn(let w, let d, let a, let b): Statement(.andn, w, d, a, b)
    case .orn(let w, let d, let a, let b): Statement(.orn, w, d, a, b)
    case .xnor(let w, let d, let a, let b): Statement(.xnor, w, d, a, b)
    case .addi(let w, let d, let a, let v): Statement(.addi, w, d, a, v)
    case .subi(let w, let d, let a, let v): Statement(.subi, w, d, a, v)
    case .andi(let w, let d, let a, let v): Statement(.andi, w, d, a, v)
    case .ori(let w, let d, let a, let v): Statement(.ori, w, d, a, v)
    case .xori(let w, let d, let a, let v): Statement(.xori, w, d, a, v)
    case .muli(let w, let d, let a, let v): Statement(.muli, w, d, a, v)
    case .not(let w, let d, let a): Statement(.not, w, d, a)
    case .neg(let w, let d, let a): Statement(.neg, w, d, a)
    case .abs(let w, let d, let a): Statement(.abs, w, d, a)
    case .smin(let w, let d, let a, let b): Statement(.smin, w, d, a, b)
    case .smax(let w, let d, let a, let b): Statement(.smax, w, d, a, b)
    case .umin(let w, let d, let a, let b): Statement(.umin, w, d, a, b)
    case .umax(let w, let d, let a, let b): Statement(.umax, w, d, a, b)
    case .smulh(let w, let d, let a, let b): Statement(.smulh, w, d, a, b)
    case .umulh(let w, let d, let a, let b): Statement(.umulh, w, d, a, b)
    case .smulWide(let w, let low, let high, let a, let b): Statement(.smulWide, w, low, high, a, b)
    case .umulWide(let w, let low, let high, let a, let b): Statement(.umulWide, w, low, high, a, b)
    case .madd(let w, let d, let a, let b, let c): Statement(.madd, w, d, a, b, c)
    case .msub(let w, let d, let a, let b, let c): Statement(.msub, w, d, a, b, c)
    case .addShifted(let w, let d, let a, let b, let s, let n): Statement(.addShifted, w, d, a, b, s, n)
    case .subShifted(let w, let d, let a, let b, let s, let n): Statement(.subShifted, w, d, a, b, s, n)
    case .lea(let w, let d, let m): Statement(.lea, w, d, m)
    case .sdiv(let w, let d, let a, let b): Statement(.sdiv, w, d, a, b)
    case .udiv(let w, let d, let a, let b): Statement(.udiv, w, d, a, b)
    case .srem(let w, let d, let a, let b): Statement(.srem, w, d, a, b)
    case .urem(let w, let d, let a, let b): Statement(.urem, w, d, a, b)
    case .sdivmod(let w, let q, let r, let a, let b): Statement(.sdivmod, w, q, r, a, b)
    case .udivmod(let w, let q, let r, let a, let b): Statement(.udivmod, w, q, r, a, b)
    case .sdivChecked(let w, let d, let a, let b, let l): Statement(.sdivChecked, w, d, a, b, l)
    case .udivChecked(let w, let d, let a, let b, let l): Statement(.udivChecked, w, d, a, b, l)
    case .sremChecked(let w, let d, let a, let b, let l): Statement(.sremChecked, w, d, a, b, l)
    case .uremChecked(let w, let d, let a, let b, let l): Statement(.uremChecked, w, d, a, b, l)
    case .sdivUnchecked(let w, let d, let a, let b): Statement(.sdivUnchecked, w, d, a, b)
    case .udivUnchecked(let w, let d, let a, let b): Statement(.udivUnchecked, w, d, a, b)
    case .sremUnchecked(let w, let d, let a, let b): Statement(.sremUnchecked, w, d, a, b)
    case .uremUnchecked(let w, let d, let a, let b): Statement(.uremUnchecked, w, d, a, b)
    case .udivWideChecked(let w, let q, let r, let high, let low, let b, let l):
      Statement(.udivWideChecked, w, q, r, high, low, b, l)
    case .udivWideUnchecked(let w, let q, let r, let high, let low, let b):
      Statement(.udivWideUnchecked, w, q, r, high, low, b)
    case .shl(let w, let d, let a, let b): Statement(.shl, w, d, a, b)
    case .shr(let w, let d, let a, let b): Statement(.shr, w, d, a, b)
    case .sar(let w, let d, let a, let b): Statement(.sar, w, d, a, b)
    case .rotl(let w, let d, let a, let b): Statement(.rotl, w, d, a, b)
    case .rotr(let w, let d, let a, let b): Statement(.rotr, w, d, a, b)
    case .shli(let w, let d, let a, let n): Statement(.shli, w, d, a, n)
    case .shri(let w, let d, let a, let n): Statement(.shri, w, d, a, n)
    case .sari(let w, let d, let a, let n): Statement(.sari, w, d, a, n)
    case .rotli(let w, let d, let a, let n): Statement(.rotli, w, d, a, n)
    case .rotri(let w, let d, let a, let n): Statement(.rotri, w, d, a, n)
    case .funnel(let w, let d, let high, let low, let n): Statement(.funnel, w, d, high, low, n)
    case .funneli(let w, let d, let high, let low, let n): Statement(.funneli, w, d, high, low, n)
    case .ubfx(let w, let d, let a, let p, let n): Statement(.ubfx, w, d, a, p, n)
    case .sbfx(let w, let d, let a, let p, let n): Statement(.sbfx, w, d, a, p, n)
    case .bfi(let w, let d, let a, let p, let n): Statement(.bfi, w, d, a, p, n)
    case .clz(let w, let d, let a): Statement(.clz, w, d, a)
    case .ctz(let w, let d, let a): Statement(.ctz, w, d, a)
    case .cls(let w, let d, let a): Statement(.cls, w, d, a)
    case .bitrev(let w, let d, let a): Statement(.bitrev, w, d, a)
    case .popcnt(let w, let d, let a): Statement(.popcnt, w, d, a)
    case .bswap(let w, let d, let a): Statement(.bswap, w, d, a)
    case .bswap16(let w, let d, let a): Statement(.bswap16, w, d, a)
    case .sbswap16(let w, let d, let a): Statement(.sbswap16, w, d, a)
    case .sbswap32(let w, let d, let a): Statement(.sbswap32, w, d, a)
    case .sext8(let w, let d, let a): Statement(.sext8, w, d, a)
    case .sext16(let w, let d, let a): Statement(.sext16, w, d, a)
    case .sext32(let w, let d, let a): Statement(.sext32, w, d, a)
    case .zext8(let w, let d, let a): Statement(.zext8, w, d, a)
    case .zext16(let w, let d, let a): Statement(.zext16, w, d, a)
    case .zext32(let w, let d, let a): Statement(.zext32, w, d, a)
    case .addFlags(let w, let d, let a, let b): Statement(.addFlags, w, d, a, b)
    case .subFlags(let w, let d, let a, let b): Statement(.subFlags, w, d, a, b)
    case .addiFlags(let w, let d, let a, let v): Statement(.addiFlags, w, d, a, v)
    case .subiFlags(let w, let d, let a, let v): Statement(.subiFlags, w, d, a, v)
    case .adc(let w, let d, let a, let b): Statement(.adc, w, d, a, b)
    case .sbb(let w, let d, let a, let b): Statement(.sbb, w, d, a, b)
    case .carryToBorrow: Statement(.carryToBorrow, operands: [])
    case .borrowToCarry: Statement(.borrowToCarry, operands: [])
    case .addOverflow(let w, let d, let a, let b, let s, let l): Statement(.addOverflow, w, d, a, b, s, l)
    case .subOverflow(let w, let d, let a, let b, let s, let l): Statement(.subOverflow, w, d, a, b, s, l)
    case .mulOverflow(let w, let d, let a, let b, let s, let l): Statement(.mulOverflow, w, d, a, b, s, l)
    case .addOverflowSet(let w, let d, let f, let a, let b, let s): Statement(.addOverflowSet, w, d, f, a, b, s)
    case .subOverflowSet(let w, let d, let f, let a, let b, let s): Statement(.subOverflowSet, w, d, f, a, b, s)
    case .mulOverflowSet(let w, let d, let f, let a, let b, let s): Statement(.mulOverflowSet, w, d, f, a, b, s)
    case .cmp(let w, let a, let b): Statement(.cmp, w, a, b)
    case .cmpi(let w, let a, let v): Statement(.cmpi, w, a, v)
    case .test(let w, let a, let b): Statement(.test, w, a, b)
    case .testi(let w, let a, let v): Statement(.testi, w, a, v)
    case .ccmp(let w, let c, let o, let a, let b): Statement(.ccmp, w, c, o, a, b)
    case .ccmpi(let w, let c, let o, let a, let v): Statement(.ccmpi, w, c, o, a, v)
    case .b(let c, let l): Statement(.b, c, l)
    case .sel(let w, let d, let c, let a, let b): Statement(.sel, w, d, c, a, b)
    case .setcc(let d, let c): Statement(.setcc, d, c)
    case .branch(let w, let c, let a, let b, let l): Statement(.branch, w, c, a, b, l)
    case .branchi(let c, let a, let v, let l, let w): Statement(.branchi, c, a, v, l, w)
    case .branchTest(let w, let c, let a, let b, let l): Statement(.branchTest, w, c, a, b, l)
    case .branchTesti(let c, let a, let v, let l, let w): Statement(.branchTesti, c, a, v, l, w)
    case .branchBit(let w, let c, let a, let n, let l): Statement(.branchBit, w, c, a, n, l)
    case .branchMem(let c, let base, let d, let b, let l, let t):
      Statement(.branchMem, c, Operand.Memory(base: base, displacement: d), b, l, t)
    case .branchMemi(let c, let base, let d, let v, let l, let t):
      Statement(.branchMemi, c, Operand.Memory(base: base, displacement: d), v, l, t)
    case .set(let w, let d, let c, let a, let b): Statement(.set, w, d, c, a, b)
    case .seti(let w, let d, let c, let a, let v): Statement(.seti, w, d, c, a, v)
    case .setMask(let w, let d, let c, let a, let b): Statement(.setMask, w, d, c, a, b)
    case .setMaski(let w, let d, let c, let a, let v): Statement(.setMaski, w, d, c, a, v)
    case .select(let w, let d, let c, let a, let b, let x, let y): Statement(.select, w, d, c, a, b, x, y)
    case .selecti(let w, let d, let c, let a, let v, let x, let y): Statement(.selecti, w, d, c, a, v, x, y)
    case .selectElse(let w, let d, let c, let a, let b, let x, let v): Statement(.selectElse, w, d, c, a, b, x, v)
    case .ld(let t, let d, let m): Statement(.ld, t, d, m)
    case .st(let t, let a, let m): Statement(.st, t, a, m)
    case .sti(let t, let base, let d, let v): Statement(.sti, t, Operand.Memory(base: base, displacement: d), v)
    case .ldPre(let t, let a, let base, let d): Statement(.ldPre, t, a, Operand.Memory(base: base, displacement: d))
    case .ldPost(let t, let a, let base, let d): Statement(.ldPost, t, a, Operand.Memory(base: base, displacement: d))
    case .stPre(let t, let a, let base, let d): Statement(.stPre, t, a, Operand.Memory(base: base, displacement: d))
    case .stPost(let t, let a, let base, let d): Statement(.stPost, t, a, Operand.Memory(base: base, displacement: d))
    case .ldPair(let w, let a, let b, let base, let d):
      Statement(.ldPair, w, a, b, Operand.Memory(base: base, displacement: d))
    case .stPair(let w, let a, let b, let base, let d):
      Statement(.stPair, w, a, b, Operand.Memory(base: base, displacement: d))
    case .ldSwapped(let t, let d, let m): Statement(.ldSwapped, t, d, m)
    case .stSwapped(let t, let a, let m): Statement(.stSwapped, t, a, m)
    case .rmw(let o, let t, let a, let m): Statement(.rmw, o, t, a, m)
    case .rmwi(let o, let base, let d, let v, let t):
      Statement(.rmwi, o, Operand.Memory(base: base, displacement: d), v, t)
    case .decBranch(let c, let base, let d, let v, let l, let w):
      Statement(.decBranch, c, Operand.Memory(base: base, displacement: d), v, l, w)
    case .prefetch(let access, let level, let m): Statement(.prefetch, access, level, m)
    case .ldAtomic(let o, let t, let d, let base, let n):
      Statement(.ldAtomic, o, t, d, Operand.Memory(base: base, displacement: n))
    case .stAtomic(let o, let t, let a, let base, let n):
      Statement(.stAtomic, o, t, a, Operand.Memory(base: base, displacement: n))
    case .fetch(let p, let o, let t, let d, let a, let base, let n):
      Statement(.fetch, p, o, t, d, a, Operand.Memory(base: base, displacement: n))
    case .rmwAtomic(let p, let o, let t, let a, let base, let n):
      Statement(.rmwAtomic, p, o, t, a, Operand.Memory(base: base, displacement: n))
    case .cas(let o, let t, let d, let e, let v, let base, let n):
      Statement(.cas, o, t, d, e, v, Operand.Memory(base: base, displacement: n))
    case .casSet(let o, let t, let d, let s, let e, let v, let base, let n):
      Statement(.casSet, o, t, d, s, e, v, Operand.Memory(base: base, displacement: n))
    case .casPair(let o, let d, let e, let a, let b, let v, let w, let base, let n):
      Statement(.casPair, o, d, e, a, b, v, w, Operand.Memory(base: base, displacement: n))
    case .fence(let o): Statement(.fence, o)
    case .pause: Statement(.pause, operands: [])
    case .instructionBarrier: Statement(.instructionBarrier, operands: [])
    case .ldLabel(let t, let d, let l): Statement(.ldLabel, t, d, l)
    case .adr(let d, let l): Statement(.adr, d, l)
    case .ldConstant(let d, let v): Statement(.ldConstant, d, v)
    case .ldPatchable(let id, let v, let d): Statement(.ldPatchable, id, v, d)
    case .faultSite(let id, let l): Statement(.faultSite, id, l)
    case .label(let l): Statement(.label, l)
    case .entry(let l): Statement(.entry, l)
    case .j(let l): Statement(.j, l)
    case .jr(let a): Statement(.jr, a)
    case .jm(let m): Statement(.jm, m)
    case .tableEntry(let l): Statement(.tableEntry, l)
    case .jumpTable(let w, let a, let l): Statement(.jumpTable, w, a, l)
    case .patchableJump(let id, let l): Statement(.patchableJump, id, l)
    case .patchableCall(let id, let l): Statement(.patchableCall, id, l)
    case .patchableNop(let id): Statement(.patchableNop, id)
    case .tailCall(let v): Statement(.tailCall, Pointer(value: v))
    case .guard(let w, let c, let a, let b, let id, let l): Statement(.guard, w, c, a, b, id, l)
    case .guardi(let c, let a, let v, let id, let l, let w): Statement(.guardi, c, a, v, id, l, w)
    case .trap(let n): Statement(.trap, n)
    case .unreachable: Statement(.unreachable, operands: [])
    case .breakpoint: Statement(.breakpoint, operands: [])
    case .call(let v): Statement(.call, Pointer(value: v))
    case .callr(let a): Statement(.callr, a)
    case .callm(let m): Statement(.callm, m)
    case .fastCall(let l): Statement(.fastCall, l)
    case .subroutine: Statement(.subroutine, operands: [])
    case .fastRet: Statement(.fastRet, operands: [])
    case .push(let set): Statement(.push, RegisterList(set: set))
    case .pop(let set): Statement(.pop, RegisterList(set: set))
    case .enter(let n, let set, let vectors): Statement(.enter, n, set, SavedVectors(count: vectors))
    case .leave: Statement(.leave, operands: [])
    case .ret: Statement(.ret, operands: [])
    case .nop: Statement(.nop, operands: [])
    case .nops(let n): Statement(.nops, n)
    case .mark(let n): Statement(.mark, n)
    case .section(let s): Statement(.section, s)
    case .data(let t, let v): Statement(.data, Datum(bits: v.bits, type: t))
    case .dataAddress(let l): Statement(.dataAddress, l)
    case .zeros(let n): Statement(.zeros, n)
    case .align(let n): Statement(.align, n)
    case .raw(let v, let n): Statement(.raw, v, n)
    case .fmov(let w, let d, let a): Statement(.fmov, w, d, a)
    case .fmovi(let w, let d, let v): Statement(.fmovi, d, FloatConstant(width: w, bits: v.bits))
    case .fbits(let w, let d, let a): Statement(.fbits, w, d, a)
    case .fsetBits(let w, let d, let a): Statement(.fsetBits, w, d, a)
    case .fadd(let w, let d, let a, let b): Statement(.fadd, w, d, a, b)
    case .fsub(let w, let d, let a, let b): Statement(.fsub, w, d, a, b)
    case .fmul(let w, let d, let a, let b): Statement(.fmul, w, d, a, b)
    case .fdiv(let w, let d, let a, let b): Statement(.fdiv, w, d, a, b)
    case .fsqrt(let w, let d, let a): Statement(.fsqrt, w, d, a)
    case .fneg(let w, let d, let a): Statement(.fneg, w, d, a)
    case .fabs(let w, let d, let a): Statement(.fabs, w, d, a)
    case .fcopysign(let w, let d, let a, let b): Statement(.fcopysign, w, d, a, b)
    case .fma(let w, let d, let a, let b, let c): Statement(.fma, w, d, a, b, c)
    case .fms(let w, let d, let a, let b, let c): Statement(.fms, w, d, a, b, c)
    case .fnma(let w, let d, let a, let b, let c): Statement(.fnma, w, d, a, b, c)
    case .fnms(let w, let d, let a, let b, let c): Statement(.fnms, w, d, a, b, c)
    case .fmin(let w, let d, let a, let b): Statement(.fmin, w, d, a, b)
    case .fmax(let w, let d, let a, let b): Statement(.fmax, w, d, a, b)
    case .fminNum(let w, let d, let a, let b): Statement(.fminNum, w, d, a, b)
    case .fmaxNum(let w, let d, let a, let b): Statement(.fmaxNum, w, d, a, b)
    case .fminSelect(let w, let d, let a, let b): Statement(.fminSelect, w, d, a, b)
    case .fmaxSelect(let w, let d, let a, let b): Statement(.fmaxSelect, w, d, a, b)
    case .fround(let w, let r, let d, let a): Statement(.fround, w, r, d, a)
    case .fcanon(let w, let d, let a): Statement(.fcanon, w, d, a)
    case .ftoi(let w, let t, let s, let d, let a): Statement(.ftoi, w, t, s, d, a)
    case .ftoiUnchecked(let w, let t, let s, let d, let a): Statement(.ftoiUnchecked, w, t, s, d, a)
    case .itof(let w, let t, let s, let d, let a): Statement(.itof, w, t, s, d, a)
    case .fwiden(let d, let a): Statement(.fwiden, d, a)
    case .fnarrow(let d, let a): Statement(.fnarrow, d, a)
    case .fwidenHalf(let d, let a): Statement(.fwidenHalf, d, a)
    case .fnarrowHalf(let d, let a): Statement(.fnarrowHalf, d, a)
    case .fbranch(let w, let c, let a, let b, let l): Statement(.fbranch, w, c, a, b, l)
    case .fset(let w, let d, let c, let a, let b): Statement(.fset, w, d, c, a, b)
    case .fselect(let w, let d, let c, let a, let b, let x, let y): Statement(.fselect, w, d, c, a, b, x, y)
    case .fld(let w, let d, let m): Statement(.fld, w, d, m)
    case .fst(let w, let a, let m): Statement(.fst, w, a, m)
    case .fldPre(let w, let d, let base, let n):
      Statement(.fldPre, w, d, Operand.Memory(base: base, displacement: n))
    case .fldPost(let w, let d, let base, let n):
      Statement(.fldPost, w, d, Operand.Memory(base: base, displacement: n))
    case .fstPre(let w, let d, let base, let n):
      Statement(.fstPre, w, d, Operand.Memory(base: base, displacement: n))
    case .fstPost(let w, let d, let base, let n):
      Statement(.fstPost, w, d, Operand.Memory(base: base, displacement: n))
    case .fldPair(let w, let d, let e, let base, let n):
      Statement(.fldPair, w, d, e, Operand.Memory(base: base, displacement: n))
    case .fstPair(let w, let d, let e, let base, let n):
      Statement(.fstPair, w, d, e, Operand.Memory(base: base, displacement: n))
    case .fldLabel(let w, let d, let l): Statement(.fldLabel, w, d, l)
    case .pass(let t, let a): Statement(.pass, t, a)
    case .passi(let t, let v): Statement(.passi, t, v)
    case .fpass(let w, let a): Statement(.fpass, w, a)
    case .fkeep(let a): Statement(.fkeep, a)
    case .ldArgument(let t, let d, let n): Statement(.ldArgument, t, d, n)
    case .fldArgument(let w, let d, let n): Statement(.fldArgument, w, d, n)
    case .variadic: Statement(.variadic, operands: [])
    case .keep(let set): Statement(.keep, RegisterList(set: set))
    }
  }
}

// One initializer for each number of fields.
extension Statement {
  private init(_ mnemonic: Mnemonic, _ a: some OperandValue) {
    self.mnemonic = mnemonic
    a.append(to: &self)
  }
  private init(_ mnemonic: Mnemonic, _ a: some OperandValue, _ b: some OperandValue) {
    self.init(mnemonic, a)
    b.append(to: &self)
  }
  private init(_ mnemonic: Mnemonic, _ a: some OperandValue, _ b: some OperandValue, _ c: some OperandValue) {
    self.init(mnemonic, a, b)
    c.append(to: &self)
  }
  private init(
    _ mnemonic: Mnemonic, _ a: some OperandValue, _ b: some OperandValue, _ c: some OperandValue, _ d: some OperandValue
  ) {
    self.init(mnemonic, a, b, c)
    d.append(to: &self)
  }
  private init(
    _ mnemonic: Mnemonic, _ a: some OperandValue, _ b: some OperandValue, _ c: some OperandValue,
    _ d: some OperandValue, _ e: some OperandValue
  ) {
    self.init(mnemonic, a, b, c, d)
    e.append(to: &self)
  }
  private init(
    _ mnemonic: Mnemonic, _ a: some OperandValue, _ b: some OperandValue, _ c: some OperandValue,
    _ d: some OperandValue, _ e: some OperandValue, _ f: some OperandValue
  ) {
    self.init(mnemonic, a, b, c, d, e)
    f.append(to: &self)
  }
  private init(
    _ mnemonic: Mnemonic, _ a: some OperandValue, _ b: some OperandValue, _ c: some OperandValue,
    _ d: some OperandValue, _ e: some OperandValue, _ f: some OperandValue, _ g: some OperandValue
  ) {
    self.init(mnemonic, a, b, c, d, e, f)
    g.append(to: &self)
  }
  private init(
    _ mnemonic: Mnemonic, _ a: some OperandValue, _ b: some OperandValue, _ c: some OperandValue,
    _ d: some OperandValue, _ e: some OperandValue, _ f: some OperandValue, _ g: some OperandValue,
    _ h: some OperandValue
  ) {
    self.init(mnemonic, a, b, c, d, e, f, g)
    h.append(to: &self)
  }
}
