import Ejit
import EjitInterpreter

extension Row {
  /// Division in all its variants. Where one has no result, the model says that `d` stays.
  static let divisions: [Row] = [
    .binary("sdiv", Semantics.sdiv, Instruction.sdiv),
    .binary("udiv", Semantics.udiv, Instruction.udiv),
    .binary("srem", Semantics.srem, Instruction.srem),
    .binary("urem", Semantics.urem, Instruction.urem),
    wide("sdivmod", { w, a, b in relabelled(Semantics.sdivmod(w, a, b)) }, Instruction.sdivmod),
    wide("udivmod", { w, a, b in relabelled(Semantics.udivmod(w, a, b)) }, Instruction.udivmod),
    checked("sdivChecked", Semantics.sdivChecked, Instruction.sdivChecked),
    checked("udivChecked", Semantics.udivChecked, Instruction.udivChecked),
    checked("sremChecked", Semantics.sremChecked, Instruction.sremChecked),
    checked("uremChecked", Semantics.uremChecked, Instruction.uremChecked),
    unchecked("sdivChecked", Semantics.sdivChecked, Instruction.sdivUnchecked),
    unchecked("udivChecked", Semantics.udivChecked, Instruction.udivUnchecked),
    unchecked("sremUnchecked", Semantics.sremUnchecked, Instruction.sremUnchecked),
    unchecked("uremChecked", Semantics.uremChecked, Instruction.uremUnchecked),
    Row(
      name: "udivWide", shape: .ternary, compares: (true, true),
      definition: { w, v in Semantics.udivWide(w, v.a, v.b, v.c).map { ($0.quotient, $0.remainder) } ?? (v.d, 0) },
      programs: [
        { w, v in isDefined(w, v) ? [.udivWideUnchecked(width: w, d, e, a, b, c)] : [.movi(e, 0)] },
        { w, v in
          isDefined(w, v)
            ? [.udivWideUnchecked(width: w, b, a, a, b, c), .mov(d, b), .mov(e, a)] : [.movi(e, 0)]
        },
      ]),
    Row(
      name: "udivWideChecked", shape: .ternary, compares: (true, true),
      definition: { w, v in (Semantics.udivWide(w, v.a, v.b, v.c)?.quotient ?? v.d, isDefined(w, v) ? 0 : 1) },
      programs: [{ w, _ in taken(.udivWideChecked(width: w, d, e, a, b, c, 0)) }]),
  ]

  private static func isDefined(_ w: Width, _ v: Operands) -> Bool { Semantics.udivWide(w, v.a, v.b, v.c) != nil }

  private static func relabelled(_ result: (quotient: UInt64, remainder: UInt64)) -> (low: UInt64, high: UInt64) {
    (result.quotient, result.remainder)
  }

  /// The second result: whether the branch was taken.
  private static func checked(
    _ name: String, _ f: @escaping @Sendable (Width, UInt64, UInt64) -> UInt64?,
    _ op: @escaping @Sendable (Width, Register, Register, Register, Label) -> Instruction
  ) -> Row {
    Row(
      name: name, shape: .binary, compares: (true, true),
      definition: { w, v in (f(w, v.a, v.b) ?? v.d, f(w, v.a, v.b) == nil ? 1 : 0) },
      programs: [{ w, _ in taken(op(w, d, a, b, 0)) }])
  }

  /// Not executed where it is undefined (`FaultTests`).
  private static func unchecked(
    _ name: String, _ f: @escaping @Sendable (Width, UInt64, UInt64) -> UInt64?, _ op: @escaping Binary
  ) -> Row {
    Row(
      name: name, shape: .binary, definition: { w, v in (f(w, v.a, v.b) ?? v.d, 0) },
      programs: [{ w, v in f(w, v.a, v.b) == nil ? [] : [op(w, d, a, b)] }])
  }
}
