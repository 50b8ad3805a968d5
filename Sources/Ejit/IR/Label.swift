/// A place in a program: any 32-bit number, chosen by the program, bound once by `label` or `entry`.
@frozen public struct Label: Hashable, Sendable, ExpressibleByIntegerLiteral {
  // Two halves, so that a label may stand at any even offset of an `Instruction`.
  @usableFromInline let low: UInt16
  @usableFromInline let high: UInt16

  /// Label `number`.
  @inlinable public init(_ number: UInt32) {
    low = UInt16(truncatingIfNeeded: number)
    high = UInt16(truncatingIfNeeded: number >> 16)
  }
  /// Label `number`.
  @inlinable public init(integerLiteral number: UInt32) { self.init(number) }

  /// The label's number.
  @inlinable public var number: UInt32 { UInt32(low) | UInt32(high) << 16 }
}
