/// A place in a text that moves forward: the words and numbers of the grammar.
///
/// A line ends before a line feed, before a carriage return that precedes one, and at the end of the text; there
/// `current` is `Cursor.end`, a byte that stands nowhere else.
struct Cursor {
  private let bytes: [UInt8]
  private(set) var offset = 0
  private var line = 1
  private var lineStart = 0

  /// What `current` is at the end of a line.
  static let end = UInt8(ascii: "\n")

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The current place, as messages name it.
  var position: SourcePosition { SourcePosition(line: line, column: offset - lineStart + 1) }

  /// The current byte, or `end`.
  var current: UInt8 { byte(at: offset) }
  /// The byte behind the current one, or `end`.
  var next: UInt8 { isAtEndOfLine ? Cursor.end : byte(at: offset + 1) }
  var isAtEndOfLine: Bool { current == Cursor.end }

  private func byte(at index: Int) -> UInt8 {
    guard index < bytes.count else { return Cursor.end }
    let byte = bytes[index]
    guard byte == UInt8(ascii: "\r") else { return byte }
    return index + 1 == bytes.count || bytes[index + 1] == Cursor.end ? Cursor.end : byte
  }

  /// Moves to the next byte of the line.
  mutating func advance() { if !isAtEndOfLine { offset += 1 } }

  /// Moves to the start of the next line, if there is one.
  mutating func advanceLine() -> Bool {
    while !isAtEndOfLine { offset += 1 }
    while offset < bytes.count, bytes[offset] != Cursor.end { offset += 1 }
    guard offset < bytes.count else { return false }
    offset += 1
    line += 1
    lineStart = offset
    return true
  }

  mutating func skipBlanks() {
    while current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") { offset += 1 }
  }

  /// Moves behind `byte`, if it is the current one.
  mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte, byte != Cursor.end else { return false }
    offset += 1
    return true
  }

  /// Moves behind `text`, if it stands here.
  mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard offset + count <= bytes.count else { return false }
    let found = bytes[offset..<offset + count]
    guard text.withUTF8Buffer({ $0.elementsEqual(found) }) else { return false }
    offset += count
    return true
  }

  /// Moves behind the identifier that stands here.
  mutating func takeIdentifier() -> Name? {
    guard current.isIdentifierStart else { return nil }
    let start = offset
    while current.isIdentifierPart { offset += 1 }
    return Name(bytes[start..<offset])
  }

  /// Moves behind what looks like a number: everything up to a blank or a mark of the grammar.
  mutating func takeNumber() -> ArraySlice<UInt8> {
    let start = offset
    while current.isIdentifierPart || current == UInt8(ascii: ".") || isSign { offset += 1 }
    return bytes[start..<offset]
  }

  /// Whether this is a sign, at the start of a number or behind the `e` of its exponent.
  private var isSign: Bool { current == UInt8(ascii: "-") || current == UInt8(ascii: "+") }

  /// Moves behind the integer that stands here: decimal, or hexadecimal behind `0x`, with `-` in front if negative.
  mutating func takeInteger() -> Integer? {
    let start = offset
    let isNegative = take(UInt8(ascii: "-"))
    let isHexadecimal = current == UInt8(ascii: "0") && next | 0x20 == UInt8(ascii: "x")
    if isHexadecimal { offset += 2 }
    var magnitude: UInt64? = 0
    let digits = offset
    while let digit = current.hexValue, isHexadecimal || digit < 10 {
      magnitude = magnitude?.appending(digit, base: isHexadecimal ? 16 : 10)
      offset += 1
    }
    if offset > digits, !current.isIdentifierPart { return Integer(isNegative: isNegative, magnitude: magnitude) }
    offset = start
    return nil
  }

  /// Returns to a place on the same line.
  mutating func returnTo(_ earlier: Int) { offset = earlier }
}

/// An integer as written: any size, so that what is out of range is not mistaken for something else.
struct Integer {
  let isNegative: Bool
  /// Nil: 2^64 or more.
  let magnitude: UInt64?

  /// The 64 bits of the number, if it lies between `low` and `high`.
  func bits(from low: Int64, to high: UInt64) -> UInt64? {
    guard let magnitude else { return nil }
    if isNegative, magnitude > 0 { return low < 0 && magnitude <= low.magnitude ? 0 &- magnitude : nil }
    return magnitude <= high && low <= 0 ? magnitude : nil
  }
}

extension UInt64 {
  fileprivate func appending(_ digit: UInt8, base: UInt64) -> UInt64? {
    let (product, overflow) = multipliedReportingOverflow(by: base)
    let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
    return overflow || carry ? nil : sum
  }
}
