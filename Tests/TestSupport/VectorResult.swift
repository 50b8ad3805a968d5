import Ejit
import EjitInterpreter
import EjitText

/// How much of what an op leaves in a floating-point register is said.
struct VectorResult {
  /// What lies above is unspecified.
  let format: FloatFormat
  /// Whether all bits are those of an operand; else a NaN may be any that is quiet.
  let isExact: Bool

  static func exact(_ w: Width) -> VectorResult { VectorResult(format: w.floatFormat, isExact: true) }
  static func number(_ format: FloatFormat) -> VectorResult { VectorResult(format: format, isExact: false) }

  /// Whether a machine that left `found` did what was expected.
  func allows(_ found: UInt64, _ expected: UInt64) -> Bool {
    if !isExact && format.isNaN(expected) { return format.isNaN(found) && !format.isSignaling(found) }
    return (found ^ expected) & format.mask == 0
  }
}

extension Instruction {
  /// The slots of the registers that this reads, in the order of the payload: general ones, then floating-point ones.
  var readSlots: [Int] {
    let statement = Statement(self)
    return statement.registers.dropFirst(statement.mnemonic.writtenCount).map { $0.slot }
      + statement.vectors.dropFirst(vectorResult?.0.count ?? 0).map { $0.slot }
  }

  /// Whether `found` may be in a register that is expected to hold other bits.
  func allows(_ found: UInt64, _ expected: UInt64, inSlot slot: Int) -> Bool {
    guard slot >= 32, let (registers, result) = vectorResult else { return false }
    return registers.contains { $0.slot == slot } && result.allows(found, expected)
  }

  /// The floating-point registers that this writes, and what is said of them.
  var vectorResult: ([VectorRegister], VectorResult)? {
    switch self {
    case .fmov(let w, let d, _), .fmovi(let w, let d, _), .fsetBits(let w, let d, _), .fneg(let w, let d, _),
      .fabs(let w, let d, _), .fcopysign(let w, let d, _, _), .fminSelect(let w, let d, _, _),
      .fmaxSelect(let w, let d, _, _), .fcanon(let w, let d, _), .fselect(let w, let d, _, _, _, _, _),
      .fld(let w, let d, _), .fldPre(let w, let d, _, _), .fldPost(let w, let d, _, _), .fldLabel(let w, let d, _):
      ([d], .exact(w))
    case .fldPair(let w, let d, let e, _, _): ([d, e], .exact(w))
    case .fadd(let w, let d, _, _), .fsub(let w, let d, _, _), .fmul(let w, let d, _, _), .fdiv(let w, let d, _, _),
      .fsqrt(let w, let d, _), .fma(let w, let d, _, _, _), .fms(let w, let d, _, _, _), .fnma(let w, let d, _, _, _),
      .fnms(let w, let d, _, _, _), .fmin(let w, let d, _, _), .fmax(let w, let d, _, _), .fminNum(let w, let d, _, _),
      .fmaxNum(let w, let d, _, _), .fround(let w, _, let d, _):
      ([d], .number(w.floatFormat))
    case .itof(_, let type, _, let d, _): ([d], .number(type.format))
    case .fwiden(let d, _): ([d], .number(.double))
    case .fnarrow(let d, _), .fwidenHalf(let d, _): ([d], .number(.single))
    case .fnarrowHalf(let d, _): ([d], .number(.half))
    default: nil
    }
  }
}
