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
    let start = try checkInside(block, offset, bytes.count)
    if bytes.isEmpty { return }
    try change(start, bytes.count) { unsafe Self.store(bytes, at: $0) }
  }

  /// Where `count` bytes of a live block begin in the arena, for whoever holds the lock.
  func checkInside(_ block: Block, _ offset: Int, _ count: Int) throws(MemoryError) -> Int {
    try checkLive(block)
    guard offset >= 0 && offset <= block.count && count <= block.count - offset else { throw .invalidRange }
    return unsafe Int(block.address - UInt(bitPattern: pages.executable)) + offset
  }

  /// Lets `body` change `count` bytes through their writable view, for whoever holds the lock.
  func change(
    _ start: Int, _ count: Int, isCode: Bool = true, _ body: (UnsafeMutableRawPointer) -> Void
  ) throws(MemoryError) {
    do throws(SystemError) {
      try pages.open(start..<start + count)
      unsafe body(pages.writable + start)
      try pages.close(start..<start + count, isCode: isCode)
    } catch {
      throw .system(error)
    }
  }

  private static func store(_ bytes: Span<UInt8>, at target: UnsafeMutableRawPointer) {
    guard Int(bitPattern: target) & 7 + bytes.count <= 8 else {
      unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
      return
    }
    var bits: UInt64 = 0
    for index in bytes.indices { bits |= UInt64(bytes[index]) << UInt64(8 * index) }
    unsafe store(PatchStore(bits: bits, count: bytes.count), at: target)
  }

  /// One store of the aligned group of 8 bytes around `target`.
  static func store(_ patch: PatchStore, at target: UnsafeMutableRawPointer) {
    // The neighbours in the group belong to the same block, and the lock keeps other writers away.
    let position = Int(bitPattern: target) & 7
    let group = unsafe target - position
    let shift = UInt64(8 * position)
    let mask = (UInt64.max >> UInt64(64 - 8 * patch.count)) << shift
    let others = unsafe group.load(as: UInt64.self) & ~mask
    let value = others | patch.bits << shift
    unsafe ejit_store_64(group, value)
  }
}
