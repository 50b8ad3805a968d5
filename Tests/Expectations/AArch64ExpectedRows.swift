import Ejit

extension AArch64Expectation {
  /// The lines of one op.
  mutating func write(_ instruction: Instruction) throws(NotAllowed) {
    switch instruction {
    case .mov(let w, let d, let a):
      if w == .w32 && (d == .sp || a == .sp) { throw NotAllowed() }
      two("mov", w, try base(d), try base(a))
    case .movi(let w, let d, let value): const(try r(d), try bits(w, value.value))
    case .add(let w, let d, let a, let b): try three("add", w, d, a, b)
    case .sub(let w, let d, let a, let b): try three("sub", w, d, a, b)
    case .and(let w, let d, let a, let b): try three("and", w, d, a, b)
    case .or(let w, let d, let a, let b): try three("orr", w, d, a, b)
    case .xor(let w, let d, let a, let b): try three("eor", w, d, a, b)
    case .mul(let w, let d, let a, let b): try three("mul", w, d, a, b)
    case .andn(let w, let d, let a, let b): try three("bic", w, d, a, b)
    case .orn(let w, let d, let a, let b): try three("orn", w, d, a, b)
    case .xnor(let w, let d, let a, let b): try three("eon", w, d, a, b)
    case .addi(let w, let d, let a, let value): try addImmediate(w, d, a, value.value, isNegated: false)
    case .subi(let w, let d, let a, let value): try addImmediate(w, d, a, value.value, isNegated: true)
    case .andi(let w, let d, let a, let value): try andImmediate(w, d, a, value.value)
    case .ori(let w, let d, let a, let value): try orImmediate(w, d, a, value.value)
    case .xori(let w, let d, let a, let value): try xorImmediate(w, d, a, value.value)
    case .muli(let w, let d, let a, let value): try mulImmediate(w, d, a, value.value)
    case .not(let w, let d, let a): try two("mvn", w, d, a)
    case .neg(let w, let d, let a): try two("neg", w, d, a)
    case .abs(let w, let d, let a):
      if features.contains(.cssc) { return try two("abs", w, d, a) }
      t("cmp \(try r(a)[w]), #0")
      t("cneg \(try r(d)[w]), \(try r(a)[w]), mi")
    case .smin(let w, let d, let a, let b): try extremum("smin", "lt", w, d, a, b)
    case .smax(let w, let d, let a, let b): try extremum("smax", "gt", w, d, a, b)
    case .umin(let w, let d, let a, let b): try extremum("umin", "lo", w, d, a, b)
    case .umax(let w, let d, let a, let b): try extremum("umax", "hi", w, d, a, b)
    case .smulh(let w, let d, let a, let b): try mulHigh("smulh", "smull", w, d, a, b)
    case .umulh(let w, let d, let a, let b): try mulHigh("umulh", "umull", w, d, a, b)
    case .smulWide(let w, let low, let high, let a, let b): try mulWide("smulh", "smull", w, low, high, a, b)
    case .umulWide(let w, let low, let high, let a, let b): try mulWide("umulh", "umull", w, low, high, a, b)
    case .madd(let w, let d, let a, let b, let c):
      t("madd \(try r(d)[w]), \(try r(a)[w]), \(try r(b)[w]), \(try r(c)[w])")
    case .msub(let w, let d, let a, let b, let c):
      t("msub \(try r(d)[w]), \(try r(a)[w]), \(try r(b)[w]), \(try r(c)[w])")
    case .addShifted(let w, let d, let a, let b, let shift, let n): try shifted("add", w, d, a, b, shift, n)
    case .subShifted(let w, let d, let a, let b, let shift, let n): try shifted("sub", w, d, a, b, shift, n)
    case .lea(let w, let d, let address): try lea(w, try r(d), address)

    case .sdiv(let w, let d, let a, let b), .sdivUnchecked(let w, let d, let a, let b): try three("sdiv", w, d, a, b)
    case .udiv(let w, let d, let a, let b), .udivUnchecked(let w, let d, let a, let b): try three("udiv", w, d, a, b)
    case .srem(let w, let d, let a, let b), .sremUnchecked(let w, let d, let a, let b):
      try remainder("sdiv", w, d, a, b)
    case .urem(let w, let d, let a, let b), .uremUnchecked(let w, let d, let a, let b):
      try remainder("udiv", w, d, a, b)
    case .sdivmod(let w, let q, let e, let a, let b): try divmod("sdiv", w, q, e, a, b)
    case .udivmod(let w, let q, let e, let a, let b): try divmod("udiv", w, q, e, a, b)
    case .sdivChecked(let w, let d, let a, let b, _):
      t("cbz \(try r(b)[w]), \(target)")
      t("cmn \(try r(b)[w]), #1")
      t("ccmp \(try r(a)[w]), #1, #0, eq")
      branch(.overflow)
      try three("sdiv", w, d, a, b)
    case .udivChecked(let w, let d, let a, let b, _):
      t("cbz \(try r(b)[w]), \(target)")
      try three("udiv", w, d, a, b)
    case .sremChecked(let w, let d, let a, let b, _):
      t("cbz \(try r(b)[w]), \(target)")
      try remainder("sdiv", w, d, a, b)
    case .uremChecked(let w, let d, let a, let b, _):
      t("cbz \(try r(b)[w]), \(target)")
      try remainder("udiv", w, d, a, b)
    case .udivWideChecked(let w, let q, let e, let high, let low, let b, _):
      t("cmp \(try r(high)[w]), \(try r(b)[w])")
      branch(.uge)
      try divideWide(w, q, e, high, low, b)
    case .udivWideUnchecked(let w, let q, let e, let high, let low, let b): try divideWide(w, q, e, high, low, b)

    case .shl(let w, let d, let a, let b): try three("lsl", w, d, a, b)
    case .shr(let w, let d, let a, let b): try three("lsr", w, d, a, b)
    case .sar(let w, let d, let a, let b): try three("asr", w, d, a, b)
    case .rotl(let w, let d, let a, let b):
      two("neg", w, .x16, try r(b))
      three("ror", w, try r(d), try r(a), .x16)
    case .rotr(let w, let d, let a, let b): try three("ror", w, d, a, b)
    case .shli(let w, let d, let a, let n):
      let n = try count(w, n)
      t("\(n == 0 ? "lsr" : "lsl") \(try r(d)[w]), \(try r(a)[w]), #\(n)")  // by 0 both are one word
    case .shri(let w, let d, let a, let n): t("lsr \(try r(d)[w]), \(try r(a)[w]), #\(try count(w, n))")
    case .sari(let w, let d, let a, let n): t("asr \(try r(d)[w]), \(try r(a)[w]), #\(try count(w, n))")
    case .rotli(let w, let d, let a, let n):
      t("ror \(try r(d)[w]), \(try r(a)[w]), #\((UInt64(w.bits) - (try count(w, n))) % UInt64(w.bits))")
    case .rotri(let w, let d, let a, let n): t("ror \(try r(d)[w]), \(try r(a)[w]), #\(try count(w, n))")
    case .funnel(let w, let d, let high, let low, let n): try funnel(w, try r(d), try r(high), try r(low), try r(n))
    case .funneli(let w, let d, let high, let low, let n):
      let (d, high, low) = (try r(d), try r(high), try r(low))
      guard Int(n) < w.bits else { throw NotAllowed() }
      if high == low { t("ror \(d[w]), \(low[w]), #\(n)") } else { t("extr \(d[w]), \(high[w]), \(low[w]), #\(n)") }
    case .ubfx(let w, let d, let a, let p, let n): try extract(false, w, try r(d), try r(a), Int(p), Int(n))
    case .sbfx(let w, let d, let a, let p, let n): try extract(true, w, try r(d), try r(a), Int(p), Int(n))
    case .bfi(let w, let d, let a, let p, let n):
      try checkField(w, Int(p), Int(n))
      t("\(p == 0 ? "bfxil" : "bfi") \(try r(d)[w]), \(try r(a)[w]), #\(p), #\(n)")
    case .clz(let w, let d, let a): try two("clz", w, d, a)
    case .ctz(let w, let d, let a):
      if features.contains(.cssc) { return try two("ctz", w, d, a) }
      try two("rbit", w, d, a)
      try two("clz", w, d, d)
    case .cls(let w, let d, let a): try two("cls", w, d, a)
    case .bitrev(let w, let d, let a): try two("rbit", w, d, a)
    case .popcnt(let w, let d, let a):
      if features.contains(.cssc) { return try two("cnt", w, d, a) }
      t("fmov \(w == .w64 ? "d31" : "s31"), \(try r(a)[w])")
      t("cnt v31.8b, v31.8b")
      t("addv b31, v31.8b")
      t("fmov \(try r(d).w), s31")
    case .bswap(let w, let d, let a): try two("rev", w, d, a)
    case .bswap16(_, let d, let a):
      try two("rev16", .w32, d, a)
      try two("uxth", .w32, d, d)
    case .sbswap16(let w, let d, let a):
      try two("rev16", .w32, d, a)
      t("sxth \(try r(d)[w]), \(try r(d).w)")
    case .sbswap32(let w, let d, let a):
      try two("rev", .w32, d, a)
      if w == .w64 { t("sxtw \(try r(d).x), \(try r(d).w)") }
    case .sext8(let w, let d, let a): t("sxtb \(try r(d)[w]), \(try r(a).w)")
    case .sext16(let w, let d, let a): t("sxth \(try r(d)[w]), \(try r(a).w)")
    case .sext32(.w64, let d, let a): t("sxtw \(try r(d).x), \(try r(a).w)")
    case .sext32(.w32, let d, let a), .zext32(_, let d, let a): try two("mov", .w32, d, a)
    case .zext8(_, let d, let a): try two("uxtb", .w32, d, a)
    case .zext16(_, let d, let a): try two("uxth", .w32, d, a)

    case .addFlags(let w, let d, let a, let b): try three("adds", w, d, a, b)
    case .subFlags(let w, let d, let a, let b): try three("subs", w, d, a, b)
    case .addiFlags(let w, let d, let a, let value): addFlags(true, w, try r(d), try r(a), try bits(w, value.value))
    case .subiFlags(let w, let d, let a, let value): addFlags(false, w, try r(d), try r(a), try bits(w, value.value))
    case .adc(let w, let d, let a, let b): try three("adcs", w, d, a, b)
    case .sbb(let w, let d, let a, let b): try three("sbcs", w, d, a, b)
    case .carryToBorrow, .borrowToCarry:
      if features.contains(.flagM) { return t("cfinv") }
      t("mrs x16, NZCV")
      t("eor x16, x16, #0x20000000")
      t("msr NZCV, x16")
    case .addOverflow(let w, let d, let a, let b, let s, _):
      try three("adds", w, d, a, b)
      branch(s == .signed ? .overflow : .carry)
    case .subOverflow(let w, let d, let a, let b, let s, _):
      try three("subs", w, d, a, b)
      branch(s == .signed ? .overflow : .borrow)
    case .mulOverflow(let w, let d, let a, let b, let s, _):
      if try product(w, d, a, b, s) { t("cbnz x16, \(target)") } else { branch(.ne) }
    case .addOverflowSet(let w, let d, let flag, let a, let b, let s):
      try distinct(try r(d), try r(flag))
      try three("adds", w, d, a, b)
      t("cset \(try r(flag).w), \(s == .signed ? "vs" : "hs")")
    case .subOverflowSet(let w, let d, let flag, let a, let b, let s):
      try distinct(try r(d), try r(flag))
      try three("subs", w, d, a, b)
      t("cset \(try r(flag).w), \(s == .signed ? "vs" : "lo")")
    case .mulOverflowSet(let w, let d, let flag, let a, let b, let s):
      try distinct(try r(d), try r(flag))
      if try product(w, d, a, b, s) { t("cmp x16, #0") }
      t("cset \(try r(flag).w), ne")

    case .cmp(let w, let a, let b): try two("cmp", w, a, b)
    case .cmpi(let w, let a, let value): addFlags(false, w, nil, try r(a), try bits(w, value.value))
    case .test(let w, let a, let b): try two("tst", w, a, b)
    case .testi(let w, let a, let value): test(w, try r(a), try bits(w, value.value))
    case .ccmp(let w, let condition, let outcome, let a, let b):
      t("ccmp \(try r(a)[w]), \(try r(b)[w]), #\(outcome.nzcv), \(condition.aarch64)")
    case .ccmpi(let w, let condition, let outcome, let a, let value):
      try compareIf(w, condition, outcome, try r(a), try bits(w, value.value))
    case .b(let condition, _): branch(condition)
    case .sel(let w, let d, let condition, let a, let b): select(w, condition, try r(d), try r(a), try r(b))
    case .setcc(let d, let condition): t("cset \(try r(d).w), \(condition.aarch64)")
    case .branch(let w, let condition, let a, let b, _):
      try compare(condition, w, a, b)
      branch(condition)
    case .branchi(let condition, let a, let value, _, let w):
      try branchImmediate(condition, w, try r(a), try bits(w, value.value))
    case .branchTest(let w, let condition, let a, let b, _):
      try testable(condition)
      let (a, b) = (try r(a), try r(b))
      if a == b { return branchTest(condition, w, a, w == .w64 ? .max : 0xFFFF_FFFF) }
      two("tst", w, a, b)
      branch(condition)
    case .branchTesti(let condition, let a, let value, _, let w):
      try testable(condition)
      branchTest(condition, w, try r(a), try bits(w, value.value))
    case .branchBit(let w, let condition, let a, let bit, _):
      guard condition == .eq || condition == .ne, Int(bit) < w.bits else { throw NotAllowed() }
      testBit(try r(a), Int(bit), condition == .ne)
    case .branchMem(let condition, let base, let n, let b, _, let type):
      try ordering(condition)
      load(type, .x16, place(try self.base(base), Int64(n.value), type.byteCount))
      t("cmp x16, \(try r(b).x)")
      branch(condition)
    case .branchMemi(let condition, let base, let n, let value, _, let type):
      load(type, .x17, place(try self.base(base), Int64(n.value), type.byteCount, scratch: .x17))
      try branchImmediate(condition, .w64, .x17, UInt64(bitPattern: Int64(value.value)))
    case .set(let w, let d, let condition, let a, let b):
      try compare(condition, w, a, b)
      t("cset \(try r(d).w), \(condition.aarch64)")
    case .seti(let w, let d, let condition, let a, let value):
      try compare(condition, w, a, value.value)
      t("cset \(try r(d).w), \(condition.aarch64)")
    case .setMask(let w, let d, let condition, let a, let b):
      try compare(condition, w, a, b)
      t("csetm \(try r(d)[w]), \(condition.aarch64)")
    case .setMaski(let w, let d, let condition, let a, let value):
      try compare(condition, w, a, value.value)
      t("csetm \(try r(d)[w]), \(condition.aarch64)")
    case .select(let w, let d, let condition, let a, let b, let x, let y):
      try compare(condition, w, a, b)
      select(w, condition, try r(d), try r(x), try r(y))
    case .selecti(let w, let d, let condition, let a, let value, let x, let y):
      try compare(condition, w, a, value.value)
      select(w, condition, try r(d), try r(x), try r(y))
    case .selectElse(let w, let d, let condition, let a, let b, let x, let value):
      try compare(condition, w, a, b)
      selectElse(w, condition, try r(d), try r(x), try bits(w, value.value))

    case .ld(let type, let d, let address): load(type, try r(d), try place(address, type.byteCount))
    case .st(let type, let a, let address): store(type, try r(a), try place(address, type.byteCount))
    case .sti(let type, let base, let n, let value): try storeImmediate(type, base, Int64(n.value), value.value)
    case .ldPre(let type, let d, let base, let n): try moving(type, d, base, Int64(n.value), loads: true, before: true)
    case .ldPost(let type, let d, let base, let n):
      try moving(type, d, base, Int64(n.value), loads: true, before: false)
    case .stPre(let type, let a, let base, let n): try moving(type, a, base, Int64(n.value), loads: false, before: true)
    case .stPost(let type, let a, let base, let n):
      try moving(type, a, base, Int64(n.value), loads: false, before: false)
    case .ldPair(let w, let d, let e, let base, let n):
      try distinct(try r(d), try r(e))
      try pair("ldp", w, d, e, base, Int64(n.value))
    case .stPair(let w, let a, let b, let base, let n): try pair("stp", w, a, b, base, Int64(n.value))
    case .ldSwapped(let type, let d, let address): try loadSwapped(type, try r(d), address)
    case .stSwapped(let type, let a, let address): try storeSwapped(type, try r(a), address)
    case .rmw(let op, let type, let a, let address): try modify(op, type, try r(a), address)
    case .rmwi(let op, let base, let n, let value, let type):
      try modify(op, type, try self.base(base), Int64(n.value), value.value)
    case .decBranch(let condition, let base, let n, let value, _, let w):
      try testable(condition)
      try modify(.sub, w == .w64 ? .u64 : .u32, try self.base(base), Int64(n.value), Int64(value.value))
      branchTest(condition, w, .x17, w == .w64 ? .max : 0xFFFF_FFFF)
    case .prefetch(let access, let level, let address):
      let place = try place(address, 8)
      t("prf\(place.isUnscaled ? "u" : "")m p\(access == .read ? "ld" : "st")\(level.aarch64), \(place.text)")
    case .ldAtomic(let order, let type, let d, let base, let n): try loadAtomic(order, type, d, base, n)
    case .stAtomic(let order, let type, let a, let base, let n): try storeAtomic(order, type, a, base, n)
    case .fetch(let op, let order, let type, let d, let a, let base, let n):
      try fetch(op, order, type, d, a, base, n)
    case .rmwAtomic(let op, let order, let type, let a, let base, let n): try update(op, order, type, a, base, n)
    case .cas(let order, let type, let d, let expected, let value, let base, let n):
      try compareAndSwap(order, type, d, nil, expected, value, base, n)
    case .casSet(let order, let type, let d, let success, let expected, let value, let base, let n):
      try compareAndSwap(order, type, d, success, expected, value, base, n)
    case .casPair(let order, let low, let high, let e0, let e1, let v0, let v1, let base, let n):
      try compareAndSwapPair(order, low, high, (e0, e1), (v0, v1), base, n)
    case .fence(let order): fence(order)
    case .pause: t("yield")
    case .instructionBarrier: t("isb")
    case .ldLabel(let type, let d, _):
      if type.byteCount >= 4 { return t("ldr\(type.loadSuffix) \(type == .u32 ? try r(d).w : try r(d).x), \(target)") }
      t("adr x16, \(target)")
      load(type, try r(d), offset(.x16, 0, type.byteCount))
    case .adr(let d, _): t("adr \(try r(d).x), \(target)")
    case .ldConstant(let d, let value), .ldPatchable(_, let value, let d):
      t("ldr \(try r(d).x), @=\(hex: value.bits)")

    case .fmov(let w, let d, let a): try float("fmov", w, d, a)
    case .fmovi(let w, let d, let value): constant(w, try v(d), try bits(w, value.value))
    case .fbits(let w, let d, let a): t("fmov \(try r(d)[w]), \(try v(a)[w])")
    case .fsetBits(let w, let d, let a): t("fmov \(try v(d)[w]), \(try r(a)[w])")
    case .fadd(let w, let d, let a, let b): try float("fadd", w, d, a, b)
    case .fsub(let w, let d, let a, let b): try float("fsub", w, d, a, b)
    case .fmul(let w, let d, let a, let b): try float("fmul", w, d, a, b)
    case .fdiv(let w, let d, let a, let b): try float("fdiv", w, d, a, b)
    case .fsqrt(let w, let d, let a): try float("fsqrt", w, d, a)
    case .fneg(let w, let d, let a): try float("fneg", w, d, a)
    case .fabs(let w, let d, let a): try float("fabs", w, d, a)
    case .fcopysign(let w, let d, let a, let b): copySign(w, try v(d), try v(a), try v(b))
    case .fma(let w, let d, let a, let b, let c): try float("fmadd", w, d, a, b, c)
    case .fms(let w, let d, let a, let b, let c): try float("fnmsub", w, d, a, b, c)
    case .fnma(let w, let d, let a, let b, let c): try float("fmsub", w, d, a, b, c)
    case .fnms(let w, let d, let a, let b, let c): try float("fnmadd", w, d, a, b, c)
    case .fmin(let w, let d, let a, let b): try float("fmin", w, d, a, b)
    case .fmax(let w, let d, let a, let b): try float("fmax", w, d, a, b)
    case .fminNum(let w, let d, let a, let b): try float("fminnm", w, d, a, b)
    case .fmaxNum(let w, let d, let a, let b): try float("fmaxnm", w, d, a, b)
    case .fminSelect(let w, let d, let a, let b): try select(w, d, .olt, a, b, a, b)
    case .fmaxSelect(let w, let d, let a, let b): try select(w, d, .ogt, a, b, a, b)
    case .fround(let w, let rounding, let d, let a): try float(rounding.aarch64, w, d, a)
    case .fcanon(let w, let d, let a): canonical(w, try v(d), try v(a))
    case .ftoi(let w, let type, let s, let d, let a), .ftoiUnchecked(let w, let type, let s, let d, let a):
      t("\(s == .signed ? "fcvtzs" : "fcvtzu") \(try r(d)[w]), \(try v(a)[type])")
    case .itof(let w, let type, let s, let d, let a):
      t("\(s == .signed ? "scvtf" : "ucvtf") \(try v(d)[type]), \(try r(a)[w])")
    case .fwiden(let d, let a): t("fcvt \(try v(d).d), \(try v(a).s)")
    case .fnarrow(let d, let a): t("fcvt \(try v(d).s), \(try v(a).d)")
    case .fwidenHalf(let d, let a): t("fcvt \(try v(d).s), \(try v(a).h)")
    case .fnarrowHalf(let d, let a): t("fcvt \(try v(d).h), \(try v(a).s)")
    case .fbranch(let w, let condition, let a, let b, _): try branch(w, condition, a, b)
    case .fset(let w, let d, let condition, let a, let b): try set(w, d, condition, a, b)
    case .fselect(let w, let d, let condition, let a, let b, let x, let y): try select(w, d, condition, a, b, x, y)
    case .fld(let w, let d, let address): try access(w, d, address, loads: true)
    case .fst(let w, let a, let address): try access(w, a, address, loads: false)
    case .fldPre(let w, let d, let base, let n): try moving(w, d, base, n, loads: true, before: true)
    case .fldPost(let w, let d, let base, let n): try moving(w, d, base, n, loads: true, before: false)
    case .fstPre(let w, let a, let base, let n): try moving(w, a, base, n, loads: false, before: true)
    case .fstPost(let w, let a, let base, let n): try moving(w, a, base, n, loads: false, before: false)
    case .fldPair(let w, let d, let e, let base, let n):
      if try v(d) == v(e) { throw NotAllowed() }
      try pair("ldp", w, d, e, base, n)
    case .fstPair(let w, let a, let b, let base, let n): try pair("stp", w, a, b, base, n)
    case .fldLabel(let w, let d, _): t("ldr \(try v(d)[w]), \(target)")
    case .pass(let type, let a): try pass(type, a)
    case .passi(let type, let value): try pass(type, value)
    case .fpass(_, let a): try pass(a)
    case .variadic: call()
    case .keep(let registers): try keep(registers)
    case .fkeep(let register): try keep(register)
    case .ldArgument(let type, let d, let index):
      if d.name == .number(abi.framePointer) { throw NotAllowed() }
      try write(.ld(type, d, argument(index)))
    case .fldArgument(let w, let d, let index): try write(.fld(width: w, d, argument(index)))

    case .label, .entry, .mark, .tableEntry, .faultSite, .section: break
    case .j, .patchableJump: t("b \(target)")
    case .jr(let a): t("br \(try r(a).x)")
    case .jm(let address):
      load(.u64, .x16, try place(address, 8))
      t("br x16")
    case .call(let value):
      const(.x16, value.bits)
      t("blr x16")
    case .tailCall(let value):
      const(.x16, value.bits)
      t("br x16")
    case .callr(let a): t("blr \(try r(a).x)")
    case .callm(let address):
      load(.u64, .x16, try place(address, 8))
      t("blr x16")
    case .fastCall, .patchableCall: t("bl \(target)")
    case .subroutine: t("str x30, [sp, #-16]!")
    case .fastRet:
      t("ldr x30, [sp], #16")
      t("ret")
    case .push(let registers): try push(registers)
    case .pop(let registers): try pop(registers)
    case .enter(let bytes, let saving, let vectors): try enter(bytes, saving, vectors)
    case .leave:
      t("mov sp, x29")
      t("ldp x29, x30, [sp], #16")
    case .ret: t("ret")
    case .nop, .patchableNop: t("nop")
    case .jumpTable(let w, let index, _):
      let index = try r(index)
      t("cmp \(index[w]), #1")
      branch(.uge)
      t("adr x16, @table")
      t(w == .w64 ? "ldrsw x17, [x16, \(index.x), lsl #2]" : "ldrsw x17, [x16, \(index.w), uxtw #2]")
      t("add x16, x16, x17")
      t("br x16")
    case .guard(let w, let condition, let a, let b, _, _):
      try compare(condition, w, a, b)
      t("b.\(condition.inverted.aarch64) @stub")
    case .guardi(let condition, let a, let value, _, _, let w):
      try compare(condition, w, a, Int64(value.value))
      t("b.\(condition.inverted.aarch64) @stub")
    case .trap, .unreachable: t("brk #0x1")
    case .breakpoint: t("brk #0xf000")
    case .nops, .data, .dataAddress, .zeros, .align, .raw: throw NotAllowed()  // no instructions, or any
    }
  }
}

extension Outcome {
  /// The flags N, Z, C, V as a number.
  var nzcv: Int {
    switch self {
    case .less: 0b1000
    case .equal: 0b0110
    case .greater: 0b0010
    }
  }
}

extension CacheLevel {
  var aarch64: StaticString {
    switch self {
    case .l1: "l1keep"
    case .l2: "l2keep"
    case .l3: "l3keep"
    case .stream: "l1strm"
    }
  }
}
