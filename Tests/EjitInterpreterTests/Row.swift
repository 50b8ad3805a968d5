import Ejit
import EjitInterpreter
import Testing

/// One op: its name in the model, its definition, and programs that compute the same.
struct Row: Sendable, CustomTestStringConvertible {
  typealias Results = (UInt64, UInt64)

  let name: String
  let shape: Operands.Shape
  /// Whether the model's first and second result mean something.
  var compares = (first: true, second: false)
  let definition: @Sendable (Width, Operands) -> Results
  /// Each leaves the first result in `d` and the second in `e`.
  var programs: [@Sendable (Width, Operands) -> [Instruction]] = []

  var testDescription: String { name }
}

/// Where the programs of rows find and leave what.
let a = Register.argument(0)
let b = Register.argument(1)
let c = Register.argument(2)
let d = Register.temporary(0)
let e = Register.saved(0)

extension Row {
  typealias Unary = @Sendable (Width, Register, Register) -> Instruction
  typealias Binary = @Sendable (Width, Register, Register, Register) -> Instruction
  typealias Ternary = @Sendable (Width, Register, Register, Register, Register) -> Instruction
  typealias WithImmediate = @Sendable (Width, Register, Register, Immediate) -> Instruction

  static func unary(
    _ name: String, _ f: @escaping @Sendable (Width, UInt64) -> UInt64, _ op: @escaping Unary
  ) -> Row {
    Row(
      name: name, shape: .unary, definition: { w, v in (f(w, v.a), 0) },
      programs: [{ w, _ in [op(w, d, a)] }, { w, _ in [op(w, a, a), .mov(d, a)] }])
  }

  static func binary(
    _ name: String, _ f: @escaping @Sendable (Width, UInt64, UInt64) -> UInt64, _ op: @escaping Binary,
    _ immediate: WithImmediate? = nil, over shape: Operands.Shape = .binary
  ) -> Row {
    var row = Row(
      name: name, shape: shape, definition: { w, v in (f(w, v.a, v.b), 0) },
      programs: [
        { w, _ in [op(w, d, a, b)] }, { w, _ in [op(w, a, a, b), .mov(d, a)] },
        { w, _ in [op(w, b, a, b), .mov(d, b)] },
      ])
    if let immediate {
      let isShift = if case .shift = shape { true } else { false }
      row.programs.append { w, v in
        // A count beyond the width is refused as an immediate: it is the count modulo the width there.
        [immediate(w, d, a, isShift ? Immediate(v.b % UInt64(w.bits)) : Row.immediate(w, v.b))]
      }
    }
    return row
  }

  static func ternary(
    _ name: String, _ f: @escaping @Sendable (Width, UInt64, UInt64, UInt64) -> UInt64,
    _ op: @escaping Ternary, over shape: Operands.Shape = .ternary
  ) -> Row {
    Row(
      name: name, shape: shape, definition: { w, v in (f(w, v.a, v.b, v.c), 0) },
      programs: [
        { w, _ in [op(w, d, a, b, c)] }, { w, _ in [op(w, a, a, b, c), .mov(d, a)] },
        { w, _ in [op(w, b, a, b, c), .mov(d, b)] }, { w, _ in [op(w, c, a, b, c), .mov(d, c)] },
      ])
  }

  /// `value` as an immediate that an op of this width takes: as it is, or the low half with a sign.
  static func immediate(_ w: Width, _ value: UInt64) -> Immediate {
    w == .w64 || value >> 32 == 0 ? Immediate(bits: value) : Immediate(Int64(Int32(truncatingIfNeeded: value)))
  }
  static func imm64(_ w: Width, _ value: UInt64) -> Imm64 { Imm64(bits: immediate(w, value).bits) }

  /// `e` = 1 if the branch to label 0 that ends `instructions` is taken, else 0.
  static func taken(_ instructions: Instruction...) -> [Instruction] {
    instructions + [.movi(e, 0), .ret, .label(0), .movi(e, 1)]
  }
}

extension Row {
  /// What differs from the model in the first case that does, of those `step` apart.
  func difference(
    _ model: Model.Function, step: Int = 1, _ found: (Width, Operands) throws -> Results
  ) rethrows -> String? {
    for w in Width.allCases {
      let cases = Operands.all(shape, w)
      for index in stride(from: 0, to: cases.count, by: step) {
        let (expected, results) = (Row.results(model, w, cases[index]), try found(w, cases[index]))
        if compares.first && results.0 != expected.0 || compares.second && results.1 != expected.1 {
          return "\(name) \(w) \(cases[index]): \(results), expected \(expected)"
        }
      }
    }
    return nil
  }

  private static func results(_ model: Model.Function, _ w: Width, _ v: Operands) -> Results {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 6) { words in
      withUnsafeTemporaryAllocation(of: CInt.self, capacity: 2) { counts in
        (words[0], words[1], words[2], words[3], words[4], words[5]) = (v.a, v.b, v.c, v.d, 0, 0)
        (counts[0], counts[1]) = (CInt(v.k), CInt(v.l))
        model(CInt(w.bits), words.baseAddress!, counts.baseAddress!, words.baseAddress! + 4)
        return (words[4], words[5])
      }
    }
  }
}
