/// What stands behind a mnemonic or directive, taken from left to right.
struct Operands {
  private var rest: ArraySlice<Token>
  private let end: Token

  /// Those behind the first word.
  init(_ line: Line, skipping count: Int = 1) { (rest, end) = (line.tokens.dropFirst(count), line.end) }

  mutating func next() throws(AssemblyError) -> Token {
    guard let token = rest.popFirst() else { throw end.error(.missingOperand) }
    return token
  }

  mutating func name() throws(AssemblyError) -> Token {
    let token = try next()
    guard Module.isName(token.text) else { throw token.error(.badName) }
    return token
  }

  mutating func number() throws(AssemblyError) -> Int { try Operands.number(try next()) }

  mutating func arrayKind() throws(AssemblyError) -> ArrayKind {
    let token = try next()
    for kind in ArrayKind.allCases where kind.name == token.string { return kind }
    throw token.error(.badArrayKind)
  }

  /// `args=2 locals=3`; what is left out is 0.
  mutating func counts() throws(AssemblyError) -> (arguments: Int, locals: Int) {
    var (arguments, locals) = (0, 0)
    if let token = rest.first, token.starts(with: "args=") {
      arguments = try Operands.number(try next().dropping(5))
    }
    if let token = rest.first, token.starts(with: "locals=") {
      locals = try Operands.number(try next().dropping(7))
    }
    return (arguments, locals)
  }

  /// Holds that nothing is left.
  func finish() throws(AssemblyError) {
    if let token = rest.first { throw token.error(.unexpectedOperand) }
  }

  private static func number(_ token: Token) throws(AssemblyError) -> Int {
    guard let first = token.text.first, 0x30...0x39 ~= first else { throw token.error(.badNumber) }
    let value = try Literal.integer(token)
    guard 0...Int64(Int32.max) ~= value else { throw token.error(.outOfRange) }
    return Int(value)
  }
}

extension ArrayKind {
  var name: String {
    switch self {
    case .i64: "i64"
    case .f64: "f64"
    case .any: "any"
    }
  }
}
