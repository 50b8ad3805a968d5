import Ejit
import EjitInterpreter

/// What a short run of instructions leaves behind: the expected values of execution tests.
///
/// Each op is one line that hands its operands to the definition of the op (`Semantics`); nothing here computes.
public struct Model {
  /// The registers, by slot.
  public var registers: [UInt64]
  /// The flags left last.
  public var flags = Flags()
  /// The memory that loads and stores reach.
  public var memory: ModelMemory

  /// A machine with these registers and this memory.
  public init(registers: [UInt64], memory: ModelMemory) {
    self.registers = registers
    self.memory = memory
  }

  private subscript(register: Register) -> UInt64 {
    get { registers[register.slot] }
    set { registers[register.slot] = newValue }
  }

  private subscript(register: VectorRegister) -> UInt64 {
    get { registers[register.slot] }
    set { registers[register.slot] = newValue }
  }

  /// Executes `body`, whose jumps stay inside, to its end.
  public mutating func run(_ body: [Instruction]) {
    var index = 0
    while index < body.count {
      if let target = step(body[index]) {
        guard let place = body.firstIndex(of: .label(target)) else { preconditionFailure("a jump leaves the body") }
        index = place
      } else {
        index += 1
      }
    }
  }

  /// Executes one instruction; the label where it continues, if not with the next one.
  private mutating func step(_ instruction: Instruction) -> Label? {
    switch instruction {
    case .mov(let w, let d, let a): self[d] = Semantics.mov(w, self[a])
    case .movi(let w, let d, let v): self[d] = Semantics.mov(w, v.bits)
    case .add(let w, let d, let a, let b): self[d] = Semantics.add(w, self[a], self[b])
    case .sub(let w, let d, let a, let b): self[d] = Semantics.sub(w, self[a], self[b])
    case .and(let w, let d, let a, let b): self[d] = Semantics.and(w, self[a], self[b])
    case .or(let w, let d, let a, let b): self[d] = Semantics.or(w, self[a], self[b])
    case .xor(let w, let d, let a, let b): self[d] = Semantics.xor(w, self[a], self[b])
    case .mul(let w, let d, let a, let b): self[d] = Semantics.mul(w, self[a], self[b])
    case .andn(let w, let d, let a, let b): self[d] = Semantics.andn(w, self[a], self[b])
    case .orn(let w, let d, let a, let b): self[d] = Semantics.orn(w, self[a], self[b])
    case .xnor(let w, let d, let a, let b): self[d] = Semantics.xnor(w, self[a], self[b])
    case .addi(let w, let d, let a, let v): self[d] = Semantics.add(w, self[a], v.bits)
    case .subi(let w, let d, let a, let v): self[d] = Semantics.sub(w, self[a], v.bits)
    case .andi(let w, let d, let a, let v): self[d] = Semantics.and(w, self[a], v.bits)
    case .ori(let w, let d, let a, let v): self[d] = Semantics.or(w, self[a], v.bits)
    case .xori(let w, let d, let a, let v): self[d] = Semantics.xor(w, self[a], v.bits)
    case .muli(let w, let d, let a, let v): self[d] = Semantics.mul(w, self[a], v.bits)
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
    case .addShifted(let w, let d, let a, let b, let s, let n):
      self[d] = Semantics.addShifted(w, self[a], self[b], s, n)
    case .subShifted(let w, let d, let a, let b, let s, let n):
      self[d] = Semantics.subShifted(w, self[a], self[b], s, n)
    case .lea(let w, let d, let m): self[d] = Semantics.mov(w, address(m))

    case .sdiv(let w, let d, let a, let b), .sdivUnchecked(let w, let d, let a, let b):
      self[d] = Semantics.sdiv(w, self[a], self[b])
    case .udiv(let w, let d, let a, let b), .udivUnchecked(let w, let d, let a, let b):
      self[d] = Semantics.udiv(w, self[a], self[b])
    case .srem(let w, let d, let a, let b), .sremUnchecked(let w, let d, let a, let b):
      self[d] = Semantics.srem(w, self[a], self[b])
    case .urem(let w, let d, let a, let b), .uremUnchecked(let w, let d, let a, let b):
      self[d] = Semantics.urem(w, self[a], self[b])
    case .sdivmod(let w, let q, let r, let a, let b): (self[q], self[r]) = Semantics.sdivmod(w, self[a], self[b])
    case .udivmod(let w, let q, let r, let a, let b): (self[q], self[r]) = Semantics.udivmod(w, self[a], self[b])
    case .sdivChecked(let w, let d, let a, let b, let l):
      return set(d, Semantics.sdivChecked(w, self[a], self[b]), orElse: l)
    case .udivChecked(let w, let d, let a, let b, let l):
      return set(d, Semantics.udivChecked(w, self[a], self[b]), orElse: l)
    case .sremChecked(let w, let d, let a, let b, let l):
      return set(d, Semantics.sremChecked(w, self[a], self[b]), orElse: l)
    case .uremChecked(let w, let d, let a, let b, let l):
      return set(d, Semantics.uremChecked(w, self[a], self[b]), orElse: l)
    case .udivWideChecked(let w, let q, let r, let h, let low, let b, let l):
      guard let result = Semantics.udivWide(w, self[h], self[low], self[b]) else { return l }
      (self[q], self[r]) = result
    case .udivWideUnchecked(let w, let q, let r, let h, let low, let b):
      guard let result = Semantics.udivWide(w, self[h], self[low], self[b]) else { preconditionFailure("undefined") }
      (self[q], self[r]) = result

    case .shl(let w, let d, let a, let b): self[d] = Semantics.shl(w, self[a], self[b])
    case .shr(let w, let d, let a, let b): self[d] = Semantics.shr(w, self[a], self[b])
    case .sar(let w, let d, let a, let b): self[d] = Semantics.sar(w, self[a], self[b])
    case .rotl(let w, let d, let a, let b): self[d] = Semantics.rotl(w, self[a], self[b])
    case .rotr(let w, let d, let a, let b): self[d] = Semantics.rotr(w, self[a], self[b])
    case .shli(let w, let d, let a, let n): self[d] = Semantics.shl(w, self[a], n.bits)
    case .shri(let w, let d, let a, let n): self[d] = Semantics.shr(w, self[a], n.bits)
    case .sari(let w, let d, let a, let n): self[d] = Semantics.sar(w, self[a], n.bits)
    case .rotli(let w, let d, let a, let n): self[d] = Semantics.rotl(w, self[a], n.bits)
    case .rotri(let w, let d, let a, let n): self[d] = Semantics.rotr(w, self[a], n.bits)
    case .funnel(let w, let d, let h, let l, let n): self[d] = Semantics.funnel(w, self[h], self[l], self[n])
    case .funneli(let w, let d, let h, let l, let n): self[d] = Semantics.funnel(w, self[h], self[l], UInt64(n))
    case .ubfx(let w, let d, let a, let p, let n): self[d] = Semantics.ubfx(w, self[a], p, n)
    case .sbfx(let w, let d, let a, let p, let n): self[d] = Semantics.sbfx(w, self[a], p, n)
    case .bfi(let w, let d, let a, let p, let n): self[d] = Semantics.bfi(w, self[d], self[a], p, n)
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

    case .addFlags(let w, let d, let a, let b): (self[d], flags) = Semantics.addFlags(w, self[a], self[b])
    case .subFlags(let w, let d, let a, let b): (self[d], flags) = Semantics.subFlags(w, self[a], self[b])
    case .addiFlags(let w, let d, let a, let v): (self[d], flags) = Semantics.addFlags(w, self[a], v.bits)
    case .subiFlags(let w, let d, let a, let v): (self[d], flags) = Semantics.subFlags(w, self[a], v.bits)
    case .adc(let w, let d, let a, let b):
      (self[d], flags) = Semantics.adc(w, self[a], self[b], carry: flags.carry)
    case .sbb(let w, let d, let a, let b):
      (self[d], flags) = Semantics.sbb(w, self[a], self[b], borrow: flags.borrow)
    case .carryToBorrow: flags = Semantics.carryToBorrow(flags)
    case .borrowToCarry: flags = Semantics.borrowToCarry(flags)
    case .addOverflow(let w, let d, let a, let b, let s, let l):
      return checked(Semantics.addOverflow(w, self[a], self[b], s), d, l)
    case .subOverflow(let w, let d, let a, let b, let s, let l):
      return checked(Semantics.subOverflow(w, self[a], self[b], s), d, l)
    case .mulOverflow(let w, let d, let a, let b, let s, let l):
      return checked(Semantics.mulOverflow(w, self[a], self[b], s), d, l)
    case .addOverflowSet(let w, let d, let f, let a, let b, let s):
      set(d, f, Semantics.addOverflow(w, self[a], self[b], s))
    case .subOverflowSet(let w, let d, let f, let a, let b, let s):
      set(d, f, Semantics.subOverflow(w, self[a], self[b], s))
    case .mulOverflowSet(let w, let d, let f, let a, let b, let s):
      set(d, f, Semantics.mulOverflow(w, self[a], self[b], s))

    case .cmp(let w, let a, let b): flags = Semantics.subFlags(w, self[a], self[b]).flags
    case .cmpi(let w, let a, let v): flags = Semantics.subFlags(w, self[a], v.bits).flags
    case .test(let w, let a, let b): flags = Semantics.testFlags(w, self[a], self[b])
    case .testi(let w, let a, let v): flags = Semantics.testFlags(w, self[a], v.bits)
    case .ccmp(let w, let c, let o, let a, let b): flags = Semantics.ccmp(w, flags, c, o, self[a], self[b])
    case .ccmpi(let w, let c, let o, let a, let v): flags = Semantics.ccmp(w, flags, c, o, self[a], v.bits)
    case .b(let c, let l): return flags.holds(c) ? l : nil
    case .sel(let w, let d, let c, let a, let b): self[d] = Semantics.sel(w, flags, c, self[a], self[b])
    case .setcc(let d, let c): self[d] = Semantics.setcc(flags, c)
    case .branch(let w, let c, let a, let b, let l): return Semantics.holds(w, c, self[a], self[b]) ? l : nil
    case .branchi(let c, let a, let v, let l, let w): return Semantics.holds(w, c, self[a], v.bits) ? l : nil
    case .branchTest(let w, let c, let a, let b, let l):
      return Semantics.testHolds(w, c, self[a], self[b]) ? l : nil
    case .branchTesti(let c, let a, let v, let l, let w):
      return Semantics.testHolds(w, c, self[a], v.bits) ? l : nil
    case .branchBit(let w, let c, let a, let n, let l): return Semantics.bitHolds(w, c, self[a], n) ? l : nil
    case .branchMem(let c, let base, let n, let b, let l, let type):
      let loaded = memory.load(type, at: Semantics.address(self[base], n.value))
      return Semantics.holds(.w64, c, loaded, self[b]) ? l : nil
    case .branchMemi(let c, let base, let n, let v, let l, let type):
      let loaded = memory.load(type, at: Semantics.address(self[base], n.value))
      return Semantics.holds(.w64, c, loaded, UInt64(bitPattern: Int64(v.value))) ? l : nil
    case .set(let w, let d, let c, let a, let b): self[d] = Semantics.set(w, c, self[a], self[b])
    case .seti(let w, let d, let c, let a, let v): self[d] = Semantics.set(w, c, self[a], v.bits)
    case .setMask(let w, let d, let c, let a, let b): self[d] = Semantics.setMask(w, c, self[a], self[b])
    case .setMaski(let w, let d, let c, let a, let v): self[d] = Semantics.setMask(w, c, self[a], v.bits)
    case .select(let w, let d, let c, let a, let b, let x, let y):
      self[d] = Semantics.select(w, c, self[a], self[b], self[x], self[y])
    case .selecti(let w, let d, let c, let a, let v, let x, let y):
      self[d] = Semantics.select(w, c, self[a], v.bits, self[x], self[y])
    case .selectElse(let w, let d, let c, let a, let b, let x, let v):
      self[d] = Semantics.select(w, c, self[a], self[b], self[x], v.bits)

    case .ld(let type, let d, let m): self[d] = memory.load(type, at: address(m))
    case .st(let type, let a, let m): memory.store(type, self[a], at: address(m))
    case .sti(let type, let base, let n, let v):
      memory.store(type, v.bits, at: Semantics.address(self[base], n.value))
    case .ldPre(let type, let d, let base, let n):
      self[base] = Semantics.address(self[base], n.value)
      self[d] = memory.load(type, at: self[base])
    case .ldPost(let type, let d, let base, let n):
      self[d] = memory.load(type, at: self[base])
      self[base] = Semantics.address(self[base], n.value)
    case .stPre(let type, let a, let base, let n):
      self[base] = Semantics.address(self[base], n.value)
      memory.store(type, self[a], at: self[base])
    case .stPost(let type, let a, let base, let n):
      memory.store(type, self[a], at: self[base])
      self[base] = Semantics.address(self[base], n.value)
    case .ldPair(let w, let d, let e, let base, let n):
      let address = Semantics.address(self[base], n.value)
      self[d] = memory.load(w.word, at: address)
      self[e] = memory.load(w.word, at: address &+ UInt64(w.bits / 8))
    case .stPair(let w, let a, let b, let base, let n):
      let address = Semantics.address(self[base], n.value)
      memory.store(w.word, self[a], at: address)
      memory.store(w.word, self[b], at: address &+ UInt64(w.bits / 8))
    case .ldSwapped(let type, let d, let m): self[d] = Semantics.swapped(type, memory.load(type, at: address(m)))
    case .stSwapped(let type, let a, let m): memory.store(type, Semantics.swapped(type, self[a]), at: address(m))
    case .rmw(let operation, let type, let a, let m): update(operation, type, self[a], at: address(m))
    case .rmwi(let operation, let base, let n, let v, let type):
      update(operation, type, v.bits, at: Semantics.address(self[base], n.value))
    case .decBranch(let c, let base, let n, let v, let l, let w):
      let address = Semantics.address(self[base], n.value)
      update(.sub, w.word, UInt64(bitPattern: Int64(v.value)), at: address)
      let result = memory.load(w.word, at: address)
      return Semantics.testHolds(w, c, result, result) ? l : nil
    case .prefetch, .fence, .pause, .instructionBarrier: break
    case .ldAtomic(_, let type, let d, let base, let n):
      self[d] = memory.load(type, at: Semantics.address(self[base], n.value))
    case .stAtomic(_, let type, let a, let base, let n):
      memory.store(type, self[a], at: Semantics.address(self[base], n.value))
    case .fetch(let operation, _, let type, let d, let a, let base, let n):
      self[d] = change(operation, type, self[a], at: Semantics.address(self[base], n.value))
    case .rmwAtomic(let operation, _, let type, let a, let base, let n):
      _ = change(operation, type, self[a], at: Semantics.address(self[base], n.value))
    case .cas(_, let type, let d, let e, let v, let base, let n):
      self[d] = swap(type, self[e], self[v], at: Semantics.address(self[base], n.value)).found
    case .casSet(_, let type, let d, let s, let e, let v, let base, let n):
      let result = swap(type, self[e], self[v], at: Semantics.address(self[base], n.value))
      (self[d], self[s]) = (result.found, result.isStored ? 1 : 0)
    case .casPair(_, let low, let high, let e0, let e1, let v0, let v1, let base, let n):
      let address = Semantics.address(self[base], n.value)
      let found = (memory.load(.u64, at: address), memory.load(.u64, at: address &+ 8))
      if found == (self[e0], self[e1]) {
        memory.store(.u64, self[v0], at: address)
        memory.store(.u64, self[v1], at: address &+ 8)
      }
      (self[low], self[high]) = found
    case .ldConstant(let d, let v): self[d] = v.bits

    case .fmov(let w, let d, let a): self[d] = Semantics.fmov(w, self[a])
    case .fmovi(let w, let d, let v): self[d] = Semantics.fmov(w, v.bits)
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
    case .fround(let w, let r, let d, let a): self[d] = Semantics.fround(w, r, self[a])
    case .fcanon(let w, let d, let a): self[d] = Semantics.fcanon(w, self[a])
    case .ftoi(let w, let t, let s, let d, let a): self[d] = Semantics.ftoi(w, t, s, self[a])
    case .ftoiUnchecked(let w, let t, let s, let d, let a):
      guard let result = Semantics.ftoiUnchecked(w, t, s, self[a]) else { preconditionFailure("undefined") }
      self[d] = result
    case .itof(let w, let t, let s, let d, let a): self[d] = Semantics.itof(w, t, s, self[a])
    case .fwiden(let d, let a): self[d] = Semantics.fwiden(self[a])
    case .fnarrow(let d, let a): self[d] = Semantics.fnarrow(self[a])
    case .fwidenHalf(let d, let a): self[d] = Semantics.fwidenHalf(self[a])
    case .fnarrowHalf(let d, let a): self[d] = Semantics.fnarrowHalf(self[a])
    case .fbranch(let w, let c, let a, let b, let l):
      return Semantics.holds(w, c, self[a], self[b]) ? l : nil
    case .fset(let w, let d, let c, let a, let b): self[d] = Semantics.fset(w, c, self[a], self[b])
    case .fselect(let w, let d, let c, let a, let b, let x, let y):
      self[d] = Semantics.fselect(w, c, self[a], self[b], self[x], self[y])
    case .fld(let w, let d, let m): self[d] = memory.load(w.word, at: address(m))
    case .fst(let w, let a, let m): memory.store(w.word, self[a], at: address(m))
    case .fldPre(let w, let d, let base, let n):
      self[base] = Semantics.address(self[base], n.value)
      self[d] = memory.load(w.word, at: self[base])
    case .fldPost(let w, let d, let base, let n):
      self[d] = memory.load(w.word, at: self[base])
      self[base] = Semantics.address(self[base], n.value)
    case .fstPre(let w, let a, let base, let n):
      self[base] = Semantics.address(self[base], n.value)
      memory.store(w.word, self[a], at: self[base])
    case .fstPost(let w, let a, let base, let n):
      memory.store(w.word, self[a], at: self[base])
      self[base] = Semantics.address(self[base], n.value)
    case .fldPair(let w, let d, let e, let base, let n):
      let address = Semantics.address(self[base], n.value)
      self[d] = memory.load(w.word, at: address)
      self[e] = memory.load(w.word, at: address &+ UInt64(w.bits / 8))
    case .fstPair(let w, let a, let b, let base, let n):
      let address = Semantics.address(self[base], n.value)
      memory.store(w.word, self[a], at: address)
      memory.store(w.word, self[b], at: address &+ UInt64(w.bits / 8))

    case .j(let l): return l
    case .label, .nop, .nops, .mark: break
    case .entry, .jr, .jm, .call, .callr, .callm, .fastCall, .subroutine, .fastRet, .push, .pop, .enter, .leave, .ret,
      .ldLabel, .adr, .ldPatchable, .faultSite, .tableEntry, .jumpTable, .patchableJump, .patchableCall, .patchableNop,
      .tailCall, .guard, .guardi, .trap, .unreachable, .breakpoint, .section, .data, .dataAddress, .zeros, .align,
      .raw, .fldLabel, .pass, .passi, .fpass, .variadic, .keep, .fkeep, .ldArgument, .fldArgument:
      preconditionFailure("not an op of a body")
    }
    return nil
  }

  /// `d = value` if there is one, else the label where to continue.
  private mutating func set(_ d: Register, _ value: UInt64?, orElse target: Label) -> Label? {
    guard let value else { return target }
    self[d] = value
    return nil
  }

  /// The value in memory becomes `it operation value`.
  private mutating func update(_ operation: MemoryOperation, _ type: MemoryType, _ value: UInt64, at address: UInt64) {
    memory.store(type, Semantics.combined(operation, memory.load(type, at: address), value), at: address)
  }

  /// What was in memory, which becomes what `operation` makes of it.
  private mutating func change(
    _ operation: AtomicOperation, _ type: MemoryType, _ a: UInt64, at address: UInt64
  ) -> UInt64 {
    let found = memory.load(type, at: address)
    memory.store(type, Semantics.combined(operation, type, found, a), at: address)
    return found
  }

  /// What was in memory, which becomes `value` if its bytes are those of `expected`.
  private mutating func swap(
    _ type: MemoryType, _ expected: UInt64, _ value: UInt64, at address: UInt64
  ) -> (found: UInt64, isStored: Bool) {
    let found = memory.load(type, at: address)
    guard found == Semantics.extended(type, expected) else { return (found, false) }
    memory.store(type, value, at: address)
    return (found, true)
  }

  private func address(_ address: Address) -> UInt64 {
    switch address.form {
    case .base(let n): Semantics.address(self[address.base], n)
    case .indexed(let shift, let n):
      Semantics.address(self[address.base], index: self[address.index], shift: shift, n)
    case .extended(let sign, let shift, let n):
      Semantics.address(
        self[address.base], index: Semantics.index(sign, self[address.index]), shift: shift, n)
    case .absolute(let bits): bits
    case .invalid: preconditionFailure("refused by the lowering")
    }
  }

  private mutating func checked(
    _ result: (value: UInt64, overflow: Bool), _ d: Register, _ target: Label
  ) -> Label? {
    self[d] = result.value
    return result.overflow ? target : nil
  }

  private mutating func set(_ d: Register, _ flag: Register, _ result: (value: UInt64, overflow: Bool)) {
    self[d] = result.value
    self[flag] = result.overflow ? 1 : 0
  }
}
