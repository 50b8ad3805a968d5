import Ejit
import EjitInterpreter

extension FloatGroup {
  private typealias Unary = @Sendable (Width, UInt64) -> UInt64
  private typealias Binary = @Sendable (Width, UInt64, UInt64) -> UInt64
  private typealias Ternary = @Sendable (Width, UInt64, UInt64, UInt64) -> UInt64

  /// Every op that computes with numbers, in both widths where it has them.
  static let all: [FloatGroup] = Width.allCases.flatMap { widths($0) } + sizes

  private static func widths(_ w: Width) -> [FloatGroup] {
    bitwise(w) + arithmetic(w) + selections(w) + relations(w) + integers(w)
  }

  private static var d: VectorRegister { FloatForm.d }
  private static var a: VectorRegister { FloatForm.a }
  private static var b: VectorRegister { FloatForm.b }
  private static var c: VectorRegister { FloatForm.c }
  private static var integer: Register { FloatForm.integer }

  private static func named(
    _ name: String, _ w: Width?, needs: Features = [], _ forms: [FloatForm]
  ) -> FloatGroup { FloatGroup(name: w == .w32 ? name + ".w" : name, needs: needs, forms: forms) }

  private static func unary(
    _ name: String, _ w: Width, _ result: FloatForm.Result, _ f: @escaping Unary, _ op: Instruction
  ) -> FloatGroup {
    named(name, w, [FloatForm(body: [op], operands: [.number(w)], result: result) { a, _, _ in f(w, a) }])
  }

  private static func binary(
    _ name: String, _ w: Width, _ result: FloatForm.Result, _ f: @escaping Binary, _ op: Instruction
  ) -> FloatGroup {
    named(
      name, w, [FloatForm(body: [op], operands: [.number(w), .number(w)], result: result) { a, b, _ in f(w, a, b) }])
  }

  private static func ternary(_ name: String, _ w: Width, _ f: @escaping Ternary, _ op: Instruction) -> FloatGroup {
    let operands = [FloatForm.Kind](repeating: .number(w), count: 3)
    let form = FloatForm(body: [op], operands: operands, result: .number(w.floatFormat)) { a, b, c in f(w, a, b, c) }
    return named(name, w, needs: .fma3, [form])
  }

  private static func bitwise(_ w: Width) -> [FloatGroup] {
    let exact = FloatForm.Result.exact(w.floatFormat)
    return [
      unary("fmov", w, exact, Semantics.fmov, .fmov(width: w, d, a)),
      unary("fneg", w, exact, Semantics.fneg, .fneg(width: w, d, a)),
      unary("fabs", w, exact, Semantics.fabs, .fabs(width: w, d, a)),
      unary("fcanon", w, exact, Semantics.fcanon, .fcanon(width: w, d, a)),
      unary("fbits", w, .integer, Semantics.fmov, .fbits(width: w, integer, a)),
      named(
        "fsetBits", w,
        [FloatForm(body: [.fsetBits(width: w, d, integer)], operands: [.integer], result: exact) { a, _, _ in a }]),
      binary("fcopysign", w, exact, Semantics.fcopysign, .fcopysign(width: w, d, a, b)),
    ]
  }

  private static func arithmetic(_ w: Width) -> [FloatGroup] {
    let number = FloatForm.Result.number(w.floatFormat)
    return [
      binary("fadd", w, number, Semantics.fadd, .fadd(width: w, d, a, b)),
      binary("fsub", w, number, Semantics.fsub, .fsub(width: w, d, a, b)),
      binary("fmul", w, number, Semantics.fmul, .fmul(width: w, d, a, b)),
      binary("fdiv", w, number, Semantics.fdiv, .fdiv(width: w, d, a, b)),
      unary("fsqrt", w, number, Semantics.fsqrt, .fsqrt(width: w, d, a)),
      ternary("fma", w, Semantics.fma, .fma(width: w, d, a, b, c)),
      ternary("fms", w, Semantics.fms, .fms(width: w, d, a, b, c)),
      ternary("fnma", w, Semantics.fnma, .fnma(width: w, d, a, b, c)),
      ternary("fnms", w, Semantics.fnms, .fnms(width: w, d, a, b, c)),
      named(
        "fround", w,
        Rounding.allCases.map { rounding in
          FloatForm(body: [.fround(width: w, rounding, d, a)], operands: [.number(w)], result: number) { a, _, _ in
            Semantics.fround(w, rounding, a)
          }
        }),
    ]
  }

  private static func selections(_ w: Width) -> [FloatGroup] {
    let (exact, number) = (FloatForm.Result.exact(w.floatFormat), FloatForm.Result.number(w.floatFormat))
    return [
      binary("fmin", w, number, Semantics.fmin, .fmin(width: w, d, a, b)),
      binary("fmax", w, number, Semantics.fmax, .fmax(width: w, d, a, b)),
      binary("fminNum", w, number, Semantics.fminNum, .fminNum(width: w, d, a, b)),
      binary("fmaxNum", w, number, Semantics.fmaxNum, .fmaxNum(width: w, d, a, b)),
      binary("fminSelect", w, exact, Semantics.fminSelect, .fminSelect(width: w, d, a, b)),
      binary("fmaxSelect", w, exact, Semantics.fmaxSelect, .fmaxSelect(width: w, d, a, b)),
    ]
  }

  private static func relations(_ w: Width) -> [FloatGroup] {
    let two: [FloatForm.Kind] = [.number(w), .number(w)]
    let sets = FloatCondition.allCases.map { condition in
      FloatForm(body: [.fset(width: w, integer, condition, a, b)], operands: two, result: .integer) { a, b, _ in
        Semantics.fset(w, condition, a, b)
      }
    }
    let branches = FloatCondition.allCases.map { condition in
      let body: [Instruction] = [
        .movi(integer, 1), .fbranch(width: w, condition, a, b, 2), .movi(integer, 0), .label(2),
      ]
      return FloatForm(body: body, operands: two, result: .integer) { a, b, _ in Semantics.fset(w, condition, a, b) }
    }
    let selects = FloatCondition.allCases.map { condition in
      FloatForm(
        body: [.fselect(width: w, d, condition, a, b, c, a)], operands: two + [.number(w)],
        result: .exact(w.floatFormat)
      ) { a, b, c in Semantics.fselect(w, condition, a, b, c, a) }
    }
    return [named("fset", w, sets), named("fbranch", w, branches), named("fselect", w, selects)]
  }

  private static func integers(_ w: Width) -> [FloatGroup] {
    let kinds = FloatType.allCases.flatMap { type in Signedness.allCases.map { (type, $0) } }
    let saturating = kinds.map { type, sign in
      FloatForm(body: [.ftoi(width: w, type, sign, integer, a)], operands: [operand(type)], result: .integer) {
        a, _, _ in
        Semantics.ftoi(w, type, sign, a)
      }
    }
    let unchecked = kinds.map { type, sign in
      FloatForm(
        body: [.ftoiUnchecked(width: w, type, sign, integer, a)], operands: [operand(type)], result: .integer
      ) { a, _, _ in Semantics.ftoiUnchecked(w, type, sign, a) }
    }
    let back = kinds.map { type, sign in
      FloatForm(
        body: [.itof(width: w, type, sign, d, integer)], operands: [.integerToRound(type)],
        result: .number(type.format)
      ) { a, _, _ in Semantics.itof(w, type, sign, a) }
    }
    return [named("ftoi", w, saturating), named("ftoiUnchecked", w, unchecked), named("itof", w, back)]
  }

  private static func operand(_ type: FloatType) -> FloatForm.Kind { .number(type == .f64 ? .w64 : .w32) }

  private static var sizes: [FloatGroup] {
    func form(
      _ op: Instruction, _ kind: FloatForm.Kind, _ format: FloatFormat, _ f: @escaping @Sendable (UInt64) -> UInt64
    ) -> [FloatForm] {
      [FloatForm(body: [op], operands: [kind], result: .number(format)) { a, _, _ in f(a) }]
    }
    return [
      named("fwiden", nil, form(.fwiden(d, a), .number(.w32), .double, Semantics.fwiden)),
      named("fnarrow", nil, form(.fnarrow(d, a), .wide(.w64), .single, Semantics.fnarrow)),
      named("fwidenHalf", nil, needs: .f16c, form(.fwidenHalf(d, a), .half, .single, Semantics.fwidenHalf)),
      named("fnarrowHalf", nil, needs: .f16c, form(.fnarrowHalf(d, a), .wide(.w32), .half, Semantics.fnarrowHalf)),
    ]
  }
}
