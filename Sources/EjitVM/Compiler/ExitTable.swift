/// The exits of a piece of code, packed: two or three bytes for a value that is in a register, two for others but
/// constants.
///
/// An exit is its reason and the number of its frames; a frame its function, word, base and the number of its values; a
/// value one byte (kind and number), the tag of a register's, its slot as the difference to that of the value before, and
/// a constant's payload. Numbers are LEB128, differences with sign.
struct ExitTable {
  private var bytes: [UInt8] = []
  private var starts: [UInt32] = []

  /// How many exits.
  var count: Int { starts.count }
  /// Bytes of the table, with 4 for each exit to find it.
  var byteCount: Int { bytes.count + 4 * starts.count }

  subscript(index: Int) -> Exit {
    var reader = Reader(bytes: bytes, position: Int(starts[index]))
    return reader.exit()
  }

  /// Why this exit is taken, without the rest.
  func reason(_ index: Int) -> Exit.Reason { Exit.Reason(rawValue: bytes[Int(starts[index])])! }

  mutating func append(_ exit: Exit) {
    starts.append(UInt32(bytes.count))
    bytes.append(exit.reason.rawValue)
    unsigned(exit.frames.count)
    for frame in exit.frames { append(frame) }
  }

  // MARK: Writing

  private mutating func append(_ frame: Exit.Frame) {
    unsigned(frame.function)
    unsigned(frame.word)
    unsigned(frame.base)
    unsigned(frame.values.count)
    var slot = 0
    for value in frame.values {
      append(value.location, slot: value.slot - slot)
      slot = value.slot
    }
  }

  private mutating func append(_ location: Exit.Location, slot: Int) {
    switch location {
    case .register(let number, let tag):
      head(.register, number)
      bytes.append(UInt8(tag.rawValue))
      signed(Int64(slot))
    case .vector(let number): head(.vector, number, slot)
    case .memory(let tag): head(.memory, Int(tag.rawValue), slot)
    case .slot: head(.slot, 0, slot)
    case .result: head(.result, 0, slot)
    case .constant(let constant):
      head(.constant, Int(constant.tag), slot)
      signed(constant.int)
    }
  }

  private mutating func head(_ kind: Kind, _ number: Int, _ slot: Int) {
    head(kind, number)
    signed(Int64(slot))
  }

  private mutating func head(_ kind: Kind, _ number: Int) {
    precondition((0..<32).contains(number), "a register or a tag that does not exist")
    bytes.append(kind.rawValue << 5 | UInt8(number))
  }

  private mutating func unsigned(_ value: Int) {
    var rest = UInt64(value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func signed(_ value: Int64) {
    var rest = value
    while !(-64..<64).contains(rest) {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest) & 0x7F)
  }

  private enum Kind: UInt8 { case register, vector, memory, slot, result, constant }
}

// MARK: Reading

extension ExitTable {
  /// Where the next byte of a table is read.
  private struct Reader {
    let bytes: [UInt8]
    var position: Int

    mutating func exit() -> Exit {
      let reason = Exit.Reason(rawValue: byte())!
      let count = unsigned()
      var frames: [Exit.Frame] = []
      frames.reserveCapacity(count)
      for _ in 0..<count { frames.append(frame()) }
      return Exit(reason: reason, frames: frames)
    }

    private mutating func frame() -> Exit.Frame {
      var frame = Exit.Frame(function: unsigned(), word: unsigned(), base: unsigned(), values: [])
      let count = unsigned()
      frame.values.reserveCapacity(count)
      var slot = 0
      for _ in 0..<count {
        let location = location(&slot)
        frame.values.append(Exit.Value(slot: slot, location: location))
      }
      return frame
    }

    private mutating func location(_ slot: inout Int) -> Exit.Location {
      let head = byte()
      let number = Int(head & 31)
      let kind = Kind(rawValue: head >> 5)!
      let tag = kind == .register ? byte() : UInt8(number)
      slot += Int(signed())
      switch kind {
      case .register: return .register(number, Tag(rawValue: UInt64(tag))!)
      case .vector: return .vector(number)
      case .memory: return .memory(Tag(rawValue: UInt64(tag))!)
      case .slot: return .slot
      case .result: return .result
      case .constant: return .constant(Slot(payload: UInt64(bitPattern: signed()), tag: UInt64(tag)))
      }
    }

    private mutating func byte() -> UInt8 {
      defer { position += 1 }
      return bytes[position]
    }

    private mutating func unsigned() -> Int {
      var (value, shift) = (UInt64(0), UInt64(0))
      while true {
        let next = byte()
        value |= UInt64(next & 0x7F) << shift
        if next < 0x80 { return Int(value) }
        shift += 7
      }
    }

    private mutating func signed() -> Int64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while true {
        let next = byte()
        value |= UInt64(next & 0x7F) << shift
        shift += 7
        if next >= 0x80 { continue }
        let unused = shift < 64 ? 64 - shift : 0
        return Int64(bitPattern: value << unused) >> Int64(unused)
      }
    }
  }
}
