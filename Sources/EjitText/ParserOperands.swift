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
  mutating func outcome() throws(ParseError) -> Outcome { try parseWord(.outcome) }
  mutating func memoryOperation() throws(ParseError) -> MemoryOperation { try parseWord(.memoryOperation) }
  mutating func memoryOrder() throws(ParseError) -> MemoryOrder { try parseWord(.memoryOrder) }
  mutating func atomicOperation() throws(ParseError) -> AtomicOperation { try parseWord(.atomicOperation) }
  mutating func prefetchAccess() throws(ParseError) -> PrefetchAccess { try parseWord(.prefetchAccess) }
  mutating func cacheLevel() throws(ParseError) -> CacheLevel { try parseWord(.cacheLevel) }
  mutating func codeSection() throws(ParseError) -> CodeSection { try parseWord(.codeSection) }
  mutating func dataType() throws(ParseError) -> DataType { try parseWord(.dataType) }
  mutating func floatCondition() throws(ParseError) -> FloatCondition { try parseWord(.floatCondition) }
  mutating func rounding() throws(ParseError) -> Rounding { try parseWord(.rounding) }
  mutating func floatType() throws(ParseError) -> FloatType { try parseWord(.floatType) }

  mutating func vector() throws(ParseError) -> VectorRegister {
    try separate(.vector)
    return try parseVectorRegister()
  }

  /// An integer of 64 bits; `1.5`, `inf`, `nan` or `0x7ff8000000000001` where the type is floating-point.
  mutating func datum(_ type: DataType) throws(ParseError) -> UInt64 {
    try separate(.datum)
    let isHexadecimal = cursor.current == UInt8(ascii: "0") && cursor.next | 0x20 == UInt8(ascii: "x")
    if type != .f32 && type != .f64 || isHexadecimal { return try parseInteger(.datum, from: .min, to: .max) }
    let position = cursor.position
    guard let literal = FloatLiteral(cursor.takeNumber()) else { throw expected(.operand(.datum), at: position) }
    return type == .f32 ? UInt64(literal.single.bitPattern) : literal.double.bitPattern
  }

  /// The comma in front of all operands but the first.
  mutating func separate(_ kind: OperandKind) throws(ParseError) {
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

  mutating func parseInteger(
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

  /// `v9`, `farg0`, or `v?0x91` for a value that names nothing.
  private mutating func parseVectorRegister() throws(ParseError) -> VectorRegister {
    let position = cursor.position
    guard let word = cursor.takeIdentifier() else { throw expected(.operand(.vector)) }
    if word == "v", cursor.take(UInt8(ascii: "?")) {
      return VectorRegister(rawValue: UInt8(truncatingIfNeeded: try parseInteger(.count, from: 0, to: 0xFF)))
    }
    guard let register = word.vectorRegister else { throw expected(.operand(.vector), at: position) }
    return register
  }

  /// `saving {r9, saved0}`, or nothing.
  mutating func registers() throws(ParseError) -> RegisterSet {
    cursor.skipBlanks()
    if isAtEndOfStatement { return [] }
    let (start, count) = (cursor, operandCount)
    try separate(.registers)
    let position = cursor.position
    let word = cursor.takeIdentifier()
    if word == "vectors" {
      (cursor, operandCount) = (start, count)
      return []
    }
    guard word == "saving" else { throw expected(.operand(.registers), at: position) }
    cursor.skipBlanks()
    try require(UInt8(ascii: "{"))
    return try parseRegisterList()
  }

  /// `vectors 3`, or nothing.
  mutating func savedVectors() throws(ParseError) -> UInt8 {
    cursor.skipBlanks()
    if isAtEndOfStatement { return 0 }
    try separate(.savedVectors)
    let position = cursor.position
    guard cursor.takeIdentifier() == "vectors" else { throw expected(.operand(.savedVectors), at: position) }
    cursor.skipBlanks()
    return UInt8(truncatingIfNeeded: try parseInteger(.savedVectors, from: 0, to: UInt64(UInt8.max)))
  }

  /// `{r9, saved0}`
  mutating func registerList() throws(ParseError) -> RegisterSet {
    try separate(.registerList)
    guard cursor.take(UInt8(ascii: "{")) else { throw expected(.operand(.registerList)) }
    return try parseRegisterList()
  }

  /// The rest of a list behind its brace.
  private mutating func parseRegisterList() throws(ParseError) -> RegisterSet {
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
    guard let (prefix, index) = numbered(below: 64, of: "r") else { return nil }
    return switch prefix {
    case "r": Register(index)
    case "arg": .argument(index)
    case "res": .result(index)
    case "saved": .saved(index)
    case "tmp": .temporary(index)
    case _: nil
    }
  }

  /// The floating-point register of this name.
  fileprivate var vectorRegister: VectorRegister? {
    guard let (prefix, index) = numbered(below: 64, of: "v") else { return nil }
    return switch prefix {
    case "v": VectorRegister(index)
    case "farg": .argument(index)
    case "fres": .result(index)
    case "fsaved": .saved(index)
    case "ftmp": .temporary(index)
    case _: nil
    }
  }

  /// Letters and a number, which lies below 16, or below `limit` behind `plain`.
  private func numbered(below limit: UInt64, of plain: Name) -> (prefix: Name, index: Int)? {
    let digits = bytes.firstIndex { $0.isDigit } ?? bytes.endIndex
    let prefix = Name(bytes[..<digits])
    guard let index = decimal(bytes[digits...], below: prefix == plain ? limit : 16) else { return nil }
    return (prefix, Int(index))
  }
}
