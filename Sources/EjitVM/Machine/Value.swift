/// A value as Swift sees it.
public enum Value: Sendable {
  case int(Int64)
  case float(Double)
  case bool(Bool)
  case `nil`
  /// Any bytes.
  case string([UInt8])
  /// The array itself: what is changed through it the program sees, and the other way round.
  case array(ArrayReference)

  /// The bytes of a text in UTF-8.
  public static func string(_ text: String) -> Value { .string(Array(text.utf8)) }
}

extension Value {
  /// What a literal stands for; nil for the name of a function, which is no value by itself.
  public init?(_ literal: Literal) {
    switch literal {
    case .integer(let value): self = .int(value)
    case .float(let bits): self = .float(Double(bitPattern: bits))
    case .string(let bytes): self = .string(bytes)
    case .bool(let value): self = .bool(value)
    case .nil: self = .nil
    case .function: return nil
    }
  }
}

extension Value: Equatable {
  /// The same kind and the same value; arrays by identity; floats by their bits.
  public static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.int(let a), .int(let b)): a == b
    case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern
    case (.bool(let a), .bool(let b)): a == b
    case (.nil, .nil): true
    case (.string(let a), .string(let b)): a == b
    case (.array(let a), .array(let b)): a.object == b.object
    default: false
    }
  }
}

extension Value: CustomStringConvertible {
  /// As `ejit-vm run` prints it: 42, 1.5, "text", true, nil, [1, 2].
  public var description: String { text(depth: 8) }

  private func text(depth: Int) -> String {
    switch self {
    case .int(let value): return value.description
    case .float(let value): return value.description
    case .bool(let value): return value ? "true" : "false"
    case .nil: return "nil"
    case .string(let bytes): return Value.quoted(bytes)
    case .array(let array):
      if depth == 0 { return "[…]" }
      var result = "["
      for index in 0..<array.count {
        if index > 0 { result += ", " }
        result += array[index].text(depth: depth - 1)
      }
      return result + "]"
    }
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = [UInt8(ascii: "\"")]
    let digits = Array("0123456789abcdef".utf8)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): result += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case UInt8(ascii: "\t"): result += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
      case 0..<32, 127:
        result += [UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: result.append(byte)
      }
    }
    return String(decoding: result + [UInt8(ascii: "\"")], as: UTF8.self)
  }
}
