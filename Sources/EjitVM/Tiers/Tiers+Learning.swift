// What failed guards teach.

extension Tiers {
  /// Counts an exit.
  func record(_ version: Version, _ number: Int, _ reason: Exit.Reason) {
    let index = number - version.code.firstExit
    if reason == .forced { version.forced[index, default: 0] += 1 } else { version.taken[index] &+= 1 }
    statistics.functions[version.specialisation.function].exits[Int(reason.rawValue)] += 1
  }

  /// The slots of the innermost frame are materialised: remembers the types that are there. Code whose guard fails again
  /// and again is made again, and if that does not help the function is left to the interpreter.
  func learn(_ version: Version, _ number: Int, _ exit: Exit, _ registers: SavedRegisters) {
    switch exit.reason {
    case .slow, .depth, .unwound, .forced: return
    case .renewed: return renew(version)
    case .resultType, .elementType, .unreached: break
    }
    observe(exit, version, registers)
    let function = version.specialisation.function
    guard !version.isRetired, version.taken[number - version.code.firstExit] >= policy.failures else { return }
    functions[function].recompilations += 1
    if functions[function].recompilations > policy.recompilations { return leaveToInterpreter(function, .guards) }
    retire(version)
    statistics.functions[function].recompilations += 1
    // What is known now is enough: no new counting.
    setCallsLeft(function, 0)
    unsafe states[function].loopsLeft = 0
  }

  /// Forgets which types came to the places that have met several: the interpreter runs a few calls and sees those that
  /// come now. What only ever met one type stays known, for a place that is not reached meanwhile learns nothing new.
  private func renew(_ version: Version) {
    if version.isRetired { return }
    let function = version.specialisation.function
    functions[function].renewals += 1
    // What it takes to learn the forgotten again is no failure; renewals have longer and longer intervals.
    functions[function].recompilations = 0
    for place in compiler?.profiledPlaces(function) ?? [] where version.code.functions.contains(place.function) {
      guard profile.tags(place.function, place.word).nonzeroBitCount > 1 else { continue }
      profile.forget(place)
      let word = unsafe UnsafeMutablePointer(mutating: states[place.function].code + place.word)
      unsafe word.pointee.forgetTypes()
    }
    retire(version)
    functions[function].misses = 0
    let calls = Int64(min(policy.misses, policy.threshold))
    if versions.starts[function].isEmpty { setCallsLeft(function, calls) }
    unsafe states[function].loopsLeft = Int64(policy.threshold)
  }

  /// Adds the types that the interpreter saw there.
  func learn(_ places: [Profile.Place]) {
    for place in places {
      let seen = unsafe states[place.function].code[place.word].word.x
      profile.add(UInt16(seen), place.function, place.word)
    }
  }

  /// Adds the types that the exit has found to the profile.
  private func observe(_ exit: Exit, _ version: Version, _ registers: SavedRegisters) {
    guard let frame = exit.frames.last, let origin = version.origins[frame.function] else { return }
    // What replaced bytecode sees says nothing of what has taken its place.
    guard unsafe origin.code == states[frame.function].code else { return }
    let base = registers.base + frame.base
    if exit.reason == .resultType || exit.reason == .unreached {
      // The call is behind: it is the word before.
      let result = frame.values.first { $0.location == .result }?.slot
      let slot = unsafe result ?? origin.code[frame.word - 1].word.a
      return add(unsafe base[slot], frame.function, frame.word - 1)
    }
    let word = unsafe origin.code[frame.word].word
    guard word.op == .arrayGet, let element = execution!.element(unsafe base[word.b], unsafe base[word.c]) else {
      return
    }
    add(element, frame.function, frame.word)
  }

  private func add(_ slot: Slot, _ function: Int, _ word: Int) {
    if let tag = Tag(rawValue: slot.tag), tag != .unwound { profile.add(tag, function, word) }
  }
}
