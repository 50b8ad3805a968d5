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

/// What `ccmp` leaves where it does not compare: the flags of a comparison of unequal or equal numbers.
@frozen public enum Outcome: UInt8, CaseIterable, Sendable {
  /// As if the first were less, signed and unsigned.
  case less
  case equal
  /// As if the first were greater, signed and unsigned.
  case greater
}

/// What is done to a value in memory.
@frozen public enum MemoryOperation: UInt8, CaseIterable, Sendable { case add, sub, and, or, xor }

/// What a prefetched address will be accessed for.
@frozen public enum PrefetchAccess: UInt8, CaseIterable, Sendable { case read, write }

/// How near to the processor a prefetched line shall come.
@frozen public enum CacheLevel: UInt8, CaseIterable, Sendable {
  case l1, l2, l3
  /// Near, and to be dropped soon.
  case stream
}

/// How a number is laid down among the code.
@frozen public enum DataType: UInt8, CaseIterable, Sendable {
  case u8, u16, u32, u64
  /// The bits of a `Float` or `Double`.
  case f32, f64

  /// 1, 2, 4 or 8.
  @inlinable public var byteCount: Int {
    switch self {
    case .u8: 1
    case .u16: 2
    case .u32, .f32: 4
    case .u64, .f64: 8
    }
  }
}

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
