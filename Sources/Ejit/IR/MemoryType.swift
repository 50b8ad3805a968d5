/// What a load or store moves: size and, for loads, how it is extended to 64 bits.
@frozen public enum MemoryType: UInt8, CaseIterable, Sendable {
  case u8, u16, u32, u64, s8, s16, s32, s64

  /// 1, 2, 4 or 8.
  @inlinable public var byteCount: Int { 1 << Int(rawValue & 3) }
  /// Whether a load extends the sign.
  @inlinable public var isSigned: Bool { rawValue >= 4 }
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
