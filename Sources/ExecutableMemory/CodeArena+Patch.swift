import CEjitShims

extension CodeArena {
  /// Replaces bytes of a live block, `offset` bytes from its start.
  ///
  /// A patch that lies within one aligned group of 8 bytes (an aligned branch displacement, an instruction of AArch64)
  /// is a single store in mode `.dual`: a thread that runs there executes the old bytes or the new ones, never a
  /// mixture. Longer patches are not atomic: nobody may execute them meanwhile. In mode `.flip` nobody may
  /// execute anything in the pages of the block while it is patched.
  ///
  /// On return this thread executes the new bytes. On AArch64 others do so, while they run, if old and new instruction
  /// are among B, BL, BRK, HVC, ISB, NOP, SMC and SVC (Arm ARM B2.2.5); any other change needs a context
  /// synchronisation event on each thread, such as `enter()`.
  ///
  /// Throws `invalidRange` when the block is not live or the bytes do not lie inside it.
  public func patch(_ block: Block, at offset: Int, with bytes: Span<UInt8>) throws(MemoryError) {
    lock()
    defer { unlock() }
    try checkLive(block)
    guard offset >= 0 && offset <= block.count && bytes.count <= block.count - offset else {
      throw .invalidRange
    }
    if bytes.isEmpty { return }
    let start = unsafe Int(block.address - UInt(bitPattern: pages.executable)) + offset
    do throws(SystemError) {
      try pages.open(start..<start + bytes.count)
      unsafe Self.store(bytes, at: pages.writable + start)
      try pages.close(start..<start + bytes.count)
    } catch {
      throw .system(error)
    }
  }

  private static func store(_ bytes: Span<UInt8>, at target: UnsafeMutableRawPointer) {
    let position = Int(bitPattern: target) & 7
    guard position + bytes.count <= 8 else {
      unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
      return
    }
    // The neighbours in the group belong to the same block, and the lock keeps other writers away.
    let group = unsafe target - position
    var value = unsafe group.load(as: UInt64.self)
    for index in bytes.indices {
      let shift = UInt64(8 * (position + index))
      value = value & ~(0xFF << shift) | UInt64(bytes[index]) << shift
    }
    unsafe ejit_store_64(group, value)
  }
}
