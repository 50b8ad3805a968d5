import Ejit
import EjitInterpreter

/// Where the programs of rows find and leave numbers.
private let fa = VectorRegister.argument(0)
private let fb = VectorRegister.argument(1)
private let fc = VectorRegister.argument(2)
private let fd = VectorRegister.argument(3)

extension Row {
  /// Ops on numbers.
  static let floats: [Row] = moves + arithmetic + relations + conversions

  private typealias FloatUnary = @Sendable (Width, VectorRegister, VectorRegister) -> Instruction
  private typealias FloatBinary = @Sendable (Width, VectorRegister, VectorRegister, VectorRegister) -> Instruction
  private typealias FloatTernary =
    @Sendable (Width, VectorRegister, VectorRegister, VectorRegister, VectorRegister) -> Instruction

  /// `number`, then its bits into `d`.
  private static func shown(_ w: Width, _ number: VectorRegister, _ op: Instruction) -> [Instruction] {
    [op, .fbits(width: w, d, number)]
  }

  private static let moves: [Row] = [
    unary("fmov", Semantics.fmov, Instruction.fmov),
    unary("fneg", Semantics.fneg, Instruction.fneg),
    unary("fabs", Semantics.fabs, Instruction.fabs),
    unary("fcanon", Semantics.fcanon, Instruction.fcanon),
    Row(
      name: "fmov", shape: .number([0]), definition: { w, v in (Semantics.fmov(w, v.a), 0) },
      programs: [
        { w, v in shown(w, fd, .fmovi(width: w, fd, Row.immediate(w, w == .w64 ? v.a : v.a & 0xFFFF_FFFF))) },
        { w, _ in shown(w, fd, .fsetBits(width: w, fd, a)) }, { w, _ in [.fbits(width: w, d, fa)] },
      ]),
  ]

  private static let arithmetic: [Row] = [
    binary("fadd", Semantics.fadd, Instruction.fadd),
    binary("fsub", Semantics.fsub, Instruction.fsub),
    binary("fmul", Semantics.fmul, Instruction.fmul),
    binary("fdiv", Semantics.fdiv, Instruction.fdiv),
    unary("fsqrt", Semantics.fsqrt, Instruction.fsqrt),
    binary("fcopysign", Semantics.fcopysign, Instruction.fcopysign),
    ternary("fma", Semantics.fma, Instruction.fma),
    ternary("fms", Semantics.fms, Instruction.fms),
    ternary("fnma", Semantics.fnma, Instruction.fnma),
    ternary("fnms", Semantics.fnms, Instruction.fnms),
    binary("fmin", Semantics.fmin, Instruction.fmin),
    binary("fmax", Semantics.fmax, Instruction.fmax),
    binary("fminNum", Semantics.fminNum, Instruction.fminNum),
    binary("fmaxNum", Semantics.fmaxNum, Instruction.fmaxNum),
    binary("fminSelect", Semantics.fminSelect, Instruction.fminSelect),
    binary("fmaxSelect", Semantics.fmaxSelect, Instruction.fmaxSelect),
    Row(
      name: "fround", shape: .number(Array(0..<5)),
      definition: { w, v in (Semantics.fround(w, Rounding.allCases[v.k], v.a), 0) },
      programs: [{ w, v in shown(w, fd, .fround(width: w, Rounding.allCases[v.k], fd, fa)) }]),
  ]

  private static let relations: [Row] = [
    Row(
      name: "fset", shape: .compared,
      definition: { w, v in (Semantics.fset(w, FloatCondition.allCases[v.k], v.a, v.b), 0) },
      programs: [{ w, v in [.fset(width: w, d, FloatCondition.allCases[v.k], fa, fb)] }]),
    Row(
      name: "fbranch", shape: .compared, compares: (false, true),
      definition: { w, v in (0, Semantics.holds(w, FloatCondition.allCases[v.k], v.a, v.b) ? 1 : 0) },
      programs: [{ w, v in taken(.fbranch(width: w, FloatCondition.allCases[v.k], fa, fb, 0)) }]),
    Row(
      name: "fselect", shape: .compared,
      definition: { w, v in (Semantics.fselect(w, FloatCondition.allCases[v.k], v.a, v.b, v.c, v.d), 0) },
      programs: [
        { w, v in shown(w, fa, .fselect(width: w, fa, FloatCondition.allCases[v.k], fa, fb, fc, fd)) },
        { w, v in shown(w, fd, .fselect(width: w, fd, FloatCondition.allCases[v.k], fa, fb, fc, fd)) },
      ]),
  ]

  private static let conversions: [Row] = [
    Row(
      name: "ftoi", shape: .converted,
      definition: { w, v in (Semantics.ftoi(w, type(v), sign(v), v.a), 0) },
      programs: [{ w, v in [.ftoi(width: w, type(v), sign(v), d, fa)] }]),
    Row(
      name: "ftoiUnchecked", shape: .converted,
      definition: { w, v in (Semantics.ftoiUnchecked(w, type(v), sign(v), v.a) ?? v.d, 0) },
      programs: [
        { w, v in
          Semantics.ftoiUnchecked(w, type(v), sign(v), v.a) == nil
            ? [] : [.ftoiUnchecked(width: w, type(v), sign(v), d, fa)]
        }
      ]),
    Row(
      name: "itof", shape: .integer, definition: { w, v in (Semantics.itof(w, type(v), sign(v), v.a), 0) },
      programs: [{ w, v in shown(type(v) == .f64 ? .w64 : .w32, fd, .itof(width: w, type(v), sign(v), fd, a)) }]),
    sized("fwiden", 32, Semantics.fwiden) { shown(.w64, fd, .fwiden(fd, fa)) },
    sized("fnarrow", 64, Semantics.fnarrow) { shown(.w32, fd, .fnarrow(fd, fa)) },
    sized("fwidenHalf", 16, Semantics.fwidenHalf) { shown(.w32, fd, .fwidenHalf(fd, fa)) },
    sized("fnarrowHalf", 32, Semantics.fnarrowHalf) { shown(.w32, fd, .fnarrowHalf(fd, fa)) },
  ]

  private static func type(_ v: Operands) -> FloatType { FloatType.allCases[v.k] }
  private static func sign(_ v: Operands) -> Signedness { Signedness.allCases[v.l] }

  private static func unary(
    _ name: String, _ f: @escaping @Sendable (Width, UInt64) -> UInt64, _ op: @escaping FloatUnary
  ) -> Row {
    Row(
      name: name, shape: .number([0]), definition: { w, v in (f(w, v.a), 0) },
      programs: [{ w, _ in shown(w, fd, op(w, fd, fa)) }, { w, _ in shown(w, fa, op(w, fa, fa)) }])
  }

  private static func binary(
    _ name: String, _ f: @escaping @Sendable (Width, UInt64, UInt64) -> UInt64, _ op: @escaping FloatBinary
  ) -> Row {
    Row(
      name: name, shape: .numbers, definition: { w, v in (f(w, v.a, v.b), 0) },
      programs: [
        { w, _ in shown(w, fd, op(w, fd, fa, fb)) }, { w, _ in shown(w, fa, op(w, fa, fa, fb)) },
        { w, _ in shown(w, fb, op(w, fb, fa, fb)) },
      ])
  }

  private static func ternary(
    _ name: String, _ f: @escaping @Sendable (Width, UInt64, UInt64, UInt64) -> UInt64, _ op: @escaping FloatTernary
  ) -> Row {
    Row(
      name: name, shape: .threeNumbers, definition: { w, v in (f(w, v.a, v.b, v.c), 0) },
      programs: [
        { w, _ in shown(w, fd, op(w, fd, fa, fb, fc)) }, { w, _ in shown(w, fa, op(w, fa, fa, fb, fc)) },
        { w, _ in shown(w, fb, op(w, fb, fa, fb, fc)) }, { w, _ in shown(w, fc, op(w, fc, fa, fb, fc)) },
      ])
  }

  private static func sized(
    _ name: String, _ bits: Int, _ f: @escaping @Sendable (UInt64) -> UInt64,
    _ program: @escaping @Sendable () -> [Instruction]
  ) -> Row {
    Row(
      name: name, shape: .sized(bits), definition: { _, v in (f(v.a), 0) }, programs: [{ _, _ in program() }])
  }
}
