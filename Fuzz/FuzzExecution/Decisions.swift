import Ejit

/// Bytes read as decisions. Reading is total: behind the end there are zeros.
struct Decisions {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  mutating func byte() -> UInt8 {
    guard position < bytes.count else { return 0 }
    position += 1
    return bytes[position - 1]
  }

  mutating func word() -> UInt64 { (0..<8).reduce(0) { value, _ in value << 8 | UInt64(byte()) } }

  /// 0 ..< `count`, at most 256.
  mutating func below(_ count: Int) -> Int { Int(byte()) % count }

  mutating func chance(_ one: Int, in all: Int) -> Bool { below(all) >= all - one }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Borders of what machines can encode, or anything.
  mutating func value() -> UInt64 {
    let choice = byte()
    let magnitude = UInt64(1) << UInt64(choice & 63)
    switch choice >> 6 {
    case 0: return UInt64(choice & 63)
    case 1: return magnitude
    case 2: return byte() & 1 == 0 ? magnitude &- 1 : 0 &- magnitude
    default: return byte() & 3 == 0 ? word() : 0x0101_0101_0101_0101 &* UInt64(byte())
    }
  }

  /// An immediate that an op of this width accepts.
  mutating func immediate(_ width: Width) -> UInt64 { width == .w64 ? value() : fitted(4) }

  /// A value in the signed or the unsigned range of so many bytes.
  mutating func fitted(_ byteCount: Int) -> UInt64 {
    let (value, shift) = (value(), UInt64(64 - 8 * byteCount))
    let bits = value << shift
    return byte() & 1 == 0 ? bits >> shift : UInt64(bitPattern: Int64(bitPattern: bits) >> Int64(shift))
  }

  mutating func displacement() -> Int32 { Int32(truncatingIfNeeded: value()) }
  mutating func width() -> Width { byte() & 1 == 0 ? .w64 : .w32 }
  mutating func type() -> MemoryType { MemoryType(rawValue: byte() & 7) ?? .u8 }
  mutating func ordering() -> Condition { Condition(rawValue: byte() % 10) ?? .eq }
  mutating func ofTest() -> Condition { pick([.eq, .ne, .negative, .nonNegative]) }
  mutating func signedness() -> Signedness { byte() & 1 == 0 ? .signed : .unsigned }
  mutating func order() -> MemoryOrder { MemoryOrder(rawValue: byte() % 5) ?? .relaxed }
  mutating func atomic() -> AtomicOperation { AtomicOperation(rawValue: byte() % 10) ?? .add }
  mutating func operation() -> MemoryOperation { MemoryOperation(rawValue: byte() % 5) ?? .add }
}
