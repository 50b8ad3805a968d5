import Ejit

// Comments, and the directives among them. A comment is a directive if it begins like one; then it must be one.

extension Parser {
  /// A comment, if there is one. Behind a directive another comment may follow.
  mutating func parseComment(behindInstruction: Bool) throws(ParseError) {
    while cursor.take(UInt8(ascii: ";")) {
      cursor.skipBlanks()
      let position = cursor.position
      if cursor.take("run:") {
        try parseRun(position)
      } else if cursor.take("error:") {
        guard behindInstruction else { throw expected(.instructionOnLine, at: position) }
        try parseError(position)
      } else if cursor.take("bytes ") {
        try parseBytes(position)
      } else {
        return
      }
      cursor.skipBlanks()
      guard isAtEndOfStatement else { throw expected(.endOfLine) }
    }
  }

  mutating func append(_ kind: Directive.Kind, _ position: SourcePosition) {
    program.directives.append(Directive(kind: kind, place: program.instructions.count, position: position))
  }

  /// `error: KIND`
  private mutating func parseError(_ position: SourcePosition) throws(ParseError) {
    cursor.skipBlanks()
    let place = cursor.position
    guard let word = cursor.takeIdentifier() else { throw expected(.errorKind) }
    let kind = EjitError.Kind.named(word)
    guard kind != nil || word == "any" else { throw expected(.errorKind, at: place) }
    append(.error(ExpectedError(kind: kind, instruction: program.instructions.count - 1)), position)
  }

  /// `bytes x86-64: 48 89 f8`
  private mutating func parseBytes(_ position: SourcePosition) throws(ParseError) {
    cursor.skipBlanks()
    let architecture: Target.Architecture
    if cursor.take("x86-64:") {
      architecture = .x86_64
    } else if cursor.take("aarch64:") {
      architecture = .aarch64
    } else {
      throw expected(.architecture)
    }
    let bytes = try parseHexBytes()
    guard !program.functions.isEmpty else { throw expected(.functionAbove, at: position) }
    let function = program.functions.count - 1
    append(.bytes(ExpectedBytes(architecture: architecture, function: function, bytes: bytes)), position)
  }

  /// One or more bytes of two digits, with or without blanks between them.
  mutating func parseHexBytes() throws(ParseError) -> [UInt8] {
    var bytes: [UInt8] = []
    cursor.skipBlanks()
    while let high = cursor.current.hexValue, let low = cursor.next.hexValue {
      bytes.append(high << 4 | low)
      cursor.advance()
      cursor.advance()
      cursor.skipBlanks()
    }
    guard !bytes.isEmpty, isAtEndOfStatement else { throw expected(.hexByte) }
    return bytes
  }
}
