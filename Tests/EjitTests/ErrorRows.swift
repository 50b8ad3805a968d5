import Ejit

extension ErrorTests {
  /// One way to be wrong: the instruction in question comes last, unless an index is given.
  struct Row {
    let kind: EjitError.Kind
    let program: [Instruction]
    let index: Int
    let detail: UInt64?

    init(_ kind: EjitError.Kind, _ program: [Instruction], at index: Int? = nil, detail: UInt64? = nil) {
      (self.kind, self.program, self.detail) = (kind, program, detail)
      self.index = index ?? program.count - 1
    }
  }

  private static let r = (0..<4).map { Register($0) }

  static let rows = integers + division + memory + floats + control + calls

  private static let integers: [Row] = {
    let (a, b, c) = (r[0], r[1], r[2])
    return [
      Row(.duplicateLabel, [.label(5), .nop, .label(5)], detail: 5),
      Row(.duplicateLabel, [.entry(5), .nop, .label(5)], detail: 5),
      Row(.duplicateLabel, [.label(0xFFFF_FFFF), .ret, .entry(0xFFFF_FFFF)], detail: 0xFFFF_FFFF),
      Row(.unboundLabel, [.nop, .j(9), .nop, .j(9), .ret], at: 1, detail: 9),
      Row(.unboundLabel, [.label(1), .branch(.eq, a, b, 0x8000_0000), .j(1)], at: 1, detail: 0x8000_0000),
      Row(.unboundLabel, [.enter(0), .fastCall(4), .leave, .ret], at: 1, detail: 4),
      Row(.unboundLabel, [.branchBit(.eq, a, 3, 7), .ret], at: 0, detail: 7),
      Row(.registerConflict, [.smulWide(a, a, b, c)]), Row(.registerConflict, [.umulWide(width: .w32, c, c, a, b)]),
      Row(.registerConflict, [.addOverflowSet(a, a, b, c, .signed)]),
      Row(.registerConflict, [.subOverflowSet(b, b, b, c, .unsigned)]),
      Row(.registerConflict, [.mulOverflowSet(width: .w32, c, c, b, c, .signed)]),
      Row(.immediateOutOfRange, [.shli(a, b, 64)], detail: 64),
      Row(.immediateOutOfRange, [.shri(width: .w32, a, b, 32)]),
      Row(.immediateOutOfRange, [.sari(a, b, -1)]), Row(.immediateOutOfRange, [.rotli(a, b, 0x1_0000_0000)]),
      Row(.immediateOutOfRange, [.rotri(width: .w32, a, b, 63)]),
      Row(.immediateOutOfRange, [.addShifted(a, b, c, .shl, 64)]),
      Row(.immediateOutOfRange, [.subShifted(width: .w32, a, b, c, .sar, 32)]),
      Row(.immediateOutOfRange, [.funneli(a, b, c, 64)]),
      Row(.immediateOutOfRange, [.funneli(width: .w32, a, b, c, 32)]),
      Row(.immediateOutOfRange, [.ubfx(a, b, 0, 0)]), Row(.immediateOutOfRange, [.sbfx(a, b, 60, 5)]),
      Row(.immediateOutOfRange, [.bfi(width: .w32, a, b, 31, 2)]), Row(.immediateOutOfRange, [.ubfx(a, b, 64, 1)]),
      Row(.immediateOutOfRange, [.ubfx(a, b, 255, 255)]), Row(.immediateOutOfRange, [.bfi(a, b, 1, 64)]),
      Row(.immediateOutOfRange, [.label(0), .branchBit(.ne, a, 64, 0)]),
      Row(.immediateOutOfRange, [.label(0), .branchBit(width: .w32, .ne, a, 32, 0)]),
      Row(.immediateOutOfRange, [.sti(.u8, a, 0, 256)]), Row(.immediateOutOfRange, [.sti(.s8, a, 0, -129)]),
      Row(.immediateOutOfRange, [.sti(.u16, a, 0, 65536)]), Row(.immediateOutOfRange, [.sti(.s16, a, 0, -32769)]),
      Row(.immediateOutOfRange, [.sti(.u32, a, 0, 0x1_0000_0000)]),
      Row(.immediateOutOfRange, [.sti(.s32, a, 0, -0x8000_0001)]),
      Row(.immediateOutOfRange, [.ld(.u64, a, .at(b, c, shift: 4))]),
      Row(.immediateOutOfRange, [.st(.u8, a, .at(b, c, shift: -1))]),
      Row(.immediateOutOfRange, [.lea(a, .at(b, c, shift: 4))]),
      Row(.immediateOutOfRange, [.addi(.sp, .sp, 8)]), Row(.immediateOutOfRange, [.subi(.sp, .sp, 24)]),
      Row(.stackPointerNotAllowed, [.addi(.sp, a, 16)]), Row(.stackPointerNotAllowed, [.subi(a, .sp, 16)]),
      Row(.stackPointerNotAllowed, [.mov(width: .w32, a, .sp)]),
      Row(.stackPointerNotAllowed, [.addi(width: .w32, .sp, .sp, 16)]),
      Row(.stackPointerNotAllowed, [.ld(.u64, a, .at(b, .sp))]), Row(.stackPointerNotAllowed, [.lea(.sp, .at(a))]),
      Row(.badCondition, [.cmp(a, b), .b(.carry, 0)]), Row(.badCondition, [.cmp(a, b), .adc(a, b, c)]),
      Row(.badCondition, [.addFlags(a, b, c), .sbb(a, b, c)]),
      Row(.badCondition, [.addFlags(a, b, c), .setcc(a, .ult)]),
      Row(.badCondition, [.addFlags(a, b, c), .borrowToCarry]), Row(.badCondition, [.cmp(a, b), .carryToBorrow]),
      Row(.badCondition, [.test(a, b), .sel(a, .overflow, b, c)]), Row(.badCondition, [.testi(a, 1), .adc(a, b, c)]),
      Row(.badCondition, [.addFlags(a, b, c), .carryToBorrow, .adc(a, b, c)]),
      Row(.badCondition, [.subFlags(a, b, c), .borrowToCarry, .sbb(a, b, c)]),
      Row(.badCondition, [.subFlags(a, b, c), .borrowToCarry, .setcc(a, .slt)]),
      Row(.badCondition, [.label(0), .branchBit(.ult, a, 1, 0)]),
      Row(.badCondition, [.label(0), .branch(.carry, a, b, 0)]),
      Row(.badCondition, [.label(0), .branchTest(.slt, a, b, 0)]), Row(.badCondition, [.set(a, .overflow, b, c)]),
      Row(.badCondition, [.label(0), .branchMem(.negative, a, 0, b, 0, .u8)]),
      Row(.badCondition, [.label(0), .branchMemi(.borrow, a, 0, 0, 0, .u8)]),
      Row(.badCondition, [.seti(a, .carry, b, 1)]),
      Row(.badCondition, [.select(a, .negative, a, b, c, a)]),
      Row(.flagsClobbered, [.b(.eq, 0)]), Row(.flagsClobbered, [.adc(a, b, c)]), Row(.flagsClobbered, [.carryToBorrow]),
      Row(.flagsClobbered, [.cmp(a, b), .label(0), .b(.eq, 0)]),
      Row(.flagsClobbered, [.cmp(a, b), .entry(0), .b(.eq, 0)]),
      Row(.badFrame, [.enter(-1)]), Row(.badFrame, [.enter(1 << 24 + 1)]), Row(.badFrame, [.enter(.min)]),
      Row(.badFrame, [.enter(.max)]),
      Row(.badFrame, [.enter(0), .enter(0)]), Row(.badFrame, [.leave]), Row(.badFrame, [.enter(0), .ret]),
      Row(.badFrame, [.enter(0), .leave, .leave]), Row(.badFrame, [.call(4096)]), Row(.badFrame, [.callr(a)]),
      Row(.badFrame, [.callm(.at(a))]), Row(.badFrame, [.label(0), .fastCall(0)]), Row(.badFrame, [.fastRet]),
      Row(.badFrame, [.enter(0), .leave, .call(4096)]), Row(.badFrame, [.enter(0, saving: [.argument(0)])]),
      Row(.badFrame, [.enter(0), .entry(1), .leave]), Row(.badFrame, [.enter(0), .entry(1), .call(4096)]),
    ]
  }()
  private static let calls: [Row] = {
    let (a, v) = (r[0], VectorRegister(3))
    let frame: [Instruction] = [.enter(0)]
    let callee = Register.saved(0)
    return [
      Row(.malformedRun, frame + [.pass(.u64, a), .nop]), Row(.malformedRun, frame + [.passi(.u8, 1), .label(0)]),
      Row(.malformedRun, frame + [.fpass(v), .fastCall(0)]), Row(.malformedRun, frame + [.keep([]), .leave]),
      Row(.malformedRun, frame + [.pass(.u64, a), .section(.cold)]), Row(.malformedRun, frame + [.variadic]),
      Row(.malformedRun, frame + [.pass(.u64, a)]),
      Row(.malformedRun, frame + [.fkeep(.temporary(0)), .tailCall(4096)]),
      Row(.malformedRun, frame + [.pass(.u64, a), .variadic, .variadic]),
      Row(.malformedRun, frame + [.pass(.u64, a), .variadic, .pass(.u8, a), .fpass(width: .w32, v)]),
      Row(.malformedRun, [.label(0), .faultSite(1, 0), .pass(.u64, a)]),
      Row(.stackPointerNotAllowed, frame + [.pass(.u64, .sp)]),
      Row(.noSuchRegister, frame + [.fpass(VectorRegister(31))]), Row(.noSuchRegister, frame + [.fkeep(.argument(12))]),
      Row(.noSuchRegister, frame + [.keep([Register(31)])]), Row(.badFrame, frame + [.keep([.sp, Register(60)])]),
      Row(.immediateOutOfRange, frame + [.passi(.u8, 256)]), Row(.immediateOutOfRange, frame + [.passi(.s16, -32769)]),
      Row(.immediateOutOfRange, frame + [.passi(.u32, 0x1_0000_0000)]),
      Row(.immediateOutOfRange, frame + [.keep([.temporary(0)]), .callm(.at(.sp, .max))]),
      Row(.immediateOutOfRange, frame + [.ldArgument(.u64, a, 65536)], detail: 65536),
      Row(.immediateOutOfRange, frame + [.fldArgument(v, .max)]),
      Row(.registerConflict, frame + [.keep([.result(0)])]), Row(.registerConflict, frame + [.fkeep(.result(0))]),
      Row(.badFrame, [.pass(.u64, a), .callr(callee)]), Row(.badFrame, [.ldArgument(.u64, a, 0)]),
      Row(.badFrame, [.fldArgument(v, 0)]), Row(.badFrame, frame + [.leave, .ldArgument(.u64, a, 0)]),
      Row(.badFrame, [.label(0), .subroutine, .ldArgument(.u64, a, 0)]),
      Row(.noSuchRegister, [.enter(0, vectors: 11)]), Row(.noSuchRegister, [.enter(0, vectors: 255)], detail: 0xFF),
    ]
  }()
  private static let division: [Row] = {
    let (a, b, c, d) = (r[0], r[1], r[2], r[3])
    return [
      Row(.registerConflict, [.sdivmod(a, a, b, c)]), Row(.registerConflict, [.udivmod(width: .w32, c, c, b, c)]),
      Row(.registerConflict, [.label(0), .udivWideChecked(a, a, b, c, d, 0)]),
      Row(.registerConflict, [.udivWideUnchecked(width: .w32, d, d, b, c, d)]),
      Row(.unboundLabel, [.nop, .sdivChecked(a, b, c, 9), .ret], at: 1, detail: 9),
      Row(.unboundLabel, [.udivWideChecked(a, b, a, b, c, 9), .ret], at: 0, detail: 9),
      Row(.flagsClobbered, [.ccmp(.eq, .less, a, b)]), Row(.flagsClobbered, [.ccmpi(.eq, .less, a, 5)]),
      Row(.flagsClobbered, [.cmp(a, b), .sdiv(a, b, c), .b(.eq, 0)]),
      Row(.badCondition, [.addFlags(a, b, c), .ccmp(.ult, .less, a, b)]),
      Row(.badCondition, [.test(a, b), .ccmpi(.borrow, .less, a, 5)]),
      Row(.badCondition, [.cmp(a, b), .ccmp(.eq, .less, a, b), .setcc(a, .carry)]),
      Row(.badCondition, [.cmp(a, b), .ccmp(.eq, .less, a, b), .adc(a, b, c)]),
    ]
  }()

  private static let memory: [Row] = {
    let (a, b, c) = (r[0], r[1], r[2])
    return [
      Row(.registerConflict, [.ldPre(.u8, a, a, 8)]), Row(.registerConflict, [.ldPost(.u64, b, b, 0)]),
      Row(.registerConflict, [.stPre(.u32, c, c, 8)]), Row(.registerConflict, [.stPost(.s8, a, a, -8)]),
      Row(.registerConflict, [.ldPair(a, a, b, 0)]), Row(.registerConflict, [.ldPair(width: .w32, c, c, c, 8)]),
      Row(.immediateOutOfRange, [.rmwi(.add, a, 0, 256, .u8)]),
      Row(.immediateOutOfRange, [.rmwi(.or, a, 0, -129, .s8)]),
      Row(.immediateOutOfRange, [.rmwi(.xor, a, 0, 65536, .u16)]),
      Row(.immediateOutOfRange, [.rmwi(.and, a, 0, -32769, .s16)]),
      Row(.immediateOutOfRange, [.rmwi(.sub, a, 0, 0x1_0000_0000, .u32)]),
      Row(.immediateOutOfRange, [.rmwi(.add, a, 0, -0x8000_0001, .s32)]),
      Row(.immediateOutOfRange, [.ldSwapped(.u16, a, .at(b, c, shift: 4))]),
      Row(.immediateOutOfRange, [.ld(.u16, a, .at(b, .signed, c, shift: 4))]),
      Row(.immediateOutOfRange, [.st(.u16, a, .at(b, .unsigned, c, shift: -1))]),
      Row(.immediateOutOfRange, [.prefetch(.write, .l2, .at(b, c, shift: 4))]),
      Row(.stackPointerNotAllowed, [.ldPre(.u64, a, .sp, 8)]), Row(.stackPointerNotAllowed, [.stPost(.u64, a, .sp, 8)]),
      Row(.stackPointerNotAllowed, [.rmw(.add, .u64, .sp, .at(a))]),
      Row(.stackPointerNotAllowed, [.ld(.u64, a, .at(b, .signed, .sp))]), Row(.stackPointerNotAllowed, [.adr(.sp, 0)]),
      Row(.badOrder, [.ldAtomic(.release, .u64, a, b, 0)], detail: 2),
      Row(.badOrder, [.nop, .ldAtomic(.acquireRelease, .u8, a, b, 16)], detail: 3),
      Row(.badOrder, [.stAtomic(.acquire, .u32, a, b, 0)], detail: 1),
      Row(.badOrder, [.nop, .stAtomic(.acquireRelease, .s16, a, b, -8)], detail: 3),
      Row(.registerConflict, [.casSet(.relaxed, .u64, a, a, b, c, b, 0)], detail: 0),
      Row(.registerConflict, [.casPair(.relaxed, c, c, a, b, a, b, b, 0)], detail: 2),
      Row(.stackPointerNotAllowed, [.fetch(.add, .relaxed, .u64, .sp, a, b, 0)]),
      Row(.stackPointerNotAllowed, [.rmwAtomic(.exchange, .relaxed, .u64, .sp, b, 0)]),
      Row(.malformedRun, [.label(0), .faultSite(1, 0), .casPair(.relaxed, a, b, a, b, a, b, c, 0)]),
      Row(.malformedRun, [.label(0), .faultSite(1, 0), .fence(.sequential)]),
      Row(.badCondition, [.label(0), .decBranch(.slt, a, 0, 1, 0)]),
      Row(.badCondition, [.label(0), .decBranch(.overflow, a, 0, 1, 0)]),
      Row(.unboundLabel, [.nop, .decBranch(.ne, a, 0, 1, 9), .ret], at: 1, detail: 9),
      Row(.unboundLabel, [.ldLabel(.u8, a, 9), .ret], at: 0, detail: 9),
      Row(.unboundLabel, [.nop, .adr(a, 9), .ret], at: 1, detail: 9),
      Row(.unboundLabel, [.nop, .dataAddress(9), .ret], at: 1, detail: 9),
      Row(.unboundLabel, [.faultSite(1, 9), .ld(.u8, a, .at(b)), .ret], at: 0, detail: 9),
    ]
  }()

  private static let floats: [Row] = {
    let (a, b) = (r[0], r[1])
    let (x, y, z) = (VectorRegister(9), VectorRegister(10), VectorRegister(11))
    return [
      Row(.registerConflict, [.fldPair(x, x, a, 8)]), Row(.registerConflict, [.fldPair(width: .w32, y, y, b, -400)]),
      Row(.noSuchRegister, [.fadd(VectorRegister(31), x, y)], detail: 31),
      Row(.noSuchRegister, [.nop, .fmov(width: .w32, x, VectorRegister(63))], detail: 63),
      Row(.noSuchRegister, [.fma(x, y, VectorRegister(rawValue: 0xFF), z)], detail: 0xFF),
      Row(.noSuchRegister, [.fselect(x, .oeq, x, y, z, .argument(8))], detail: 0x48),
      Row(.unboundLabel, [.nop, .fbranch(.ult, x, y, 9), .ret], at: 1, detail: 9),
      Row(.unboundLabel, [.fldLabel(x, 9), .ret], at: 0, detail: 9),
      Row(.immediateOutOfRange, [.fmovi(width: .w32, x, 0x1_0000_0000)]),
      Row(.immediateOutOfRange, [.fmovi(width: .w32, x, -0x8000_0001)]),
      Row(.immediateOutOfRange, [.fld(x, .at(a, b, shift: 4))]),
      Row(.immediateOutOfRange, [.fst(width: .w32, x, .at(a, .signed, b, shift: -1))]),
      Row(.stackPointerNotAllowed, [.fbits(.sp, x)]), Row(.stackPointerNotAllowed, [.fsetBits(x, .sp)]),
      Row(.stackPointerNotAllowed, [.ftoi(.f64, .signed, .sp, x)]),
      Row(.stackPointerNotAllowed, [.itof(.f32, .unsigned, x, .sp)]),
      Row(.stackPointerNotAllowed, [.fset(.sp, .one, x, y)]), Row(.stackPointerNotAllowed, [.fldPre(x, .sp, 16)]),
      Row(.stackPointerNotAllowed, [.fst(x, .at(a, .sp))]),
      Row(.flagsClobbered, [.cmp(a, b), .fadd(x, y, z), .b(.eq, 0)]),
      Row(.flagsClobbered, [.cmp(a, b), .fcanon(x, y), .setcc(a, .eq)]),
      Row(.malformedRun, [.label(0), .faultSite(1, 0), .fadd(x, y, z)]),
    ]
  }()

  private static let control: [Row] = {
    let (a, b) = (r[0], r[1])
    let entries: [Instruction] = [.label(0), .tableEntry(0)]
    return [
      Row(.malformedRun, [.label(0), .jumpTable(a, 0)]), Row(.malformedRun, entries + [.nop]),
      Row(.malformedRun, entries + [.j(0)]), Row(.malformedRun, entries + [.label(1)]),
      Row(.malformedRun, entries + [.jumpTable(a, 0), .jumpTable(a, 0)]),
      Row(.malformedRun, [.label(0), .faultSite(1, 0), .nop]), Row(.malformedRun, [.label(0), .faultSite(1, 0), .ret]),
      Row(.malformedRun, [.label(0), .faultSite(1, 0), .add(a, a, b)]),
      Row(.malformedRun, [.label(0), .faultSite(1, 0), .faultSite(1, 0)]),
      Row(.unboundLabel, [.tableEntry(9), .jumpTable(a, 0), .label(0)], at: 0, detail: 9),
      Row(.unboundLabel, [.label(0), .tableEntry(0), .jumpTable(a, 9)], at: 2, detail: 9),
      Row(.unboundLabel, [.patchableJump(1, 9)], at: 0, detail: 9),
      Row(.unboundLabel, [.enter(0), .patchableCall(1, 9), .leave, .ret], at: 1, detail: 9),
      Row(.unboundLabel, [.nop, .guard(.eq, a, b, 1, 9), .ret], at: 1, detail: 9),
      Row(.unboundLabel, [.guardi(.eq, a, 5, 1, 9), .ret], at: 0, detail: 9),
      Row(.badCondition, [.label(0), .guard(.carry, a, b, 1, 0)]),
      Row(.badCondition, [.label(0), .guardi(.negative, a, 5, 1, 0)]),
      Row(.immediateOutOfRange, [.nops(4100)]), Row(.immediateOutOfRange, [.align(0)]),
      Row(.immediateOutOfRange, [.align(24)]), Row(.immediateOutOfRange, [.align(8192)]),
      Row(.immediateOutOfRange, [.zeros(1 << 24 + 1)]), Row(.immediateOutOfRange, [.raw(0, 0)]),
      Row(.immediateOutOfRange, [.raw(0, 9)]), Row(.immediateOutOfRange, [.data(.u8, 256)]),
      Row(.immediateOutOfRange, [.data(.u16, -32769)]), Row(.immediateOutOfRange, [.data(.f32, 0x1_0000_0000)]),
      Row(.badFrame, [.enter(0), .tailCall(4096)]), Row(.badFrame, [.subroutine, .tailCall(4096)]),
      Row(.badFrame, [.label(0), .patchableCall(1, 0)]), Row(.badFrame, [.push([a])]), Row(.badFrame, [.pop([a])]),
      Row(.badFrame, [.enter(0), .pop([a])]), Row(.badFrame, [.enter(0), .push([a]), .leave]),
      Row(.badFrame, [.enter(0), .push([a]), .pop([a]), .pop([a])]),
      Row(.badFrame, [.subroutine, .push([a]), .fastRet]), Row(.badFrame, [.enter(0), .push([.sp])]),
    ]
  }()
}
