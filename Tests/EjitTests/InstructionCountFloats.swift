import Ejit

extension InstructionCountTests {
  /// What ops on floats become on AArch64: the second numbers of the contract. What makes NaN
  /// canonical lies out of line.
  static let aarch64Floats: [(op: Instruction, count: Int)] = {
    let (d, a, b, c) = (VectorRegister(9), VectorRegister(10), VectorRegister(11), VectorRegister(12))
    let (r, x) = (Register(9), Register(10))
    let arithmetic: [(op: Instruction, count: Int)] = [
      (.fadd(d, a, b), 1), (.fdiv(width: .w32, d, a, b), 1), (.fsqrt(d, a), 1), (.fneg(d, a), 1), (.fabs(d, a), 1),
      (.fma(d, a, b, c), 1), (.fms(d, a, b, c), 1), (.fnma(d, a, b, c), 1), (.fnms(width: .w32, d, a, b, c), 1),
      (.fmin(d, a, b), 1), (.fmax(d, a, b), 1), (.fminNum(d, a, b), 1), (.fmaxNum(d, a, b), 1),
      (.fminSelect(d, a, b), 2), (.fmaxSelect(d, a, b), 2), (.fcanon(d, d), 2),
      (.fcopysign(d, d, b), 2), (.fcopysign(d, a, d), 2), (.fcopysign(width: .w32, d, a, b), 2),
    ]
    let conversions: [(op: Instruction, count: Int)] = [
      (.ftoi(width: .w32, .f64, .signed, r, a), 1), (.ftoi(.f64, .signed, r, a), 1),
      (.ftoi(width: .w32, .f32, .unsigned, r, a), 1), (.ftoi(.f64, .unsigned, r, a), 1),
      (.ftoiUnchecked(.f64, .unsigned, r, a), 1), (.itof(.f64, .unsigned, d, x), 1),
      (.itof(width: .w32, .f32, .signed, d, x), 1), (.fwiden(d, a), 1), (.fnarrow(d, a), 1), (.fwidenHalf(d, a), 1),
      (.fnarrowHalf(d, a), 1),
    ]
    let roundings = Rounding.allCases.map { (op: Instruction.fround($0, d, a), count: 1) }
    let predicates = FloatCondition.allCases.flatMap { condition -> [(op: Instruction, count: Int)] in
      let count = condition == .one || condition == .ueq ? 3 : 2
      return [
        (.fset(r, condition, a, b), count), (.fbranch(condition, a, b, 0), count),
        (.fselect(d, condition, a, b, c, d), count),
      ]
    }
    let moves: [(op: Instruction, count: Int)] = [
      (.fmov(d, a), 1), (.fbits(r, a), 1), (.fsetBits(d, x), 1), (.fmovi(d, 0), 1),
      (.fmovi(d, Immediate(bits: (-0.125).bitPattern)), 1), (.fmovi(d, Immediate(bits: 0.1.bitPattern)), 1),
      (.fmovi(width: .w32, d, Immediate(UInt64(Float(0.1).bitPattern))), 1),
      (.fmovi(d, Immediate(bits: 100.0.bitPattern)), 2), (.fmovi(d, Immediate(bits: (-0.0).bitPattern)), 2),
      (.fld(d, .at(x, 16)), 1), (.fst(width: .w32, d, .at(x, -4)), 1), (.fld(d, .at(x, 0x7FFF_FFF0)), 2),
      (.fld(width: .w32, d, .at(x, .unsigned, r, shift: 2)), 1), (.fst(d, .at(x, .signed, r)), 1),
      (.fldPre(d, x, 8), 1), (.fldPost(d, x, 8), 1), (.fstPre(width: .w32, d, x, -8), 1), (.fstPost(d, x, 8), 1),
      (.fldPair(d, c, x, 16), 1), (.fstPair(width: .w32, d, c, x, 16), 1), (.fldLabel(d, 0), 1),
    ]
    return arithmetic + conversions + roundings + predicates + moves
  }()
}
