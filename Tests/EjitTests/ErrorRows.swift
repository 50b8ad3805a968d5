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

  static let rows: [Row] = {
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
      Row(.badFrame, [.enter(-1)]), Row(.badFrame, [.enter(4097)]), Row(.badFrame, [.enter(.min)]),
      Row(.badFrame, [.enter(.max)]),
      Row(.badFrame, [.enter(0), .enter(0)]), Row(.badFrame, [.leave]), Row(.badFrame, [.enter(0), .ret]),
      Row(.badFrame, [.enter(0), .leave, .leave]), Row(.badFrame, [.call(4096)]), Row(.badFrame, [.callr(a)]),
      Row(.badFrame, [.callm(.at(a))]), Row(.badFrame, [.label(0), .fastCall(0)]), Row(.badFrame, [.fastRet]),
      Row(.badFrame, [.enter(0), .leave, .call(4096)]), Row(.badFrame, [.enter(0, saving: [.argument(0)])]),
      Row(.badFrame, [.enter(0), .entry(1), .leave]), Row(.badFrame, [.enter(0), .entry(1), .call(4096)]),
    ]
  }()
}
