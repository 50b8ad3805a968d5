/// Assembly text as a disassembler prints it: one instruction a line, without address. Bytes, not a string: millions are
/// written and compared.
public struct Listing: Equatable, Sendable {
  /// ASCII.
  public internal(set) var bytes: [UInt8] = []

  /// An empty listing.
  public init() { bytes.reserveCapacity(1024) }

  /// The text, for people.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  mutating func callAsFunction(_ line: Line) {
    bytes += line.bytes
    bytes.append(10)
  }

  mutating func append(_ text: some Sequence<UInt8>) { bytes += text }
}

/// One line of a listing, written as a string with operands in it.
struct Line: ExpressibleByStringInterpolation {
  let bytes: [UInt8]

  init(stringLiteral text: StaticString) {
    bytes = text.withUTF8Buffer { [UInt8]($0) }
  }
  init(_ text: some Sequence<UInt8>) { bytes = [UInt8](text) }
  init(stringInterpolation interpolation: StringInterpolation) { bytes = interpolation.bytes }

  struct StringInterpolation: StringInterpolationProtocol {
    var bytes: [UInt8] = []

    init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + 8 * interpolationCount)
    }

    mutating func appendLiteral(_ text: StaticString) { appendInterpolation(text) }
    mutating func appendInterpolation(_ text: StaticString) { text.withUTF8Buffer { bytes += $0 } }
    @_disfavoredOverload  // a literal in braces is a plain string
    mutating func appendInterpolation(_ line: Line) { bytes += line.bytes }
    mutating func appendInterpolation(_ value: some BinaryInteger) { bytes.appendDecimal(Int64(value)) }
    mutating func appendInterpolation(hex value: UInt64) { bytes.appendHex(value) }
  }
}

extension [UInt8] {
  mutating func appendDecimal(_ value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    appendDecimal(magnitude: value.magnitude)
  }

  mutating func appendDecimal(magnitude: UInt64) {
    let start = count
    var rest = magnitude
    repeat {
      append(48 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    self[start...].reverse()
  }

  /// `0x…`, without leading zeros.
  mutating func appendHex(_ value: UInt64) {
    append(contentsOf: [48, 120])
    let digits = Swift.max(1, (64 - value.leadingZeroBitCount + 3) / 4)
    for digit in (0..<digits).reversed() {
      let nibble = UInt8(value >> UInt64(4 * digit) & 15)
      append(nibble < 10 ? 48 + nibble : 87 + nibble)
    }
  }
}

/// The definition of the op does not allow these operands: the lowering must refuse them.
struct NotAllowed: Error {}

/// Where the label of a branch lies.
public enum LabelPlace: Sendable {
  /// At the start of the program, before the op.
  case before
  /// Behind the op, with other code between or without.
  case behind
}
