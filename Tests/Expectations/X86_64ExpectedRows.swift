import Ejit

extension X86_64Expectation {
  /// The lines of one op.
  mutating func write(_ instruction: Instruction) throws(NotAllowed) {
    switch instruction {
    case .mov(.w64, let d, let a) where d == .sp || a == .sp: mov(.w64, try base(d), try base(a))
    case .mov(let w, let d, let a): mov(w, try r(d), try r(a))
    case .movi(let w, let d, let value): const(try r(d), try bits(w, value.value))
    case .add(let w, let d, let a, let b): try add(w, d, a, b)
    case .sub(let w, let d, let a, let b): try sub(w, d, a, b)
    case .and(let w, let d, let a, let b): try commutative("and", w, d, a, b)
    case .or(let w, let d, let a, let b): try commutative("or", w, d, a, b)
    case .xor(let w, let d, let a, let b): try commutative("xor", w, d, a, b)
    case .mul(let w, let d, let a, let b): try commutative("imul", w, d, a, b)
    case .andn(let w, let d, let a, let b): try andn(w, d, a, b)
    case .orn(let w, let d, let a, let b): try withInverted("or", w, d, a, b)
    case .xnor(let w, let d, let a, let b):
      try commutative("xor", w, d, a, b)
      t("not \(try r(d)[w])")
    case .addi(let w, let d, let a, let value): try addImmediate("add", w, d, a, value, sign: 1)
    case .subi(let w, let d, let a, let value): try addImmediate("sub", w, d, a, value, sign: -1)
    case .andi(let w, let d, let a, let value):
      try immediate("and", value.bits <= 0xFFFF_FFFF ? .w32 : w, d, a, value)
    case .ori(let w, let d, let a, let value): try immediate("or", w, d, a, value)
    case .xori(let w, let d, let a, let value): try immediate("xor", w, d, a, value)
    case .muli(let w, let d, let a, let value): try mulImmediate(w, d, a, value)
    case .not(let w, let d, let a): try unary("not", w, d, a)
    case .neg(let w, let d, let a): try unary("neg", w, d, a)
    case .abs(let w, let d, let a): try abs(w, d, a)
    case .smin(let w, let d, let a, let b): try extremum("cmovg", w, d, a, b)
    case .smax(let w, let d, let a, let b): try extremum("cmovl", w, d, a, b)
    case .umin(let w, let d, let a, let b): try extremum("cmova", w, d, a, b)
    case .umax(let w, let d, let a, let b): try extremum("cmovb", w, d, a, b)
    case .smulh(let w, let d, let a, let b): try mulHigh("imul", w, d, a, b)
    case .umulh(let w, let d, let a, let b): try mulHigh("mul", w, d, a, b)
    case .smulWide(let w, let low, let high, let a, let b): try mulWide("imul", w, low, high, a, b)
    case .umulWide(let w, let low, let high, let a, let b): try mulWide("mul", w, low, high, a, b)
    case .madd(let w, let d, let a, let b, let c): try madd(w, d, a, b, c)
    case .msub(let w, let d, let a, let b, let c): try msub(w, d, a, b, c)
    case .addShifted(let w, let d, let a, let b, let shift, let n): try addShifted(w, d, a, b, shift, n)
    case .subShifted(let w, let d, let a, let b, let shift, let n): try subShifted(w, d, a, b, shift, n)
    case .lea(let w, let d, let address): try lea(w, d, address)

    case .sdiv(let w, let d, let a, let b): try total(true, w, d, nil, a, b)
    case .udiv(let w, let d, let a, let b): try total(false, w, d, nil, a, b)
    case .srem(let w, let d, let a, let b): try total(true, w, nil, d, a, b)
    case .urem(let w, let d, let a, let b): try total(false, w, nil, d, a, b)
    case .sdivmod(let w, let q, let e, let a, let b): try total(true, w, q, e, a, b)
    case .udivmod(let w, let q, let e, let a, let b): try total(false, w, q, e, a, b)
    case .sdivChecked(let w, let d, let a, let b, _): try checkedSigned(w, d, nil, a, b)
    case .sremChecked(let w, let d, let a, let b, _): try checkedSigned(w, nil, d, a, b)
    case .udivChecked(let w, let d, let a, let b, _): try checkedUnsigned(w, d, nil, a, b)
    case .uremChecked(let w, let d, let a, let b, _): try checkedUnsigned(w, nil, d, a, b)
    case .sdivUnchecked(let w, let d, let a, let b): try divide(true, w, d, nil, a, b)
    case .udivUnchecked(let w, let d, let a, let b): try divide(false, w, d, nil, a, b)
    case .sremUnchecked(let w, let d, let a, let b): try divide(true, w, nil, d, a, b)
    case .uremUnchecked(let w, let d, let a, let b): try divide(false, w, nil, d, a, b)
    case .udivWideChecked(let w, let q, let e, let high, let low, let b, _):
      t("cmp \(try r(high)[w]), \(try r(b)[w])")
      jcc(.uge)
      try divide(false, w, q, e, low, b, high: high)
    case .udivWideUnchecked(let w, let q, let e, let high, let low, let b):
      try divide(false, w, q, e, low, b, high: high)

    case .shl(let w, let d, let a, let b): try shift("shl", "shlx", w, d, a, b)
    case .shr(let w, let d, let a, let b): try shift("shr", "shrx", w, d, a, b)
    case .sar(let w, let d, let a, let b): try shift("sar", "sarx", w, d, a, b)
    case .rotl(let w, let d, let a, let b): try shift("rol", nil, w, d, a, b)
    case .rotr(let w, let d, let a, let b): try shift("ror", nil, w, d, a, b)
    case .shli(let w, let d, let a, let n): try shiftImmediate("shl", w, d, a, n)
    case .shri(let w, let d, let a, let n): try shiftImmediate("shr", w, d, a, n)
    case .sari(let w, let d, let a, let n): try shiftImmediate("sar", w, d, a, n)
    case .rotli(let w, let d, let a, let n): try shiftImmediate("rol", w, d, a, n)
    case .rotri(let w, let d, let a, let n): try shiftImmediate("ror", w, d, a, n)
    case .funnel(let w, let d, let high, let low, let n): try funnel(w, d, high, low, n)
    case .funneli(let w, let d, let high, let low, let n): try funnel(w, d, high, low, count: n)
    case .ubfx(let w, let d, let a, let p, let n): try extract(false, w, d, a, Int(p), Int(n))
    case .sbfx(let w, let d, let a, let p, let n): try extract(true, w, d, a, Int(p), Int(n))
    case .bfi(let w, let d, let a, let p, let n): try insert(w, d, a, Int(p), Int(n))
    case .clz(let w, let d, let a): try clz(w, d, a)
    case .ctz(let w, let d, let a): try ctz(w, d, a)
    case .cls(let w, let d, let a): try cls(w, d, a)
    case .bitrev(let w, let d, let a): try bitrev(w, d, a)
    case .popcnt(let w, let d, let a): try popcnt(w, d, a)
    case .bswap(let w, let d, let a): try unary("bswap", w, d, a)
    case .bswap16(_, let d, let a):
      try unary("bswap", .w32, d, a)
      t("shr \(try r(d).d), 16")
    case .sbswap16(let w, let d, let a):
      try unary("bswap", w, d, a)
      t("sar \(try r(d)[w]), \(w.bits - 16)")
    case .sbswap32(let w, let d, let a):
      try unary("bswap", .w32, d, a)
      if w == .w64 { t("movsxd \(try r(d).q), \(try r(d).d)") }
    case .sext8(let w, let d, let a): t("movsx \(try r(d)[w]), \(try r(a).b)")
    case .sext16(let w, let d, let a): t("movsx \(try r(d)[w]), \(try r(a).w)")
    case .sext32(.w64, let d, let a): t("movsxd \(try r(d).q), \(try r(a).d)")
    case .sext32(.w32, let d, let a), .zext32(_, let d, let a): mov(.w32, try r(d), try r(a))
    case .zext8(_, let d, let a): t("movzx \(try r(d).d), \(try r(a).b)")
    case .zext16(_, let d, let a): t("movzx \(try r(d).d), \(try r(a).w)")

    case .addFlags(let w, let d, let a, let b): try commutative("add", w, d, a, b)
    case .subFlags(let w, let d, let a, let b): try subFlags("sub", w, d, a, b)
    case .addiFlags(let w, let d, let a, let value): try immediate("add", w, d, a, value)
    case .subiFlags(let w, let d, let a, let value): try immediate("sub", w, d, a, value)
    case .adc(let w, let d, let a, let b): try commutative("adc", w, d, a, b)
    case .sbb(let w, let d, let a, let b): try subFlags("sbb", w, d, a, b)
    case .carryToBorrow, .borrowToCarry: break
    case .addOverflow(let w, let d, let a, let b, let s, _):
      try commutative("add", w, d, a, b)
      jcc(s == .signed ? .overflow : .carry)
    case .subOverflow(let w, let d, let a, let b, let s, _):
      try subFlags("sub", w, d, a, b)
      jcc(s == .signed ? .overflow : .borrow)
    case .mulOverflow(let w, let d, let a, let b, let s, _): jcc(try mulOverflow(w, d, a, b, s))
    case .addOverflowSet(let w, let d, let flag, let a, let b, let s):
      try distinct(try r(d), try r(flag))
      try commutative("add", w, d, a, b)
      setcc(s == .signed ? .overflow : .carry, try r(flag))
    case .subOverflowSet(let w, let d, let flag, let a, let b, let s):
      try distinct(try r(d), try r(flag))
      try subFlags("sub", w, d, a, b)
      setcc(s == .signed ? .overflow : .borrow, try r(flag))
    case .mulOverflowSet(let w, let d, let flag, let a, let b, let s):
      try distinct(try r(d), try r(flag))
      setcc(try mulOverflow(w, d, a, b, s), try r(flag))

    case .cmp(let w, let a, let b): t("cmp \(try r(a)[w]), \(try r(b)[w])")
    case .cmpi(let w, let a, let value): try compare(w, a, value.value)
    case .test(let w, let a, let b): t("test \(try r(a)[w]), \(try r(b)[w])")
    case .testi(let w, let a, let value): try test(w, a, value.value)
    case .ccmp(let w, let condition, let outcome, let a, let b): try compareIf(condition, w, outcome, a, b)
    case .ccmpi(let w, let condition, let outcome, let a, let value):
      try compareIf(condition, w, outcome, a, value.value)
    case .b(let condition, _): jcc(condition)
    case .sel(let w, let d, let condition, let a, let b): select(condition, w, try r(d), try r(a), try r(b))
    case .setcc(let d, let condition): setcc(condition, try r(d))

    case .branch(let w, let condition, let a, let b, _):
      try compare(condition, w, a, b)
      jcc(condition)
    case .branchi(let condition, let a, let value, _, let w):
      try compare(condition, w, a, value.value)
      jcc(condition)
    case .branchTest(let w, let condition, let a, let b, _):
      try testable(condition)
      t("test \(try r(a)[w]), \(try r(b)[w])")
      jcc(condition)
    case .branchTesti(let condition, let a, let value, _, let w):
      try testable(condition)
      try test(w, a, value.value)
      jcc(condition)
    case .branchBit(let w, let condition, let a, let bit, _):
      guard condition == .eq || condition == .ne, Int(bit) < w.bits else { throw NotAllowed() }
      t("bt \(try r(a)[bit < 32 ? .w32 : .w64]), \(bit)")
      jcc(condition == .ne ? .carry : .noCarry)
    case .branchMem(let condition, let base, let n, let b, _, let type):
      try ordering(condition)
      let memory = memory(try self.base(base), n.value)
      if type.byteCount == 8 {
        t("cmp qword ptr \(memory), \(try r(b).q)")
      } else {
        load(type, .r11, memory)
        t("cmp r11, \(try r(b).q)")
      }
      jcc(condition)
    case .branchMemi(let condition, let base, let n, let value, _, let type):
      try compareMemory(condition, type, memory(try self.base(base), n.value), value.value)
      jcc(condition)
    case .set(let w, let d, let condition, let a, let b):
      try compare(condition, w, a, b)
      setcc(condition, try r(d))
    case .seti(let w, let d, let condition, let a, let value):
      try compare(condition, w, a, value.value)
      setcc(condition, try r(d))
    case .setMask(let w, let d, let condition, let a, let b):
      try compare(condition, w, a, b)
      mask(condition, w, try r(d))
    case .setMaski(let w, let d, let condition, let a, let value):
      try compare(condition, w, a, value.value)
      mask(condition, w, try r(d))
    case .select(let w, let d, let condition, let a, let b, let x, let y):
      try compare(condition, w, a, b)
      select(condition, w, try r(d), try r(x), try r(y))
    case .selecti(let w, let d, let condition, let a, let value, let x, let y):
      try compare(condition, w, a, value.value)
      select(condition, w, try r(d), try r(x), try r(y))
    case .selectElse(let w, let d, let condition, let a, let b, let x, let value):
      try compare(condition, w, a, b)
      let (d, x) = (try r(d), try r(x))
      const(d == x ? .r11 : d, try bits(w, value.value))
      if d == x {
        t("cmov\(condition.inverted.x86_64) \(d[w]), \(r11[w])")
      } else {
        t("cmov\(condition.x86_64) \(d[w]), \(x[w])")
      }

    case .ld(let type, let d, let address): load(type, try r(d), try memory(address))
    case .st(let type, let a, let address): store(type, try r(a), try memory(address))
    case .sti(let type, let base, let n, let value):
      try storeImmediate(type, memory(try self.base(base), n.value), value.value)
    case .ldPre(let type, let d, let base, let n): try moving(type, d, base, n.value, loads: true, before: true)
    case .ldPost(let type, let d, let base, let n): try moving(type, d, base, n.value, loads: true, before: false)
    case .stPre(let type, let a, let base, let n): try moving(type, a, base, n.value, loads: false, before: true)
    case .stPost(let type, let a, let base, let n): try moving(type, a, base, n.value, loads: false, before: false)
    case .ldPair(let w, let d, let e, let base, let n): try loadPair(w, d, e, base, n.value)
    case .stPair(let w, let a, let b, let base, let n): try storePair(w, a, b, base, n.value)
    case .ldSwapped(let type, let d, let address): try loadSwapped(type, d, address)
    case .stSwapped(let type, let a, let address): try storeSwapped(type, a, address)
    case .rmw(let op, let type, let a, let address):
      let (a, memory) = (try r(a), try memory(address))
      t("\(op.x86_64) \(type.pointer)\(memory), \(a[type])")
    case .rmwi(let op, let base, let n, let value, let type):
      try modify(op, type, memory(try self.base(base), n.value), value.value)
    case .decBranch(let condition, let base, let n, let value, _, let w):
      try testable(condition)
      let bits = try bits(w, Int64(value.value))
      t(
        "sub \((w == .w64 ? MemoryType.u64 : .u32).pointer)\(memory(try self.base(base), n.value)), \(imm(w, bits) ?? "?")"
      )
      jcc(condition)
    case .prefetch(let access, let level, let address):
      let memory = try memory(address)
      if access == .write && features.contains(.prefetchw) {
        t("prefetchw byte ptr \(memory)")
      } else {
        t("prefetch\(level.x86_64) byte ptr \(memory)")
      }
    case .ldAtomic(let order, let type, let d, let base, let n): try loadAtomic(order, type, d, base, n)
    case .stAtomic(let order, let type, let a, let base, let n): try storeAtomic(order, type, a, base, n)
    case .fetch(let op, _, let type, let d, let a, let base, let n):
      try fetch(op, type, d, a, base, n)
    case .rmwAtomic(let op, _, let type, let a, let base, let n): try update(op, type, a, base, n)
    case .cas(_, let type, let d, let expected, let value, let base, let n):
      try compareAndSwap(type, d, nil, expected, value, base, n)
    case .casSet(_, let type, let d, let success, let expected, let value, let base, let n):
      try compareAndSwap(type, d, success, expected, value, base, n)
    case .casPair(_, let low, let high, let e0, let e1, let v0, let v1, let base, let n):
      try compareAndSwapPair(low, high, (e0, e1), (v0, v1), base, n)
    case .fence(let order): if order == .sequential { t("mfence") }
    case .pause: t("pause")
    case .instructionBarrier: instructionBarrier()
    case .ldLabel(let type, let d, _): load(type, try r(d), "[rip \(target)]")
    case .adr(let d, _): t("lea \(try r(d).q), [rip \(target)]")
    case .ldConstant(let d, let value), .ldPatchable(_, let value, let d):
      t("mov \(try r(d).q), qword ptr [rip @=\(hex: value.bits)]")

    case .fmov(_, let d, let a): move(try x(d), try x(a))
    case .fmovi(let w, let d, let value): try floatConstant(w, d, value.value)
    case .fbits(let w, let d, let a): bits(w, from: try x(a), try r(d))
    case .fsetBits(let w, let d, let a): bits(w, to: try x(d), try r(a))
    case .fadd(let w, let d, let a, let b): three("add\(w.scalar)", try x(d), try x(a), try x(b), canSwap: true)
    case .fsub(let w, let d, let a, let b): three("sub\(w.scalar)", try x(d), try x(a), try x(b))
    case .fmul(let w, let d, let a, let b): three("mul\(w.scalar)", try x(d), try x(a), try x(b), canSwap: true)
    case .fdiv(let w, let d, let a, let b): three("div\(w.scalar)", try x(d), try x(a), try x(b))
    case .fsqrt(let w, let d, let a): one("sqrt\(w.scalar)", try x(d), try x(a))
    case .fneg(let w, let d, let a): try signed("xorps", d, a, w == .w64 ? 1 << 63 : 1 << 31)
    case .fabs(let w, let d, let a): try signed("andps", d, a, w == .w64 ? ~0 >> 1 : ~0 >> 33)
    case .fcopysign(let w, let d, let a, let b): try copySign(w, d, a, b)
    case .fma(let w, let d, let a, let b, let c): try fused("madd", w, d, a, b, c)
    case .fms(let w, let d, let a, let b, let c): try fused("msub", w, d, a, b, c)
    case .fnma(let w, let d, let a, let b, let c): try fused("nmadd", w, d, a, b, c)
    case .fnms(let w, let d, let a, let b, let c): try fused("nmsub", w, d, a, b, c)
    case .fmin(let w, let d, let a, let b): try extremum(least: true, w, d, a, b)
    case .fmax(let w, let d, let a, let b): try extremum(least: false, w, d, a, b)
    case .fminNum(let w, let d, let a, let b): try extremumNumber(least: true, w, d, a, b)
    case .fmaxNum(let w, let d, let a, let b): try extremumNumber(least: false, w, d, a, b)
    case .fminSelect(let w, let d, let a, let b): three("min\(w.scalar)", try x(d), try x(a), try x(b))
    case .fmaxSelect(let w, let d, let a, let b): three("max\(w.scalar)", try x(d), try x(a), try x(b))
    case .fround(let w, let rounding, let d, let a): try round(w, rounding, d, a)
    case .fcanon(let w, let d, let a): try canonical(w, d, a)
    case .ftoi(let w, let type, let sign, let d, let a): try toInteger(w, type, sign, d, a)
    case .ftoiUnchecked(let w, let type, let sign, let d, let a): try toIntegerUnchecked(w, type, sign, d, a)
    case .itof(let w, let type, let sign, let d, let a): try fromInteger(w, type, sign, d, a)
    case .fwiden(let d, let a): one("cvtss2sd", try x(d), try x(a))
    case .fnarrow(let d, let a): one("cvtsd2ss", try x(d), try x(a))
    case .fwidenHalf(let d, let a): try half(d, a, narrow: false)
    case .fnarrowHalf(let d, let a): try half(d, a, narrow: true)
    case .fbranch(let w, let condition, let a, let b, _): try floatBranch(w, condition, a, b)
    case .fset(let w, let d, let condition, let a, let b): try floatSet(w, d, condition, a, b)
    case .fselect(let w, let d, let condition, let a, let b, let c, let e):
      try floatSelect(w, d, condition, a, b, c, e)
    case .fld(let w, let d, let address): load(w, try x(d), try memory(address))
    case .fst(let w, let a, let address): store(w, try x(a), try memory(address))
    case .fldPre(let w, let d, let base, let n): try floatMoving(w, d, base, n.value, loads: true, before: true)
    case .fldPost(let w, let d, let base, let n): try floatMoving(w, d, base, n.value, loads: true, before: false)
    case .fstPre(let w, let a, let base, let n): try floatMoving(w, a, base, n.value, loads: false, before: true)
    case .fstPost(let w, let a, let base, let n): try floatMoving(w, a, base, n.value, loads: false, before: false)
    case .fldPair(let w, let d, let e, let base, let n): try floatPair(w, d, e, base, n.value, loads: true)
    case .fstPair(let w, let a, let b, let base, let n): try floatPair(w, a, b, base, n.value, loads: false)
    case .fldLabel(let w, let d, _): load(w, try x(d), "[rip \(target)]")
    case .pass(let type, let a): try pass(type, a)
    case .passi(let type, let value): try pass(type, value)
    case .fpass(_, let a): try pass(a)
    case .variadic: try variadic()
    case .keep(let registers): try keep(registers)
    case .fkeep(let register): try keep(register)
    case .ldArgument(let type, let d, let index):
      if d.name == .number(abi.framePointer) { throw NotAllowed() }
      try write(.ld(type, d, argument(index)))
    case .fldArgument(let w, let d, let index): try write(.fld(width: w, d, argument(index)))

    case .label, .entry, .mark, .tableEntry, .faultSite, .section: break
    case .j: t("jmp \(target)")
    case .jr(let a): t("jmp \(try r(a).q)")
    case .jm(let address): t("jmp qword ptr \(try memory(address))")
    case .call(let value): farCall("call", value.bits)
    case .tailCall(let value): farCall("jmp", value.bits)
    case .callr(let a): t("call \(try r(a).q)")
    case .callm(let address): t("call qword ptr \(try memory(address))")
    case .fastCall: t("call \(target)")
    case .subroutine: t("lea rsp, [rsp - 8]")
    case .fastRet:
      t("lea rsp, [rsp + 8]")
      t("ret")
    case .push(let registers): try push(registers)
    case .pop(let registers): try pop(registers)
    case .enter(let bytes, let saving, let vectors): try enter(bytes, saving, vectors)
    case .leave: t("leave")
    case .ret: t("ret")
    case .nop: t("nop")
    case .jumpTable(let w, let index, _): jumpTable(w, try r(index))
    case .patchableJump: t("jmp \(target)")
    case .patchableCall: t("call \(target)")
    case .patchableNop: t("nop dword ptr [rax + rax]")
    case .guard(let w, let condition, let a, let b, let id, _):
      try compare(condition, w, a, b)
      leave(unless: condition, id)
    case .guardi(let condition, let a, let value, let id, _, let w):
      try compare(condition, w, a, Int64(value.value))
      leave(unless: condition, id)
    case .trap, .unreachable: t("ud2")
    case .breakpoint: t("int3")
    case .nops, .data, .dataAddress, .zeros, .align, .raw: throw NotAllowed()  // no instructions, or any
    }
  }

  private mutating func farCall(_ op: StaticString, _ target: UInt64) {
    const(.r11, target)
    t("\(op) r11")
  }

  /// The stub behind the code says which guard it was.
  private mutating func leave(unless condition: Condition, _ id: SiteID) {
    t("j\(condition.inverted.x86_64) @stub")
  }

  private mutating func jumpTable(_ w: Width, _ index: R) {
    t("cmp \(index[w]), 1")
    jcc(.uge)
    if w == .w32 {
      t("movq \(vectorScratch.name), \(index.q)")
      mov(.w32, index, index)
    }
    t("lea r11, [rip @table]")
    t("add r11, qword ptr [r11 + 8*\(index.q)]")
    if w == .w32 { t("movq \(index.q), \(vectorScratch.name)") }
    t("jmp r11")
  }
}

extension MemoryOperation {
  var x86_64: StaticString {
    switch self {
    case .add: "add"
    case .sub: "sub"
    case .and: "and"
    case .or: "or"
    case .xor: "xor"
    }
  }
}

extension CacheLevel {
  /// The end of `prefetch…`.
  var x86_64: StaticString {
    switch self {
    case .l1: "t0"
    case .l2: "t1"
    case .l3: "t2"
    case .stream: "nta"
    }
  }
}
