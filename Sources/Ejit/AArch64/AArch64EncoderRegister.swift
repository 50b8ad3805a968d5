/// Data processing with registers. Arm ARM C4.1, Data Processing -- Register.
extension UInt32 {
  /// How the last operand is shifted. Raw value: shift.
  enum ShiftType: UInt32 { case lsl, lsr, asr, ror }

  /// Operations on two sources. Raw value: opcode.
  enum TwoSources: UInt32 {
    case udiv = 0b000010
    case sdiv = 0b000011
    case lslv = 0b001000
    case lsrv = 0b001001
    case asrv = 0b001010
    case rorv = 0b001011
    // FEAT_CSSC
    case smax = 0b011000
    case umax = 0b011001
    case smin = 0b011010
    case umin = 0b011011
  }

  /// Operations on one source. Raw value: opcode.
  enum OneSource: UInt32 {
    case rbit = 0b000000
    case rev16 = 0b000001
    case rev32 = 0b000010  // with 32 bits: all bytes
    case rev64 = 0b000011
    case clz = 0b000100
    case cls = 0b000101
    // FEAT_CSSC
    case ctz = 0b000110
    case cnt = 0b000111
    case abs = 0b001000
  }

  /// Multiply and add. Raw value: op54 (bits 30…29), op31 (23…21) and o0 (15), from high to low.
  enum Multiply: UInt32 {
    case madd = 0b000_0
    case msub = 0b000_1
    case smaddl = 0b001_0
    case smulh = 0b010_0
    case umaddl = 0b101_0
    case umulh = 0b110_0
  }

  /// Choices by condition: `n` or else `m` as it is, plus one, inverted, negated. Raw value: op (bit 30), o2 (10).
  enum Choice: UInt32 { case csel, csinc, csinv, csneg }

  /// `op Xd, Xn, Xm, shift #amount` — C6.2, ADD, ADDS, SUB, SUBS (shifted register).
  @inline(__always) static func addSub(
    _ op: AddSub, _ w: Width, _ d: X, _ n: X, _ m: X, _ shift: ShiftType = .lsl, _ amount: UInt32 = 0
  ) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 29)
      | field(0b01011, 28, 24)
      | field(shift.rawValue, 23, 22)
      | field(0, 21, 21)
      | field(m, 20, 16)
      | field(amount, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// How the last operand of an extended addition is extended. Raw value: option.
  enum Extend: UInt32 {
    case uxtb = 0b000
    case uxth = 0b001
    case uxtw = 0b010
    case uxtx = 0b011
    case sxtb = 0b100
    case sxth = 0b101
    case sxtw = 0b110
  }

  /// `op Xd|SP, Xn|SP, Rm, extend #amount`; `Xd` instead where flags are set — C6.2, ADD, ADDS, SUB, SUBS
  /// (extended register). The form in which 31 is the stack pointer.
  static func addSubExtended(
    _ op: AddSub, _ w: Width, _ d: X, _ n: X, _ m: X, _ extend: Extend, _ amount: UInt32
  ) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 29)
      | field(0b01011, 28, 24)
      | field(0b00, 23, 22)
      | field(1, 21, 21)
      | field(m, 20, 16)
      | field(extend.rawValue, 15, 13)
      | field(amount, 12, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `op Xd, Xn, Xm`, with `m` inverted if `not` — C6.2, AND, BIC, ORR, ORN, EOR, EON, ANDS (shifted register).
  @inline(__always)
  static func logic(_ op: Logic, _ w: Width, _ d: X, _ n: X, _ m: X, not: Bool = false) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 29)
      | field(0b01010, 28, 24)
      | field(0b00, 23, 22)  // shift
      | field(not ? 1 : 0, 21, 21)
      | field(m, 20, 16)
      | field(0, 15, 10)  // amount
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `MOV Xd, Xm` — C6.2, MOV (register): ORR with the zero register.
  @inline(__always) static func mov(_ w: Width, _ d: X, _ m: X) -> UInt32 { logic(.orr, w, d, .zr, m) }

  /// `ADCS` (`adds`), `SBCS` (`subs`), and without flags `ADC`, `SBC`: `op Xd, Xn, Xm` — C6.2, ADCS, SBCS.
  static func withCarry(_ op: AddSub, _ w: Width, _ d: X, _ n: X, _ m: X) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 29)
      | field(0b11010000, 28, 21)
      | field(m, 20, 16)
      | field(0b000000, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `op Xd, Xn, Xm` — C6.2, UDIV, SDIV, LSLV, LSRV, ASRV, RORV, SMAX, SMIN, UMAX, UMIN (register).
  static func two(_ op: TwoSources, _ w: Width, _ d: X, _ n: X, _ m: X) -> UInt32 {
    field(w.sf, 31, 31)
      | field(0b0, 30, 30)
      | field(0b011010110, 29, 21)
      | field(m, 20, 16)
      | field(op.rawValue, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `op Xd, Xn` — C6.2, RBIT, REV16, REV32, REV, CLZ, CLS, CTZ, CNT, ABS.
  static func one(_ op: OneSource, _ w: Width, _ d: X, _ n: X) -> UInt32 {
    field(w.sf, 31, 31)
      | field(0b1, 30, 30)
      | field(0b011010110, 29, 21)
      | field(0b00000, 20, 16)
      | field(op.rawValue, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `op Xd, Rn, Rm, Xa` — C6.2, MADD, MSUB, SMADDL, UMADDL; SMULH, UMULH, whose `a` is 31.
  @inline(__always)
  static func multiply(_ op: Multiply, _ w: Width, _ d: X, _ n: X, _ m: X, _ a: X = .zr) -> UInt32 {
    field(w.sf, 31, 31)
      | field(0b00, 30, 29)
      | field(0b11011, 28, 24)
      | field(op.rawValue >> 1, 23, 21)
      | field(m, 20, 16)
      | field(op.rawValue & 1, 15, 15)
      | field(a, 14, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `op Xd, Xn, Xm, condition` — C6.2, CSEL, CSINC, CSINV, CSNEG.
  static func choose(_ op: Choice, _ w: Width, _ d: X, _ n: X, _ m: X, _ condition: ConditionCode) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue >> 1, 30, 30)
      | field(0b011010100, 29, 21)
      | field(m, 20, 16)
      | field(condition.rawValue, 15, 12)
      | field(0, 11, 11)
      | field(op.rawValue & 1, 10, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// Comparisons that are made only on a condition: with the opposite number, or with the number. Raw value: op.
  enum ConditionalCompare: UInt32 { case ccmn, ccmp }

  /// `op Xn, Xm, #nzcv, condition` — C6.2, CCMN, CCMP (register).
  static func compare(
    _ op: ConditionalCompare, _ w: Width, _ n: X, _ m: X, else nzcv: UInt32, if condition: ConditionCode
  ) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 30)
      | field(0b111010010, 29, 21)
      | field(m, 20, 16)
      | field(condition.rawValue, 15, 12)
      | field(0b00, 11, 10)
      | field(n, 9, 5)
      | field(0, 4, 4)
      | field(nzcv, 3, 0)
  }

  /// `op Xn, #imm5, #nzcv, condition` — C6.2, CCMN, CCMP (immediate).
  static func compare(
    _ op: ConditionalCompare, _ w: Width, _ n: X, imm5: UInt32, else nzcv: UInt32, if condition: ConditionCode
  ) -> UInt32 {
    field(w.sf, 31, 31)
      | field(op.rawValue, 30, 30)
      | field(0b111010010, 29, 21)
      | field(imm5, 20, 16)
      | field(condition.rawValue, 15, 12)
      | field(0b10, 11, 10)
      | field(n, 9, 5)
      | field(0, 4, 4)
      | field(nzcv, 3, 0)
  }

  /// `CSET Xd, condition`: 1 or 0 — C6.2, CSET: CSINC of zeros, the condition inverted.
  static func cset(_ d: X, _ condition: ConditionCode) -> UInt32 {
    choose(.csinc, .w32, d, .zr, .zr, condition) ^ field(1, 12, 12)
  }

  /// `CSETM Xd, condition`: all ones or 0 — C6.2, CSETM: CSINV of zeros, the condition inverted.
  static func csetm(_ w: Width, _ d: X, _ condition: ConditionCode) -> UInt32 {
    choose(.csinv, w, d, .zr, .zr, condition) ^ field(1, 12, 12)
  }
}
