import Ejit
import EjitInterpreter

extension Row {
  /// Ops without flags.
  static let integers: [Row] = [
    .unary("mov", Semantics.mov, Instruction.mov),
    .binary("add", Semantics.add, Instruction.add, Instruction.addi),
    .binary("sub", Semantics.sub, Instruction.sub, Instruction.subi),
    .binary("and", Semantics.and, Instruction.and, Instruction.andi),
    .binary("or", Semantics.or, Instruction.or, Instruction.ori),
    .binary("xor", Semantics.xor, Instruction.xor, Instruction.xori),
    .binary("mul", Semantics.mul, Instruction.mul, Instruction.muli),
    .binary("andn", Semantics.andn, Instruction.andn),
    .binary("orn", Semantics.orn, Instruction.orn),
    .binary("xnor", Semantics.xnor, Instruction.xnor),
    .unary("not", Semantics.not, Instruction.not),
    .unary("neg", Semantics.neg, Instruction.neg),
    .unary("abs", Semantics.abs, Instruction.abs),
    .binary("smin", Semantics.smin, Instruction.smin),
    .binary("smax", Semantics.smax, Instruction.smax),
    .binary("umin", Semantics.umin, Instruction.umin),
    .binary("umax", Semantics.umax, Instruction.umax),
    .binary("smulh", Semantics.smulh, Instruction.smulh),
    .binary("umulh", Semantics.umulh, Instruction.umulh),
    wide("smulWide", Semantics.smulWide, Instruction.smulWide),
    wide("umulWide", Semantics.umulWide, Instruction.umulWide),
    .ternary("madd", Semantics.madd, Instruction.madd),
    .ternary("msub", Semantics.msub, Instruction.msub),
    Row(
      name: "addShifted", shape: .shifted,
      definition: { w, v in (Semantics.addShifted(w, v.a, v.b, shifts[v.k], UInt8(v.l)), 0) },
      programs: [{ w, v in [.addShifted(width: w, d, a, b, shifts[v.k], UInt8(v.l))] }]),
    Row(
      name: "subShifted", shape: .shifted,
      definition: { w, v in (Semantics.subShifted(w, v.a, v.b, shifts[v.k], UInt8(v.l)), 0) },
      programs: [{ w, v in [.subShifted(width: w, d, a, b, shifts[v.k], UInt8(v.l))] }]),
    Row(
      name: "lea", shape: .address,
      definition: { w, v in
        (Semantics.mov(w, Semantics.address(v.a, index: v.b, shift: v.k, Int32(v.l))), 0)
      },
      programs: [{ w, v in [.lea(width: w, d, .at(a, b, shift: v.k, Int32(v.l)))] }]),
    extended("leaUxtw", .unsigned),
    extended("leaSxtw", .signed),
    Row(
      name: "swapped", shape: .choice(Array(0..<8)),
      definition: { _, v in (Semantics.swapped(MemoryType.allCases[v.k], v.a), 0) }),
    .binary("shl", Semantics.shl, Instruction.shl, Instruction.shli, over: .shift),
    .binary("shr", Semantics.shr, Instruction.shr, Instruction.shri, over: .shift),
    .binary("sar", Semantics.sar, Instruction.sar, Instruction.sari, over: .shift),
    .binary("rotl", Semantics.rotl, Instruction.rotl, Instruction.rotli, over: .shift),
    .binary("rotr", Semantics.rotr, Instruction.rotr, Instruction.rotri, over: .shift),
    .ternary("funnel", Semantics.funnel, Instruction.funnel, over: .funnel),
    Row(
      name: "funnel", shape: .funnel, definition: { w, v in (Semantics.funnel(w, v.a, v.b, v.c), 0) },
      programs: [{ w, v in [.funneli(width: w, d, a, b, UInt8(v.c % UInt64(w.bits)))] }]),
    field("ubfx", { w, v in Semantics.ubfx(w, v.a, UInt8(v.k), UInt8(v.l)) }, Instruction.ubfx),
    field("sbfx", { w, v in Semantics.sbfx(w, v.a, UInt8(v.k), UInt8(v.l)) }, Instruction.sbfx),
    field("bfi", { w, v in Semantics.bfi(w, v.d, v.a, UInt8(v.k), UInt8(v.l)) }, Instruction.bfi),
    .unary("clz", Semantics.clz, Instruction.clz),
    .unary("ctz", Semantics.ctz, Instruction.ctz),
    .unary("cls", Semantics.cls, Instruction.cls),
    .unary("bitrev", Semantics.bitrev, Instruction.bitrev),
    .unary("popcnt", Semantics.popcnt, Instruction.popcnt),
    .unary("bswap", Semantics.bswap, Instruction.bswap),
    .unary("bswap16", Semantics.bswap16, Instruction.bswap16),
    .unary("sbswap16", Semantics.sbswap16, Instruction.sbswap16),
    .unary("sbswap32", Semantics.sbswap32, Instruction.sbswap32),
    .unary("sext8", Semantics.sext8, Instruction.sext8),
    .unary("sext16", Semantics.sext16, Instruction.sext16),
    .unary("sext32", Semantics.sext32, Instruction.sext32),
    .unary("zext8", Semantics.zext8, Instruction.zext8),
    .unary("zext16", Semantics.zext16, Instruction.zext16),
    .unary("zext32", Semantics.zext32, Instruction.zext32),
  ]

  /// `lea` with an index of 32 bits.
  private static func extended(_ name: String, _ signedness: Signedness) -> Row {
    Row(
      name: name, shape: .address,
      definition: { w, v in
        let index = Semantics.index(signedness, v.b)
        return (Semantics.mov(w, Semantics.address(v.a, index: index, shift: v.k, Int32(v.l))), 0)
      },
      programs: [{ w, v in [.lea(width: w, d, .at(a, signedness, b, shift: v.k, Int32(v.l)))] }])
  }

  static let shifts: [Shift] = [.shl, .shr, .sar]

  static func wide(
    _ name: String, _ f: @escaping @Sendable (Width, UInt64, UInt64) -> (low: UInt64, high: UInt64),
    _ op: @escaping Ternary
  ) -> Row {
    Row(
      name: name, shape: .binary, compares: (true, true),
      definition: { w, v in
        let (low, high) = f(w, v.a, v.b)
        return (low, high)
      },
      programs: [
        { w, _ in [op(w, d, e, a, b)] }, { w, _ in [op(w, a, b, a, b), .mov(d, a), .mov(e, b)] },
        { w, _ in [op(w, b, a, a, b), .mov(d, b), .mov(e, a)] },
      ])
  }

  private static func field(
    _ name: String, _ f: @escaping @Sendable (Width, Operands) -> UInt64,
    _ op: @escaping @Sendable (Width, Register, Register, UInt8, UInt8) -> Instruction
  ) -> Row {
    Row(
      name: name, shape: .field, definition: { w, v in (f(w, v), 0) },
      programs: [{ w, v in [op(w, d, a, UInt8(v.k), UInt8(v.l))] }])
  }
}
