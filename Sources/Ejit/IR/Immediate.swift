/// A 64-bit constant, and beside it its size class.
///
/// The class is worked out where the constant is written (mostly at compile time), so that lowering need
/// not look at 64 bits again to find the shortest encoding. It is a function of the value alone.
@frozen public struct Immediate: Hashable, Sendable, ExpressibleByIntegerLiteral {
  // Halves, so that an immediate stands at byte 4 of an `Instruction`, behind up to four small operands.
  @usableFromInline let low: UInt32
  @usableFromInline let high: UInt32
  /// How large the value is.
  public let size: SizeClass

  /// Ranges of values that some machine encodes alike.
  @frozen public enum SizeClass: UInt8, CaseIterable, Sendable {
    case zero, below32, below64, below128, below4096, below65536, positive32, unsigned32
    case negative8, negative4095, negative65536, negative32, wide
  }

  /// The constant with these 64 bits.
  @inlinable @inline(__always) public init(bits: UInt64) {
    low = UInt32(truncatingIfNeeded: bits)
    high = UInt32(truncatingIfNeeded: bits >> 32)
    size = Immediate.sizeClass(of: Int64(bitPattern: bits))
  }
  /// The constant `value`; its low 64 bits, where the type is wider.
  @inlinable public init(_ value: some BinaryInteger) { self.init(bits: UInt64(truncatingIfNeeded: value)) }
  /// The constant `value`.
  @inlinable public init(_ value: Int) { self.init(bits: UInt64(bitPattern: Int64(value))) }
  /// The constant `value`.
  @inlinable public init(integerLiteral value: Int64) { self.init(bits: UInt64(bitPattern: value)) }

  /// The 64 bits.
  @inlinable public var bits: UInt64 { UInt64(low) | UInt64(high) << 32 }
  /// The bits, read as a signed number.
  @inlinable public var value: Int64 { Int64(bitPattern: bits) }

  /// The class of `value`.
  @inlinable @inline(__always) public static func sizeClass(of value: Int64) -> SizeClass {
    if value >= 0 {
      if value < 128 { return value == 0 ? .zero : value < 32 ? .below32 : value < 64 ? .below64 : .below128 }
      if value < 65536 { return value < 4096 ? .below4096 : .below65536 }
      return value < 1 << 31 ? .positive32 : value < 1 << 32 ? .unsigned32 : .wide
    }
    if value >= -4095 { return value >= -128 ? .negative8 : .negative4095 }
    return value >= -65536 ? .negative65536 : value >= -(1 << 31) ? .negative32 : .wide
  }
}

/// A 64-bit constant in eight bytes, for ops whose other operands leave no room for its class.
@frozen public struct Imm64: Hashable, Sendable, ExpressibleByIntegerLiteral {
  @usableFromInline let bits0: UInt16
  @usableFromInline let bits16: UInt16
  @usableFromInline let bits32: UInt16
  @usableFromInline let bits48: UInt16

  /// The constant with these 64 bits.
  @inlinable public init(bits: UInt64) {
    bits0 = UInt16(truncatingIfNeeded: bits)
    bits16 = UInt16(truncatingIfNeeded: bits >> 16)
    bits32 = UInt16(truncatingIfNeeded: bits >> 32)
    bits48 = UInt16(truncatingIfNeeded: bits >> 48)
  }
  /// The constant `value`; its low 64 bits, where the type is wider.
  @inlinable public init(_ value: some BinaryInteger) { self.init(bits: UInt64(truncatingIfNeeded: value)) }
  /// The constant `value`.
  @inlinable public init(integerLiteral value: Int64) { self.init(bits: UInt64(bitPattern: value)) }

  /// The 64 bits.
  @inlinable public var bits: UInt64 {
    UInt64(bits0) | UInt64(bits16) << 16 | UInt64(bits32) << 32 | UInt64(bits48) << 48
  }
  /// The bits, read as a signed number.
  @inlinable public var value: Int64 { Int64(bitPattern: bits) }
}

/// A signed 32-bit number of bytes, for ops that take base + displacement.
@frozen public struct Displacement: Hashable, Sendable, ExpressibleByIntegerLiteral {
  @usableFromInline let low: UInt16
  @usableFromInline let high: UInt16

  /// `value` bytes.
  @inlinable public init(_ value: Int32) {
    low = UInt16(truncatingIfNeeded: value)
    high = UInt16(truncatingIfNeeded: value >> 16)
  }
  /// `value` bytes.
  @inlinable public init(integerLiteral value: Int32) { self.init(value) }

  /// The number of bytes.
  @inlinable public var value: Int32 { Int32(bitPattern: UInt32(low) | UInt32(high) << 16) }
}
