/// Arithmetic on one number. Raw value: second opcode byte. SDM vol. 2, table A-3.
enum FloatOp: UInt8 { case sqrt = 0x51, add = 0x58, mul = 0x59, sub = 0x5C, min = 0x5D, div = 0x5E, max = 0x5F }

/// Logic on all bits of a register. Raw value: second opcode byte. SDM vol. 2, table A-3; `andn` inverts the first
/// operand.
enum FloatLogic: UInt8 { case and = 0x54, andn = 0x55, or = 0x56, xor = 0x57 }

/// What is done with a product. Raw value: the opcode byte of the form 132. SDM vol. 2, VFMADD132SD and its relatives.
enum FloatFusion: UInt8 { case add = 0x99, sub = 0x9B, negatedAdd = 0x9D, negatedSub = 0x9F }

/// Which operands are the factors: of `op 1, 2, 3` the two that are named first. Raw value: what it adds to the opcode.
enum FusionOrder: UInt8 { case o132 = 0x00, o213 = 0x10, o231 = 0x20 }

/// Predicates of CMPSD. Raw value: imm8. SDM vol. 2, CMPSD, table 3-1; those above 7 only behind VEX.
enum FloatPredicate: UInt8 {
  case eq = 0x0, lt, le, unord, neq, nlt, nle, ord
  case equ = 0x8, nge, ngt
  case neqo = 0xC, ge, gt
}

/// Instructions on vector registers, one line of the SDM each (vol. 2, in the instruction's own section). VEX has the
/// same opcodes, and a second source for those that read their destination.
extension CodeBuffer.Opcode {
  private static func scalarPrefix(_ w: Width) -> UInt8 { w == .w64 ? 0xF2 : 0xF3 }

  /// `addsd x, x/m64` … — F2 0F op /r; `addss x, x/m32` … — F3 0F op /r.
  static func scalar(_ op: FloatOp, _ w: Width) -> Self { .two(op.rawValue, prefix: scalarPrefix(w)) }
  /// `andps x, x/m128` … — 0F op /r.
  static func logic(_ op: FloatLogic) -> Self { .two(op.rawValue) }
  /// `movaps x, x` — 0F 28 /r.
  static var movaps: Self { .two(0x28) }
  /// `movaps x, x` — 0F 29 /r: the destination in rm.
  static var movapsReversed: Self { .two(0x29) }
  /// `movsd x, m64` — F2 0F 10 /r; `movss x, m32` — F3 0F 10 /r.
  static func load(_ w: Width) -> Self { .two(0x10, prefix: scalarPrefix(w)) }
  /// `movsd m64, x` — F2 0F 11 /r; `movss m32, x` — F3 0F 11 /r.
  static func store(_ w: Width) -> Self { .two(0x11, prefix: scalarPrefix(w)) }
  /// `movd x, r32`, `movq x, r64` — 66 0F 6E /r.
  static var fromGPR: Self { .two(0x6E, prefix: 0x66) }
  /// `movd r32, x`, `movq r64, x` — 66 0F 7E /r: the destination in rm.
  static var toGPR: Self { .two(0x7E, prefix: 0x66) }
  /// `ucomisd x, x/m64` — 66 0F 2E /r; `ucomiss x, x/m32` — 0F 2E /r.
  static func ucomis(_ w: Width) -> Self { .two(0x2E, prefix: w == .w64 ? 0x66 : 0) }
  /// `cmpsd x, x/m64, imm8` — F2 0F C2 /r ib; `cmpss x, x/m32, imm8` — F3 0F C2 /r ib.
  static func compare(_ w: Width) -> Self { .two(0xC2, prefix: scalarPrefix(w)) }
  /// `cvttsd2si r, x/m64` — F2 0F 2C /r; `cvttss2si r, x/m32` — F3 0F 2C /r.
  static func truncated(_ w: Width) -> Self { .two(0x2C, prefix: scalarPrefix(w)) }
  /// `cvtsd2si r, x/m64` — F2 0F 2D /r; `cvtss2si r, x/m32` — F3 0F 2D /r: rounded as MXCSR says.
  static func rounded(_ w: Width) -> Self { .two(0x2D, prefix: scalarPrefix(w)) }
  /// `cvtsi2sd x, r/m` — F2 0F 2A /r; `cvtsi2ss x, r/m` — F3 0F 2A /r.
  static func fromInteger(_ w: Width) -> Self { .two(0x2A, prefix: scalarPrefix(w)) }
  /// `cvtsd2ss x, x/m64` — F2 0F 5A /r; `cvtss2sd x, x/m32` — F3 0F 5A /r.
  static func otherWidth(from w: Width) -> Self { .two(0x5A, prefix: scalarPrefix(w)) }
  /// `roundsd x, x/m64, imm8` — 66 0F 3A 0B /r ib; `roundss x, x/m32, imm8` — 66 0F 3A 0A /r ib.
  static func round(_ w: Width) -> Self { .three3A(w == .w64 ? 0x0B : 0x0A, prefix: 0x66) }
  /// `vblendvpd x, x, x/m128, x` — VEX.128.66.0F3A.W0 4B /r /is4; `vblendvps` — 4A.
  static func blend(_ w: Width) -> Self { .three3A(w == .w64 ? 0x4B : 0x4A, prefix: 0x66) }
  /// `vfmadd132sd x, x, x/m64` … — VEX.LIG.66.0F38.W1 99 … BF /r; W0 for 32 bits.
  static func fusion(_ op: FloatFusion, _ order: FusionOrder) -> Self {
    .three38(op.rawValue + order.rawValue, prefix: 0x66)
  }
  /// `vcvtph2ps x, x/m64` — VEX.128.66.0F38.W0 13 /r.
  static var fromHalf: Self { .three38(0x13, prefix: 0x66) }
  /// `vcvtps2ph x/m64, x, imm8` — VEX.128.66.0F3A.W0 1D /r ib: the destination in rm.
  static var toHalf: Self { .three3A(0x1D, prefix: 0x66) }
  /// `punpckldq x, x/m128` — 66 0F 62 /r.
  static var punpckldq: Self { .two(0x62, prefix: 0x66) }
  /// `subpd x, x/m128` — 66 0F 5C /r.
  static var subpd: Self { .two(0x5C, prefix: 0x66) }
  /// `movhlps x, x` — 0F 12 /r.
  static var movhlps: Self { .two(0x12) }
}

/// The shapes of instructions on vector registers: without VEX two operands, behind VEX three.
extension CodeBuffer {
  /// `op reg, rm`.
  mutating func sse(_ opcode: Opcode, _ reg: XMM, _ rm: XMM) { instruction(.w32, opcode, reg: reg.field, rm: rm.field) }
  /// `op reg, memory`, or `op memory, reg`.
  mutating func sse(_ opcode: Opcode, _ reg: XMM, _ memory: Memory) {
    instruction(.w32, opcode, reg: reg.field, memory: memory)
  }
  /// `op reg, rm`, or `op rm, reg`, between both kinds of registers; the width is that of the general one.
  mutating func sse(_ w: Width, _ opcode: Opcode, _ reg: XMM, _ rm: GPR) {
    instruction(w, opcode, reg: reg.field, rm: rm)
  }
  /// `op reg, rm` between both kinds of registers.
  mutating func sse(_ w: Width, _ opcode: Opcode, _ reg: GPR, _ rm: XMM) {
    instruction(w, opcode, reg: reg, rm: rm.field)
  }

  /// `op reg, v, rm`.
  mutating func vex(_ opcode: Opcode, _ reg: XMM, _ v: XMM, _ rm: XMM, _ w: Width = .w32) {
    vex(w, opcode, reg: reg.field, vvvv: v.field, rm: rm.field)
  }
  /// `op reg, v, memory`.
  mutating func vex(_ opcode: Opcode, _ reg: XMM, _ v: XMM, _ memory: Memory) {
    vex(.w32, opcode, reg: reg.field, vvvv: v.field, memory: memory)
  }
  /// `op reg, rm`.
  mutating func vex(_ opcode: Opcode, _ reg: XMM, _ rm: XMM) { vex(opcode, reg, .none, rm) }
  /// `op reg, memory`, or `op memory, reg`.
  mutating func vex(_ opcode: Opcode, _ reg: XMM, _ memory: Memory) { vex(opcode, reg, .none, memory) }
  /// `op reg, v, rm` between both kinds of registers.
  mutating func vex(_ w: Width, _ opcode: Opcode, _ reg: XMM, _ v: XMM, _ rm: GPR) {
    vex(w, opcode, reg: reg.field, vvvv: v.field, rm: rm)
  }
  /// `op reg, rm`, or `op rm, reg`, between both kinds of registers.
  mutating func vex(_ w: Width, _ opcode: Opcode, _ reg: XMM, _ rm: GPR) { vex(w, opcode, reg, .none, rm) }
  /// `op reg, rm` between both kinds of registers.
  mutating func vex(_ w: Width, _ opcode: Opcode, _ reg: GPR, _ rm: XMM) {
    vex(w, opcode, reg: reg, vvvv: XMM.none.field, rm: rm.field)
  }
}
