import Ejit

extension Parser {
  /// A `run` directive, before the functions of the file are known.
  struct PendingRun {
    let name: Name
    let namePosition: SourcePosition
    let arguments: [Run.Argument]
    let value: Value?
    let output: [UInt8]?
    /// Its index among the directives.
    let directive: Int

    enum Value {
      /// `==`: bits if written as an integer, the number that the text says, and where it stands.
      case equal(UInt64?, FloatLiteral?, SourcePosition)
      case bits(FloatLiteral)
    }
  }
}

extension Parser {
  /// `run: NAME(1, 2) == 3 => 00 01`
  mutating func parseRun(_ position: SourcePosition) throws(ParseError) {
    cursor.skipBlanks()
    let namePosition = cursor.position
    let name = cursor.takeIdentifier() ?? ""
    cursor.skipBlanks()
    let arguments = try parseArguments()
    cursor.skipBlanks()
    let value = try parseValue()
    cursor.skipBlanks()
    var output: [UInt8]?
    if cursor.current == UInt8(ascii: "=") || value == nil { output = try parseOutput(arguments) }
    runs.append(
      PendingRun(
        name: name, namePosition: namePosition, arguments: arguments, value: value, output: output,
        directive: program.directives.count))
    // The function is filled in by `resolveRuns`.
    append(.run(Run(function: 0, arguments: arguments, value: nil, output: output)), position)
  }

  /// `== 3` or `==f 1.5`, if it stands here.
  private mutating func parseValue() throws(ParseError) -> PendingRun.Value? {
    guard cursor.take("==") else { return nil }
    let isBits = cursor.take(UInt8(ascii: "f"))
    cursor.skipBlanks()
    let (start, position) = (cursor.offset, cursor.position)
    let integer = isBits ? nil : try parseIntegerNumber()
    let end = cursor.offset
    cursor.returnTo(start)
    let literal = FloatLiteral(cursor.takeNumber())
    if isBits {
      guard let literal else { throw expected(.number, at: position) }
      return .bits(literal)
    }
    guard integer != nil && cursor.offset == end || literal != nil else { throw expected(.result, at: position) }
    return .equal(integer, literal, position)
  }

  /// `=> 00 01`, as many bytes as the arguments have room for.
  private mutating func parseOutput(_ arguments: [Run.Argument]) throws(ParseError) -> [UInt8] {
    let position = cursor.position
    guard cursor.take("=>") else { throw expected(.comparison) }
    var room: Int?
    for case .output(let count) in arguments { room = (room ?? 0) + count }
    guard let room else { throw expected(.outputArgument, at: position) }
    cursor.skipBlanks()
    let place = cursor.position
    let bytes = try parseHexBytes()
    guard bytes.count == room else { throw expected(.outputBytes(room), at: place) }
    return bytes
  }

  /// Finds the functions of the `run` directives.
  mutating func resolveRuns() throws(ParseError) {
    var functions: [Label: Int] = [:]
    for (index, function) in program.functions.enumerated().reversed() {
      if let label = function.label { functions[label] = index }
    }
    for run in runs {
      let function = run.name == "" ? 0 : labels.known(run.name).flatMap { functions[$0] }
      guard let function else { throw expected(.knownFunction(run.name), at: run.namePosition) }
      let value = try resolveValue(run, result: program.functions[function].result)
      let old = program.directives[run.directive]
      program.directives[run.directive] = Directive(
        kind: .run(Run(function: function, arguments: run.arguments, value: value, output: run.output)),
        place: old.place, position: old.position)
    }
  }

  private func resolveValue(_ run: PendingRun, result: ResultKind) throws(ParseError) -> Run.Value? {
    switch (run.value, result) {
    case (nil, _): return nil
    case (.bits(let literal), _): return .bits(literal)
    case (.equal(let integer, _, let position), .integer):
      guard let integer else { throw expected(.integerResult, at: position) }
      return .integer(integer)
    case (.equal(_, let literal, let position), .f64), (.equal(_, let literal, let position), .f32):
      guard let literal else { throw expected(.number, at: position) }
      return .number(literal)
    }
  }
}

// MARK: Arguments

extension Run.Argument {
  /// The floating-point number that `text` says, all of it: `1.5`, or `1.5f` for a `Float`.
  public init?(float text: some BidirectionalCollection<UInt8>) {
    if let literal = FloatLiteral(text) {
      self = .float(literal)
    } else if text.last == UInt8(ascii: "f"), let literal = FloatLiteral(text.dropLast()) {
      self = .single(literal)
    } else {
      return nil
    }
  }

  /// The bits of a floating-point argument in its register, those above a `Float` zero; nil: it is none.
  public var floatBits: UInt64? {
    switch self {
    case .float(let literal): literal.double.bitPattern
    case .single(let literal): UInt64(literal.single.bitPattern)
    case .integer, .text, .output: nil
    }
  }
}

extension Parser {
  /// `(1, 1.5, "text", out 8)`
  fileprivate mutating func parseArguments() throws(ParseError) -> [Run.Argument] {
    try require(UInt8(ascii: "("))
    cursor.skipBlanks()
    var arguments: [Run.Argument] = []
    if cursor.take(UInt8(ascii: ")")) { return arguments }
    var room = Run.maximumOutput
    while true {
      arguments.append(try parseArgument(room: &room))
      cursor.skipBlanks()
      if !cursor.take(UInt8(ascii: ",")) { break }
      cursor.skipBlanks()
    }
    try require(UInt8(ascii: ")"))
    return arguments
  }

  private mutating func parseArgument(room: inout Int) throws(ParseError) -> Run.Argument {
    if cursor.take(UInt8(ascii: "\"")) { return .text(try parseText()) }
    let (start, position) = (cursor.offset, cursor.position)
    if let bits = try parseIntegerNumber() { return .integer(bits) }
    if let number = Run.Argument(float: cursor.takeNumber()) { return number }
    cursor.returnTo(start)
    guard cursor.takeIdentifier() == "out" else { throw expected(.argument, at: position) }
    cursor.skipBlanks()
    let place = cursor.position
    guard let count = cursor.takeInteger()?.bits(from: 0, to: UInt64(room)) else {
      throw expected(.integer(from: 0, to: UInt64(room)), at: place)
    }
    room -= Int(count)
    return .output(byteCount: Int(count))
  }

  /// The integer that stands here, unless it goes on as a floating-point number.
  private mutating func parseIntegerNumber() throws(ParseError) -> UInt64? {
    let (start, position) = (cursor.offset, cursor.position)
    guard let integer = cursor.takeInteger() else { return nil }
    if cursor.current == UInt8(ascii: ".") {
      cursor.returnTo(start)
      return nil
    }
    guard let bits = integer.bits(from: .min, to: .max) else {
      throw expected(.integer(from: .min, to: .max), at: position)
    }
    return bits
  }

  /// The rest of a string behind its first quote.
  private mutating func parseText() throws(ParseError) -> [UInt8] {
    var text: [UInt8] = []
    while !cursor.isAtEndOfLine {
      if cursor.take(UInt8(ascii: "\"")) { return text }
      if cursor.current == UInt8(ascii: "\\") {
        text.append(try parseEscape())
      } else {
        text.append(cursor.current)
        cursor.advance()
      }
    }
    throw expected(.closingQuote)
  }

  private mutating func parseEscape() throws(ParseError) -> UInt8 {
    let position = cursor.position
    cursor.advance()
    let letter = cursor.current
    cursor.advance()
    switch letter {
    case UInt8(ascii: "n"): return UInt8(ascii: "\n")
    case UInt8(ascii: "t"): return UInt8(ascii: "\t")
    case UInt8(ascii: "r"): return UInt8(ascii: "\r")
    case UInt8(ascii: "0"): return 0
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): return letter
    case UInt8(ascii: "x"):
      guard let high = cursor.current.hexValue, let low = cursor.next.hexValue else { break }
      cursor.advance()
      cursor.advance()
      return high << 4 | low
    default: break
    }
    throw expected(.escape, at: position)
  }
}
