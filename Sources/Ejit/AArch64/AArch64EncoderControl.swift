/// Branches, system registers, and the few vector instructions that integer ops need.
/// Arm ARM C4.1, Branches, Exception Generating and System instructions.
extension UInt32 {
  /// `B label`, its distance empty — C6.2, B.
  static let b = field(0b000101, 31, 26)
  /// `BL label`, its distance empty — C6.2, BL.
  static let bl = field(0b100101, 31, 26)
  /// `RET` — C6.2, RET, through x30.
  static let ret = field(0b1101011_0010_11111_000000, 31, 10) | field(X.x30, 9, 5)
  /// `NOP` — C6.2, NOP.
  static let nop: UInt32 = field(0b1101010100_0_00_011_0010_0000_000_11111, 31, 0)
  /// `BRK #code` — C6.2, BRK.
  static func brk(_ code: UInt32) -> UInt32 { field(0b11010100_001, 31, 21) | field(code, 20, 5) }
  /// `ADR Xd, label`, its distance empty — C6.2, ADR.
  static func adr(_ d: X) -> UInt32 { field(0b10000, 28, 24) | field(d, 4, 0) }
  /// `LDR Wt` (`opc` 0), `LDR Xt` (1) or `LDRSW Xt, label` (2), its distance empty — C6.2, LDR (literal). With
  /// `isVector` `LDR St` (0) or `LDR Dt, label` (1) — C7.2, LDR (literal, SIMD&FP).
  static func literal(opc: UInt32, isVector: Bool = false, _ t: X) -> UInt32 {
    field(opc, 31, 30)
      | field(0b011, 29, 27)
      | field(isVector ? 1 : 0, 26, 26)  // VR
      | field(0b00, 25, 24)
      | field(t, 4, 0)
  }
  /// `CFINV` (FEAT_FlagM): C inverted — C6.2, CFINV.
  static let cfinv: UInt32 = field(0b1101010100_0_00_000_0100_0000_000_11111, 31, 0)

  /// `B.condition label`, its distance empty — C6.2, B.cond.
  static func b(_ condition: ConditionCode) -> UInt32 {
    field(0b01010100, 31, 24)
      | field(0, 4, 4)
      | field(condition.rawValue, 3, 0)
  }

  /// `CBZ` or `CBNZ Xt, label`, its distance empty — C6.2, CBZ, CBNZ.
  static func cbz(_ w: Width, _ t: X, nonzero: Bool) -> UInt32 {
    field(w.sf, 31, 31)
      | field(0b011010, 30, 25)
      | field(nonzero ? 1 : 0, 24, 24)
      | field(t, 4, 0)
  }

  /// `TBZ` or `TBNZ Xt, #bit, label`, its distance empty — C6.2, TBZ, TBNZ.
  static func tbz(_ t: X, bit: UInt32, nonzero: Bool) -> UInt32 {
    field(bit >> 5, 31, 31)  // b5
      | field(0b011011, 30, 25)
      | field(nonzero ? 1 : 0, 24, 24)
      | field(bit & 31, 23, 19)  // b40
      | field(t, 4, 0)
  }

  /// `BR Xn` — C6.2, BR.
  static func br(_ n: X) -> UInt32 { field(0b1101011_0000_11111_000000, 31, 10) | field(n, 9, 5) }
  /// `BLR Xn` — C6.2, BLR.
  static func blr(_ n: X) -> UInt32 { field(0b1101011_0001_11111_000000, 31, 10) | field(n, 9, 5) }

  /// `MRS Xt, NZCV` (`read`) or `MSR NZCV, Xt` — C6.2, MRS, MSR (register); C5.2, NZCV.
  static func flags(read: Bool, _ t: X) -> UInt32 {
    field(0b1101010100, 31, 22)
      | field(read ? 1 : 0, 21, 21)
      | field(0b1, 20, 20)
      | field(0b1_011_0100_0010_000, 19, 5)  // o0, op1, CRn, CRm, op2 of NZCV
      | field(t, 4, 0)
  }

  /// `FMOV Dd, Xn`, with 32 bits `FMOV Sd, Wn`; the other bits of the vector become zero — C7.2, FMOV (general).
  static func fmov(_ w: Width, _ d: V, _ n: X) -> UInt32 {
    field(w.sf, 31, 31)
      | field(0b0011110, 30, 24)
      | field(w.sf, 23, 22)  // ftype
      | field(0b1_00_111_000000, 21, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `FMOV Xd, Dn`, with 32 bits `FMOV Wd, Sn` — C7.2, FMOV (general).
  static func fmov(_ w: Width, _ d: X, _ n: V) -> UInt32 {
    field(w.sf, 31, 31)
      | field(0b0011110, 30, 24)
      | field(w.sf, 23, 22)  // ftype
      | field(0b1_00_110_000000, 21, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `CNT Vd.8B, Vn.8B`: ones in each byte — C7.2, CNT.
  static func cnt(_ d: V, _ n: V) -> UInt32 {
    field(0b0_0_0_01110_00_10000_00101_10, 31, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }

  /// `ADDV Bd, Vn.8B`: the sum of the bytes — C7.2, ADDV.
  static func addv(_ d: V, _ n: V) -> UInt32 {
    field(0b0_0_0_01110_00_11000_11011_10, 31, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }
}
