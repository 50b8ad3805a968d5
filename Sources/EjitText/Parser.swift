import Ejit

extension Program {
  /// The program that a text says. Any bytes are a program or an error.
  public init(parsing text: [UInt8]) throws(ParseError) {
    var parser = Parser(text)
    try parser.parse()
    self = parser.program
  }

  /// The program that a text says. Any bytes are a program or an error.
  public init(parsing text: Span<UInt8>) throws(ParseError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for index in text.indices { bytes.append(text[index]) }
    try self.init(parsing: bytes)
  }

  /// The program that a text says.
  public init(parsing text: String) throws(ParseError) { try self.init(parsing: Array(text.utf8)) }
}

/// Reads a text line by line. What names something that may come later in the file, a label excepted, is looked up
/// when all lines are read.
struct Parser {
  var program = Program()
  var cursor: Cursor
  var labels: LabelNumbers
  /// The width in the mnemonic of the instruction being read.
  var suffix = Width.w64
  /// How many operands of it have been read.
  var operandCount = 0
  var externs: [Name: Int] = [:]
  /// Names used where an integer may stand, and the instructions that do.
  var pointers: [PendingPointer] = []
  /// The `run` directives, whose functions may follow.
  var runs: [PendingRun] = []

  struct PendingPointer {
    let name: Name
    let instruction: Int
    let position: SourcePosition
  }

  init(_ text: [UInt8]) {
    cursor = Cursor(text)
    labels = LabelNumbers(of: text)
  }

  mutating func parse() throws(ParseError) {
    repeat { try parseLine() } while cursor.advanceLine()
    program.labels = labels.labels
    program.closeFunctions()
    for index in program.functions.indices { program.nameFunction(index) }
    try resolvePointers()
    try resolveRuns()
  }

  /// A statement or none, then a comment or none.
  private mutating func parseLine() throws(ParseError) {
    cursor.skipBlanks()
    let count = program.instructions.count
    if !isAtEndOfStatement {
      try parseStatement()
      cursor.skipBlanks()
    }
    guard isAtEndOfStatement else { throw expected(.endOfLine) }
    try parseComment(behindInstruction: program.instructions.count > count)
  }

  var isAtEndOfStatement: Bool { cursor.isAtEndOfLine || cursor.current == UInt8(ascii: ";") }

  func expected(_ expected: ParseError.Expected, at position: SourcePosition? = nil) -> ParseError {
    ParseError(position: position ?? cursor.position, expected: expected)
  }

  mutating func require(_ byte: UInt8) throws(ParseError) {
    guard cursor.take(byte) else { throw expected(.character(byte)) }
  }

  private mutating func append(_ instruction: Instruction, _ position: SourcePosition, result: ResultKind = .integer) {
    program.append(instruction, result: result)
    program.positions.append(position)
  }
}

// MARK: Statements

extension Parser {
  private mutating func parseStatement() throws(ParseError) {
    let position = cursor.position
    guard let word = cursor.takeIdentifier() else { throw expected(.statement) }
    let end = cursor.offset
    cursor.skipBlanks()
    if cursor.take(UInt8(ascii: ":")) {
      guard let label = labels.label(word) else { throw expected(.labelName, at: position) }
      return append(.label(label), position)
    }
    cursor.returnTo(end)
    switch word {
    case "function": try parseFunction(position)
    case "extern": try parseExtern()
    case "label": try parseLabelName()
    case _: try parseInstruction(word, position)
    }
  }

  /// `add.w r0, r1, r2`
  private mutating func parseInstruction(_ word: Name, _ position: SourcePosition) throws(ParseError) {
    guard let mnemonic = Mnemonic(word), mnemonic != .label, mnemonic != .entry else {
      throw expected(.statement, at: position)
    }
    suffix = .w64
    operandCount = 0
    if cursor.current == UInt8(ascii: ".") { try parseWidth(mnemonic) }
    append(try Instruction(mnemonic, from: &self), position)
  }

  private mutating func parseWidth(_ mnemonic: Mnemonic) throws(ParseError) {
    let position = cursor.position
    cursor.advance()
    guard cursor.takeIdentifier() == "w" else { throw expected(.widthSuffix, at: position) }
    guard mnemonic.hasWidth else { throw expected(.noWidthSuffix(mnemonic), at: position) }
    suffix = .w32
  }

  /// `function NAME -> f64`
  private mutating func parseFunction(_ position: SourcePosition) throws(ParseError) {
    cursor.skipBlanks()
    let name = cursor.position
    guard let word = cursor.takeIdentifier() else { throw expected(.functionName) }
    guard let label = labels.label(word) else { throw expected(.labelName, at: name) }
    cursor.skipBlanks()
    var result = ResultKind.integer
    if cursor.take("->") {
      cursor.skipBlanks()
      let position = cursor.position
      guard let word = cursor.takeIdentifier(), let kind = ResultKind.named(word), kind != .integer else {
        throw expected(.resultKind, at: position)
      }
      result = kind
    }
    append(.entry(label), position, result: result)
  }

  /// `extern NAME`; twice is once.
  private mutating func parseExtern() throws(ParseError) {
    cursor.skipBlanks()
    let position = cursor.position
    guard let name = cursor.takeIdentifier(), LabelSpelling(name) == .name else {
      throw expected(.externName, at: position)
    }
    guard externs[name] == nil else { return }
    externs[name] = program.externs.count
    program.externs.append(name)
  }

  /// `label NAME = L7`
  private mutating func parseLabelName() throws(ParseError) {
    cursor.skipBlanks()
    let place = cursor.position
    guard let name = cursor.takeIdentifier(), labels.isNew(name) else { throw expected(.newLabelName, at: place) }
    cursor.skipBlanks()
    try require(UInt8(ascii: "="))
    cursor.skipBlanks()
    let number = cursor.position
    guard let word = cursor.takeIdentifier(), case .number(let value) = LabelSpelling(word),
      labels.name(Label(value), name)
    else { throw expected(.unnamedLabelNumber, at: number) }
  }

  private mutating func resolvePointers() throws(ParseError) {
    for pointer in pointers {
      guard let index = externs[pointer.name] else {
        throw expected(.declaredExtern(pointer.name), at: pointer.position)
      }
      program.externUses.append(Program.ExternUse(instruction: pointer.instruction, extern: index))
    }
  }
}
