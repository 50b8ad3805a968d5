import CEjitShims

extension CodeArena {
  /// A piece of code in an arena, until it is freed or retired. Later uses of the handle are refused.
  public struct Block: Hashable, Sendable {
    /// Where the code is executed; a multiple of 16, and of the alignment it was added with.
    public let address: UInt
    /// Bytes of code, as they were added.
    public let count: Int
    let node: FreeList.Index
    let generation: UInt32
    let arena: UInt32
  }

  /// Copies `code` into free memory and makes it executable. It may be empty.
  ///
  /// If no free range is long enough, retired blocks that nobody executes any more are freed first.
  ///
  /// The code is ready for this thread. Another one must get the address in a way that orders memory accesses (a lock,
  /// a releasing store), and on AArch64 pass a context synchronisation event after that: `enter()` is one.
  ///
  /// `relocate` may change the copy before it is published; it gets the bytes and the address where they will run,
  /// and must not use the arena.
  ///
  /// The address is a multiple of `alignment`: a power of two up to 4096, else `invalidRange`. Bytes that are skipped
  /// for it stay free.
  public func add(
    _ code: Span<UInt8>, alignment: Int = 16,
    relocate: (UnsafeMutableRawBufferPointer, UInt) -> Void = { _, _ in }
  ) throws(MemoryError) -> Block {
    guard (1...4096).contains(alignment), alignment & (alignment - 1) == 0 else { throw .invalidRange }
    guard let length = Self.granules(code.count) else { throw .arenaFull }
    lock()
    defer { unlock() }
    // The arena begins at a page, and those are not smaller than the largest alignment.
    let node = try take(length, UInt32(max(1, alignment / Self.granule)))
    let start = unsafe Int(state.pointee.free.nodes[Int(node)].start) * Self.granule
    do throws(SystemError) {
      unsafe try write(code, at: start, length: Int(length) * Self.granule, relocate)
    } catch {
      unsafe state.pointee.free.giveBack(node)
      throw .system(error)
    }
    unsafe state.pointee.bytesInUse += Int(length) * Self.granule
    unsafe state.pointee.blockCount += 1
    return unsafe Block(
      address: UInt(bitPattern: pages.executable) + UInt(start), count: code.count, node: node,
      generation: state.pointee.free.nodes[Int(node)].generation, arena: identity)
  }

  /// Frees a live block at once. No thread may be executing it, or have its address and come back to it.
  public func free(_ block: Block) throws(MemoryError) {
    lock()
    defer { unlock() }
    try checkLive(block)
    do throws(SystemError) {
      try release(block.node)
    } catch {
      throw .system(error)
    }
    unsafe state.pointee.blockCount -= 1
  }

  private static func granules(_ count: Int) -> UInt32? {
    UInt32(exactly: max(count, 1) / granule + (max(count, 1) % granule == 0 ? 0 : 1))
  }

  private func take(_ length: UInt32, _ alignment: UInt32) throws(MemoryError) -> FreeList.Index {
    if let node = unsafe state.pointee.free.take(length, alignment) { return node }
    if releaseFinished() > 0, let node = unsafe state.pointee.free.take(length, alignment) { return node }
    throw .arenaFull
  }

  /// Writes code into a range that holds traps, except where it was never touched: that part is filled first.
  /// It begins no later than there, because that is a page.
  private func write(
    _ code: Span<UInt8>, at start: Int, length: Int, _ relocate: (UnsafeMutableRawBufferPointer, UInt) -> Void
  ) throws(SystemError) {
    let touched = unsafe state.pointee.touched
    let fresh = start + length > touched
    let end = fresh ? (start + length + System.pageSize - 1) & -System.pageSize : start + length
    try pages.open(start..<end)
    if fresh { unsafe Trap.fill(pages.writable + touched, end - touched) }
    unsafe code.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      unsafe (pages.writable + start).copyMemory(from: first, byteCount: bytes.count)
    }
    unsafe relocate(
      UnsafeMutableRawBufferPointer(start: pages.writable + start, count: code.count),
      UInt(bitPattern: pages.executable) + UInt(start))
    do throws(SystemError) {
      try pages.close(start..<end)
    } catch {
      unsafe Trap.fill(pages.writable + start, end - start)  // still open
      throw error
    }
    if fresh { unsafe state.pointee.touched = end }
  }

  func checkLive(_ block: Block) throws(MemoryError) {
    guard block.arena == identity else { throw .invalidRange }
    let node = unsafe state.pointee.free.nodes[Int(block.node)]
    guard node.kind == .live && node.generation == block.generation else { throw .invalidRange }
  }

  /// Fills a block with traps and makes it free. If the system refuses, it stays what it was.
  func release(_ index: FreeList.Index) throws(SystemError) {
    let node = unsafe state.pointee.free.nodes[Int(index)]
    let start = Int(node.start) * Self.granule
    let length = Int(node.length) * Self.granule
    try pages.open(start..<start + length)
    unsafe Trap.fill(pages.writable + start, length)
    try pages.close(start..<start + length)
    unsafe state.pointee.free.giveBack(index)
    unsafe state.pointee.bytesInUse -= length
  }
}
