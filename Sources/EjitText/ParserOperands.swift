import Ejit

/// Operands as the text form writes them, separated by commas.
extension Parser: OperandReader {
  typealias Failure = ParseError

  func width() -> Width { suffix }

  mutating func register() throws(ParseError) -> Register {
    try separate(.register)
    return try parseRegister(or: .operand(.register))
  }

  mutating func immediate() throws(ParseError) -> UInt64 {
    try separate(.immediate)
    return try parseInteger(.immediate, from: .min, to: .max)
  }

  mutating func pointer() throws(ParseError) -> UInt64 {
    try separate(.pointer)
    let position = cursor.position
    guard let name = cursor.takeIdentifier() else { return try parseInteger(.pointer, from: .min, to: .max) }
    pointers.append(PendingPointer(name: name, instruction: program.instructions.count, position: position))
    return 0
  }

  mutating func count() throws(ParseError) -> UInt8 {
    try separate(.count)
    return UInt8(truncatingIfNeeded: try parseInteger(.count, from: 0, to: UInt64(UInt8.max)))
  }

  mutating func int32() throws(ParseError) -> Int32 {
    try separate(.int32)
    return Int32(truncatingIfNeeded: try parseInteger(.int32, from: Int64(Int32.min), to: UInt64(Int32.max)))
  }

  mutating func uint32() throws(ParseError) -> UInt32 {
    try separate(.uint32)
    return UInt32(truncatingIfNeeded: try parseInteger(.uint32, from: 0, to: UInt64(UInt32.max)))
  }

  mutating func label() throws(ParseError) -> Label {
    try separate(.label)
    let position = cursor.position
    guard let name = cursor.takeIdentifier() else { throw expected(.operand(.label)) }
    guard let label = labels.label(name) else { throw expected(.labelName, at: position) }
    return label
  }

  mutating func condition() throws(ParseError) -> Condition { try parseWord(.condition) }
  mutating func memoryType() throws(ParseError) -> MemoryType { try parseWord(.memoryType) }
  mutating func signedness() throws(ParseError) -> Signedness { try parseWord(.signedness) }
  mutating func shift() throws(ParseError) -> Shift { try parseWord(.shift) }

  /// The comma in front of all operands but the first.
  private mutating func separate(_ kind: OperandKind) throws(ParseError) {
    cursor.skipBlanks()
    if operandCount > 0 {
      guard cursor.take(UInt8(ascii: ",")) else { throw expected(.comma(before: kind)) }
      cursor.skipBlanks()
    }
    operandCount += 1
  }

  private mutating func parseWord<T: Spelled>(_ kind: OperandKind) throws(ParseError) -> T {
    try separate(kind)
    let position = cursor.position
    guard let word = cursor.takeIdentifier(), let value = T.named(word) else {
      throw expected(.operand(kind), at: position)
    }
    return value
  }

  private mutating func parseInteger(
    _ kind: OperandKind, from low: Int64, to high: UInt64
  ) throws(ParseError) -> UInt64 {
    let position = cursor.position
    guard let bits = cursor.takeInteger()?.bits(from: low, to: high) else {
      throw expected(.operand(kind), at: position)
    }
    return bits
  }
}

// MARK: Registers

extension Parser {
  /// `r9`, `saved0`, `sp`, or `r?0x91` for a value that names nothing.
  mutating func parseRegister(or failure: ParseError.Expected) throws(ParseError) -> Register {
    let position = cursor.position
    guard let word = cursor.takeIdentifier() else { throw expected(failure) }
    if word == "r", cursor.take(UInt8(ascii: "?")) {
      return Register(rawValue: UInt8(truncatingIfNeeded: try parseInteger(.count, from: 0, to: 0xFF)))
    }
    guard let register = word.register else { throw expected(failure, at: position) }
    return register
  }

  /// `saving {r9, saved0}`, or nothing.
  mutating func registers() throws(ParseError) -> RegisterSet {
    cursor.skipBlanks()
    if isAtEndOfStatement { return [] }
    try separate(.registers)
    let position = cursor.position
    guard cursor.takeIdentifier() == "saving" else { throw expected(.operand(.registers), at: position) }
    cursor.skipBlanks()
    try require(UInt8(ascii: "{"))
    cursor.skipBlanks()
    var set = RegisterSet()
    if cursor.take(UInt8(ascii: "}")) { return set }
    while true {
      set.insert(try parseRegister(or: .operand(.register)))
      cursor.skipBlanks()
      if !cursor.take(UInt8(ascii: ",")) { break }
      cursor.skipBlanks()
    }
    try require(UInt8(ascii: "}"))
    return set
  }
}

extension Name {
  /// The register of this name.
  fileprivate var register: Register? {
    if self == "sp" { return .sp }
    let digits = bytes.firstIndex { $0.isDigit } ?? bytes.endIndex
    let prefix = Name(bytes[..<digits])
    guard let index = decimal(bytes[digits...], below: prefix == "r" ? 64 : 16) else { return nil }
    return switch prefix {
    case "r": Register(Int(index))
    case "arg": .argument(Int(index))
    case "res": .result(Int(index))
    case "saved": .saved(Int(index))
    case "tmp": .temporary(Int(index))
    case _: nil
    }
  }
}

// MARK: Addresses

extension Parser {
  mutating func memory() throws(ParseError) -> Operand.Memory {
    try separate(.memory)
    guard cursor.take(UInt8(ascii: "[")) else { throw expected(.operand(.memory)) }
    cursor.skipBlanks()
    let base = try parseRegister(or: .operand(.memory))
    let displacement = try parseDisplacement() ?? 0
    try require(UInt8(ascii: "]"))
    return Operand.Memory(base: base, displacement: Displacement(displacement))
  }

  mutating func address() throws(ParseError) -> Address {
    try separate(.address)
    guard cursor.take(UInt8(ascii: "[")) else { throw expected(.operand(.address)) }
    cursor.skipBlanks()
    let address = try parseAddress()
    try require(UInt8(ascii: "]"))
    return address
  }

  private mutating func parseAddress() throws(ParseError) -> Address {
    if cursor.current.isDigit || cursor.current == UInt8(ascii: "-") {
      let address = try parseInteger(.immediate, from: .min, to: .max)
      cursor.skipBlanks()
      return .absolute(address)
    }
    let base = try parseRegister(or: .baseRegister)
    if let displacement = try parseDisplacement() { return .at(base, displacement) }
    guard cursor.take(UInt8(ascii: "+")) else { return .at(base) }
    cursor.skipBlanks()
    let index = try parseRegister(or: .displacement)
    cursor.skipBlanks()
    var shift: UInt8 = 0
    if cursor.take("<<") {
      cursor.skipBlanks()
      shift = UInt8(truncatingIfNeeded: try parseInteger(.count, from: 0, to: UInt64(UInt8.max)))
    }
    return .at(base, index, shift: Int(shift), try parseDisplacement() ?? 0)
  }

  /// `+ 16` or `- 16`, if it stands here; blanks around are skipped.
  private mutating func parseDisplacement() throws(ParseError) -> Int32? {
    cursor.skipBlanks()
    let start = cursor.offset
    let isNegative = cursor.take(UInt8(ascii: "-"))
    guard isNegative || cursor.take(UInt8(ascii: "+")) else { return nil }
    cursor.skipBlanks()
    let position = cursor.position
    if !isNegative, cursor.current.isIdentifierStart {
      cursor.returnTo(start)
      return nil
    }
    guard let number = cursor.takeInteger(), let value = number.displacement(isNegated: isNegative) else {
      throw expected(.displacement, at: position)
    }
    cursor.skipBlanks()
    return value
  }
}

extension Integer {
  /// The number behind `+` or `-` as a displacement, if it is one; behind `-` stands no second sign.
  fileprivate func displacement(isNegated: Bool) -> Int32? {
    if isNegated, isNegative { return nil }
    return Integer(isNegative: isNegative || isNegated, magnitude: magnitude)
      .bits(from: Int64(Int32.min), to: UInt64(Int32.max)).map { Int32(truncatingIfNeeded: $0) }
  }
}
