/// Data processing with immediates. Arm ARM C4.1, Data Processing -- Immediate.
extension UInt32 {
  /// Addition and subtraction. Raw value: op and S.
  enum AddSub: UInt32 { case add, adds, sub, subs }

  /// Bitwise operations. Raw value: opc.
  enum Logic: UInt32 { case and, orr, eor, ands }

  /// Moves of sixteen bits. Raw value: opc.
  enum MoveWide: UInt32 {
    case movn = 0b00
    case movz = 0b10
    case movk = 0b11
  }

  /// Bitfield moves: sign-extended, into the old value, zero-extended. Raw value: opc.
  enum Bitfield: UInt32 { case sbfm, bfm, ubfm }

  /// `op Xd|SP, Xn|SP, #imm`; `Xd` instead where flags are set — C6.2, ADD, ADDS, SUB, SUBS (immediate).
  @inline(__always)
  static func addSub(_ op: AddSub, _ w: Width, _ d: X, _ n: X, _ immediate: Immediate12) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 29)
      | field(0b100010, 28, 23)
      | field(immediate.sh, 22, 22)
      | field(immediate.imm12, 21, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `op Xd|SP, Xn, #imm`; `Xd` instead where flags are set — C6.2, AND, ORR, EOR, ANDS (immediate).
  @inline(__always)
  static func logic(_ op: Logic, _ w: Width, _ d: X, _ n: X, _ immediate: BitmaskImmediate) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 29)
      | field(0b100100, 28, 23)
      | field(immediate.n, 22, 22)
      | field(immediate.immr, 21, 16)
      | field(immediate.imms, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `op Xd, #imm16, lsl #(16 * hw)` — C6.2, MOVN, MOVZ, MOVK.
  @inline(__always)
  static func moveWide(_ op: MoveWide, _ w: Width, _ d: X, _ imm16: UInt32, hw: UInt32) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 29)
      | field(0b100101, 28, 23)
      | field(hw, 22, 21)
      | field(imm16, 20, 5)
      | field(d, 4, 0)
  }

  /// `op Xd, Xn, #immr, #imms` — C6.2, SBFM, BFM, UBFM.
  @inline(__always)
  static func bitfield(_ op: Bitfield, _ w: Width, _ d: X, _ n: X, immr: UInt32, imms: UInt32) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 29)
      | field(0b100110, 28, 23)
      | field(w.sf, 22, 22)  // N
      | field(immr, 21, 16)
      | field(imms, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `EXTR Xd, Xn, Xm, #lsb`: the low word of `n:m >> lsb` — C6.2, EXTR.
  @inline(__always)
  static func extr(_ w: Width, _ d: X, _ n: X, _ m: X, lsb: UInt32) -> UInt32 {
    field(w.sf, 31, 31)
      | field(0b00100111, 30, 23)
      | field(w.sf, 22, 22)  // N
      | field(0, 21, 21)
      | field(m, 20, 16)
      | field(lsb, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }
}

/// The manual's aliases of the bitfield moves, and of others with one operand fixed.
extension UInt32 {
  /// `LSL Xd, Xn, #count` — C6.2, LSL (immediate).
  static func lsl(_ w: Width, _ d: X, _ n: X, _ count: UInt32) -> UInt32 {
    let last = UInt32(w.bits - 1)
    return bitfield(.ubfm, w, d, n, immr: (0 &- count) & last, imms: last &- count)
  }
  /// `LSR Xd, Xn, #count` — C6.2, LSR (immediate).
  static func lsr(_ w: Width, _ d: X, _ n: X, _ count: UInt32) -> UInt32 {
    bitfield(.ubfm, w, d, n, immr: count, imms: UInt32(w.bits - 1))
  }
  /// `ASR Xd, Xn, #count` — C6.2, ASR (immediate).
  static func asr(_ w: Width, _ d: X, _ n: X, _ count: UInt32) -> UInt32 {
    bitfield(.sbfm, w, d, n, immr: count, imms: UInt32(w.bits - 1))
  }
  /// `SXTB`, `SXTH`, `SXTW`: the low `bits` of `Xn`, sign-extended — C6.2, SXTB.
  static func signExtend(_ w: Width, _ d: X, _ n: X, bits: UInt32) -> UInt32 {
    bitfield(.sbfm, w, d, n, immr: 0, imms: bits - 1)
  }
  /// `UXTB`, `UXTH`: the low `bits` of `Xn`, zero-extended — C6.2, UXTB.
  static func zeroExtend(_ d: X, _ n: X, bits: UInt32) -> UInt32 {
    bitfield(.ubfm, .w32, d, n, immr: 0, imms: bits - 1)
  }
}
