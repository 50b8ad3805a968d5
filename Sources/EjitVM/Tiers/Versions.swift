import Ejit

/// The compiled code of all functions that may be entered, and what of it is retired but not freed.
struct Versions {
  /// For each function what begins at its start, in the order in which it is tried.
  private(set) var starts: [[Version]]
  private(set) var loops: [Specialisation.Place: [Version]] = [:]
  /// All that have memory, retired ones too: by their exits' numbers, which grow.
  private(set) var all: [Version] = []
  private(set) var retired: [Version] = []
  private(set) var liveBytes = 0
  private(set) var retiredBytes = 0

  init(functions: Int) { starts = [[Version]](repeating: [], count: functions) }

  /// What has the exit with this number.
  func owner(of exit: Int) -> Version {
    var (low, high) = (0, all.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if all[middle].code.firstExit <= exit { low = middle } else { high = middle }
    }
    // Of several without exits at the same number the last one that has it.
    precondition(all[low].exitNumbers.contains(exit), "an exit of no code")
    return all[low]
  }

  mutating func add(_ version: Version) {
    all.append(version)
    liveBytes += version.code.block.count
    let specialisation = version.specialisation
    switch specialisation.entry {
    case .start:
      // The newest first, but what assumes less behind what assumes more.
      let chain = starts[specialisation.function]
      let place = chain.firstIndex { $0.assumptions <= version.assumptions } ?? chain.count
      starts[specialisation.function].insert(version, at: place)
    case .loop(let word): loops[.init(function: specialisation.function, word: word), default: []].append(version)
    }
  }

  /// Nobody enters it any more.
  mutating func retire(_ version: Version) {
    version.isRetired = true
    let specialisation = version.specialisation
    switch specialisation.entry {
    case .start: starts[specialisation.function].removeAll { $0 === version }
    case .loop(let word):
      loops[.init(function: specialisation.function, word: word)]?.removeAll { $0 === version }
    }
    retired.append(version)
    liveBytes -= version.code.block.count
    retiredBytes += version.code.block.count
  }

  /// Takes those out that `isNeeded` does not keep.
  mutating func removeRetired(unless isNeeded: (Version) -> Bool) -> [Version] {
    var (removed, kept): ([Version], [Version]) = ([], [])
    for version in retired { if isNeeded(version) { kept.append(version) } else { removed.append(version) } }
    if removed.isEmpty { return [] }
    retired = kept
    for version in removed { retiredBytes -= version.code.block.count }
    let last = removed.map({ $0.number }).max()!
    let first = removed.map({ $0.number }).min()!
    all.removeAll { version in
      (first...last).contains(version.number) && removed.contains { $0 === version }
    }
    return removed
  }

  /// The oldest code that may be entered.
  var oldest: Version? { all.first { !$0.isRetired } }

  /// Those whose code holds bytecode of this function.
  func dependents(of function: Int) -> [Version] {
    all.filter { !$0.isRetired && $0.code.functions.contains(function) }
  }
}

extension Specialisation {
  /// A loop of a function.
  struct Place: Hashable {
    var function: Int
    var word: Int
  }
}
