/// Bytes of this process that a program may read, and perhaps write.
///
/// The interpreter trusts it: the bytes must stay valid while the program runs, and a range that lies about them is
/// undefined behaviour.
public struct MemoryRange: Equatable, Sendable {
  /// The address of the first byte.
  public let base: UInt64
  /// The number of bytes.
  public let count: UInt64
  /// Whether stores are allowed.
  public let isWritable: Bool

  /// `count` bytes from `base`. What would lie at address 0 or beyond 2^64 is left out: there is nothing.
  @unsafe public init(base: UInt64, count: UInt64, isWritable: Bool) {
    let skipped: UInt64 = base == 0 && count > 0 ? 1 : 0
    self.base = base + skipped
    // Two's complement: the distance from a base above 0 to 2^64.
    self.count = self.base == 0 ? 0 : min(count - skipped, 0 &- self.base)
    self.isWritable = isWritable
  }

  /// The bytes of `buffer`, for loads only.
  @unsafe public init(_ buffer: UnsafeRawBufferPointer) {
    unsafe self.init(
      base: UInt64(UInt(bitPattern: buffer.baseAddress)), count: UInt64(buffer.count), isWritable: false)
  }

  /// The bytes of `buffer`, for loads and stores.
  @unsafe public init(_ buffer: UnsafeMutableRawBufferPointer) {
    unsafe self.init(
      base: UInt64(UInt(bitPattern: buffer.baseAddress)), count: UInt64(buffer.count), isWritable: true)
  }

  /// Whether `size` bytes at `address` all lie inside. No sum is formed, so nothing wraps around.
  @inline(__always) func contains(_ address: UInt64, _ size: UInt64) -> Bool {
    let offset = address &- base
    return offset < count && count &- offset >= size
  }
}
