/// The x86-64 backend: one row an op. A row that needs thought is a helper in one of the other files.
enum X86_64 {
  /// The most bytes that one instruction lowers to, and room for the stores of the form table.
  static let maximumBytes = 128

  static func lower(_ instruction: Instruction, into e: inout Emission) throws(Refusal) {
    switch instruction {
    case .mov(let w, let d, let a): try e.move(w, d, a)
    case .movi(let w, let d, let value): e.code.mov(try e.destination(d), try e.bits(w, value))

    case .add(let w, let d, let a, let b): try e.add(w, d, a, b)
    case .sub(let w, let d, let a, let b): try e.sub(w, d, a, b)
    case .and(let w, let d, let a, let b): try e.commutative(.and, w, d, a, b)
    case .or(let w, let d, let a, let b): try e.commutative(.or, w, d, a, b)
    case .xor(let w, let d, let a, let b): try e.commutative(.xor, w, d, a, b)
    case .mul(let w, let d, let a, let b): try e.mul(w, d, a, b)
    case .andn(let w, let d, let a, let b): try e.andn(w, d, a, b)
    case .orn(let w, let d, let a, let b): try e.withInverted(.or, w, d, a, b)
    case .xnor(let w, let d, let a, let b):
      try e.commutative(.xor, w, d, a, b)
      e.code.unary(.not, w, try e.destination(d))
    case .addi(let w, let d, let a, let value): try e.addImmediate(w, d, a, value, negated: false)
    case .subi(let w, let d, let a, let value): try e.addImmediate(w, d, a, value, negated: true)
    case .andi(let w, let d, let a, let value): try e.andImmediate(w, d, a, value)
    case .ori(let w, let d, let a, let value): try e.immediate(.or, w, d, a, value)
    case .xori(let w, let d, let a, let value): try e.immediate(.xor, w, d, a, value)
    case .muli(let w, let d, let a, let value): try e.mulImmediate(w, d, a, value)
    case .not(let w, let d, let a): try e.unary(.not, w, d, a)
    case .neg(let w, let d, let a): try e.unary(.neg, w, d, a)
    case .abs(let w, let d, let a): try e.abs(w, d, a)
    case .smin(let w, let d, let a, let b): try e.extremum(replaceIf: .sgt, w, d, a, b)
    case .smax(let w, let d, let a, let b): try e.extremum(replaceIf: .slt, w, d, a, b)
    case .umin(let w, let d, let a, let b): try e.extremum(replaceIf: .ugt, w, d, a, b)
    case .umax(let w, let d, let a, let b): try e.extremum(replaceIf: .ult, w, d, a, b)
    case .smulh(let w, let d, let a, let b): try e.mulHigh(.imul, w, d, a, b)
    case .umulh(let w, let d, let a, let b): try e.mulHigh(.mul, w, d, a, b)
    case .smulWide(let w, let low, let high, let a, let b): try e.mulWide(.imul, w, low, high, a, b)
    case .umulWide(let w, let low, let high, let a, let b): try e.mulWide(.mul, w, low, high, a, b)
    case .madd(let w, let d, let a, let b, let c): try e.madd(w, d, a, b, c)
    case .msub(let w, let d, let a, let b, let c): try e.msub(w, d, a, b, c)
    case .addShifted(let w, let d, let a, let b, let shift, let count):
      try e.addShifted(w, d, a, b, shift, count)
    case .subShifted(let w, let d, let a, let b, let shift, let count):
      try e.subShifted(w, d, a, b, shift, count)
    case .lea(let w, let d, let address): try e.lea(w, d, address)

    case .sdiv(let w, let d, let a, let b): try e.divide(.signed, w, quotient: d, a, b)
    case .udiv(let w, let d, let a, let b): try e.divide(.unsigned, w, quotient: d, a, b)
    case .srem(let w, let d, let a, let b): try e.divide(.signed, w, remainder: d, a, b)
    case .urem(let w, let d, let a, let b): try e.divide(.unsigned, w, remainder: d, a, b)
    case .sdivmod(let w, let q, let r, let a, let b): try e.divide(.signed, w, quotient: q, remainder: r, a, b)
    case .udivmod(let w, let q, let r, let a, let b): try e.divide(.unsigned, w, quotient: q, remainder: r, a, b)
    case .sdivChecked(let w, let d, let a, let b, let target): try e.sdivChecked(w, d, a, b, target)
    case .udivChecked(let w, let d, let a, let b, let target): try e.udivChecked(w, quotient: d, a, b, target)
    case .sremChecked(let w, let d, let a, let b, let target): try e.sremChecked(w, d, a, b, target)
    case .uremChecked(let w, let d, let a, let b, let target): try e.udivChecked(w, remainder: d, a, b, target)
    case .sdivUnchecked(let w, let d, let a, let b): try e.divideUnchecked(.signed, w, quotient: d, a, b)
    case .udivUnchecked(let w, let d, let a, let b): try e.divideUnchecked(.unsigned, w, quotient: d, a, b)
    case .sremUnchecked(let w, let d, let a, let b): try e.divideUnchecked(.signed, w, remainder: d, a, b)
    case .uremUnchecked(let w, let d, let a, let b): try e.divideUnchecked(.unsigned, w, remainder: d, a, b)
    case .udivWideChecked(let w, let q, let r, let high, let low, let b, let target):
      try e.divideWide(w, q, r, high, low, b, orElse: target)
    case .udivWideUnchecked(let w, let q, let r, let high, let low, let b):
      try e.divideWide(w, q, r, high, low, b, orElse: nil)

    case .shl(let w, let d, let a, let b): try e.shift(.shl, w, d, a, b)
    case .shr(let w, let d, let a, let b): try e.shift(.shr, w, d, a, b)
    case .sar(let w, let d, let a, let b): try e.shift(.sar, w, d, a, b)
    case .rotl(let w, let d, let a, let b): try e.rotate(.rol, w, d, a, b)
    case .rotr(let w, let d, let a, let b): try e.rotate(.ror, w, d, a, b)
    case .shli(let w, let d, let a, let count): try e.shiftImmediate(.shl, w, d, a, count)
    case .shri(let w, let d, let a, let count): try e.shiftImmediate(.shr, w, d, a, count)
    case .sari(let w, let d, let a, let count): try e.shiftImmediate(.sar, w, d, a, count)
    case .rotli(let w, let d, let a, let count): try e.shiftImmediate(.rol, w, d, a, count)
    case .rotri(let w, let d, let a, let count): try e.shiftImmediate(.ror, w, d, a, count)
    case .funnel(let w, let d, let high, let low, let n): try e.funnel(w, d, high, low, n)
    case .funneli(let w, let d, let high, let low, let count): try e.funnelImmediate(w, d, high, low, count)
    case .ubfx(let w, let d, let a, let position, let length):
      try e.extract(signed: false, w, d, a, position, length)
    case .sbfx(let w, let d, let a, let position, let length):
      try e.extract(signed: true, w, d, a, position, length)
    case .bfi(let w, let d, let a, let position, let length): try e.insert(w, d, a, position, length)
    case .clz(let w, let d, let a): try e.clz(w, d, a)
    case .ctz(let w, let d, let a): try e.ctz(w, d, a)
    case .cls(let w, let d, let a): try e.cls(w, d, a)
    case .bitrev(let w, let d, let a): try e.bitrev(w, d, a)
    case .popcnt(let w, let d, let a): try e.popcnt(w, d, a)
    case .bswap(let w, let d, let a): try e.bswap(w, d, a)
    case .bswap16(_, let d, let a): try e.bswap(.w32, d, a, thenShift: .shr, by: 16)
    case .sbswap16(let w, let d, let a): try e.bswap(w, d, a, thenShift: .sar, by: w == .w64 ? 48 : 16)
    case .sbswap32(let w, let d, let a): try e.bswap32Signed(w, d, a)
    case .sext8(let w, let d, let a): e.code.extend8(w, signed: true, try e.destination(d), try e.gpr(a))
    case .sext16(let w, let d, let a): e.code.extend16(w, signed: true, try e.destination(d), try e.gpr(a))
    case .sext32(.w64, let d, let a): e.code.movsxd(try e.destination(d), try e.gpr(a))
    case .sext32(.w32, let d, let a): e.code.mov(.w32, try e.destination(d), try e.gpr(a))
    case .zext8(_, let d, let a): e.code.extend8(.w32, signed: false, try e.destination(d), try e.gpr(a))
    case .zext16(_, let d, let a): e.code.extend16(.w32, signed: false, try e.destination(d), try e.gpr(a))
    case .zext32(_, let d, let a): e.code.mov(.w32, try e.destination(d), try e.gpr(a))

    case .addFlags(let w, let d, let a, let b): try e.commutative(.add, w, d, a, b)
    case .subFlags(let w, let d, let a, let b): try e.subFlags(.sub, w, d, a, b)
    case .addiFlags(let w, let d, let a, let value): try e.immediate(.add, w, d, a, value)
    case .subiFlags(let w, let d, let a, let value): try e.immediate(.sub, w, d, a, value)
    case .adc(let w, let d, let a, let b): try e.commutative(.adc, w, d, a, b)
    case .sbb(let w, let d, let a, let b): try e.subFlags(.sbb, w, d, a, b)
    case .carryToBorrow, .borrowToCarry: break  // one flag is both: SDM vol. 1, §3.4.3.1, CF
    case .addOverflow(let w, let d, let a, let b, let signedness, let target):
      try e.commutative(.add, w, d, a, b)
      e.jcc(signedness == .signed ? .overflow : .carry, to: target)
    case .subOverflow(let w, let d, let a, let b, let signedness, let target):
      try e.subFlags(.sub, w, d, a, b)
      e.jcc(signedness == .signed ? .overflow : .borrow, to: target)
    case .mulOverflow(let w, let d, let a, let b, let signedness, let target):
      e.jcc(try e.mulOverflow(w, d, a, b, signedness), to: target)
    case .addOverflowSet(let w, let d, let flag, let a, let b, let signedness):
      let flag = try e.distinct(flag, from: d)
      try e.commutative(.add, w, d, a, b)
      e.materialize(signedness == .signed ? .overflow : .carry, flag)
    case .subOverflowSet(let w, let d, let flag, let a, let b, let signedness):
      let flag = try e.distinct(flag, from: d)
      try e.subFlags(.sub, w, d, a, b)
      e.materialize(signedness == .signed ? .overflow : .borrow, flag)
    case .mulOverflowSet(let w, let d, let flag, let a, let b, let signedness):
      let flag = try e.distinct(flag, from: d)
      e.materialize(try e.mulOverflow(w, d, a, b, signedness), flag)

    case .cmp(let w, let a, let b): e.code.alu(.cmp, w, try e.gpr(a), try e.gpr(b))
    case .cmpi(let w, let a, let value): try e.compare(w, a, value)
    case .test(let w, let a, let b): e.code.test(w, try e.gpr(a), try e.gpr(b))
    case .testi(let w, let a, let value): try e.test(w, a, value)
    case .ccmp(let w, let condition, let outcome, let a, let b): try e.compareIf(condition, w, outcome, a, b)
    case .ccmpi(let w, let condition, let outcome, let a, let value): try e.compareIf(condition, w, outcome, a, value)
    case .b(let condition, let target): e.jcc(condition, to: target)
    case .sel(let w, let d, let condition, let a, let b):
      e.select(condition, w, try e.destination(d), try e.gpr(a), try e.gpr(b))
    case .setcc(let d, let condition): e.materialize(condition, try e.destination(d))

    case .branch(let w, let condition, let a, let b, let target):
      try e.compare(condition, w, a, b)
      e.jcc(condition, to: target)
    case .branchi(let condition, let a, let value, let target, let w):
      try e.compare(condition, w, a, Immediate(bits: value.bits))
      e.jcc(condition, to: target)
    case .branchTest(let w, let condition, let a, let b, let target):
      try e.checkTest(condition)
      e.code.test(w, try e.gpr(a), try e.gpr(b))
      e.jcc(condition, to: target)
    case .branchTesti(let condition, let a, let value, let target, let w):
      try e.checkTest(condition)
      try e.test(w, a, Immediate(bits: value.bits))
      e.jcc(condition, to: target)
    case .branchBit(let w, let condition, let a, let bit, let target):
      try e.branchBit(w, condition, a, bit, target)
    case .branchMem(let condition, let base, let displacement, let b, let target, let type):
      try e.compareMemory(condition, type, base, displacement, b)
      e.jcc(condition, to: target)
    case .branchMemi(let condition, let base, let displacement, let value, let target, let type):
      try e.compareMemory(condition, type, base, displacement, value.value)
      e.jcc(condition, to: target)
    case .set(let w, let d, let condition, let a, let b):
      try e.compare(condition, w, a, b)
      e.materialize(condition, try e.destination(d))
    case .seti(let w, let d, let condition, let a, let value):
      try e.compare(condition, w, a, value)
      e.materialize(condition, try e.destination(d))
    case .setMask(let w, let d, let condition, let a, let b):
      try e.compare(condition, w, a, b)
      e.materializeMask(condition, w, try e.destination(d))
    case .setMaski(let w, let d, let condition, let a, let value):
      try e.compare(condition, w, a, value)
      e.materializeMask(condition, w, try e.destination(d))
    case .select(let w, let d, let condition, let a, let b, let x, let y):
      try e.compare(condition, w, a, b)
      e.select(condition, w, try e.destination(d), try e.gpr(x), try e.gpr(y))
    case .selecti(let w, let d, let condition, let a, let value, let x, let y):
      try e.compare(condition, w, a, value)
      e.select(condition, w, try e.destination(d), try e.gpr(x), try e.gpr(y))
    case .selectElse(let w, let d, let condition, let a, let b, let x, let value):
      try e.selectElse(condition, w, d, a, b, x, value)

    case .ld(let type, let d, let address): e.code.load(type, try e.destination(d), try e.memory(address))
    case .st(let type, let a, let address): e.code.store(type, try e.gpr(a), try e.memory(address))
    case .sti(let type, let base, let displacement, let value):
      try e.storeImmediate(type, base, displacement, value)
    case .ldPre(let type, let d, let base, let n): try e.loadMoving(type, d, base, n, before: true)
    case .ldPost(let type, let d, let base, let n): try e.loadMoving(type, d, base, n, before: false)
    case .stPre(let type, let a, let base, let n): try e.storeMoving(type, a, base, n, before: true)
    case .stPost(let type, let a, let base, let n): try e.storeMoving(type, a, base, n, before: false)
    case .ldPair(let w, let first, let second, let base, let n): try e.loadPair(w, first, second, base, n)
    case .stPair(let w, let first, let second, let base, let n): try e.storePair(w, first, second, base, n)
    case .ldSwapped(let type, let d, let address): try e.loadSwapped(type, d, address)
    case .stSwapped(let type, let a, let address): try e.storeSwapped(type, a, address)
    case .rmw(let operation, let type, let a, let address):
      e.code.alu(operation.alu, type, try e.memory(address), try e.gpr(a))
    case .rmwi(let operation, let base, let displacement, let value, let type):
      try e.modify(operation, type, base, displacement, value)
    case .decBranch(let condition, let base, let displacement, let value, let target, let w):
      try e.checkTest(condition)
      e.code.alu(.sub, w == .w64 ? .u64 : .u32, Memory(try e.base(base), displacement.value), value.value)
      e.jcc(condition, to: target)
    case .prefetch(let access, let level, let address): try e.prefetch(access, level, address)

    case .ldAtomic(let order, let type, let d, let base, let n): try e.loadAtomic(order, type, d, base, n)
    case .stAtomic(let order, let type, let a, let base, let n): try e.storeAtomic(order, type, a, base, n)
    case .fetch(let operation, _, let type, let d, let a, let base, let n):
      try e.fetch(operation, type, d, a, base, n)
    case .rmwAtomic(let operation, _, let type, let a, let base, let n): try e.update(operation, type, a, base, n)
    case .cas(_, let type, let d, let expected, let value, let base, let n):
      try e.compareAndSwap(type, d, expected, value, base, n)
    case .casSet(_, let type, let d, let success, let expected, let value, let base, let n):
      try e.compareAndSwap(type, d, success: success, expected, value, base, n)
    case .casPair(_, let low, let high, let e0, let e1, let v0, let v1, let base, let n):
      try e.compareAndSwapPair(low, high, (e0, e1), (v0, v1), base, n)
    case .fence(let order): if order == .sequential { e.code.mfence() }
    case .pause: e.code.pause()
    case .instructionBarrier: e.instructionBarrier()

    case .label(let label): try e.bind(label)
    case .entry(let label):
      try e.bind(label)
      e.frame.begin()
    case .j(let target):
      e.frame.jump()
      e.jmp(to: target)
    case .jr(let a):
      e.code.jmp(try e.gpr(a))
      e.frame.jump()
    case .jm(let address):
      e.code.jmp(try e.memory(address))
      e.frame.jump()
    case .call(let target): try e.call(.absolute(target.bits))
    case .callr(let a): try e.call(.register(a))
    case .callm(let address): try e.call(.memory(address))
    case .pass(let type, let a): e.pass(type, try e.gpr(a).number)
    case .passi(let type, let value): try e.pass(type, value)
    case .fpass(let w, let a): try e.pass(w, vector: try e.xmm(a).number)
    case .variadic: try e.beginVariable()
    case .keep(let registers): try e.keep(registers)
    case .fkeep(let register): try e.keep(vector: register)
    case .ldArgument(let type, let d, let index):
      e.code.load(type, try e.destination(d), try e.memory(ofArgument: index))
    case .fldArgument(let w, let d, let index): e.loadFloat(w, try e.xmm(d), try e.memory(ofArgument: index))
    case .fastCall(let target):
      try e.frame.call()
      e.call(to: target)
    case .subroutine:
      try e.frame.subroutine()
      e.code.lea(.w64, .rsp, Memory(.rsp, -8))  // behind the return address: aligned to 16 again
    case .fastRet:
      try e.frame.fastRet()
      e.code.lea(.w64, .rsp, Memory(.rsp, 8))
      e.code.ret()
    case .push(let registers): try e.push(registers)
    case .pop(let registers): try e.pop(registers)
    case .enter(let bytes, let saving, let vectors): try e.enter(bytes, saving, vectors)
    case .leave: try e.leaveFrame()
    case .ret:
      try e.frame.ret()
      e.code.ret()
    case .nop: e.code.nop()
    case .mark(let id): e.sites.marks.append(id, at: UInt32(truncatingIfNeeded: e.code.count))

    case .ldLabel(let type, let d, let label):
      e.code.load(type, try e.destination(d), .relative)
      e.fillRelative(to: label)
    case .adr(let d, let label):
      e.code.lea(.w64, try e.destination(d), .relative)
      e.fillRelative(to: label)
    case .ldConstant(let d, let value): try e.loadConstant(d, value.bits)
    case .ldPatchable(let id, let value, let d): try e.loadPatchable(id, value.bits, d)
    case .faultSite(let id, let recovery): e.faultSite(id, recovery)
    case .tableEntry(let target): e.tableEntry(target)
    case .jumpTable(let w, let index, let otherwise):
      try e.jumpTable(w, index, otherwise)
      e.frame.jump()
    case .patchableJump(let id, let target):
      e.patchable(.jump, id, target)
      e.frame.jump()
    case .patchableCall(let id, let target): try e.call(.patchable(id, target))
    case .patchableNop(let id): e.patchableNop(id)
    case .tailCall(let target): try e.tailCall(target.bits)
    case .guard(let w, let condition, let a, let b, let id, let handler):
      try e.compare(condition, w, a, b)
      e.leave(unless: condition, id, handler)
    case .guardi(let condition, let a, let value, let id, let handler, let w):
      try e.compare(condition, w, a, Immediate(Int64(value.value)))
      e.leave(unless: condition, id, handler)
    case .trap(let code):
      e.trap(code)
      e.code.ud2()
      e.frame.jump()
    case .unreachable:
      e.code.ud2()
      e.frame.jump()
    case .breakpoint: e.code.int3()

    case .section(let section): e.begin(section)
    case .data(let type, let value): try e.data(type, value)
    case .dataAddress(let label): e.dataAddress(of: label)
    case .zeros(let count): try e.zeros(count)
    case .align(let bytes): try e.align(bytes)
    case .nops(let bytes): try e.nops(bytes)
    case .raw(let bytes, let count): try e.raw(bytes, count)

    case .fmov(_, let d, let a): try e.floatMove(d, a)
    case .fmovi(let w, let d, let value): try e.floatConstant(w, d, value)
    case .fbits(let w, let d, let a): e.moveBits(w, try e.destination(d), try e.xmm(a))
    case .fsetBits(let w, let d, let a): e.moveBits(w, try e.xmm(d), try e.gpr(a))
    case .fadd(let w, let d, let a, let b): try e.float(.add, w, d, a, b)
    case .fsub(let w, let d, let a, let b): try e.float(.sub, w, d, a, b)
    case .fmul(let w, let d, let a, let b): try e.float(.mul, w, d, a, b)
    case .fdiv(let w, let d, let a, let b): try e.float(.div, w, d, a, b)
    case .fsqrt(let w, let d, let a): try e.floatSquareRoot(w, d, a)
    case .fneg(let w, let d, let a): try e.floatNegate(w, d, a)
    case .fabs(let w, let d, let a): try e.floatAbsolute(w, d, a)
    case .fcopysign(let w, let d, let a, let b): try e.floatCopySign(w, d, a, b)
    case .fma(let w, let d, let a, let b, let c): try e.fuse(.add, w, d, a, b, c)
    case .fms(let w, let d, let a, let b, let c): try e.fuse(.sub, w, d, a, b, c)
    case .fnma(let w, let d, let a, let b, let c): try e.fuse(.negatedAdd, w, d, a, b, c)
    case .fnms(let w, let d, let a, let b, let c): try e.fuse(.negatedSub, w, d, a, b, c)
    case .fmin(let w, let d, let a, let b): try e.floatExtremum(.min, w, d, a, b)
    case .fmax(let w, let d, let a, let b): try e.floatExtremum(.max, w, d, a, b)
    case .fminNum(let w, let d, let a, let b): try e.floatExtremumNumber(.min, w, d, a, b)
    case .fmaxNum(let w, let d, let a, let b): try e.floatExtremumNumber(.max, w, d, a, b)
    case .fminSelect(let w, let d, let a, let b): try e.float(.min, w, d, a, b)
    case .fmaxSelect(let w, let d, let a, let b): try e.float(.max, w, d, a, b)
    case .fround(let w, let rounding, let d, let a): try e.floatRound(w, rounding, d, a)
    case .fcanon(let w, let d, let a): try e.floatCanonical(w, d, a)
    case .ftoi(let w, let type, let signedness, let d, let a): try e.floatToInteger(w, type, signedness, d, a)
    case .ftoiUnchecked(let w, let type, let signedness, let d, let a):
      try e.floatToIntegerUnchecked(w, type, signedness, d, a)
    case .itof(let w, let type, let signedness, let d, let a): try e.integerToFloat(w, type, signedness, d, a)
    case .fwiden(let d, let a): try e.floatWidth(from: .w32, d, a)
    case .fnarrow(let d, let a): try e.floatWidth(from: .w64, d, a)
    case .fwidenHalf(let d, let a): try e.floatWidenHalf(d, a)
    case .fnarrowHalf(let d, let a): try e.floatNarrowHalf(d, a)
    case .fbranch(let w, let condition, let a, let b, let target): try e.floatBranch(w, condition, a, b, target)
    case .fset(let w, let d, let condition, let a, let b): try e.floatSet(w, d, condition, a, b)
    case .fselect(let w, let d, let condition, let a, let b, let x, let y):
      try e.floatSelect(w, d, condition, a, b, x, y)
    case .fld(let w, let d, let address): e.loadFloat(w, try e.xmm(d), try e.memory(address))
    case .fst(let w, let a, let address): e.storeFloat(w, try e.xmm(a), try e.memory(address))
    case .fldPre(let w, let d, let base, let n): try e.loadFloatMoving(w, d, base, n, before: true)
    case .fldPost(let w, let d, let base, let n): try e.loadFloatMoving(w, d, base, n, before: false)
    case .fstPre(let w, let a, let base, let n): try e.storeFloatMoving(w, a, base, n, before: true)
    case .fstPost(let w, let a, let base, let n): try e.storeFloatMoving(w, a, base, n, before: false)
    case .fldPair(let w, let d, let second, let base, let n): try e.loadFloatPair(w, d, second, base, n)
    case .fstPair(let w, let a, let b, let base, let n): try e.storeFloatPair(w, a, b, base, n)
    case .fldLabel(let w, let d, let label): try e.loadFloatLabel(w, d, label)
    }
  }
}
