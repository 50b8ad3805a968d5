import EjitText

/// What `const` may push, as it is written.
public enum Literal: Equatable, Sendable {
  /// `42`, `-1`, `0xff`
  case integer(Int64)
  /// The bits of `1.5`, `1e9`, `-inf`, `nan`.
  case float(UInt64)
  /// `"text"`
  case string([UInt8])
  /// `@name`
  case function(String)
  case bool(Bool)
  case `nil`

  /// What `text` says, all of it.
  public init(text: some Collection<UInt8>) throws(AssemblyError) {
    let line = try Line(Array(text)[...], number: 1)
    var operands = Operands(line, skipping: 0)
    try self.init(operands.next())
    try operands.finish()
  }

  init(_ token: Token) throws(AssemblyError) {
    switch token.text.first {
    case UInt8(ascii: "\""): self = .string(try Literal.string(token))
    case UInt8(ascii: "@"): self = .function(token.dropping(1).string)
    default:
      if token.is("true") || token.is("false") {
        self = .bool(token.is("true"))
      } else if token.is("nil") {
        self = .nil
      } else {
        self = try Literal.number(token)
      }
    }
  }

  /// `42`, `-1`, `0xff`, `1.5`, `1e9`, `-inf`, `nan`, `nan:0x7ff8000000000001` (the bits of a NaN that is not the usual).
  private static func number(_ token: Token) throws(AssemblyError) -> Literal {
    if token.starts(with: "nan:") {
      let bits = try Literal.hexadecimal(token.dropping(4))
      guard Double(bitPattern: bits).isNaN else { throw token.error(.badConstant) }
      return .float(bits)
    }
    let digits = token.text.first == UInt8(ascii: "-") ? token.dropping(1) : token
    let isHexadecimal = digits.starts(with: "0x")
    if isHexadecimal || digits.text.allSatisfy({ 0x30...0x39 ~= $0 }) { return .integer(try integer(token)) }
    guard let literal = FloatLiteral(token.text) else { throw token.error(.badConstant) }
    return .float(literal.double.bitPattern)
  }

  /// Decimal with sign, or up to 16 hexadecimal digits, which are bits.
  static func integer(_ token: Token) throws(AssemblyError) -> Int64 {
    let isNegative = token.text.first == UInt8(ascii: "-")
    let digits = isNegative ? token.dropping(1) : token
    if digits.starts(with: "0x") {
      let bits = try hexadecimal(digits)
      if !isNegative { return Int64(bitPattern: bits) }
      guard bits <= 1 << 63 else { throw token.error(.outOfRange) }
      return 0 &- Int64(bitPattern: bits)
    }
    guard !digits.text.isEmpty else { throw token.error(.badConstant) }
    var value: Int64 = 0
    for byte in digits.text {
      guard 0x30...0x39 ~= byte else { throw token.error(.badNumber) }
      let digit = Int64(byte - 0x30)
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isStillTooLarge) = product.addingReportingOverflow(isNegative ? -digit : digit)
      guard !isTooLarge, !isStillTooLarge else { throw token.error(.outOfRange) }
      value = sum
    }
    return value
  }

  /// `0x` and hexadecimal digits.
  private static func hexadecimal(_ token: Token) throws(AssemblyError) -> UInt64 {
    guard token.starts(with: "0x"), token.text.count > 2 else { throw token.error(.badNumber) }
    var value: UInt64 = 0
    for byte in token.text.dropFirst(2) {
      guard let digit = digit(byte) else { throw token.error(.badNumber) }
      guard value >> 60 == 0 else { throw token.error(.outOfRange) }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// The bytes of a string, whose quotes are part of the token.
  private static func string(_ token: Token) throws(AssemblyError) -> [UInt8] {
    var rest = token.text.dropFirst().dropLast()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escaped = unescaped(&rest) else { throw token.error(.badString) }
      bytes.append(escaped)
    }
    return bytes
  }

  private static func unescaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    switch rest.popFirst() {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "0"): return 0
    case UInt8(ascii: "\""): return UInt8(ascii: "\"")
    case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
    case UInt8(ascii: "x"):
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
      return high << 4 | low
    default: return nil
    }
  }
}
