/// What FMOV holds: a number whose fraction has four bits and whose exponent three. Arm ARM C7.2, FMOV (scalar,
/// immediate); J1, shared/functions/float/vfpexpandimm, VFPExpandImm.
struct FloatImmediate: Equatable {
  let imm8: UInt32

  /// The number with these bits, if it is one: ±(16…31) / 16 · 2^(−3…4).
  init?(_ bits: UInt64, _ w: Width) {
    let (fraction, bias): (UInt64, UInt64) = w == .w64 ? (52, 1023) : (23, 127)
    if bits & (1 << (fraction - 4) - 1) != 0 { return nil }
    let exponent = (bits >> fraction & (2 * bias + 1)) &- (bias - 3)
    if exponent >= 8 { return nil }
    let sign = bits >> UInt64(w.bits - 1)
    // Its highest bit is written inverted.
    imm8 = UInt32(truncatingIfNeeded: sign << 7 | (exponent ^ 0b100) << 4 | bits >> (fraction - 4) & 15)
  }
}

extension ConditionCode {
  /// What to ask the flags after FCMP, and what else if the answer is no: less is N, greater C, equal Z and C, unordered
  /// C and V. Arm ARM J1, shared/functions/float/fpcompare, FPCompare.
  static func after(_ condition: FloatCondition) -> (first: ConditionCode, second: ConditionCode?) {
    switch condition {
    case .oeq: (.eq, nil)
    case .one: (.mi, .gt)
    case .olt: (.mi, nil)
    case .ole: (.ls, nil)
    case .ogt: (.gt, nil)
    case .oge: (.ge, nil)
    case .ord: (.vc, nil)
    case .ueq: (.eq, .vs)
    case .une: (.ne, nil)
    case .ult: (.lt, nil)
    case .ule: (.le, nil)
    case .ugt: (.hi, nil)
    case .uge: (.pl, nil)
    case .uno: (.vs, nil)
    }
  }
}
