/// A value of the machine: 16 bytes, never a Swift reference.
struct Slot: BitwiseCopyable, Equatable {
  /// An `Int64`, the bits of a `Double`, 0 or 1 of a Bool, 0 of nil, else the address of an `Object`.
  var payload: UInt64
  /// A `Tag`; a whole word, so that two may be tested at once.
  var tag: UInt64

  static let `nil` = Slot(payload: 0, tag: Tag.nil.rawValue)

  init(payload: UInt64, tag: UInt64) { (self.payload, self.tag) = (payload, tag) }
  init(_ payload: UInt64, _ tag: Tag) { self.init(payload: payload, tag: tag.rawValue) }
  init(_ value: Int64) { self.init(UInt64(bitPattern: value), .int) }
  init(_ value: Double) { self.init(value.bitPattern, .float) }
  init(_ value: Bool) { self.init(value ? 1 : 0, .bool) }

  var int: Int64 { Int64(bitPattern: payload) }
  var float: Double { Double(bitPattern: payload) }
}

/// The kinds of values. `int` is 0: two tags are both `int` if their union is.
enum Tag: UInt64, CaseIterable {
  case int, float, bool, `nil`
  case string, ints, floats, values
  /// In place of a result: the frame was left by a value thrown or a trap (`Machine.unwinding`).
  case unwound

  var isObject: Bool { rawValue >= Tag.string.rawValue && self != .unwound }
}
