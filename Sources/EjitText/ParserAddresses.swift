import Ejit

/// Places in memory as the text form writes them: `[base + uxtw index << shift + displacement]`.
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
    let `extension` = takeExtension()
    let index = try parseRegister(or: .displacement)
    cursor.skipBlanks()
    var shift: UInt8 = 0
    if cursor.take("<<") {
      cursor.skipBlanks()
      shift = UInt8(truncatingIfNeeded: try parseInteger(.count, from: 0, to: UInt64(UInt8.max)))
    }
    let displacement = try parseDisplacement() ?? 0
    guard let `extension` else { return .at(base, index, shift: Int(shift), displacement) }
    return .at(base, `extension`, index, shift: Int(shift), displacement)
  }

  /// `uxtw` or `sxtw`, if it stands here; blanks behind are skipped.
  private mutating func takeExtension() -> Signedness? {
    let start = cursor.offset
    let word = cursor.takeIdentifier()
    cursor.skipBlanks()
    switch word {
    case "uxtw": return .unsigned
    case "sxtw": return .signed
    case _:
      cursor.returnTo(start)
      return nil
    }
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
