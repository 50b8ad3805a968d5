import Ejit

/// One statement: an op, or a few that belong together.
extension Generator {
  mutating func statement(depth: Int) {
    switch decisions.below(48) {
    case 0...5: three()
    case 6, 7: two()
    case 8...11: withImmediate()
    case 12, 13: many()
    case 14, 15: bits()
    case 16: overflow()
    case 17, 18: select()
    case 19, 20: division()
    case 21, 22: flagChain()
    case 23, 24: branch()
    case 25...29: memory()
    case 30: depth < 2 ? loop(depth: depth) : branch()
    case 31: depth < 3 ? pushing(depth: depth) : memory()
    case 32: call()
    case 33: depth < 3 ? elsewhere(depth: depth) : branch()
    case 34: jumpTable()
    case 35: codeAddress()
    case 36: readData()
    case 37: faultSite()
    case 38: depth < 3 ? jump(depth: depth) : branch()
    case 39: nothing()
    default: floats()
    }
  }

  private typealias Three = @Sendable (Width, Register, Register, Register) -> Instruction
  private static let threes: [Three] = [
    Instruction.add, Instruction.sub, Instruction.and, Instruction.or, Instruction.xor, Instruction.mul,
    Instruction.andn, Instruction.orn, Instruction.xnor, Instruction.smin, Instruction.smax, Instruction.umin,
    Instruction.umax, Instruction.smulh, Instruction.umulh, Instruction.shl, Instruction.shr, Instruction.sar,
    Instruction.rotl, Instruction.rotr, Instruction.sdiv, Instruction.udiv, Instruction.srem, Instruction.urem,
  ]

  private mutating func three() {
    let make = decisions.pick(Generator.threes)
    emit(make(decisions.width(), register(), source(), source()))
  }

  private typealias Two = @Sendable (Width, Register, Register) -> Instruction
  private static let twos: [Two] = [
    Instruction.mov, Instruction.not, Instruction.neg, Instruction.abs, Instruction.clz, Instruction.ctz,
    Instruction.popcnt, Instruction.bswap, Instruction.bswap16, Instruction.sbswap16, Instruction.sbswap32,
    Instruction.sext8, Instruction.sext16, Instruction.sext32, Instruction.zext8, Instruction.zext16,
    Instruction.zext32, Instruction.cls, Instruction.bitrev,
  ]

  private mutating func two() {
    let make = decisions.pick(Generator.twos)
    emit(make(decisions.width(), register(), source()))
  }

  private typealias WithImmediate = @Sendable (Width, Register, Register, Immediate) -> Instruction
  private static let withImmediates: [WithImmediate] = [
    Instruction.addi, Instruction.subi, Instruction.andi, Instruction.ori, Instruction.xori, Instruction.muli,
  ]
  private static let withCounts: [WithImmediate] = [
    Instruction.shli, Instruction.shri, Instruction.sari, Instruction.rotli, Instruction.rotri,
  ]

  private mutating func withImmediate() {
    let w = decisions.width()
    switch decisions.below(8) {
    case 0: emit(.movi(width: w, register(), Immediate(bits: decisions.immediate(w))))
    case 1, 2: emit(decisions.pick(Generator.withCounts)(w, register(), source(), Immediate(decisions.below(w.bits))))
    case 3: emit(.ldConstant(register(), Imm64(bits: decisions.value())))
    case 4: emit(.ldPatchable(SiteID(UInt32(program.count)), Imm64(bits: decisions.value()), register()))
    default:
      let make = decisions.pick(Generator.withImmediates)
      emit(make(w, register(), source(), Immediate(bits: decisions.immediate(w))))
    }
  }

  private mutating func many() {
    let (w, d, a, b, c) = (decisions.width(), register(), source(), source(), source())
    let shift = Shift(rawValue: decisions.byte() % 3) ?? .shl
    switch decisions.below(7) {
    case 0: emit(.smulWide(width: w, d, register(not: d), a, b))
    case 1: emit(.umulWide(width: w, d, register(not: d), a, b))
    case 2: emit(.madd(width: w, d, a, b, c))
    case 3: emit(.msub(width: w, d, a, b, c))
    case 4: emit(.addShifted(width: w, d, a, b, shift, UInt8(decisions.below(w.bits))))
    case 5: emit(.subShifted(width: w, d, a, b, shift, UInt8(decisions.below(w.bits))))
    default: emit(.lea(width: w, d, .at(a, b, shift: decisions.below(4), decisions.displacement())))
    }
  }

  private mutating func bits() {
    let (w, d, a, b) = (decisions.width(), register(), source(), source())
    let position = decisions.below(w.bits)
    let length = UInt8(1 + decisions.below(w.bits - position))
    switch decisions.below(5) {
    case 0: emit(.funnel(width: w, d, a, b, source()))
    case 1: emit(.funneli(width: w, d, a, b, UInt8(position)))
    case 2: emit(.ubfx(width: w, d, a, UInt8(position), length))
    case 3: emit(.sbfx(width: w, d, a, UInt8(position), length))
    default: emit(.bfi(width: w, d, a, UInt8(position), length))
    }
  }

  private mutating func overflow() {
    let (w, d, a, b, signedness) = (decisions.width(), register(), source(), source(), decisions.signedness())
    switch decisions.below(6) {
    case 0: emit(.addOverflow(width: w, d, a, b, signedness, forward()))
    case 1: emit(.subOverflow(width: w, d, a, b, signedness, forward()))
    case 2: emit(.mulOverflow(width: w, d, a, b, signedness, forward()))
    case 3: emit(.addOverflowSet(width: w, d, register(not: d), a, b, signedness))
    case 4: emit(.subOverflowSet(width: w, d, register(not: d), a, b, signedness))
    default: emit(.mulOverflowSet(width: w, d, register(not: d), a, b, signedness))
    }
  }

  private mutating func select() {
    let (w, d, a, b, x) = (decisions.width(), register(), source(), source(), source())
    let (condition, value) = (decisions.ordering(), decisions.immediate(w))
    switch decisions.below(7) {
    case 0: emit(.set(width: w, d, condition, a, b))
    case 1: emit(.seti(width: w, d, condition, a, Immediate(bits: value)))
    case 2: emit(.setMask(width: w, d, condition, a, b))
    case 3: emit(.setMaski(width: w, d, condition, a, Immediate(bits: value)))
    case 4: emit(.select(width: w, d, condition, a, b, x, source()))
    case 5: emit(.selecti(width: w, d, condition, a, Immediate(bits: value), x, source()))
    default: emit(.selectElse(width: w, d, condition, a, b, x, Imm64(bits: value)))
    }
  }

  private mutating func nothing() {
    switch decisions.below(7) {
    case 0: emit(.nop)
    case 1: emit(.nops(4 * UInt32(decisions.below(8))))
    case 2: emit(.mark(UInt32(program.count)))
    case 3: emit(.patchableNop(SiteID(UInt32(program.count))))
    case 4: emit(.zeros(0), .align(4 << UInt32(decisions.below(6))))
    default:
      let level = CacheLevel(rawValue: decisions.byte() & 3) ?? .l1
      let address = Address.at(source(), decisions.displacement())
      emit(.prefetch(decisions.byte() & 1 == 0 ? .read : .write, level, address))
    }
  }
}
