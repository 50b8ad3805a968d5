/// A name in the text form: of an op, a label, a function or a C function.
///
/// Bytes instead of a `String`, since comparing and hashing them needs no Unicode tables.
public struct Name: Hashable, Sendable {
  /// The bytes of the name, ASCII where it can be written in the text form.
  public let bytes: [UInt8]

  /// The name with these bytes.
  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// Whether the text form can write it: a letter or underscore, then letters, digits and underscores.
  public var isIdentifier: Bool {
    guard let first = bytes.first, first.isIdentifierStart else { return false }
    return bytes.allSatisfy { $0.isIdentifierPart }
  }
}

extension Name: ExpressibleByStringLiteral {
  /// The name with this spelling.
  public init(stringLiteral text: StaticString) { bytes = text.bytes }
}

extension Name: CustomStringConvertible {
  /// The name as a string.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// How a name stands for a label: `L` and a number is the label of that number, anything else a name that the
/// program chose. The two can never collide, since the first form is refused as a chosen name.
enum LabelSpelling: Equatable {
  case number(UInt32)
  case name
  /// `L` and digits, but not the one way to write a number of 32 bits.
  case malformed

  init(_ name: Name) {
    let digits = name.bytes.dropFirst()
    guard name.bytes.first == UInt8(ascii: "L"), !digits.isEmpty, digits.allSatisfy({ $0.isDigit }) else {
      self = .name
      return
    }
    self = decimal(digits, below: 1 << 32).map { .number(UInt32(truncatingIfNeeded: $0)) } ?? .malformed
  }
}

/// The number that `digits` say, if it is below `limit` and written without leading zeros.
func decimal(_ digits: ArraySlice<UInt8>, below limit: UInt64) -> UInt64? {
  guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else { return nil }
  var value: UInt64 = 0
  for digit in digits {
    guard digit.isDigit else { return nil }
    value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
    if value >= limit { return nil }
  }
  return value
}

extension StaticString {
  /// The bytes of the string.
  var bytes: [UInt8] { withUTF8Buffer { Array($0) } }
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isIdentifierStart: Bool {
    let lower = self | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") || self == UInt8(ascii: "_")
  }
  var isIdentifierPart: Bool { isIdentifierStart || isDigit }

  /// The value of a hexadecimal digit.
  var hexValue: UInt8? {
    if isDigit { return self - UInt8(ascii: "0") }
    let lower = self | 0x20
    guard lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "f") else { return nil }
    return lower - UInt8(ascii: "a") + 10
  }
}
