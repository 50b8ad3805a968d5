extension VM {
  /// What the tiers have done up to now.
  public var statistics: Statistics {
    var result = Statistics()
    result.codeBytes = tiers.versions.liveBytes
    result.retiredBytes = tiers.versions.retiredBytes
    (result.heapBytes, result.allocations, result.collections) = (heap.bytes, heap.allocations, heap.collections)
    result.functions = module.functions.indices.map { function($0) }
    return result
  }

  private func function(_ number: Int) -> Statistics.Function {
    let counted = tiers.statistics.functions[number]
    let versions = tiers.versions.all.filter { !$0.isRetired && $0.specialisation.function == number }
    var exits = tiers.sites(number).map { exit($0.key, $0.value) }
    exits.sort { $0.count != $1.count ? $0.count > $1.count : $0.offset < $1.offset }
    return Statistics.Function(
      name: module.functions[number].name, calls: tiers.calls(number), entries: tiers.entries(number),
      compilations: counted.compilations, recompilations: counted.recompilations,
      versions: versions.count, evictions: counted.evictions, compileNanoseconds: counted.compileNanoseconds,
      codeBytes: counted.codeBytes, tableBytes: counted.tableBytes,
      leftToInterpreter: tiers.functions[number].reason?.text, exits: exits)
  }

  private func exit(_ site: TierStatistics.Site, _ count: Int) -> Statistics.Exit {
    Statistics.Exit(
      function: module.functions[site.function].name, offset: site.offset, reason: site.reasonText, count: count)
  }

  /// Forgets that a function was left to the interpreter, and counts its calls from the beginning.
  public func clear(_ number: Int) {
    if module.functions.indices.contains(number) { tiers.clear(number) }
  }

  /// Writes the file in which `perf` looks for the names of code: `/tmp/perf-PID.map` by its rules. 0, or a negative errno.
  public func writePerfMap(to path: String) -> Int {
    var map = PerfMap(path: path, names: module.functions.map { $0.name })
    for version in tiers.versions.all { map.add(version) }
    return map.write()
  }
}
