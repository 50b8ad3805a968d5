import Ejit
import EjitText
import TestSupport
import Testing

/// How many instructions a float op becomes on x86-64, without any feature and with those of x86-64-v3: no more than the
/// contract says, and as few as were reached. The destination is the register in which a legacy instruction works.
@Suite struct X86_64FloatCountTests {
  struct Cost: Sendable {
    let op: Instruction
    let baseline: Int
    let best: Int

    init(_ op: Instruction, _ baseline: Int, _ best: Int) { (self.op, self.baseline, self.best) = (op, baseline, best) }
  }

  private static let (d, a, b, c) = (VectorRegister(9), VectorRegister(10), VectorRegister(11), VectorRegister(12))
  private static let (r, s) = (Register(9), Register(10))

  private static let arithmetic: [Cost] = [
    Cost(.fmov(d, a), 1, 1), Cost(.fmovi(d, 0), 1, 1), Cost(.fmovi(d, 0x4009_21FB_5444_2D18), 1, 1),
    Cost(.fmovi(width: .w32, d, 0x4049_0FDB), 1, 1), Cost(.fbits(r, a), 1, 1), Cost(.fsetBits(d, s), 1, 1),
    Cost(.fadd(d, d, b), 1, 1), Cost(.fadd(d, a, b), 2, 1), Cost(.fadd(d, a, d), 1, 1), Cost(.fsub(d, a, b), 2, 1),
    Cost(.fsub(d, a, d), 3, 1), Cost(.fdiv(width: .w32, d, d, b), 1, 1), Cost(.fsqrt(d, a), 1, 1),
    Cost(.fneg(d, d), 1, 1), Cost(.fabs(d, a), 2, 1), Cost(.fcopysign(d, d, b), 4, 3), Cost(.fma(d, d, b, c), 1, 1),
    Cost(.fma(d, a, b, d), 1, 1), Cost(.fnms(width: .w32, d, a, b, c), 2, 2), Cost(.fcanon(d, d), 3, 2),
    Cost(.fwiden(d, a), 1, 1), Cost(.fnarrow(d, a), 1, 1), Cost(.fwidenHalf(d, a), 1, 1),
    Cost(.fnarrowHalf(d, a), 1, 1),
  ]

  // Of numbers, without those that are for NaN: the cost in the contract is that of a minimum which knows neither that −0
  // is less than +0 nor signalling NaNs. Two tell NaNs apart, four or three are for all others, the last summand for NaN.
  private static let extrema: [Cost] = [
    Cost(.fmin(d, d, b), 6, 5), Cost(.fmax(width: .w32, d, d, b), 6, 5), Cost(.fminSelect(d, d, b), 1, 1),
    Cost(.fmaxSelect(d, a, b), 2, 1), Cost(.fminNum(d, d, b), 2 + 4 + 16, 2 + 3 + 15),
    Cost(.fmaxNum(width: .w32, d, d, b), 2 + 4 + 16, 2 + 3 + 15),
  ]

  private static let rounding: [Cost] = Rounding.allCases.map { rounding in
    switch rounding {
    case .nearestAway: Cost(.fround(rounding, d, d), 12, 4)
    case .floor, .ceil: Cost(.fround(rounding, d, d), 11, 1)
    case .trunc, .nearestEven: Cost(.fround(rounding, d, d), 8, 1)
    }
  }

  // What is a `Float` has no number 2^31 − 1: it is made a `Double` first.
  private static let conversions: [Cost] = [
    Cost(.ftoi(width: .w32, .f64, .signed, r, a), 5, 4), Cost(.ftoi(width: .w32, .f32, .signed, r, a), 6, 5),
    Cost(.ftoi(width: .w32, .f64, .unsigned, r, a), 4, 3), Cost(.ftoi(width: .w32, .f32, .unsigned, r, a), 5, 4),
    Cost(.ftoi(.f64, .signed, r, a), 6, 5), Cost(.ftoi(.f32, .signed, r, a), 6, 5),
    Cost(.ftoi(.f64, .unsigned, r, a), 10, 9), Cost(.ftoi(.f32, .unsigned, r, a), 10, 9),
    Cost(.ftoiUnchecked(width: .w32, .f64, .signed, r, a), 1, 1),
    Cost(.ftoiUnchecked(width: .w32, .f32, .unsigned, r, a), 1, 1), Cost(.ftoiUnchecked(.f64, .signed, r, a), 1, 1),
    Cost(.ftoiUnchecked(.f64, .unsigned, r, a), 7, 6), Cost(.itof(.f64, .signed, d, s), 1, 1),
    Cost(.itof(width: .w32, .f32, .signed, d, s), 1, 1), Cost(.itof(width: .w32, .f64, .unsigned, d, s), 2, 2),
    Cost(.itof(.f64, .unsigned, d, s), 5, 5),
    // Rounded once to 24 bits, which two halves of 32 would not be: four for what is below 2^63, five for the rest.
    Cost(.itof(.f32, .unsigned, d, s), 4 + 5, 4 + 5),
  ]

  // A mask is made in a register that may be written: a move, without AVX.
  private static let comparisons: [Cost] = FloatCondition.allCases.flatMap { condition in
    let hasTwoFlags = condition == .oeq || condition == .une
    return [
      Cost(.fbranch(condition, a, b, 0), hasTwoFlags ? 3 : 2, hasTwoFlags ? 3 : 2),
      Cost(.fset(r, condition, a, b), hasTwoFlags ? 3 + 1 : 3, 3),
      Cost(.fselect(d, condition, a, b, d, c), hasTwoFlags ? 4 : 3, 2),
      Cost(.fselect(d, condition, a, b, c, d), hasTwoFlags ? 4 : 3, 2),
    ]
  }

  private static let memory: [Cost] = [
    Cost(.fld(d, .at(s, 0x7FFF_FFF0)), 1, 1), Cost(.fst(width: .w32, a, .at(s, r, shift: 2, 8)), 1, 1),
    Cost(.fld(width: .w32, d, .at(s, .unsigned, r, shift: 2)), 2, 2), Cost(.fst(a, .absolute(0x1234_5678_9ABC)), 2, 2),
    Cost(.fldPre(d, s, 8), 2, 2), Cost(.fldPost(d, s, -8), 2, 2), Cost(.fstPre(a, s, 8), 2, 2),
    Cost(.fstPost(a, s, 8), 2, 2), Cost(.fldPair(d, c, s, 16), 2, 2), Cost(.fstPair(a, b, s, 16), 2, 2),
    Cost(.fldLabel(d, 0), 1, 1),
  ]

  @Test(arguments: [false, true]) func opsTakeSoManyInstructions(isBest: Bool) throws {
    guard hasTools(.objcopy, .objdump) else { return }
    // What some ops cannot do without changes no other.
    let features: Features = isBest ? [.sse41, .avx, .fma3, .f16c] : [.fma3, .f16c]
    var assembler = Assembler(target: .x86_64, features: features)
    let costs = [
      Self.arithmetic, Self.extrema, Self.rounding, Self.conversions, Self.comparisons, Self.memory,
    ].flatMap(\.self)
    let codes = try costs.map { cost in
      try assembler.assemble([.mark(1), cost.op, .mark(2), .label(0)].span)
      let (start, end) = (assembler.marks.offset(of: 1)!, assembler.marks.offset(of: 2)!)
      return Array(assembler.copyCode()[start..<end])
    }
    let readings = try Disassembler.disassemble(codes, for: .x86_64)
    for (cost, reading) in zip(costs, readings) {
      let limit = isBest ? cost.best : cost.baseline
      if (reading?.count ?? .max) == limit { continue }
      let text = reading.map { $0.map(\.text).joined(separator: "; ") } ?? "no instructions"
      Issue.record("\(cost.op.text): not \(limit): \(text)")
    }
  }
}
