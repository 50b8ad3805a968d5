// What a thread sees that runs through a site while it is changed
//
// Each change is one store to an aligned group of 8 bytes, so in mode `.dual` there is never a mixture in memory. In
// mode `.flip` nobody may execute anything in the pages of the block meanwhile; in `.mapJIT` nobody on this thread.
//
// AArch64 (Arm ARM B2.2.5): B, BL and NOP may be changed into one another while they are executed; a thread executes
// the old or the new one. Caches are maintained before the functions return; threads that have fetched the old one
// execute the new one at the latest after a context synchronisation event (an interrupt is one).
//
// x86-64: AMD promises the same for one store to an aligned group of 8 bytes (APM vol. 2, §7.6.1). Intel promises it
// only to threads that wait, and execute a serializing instruction before they come there (SDM vol. 3, §9.1.3; §8.1.3
// and §11.1.3 in other editions). Without that it is what its processors are known to do, and what others rely on, too.
//
// On no machine is code visible because a branch to it is. On AArch64 a thread needs a context synchronisation event,
// such as `CodeArena.enter()`, between the adding of a block and its own way into it, patched branch or not.
extension CodeArena {
  /// Makes the branch at `site` lead to `address`; a NOP becomes a jump.
  ///
  /// Threads may run through the site meanwhile and execute what was or what is there (the rules of `patch` for modes
  /// and for synchronisation hold). On return this thread executes the new branch; others do soon, and for certain
  /// after a serializing instruction of theirs on x86-64 or a context synchronisation event on AArch64.
  ///
  /// - Throws: `outOfReach` when no such branch leads there (x86-64 ±2 GiB; AArch64 ±128 MiB, and only multiples of
  ///   4); `invalidRange` when the block is not live, or the site is none of its branches or NOPs; `system`.
  public func retarget(_ block: Block, _ site: PatchSite, to address: UInt) throws(MemoryError) {
    try change(block, site) { place throws(MemoryError) in
      guard let branch = site.kind.branch(from: place, to: address) else { throw .outOfReach }
      return branch
    }
  }

  /// Puts the NOP back at `site`.
  ///
  /// - Throws: `invalidRange` when the block is not live, or the site is none of its NOPs; `system`.
  public func restore(_ block: Block, _ site: PatchSite) throws(MemoryError) {
    guard site.kind == .nop else { throw .invalidRange }
    try change(block, site) { _ throws(MemoryError) in PatchSite.Kind.nothing }
  }

  /// Makes the constant at `site` hold `value`.
  ///
  /// Threads load the old value or the new one (SDM vol. 3, §9.1.1; Arm ARM B2.2.1), and who has loaded the new one
  /// never loads the old one again. They see it soon, without any synchronisation of code: it is data. What this thread
  /// stored before is visible to whoever follows a pointer loaded from there, or loads it with acquire semantics
  /// (as all loads of x86-64 have). In mode `.flip` nobody may execute anything in the pages of the block meanwhile.
  ///
  /// - Throws: `invalidRange` when the block is not live, or the site no aligned constant inside it; `system`.
  public func setConstant(_ block: Block, _ site: PatchSite, to value: UInt64) throws(MemoryError) {
    guard site.kind == .constant, site.offset & 7 == 0 else { throw .invalidRange }
    lock()
    defer { unlock() }
    let start = try checkInside(block, Int(site.offset), 8)
    try change(start, 8, isCode: false) { unsafe Self.store(PatchStore(bits: value, count: 8), at: $0) }
  }

  /// Stores what `make` gives for the address of the site.
  private func change(
    _ block: Block, _ site: PatchSite, _ make: (UInt) throws(MemoryError) -> PatchStore
  ) throws(MemoryError) {
    lock()
    defer { unlock() }
    let start = try checkInside(block, Int(site.offset), PatchSite.Kind.instructionLength)
    guard unsafe site.kind.holds(pages.executable + start) else { throw .invalidRange }
    let store = try make(block.address + UInt(site.offset))
    let first = start + store.position
    guard first & 7 + store.count <= 8 else { throw .invalidRange }
    try change(first, store.count) { unsafe Self.store(store, at: $0) }
  }
}
