import EjitVM
import VMReference

/// What came of a call, in a form that all machines have in common.
enum Outcome: Equatable {
  /// A value as words: see `Words`.
  case value([UInt64])
  case trap(Trap)

  init(_ outcome: Result<Value, Trap>) {
    switch outcome {
    case .success(let value):
      var words = Words()
      words.append(value)
      self = .value(words.words)
    case .failure(let trap): self = .trap(trap)
    }
  }

  init(_ value: ReferenceValue) {
    var words = Words()
    words.append(value)
    self = .value(words.words)
  }
}

/// A value written down: its kind, then its bits; NaNs are all alike. Arrays are numbered in the order in which they are
/// met, and written once.
struct Words {
  private(set) var words: [UInt64] = []
  private var arrays: [ArrayReference] = []
  private var referenceArrays: [ObjectIdentifier: Int] = [:]

  /// What is enough to tell two values apart.
  private static let limit = 4000

  private enum Mark: UInt64 { case int, float, bool, `nil`, string, array, known }

  private mutating func append(_ mark: Mark, _ payload: UInt64) {
    words.append(mark.rawValue)
    words.append(payload)
  }

  private mutating func append(_ value: Double) { append(.float, (value.isNaN ? .nan : value).bitPattern) }

  private mutating func append(_ bytes: [UInt8]) {
    append(.string, UInt64(bytes.count))
    words += bytes.map { UInt64($0) }
  }

  mutating func append(_ value: Value) {
    if words.count > Self.limit { return }
    switch value {
    case .int(let value): append(.int, UInt64(bitPattern: value))
    case .float(let value): append(value)
    case .bool(let value): append(.bool, value ? 1 : 0)
    case .nil: append(.nil, 0)
    case .string(let bytes): append(bytes)
    case .array(let array):
      if let known = arrays.firstIndex(where: { Value.array($0) == value }) { return append(.known, UInt64(known)) }
      arrays.append(array)
      append(.array, UInt64(array.kind.rawValue) << 32 | UInt64(array.count))
      for element in array.elements { append(element) }
    }
  }

  mutating func append(_ value: ReferenceValue) {
    if words.count > Self.limit { return }
    switch value {
    case .int(let value): append(.int, UInt64(bitPattern: value))
    case .float(let value): append(value)
    case .bool(let value): append(.bool, value ? 1 : 0)
    case .nil: append(.nil, 0)
    case .string(let bytes): append(bytes)
    case .array(let array):
      if let known = referenceArrays[ObjectIdentifier(array)] { return append(.known, UInt64(known)) }
      referenceArrays[ObjectIdentifier(array)] = referenceArrays.count
      append(.array, UInt64(array.kind.rawValue) << 32 | UInt64(array.elements.count))
      for element in array.elements { append(element) }
    }
  }
}
