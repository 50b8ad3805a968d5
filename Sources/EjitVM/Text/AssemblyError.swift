/// Why a text is not a module, and where.
public struct AssemblyError: Error, Equatable, Sendable {
  /// What is wrong.
  public var kind: Kind
  /// From 1.
  public var line: Int
  /// From 1, in bytes.
  public var column: Int

  init(_ kind: Kind, line: Int, column: Int) { (self.kind, self.line, self.column) = (kind, line, column) }

  /// What a text may have wrong.
  public enum Kind: UInt8, CaseIterable, Sendable {
    case unknownMnemonic, unknownDirective
    case missingOperand, unexpectedOperand
    case badNumber, badName, badString, badConstant, badArrayKind
    /// A number that no operand can hold.
    case outOfRange
    /// An instruction, label or handler before the first `.fn`.
    case outsideFunction
    case duplicateFunction, duplicateHost, duplicateLabel, duplicateConstant
    case unknownFunction, unknownHost, unknownLabel
    /// More code than distances reach over.
    case tooLong
  }

  /// What is wrong, in words.
  public var message: String {
    switch kind {
    case .unknownMnemonic: "no instruction has this name"
    case .unknownDirective: "no directive has this name"
    case .missingOperand: "an operand is missing"
    case .unexpectedOperand: "nothing may stand here"
    case .badNumber: "expected a number"
    case .badName: "expected a name of letters, digits, _, . and $ that begins with no digit or dot"
    case .badString: "a string ends in \" on its line and has only the escapes \\n \\t \\r \\0 \\\" \\\\ \\xHH"
    case .badConstant: "expected an integer, a float, a string, true, false or @ and the name of a function"
    case .badArrayKind: "expected i64, f64 or any"
    case .outOfRange: "this number is too large or too small"
    case .outsideFunction: "this stands before the first function"
    case .duplicateFunction: "a function before has this name"
    case .duplicateHost: "a host function before has this name"
    case .duplicateLabel: "this label is in the function already"
    case .duplicateConstant: "the module has this constant already"
    case .unknownFunction: "no function has this name"
    case .unknownHost: "no host function is declared with this name"
    case .unknownLabel: "the function has no such label"
    case .tooLong: "this function is too long"
    }
  }
}
