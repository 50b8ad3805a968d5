import ExecutableMemory

/// A block as it should be.
struct BlockModel {
  let block: CodeArena.Block
  /// What stands there.
  var bytes: [UInt8]
  /// Executed, it returns 1 or 2, and has a site; nil for bytes that are no code.
  let sample: SampleCode?
  /// What it returns now.
  var result: UInt64 = 1
  /// Retired when tickets from this number on did not exist yet.
  var horizon = 0

  init(_ block: CodeArena.Block, _ bytes: [UInt8], _ sample: SampleCode?) {
    self.block = block
    self.bytes = bytes
    self.sample = sample
  }

  /// Bytes of the arena that it takes.
  var size: Int { max(1, (bytes.count + 15) / 16) * 16 }
  var end: UInt { block.address + UInt(size) }

  /// It holds what was written, and traps up to its end.
  func check() {
    let memory = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: block.address), count: bytes.count)
    require(memory.elementsEqual(bytes), "a block holds what was written")
    require(isFilledWithTraps(block.address + UInt(bytes.count)..<end), "the rest of a block traps")
  }

  /// Reads back what a change of the site wrote, which must lie inside the site.
  mutating func changeSite(_ site: PatchSite) {
    let memory = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: block.address), count: bytes.count)
    let length = site.kind == .constant ? 8 : SampleCode.siteLength
    for offset in Int(site.offset)..<Int(site.offset) + length { bytes[offset] = memory[offset] }
  }

  /// Executes it.
  static func call(_ address: UInt) -> UInt64 {
    typealias Function = @convention(c) () -> UInt64
    return unsafeBitCast(UnsafeRawPointer(bitPattern: address), to: Function.self)()
  }
}

/// Whether only trap bytes lie there.
func isFilledWithTraps(_ range: Range<UInt>) -> Bool {
  #if arch(x86_64)
    let pattern: UInt64 = 0xCCCC_CCCC_CCCC_CCCC  // int3
  #elseif arch(arm64)
    let pattern: UInt64 = 0xD420_0000_D420_0000  // brk #0
  #endif
  var address = range.lowerBound
  while address < range.upperBound {
    if address & 7 == 0 && range.upperBound - address >= 8 {
      if UnsafePointer<UInt64>(bitPattern: address)?.pointee != pattern { return false }
      address += 8
    } else {
      let byte = UInt8(truncatingIfNeeded: pattern >> (8 * UInt64(address & 7)))
      if UnsafePointer<UInt8>(bitPattern: address)?.pointee != byte { return false }
      address += 1
    }
  }
  return true
}
