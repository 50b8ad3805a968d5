/// The AArch64 backend: one row an op. A row that needs thought is a helper in one of the other files.
///
/// Nothing but the ops that leave flags writes them, the destination is written after the last source that may be
/// the same register was read, and x16, x17 and v31 are the lowering's own.
enum AArch64 {
  /// The most bytes that one instruction lowers to, unless it asks for more (`makeWay`): `enter` of many pages with all
  /// registers, or `push` of all registers.
  static let maximumBytes = 56

  static func lower(_ instruction: Instruction, into e: inout Emission) throws(Refusal) {
    switch instruction {
    case .mov(let w, let d, let a): try move(w, d, a, into: &e)
    case .movi(let w, let d, let value): move(try e.xd(d), try bits(w, value.bits), into: &e)

    case .add(let w, let d, let a, let b): e.code.emit32(.addSub(.add, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .sub(let w, let d, let a, let b): e.code.emit32(.addSub(.sub, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .and(let w, let d, let a, let b): e.code.emit32(.logic(.and, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .or(let w, let d, let a, let b): e.code.emit32(.logic(.orr, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .xor(let w, let d, let a, let b): e.code.emit32(.logic(.eor, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .mul(let w, let d, let a, let b): e.code.emit32(.multiply(.madd, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .andn(let w, let d, let a, let b):
      e.code.emit32(.logic(.and, w, try e.xd(d), try e.x(a), try e.x(b), not: true))
    case .orn(let w, let d, let a, let b):
      e.code.emit32(.logic(.orr, w, try e.xd(d), try e.x(a), try e.x(b), not: true))
    case .xnor(let w, let d, let a, let b):
      e.code.emit32(.logic(.eor, w, try e.xd(d), try e.x(a), try e.x(b), not: true))
    case .addi(let w, let d, let a, let value): try addImmediate(w, d, a, value, negated: false, into: &e)
    case .subi(let w, let d, let a, let value): try addImmediate(w, d, a, value, negated: true, into: &e)
    case .andi(let w, let d, let a, let value): try andImmediate(w, d, a, value, into: &e)
    case .ori(let w, let d, let a, let value): try orImmediate(w, d, a, value, into: &e)
    case .xori(let w, let d, let a, let value): try xorImmediate(w, d, a, value, into: &e)
    case .muli(let w, let d, let a, let value): try mulImmediate(w, d, a, value, into: &e)
    case .not(let w, let d, let a): e.code.emit32(.logic(.orr, w, try e.xd(d), .zr, try e.x(a), not: true))
    case .neg(let w, let d, let a): e.code.emit32(.addSub(.sub, w, try e.xd(d), .zr, try e.x(a)))
    case .abs(let w, let d, let a): abs(w, try e.xd(d), try e.x(a), into: &e)
    case .smin(let w, let d, let a, let b): extremum(.smin, w, try e.xd(d), try e.x(a), try e.x(b), into: &e)
    case .smax(let w, let d, let a, let b): extremum(.smax, w, try e.xd(d), try e.x(a), try e.x(b), into: &e)
    case .umin(let w, let d, let a, let b): extremum(.umin, w, try e.xd(d), try e.x(a), try e.x(b), into: &e)
    case .umax(let w, let d, let a, let b): extremum(.umax, w, try e.xd(d), try e.x(a), try e.x(b), into: &e)
    case .smulh(let w, let d, let a, let b): mulHigh(.signed, w, try e.xd(d), try e.x(a), try e.x(b), into: &e)
    case .umulh(let w, let d, let a, let b): mulHigh(.unsigned, w, try e.xd(d), try e.x(a), try e.x(b), into: &e)
    case .smulWide(let w, let low, let high, let a, let b): try mulWide(.signed, w, low, high, a, b, into: &e)
    case .umulWide(let w, let low, let high, let a, let b): try mulWide(.unsigned, w, low, high, a, b, into: &e)
    case .madd(let w, let d, let a, let b, let c):
      e.code.emit32(.multiply(.madd, w, try e.xd(d), try e.x(a), try e.x(b), try e.x(c)))
    case .msub(let w, let d, let a, let b, let c):
      e.code.emit32(.multiply(.msub, w, try e.xd(d), try e.x(a), try e.x(b), try e.x(c)))
    case .addShifted(let w, let d, let a, let b, let shift, let count):
      let count = try position(w, count)
      e.code.emit32(.addSub(.add, w, try e.xd(d), try e.x(a), try e.x(b), type(of: shift), count))
    case .subShifted(let w, let d, let a, let b, let shift, let count):
      let count = try position(w, count)
      e.code.emit32(.addSub(.sub, w, try e.xd(d), try e.x(a), try e.x(b), type(of: shift), count))
    case .lea(let w, let d, let address): try lea(w, d, address, into: &e)

    case .sdiv(let w, let d, let a, let b), .sdivUnchecked(let w, let d, let a, let b):
      try quotient(.sdiv, w, d, a, b, into: &e)
    case .udiv(let w, let d, let a, let b), .udivUnchecked(let w, let d, let a, let b):
      try quotient(.udiv, w, d, a, b, into: &e)
    case .srem(let w, let d, let a, let b), .sremUnchecked(let w, let d, let a, let b):
      try remainder(.sdiv, w, d, a, b, into: &e)
    case .urem(let w, let d, let a, let b), .uremUnchecked(let w, let d, let a, let b):
      try remainder(.udiv, w, d, a, b, into: &e)
    case .sdivmod(let w, let q, let r, let a, let b): try divmod(.sdiv, w, q, r, a, b, into: &e)
    case .udivmod(let w, let q, let r, let a, let b): try divmod(.udiv, w, q, r, a, b, into: &e)
    case .sdivChecked(let w, let d, let a, let b, let target):
      try checkSigned(w, a, b, target, into: &e)
      try quotient(.sdiv, w, d, a, b, into: &e)
    case .udivChecked(let w, let d, let a, let b, let target):
      try checkDivisor(w, b, target, into: &e)
      try quotient(.udiv, w, d, a, b, into: &e)
    case .sremChecked(let w, let d, let a, let b, let target):
      try checkDivisor(w, b, target, into: &e)
      try remainder(.sdiv, w, d, a, b, into: &e)
    case .uremChecked(let w, let d, let a, let b, let target):
      try checkDivisor(w, b, target, into: &e)
      try remainder(.udiv, w, d, a, b, into: &e)
    case .udivWideChecked(let w, let q, let r, let high, let low, let b, let target):
      try divideWide(w, q, r, high, low, b, unless: target, into: &e)
    case .udivWideUnchecked(let w, let q, let r, let high, let low, let b):
      try divideWide(w, q, r, high, low, b, into: &e)

    case .shl(let w, let d, let a, let b): e.code.emit32(.two(.lslv, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .shr(let w, let d, let a, let b): e.code.emit32(.two(.lsrv, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .sar(let w, let d, let a, let b): e.code.emit32(.two(.asrv, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .rotl(let w, let d, let a, let b): rotateLeft(w, try e.xd(d), try e.x(a), try e.x(b), into: &e)
    case .rotr(let w, let d, let a, let b): e.code.emit32(.two(.rorv, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .shli(let w, let d, let a, let count): e.code.emit32(.lsl(w, try e.xd(d), try e.x(a), try shift(w, count)))
    case .shri(let w, let d, let a, let count): e.code.emit32(.lsr(w, try e.xd(d), try e.x(a), try shift(w, count)))
    case .sari(let w, let d, let a, let count): e.code.emit32(.asr(w, try e.xd(d), try e.x(a), try shift(w, count)))
    case .rotli(let w, let d, let a, let count):
      let right = (0 &- (try shift(w, count))) & UInt32(w.bits - 1)
      e.code.emit32(.extr(w, try e.xd(d), try e.x(a), try e.x(a), lsb: right))
    case .rotri(let w, let d, let a, let count):
      e.code.emit32(.extr(w, try e.xd(d), try e.x(a), try e.x(a), lsb: try shift(w, count)))
    case .funnel(let w, let d, let high, let low, let n):
      funnel(w, try e.xd(d), try e.x(high), try e.x(low), try e.x(n), into: &e)
    case .funneli(let w, let d, let high, let low, let count):
      e.code.emit32(.extr(w, try e.xd(d), try e.x(high), try e.x(low), lsb: try position(w, count)))
    case .ubfx(let w, let d, let a, let position, let length): try extract(.ubfm, w, d, a, position, length, into: &e)
    case .sbfx(let w, let d, let a, let position, let length): try extract(.sbfm, w, d, a, position, length, into: &e)
    case .bfi(let w, let d, let a, let position, let length): try insert(w, d, a, position, length, into: &e)
    case .clz(let w, let d, let a): e.code.emit32(.one(.clz, w, try e.xd(d), try e.x(a)))
    case .ctz(let w, let d, let a): ctz(w, try e.xd(d), try e.x(a), into: &e)
    case .cls(let w, let d, let a): e.code.emit32(.one(.cls, w, try e.xd(d), try e.x(a)))
    case .bitrev(let w, let d, let a): e.code.emit32(.one(.rbit, w, try e.xd(d), try e.x(a)))
    case .popcnt(let w, let d, let a): popcnt(w, try e.xd(d), try e.x(a), into: &e)
    case .bswap(let w, let d, let a): e.code.emit32(.one(w == .w64 ? .rev64 : .rev32, w, try e.xd(d), try e.x(a)))
    case .bswap16(_, let d, let a):
      e.code.emit32(.one(.rev16, .w32, try e.xd(d), try e.x(a)))
      e.code.emit32(.zeroExtend(try e.xd(d), try e.xd(d), bits: 16))
    case .sbswap16(let w, let d, let a):
      e.code.emit32(.one(.rev16, .w32, try e.xd(d), try e.x(a)))
      e.code.emit32(.signExtend(w, try e.xd(d), try e.xd(d), bits: 16))
    case .sbswap32(let w, let d, let a):
      e.code.emit32(.one(.rev32, .w32, try e.xd(d), try e.x(a)))
      if w == .w64 { e.code.emit32(.signExtend(w, try e.xd(d), try e.xd(d), bits: 32)) }
    case .sext8(let w, let d, let a): e.code.emit32(.signExtend(w, try e.xd(d), try e.x(a), bits: 8))
    case .sext16(let w, let d, let a): e.code.emit32(.signExtend(w, try e.xd(d), try e.x(a), bits: 16))
    case .sext32(.w64, let d, let a): e.code.emit32(.signExtend(.w64, try e.xd(d), try e.x(a), bits: 32))
    case .sext32(.w32, let d, let a): e.code.emit32(.mov(.w32, try e.xd(d), try e.x(a)))
    case .zext8(_, let d, let a): e.code.emit32(.zeroExtend(try e.xd(d), try e.x(a), bits: 8))
    case .zext16(_, let d, let a): e.code.emit32(.zeroExtend(try e.xd(d), try e.x(a), bits: 16))
    case .zext32(_, let d, let a): e.code.emit32(.mov(.w32, try e.xd(d), try e.x(a)))

    case .addFlags(let w, let d, let a, let b): e.code.emit32(.addSub(.adds, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .subFlags(let w, let d, let a, let b): e.code.emit32(.addSub(.subs, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .addiFlags(let w, let d, let a, let value):
      addFlags(.adds, w, try e.xd(d), try e.x(a), try bits(w, value.bits), into: &e)
    case .subiFlags(let w, let d, let a, let value):
      addFlags(.subs, w, try e.xd(d), try e.x(a), try bits(w, value.bits), into: &e)
    case .adc(let w, let d, let a, let b): e.code.emit32(.withCarry(.adds, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .sbb(let w, let d, let a, let b): e.code.emit32(.withCarry(.subs, w, try e.xd(d), try e.x(a), try e.x(b)))
    case .carryToBorrow, .borrowToCarry: invertCarry(into: &e)
    case .addOverflow(let w, let d, let a, let b, let signedness, let target):
      e.code.emit32(.addSub(.adds, w, try e.xd(d), try e.x(a), try e.x(b)))
      try branch(.b(signedness == .signed ? .vs : .hs), .imm19, to: target, into: &e)
    case .subOverflow(let w, let d, let a, let b, let signedness, let target):
      e.code.emit32(.addSub(.subs, w, try e.xd(d), try e.x(a), try e.x(b)))
      try branch(.b(signedness == .signed ? .vs : .lo), .imm19, to: target, into: &e)
    case .mulOverflow(let w, let d, let a, let b, let signedness, let target):
      try mulOverflow(w, d, a, b, signedness, target, into: &e)
    case .addOverflowSet(let w, let d, let flag, let a, let b, let signedness):
      let flag = try distinct(flag, from: d, e)
      e.code.emit32(.addSub(.adds, w, try e.xd(d), try e.x(a), try e.x(b)))
      e.code.emit32(.cset(flag, signedness == .signed ? .vs : .hs))
    case .subOverflowSet(let w, let d, let flag, let a, let b, let signedness):
      let flag = try distinct(flag, from: d, e)
      e.code.emit32(.addSub(.subs, w, try e.xd(d), try e.x(a), try e.x(b)))
      e.code.emit32(.cset(flag, signedness == .signed ? .vs : .lo))
    case .mulOverflowSet(let w, let d, let flag, let a, let b, let signedness):
      try mulOverflowSet(w, d, flag, a, b, signedness, into: &e)

    case .cmp(let w, let a, let b): e.code.emit32(.addSub(.subs, w, .zr, try e.x(a), try e.x(b)))
    case .cmpi(let w, let a, let value):
      addFlags(.subs, w, .zr, try e.x(a), try bits(w, value.bits), into: &e)
    case .test(let w, let a, let b): e.code.emit32(.logic(.ands, w, .zr, try e.x(a), try e.x(b)))
    case .testi(let w, let a, let value): test(w, try e.x(a), try bits(w, value.bits), into: &e)
    case .ccmp(let w, let condition, let outcome, let a, let b):
      try compareIf(w, condition, outcome, a, b, into: &e)
    case .ccmpi(let w, let condition, let outcome, let a, let value):
      try compareIf(w, condition, outcome, a, value, into: &e)
    case .b(let condition, let target):
      try branch(.b(ConditionCode(condition)), .imm19, to: target, into: &e)
    case .sel(let w, let d, let condition, let a, let b):
      e.code.emit32(.choose(.csel, w, try e.xd(d), try e.x(a), try e.x(b), ConditionCode(condition)))
    case .setcc(let d, let condition): e.code.emit32(.cset(try e.xd(d), ConditionCode(condition)))

    case .branch(let w, let condition, let a, let b, let target):
      let code = try compare(condition, w, a, b, into: &e)
      try branch(.b(code), .imm19, to: target, into: &e)
    case .branchi(let condition, let a, let value, let target, let w):
      try branchImmediate(w, condition, try e.x(a), try bits(w, value.bits), target, into: &e)
    case .branchTest(let w, let condition, let a, let b, let target):
      try branchTest(w, condition, a, b, target, into: &e)
    case .branchTesti(let condition, let a, let value, let target, let w):
      try branchTest(w, condition, try e.x(a), try bits(w, value.bits), target, into: &e)
    case .branchBit(let w, let condition, let a, let bit, let target):
      try branchBit(w, condition, a, bit, target, into: &e)
    case .branchMem(let condition, let base, let displacement, let b, let target, let type):
      try branchMemory(condition, type, base, displacement, b, target, into: &e)
    case .branchMemi(let condition, let base, let displacement, let value, let target, let type):
      try branchMemory(condition, type, base, displacement, value, target, into: &e)
    case .set(let w, let d, let condition, let a, let b):
      let (d, code) = (try e.xd(d), try compare(condition, w, a, b, into: &e))
      e.code.emit32(.cset(d, code))
    case .seti(let w, let d, let condition, let a, let value):
      let (d, code) = (try e.xd(d), try compare(condition, w, a, value, into: &e))
      e.code.emit32(.cset(d, code))
    case .setMask(let w, let d, let condition, let a, let b):
      let (d, code) = (try e.xd(d), try compare(condition, w, a, b, into: &e))
      e.code.emit32(.csetm(w, d, code))
    case .setMaski(let w, let d, let condition, let a, let value):
      let (d, code) = (try e.xd(d), try compare(condition, w, a, value, into: &e))
      e.code.emit32(.csetm(w, d, code))
    case .select(let w, let d, let condition, let a, let b, let x, let y):
      let code = try compare(condition, w, a, b, into: &e)
      e.code.emit32(.choose(.csel, w, try e.xd(d), try e.x(x), try e.x(y), code))
    case .selecti(let w, let d, let condition, let a, let value, let x, let y):
      let code = try compare(condition, w, a, value, into: &e)
      e.code.emit32(.choose(.csel, w, try e.xd(d), try e.x(x), try e.x(y), code))
    case .selectElse(let w, let d, let condition, let a, let b, let x, let value):
      let code = try compare(condition, w, a, b, into: &e)
      selectElse(w, try e.xd(d), code, try e.x(x), try bits(w, value.bits), into: &e)

    case .ld(let type, let d, let address): try access(.load(type), try e.xd(d), address, into: &e)
    case .st(let type, let a, let address): try access(.store(type), try e.x(a), address, into: &e)
    case .sti(let type, let base, let displacement, let value):
      try storeImmediate(type, base, displacement, value, into: &e)

    case .ldPre(let type, let d, let base, let displacement):
      try access(.load(type), try e.xd(d), base, displacement, .preIndexed, into: &e)
    case .ldPost(let type, let d, let base, let displacement):
      try access(.load(type), try e.xd(d), base, displacement, .postIndexed, into: &e)
    case .stPre(let type, let a, let base, let displacement):
      try access(.store(type), try e.x(a), base, displacement, .preIndexed, into: &e)
    case .stPost(let type, let a, let base, let displacement):
      try access(.store(type), try e.x(a), base, displacement, .postIndexed, into: &e)
    case .ldPair(let w, let d, let second, let base, let displacement):
      let second = try distinct(second, from: d, e)
      try pair(load: true, w, try e.xd(d), second, base, displacement, into: &e)
    case .stPair(let w, let a, let b, let base, let displacement):
      try pair(load: false, w, try e.x(a), try e.x(b), base, displacement, into: &e)
    case .ldSwapped(let type, let d, let address): try loadSwapped(type, d, address, into: &e)
    case .stSwapped(let type, let a, let address): try storeSwapped(type, a, address, into: &e)
    case .rmw(let operation, let type, let a, let address): try update(operation, type, a, address, into: &e)
    case .rmwi(let operation, let base, let displacement, let value, let type):
      try update(operation, base, displacement, value, type, into: &e)
    case .decBranch(let condition, let base, let displacement, let value, let target, let w):
      try decrementBranch(w, condition, base, displacement, value, target, into: &e)
    case .prefetch(let access, let level, let address): try prefetch(access, level, address, into: &e)

    case .ldAtomic(let order, let type, let d, let base, let n): try loadAtomic(order, type, d, base, n, into: &e)
    case .stAtomic(let order, let type, let a, let base, let n): try storeAtomic(order, type, a, base, n, into: &e)
    case .fetch(let operation, let order, let type, let d, let a, let base, let n):
      try fetch(operation, order, type, d, a, base, n, into: &e)
    case .rmwAtomic(let operation, let order, let type, let a, let base, let n):
      try update(operation, order, type, a, base, n, into: &e)
    case .cas(let order, let type, let d, let expected, let value, let base, let n):
      try compareAndSwap(order, type, d, expected, value, base, n, into: &e)
    case .casSet(let order, let type, let d, let success, let expected, let value, let base, let n):
      try compareAndSwap(order, type, d, success: success, expected, value, base, n, into: &e)
    case .casPair(let order, let low, let high, let e0, let e1, let v0, let v1, let base, let n):
      try compareAndSwapPair(order, low, high, (e0, e1), (v0, v1), base, n, into: &e)
    case .fence(let order): fence(order, into: &e)
    case .pause: e.code.emit32(.yield)
    case .instructionBarrier: e.code.emit32(.barrier(.isb))

    case .label(let label): try e.bind(label)
    case .entry(let label):
      try e.bind(label)
      e.frame.begin()
    case .j(let target):
      e.frame.jump()
      try branch(.b, to: target, into: &e)
    case .jr(let a):
      e.code.emit32(.br(try e.x(a)))
      e.frame.jump()
    case .jm(let address):
      try access(.load(.u64), .x16, address, into: &e)
      e.code.emit32(.br(.x16))
      e.frame.jump()
    case .call(let target): try call(.absolute(target.bits), into: &e)
    case .callr(let a): try call(.register(a), into: &e)
    case .callm(let address): try call(.memory(address), into: &e)
    case .pass(let type, let a): e.pass(type, try e.x(a).number)
    case .passi(let type, let value): try e.pass(type, value)
    case .fpass(let w, let a): try e.pass(w, vector: try e.v(a).number)
    case .variadic: try e.beginVariable()
    case .keep(let registers): try e.keep(registers)
    case .fkeep(let register): try e.keep(vector: register)
    case .ldArgument(let type, let d, let index): try loadArgument(type, try e.xd(d), index, into: &e)
    case .fldArgument(let w, let d, let index): try loadArgument(w, try e.v(d), index, into: &e)
    case .fastCall(let target):
      try e.frame.call()
      try branch(.bl, to: target, into: &e)
    case .subroutine:
      try e.frame.subroutine()
      e.code.emit32(.access(.store(.u64), .x30, .sp, -16, .preIndexed))
    case .fastRet:
      try e.frame.fastRet()
      e.code.emit32(.access(.load(.u64), .x30, .sp, 16, .postIndexed))
      e.code.emit32(.ret)
    case .push(let registers): try push(registers, into: &e)
    case .pop(let registers): try pop(registers, into: &e)
    case .enter(let bytes, let saving, let vectors): try enter(bytes, saving, vectors, into: &e)
    case .leave: try leave(into: &e)
    case .ret:
      try e.frame.ret()
      e.code.emit32(.ret)
    case .nop: e.code.emit32(.nop)
    case .mark(let id): e.sites.marks.append(id, at: UInt32(truncatingIfNeeded: e.code.count))

    case .ldLabel(let type, let d, let label): loadLabel(type, try e.xd(d), label, into: &e)
    case .adr(let d, let label): address(try e.xd(d), of: label, into: &e)
    case .ldConstant(let d, let value): loadTail(try e.xd(d), e.tail.constant(value.bits), into: &e)
    case .ldPatchable(let id, let value, let d):
      loadTail(try e.xd(d), e.tail.patchable(id.number, value.bits), into: &e)
    case .faultSite(let id, let recovery): e.faultSite(id, recovery)
    case .tableEntry(let target): e.tableEntry(target)
    case .jumpTable(let w, let index, let otherwise):
      try jumpTable(w, index, otherwise, into: &e)
      e.frame.jump()
    case .patchableJump(let id, let target):
      e.addPatchSite(id, .jump)
      try branch(.b, to: target, into: &e)
      e.frame.jump()
    case .patchableCall(let id, let target): try call(.patchable(id, target), into: &e)
    case .patchableNop(let id):
      e.addPatchSite(id, .nop)
      e.code.emit32(.nop)
    case .tailCall(let target): try tailCall(target.bits, into: &e)
    case .guard(let w, let condition, let a, let b, let id, let handler):
      let code = try compare(condition, w, a, b, into: &e)
      try leave(unless: code, id, handler, into: &e)
    case .guardi(let condition, let a, let value, let id, let handler, let w):
      let code = try compare(condition, w, a, Immediate(Int64(value.value)), into: &e)
      try leave(unless: code, id, handler, into: &e)
    case .trap(let code):
      e.trap(code)
      e.code.emit32(.brk(1))
      e.frame.jump()
    case .unreachable:
      e.code.emit32(.brk(1))
      e.frame.jump()
    case .breakpoint: e.code.emit32(.brk(0xF000))

    case .section(let section): e.begin(section)
    case .data(let type, let value): try e.data(type, value)
    case .dataAddress(let label): e.dataAddress(of: label)
    case .zeros(let count): try e.zeros(count)
    case .align(let bytes): try e.align(bytes)
    case .nops(let bytes): try e.nops(bytes)
    case .raw(let bytes, let count): try e.raw(bytes, count)

    case .fmov(let w, let d, let a): try float(.fmov, w, d, a, into: &e)
    case .fmovi(let w, let d, let value): constant(w, try e.v(d), try bits(w, value.bits), into: &e)
    case .fbits(let w, let d, let a): e.code.emit32(.fmov(w, try e.xd(d), try e.v(a)))
    case .fsetBits(let w, let d, let a): e.code.emit32(.fmov(w, try e.v(d), try e.x(a)))
    case .fadd(let w, let d, let a, let b): try float(.fadd, w, d, a, b, into: &e)
    case .fsub(let w, let d, let a, let b): try float(.fsub, w, d, a, b, into: &e)
    case .fmul(let w, let d, let a, let b): try float(.fmul, w, d, a, b, into: &e)
    case .fdiv(let w, let d, let a, let b): try float(.fdiv, w, d, a, b, into: &e)
    case .fsqrt(let w, let d, let a): try float(.fsqrt, w, d, a, into: &e)
    case .fneg(let w, let d, let a): try float(.fneg, w, d, a, into: &e)
    case .fabs(let w, let d, let a): try float(.fabs, w, d, a, into: &e)
    case .fcopysign(let w, let d, let a, let b): copySign(w, try e.v(d), try e.v(a), try e.v(b), into: &e)
    case .fma(let w, let d, let a, let b, let c): try float(.fmadd, w, d, a, b, c, into: &e)
    case .fms(let w, let d, let a, let b, let c): try float(.fnmsub, w, d, a, b, c, into: &e)
    case .fnma(let w, let d, let a, let b, let c): try float(.fmsub, w, d, a, b, c, into: &e)
    case .fnms(let w, let d, let a, let b, let c): try float(.fnmadd, w, d, a, b, c, into: &e)
    case .fmin(let w, let d, let a, let b): try float(.fmin, w, d, a, b, into: &e)
    case .fmax(let w, let d, let a, let b): try float(.fmax, w, d, a, b, into: &e)
    case .fminNum(let w, let d, let a, let b): try float(.fminnm, w, d, a, b, into: &e)
    case .fmaxNum(let w, let d, let a, let b): try float(.fmaxnm, w, d, a, b, into: &e)
    case .fminSelect(let w, let d, let a, let b): try select(w, d, .olt, a, b, a, b, into: &e)
    case .fmaxSelect(let w, let d, let a, let b): try select(w, d, .ogt, a, b, a, b, into: &e)
    case .fround(let w, let rounding, let d, let a): try float(round(rounding), w, d, a, into: &e)
    case .fcanon(let w, let d, let a): canonicalize(w, try e.v(d), try e.v(a), into: &e)
    case .ftoi(let w, let type, let signedness, let d, let a),
      .ftoiUnchecked(let w, let type, let signedness, let d, let a):
      e.code.emit32(.fcvtz(signedness, w, try e.xd(d), .init(type), try e.v(a)))
    case .itof(let w, let type, let signedness, let d, let a):
      e.code.emit32(.cvtf(signedness, .init(type), try e.v(d), w, try e.x(a)))
    case .fwiden(let d, let a): try convert(d, .double, a, .single, into: &e)
    case .fnarrow(let d, let a): try convert(d, .single, a, .double, into: &e)
    case .fwidenHalf(let d, let a): try convert(d, .single, a, .half, into: &e)
    case .fnarrowHalf(let d, let a): try convert(d, .half, a, .single, into: &e)
    case .fbranch(let w, let condition, let a, let b, let target): try branch(w, condition, a, b, target, into: &e)
    case .fset(let w, let d, let condition, let a, let b): try set(w, d, condition, a, b, into: &e)
    case .fselect(let w, let d, let condition, let a, let b, let x, let y):
      try select(w, d, condition, a, b, x, y, into: &e)
    case .fld(let w, let d, let address): try access(.load(w), X(try e.v(d)), address, into: &e)
    case .fst(let w, let a, let address): try access(.store(w), X(try e.v(a)), address, into: &e)
    case .fldPre(let w, let d, let base, let displacement):
      try access(.load(w), X(try e.v(d)), base, displacement, .preIndexed, into: &e)
    case .fldPost(let w, let d, let base, let displacement):
      try access(.load(w), X(try e.v(d)), base, displacement, .postIndexed, into: &e)
    case .fstPre(let w, let a, let base, let displacement):
      try access(.store(w), X(try e.v(a)), base, displacement, .preIndexed, into: &e)
    case .fstPost(let w, let a, let base, let displacement):
      try access(.store(w), X(try e.v(a)), base, displacement, .postIndexed, into: &e)
    case .fldPair(let w, let d, let second, let base, let displacement):
      let second = try distinct(second, from: d, e)
      try pair(load: true, w, try e.v(d), second, base, displacement, into: &e)
    case .fstPair(let w, let a, let b, let base, let displacement):
      try pair(load: false, w, try e.v(a), try e.v(b), base, displacement, into: &e)
    case .fldLabel(let w, let d, let label): loadLabel(w, try e.v(d), label, into: &e)
    }
  }
}
