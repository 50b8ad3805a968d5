/// The width of an integer operation. Results of 32-bit operations are zero-extended to 64 bits.
@frozen public enum Width: UInt8, CaseIterable, Sendable {
  case w64, w32

  /// 64 or 32.
  @inlinable public var bits: Int { self == .w64 ? 64 : 32 }
}

/// How the operands of an overflow check are read.
@frozen public enum Signedness: UInt8, CaseIterable, Sendable { case signed, unsigned }

/// How the second operand of a shifted addition or subtraction is shifted.
@frozen public enum Shift: UInt8, CaseIterable, Sendable { case shl, shr, sar }

/// What `ccmp` leaves where it does not compare: the flags of a comparison of unequal or equal numbers.
@frozen public enum Outcome: UInt8, CaseIterable, Sendable {
  /// As if the first were less, signed and unsigned.
  case less
  case equal
  /// As if the first were greater, signed and unsigned.
  case greater
}
