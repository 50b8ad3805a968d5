/// Where code comes to lie.
@frozen public enum CodeSection: UInt8, CaseIterable, Sendable {
  case hot
  /// Behind the hot code.
  case cold
}

/// The client's number of a guard, a fault site or a place that may be patched.
@frozen public struct SiteID: Hashable, Sendable, ExpressibleByIntegerLiteral {
  // Halves, so that it may stand at any even offset of an `Instruction`.
  @usableFromInline let low: UInt16
  @usableFromInline let high: UInt16

  /// Number `number`.
  @inlinable public init(_ number: UInt32) {
    low = UInt16(truncatingIfNeeded: number)
    high = UInt16(truncatingIfNeeded: number >> 16)
  }
  /// Number `number`.
  @inlinable public init(integerLiteral number: UInt32) { self.init(number) }

  /// The number.
  @inlinable public var number: UInt32 { UInt32(low) | UInt32(high) << 16 }
}
