/// Takes numbers and bytes from the start of what is left, without ever reading beyond it.
struct Decoder {
  let bytes: ArraySlice<UInt8>
  /// Where the next byte is, from the start of `bytes`.
  private(set) var offset = 0

  init(_ bytes: ArraySlice<UInt8>, at offset: Int = 0) { (self.bytes, self.offset) = (bytes, offset) }

  var isAtEnd: Bool { offset >= bytes.count }
  var remaining: Int { bytes.count - offset }

  mutating func byte() throws(ModuleError) -> UInt8 {
    guard !isAtEnd else { throw error(.truncated) }
    defer { offset += 1 }
    return bytes[bytes.startIndex + offset]
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws(ModuleError) -> ArraySlice<UInt8> {
    guard count <= remaining else { throw error(.truncated) }
    let start = bytes.startIndex + offset
    offset += count
    return bytes[start..<start + count]
  }

  /// A number without sign, at most `limit`, in the shortest LEB128.
  mutating func number(upTo limit: Int = Int(Int32.max)) throws(ModuleError) -> Int {
    let start = offset
    var (value, shift) = (0, 0)
    while true {
      let next = try byte()
      value |= Int(next & 0x7F) << shift
      shift += 7
      if next & 0x80 == 0 {
        guard next != 0 || shift == 7 else { throw ModuleError(.notShortest, at: start) }
        guard value <= limit else { throw ModuleError(.outOfRange, at: start) }
        return value
      }
      guard shift < 56 else { throw ModuleError(.outOfRange, at: start) }
    }
  }

  /// An integer with sign, in the shortest LEB128.
  mutating func integer() throws(ModuleError) -> Int64 {
    let start = offset
    var value: Int64 = 0
    var shift: Int64 = 0
    var previous: UInt8 = 0
    while true {
      let next = try byte()
      value |= Int64(next & 0x7F) << shift
      // The tenth byte has one bit of the number.
      if shift == 63, next != 0, next != 0x7F { throw ModuleError(.outOfRange, at: start) }
      shift += 7
      if next & 0x80 == 0 {
        let isFiller = next == 0 && previous & 0x40 == 0 || next == 0x7F && previous & 0x40 != 0
        guard shift == 7 || !isFiller else { throw ModuleError(.notShortest, at: start) }
        return shift < 64 && next & 0x40 != 0 ? value | -1 << shift : value
      }
      previous = next
    }
  }

  /// A distance: signed LEB128 in 4 bytes.
  mutating func distance() throws(ModuleError) -> Int {
    let start = offset
    var value: Int32 = 0
    for index: Int32 in 0..<4 {
      let next = try byte()
      guard (next & 0x80 != 0) == (index < 3) else { throw ModuleError(.notFourBytes, at: start) }
      value |= Int32(next & 0x7F) << (7 * index)
    }
    return Int((value << 4) >> 4)
  }

  func error(_ kind: ModuleError.Kind) -> ModuleError { ModuleError(kind, at: offset) }
}
