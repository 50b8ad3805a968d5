import Ejit

// Code that is not entered any more is freed when no frame of it is left.

extension Tiers {
  /// Nobody enters it any more; its memory is kept as long as a frame may return into it.
  func retire(_ version: Version) {
    if version.isRetired { return }
    versions.retire(version)
    if case .start = version.specialisation.entry { relink(version.specialisation.function) }
    // The stack is searched when as much has come together again as was found to be needed, so that deep recursion does
    // not make each retirement a walk over all frames.
    if versions.retiredBytes > 2 * retiredBytesKept + 4096 { freeRetired() }
  }

  /// Frees the retired code that no frame returns into. The arena fills it with traps.
  func freeRetired() {
    if versions.retired.isEmpty { return }
    var addresses: [UInt] = []
    unsafe native.pointee.forEachReturnAddress { addresses.append($0) }
    let removed = versions.removeRetired { version in addresses.contains { version.contains(returnAddress: $0) } }
    for version in removed {
      statistics.functions[version.specialisation.function].note(version)
      // Refused only where pages must be made writable: the code then stays where it is, unused.
      do throws(MemoryError) {
        try arena?.free(version.code.block)
      } catch {
        statistics.bytesLost += version.code.block.count
      }
    }
    retiredBytesKept = versions.retiredBytes
  }

  /// The machine is entered or left by its host.
  func didCrossBoundary() { freeRetired() }

  /// Retires the oldest code until `count` more bytes are inside the budget; false: there is no room, as frames need
  /// what is retired.
  func makeRoom(for count: Int) -> Bool {
    if count > policy.codeBudget { return false }
    if used + count > policy.codeBudget { freeRetired() }
    while used + count > policy.codeBudget, let oldest = versions.oldest {
      let function = oldest.specialisation.function
      statistics.functions[function].evictions += 1
      retire(oldest)
      freeRetired()
      if versions.starts[function].isEmpty { wait(function) }
    }
    return used + count <= policy.codeBudget
  }

  private var used: Int { versions.liveBytes + versions.retiredBytes }

  /// The bytecode of a function is another one now (its state says so): nothing that holds the old one is entered again.
  func didReplace(_ function: Int) {
    for version in versions.dependents(of: function) { retire(version) }
    profile.forget(function)
    clear(function)
    freeRetired()
  }

  /// Forgets why a function was left to the interpreter.
  func clear(_ function: Int) {
    functions[function] = FunctionTier()
    resetCounters(function)
  }

  /// Never compiled again, until `clear`.
  func leaveToInterpreter(_ function: Int, _ reason: FunctionTier.Reason) {
    functions[function].isLeftToInterpreter = true
    functions[function].reason = reason
    for version in versions.all where !version.isRetired && version.specialisation.function == function {
      retire(version)
    }
    stopCounting(function)
  }
}
