import Ejit

extension Instruction {
  /// The instruction `mnemonic` with the operands that `reader` gives, asked in the order of the payload.
  ///
  /// This is the grammar of the text form: an op is written with what its payload holds. The ops spelled out are
  /// those where two fields are one operand, or where a type has more than one way to be written.
  public init<R: OperandReader>(_ mnemonic: Mnemonic, from reader: inout R) throws(R.Failure) {
    self = try Instruction.read(mnemonic, from: &reader)
  }

  private static func read<R: OperandReader>(
    _ mnemonic: Mnemonic, from reader: inout R
  ) throws(R.Failure) -> Instruction {
    switch mnemonic {
    case .mov: try reader.read(Instruction.mov)
    case .movi: try reader.read { (w: Width, d: Register, p: Pointer) in .movi(width: w, d, p.value) }
    case .add: try reader.read(Instruction.add)
    case .sub: try reader.read(Instruction.sub)
    case .and: try reader.read(Instruction.and)
    case .or: try reader.read(Instruction.or)
    case .xor: try reader.read(Instruction.xor)
    case .mul: try reader.read(Instruction.mul)
    case .andn: try reader.read(Instruction.andn)
    case .orn: try reader.read(Instruction.orn)
    case .xnor: try reader.read(Instruction.xnor)
    case .addi: try reader.read(Instruction.addi)
    case .subi: try reader.read(Instruction.subi)
    case .andi: try reader.read(Instruction.andi)
    case .ori: try reader.read(Instruction.ori)
    case .xori: try reader.read(Instruction.xori)
    case .muli: try reader.read(Instruction.muli)
    case .not: try reader.read(Instruction.not)
    case .neg: try reader.read(Instruction.neg)
    case .abs: try reader.read(Instruction.abs)
    case .smin: try reader.read(Instruction.smin)
    case .smax: try reader.read(Instruction.smax)
    case .umin: try reader.read(Instruction.umin)
    case .umax: try reader.read(Instruction.umax)
    case .smulh: try reader.read(Instruction.smulh)
    case .umulh: try reader.read(Instruction.umulh)
    case .smulWide: try reader.read(Instruction.smulWide)
    case .umulWide: try reader.read(Instruction.umulWide)
    case .madd: try reader.read(Instruction.madd)
    case .msub: try reader.read(Instruction.msub)
    case .addShifted: try reader.read(Instruction.addShifted)
    case .subShifted: try reader.read(Instruction.subShifted)
    case .lea: try reader.read(Instruction.lea)
    case .sdiv: try reader.read(Instruction.sdiv)
    case .udiv: try reader.read(Instruction.udiv)
    case .srem: try reader.read(Instruction.srem)
    case .urem: try reader.read(Instruction.urem)
    case .sdivmod: try reader.read(Instruction.sdivmod)
    case .udivmod: try reader.read(Instruction.udivmod)
    case .sdivChecked: try reader.read(Instruction.sdivChecked)
    case .udivChecked: try reader.read(Instruction.udivChecked)
    case .sremChecked: try reader.read(Instruction.sremChecked)
    case .uremChecked: try reader.read(Instruction.uremChecked)
    case .sdivUnchecked: try reader.read(Instruction.sdivUnchecked)
    case .udivUnchecked: try reader.read(Instruction.udivUnchecked)
    case .sremUnchecked: try reader.read(Instruction.sremUnchecked)
    case .uremUnchecked: try reader.read(Instruction.uremUnchecked)
    case .udivWideChecked: try reader.read(Instruction.udivWideChecked)
    case .udivWideUnchecked: try reader.read(Instruction.udivWideUnchecked)
    case .shl: try reader.read(Instruction.shl)
    case .shr: try reader.read(Instruction.shr)
    case .sar: try reader.read(Instruction.sar)
    case .rotl: try reader.read(Instruction.rotl)
    case .rotr: try reader.read(Instruction.rotr)
    case .shli: try reader.read(Instruction.shli)
    case .shri: try reader.read(Instruction.shri)
    case .sari: try reader.read(Instruction.sari)
    case .rotli: try reader.read(Instruction.rotli)
    case .rotri: try reader.read(Instruction.rotri)
    case .funnel: try reader.read(Instruction.funnel)
    case .funneli: try reader.read(Instruction.funneli)
    case .ubfx: try reader.read(Instruction.ubfx)
    case .sbfx: try reader.read(Instruction.sbfx)
    case .bfi: try reader.read(Instruction.bfi)
    case .clz: try reader.read(Instruction.clz)
    case .ctz: try reader.read(Instruction.ctz)
    case .cls: try reader.read(Instruction.cls)
    case .bitrev: try reader.read(Instruction.bitrev)
    case .popcnt: try reader.read(Instruction.popcnt)
    case .bswap: try reader.read(Instruction.bswap)
    case .bswap16: try reader.read(Instruction.bswap16)
    case .sbswap16: try reader.read(Instruction.sbswap16)
    case .sbswap32: try reader.read(Instruction.sbswap32)
    case .sext8: try reader.read(Instruction.sext8)
    case .sext16: try reader.read(Instruction.sext16)
    case .sext32: try reader.read(Instruction.sext32)
    case .zext8: try reader.read(Instruction.zext8)
    case .zext16: try reader.read(Instruction.zext16)
    case .zext32: try reader.read(Instruction.zext32)
    case .addFlags: try reader.read(Instruction.addFlags)
    case .subFlags: try reader.read(Instruction.subFlags)
    case .addiFlags: try reader.read(Instruction.addiFlags)
    case .subiFlags: try reader.read(Instruction.subiFlags)
    case .adc: try reader.read(Instruction.adc)
    case .sbb: try reader.read(Instruction.sbb)
    case .carryToBorrow: .carryToBorrow
    case .borrowToCarry: .borrowToCarry
    case .addOverflow: try reader.read(Instruction.addOverflow)
    case .subOverflow: try reader.read(Instruction.subOverflow)
    case .mulOverflow: try reader.read(Instruction.mulOverflow)
    case .addOverflowSet: try reader.read(Instruction.addOverflowSet)
    case .subOverflowSet: try reader.read(Instruction.subOverflowSet)
    case .mulOverflowSet: try reader.read(Instruction.mulOverflowSet)
    case .cmp: try reader.read(Instruction.cmp)
    case .cmpi: try reader.read(Instruction.cmpi)
    case .test: try reader.read(Instruction.test)
    case .testi: try reader.read(Instruction.testi)
    case .ccmp: try reader.read(Instruction.ccmp)
    case .ccmpi: try reader.read(Instruction.ccmpi)
    case .b: try reader.read(Instruction.b)
    case .sel: try reader.read(Instruction.sel)
    case .setcc: try reader.read(Instruction.setcc)
    case .branch: try reader.read(Instruction.branch)
    case .branchi: try reader.read(Instruction.branchi)
    case .branchTest: try reader.read(Instruction.branchTest)
    case .branchTesti: try reader.read(Instruction.branchTesti)
    case .branchBit: try reader.read(Instruction.branchBit)
    case .branchMem:
      try reader.read { (c: Condition, m: Operand.Memory, b: Register, l: Label, t: MemoryType) in
        .branchMem(c, m.base, m.displacement, b, l, t)
      }
    case .branchMemi:
      try reader.read { (c: Condition, m: Operand.Memory, v: Displacement, l: Label, t: MemoryType) in
        .branchMemi(c, m.base, m.displacement, v, l, t)
      }
    case .set: try reader.read(Instruction.set)
    case .seti: try reader.read(Instruction.seti)
    case .setMask: try reader.read(Instruction.setMask)
    case .setMaski: try reader.read(Instruction.setMaski)
    case .select: try reader.read(Instruction.select)
    case .selecti: try reader.read(Instruction.selecti)
    case .selectElse: try reader.read(Instruction.selectElse)
    case .ld: try reader.read(Instruction.ld)
    case .st: try reader.read(Instruction.st)
    case .sti: try reader.read { (t: MemoryType, m: Operand.Memory, v: Imm64) in .sti(t, m.base, m.displacement, v) }
    case .ldPre:
      try reader.read { (t: MemoryType, d: Register, m: Operand.Memory) in
        .ldPre(t, d, m.base, m.displacement)
      }
    case .ldPost:
      try reader.read { (t: MemoryType, d: Register, m: Operand.Memory) in
        .ldPost(t, d, m.base, m.displacement)
      }
    case .stPre:
      try reader.read { (t: MemoryType, a: Register, m: Operand.Memory) in
        .stPre(t, a, m.base, m.displacement)
      }
    case .stPost:
      try reader.read { (t: MemoryType, a: Register, m: Operand.Memory) in
        .stPost(t, a, m.base, m.displacement)
      }
    case .ldPair:
      try reader.read { (w: Width, d: Register, e: Register, m: Operand.Memory) in
        .ldPair(width: w, d, e, m.base, m.displacement)
      }
    case .stPair:
      try reader.read { (w: Width, a: Register, b: Register, m: Operand.Memory) in
        .stPair(width: w, a, b, m.base, m.displacement)
      }
    case .ldSwapped: try reader.read(Instruction.ldSwapped)
    case .stSwapped: try reader.read(Instruction.stSwapped)
    case .rmw: try reader.read(Instruction.rmw)
    case .rmwi:
      try reader.read { (o: MemoryOperation, m: Operand.Memory, v: Imm64, t: MemoryType) in
        .rmwi(o, m.base, m.displacement, v, t)
      }
    case .decBranch:
      try reader.read { (c: Condition, m: Operand.Memory, v: Displacement, l: Label, w: Width) in
        .decBranch(c, m.base, m.displacement, v, l, width: w)
      }
    case .prefetch: try reader.read(Instruction.prefetch)
    case .ldAtomic:
      try reader.read { (o: MemoryOrder, t: MemoryType, d: Register, m: Operand.Memory) in
        .ldAtomic(o, t, d, m.base, m.displacement)
      }
    case .stAtomic:
      try reader.read { (o: MemoryOrder, t: MemoryType, a: Register, m: Operand.Memory) in
        .stAtomic(o, t, a, m.base, m.displacement)
      }
    case .fetch:
      try reader.read {
        (p: AtomicOperation, o: MemoryOrder, t: MemoryType, d: Register, a: Register, m: Operand.Memory) in
        .fetch(p, o, t, d, a, m.base, m.displacement)
      }
    case .rmwAtomic:
      try reader.read { (p: AtomicOperation, o: MemoryOrder, t: MemoryType, a: Register, m: Operand.Memory) in
        .rmwAtomic(p, o, t, a, m.base, m.displacement)
      }
    case .cas:
      try reader.read { (o: MemoryOrder, t: MemoryType, d: Register, e: Register, v: Register, m: Operand.Memory) in
        .cas(o, t, d, e, v, m.base, m.displacement)
      }
    case .casSet:
      try reader.read {
        (o: MemoryOrder, t: MemoryType, d: Register, s: Register, e: Register, v: Register, m: Operand.Memory) in
        .casSet(o, t, d, s, e, v, m.base, m.displacement)
      }
    case .casPair:
      try reader.read {
        (
          o: MemoryOrder, d: Register, e: Register, a: Register, b: Register, v: Register, w: Register,
          m: Operand.Memory
        ) in
        .casPair(o, d, e, a, b, v, w, m.base, m.displacement)
      }
    case .fence: try reader.read(Instruction.fence)
    case .pause: .pause
    case .instructionBarrier: .instructionBarrier
    case .ldLabel: try reader.read(Instruction.ldLabel)
    case .adr: try reader.read(Instruction.adr)
    case .ldConstant: try reader.read(Instruction.ldConstant)
    case .ldPatchable: try reader.read(Instruction.ldPatchable)
    case .faultSite: try reader.read(Instruction.faultSite)
    case .label: try reader.read(Instruction.label)
    case .entry: try reader.read(Instruction.entry)
    case .j: try reader.read(Instruction.j)
    case .jr: try reader.read(Instruction.jr)
    case .jm: try reader.read(Instruction.jm)
    case .tableEntry: try reader.read(Instruction.tableEntry)
    case .jumpTable: try reader.read(Instruction.jumpTable)
    case .patchableJump: try reader.read(Instruction.patchableJump)
    case .patchableCall: try reader.read(Instruction.patchableCall)
    case .patchableNop: try reader.read(Instruction.patchableNop)
    case .tailCall: try reader.read { (p: Pointer) in .tailCall(p.value) }
    case .guard: try reader.read(Instruction.guard)
    case .guardi: try reader.read(Instruction.guardi)
    case .trap: try reader.read(Instruction.trap)
    case .unreachable: .unreachable
    case .breakpoint: .breakpoint
    case .call: try reader.read { (p: Pointer) in .call(p.value) }
    case .callr: try reader.read(Instruction.callr)
    case .callm: try reader.read(Instruction.callm)
    case .fastCall: try reader.read(Instruction.fastCall)
    case .subroutine: .subroutine
    case .fastRet: .fastRet
    case .push: try reader.read { (list: RegisterList) in .push(list.set) }
    case .pop: try reader.read { (list: RegisterList) in .pop(list.set) }
    case .enter:
      try reader.read { (n: Int32, set: RegisterSet, v: SavedVectors) in .enter(n, saving: set, vectors: v.count) }
    case .leave: .leave
    case .ret: .ret
    case .nop: .nop
    case .nops: try reader.read(Instruction.nops)
    case .mark: try reader.read(Instruction.mark)
    case .section: try reader.read(Instruction.section)
    case .data: try reader.read { (datum: Datum) in .data(datum.type, Imm64(bits: datum.bits)) }
    case .dataAddress: try reader.read(Instruction.dataAddress)
    case .zeros: try reader.read(Instruction.zeros)
    case .align: try reader.read(Instruction.align)
    case .raw: try reader.read(Instruction.raw)
    case .fmov: try reader.read(Instruction.fmov)
    case .fmovi:
      try reader.read { (d: VectorRegister, c: FloatConstant) in .fmovi(width: c.width, d, Immediate(bits: c.bits)) }
    case .fbits: try reader.read(Instruction.fbits)
    case .fsetBits: try reader.read(Instruction.fsetBits)
    case .fadd: try reader.read(Instruction.fadd)
    case .fsub: try reader.read(Instruction.fsub)
    case .fmul: try reader.read(Instruction.fmul)
    case .fdiv: try reader.read(Instruction.fdiv)
    case .fsqrt: try reader.read(Instruction.fsqrt)
    case .fneg: try reader.read(Instruction.fneg)
    case .fabs: try reader.read(Instruction.fabs)
    case .fcopysign: try reader.read(Instruction.fcopysign)
    case .fma: try reader.read(Instruction.fma)
    case .fms: try reader.read(Instruction.fms)
    case .fnma: try reader.read(Instruction.fnma)
    case .fnms: try reader.read(Instruction.fnms)
    case .fmin: try reader.read(Instruction.fmin)
    case .fmax: try reader.read(Instruction.fmax)
    case .fminNum: try reader.read(Instruction.fminNum)
    case .fmaxNum: try reader.read(Instruction.fmaxNum)
    case .fminSelect: try reader.read(Instruction.fminSelect)
    case .fmaxSelect: try reader.read(Instruction.fmaxSelect)
    case .fround: try reader.read(Instruction.fround)
    case .fcanon: try reader.read(Instruction.fcanon)
    case .ftoi: try reader.read(Instruction.ftoi)
    case .ftoiUnchecked: try reader.read(Instruction.ftoiUnchecked)
    case .itof: try reader.read(Instruction.itof)
    case .fwiden: try reader.read(Instruction.fwiden)
    case .fnarrow: try reader.read(Instruction.fnarrow)
    case .fwidenHalf: try reader.read(Instruction.fwidenHalf)
    case .fnarrowHalf: try reader.read(Instruction.fnarrowHalf)
    case .fbranch: try reader.read(Instruction.fbranch)
    case .fset: try reader.read(Instruction.fset)
    case .fselect: try reader.read(Instruction.fselect)
    case .fld: try reader.read(Instruction.fld)
    case .fst: try reader.read(Instruction.fst)
    case .fldPre:
      try reader.read { (w: Width, d: VectorRegister, m: Operand.Memory) in
        .fldPre(width: w, d, m.base, m.displacement)
      }
    case .fldPost:
      try reader.read { (w: Width, d: VectorRegister, m: Operand.Memory) in
        .fldPost(width: w, d, m.base, m.displacement)
      }
    case .fstPre:
      try reader.read { (w: Width, d: VectorRegister, m: Operand.Memory) in
        .fstPre(width: w, d, m.base, m.displacement)
      }
    case .fstPost:
      try reader.read { (w: Width, d: VectorRegister, m: Operand.Memory) in
        .fstPost(width: w, d, m.base, m.displacement)
      }
    case .fldPair:
      try reader.read { (w: Width, d: VectorRegister, e: VectorRegister, m: Operand.Memory) in
        .fldPair(width: w, d, e, m.base, m.displacement)
      }
    case .fstPair:
      try reader.read { (w: Width, d: VectorRegister, e: VectorRegister, m: Operand.Memory) in
        .fstPair(width: w, d, e, m.base, m.displacement)
      }
    case .fldLabel: try reader.read(Instruction.fldLabel)
    case .pass: try reader.read(Instruction.pass)
    case .passi: try reader.read(Instruction.passi)
    case .fpass: try reader.read(Instruction.fpass)
    case .fkeep: try reader.read(Instruction.fkeep)
    case .ldArgument: try reader.read(Instruction.ldArgument)
    case .fldArgument: try reader.read(Instruction.fldArgument)
    case .variadic: .variadic
    case .keep: try reader.read { (list: RegisterList) in .keep(list.set) }
    }
  }
}

// `make` with operands that are read one after the other: one function for each number of them.
extension OperandReader {
  fileprivate mutating func read<A: OperandValue>(
    _ make: (A) -> Instruction
  ) throws(Failure) -> Instruction {
    try make(next())
  }
  fileprivate mutating func read<A: OperandValue, B: OperandValue>(
    _ make: (A, B) -> Instruction
  ) throws(Failure) -> Instruction {
    try make(next(), next())
  }
  fileprivate mutating func read<A: OperandValue, B: OperandValue, C: OperandValue>(
    _ make: (A, B, C) -> Instruction
  ) throws(Failure) -> Instruction {
    try make(next(), next(), next())
  }
  fileprivate mutating func read<A: OperandValue, B: OperandValue, C: OperandValue, D: OperandValue>(
    _ make: (A, B, C, D) -> Instruction
  ) throws(Failure) -> Instruction {
    try make(next(), next(), next(), next())
  }
  fileprivate mutating func read<A: OperandValue, B: OperandValue, C: OperandValue, D: OperandValue, E: OperandValue>(
    _ make: (A, B, C, D, E) -> Instruction
  ) throws(Failure) -> Instruction {
    try make(next(), next(), next(), next(), next())
  }
  fileprivate mutating func read<
    A: OperandValue, B: OperandValue, C: OperandValue, D: OperandValue, E: OperandValue, F: OperandValue
  >(
    _ make: (A, B, C, D, E, F) -> Instruction
  ) throws(Failure) -> Instruction {
    try make(next(), next(), next(), next(), next(), next())
  }
  fileprivate mutating func read<
    A: OperandValue, B: OperandValue, C: OperandValue, D: OperandValue, E: OperandValue, F: OperandValue,
    G: OperandValue
  >(
    _ make: (A, B, C, D, E, F, G) -> Instruction
  ) throws(Failure) -> Instruction {
    try make(next(), next(), next(), next(), next(), next(), next())
  }
  fileprivate mutating func read<
    A: OperandValue, B: OperandValue, C: OperandValue, D: OperandValue, E: OperandValue, F: OperandValue,
    G: OperandValue, H: OperandValue
  >(
    _ make: (A, B, C, D, E, F, G, H) -> Instruction
  ) throws(Failure) -> Instruction {
    try make(next(), next(), next(), next(), next(), next(), next(), next())
  }

  private mutating func next<T: OperandValue>() throws(Failure) -> T { try T.read(from: &self) }
}
