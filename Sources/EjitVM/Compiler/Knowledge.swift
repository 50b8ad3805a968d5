/// What the compiler knows of a slot at some place of the code.
struct Knowledge: Equatable {
  /// The raw value of a tag, or one of the two below.
  private let kind: UInt8
  private let isConstant: Bool
  private let value: UInt64

  private static let unknown: UInt8 = 0xFF
  private static let nothing: UInt8 = 0xFE

  private init(_ kind: UInt8, isConstant: Bool = false, _ value: UInt64 = 0) {
    (self.kind, self.isConstant, self.value) = (kind, isConstant, value)
  }

  /// No value has come here yet.
  static let none = Knowledge(nothing)
  /// A value whose tag is looked at when it is needed.
  static let any = Knowledge(unknown)

  static func of(_ tag: Tag?) -> Knowledge { tag.map { Knowledge(UInt8($0.rawValue)) } ?? .any }
  static func constant(_ slot: Slot) -> Knowledge {
    Knowledge(UInt8(slot.tag), isConstant: true, slot.payload)
  }

  var isNone: Bool { kind == Knowledge.nothing }
  /// nil: the slot's tag is looked at when it is needed.
  var tag: Tag? { kind >= Knowledge.nothing ? nil : Tag(rawValue: UInt64(kind)) }
  var constant: Slot? { isConstant ? Slot(payload: value, tag: UInt64(kind)) : nil }
  /// Without the value.
  var type: Knowledge { Knowledge(kind) }

  /// What is known where two paths meet.
  func joined(_ other: Knowledge) -> Knowledge {
    if isNone || self == other { return other }
    if other.isNone { return self }
    return kind == other.kind ? type : .any
  }
}
