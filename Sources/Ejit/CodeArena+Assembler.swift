extension CodeArena {
  /// Copies the finished program of `assembler` into the arena and publishes it.
  ///
  /// - Throws: `missingFeature` if this machine is not the assembler's target or lacks one of its features,
  ///   `arenaFull`, `system`.
  public func add(_ assembler: borrowing Assembler) throws(EjitError) -> Block {
    try assembler.checkHost()
    do throws(MemoryError) {
      return try assembler.withCode { code throws(MemoryError) in
        try add(code, alignment: max(16, assembler.alignment)) { assembler.emission.relocate($0, to: $1) }
      }
    } catch {
      throw EjitError(error)
    }
  }
}
