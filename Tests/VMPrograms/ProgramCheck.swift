import EjitVM

/// A call and what must come of it, as a comment of a program says: `; run: NAME(1, 2.5, "text") == 3`.
package struct ProgramCheck: Sendable {
  package enum Purpose: Sendable {
    /// `run`, `trap`: small enough for the slowest machine.
    case test
    /// `table`: tenths of a second in an interpreter.
    case table
    /// `bench`: the size that other machines are measured with.
    case bench
  }

  package enum Outcome: Equatable, Sendable {
    case value(Literal)
    /// `; trap: NAME(0) == divisionByZero`
    case trap(String)
  }

  package let purpose: Purpose
  package let function: String
  package let arguments: [Literal]
  package let outcome: Outcome

  /// The checks of a text; lines that begin like one and cannot be read are a mistake of the program's author.
  static func all(in text: [UInt8]) -> [ProgramCheck] {
    text.split(separator: 0x0A).compactMap { line in
      for (word, purpose) in ProgramCheck.words where line.starts(with: word.utf8) {
        guard let check = ProgramCheck(line.dropFirst(word.utf8.count), purpose, isTrap: word == "; trap: ") else {
          fatalError("a check of a bundled program cannot be read")
        }
        return check
      }
      return nil
    }
  }

  private static let words: [(String, Purpose)] = [
    ("; run: ", .test), ("; trap: ", .test), ("; table: ", .table), ("; bench: ", .bench),
  ]

  /// `NAME(1, 2.5, "text") == 3`
  private init?(_ text: ArraySlice<UInt8>, _ purpose: Purpose, isTrap: Bool) {
    guard let open = text.firstIndex(of: UInt8(ascii: "(")), let close = text.lastIndex(of: UInt8(ascii: ")")),
      text[(close + 1)...].starts(with: " == ".utf8)
    else { return nil }
    self.purpose = purpose
    function = String(decoding: text[..<open], as: UTF8.self)
    let result = text[(close + 5)...]
    do throws(AssemblyError) {
      outcome = isTrap ? .trap(String(decoding: result, as: UTF8.self)) : .value(try Literal(text: result))
      arguments = try ProgramCheck.arguments(text[(open + 1)..<close])
    } catch {
      return nil
    }
  }

  private static func arguments(_ text: ArraySlice<UInt8>) throws(AssemblyError) -> [Literal] {
    var result: [Literal] = []
    for part in text.split(separator: UInt8(ascii: ",")) { result.append(try Literal(text: part)) }
    return result
  }
}

extension ProgramCheck {
  /// The same for calls of one function that differ in values only.
  var sort: String {
    var text = function
    for argument in arguments { text += argument.kind }
    if case .trap = outcome { text += " traps" }
    return text
  }
}

extension Literal {
  fileprivate var kind: String {
    switch self {
    case .integer: " integer"
    case .float: " float"
    case .string: " string"
    case .bool: " bool"
    case .nil: " nil"
    case .function: " function"
    }
  }
}
