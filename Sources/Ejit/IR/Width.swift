/// The width of an integer operation. Results of 32-bit operations are zero-extended to 64 bits.
@frozen public enum Width: UInt8, CaseIterable, Sendable {
  case w64, w32

  /// 64 or 32.
  @inlinable public var bits: Int { self == .w64 ? 64 : 32 }
}

/// What a load or store moves: size and, for loads, how it is extended to 64 bits.
@frozen public enum MemoryType: UInt8, CaseIterable, Sendable {
  case u8, u16, u32, u64, s8, s16, s32, s64

  /// 1, 2, 4 or 8.
  @inlinable public var byteCount: Int { 1 << Int(rawValue & 3) }
  /// Whether a load extends the sign.
  @inlinable public var isSigned: Bool { rawValue >= 4 }
}

/// How the operands of an overflow check are read.
@frozen public enum Signedness: UInt8, CaseIterable, Sendable { case signed, unsigned }

/// How the second operand of a shifted addition or subtraction is shifted.
@frozen public enum Shift: UInt8, CaseIterable, Sendable { case shl, shr, sar }
