import CEjitShims
import Ejit

// Which code runs a call or a loop, and the making of it.

extension Tiers {
  /// Code for the start of a function that takes the arguments at `base`; made if it is time. `depth` is the frame's own.
  func version(_ function: Int, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> Version? {
    if policy.schedule != nil { return scheduled(function, base, depth) }
    let known = versions.starts[function]
    for version in known where version.fits(base) { return version }
    if functions[function].isLeftToInterpreter { return nil }
    if known.isEmpty {
      // The interpreter's loop has counted the call before it asks; others have not.
      if unsafe states[function].callsLeft >= 0 { unsafe states[function].callsLeft -= 1 }
      return unsafe states[function].callsLeft < 0 ? makeStart(function, base) : nil
    }
    functions[function].misses += 1
    return functions[function].misses >= min(policy.misses, policy.threshold) ? makeStart(function, base) : nil
  }

  /// Code that goes on at `code` with the slots at `base`; made if there is none.
  func loopVersion(
    _ function: Int, _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> Version? {
    if policy.schedule != nil && scheduledTiers[depth] != .osr { return nil }
    let word = unsafe code - states[function].code
    // Frames of bytecode that was replaced go on with the interpreter.
    guard compiler?.isWord(word, of: function) == true, !functions[function].isLeftToInterpreter, let compiler else {
      return nil
    }
    let known = versions.loops[.init(function: function, word: word)] ?? []
    for version in known where version.fits(base) { return version }
    let tags = tags(compiler.neededSlots(function, at: word), base, known)
    guard let tags else {
      unsafe states[function].loopsLeft = Int64(policy.threshold) * functions[function].patience
      return nil
    }
    return make(Specialisation(function: function, entry: .loop(word: word), tags: tags))
  }

  func makeStart(_ function: Int, _ base: UnsafeMutablePointer<Slot>) -> Version? {
    guard let compiler else { return nil }
    functions[function].misses = 0
    let needed = compiler.neededSlots(function, at: nil)
    guard let tags = tags(needed, base, versions.starts[function]) else { return nil }
    return make(Specialisation(function: function, entry: .start, tags: tags))
  }

  /// The tags that a new version assumes: those at `base`; of the last one that there may be those that it has in common
  /// with all others. nil: there are enough.
  private func tags(_ needed: [Bool], _ base: UnsafeMutablePointer<Slot>, _ known: [Version]) -> [Tag?]? {
    if known.count >= policy.versions { return nil }
    var tags = needed.indices.map { needed[$0] ? unsafe Tag(rawValue: base[$0].tag) : nil }
    guard known.count == policy.versions - 1 else { return tags }
    for version in known {
      for slot in tags.indices where version.specialisation.tags[slot] != tags[slot] { tags[slot] = nil }
    }
    return tags
  }

  /// Compiles, and makes the code that which is entered first.
  func make(_ specialisation: Specialisation) -> Version? {
    guard let compiler, let arena, let trampolines, let services else { return nil }
    let function = specialisation.function
    learn(compiler.profiledPlaces(function))
    let request = Compilation(
      specialisation: specialisation, profile: profile, firstExit: nextExit, otherwise: trampolines.interpret,
      services: services, arena: arena, links: policy.schedule == nil ? links : nil,
      entriesLeft: policy.schedule == nil ? policy.renewal << min(functions[function].renewals, 12) : 0,
      forced: forced, clock: timeline?.clock, isScheduled: policy.schedule != nil)
    let start = ejit_monotonic_nanoseconds()
    do throws(CompileFailure) {
      let code = try compiler.compile(request)
      statistics.functions[function].compileNanoseconds += ejit_monotonic_nanoseconds() - start
      return publish(code)
    } catch {
      refused(function, error)
      return nil
    }
  }

  private func publish(_ code: CompiledCode) -> Version? {
    let function = code.specialisation.function
    let version = Version(code, origins: origins(of: code), number: versionCount)
    versionCount += 1
    nextExit = version.exitNumbers.upperBound
    guard makeRoom(for: code.block.count) else {
      try? arena?.free(code.block)
      if code.block.count > policy.codeBudget { leaveToInterpreter(function, .budget) } else { wait(function) }
      return nil
    }
    versions.add(version)
    relink(function)
    for callee in links.takeFresh() { links.link(callee, versions.starts[callee]) }
    statistics.functions[function].compilations += 1
    statistics.functions[function].codeBytes += code.block.count
    statistics.functions[function].tableBytes += code.exits.byteCount
    return version
  }

  private func origins(of code: CompiledCode) -> [Int: Version.Origin] {
    var origins: [Int: Version.Origin] = [:]
    for function in code.functions {
      let state = unsafe states[function]
      unsafe origins[function] = Version.Origin(
        code: state.code, constants: state.constants, constantCount: Int(state.constantCount),
        offsets: compiler?.offsets(of: function) ?? [], locals: Int(state.locals))
    }
    return origins
  }

  private func refused(_ function: Int, _ failure: CompileFailure) {
    statistics.functions[function].refusals += 1
    switch failure {
    case .unsuitable: leaveToInterpreter(function, .unsuitable)
    case .memory:
      freeRetired()
      wait(function)
    }
  }

  /// Asks again after twice as many calls.
  func wait(_ function: Int) {
    functions[function].patience = min(functions[function].patience * 2, 1 << 20)
    resetCounters(function)
    // With a threshold of 0 it would ask at each call for ever.
    if policy.threshold == 0 {
      setCallsLeft(function, functions[function].patience)
      unsafe states[function].loopsLeft = functions[function].patience
    }
  }

  /// Each version hands what it does not take to the next one, the last one to the interpreter.
  func relink(_ function: Int) {
    guard let trampolines else { return }
    let chain = versions.starts[function]
    for (index, version) in chain.enumerated() {
      let next = index + 1 < chain.count ? chain[index + 1].code.address : trampolines.interpret
      unsafe version.code.otherwise.pointee = next
    }
    // Under a schedule each call is looked at.
    let first = policy.schedule == nil ? chain.first?.code.address : nil
    unsafe entries[function] = first ?? trampolines.interpret
    links.link(function, chain)
    if !chain.isEmpty { setCallsLeft(function, min(unsafe states[function].callsLeft, 0)) }
  }
}
