import EjitText

/// Numbers on the command line and in messages.
enum Numbers {
  /// The 64 bits of an integer from −2^63 to 2^64 − 1: decimal, or hexadecimal behind `0x`.
  static func integer(_ text: String) -> UInt64? {
    let isNegative = text.hasPrefix("-")
    let digits = text.dropFirst(isNegative ? 1 : 0)
    let isHexadecimal = digits.hasPrefix("0x") || digits.hasPrefix("0X")
    let number = isHexadecimal ? digits.dropFirst(2) : digits
    guard number.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let magnitude = UInt64(number, radix: isHexadecimal ? 16 : 10)
    else { return nil }
    guard isNegative else { return magnitude }
    return magnitude <= 1 << 63 ? 0 &- magnitude : nil
  }

  /// Bytes in lower-case hexadecimal.
  static func hex(_ bytes: some Sequence<UInt8>, separator: String = "") -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: separator)
  }
}
