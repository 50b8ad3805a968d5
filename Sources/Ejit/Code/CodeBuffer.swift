/// Bytes that grow at the end. The storage is kept from program to program.
///
/// Raw memory instead of an array: the cursor of a hot loop must be able to live in a machine register.
/// Whoever stores makes room first (`reserve`); `slack` bytes behind the room may be overwritten too, so that
/// a store may be wider than what it emits.
struct CodeBuffer: ~Copyable {
  /// How far a store may reach beyond the bytes it emits.
  static let slack = 16

  private(set) var base: UnsafeMutableRawPointer
  var count = 0
  /// Room in bytes, the slack not counted.
  private(set) var capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity + CodeBuffer.slack, alignment: 16)
  }

  /// Nothing is allocated before the first byte.
  init() {
    capacity = 0
    base = UnsafeMutableRawPointer(bitPattern: CodeBuffer.slack).unsafelyUnwrapped  // never dereferenced
  }

  deinit { if capacity > 0 { base.deallocate() } }

  /// Makes room for `bytes` more.
  @inline(__always) mutating func reserve(_ bytes: Int) {
    if capacity - count < bytes { grow(by: bytes) }
  }

  @inline(never) private mutating func grow(by bytes: Int) {
    let larger = max(capacity * 2, count + bytes, 256)
    let storage = UnsafeMutableRawPointer.allocate(byteCount: larger + CodeBuffer.slack, alignment: 16)
    storage.copyMemory(from: base, byteCount: count)
    if capacity > 0 { base.deallocate() }
    (base, capacity) = (storage, larger)
  }

  /// Appends the low `length` bytes of `bytes`, little-endian; `length` is at most 8.
  @inline(__always) mutating func emit(_ bytes: UInt64, length: Int) {
    base.storeBytes(of: bytes.littleEndian, toByteOffset: count, as: UInt64.self)
    count &+= length
  }
  @inline(__always) mutating func emit8(_ byte: UInt8) {
    base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }
  @inline(__always) mutating func emit32(_ word: UInt32) {
    base.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt32.self)
    count &+= 4
  }
  @inline(__always) mutating func emit64(_ word: UInt64) {
    base.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
    count &+= 8
  }

  /// Appends all bytes of another buffer.
  mutating func append(_ other: borrowing CodeBuffer) {
    reserve(other.count)
    (base + count).copyMemory(from: other.base, byteCount: other.count)
    count &+= other.count
  }

  /// Appends `length` times the same byte; there is room.
  mutating func fill(_ byte: UInt8, _ length: Int) {
    (base + count).initializeMemory(as: UInt8.self, repeating: byte, count: length)
    count &+= length
  }

  /// Brings the bytes from `middle` on to the front of those from `start` on.
  mutating func rotate(from start: Int, around middle: Int) {
    let (before, behind) = (middle - start, count - middle)
    reserve(behind)
    (base + count).copyMemory(from: base + middle, byteCount: behind)
    (base + start + behind).copyMemory(from: base + start, byteCount: before)
    (base + start).copyMemory(from: base + count, byteCount: behind)
  }

  /// The byte at `offset`.
  subscript(byte offset: Int) -> UInt8 {
    get { base.load(fromByteOffset: offset, as: UInt8.self) }
    set { base.storeBytes(of: newValue, toByteOffset: offset, as: UInt8.self) }
  }

  /// The 32 bits at `offset`, to be filled or looked at.
  subscript(word offset: Int) -> UInt32 {
    get { UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    set { base.storeBytes(of: newValue.littleEndian, toByteOffset: offset, as: UInt32.self) }
  }

  /// The 64 bits at `offset`, to be filled.
  subscript(wide offset: Int) -> UInt64 {
    get { UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    set { base.storeBytes(of: newValue.littleEndian, toByteOffset: offset, as: UInt64.self) }
  }

  /// The bytes emitted so far.
  func withBytes<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    try body(UnsafeRawBufferPointer(start: base, count: count).bindMemory(to: UInt8.self).span)
  }
}
