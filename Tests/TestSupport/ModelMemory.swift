import Ejit
import EjitInterpreter

extension Width {
  /// What a load or store of this width moves.
  var word: MemoryType { self == .w64 ? .u64 : .u32 }
}

/// Bytes at an address of the machine that is modelled.
public struct ModelMemory {
  /// The address of the first byte.
  public let address: UInt64
  /// What is there.
  public private(set) var bytes: [UInt8]

  /// Memory that begins at `address` with these bytes.
  public init(address: UInt64, bytes: [UInt8]) {
    self.address = address
    self.bytes = bytes
  }

  /// The bytes at `address`, little-endian, extended as `type` says.
  public func load(_ type: MemoryType, at address: UInt64) -> UInt64 {
    let start = Int(address &- self.address)
    var bits: UInt64 = 0
    for index in 0..<type.byteCount { bits |= UInt64(bytes[start + index]) << UInt64(8 * index) }
    return Semantics.extended(type, bits)
  }

  /// The low bytes of `bits` go to `address`, little-endian.
  public mutating func store(_ type: MemoryType, _ bits: UInt64, at address: UInt64) {
    let start = Int(address &- self.address)
    for index in 0..<type.byteCount {
      bytes[start + index] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))
    }
  }
}
