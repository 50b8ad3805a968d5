/// What the tiers have done.
struct TierStatistics {
  var functions: [Function]
  /// Bytes of code that the system did not let be freed.
  var bytesLost = 0

  init(functions count: Int) { functions = [Function](repeating: Function(), count: count) }

  /// Of one function, with all its versions.
  struct Function {
    var compilations = 0
    var recompilations = 0
    /// Requests that the compiler or the memory for code refused.
    var refusals = 0
    var evictions = 0
    var compileNanoseconds: UInt64 = 0
    /// Of all code ever made, in bytes.
    var codeBytes = 0
    /// Of all exit tables ever made, in bytes.
    var tableBytes = 0
    /// How often code was left, by `Exit.Reason`.
    var exits = [Int](repeating: 0, count: Exit.Reason.allCases.count)
    /// What the counter of calls was given, at once and in all.
    var granted: Int64 = 0
    /// Entries of code that was freed.
    fileprivate(set) var entries = 0
    /// Exits of code that was freed, by place and reason.
    fileprivate(set) var sites: [Site: Int] = [:]

    /// Keeps the counts of code that is about to be freed.
    mutating func note(_ version: Version) {
      for (site, count) in version.sites { sites[site, default: 0] += count }
      entries += version.entries
    }
  }

  /// A place in a function's bytecode where code was left: as it was then, whatever has replaced it since.
  struct Site: Hashable {
    var function: Int
    var offset: Int
    var reason: UInt8

    /// As statistics show it.
    var reasonText: String { Exit.Reason(rawValue: reason)?.text ?? "" }
  }
}

extension Version {
  /// The exits that were taken, with how often.
  var sites: [(TierStatistics.Site, Int)] {
    let needed = taken.indices.filter { taken[$0] > 0 }.compactMap { index in
      site(index, code.exits[index].reason).map { ($0, Int(taken[index])) }
    }
    return needed + forced.compactMap { index, count in site(index, .forced).map { ($0, count) } }
  }

  /// nil: the exit has no frame.
  private func site(_ index: Int, _ reason: Exit.Reason) -> TierStatistics.Site? {
    code.exits[index].frames.last.map { frame in
      let offsets = origins[frame.function]?.offsets ?? []
      let offset = offsets.indices.contains(frame.word) ? Int(offsets[frame.word]) : 0
      return .init(function: frame.function, offset: offset, reason: reason.rawValue)
    }
  }
}

extension Tiers {
  /// Calls that were counted, whatever ran them.
  func calls(_ function: Int) -> Int {
    Int(truncatingIfNeeded: statistics.functions[function].granted &- (unsafe states[function].callsLeft))
  }

  /// How often its code, all that was ever made, was entered by the interpreter.
  func entries(_ function: Int) -> Int {
    versions.all.reduce(statistics.functions[function].entries) {
      $1.specialisation.function == function ? $0 + $1.entries : $0
    }
  }

  /// Exits by place and reason, of all code ever made for this function.
  func sites(_ function: Int) -> [TierStatistics.Site: Int] {
    var sites = statistics.functions[function].sites
    for version in versions.all where version.specialisation.function == function {
      for (site, count) in version.sites { sites[site, default: 0] += count }
    }
    return sites
  }
}
