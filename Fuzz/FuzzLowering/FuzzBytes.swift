import Ejit

/// Bytes read as a program. Reading is total: behind the end there are zeros.
struct FuzzBytes {
  private let bytes: UnsafePointer<UInt8>?
  private let count: Int
  private var position = 0

  init(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
    (self.bytes, self.count) = (bytes, count)
  }

  mutating func byte() -> UInt8 {
    guard let bytes, position < count else { return 0 }
    position += 1
    return bytes[position - 1]
  }

  private mutating func word() -> UInt64 { (0..<8).reduce(0) { value, _ in value << 8 | UInt64(byte()) } }

  /// Mostly registers that exist, under number or role, sometimes `sp` or nothing at all.
  mutating func register() -> Register {
    let choice = byte()
    switch choice >> 5 {
    case 0, 1, 2, 3: return Register(Int(choice & 15))
    case 4: return Register(Int(choice & 31))
    case 5: return .saved(Int(choice & 7))
    case 6: return choice & 1 == 0 ? .argument(Int(choice >> 1 & 7)) : .result(Int(choice >> 1 & 1))
    default: return choice & 1 == 0 ? .sp : Register(rawValue: byte())
    }
  }

  /// Borders of what machines can encode, or anything.
  mutating func value() -> UInt64 {
    let choice = byte()
    let magnitude = UInt64(1) << UInt64(choice & 63)
    switch choice >> 6 {
    case 0: return UInt64(choice & 63)
    case 1: return magnitude
    case 2: return byte() & 1 == 0 ? magnitude &- 1 : 0 &- magnitude
    default: return word()
    }
  }

  mutating func label() -> Label {
    let choice = byte()
    return Label(choice < 250 ? UInt32(choice & 15) : UInt32(truncatingIfNeeded: word()))
  }

  mutating func displacement() -> Int32 { Int32(truncatingIfNeeded: value()) }
  mutating func width() -> Width { byte() & 1 == 0 ? .w64 : .w32 }
  mutating func type() -> MemoryType { MemoryType(rawValue: byte() & 7) ?? .u8 }
  mutating func condition() -> Condition { Condition(rawValue: byte() % 18) ?? .eq }
  mutating func signedness() -> Signedness { byte() & 1 == 0 ? .signed : .unsigned }

  mutating func address() -> Address {
    switch byte() & 7 {
    case 0, 1, 2: .at(register(), displacement())
    case 3, 4: .at(register(), register(), shift: Int(byte() & 7), displacement())
    case 5, 6: .at(register(), signedness(), register(), shift: Int(byte() & 7), displacement())
    default: .absolute(value())
    }
  }

  mutating func program() -> [Instruction] {
    var program: [Instruction] = []
    while position < count, program.count < 4096 { program.append(instruction()) }
    return program
  }

  private mutating func instruction() -> Instruction {
    switch byte() % 16 {
    case 0, 1: three()
    case 2: two()
    case 3: withImmediate()
    case 4: many()
    case 5: withFlags()
    case 6: branch()
    case 7: memory()
    case 8: select()
    case 9: division()
    case 10: update()
    case 11: site()
    case 12: data()
    default: control()
    }
  }

  private mutating func three() -> Instruction {
    let choice = byte()
    let (w, d, a, b) = (width(), register(), register(), register())
    let ops: [Instruction] = [
      .add(width: w, d, a, b), .sub(width: w, d, a, b), .and(width: w, d, a, b), .or(width: w, d, a, b),
      .xor(width: w, d, a, b), .mul(width: w, d, a, b), .andn(width: w, d, a, b), .orn(width: w, d, a, b),
      .xnor(width: w, d, a, b), .smin(width: w, d, a, b), .smax(width: w, d, a, b), .umin(width: w, d, a, b),
      .umax(width: w, d, a, b), .smulh(width: w, d, a, b), .umulh(width: w, d, a, b), .shl(width: w, d, a, b),
      .shr(width: w, d, a, b), .sar(width: w, d, a, b), .rotl(width: w, d, a, b), .rotr(width: w, d, a, b),
      .sdiv(width: w, d, a, b), .udiv(width: w, d, a, b), .srem(width: w, d, a, b), .urem(width: w, d, a, b),
      .sdivUnchecked(width: w, d, a, b), .udivUnchecked(width: w, d, a, b), .sremUnchecked(width: w, d, a, b),
      .uremUnchecked(width: w, d, a, b),
    ]
    return ops[Int(choice) % ops.count]
  }

  private mutating func two() -> Instruction {
    let choice = byte()
    let (w, d, a) = (width(), register(), register())
    let ops: [Instruction] = [
      .mov(width: w, d, a), .not(width: w, d, a), .neg(width: w, d, a), .abs(width: w, d, a), .clz(width: w, d, a),
      .ctz(width: w, d, a), .popcnt(width: w, d, a), .bswap(width: w, d, a), .bswap16(width: w, d, a),
      .sbswap16(width: w, d, a), .sbswap32(width: w, d, a), .sext8(width: w, d, a), .sext16(width: w, d, a),
      .sext32(width: w, d, a), .zext8(width: w, d, a), .zext16(width: w, d, a), .zext32(width: w, d, a),
      .cmp(width: w, d, a), .test(width: w, d, a), .cls(width: w, d, a), .bitrev(width: w, d, a),
    ]
    return ops[Int(choice) % ops.count]
  }

  private mutating func withImmediate() -> Instruction {
    let choice = byte()
    let (w, d, a, i) = (width(), register(), register(), Immediate(bits: value()))
    let ops: [Instruction] = [
      .movi(width: w, d, i), .addi(width: w, d, a, i), .subi(width: w, d, a, i), .andi(width: w, d, a, i),
      .ori(width: w, d, a, i), .xori(width: w, d, a, i), .muli(width: w, d, a, i), .shli(width: w, d, a, i),
      .shri(width: w, d, a, i), .sari(width: w, d, a, i), .rotli(width: w, d, a, i), .rotri(width: w, d, a, i),
      .addiFlags(width: w, d, a, i), .subiFlags(width: w, d, a, i), .cmpi(width: w, d, i), .testi(width: w, d, i),
    ]
    return ops[Int(choice) % ops.count]
  }

  private mutating func many() -> Instruction {
    let choice = byte()
    let (w, d, a, b, c) = (width(), register(), register(), register(), register())
    let (x, y) = (byte() % 66, byte() % 66)
    let shift = Shift(rawValue: byte() % 3) ?? .shl
    let ops: [Instruction] = [
      .smulWide(width: w, d, a, b, c), .umulWide(width: w, d, a, b, c), .madd(width: w, d, a, b, c),
      .msub(width: w, d, a, b, c), .funnel(width: w, d, a, b, c), .funneli(width: w, d, a, b, x),
      .addShifted(width: w, d, a, b, shift, x), .subShifted(width: w, d, a, b, shift, x), .ubfx(width: w, d, a, x, y),
      .sbfx(width: w, d, a, x, y), .bfi(width: w, d, a, x, y),
    ]
    return ops[Int(choice) % ops.count]
  }

  private mutating func withFlags() -> Instruction {
    let choice = byte()
    let (w, d, a, b, condition) = (width(), register(), register(), register(), condition())
    let (outcome, value) = (Outcome(rawValue: byte() % 3) ?? .less, Immediate(bits: value()))
    let ops: [Instruction] = [
      .addFlags(width: w, d, a, b), .subFlags(width: w, d, a, b), .adc(width: w, d, a, b), .sbb(width: w, d, a, b),
      .carryToBorrow, .borrowToCarry, .cmp(width: w, a, b), .test(width: w, a, b),
      .sel(width: w, d, condition, a, b), .setcc(d, condition), .cmp(width: w, d, a),
      .ccmp(width: w, condition, outcome, a, b), .ccmpi(width: w, condition, outcome, a, value),
    ]
    return ops[Int(choice) % ops.count]
  }

  private mutating func branch() -> Instruction {
    let choice = byte()
    let (w, d, a, b, to) = (width(), register(), register(), register(), label())
    let (condition, signedness) = (condition(), signedness())
    let (bit, at) = (byte() % 65, Displacement(displacement()))
    let (memory, value) = (type(), value())
    let ops: [Instruction] = [
      .b(condition, to), .branch(width: w, condition, a, b, to),
      .branchi(condition, a, Imm64(bits: value), to, width: w), .branchTest(width: w, condition, a, b, to),
      .branchTesti(condition, a, Imm64(bits: value), to, width: w), .branchBit(width: w, condition, a, bit, to),
      .branchMem(condition, a, at, b, to, memory),
      .branchMemi(condition, a, at, Displacement(Int32(truncatingIfNeeded: value)), to, memory),
      .addOverflow(width: w, d, a, b, signedness, to), .subOverflow(width: w, d, a, b, signedness, to),
      .mulOverflow(width: w, d, a, b, signedness, to),
    ]
    return ops[Int(choice) % ops.count]
  }

  private mutating func select() -> Instruction {
    let choice = byte()
    let (w, d, a, b, x, y) = (width(), register(), register(), register(), register(), register())
    let (condition, signedness, value) = (condition(), signedness(), value())
    let ops: [Instruction] = [
      .set(width: w, d, condition, a, b), .seti(width: w, d, condition, a, Immediate(bits: value)),
      .setMask(width: w, d, condition, a, b), .setMaski(width: w, d, condition, a, Immediate(bits: value)),
      .select(width: w, d, condition, a, b, x, y), .selecti(width: w, d, condition, a, Immediate(bits: value), x, y),
      .selectElse(width: w, d, condition, a, b, x, Imm64(bits: value)),
      .addOverflowSet(width: w, d, x, a, b, signedness), .subOverflowSet(width: w, d, x, a, b, signedness),
      .mulOverflowSet(width: w, d, x, a, b, signedness),
    ]
    return ops[Int(choice) % ops.count]
  }

  private mutating func memory() -> Instruction {
    let choice = byte()
    let (a, memory, address) = (register(), type(), address())
    let ops: [Instruction] = [
      .ld(memory, a, address), .st(memory, a, address), .lea(width: width(), a, address),
      .sti(memory, a, Displacement(displacement()), Imm64(bits: value())),
    ]
    return ops[Int(choice) % ops.count]
  }

  private mutating func control() -> Instruction {
    let choice = byte()
    let saving = RegisterSet((0..<Int(byte() & 3)).map { _ in register() })
    let (a, to, address, value) = (register(), label(), address(), value())
    let ops: [Instruction] = [
      .label(to), .label(to), .label(to), .entry(to), .j(to), .jr(a), .jm(address), .call(Immediate(bits: value)),
      .callr(a), .callm(address), .fastCall(to), .subroutine, .fastRet,
      .enter(Int32(truncatingIfNeeded: value), saving: saving), .enter(64, saving: [.saved(0), .saved(1)]), .leave,
      .ret, .nop, .mark(UInt32(truncatingIfNeeded: value)),
    ]
    return ops[Int(choice) % ops.count]
  }
}
