/// Scalar floating point. Arm ARM C4.1, Data Processing -- Scalar Floating-Point and Advanced SIMD.
extension UInt32 {
  /// Operations on one source. Raw value: opcode.
  enum FloatOneSource: UInt32 {
    case fmov = 0b000000
    case fabs = 0b000001
    case fneg = 0b000010
    case fsqrt = 0b000011
    case frintn = 0b001000
    case frintp = 0b001001
    case frintm = 0b001010
    case frintz = 0b001011
    case frinta = 0b001100
  }

  /// Operations on two sources. Raw value: opcode.
  enum FloatTwoSources: UInt32 {
    case fmul = 0b0000
    case fdiv = 0b0001
    case fadd = 0b0010
    case fsub = 0b0011
    case fmax = 0b0100
    case fmin = 0b0101
    case fmaxnm = 0b0110
    case fminnm = 0b0111
  }

  /// Products added to a third source `a`, rounded once. Raw value: o1 (bit 21) and o0 (bit 15).
  enum FloatThreeSources: UInt32 {
    /// `a + n · m`.
    case fmadd = 0b00
    /// `a - n · m`.
    case fmsub = 0b01
    /// `-a - n · m`.
    case fnmadd = 0b10
    /// `-a + n · m`.
    case fnmsub = 0b11
  }

  /// Formats of numbers. Raw value: ftype, and the end of the opcode of a conversion to it.
  enum FloatFormat: UInt32 {
    case single = 0b00
    case double = 0b01
    case half = 0b11
  }

  /// `op Dd, Dn`, with 32 bits `op Sd, Sn` — C7.2, FMOV (register), FABS, FNEG, FSQRT, FRINTN, FRINTP, FRINTM, FRINTZ,
  /// FRINTA (scalar).
  static func float(_ op: FloatOneSource, _ w: Width, _ d: V, _ n: V) -> UInt32 {
    oneSource(op.rawValue, FloatFormat(w), d, n)
  }

  /// `FCVT` of a number of one format to another — C7.2, FCVT.
  static func fcvt(to result: FloatFormat, _ d: V, from source: FloatFormat, _ n: V) -> UInt32 {
    oneSource(0b000100 | result.rawValue, source, d, n)
  }

  private static func oneSource(_ opcode: UInt32, _ format: FloatFormat, _ d: V, _ n: V) -> UInt32 {
    field(0b0_0_0_11110, 31, 24)
      | field(format.rawValue, 23, 22)  // ftype
      | field(1, 21, 21)
      | field(opcode, 20, 15)
      | field(0b10000, 14, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `op Dd, Dn, Dm`, with 32 bits `op Sd, Sn, Sm` — C7.2, FMUL, FDIV, FADD, FSUB, FMAX, FMIN, FMAXNM, FMINNM (scalar).
  static func float(_ op: FloatTwoSources, _ w: Width, _ d: V, _ n: V, _ m: V) -> UInt32 {
    field(0b0_0_0_11110, 31, 24)
      | field(w.sf, 23, 22)  // ftype
      | field(1, 21, 21)
      | field(m, 20, 16)
      | field(op.rawValue, 15, 12)
      | field(0b10, 11, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `op Dd, Dn, Dm, Da`, with 32 bits `op Sd, Sn, Sm, Sa` — C7.2, FMADD, FMSUB, FNMADD, FNMSUB.
  static func float(_ op: FloatThreeSources, _ w: Width, _ d: V, _ n: V, _ m: V, _ a: V) -> UInt32 {
    field(0b0_0_0_11111, 31, 24)
      | field(w.sf, 23, 22)  // ftype
      | field(op.rawValue >> 1, 21, 21)  // o1
      | field(m, 20, 16)
      | field(op.rawValue & 1, 15, 15)  // o0
      | field(a, 14, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `FCMP Dn, Dm`, with 32 bits `FCMP Sn, Sm` — C7.2, FCMP: quiet, as the predicates are.
  static func fcmp(_ w: Width, _ n: V, _ m: V) -> UInt32 {
    field(0b0_0_0_11110, 31, 24)
      | field(w.sf, 23, 22)  // ftype
      | field(1, 21, 21)
      | field(m, 20, 16)
      | field(0b00_1000, 15, 10)
      | field(n, 9, 5)
      | field(0b00_000, 4, 0)  // opc: FCMP, with a register
  }

  /// `FCSEL Dd, Dn, Dm, condition`, with 32 bits `FCSEL Sd, Sn, Sm, condition` — C7.2, FCSEL.
  static func fcsel(_ w: Width, _ d: V, _ n: V, _ m: V, _ condition: ConditionCode) -> UInt32 {
    field(0b0_0_0_11110, 31, 24)
      | field(w.sf, 23, 22)  // ftype
      | field(1, 21, 21)
      | field(m, 20, 16)
      | field(condition.rawValue, 15, 12)
      | field(0b11, 11, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `FMOV Dd, #imm`, with 32 bits `FMOV Sd, #imm` — C7.2, FMOV (scalar, immediate).
  static func fmov(_ w: Width, _ d: V, _ immediate: FloatImmediate) -> UInt32 {
    field(0b0_0_0_11110, 31, 24)
      | field(w.sf, 23, 22)  // ftype
      | field(1, 21, 21)
      | field(immediate.imm8, 20, 13)
      | field(0b100_00000, 12, 5)
      | field(d, 4, 0)
  }

  /// `FCVTZS` or `FCVTZU Xd, Dn`: rounded to zero, saturated, 0 for NaN — C7.2, FCVTZS, FCVTZU (scalar, integer).
  static func fcvtz(_ signedness: Signedness, _ w: Width, _ d: X, _ format: FloatFormat, _ n: V) -> UInt32 {
    integer(w, format, rmode: 0b11, opcode: signedness == .signed ? 0b000 : 0b001) | field(n, 9, 5) | field(d, 4, 0)
  }

  /// `SCVTF` or `UCVTF Dd, Xn` — C7.2, SCVTF, UCVTF (scalar, integer).
  static func cvtf(_ signedness: Signedness, _ format: FloatFormat, _ d: V, _ w: Width, _ n: X) -> UInt32 {
    integer(w, format, rmode: 0b00, opcode: signedness == .signed ? 0b010 : 0b011) | field(n, 9, 5) | field(d, 4, 0)
  }

  /// What conversions between numbers and integers have in common, registers apart.
  private static func integer(_ w: Width, _ format: FloatFormat, rmode: UInt32, opcode: UInt32) -> UInt32 {
    field(w.sf, 31, 31)
      | field(0b0_0_11110, 30, 24)
      | field(format.rawValue, 23, 22)  // ftype
      | field(1, 21, 21)
      | field(rmode, 20, 19)
      | field(opcode, 18, 16)
      | field(0b000000, 15, 10)
  }
}

extension UInt32.FloatFormat {
  init(_ w: Width) { self = w == .w64 ? .double : .single }

  init(_ type: FloatType) { self = type == .f64 ? .double : .single }
}
