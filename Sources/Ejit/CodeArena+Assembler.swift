extension CodeArena {
  /// Copies the finished program of `assembler` into the arena and publishes it.
  ///
  /// - Throws: `missingFeature` if this machine is not the assembler's target or lacks one of its features,
  ///   `arenaFull`, `system`.
  public func add(_ assembler: borrowing Assembler) throws(EjitError) -> Block {
    try assembler.checkHost()
    do throws(MemoryError) {
      return try assembler.withCode { code throws(MemoryError) in
        try add(code) { assembler.emission.shortenCalls(in: $0, at: $1) }
      }
    } catch {
      throw EjitError(error)
    }
  }
}
