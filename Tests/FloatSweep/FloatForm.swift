import Ejit
import EjitInterpreter
import FloatInputs

/// One op on numbers with all but its registers chosen: how it is executed on many operands, and what must come of it.
struct FloatForm {
  /// What is between operands and result in the loop.
  let body: [Instruction]
  /// What operands are made of.
  let operands: [Kind]
  let result: Result
  /// None where the op defines none.
  let expected: @Sendable (UInt64, UInt64, UInt64) -> UInt64?

  /// What an operand is.
  enum Kind {
    case number(Width)
    /// A number that may be half-way between two of the next smaller size.
    case wide(Width)
    case half
    case integer
    /// An integer that may be half-way between two numbers.
    case integerToRound(FloatType)
  }

  /// What is compared.
  enum Result {
    case integer
    /// Bit for bit.
    case exact(FloatFormat)
    /// Any quiet NaN for NaN.
    case number(FloatFormat)

    func allows(_ found: UInt64, _ expected: UInt64) -> Bool {
      switch self {
      case .integer: return found == expected
      case .exact(let format): return (found ^ expected) & format.mask == 0
      case .number(let format):
        if format.isNaN(expected) { return format.isNaN(found) && !format.isSignaling(found) }
        return (found ^ expected) & format.mask == 0
      }
    }
  }
}

extension FloatForm {
  /// Where a loop has what. No call preserves these, so that the loop owes its caller nothing.
  static let d = VectorRegister(4)
  static let a = VectorRegister(1)
  static let b = VectorRegister(2)
  static let c = VectorRegister(3)
  static let integer = Register.argument(3)

  /// The function (operands, results, how many): three words for each execution, and one for its result.
  var program: [Instruction] {
    let (source, target, count) = (Register.argument(0), Register.argument(1), Register.argument(2))
    var program: [Instruction] = [.label(1)]
    for (index, kind) in operands.enumerated() {
      let place = Address.at(source, Int32(8 * index))
      switch kind {
      case .number, .wide, .half: program.append(.fld([FloatForm.a, FloatForm.b, FloatForm.c][index], place))
      case .integer, .integerToRound: program.append(.ld(.u64, FloatForm.integer, place))
      }
    }
    program += body
    switch result {
    case .integer: program.append(.st(.u64, FloatForm.integer, .at(target)))
    case .exact(let format), .number(let format):
      program.append(.fst(width: format.mask == ~0 ? .w64 : .w32, FloatForm.d, .at(target)))
    }
    return program + [
      .addi(source, source, 24), .addi(target, target, 8), .subi(count, count, 1), .branchi(.ne, count, 0, 1), .ret,
    ]
  }

  /// The operands of one execution.
  func operands(_ random: inout RandomNumbers) -> (UInt64, UInt64, UInt64) {
    func value(_ index: Int) -> UInt64 {
      guard index < operands.count else { return 0 }
      return switch operands[index] {
      case .number(let w): random.number(w)
      case .wide(let w): random.narrowable(w)
      case .half: random.half()
      case .integer: random.integer()
      case .integerToRound(let type): random.integerToRound(type)
      }
    }
    return (value(0), value(1), value(2))
  }
}

/// The forms of an op on numbers of one width, and its name.
struct FloatGroup {
  let name: String
  let needs: Features
  let forms: [FloatForm]
}
