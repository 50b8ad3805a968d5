import Ejit

/// The loop: one row an op, read side by side with the ops of the IR.
extension Machine {
  /// Executes from the instruction at `start` until the program returns to the interpreter's caller.
  mutating func execute(from start: Int) throws(Fault) {
    var index = start
    while true {
      do throws(Fault.Cause) {
        return try execute(&index)
      } catch {
        guard let recovery = recovery(from: error.kind, at: index) else {
          throw Fault(error, instruction: resolution.given(index))
        }
        index = recovery
      }
    }
  }

  /// Executes from the instruction at `index` until the program returns or an instruction, then at `index`, faults.
  private mutating func execute(_ index: inout Int) throws(Fault.Cause) {
    while true {
      guard index >= 0, index < count else {
        if index == Machine.exit { return }
        throw Fault.Cause(kind: .endOfProgram)
      }
      guard fuel > 0 else { throw Fault.Cause(kind: .outOfFuel) }
      fuel &-= 1
      index = try step(index)
    }
  }

  /// Where a `faultSite` right before the instruction at `index` leads, if this is a fault of the kind that it guards.
  private func recovery(from kind: Fault.Kind, at index: Int) -> Int? {
    switch kind {
    case .unreadable, .unwritable, .trap, .unreachable, .breakpoint:
      guard index > 0, index < count, case .faultSite = program[index - 1] else { return nil }
      return target(of: index - 1)
    case .badJump, .badReturn, .stackOverflow, .outOfFuel, .endOfProgram, .executedData, .undefinedResult,
      .callRefused, .unboundEntry:
      return nil
    }
  }

  /// Executes the instruction at `index` and returns the index of the next one.
  @inline(__always) private mutating func step(_ index: Int) throws(Fault.Cause) -> Int {
    switch program[index] {
    // Moves
    case .mov(let w, let d, let a): self[d] = Semantics.mov(w, self[a])
    case .movi(let w, let d, let value): self[d] = Semantics.mov(w, value.bits)

    // Arithmetic and logic
    case .add(let w, let d, let a, let b): self[d] = Semantics.add(w, self[a], self[b])
    case .sub(let w, let d, let a, let b): self[d] = Semantics.sub(w, self[a], self[b])
    case .and(let w, let d, let a, let b): self[d] = Semantics.and(w, self[a], self[b])
    case .or(let w, let d, let a, let b): self[d] = Semantics.or(w, self[a], self[b])
    case .xor(let w, let d, let a, let b): self[d] = Semantics.xor(w, self[a], self[b])
    case .mul(let w, let d, let a, let b): self[d] = Semantics.mul(w, self[a], self[b])
    case .andn(let w, let d, let a, let b): self[d] = Semantics.andn(w, self[a], self[b])
    case .orn(let w, let d, let a, let b): self[d] = Semantics.orn(w, self[a], self[b])
    case .xnor(let w, let d, let a, let b): self[d] = Semantics.xnor(w, self[a], self[b])
    case .addi(let w, let d, let a, let value): self[d] = Semantics.add(w, self[a], value.bits)
    case .subi(let w, let d, let a, let value): self[d] = Semantics.sub(w, self[a], value.bits)
    case .andi(let w, let d, let a, let value): self[d] = Semantics.and(w, self[a], value.bits)
    case .ori(let w, let d, let a, let value): self[d] = Semantics.or(w, self[a], value.bits)
    case .xori(let w, let d, let a, let value): self[d] = Semantics.xor(w, self[a], value.bits)
    case .muli(let w, let d, let a, let value): self[d] = Semantics.mul(w, self[a], value.bits)
    case .not(let w, let d, let a): self[d] = Semantics.not(w, self[a])
    case .neg(let w, let d, let a): self[d] = Semantics.neg(w, self[a])
    case .abs(let w, let d, let a): self[d] = Semantics.abs(w, self[a])
    case .smin(let w, let d, let a, let b): self[d] = Semantics.smin(w, self[a], self[b])
    case .smax(let w, let d, let a, let b): self[d] = Semantics.smax(w, self[a], self[b])
    case .umin(let w, let d, let a, let b): self[d] = Semantics.umin(w, self[a], self[b])
    case .umax(let w, let d, let a, let b): self[d] = Semantics.umax(w, self[a], self[b])
    case .smulh(let w, let d, let a, let b): self[d] = Semantics.smulh(w, self[a], self[b])
    case .umulh(let w, let d, let a, let b): self[d] = Semantics.umulh(w, self[a], self[b])
    case .smulWide(let w, let low, let high, let a, let b):
      (self[low], self[high]) = Semantics.smulWide(w, self[a], self[b])
    case .umulWide(let w, let low, let high, let a, let b):
      (self[low], self[high]) = Semantics.umulWide(w, self[a], self[b])
    case .madd(let w, let d, let a, let b, let c): self[d] = Semantics.madd(w, self[a], self[b], self[c])
    case .msub(let w, let d, let a, let b, let c): self[d] = Semantics.msub(w, self[a], self[b], self[c])
    case .addShifted(let w, let d, let a, let b, let shift, let count):
      self[d] = Semantics.addShifted(w, self[a], self[b], shift, count)
    case .subShifted(let w, let d, let a, let b, let shift, let count):
      self[d] = Semantics.subShifted(w, self[a], self[b], shift, count)
    case .lea(let w, let d, let address): self[d] = Semantics.mov(w, resolve(address))

    // Division
    case .sdiv(let w, let d, let a, let b): self[d] = Semantics.sdiv(w, self[a], self[b])
    case .udiv(let w, let d, let a, let b): self[d] = Semantics.udiv(w, self[a], self[b])
    case .srem(let w, let d, let a, let b): self[d] = Semantics.srem(w, self[a], self[b])
    case .urem(let w, let d, let a, let b): self[d] = Semantics.urem(w, self[a], self[b])
    case .sdivmod(let w, let quotient, let remainder, let a, let b):
      (self[quotient], self[remainder]) = Semantics.sdivmod(w, self[a], self[b])
    case .udivmod(let w, let quotient, let remainder, let a, let b):
      (self[quotient], self[remainder]) = Semantics.udivmod(w, self[a], self[b])
    case .sdivChecked(let w, let d, let a, let b, _):
      return next(index, setting: d, to: Semantics.sdivChecked(w, self[a], self[b]))
    case .udivChecked(let w, let d, let a, let b, _):
      return next(index, setting: d, to: Semantics.udivChecked(w, self[a], self[b]))
    case .sremChecked(let w, let d, let a, let b, _):
      return next(index, setting: d, to: Semantics.sremChecked(w, self[a], self[b]))
    case .uremChecked(let w, let d, let a, let b, _):
      return next(index, setting: d, to: Semantics.uremChecked(w, self[a], self[b]))
    case .sdivUnchecked(let w, let d, let a, let b): self[d] = try defined(Semantics.sdivChecked(w, self[a], self[b]))
    case .udivUnchecked(let w, let d, let a, let b): self[d] = try defined(Semantics.udivChecked(w, self[a], self[b]))
    case .sremUnchecked(let w, let d, let a, let b): self[d] = try defined(Semantics.sremUnchecked(w, self[a], self[b]))
    case .uremUnchecked(let w, let d, let a, let b): self[d] = try defined(Semantics.uremChecked(w, self[a], self[b]))
    case .udivWideChecked(let w, let quotient, let remainder, let high, let low, let b, _):
      guard let result = Semantics.udivWide(w, self[high], self[low], self[b]) else { return target(of: index) }
      (self[quotient], self[remainder]) = result
    case .udivWideUnchecked(let w, let quotient, let remainder, let high, let low, let b):
      (self[quotient], self[remainder]) = try defined(Semantics.udivWide(w, self[high], self[low], self[b]))

    // Shifts and bits
    case .shl(let w, let d, let a, let b): self[d] = Semantics.shl(w, self[a], self[b])
    case .shr(let w, let d, let a, let b): self[d] = Semantics.shr(w, self[a], self[b])
    case .sar(let w, let d, let a, let b): self[d] = Semantics.sar(w, self[a], self[b])
    case .rotl(let w, let d, let a, let b): self[d] = Semantics.rotl(w, self[a], self[b])
    case .rotr(let w, let d, let a, let b): self[d] = Semantics.rotr(w, self[a], self[b])
    case .shli(let w, let d, let a, let count): self[d] = Semantics.shl(w, self[a], count.bits)
    case .shri(let w, let d, let a, let count): self[d] = Semantics.shr(w, self[a], count.bits)
    case .sari(let w, let d, let a, let count): self[d] = Semantics.sar(w, self[a], count.bits)
    case .rotli(let w, let d, let a, let count): self[d] = Semantics.rotl(w, self[a], count.bits)
    case .rotri(let w, let d, let a, let count): self[d] = Semantics.rotr(w, self[a], count.bits)
    case .funnel(let w, let d, let high, let low, let n):
      self[d] = Semantics.funnel(w, self[high], self[low], self[n])
    case .funneli(let w, let d, let high, let low, let count):
      self[d] = Semantics.funnel(w, self[high], self[low], UInt64(count))
    case .ubfx(let w, let d, let a, let position, let length):
      self[d] = Semantics.ubfx(w, self[a], position, length)
    case .sbfx(let w, let d, let a, let position, let length):
      self[d] = Semantics.sbfx(w, self[a], position, length)
    case .bfi(let w, let d, let a, let position, let length):
      self[d] = Semantics.bfi(w, self[d], self[a], position, length)
    case .clz(let w, let d, let a): self[d] = Semantics.clz(w, self[a])
    case .ctz(let w, let d, let a): self[d] = Semantics.ctz(w, self[a])
    case .cls(let w, let d, let a): self[d] = Semantics.cls(w, self[a])
    case .bitrev(let w, let d, let a): self[d] = Semantics.bitrev(w, self[a])
    case .popcnt(let w, let d, let a): self[d] = Semantics.popcnt(w, self[a])
    case .bswap(let w, let d, let a): self[d] = Semantics.bswap(w, self[a])
    case .bswap16(let w, let d, let a): self[d] = Semantics.bswap16(w, self[a])
    case .sbswap16(let w, let d, let a): self[d] = Semantics.sbswap16(w, self[a])
    case .sbswap32(let w, let d, let a): self[d] = Semantics.sbswap32(w, self[a])
    case .sext8(let w, let d, let a): self[d] = Semantics.sext8(w, self[a])
    case .sext16(let w, let d, let a): self[d] = Semantics.sext16(w, self[a])
    case .sext32(let w, let d, let a): self[d] = Semantics.sext32(w, self[a])
    case .zext8(let w, let d, let a): self[d] = Semantics.zext8(w, self[a])
    case .zext16(let w, let d, let a): self[d] = Semantics.zext16(w, self[a])
    case .zext32(let w, let d, let a): self[d] = Semantics.zext32(w, self[a])

    // Carry chains
    case .addFlags(let w, let d, let a, let b): (self[d], flags) = Semantics.addFlags(w, self[a], self[b])
    case .subFlags(let w, let d, let a, let b): (self[d], flags) = Semantics.subFlags(w, self[a], self[b])
    case .addiFlags(let w, let d, let a, let value):
      (self[d], flags) = Semantics.addFlags(w, self[a], value.bits)
    case .subiFlags(let w, let d, let a, let value):
      (self[d], flags) = Semantics.subFlags(w, self[a], value.bits)
    case .adc(let w, let d, let a, let b):
      (self[d], flags) = Semantics.adc(w, self[a], self[b], carry: flags.carry)
    case .sbb(let w, let d, let a, let b):
      (self[d], flags) = Semantics.sbb(w, self[a], self[b], borrow: flags.borrow)
    case .carryToBorrow: flags = Semantics.carryToBorrow(flags)
    case .borrowToCarry: flags = Semantics.borrowToCarry(flags)
    case .addOverflow(let w, let d, let a, let b, let signedness, _):
      let (value, overflow) = Semantics.addOverflow(w, self[a], self[b], signedness)
      self[d] = value
      return next(index, branchingIf: overflow)
    case .subOverflow(let w, let d, let a, let b, let signedness, _):
      let (value, overflow) = Semantics.subOverflow(w, self[a], self[b], signedness)
      self[d] = value
      return next(index, branchingIf: overflow)
    case .mulOverflow(let w, let d, let a, let b, let signedness, _):
      let (value, overflow) = Semantics.mulOverflow(w, self[a], self[b], signedness)
      self[d] = value
      return next(index, branchingIf: overflow)
    case .addOverflowSet(let w, let d, let flag, let a, let b, let signedness):
      let (value, overflow) = Semantics.addOverflow(w, self[a], self[b], signedness)
      (self[d], self[flag]) = (value, overflow ? 1 : 0)
    case .subOverflowSet(let w, let d, let flag, let a, let b, let signedness):
      let (value, overflow) = Semantics.subOverflow(w, self[a], self[b], signedness)
      (self[d], self[flag]) = (value, overflow ? 1 : 0)
    case .mulOverflowSet(let w, let d, let flag, let a, let b, let signedness):
      let (value, overflow) = Semantics.mulOverflow(w, self[a], self[b], signedness)
      (self[d], self[flag]) = (value, overflow ? 1 : 0)

    // Comparisons with flags
    case .cmp(let w, let a, let b): flags = Semantics.subFlags(w, self[a], self[b]).flags
    case .cmpi(let w, let a, let value): flags = Semantics.subFlags(w, self[a], value.bits).flags
    case .test(let w, let a, let b): flags = Semantics.testFlags(w, self[a], self[b])
    case .testi(let w, let a, let value): flags = Semantics.testFlags(w, self[a], value.bits)
    case .ccmp(let w, let condition, let outcome, let a, let b):
      flags = Semantics.ccmp(w, flags, condition, outcome, self[a], self[b])
    case .ccmpi(let w, let condition, let outcome, let a, let value):
      flags = Semantics.ccmp(w, flags, condition, outcome, self[a], value.bits)
    case .b(let condition, _): return next(index, branchingIf: flags.holds(condition))
    case .sel(let w, let d, let condition, let a, let b):
      self[d] = Semantics.sel(w, flags, condition, self[a], self[b])
    case .setcc(let d, let condition): self[d] = Semantics.setcc(flags, condition)

    // Fused comparisons
    case .branch(let w, let condition, let a, let b, _):
      return next(index, branchingIf: Semantics.holds(w, condition, self[a], self[b]))
    case .branchi(let condition, let a, let value, _, let w):
      return next(index, branchingIf: Semantics.holds(w, condition, self[a], value.bits))
    case .branchTest(let w, let condition, let a, let b, _):
      return next(index, branchingIf: Semantics.testHolds(w, condition, self[a], self[b]))
    case .branchTesti(let condition, let a, let value, _, let w):
      return next(index, branchingIf: Semantics.testHolds(w, condition, self[a], value.bits))
    case .branchBit(let w, let condition, let a, let bit, _):
      return next(index, branchingIf: Semantics.bitHolds(w, condition, self[a], bit))
    case .branchMem(let condition, let base, let displacement, let b, _, let type):
      let loaded = try load(type, resolve(base, displacement))
      return next(index, branchingIf: Semantics.holds(.w64, condition, loaded, self[b]))
    case .branchMemi(let condition, let base, let displacement, let value, _, let type):
      let loaded = try load(type, resolve(base, displacement))
      let value = UInt64(bitPattern: Int64(value.value))
      return next(index, branchingIf: Semantics.holds(.w64, condition, loaded, value))
    case .set(let w, let d, let condition, let a, let b):
      self[d] = Semantics.set(w, condition, self[a], self[b])
    case .seti(let w, let d, let condition, let a, let value):
      self[d] = Semantics.set(w, condition, self[a], value.bits)
    case .setMask(let w, let d, let condition, let a, let b):
      self[d] = Semantics.setMask(w, condition, self[a], self[b])
    case .setMaski(let w, let d, let condition, let a, let value):
      self[d] = Semantics.setMask(w, condition, self[a], value.bits)
    case .select(let w, let d, let condition, let a, let b, let x, let y):
      self[d] = Semantics.select(w, condition, self[a], self[b], self[x], self[y])
    case .selecti(let w, let d, let condition, let a, let value, let x, let y):
      self[d] = Semantics.select(w, condition, self[a], value.bits, self[x], self[y])
    case .selectElse(let w, let d, let condition, let a, let b, let x, let value):
      self[d] = Semantics.select(w, condition, self[a], self[b], self[x], value.bits)

    // Memory
    case .ld(let type, let d, let address): self[d] = try load(type, resolve(address))
    case .st(let type, let a, let address): try store(type, self[a], resolve(address))
    case .sti(let type, let base, let displacement, let value):
      try store(type, value.bits, resolve(base, displacement))
    case .ldPre(let type, let d, let base, let displacement):
      let address = resolve(base, displacement)
      (self[d], self[base]) = (try load(type, address), address)
    case .ldPost(let type, let d, let base, let displacement):
      (self[d], self[base]) = (try load(type, self[base]), resolve(base, displacement))
    case .stPre(let type, let a, let base, let displacement):
      let address = resolve(base, displacement)
      try store(type, self[a], address)
      self[base] = address
    case .stPost(let type, let a, let base, let displacement):
      try store(type, self[a], self[base])
      self[base] = resolve(base, displacement)
    case .ldPair(let w, let d, let e, let base, let displacement):
      (self[d], self[e]) = try loadPair(w, resolve(base, displacement))
    case .stPair(let w, let a, let b, let base, let displacement):
      try storePair(w, self[a], self[b], resolve(base, displacement))
    case .ldSwapped(let type, let d, let address):
      self[d] = Semantics.swapped(type, try load(type, resolve(address)))
    case .stSwapped(let type, let a, let address):
      try store(type, Semantics.swapped(type, self[a]), resolve(address))
    case .rmw(let operation, let type, let a, let address):
      try change(type, resolve(address)) { Semantics.combined(operation, $0, self[a]) }
    case .rmwi(let operation, let base, let displacement, let value, let type):
      try change(type, resolve(base, displacement)) { Semantics.combined(operation, $0, value.bits) }
    case .decBranch(let condition, let base, let displacement, let value, _, let w):
      let value = UInt64(bitPattern: Int64(value.value))
      let result = try change(w.memoryType, resolve(base, displacement)) { Semantics.sub(w, $0, value) }
      return next(index, branchingIf: Semantics.testHolds(w, condition, result, result))
    case .prefetch: break

    // Atomics
    case .ldAtomic(_, let type, let d, let base, let displacement):
      self[d] = try loadAtomic(type, resolve(base, displacement))
    case .stAtomic(_, let type, let a, let base, let displacement):
      try storeAtomic(type, self[a], resolve(base, displacement))
    case .fetch(let operation, _, let type, let d, let a, let base, let displacement):
      self[d] = try fetch(operation, type, self[a], resolve(base, displacement))
    case .rmwAtomic(let operation, _, let type, let a, let base, let displacement):
      _ = try fetch(operation, type, self[a], resolve(base, displacement))
    case .cas(_, let type, let d, let expected, let value, let base, let displacement):
      self[d] = try compareAndSwap(type, self[expected], self[value], resolve(base, displacement)).found
    case .casSet(_, let type, let d, let success, let expected, let value, let base, let displacement):
      let result = try compareAndSwap(type, self[expected], self[value], resolve(base, displacement))
      (self[d], self[success]) = (result.found, result.isStored ? 1 : 0)
    case .casPair(_, let low, let high, let e0, let e1, let v0, let v1, let base, let displacement):
      (self[low], self[high]) = try compareAndSwapPair(
        (self[e0], self[e1]), (self[v0], self[v1]), resolve(base, displacement))
    case .fence, .pause, .instructionBarrier: break

    // Constants and places
    case .ldLabel(let type, let d, _): self[d] = try load(type, word(of: index))
    case .adr(let d, _), .ldPatchable(_, _, let d): self[d] = word(of: index)
    case .ldConstant(let d, let value): self[d] = value.bits

    // Control
    case .label, .entry, .subroutine, .nop, .nops, .mark, .faultSite, .tableEntry, .section: break
    case .align where operands[index] == 0: break
    case .j, .patchableJump, .patchableNop: return target(of: index)
    case .jumpTable(let w, let place, _): return jumpTable(at: index, Semantics.mov(w, self[place]))
    case .patchableCall: return try call(from: index)
    case .tailCall(let target): return try tailCall(target.bits)
    case .guard(let w, let condition, let a, let b, let id, _):
      return next(index, keeping: id, unless: Semantics.holds(w, condition, self[a], self[b]))
    case .guardi(let condition, let a, let value, let id, _, let w):
      let value = UInt64(bitPattern: Int64(value.value))
      return next(index, keeping: id, unless: Semantics.holds(w, condition, self[a], value))
    case .trap(let code): throw Fault.Cause(kind: .trap, address: UInt64(code))
    case .unreachable: throw Fault.Cause(kind: .unreachable)
    case .breakpoint: throw Fault.Cause(kind: .breakpoint)
    case .jr(let a): return try jump(to: self[a])
    case .jm(let address): return try jump(to: load(.u64, resolve(address)))
    case .call(let target): return try call(target.bits, from: index)
    case .callr(let a): return try call(self[a], from: index)
    case .callm(let address): return try call(load(.u64, resolve(address)), from: index)
    case .fastCall: return try fastCall(from: index)
    case .fastRet: return try fastRet()
    case .push: try push(registers: operands[index])
    case .pop: try pop(registers: operands[index])
    case .enter(let bytes, _, _): try enter(bytes, saving: word(of: index))
    case .leave: try leave(word(of: index))
    case .ret: return try ret()

    // Floats
    case .fmov(let w, let d, let a): self[d] = Semantics.fmov(w, self[a])
    case .fmovi(let w, let d, let value): self[d] = Semantics.fmov(w, value.bits)
    case .fbits(let w, let d, let a): self[d] = Semantics.fmov(w, self[a])
    case .fsetBits(let w, let d, let a): self[d] = Semantics.fmov(w, self[a])
    case .fadd(let w, let d, let a, let b): self[d] = Semantics.fadd(w, self[a], self[b])
    case .fsub(let w, let d, let a, let b): self[d] = Semantics.fsub(w, self[a], self[b])
    case .fmul(let w, let d, let a, let b): self[d] = Semantics.fmul(w, self[a], self[b])
    case .fdiv(let w, let d, let a, let b): self[d] = Semantics.fdiv(w, self[a], self[b])
    case .fsqrt(let w, let d, let a): self[d] = Semantics.fsqrt(w, self[a])
    case .fneg(let w, let d, let a): self[d] = Semantics.fneg(w, self[a])
    case .fabs(let w, let d, let a): self[d] = Semantics.fabs(w, self[a])
    case .fcopysign(let w, let d, let a, let b): self[d] = Semantics.fcopysign(w, self[a], self[b])
    case .fma(let w, let d, let a, let b, let c): self[d] = Semantics.fma(w, self[a], self[b], self[c])
    case .fms(let w, let d, let a, let b, let c): self[d] = Semantics.fms(w, self[a], self[b], self[c])
    case .fnma(let w, let d, let a, let b, let c): self[d] = Semantics.fnma(w, self[a], self[b], self[c])
    case .fnms(let w, let d, let a, let b, let c): self[d] = Semantics.fnms(w, self[a], self[b], self[c])
    case .fmin(let w, let d, let a, let b): self[d] = Semantics.fmin(w, self[a], self[b])
    case .fmax(let w, let d, let a, let b): self[d] = Semantics.fmax(w, self[a], self[b])
    case .fminNum(let w, let d, let a, let b): self[d] = Semantics.fminNum(w, self[a], self[b])
    case .fmaxNum(let w, let d, let a, let b): self[d] = Semantics.fmaxNum(w, self[a], self[b])
    case .fminSelect(let w, let d, let a, let b): self[d] = Semantics.fminSelect(w, self[a], self[b])
    case .fmaxSelect(let w, let d, let a, let b): self[d] = Semantics.fmaxSelect(w, self[a], self[b])
    case .fround(let w, let rounding, let d, let a): self[d] = Semantics.fround(w, rounding, self[a])
    case .fcanon(let w, let d, let a): self[d] = Semantics.fcanon(w, self[a])
    case .ftoi(let w, let type, let signedness, let d, let a): self[d] = Semantics.ftoi(w, type, signedness, self[a])
    case .ftoiUnchecked(let w, let type, let signedness, let d, let a):
      self[d] = Semantics.ftoiUnchecked(w, type, signedness, self[a]) ?? Semantics.mov(w, undefined(d))
    case .itof(let w, let type, let signedness, let d, let a): self[d] = Semantics.itof(w, type, signedness, self[a])
    case .fwiden(let d, let a): self[d] = Semantics.fwiden(self[a])
    case .fnarrow(let d, let a): self[d] = Semantics.fnarrow(self[a])
    case .fwidenHalf(let d, let a): self[d] = Semantics.fwidenHalf(self[a])
    case .fnarrowHalf(let d, let a): self[d] = Semantics.fnarrowHalf(self[a])
    case .fbranch(let w, let condition, let a, let b, _):
      return next(index, branchingIf: Semantics.holds(w, condition, self[a], self[b]))
    case .fset(let w, let d, let condition, let a, let b): self[d] = Semantics.fset(w, condition, self[a], self[b])
    case .fselect(let w, let d, let condition, let a, let b, let x, let y):
      self[d] = Semantics.fselect(w, condition, self[a], self[b], self[x], self[y])
    case .fld(let w, let d, let address): self[d] = try load(w.memoryType, resolve(address))
    case .fst(let w, let a, let address): try store(w.memoryType, self[a], resolve(address))
    case .fldPre(let w, let d, let base, let displacement):
      let address = resolve(base, displacement)
      (self[d], self[base]) = (try load(w.memoryType, address), address)
    case .fldPost(let w, let d, let base, let displacement):
      (self[d], self[base]) = (try load(w.memoryType, self[base]), resolve(base, displacement))
    case .fstPre(let w, let a, let base, let displacement):
      let address = resolve(base, displacement)
      try store(w.memoryType, self[a], address)
      self[base] = address
    case .fstPost(let w, let a, let base, let displacement):
      try store(w.memoryType, self[a], self[base])
      self[base] = resolve(base, displacement)
    case .fldPair(let w, let d, let e, let base, let displacement):
      (self[d], self[e]) = try loadPair(w, resolve(base, displacement))
    case .fstPair(let w, let a, let b, let base, let displacement):
      try storePair(w, self[a], self[b], resolve(base, displacement))
    case .fldLabel(let w, let d, _): self[d] = try load(w.memoryType, word(of: index))

    case .pass, .passi, .fpass, .variadic, .keep, .fkeep: break  // the call that closes the run looks back at them
    case .ldArgument(let type, let d, let place): self[d] = try load(type, stackArgument(place))
    case .fldArgument(let w, let d, let place): self[d] = try load(w.memoryType, stackArgument(place))

    // Data, and what the initializer of the interpreter refuses
    case .zeros(0): break
    case .data, .dataAddress, .zeros, .align, .raw:
      throw Fault.Cause(kind: .executedData, address: resolution.data.address(at: index) ?? 0)
    }
    return index &+ 1
  }

  @inline(__always) private func next(_ index: Int, branchingIf holds: Bool) -> Int {
    holds ? target(of: index) : index &+ 1
  }

  /// A checked op: without a result the register stays.
  @inline(__always) private func next(_ index: Int, setting d: Register, to result: UInt64?) -> Int {
    guard let result else { return target(of: index) }
    self[d] = result
    return index &+ 1
  }

  /// A guard: its number goes where its handler looks for it.
  @inline(__always) private func next(_ index: Int, keeping id: SiteID, unless holds: Bool) -> Int {
    if holds { return index &+ 1 }
    self[Register.temporary(0)] = UInt64(id.number)
    return target(of: index)
  }

  /// A value that `d` may not be relied on to have.
  private func undefined(_ d: Register) -> UInt64 { Interpreter.undefined(slots[d]) }

  /// The result of an unchecked op, where it has one.
  @inline(__always) private func defined<T>(_ result: T?) throws(Fault.Cause) -> T {
    guard let result else { throw Fault.Cause(kind: .undefinedResult) }
    return result
  }
}
