/// Islands: a branch of short reach whose label does not come in time is led to a `B`, put into the code on the
/// way, which reaches the label.
///
///     tbz x0, #3, island        …        b over;  island: b target;  over: …        target:
///
/// Short branches wait in the order of the code, so the oldest one says when an island is due. The entries of an
/// island lie 4 bytes apart and the branches of one form that lead to them at least as far: where the first
/// reaches, all do.
///
/// What the code ends in may be data, which is read as a whole, or an aligned place. Then the island goes before it, and
/// what was recorded about it moves along.
extension AArch64 {
  /// What islands for all branches of form imm14 in reach take: an entry each, and the `B` over them, twice.
  private static let largestIsland14 = 1 << 15 + 8

  /// Branches that are due are served together with those that would be this much code later.
  private static let foresight14 = 1 << 12
  private static let foresight19 = 1 << 16

  /// How far code may reach before an island is due.
  static func reach(_ e: borrowing Emission) -> Int {
    // A branch emitted from here on reaches at least as far.
    var result = e.code.count + Fixup.Form.imm14.reach.upperBound - 8
    if let first = e.shortFixups14.first { result = min(result, last14(first)) }
    if let first = e.shortFixups19.first { result = min(result, last19(first)) }
    return result
  }

  /// Where the island of this branch may begin at the latest: with the `B` over it, then the branch's entry.
  private static func last14(_ fixup: Fixup) -> Int {
    Int(fixup.hole & ~CodePlace.cold) + Fixup.Form.imm14.reach.upperBound - 4
  }

  /// The same, behind the island that all branches of form imm14 may need before.
  private static func last19(_ fixup: Fixup) -> Int {
    Int(fixup.hole & ~CodePlace.cold) + Fixup.Form.imm19.reach.upperBound - 4 - largestIsland14
  }

  /// Makes room and keeps short branches in reach for `bytes` more, besides what was promised to a piece of the program:
  /// for an op that needs more than `maximumBytes`, before it emits anything.
  static func makeWay(_ bytes: Int, into e: inout Emission) {
    let needed = bytes + piece * maximumBytes
    if reach(e) - e.code.count < needed { leadAll(into: &e) }
    e.code.reserve(needed)
  }

  /// Leads all waiting branches over an island.
  private static func leadAll(into e: inout Emission) {
    let end = e.code.count
    let run = e.openRun
    while let fixup = e.shortFixups14.first {
      lead(fixup, end, comesTo: run ?? end, &e)
      e.shortFixups14.removeFirst()
    }
    while let fixup = e.shortFixups19.first {
      lead(fixup, end, comesTo: run ?? end, &e)
      e.shortFixups19.removeFirst()
    }
    if e.code.count == end { return }
    if run != nil { padIsland(end, &e) }
    endIsland(end, &e)
    if run != nil { e.moveRun(endingAt: end) }
  }

  /// What the island is put before stays aligned. A multiple of 8 is no more than the entries' branches have as bounds.
  private static func padIsland(_ start: Int, _ e: inout Emission) {
    let gap = (start - e.code.count) & (e.dataRun.alignment - 1)
    e.code.reserve(gap)
    nops(gap, into: &e)
  }

  @inline(never) static func emitIsland(into e: inout Emission) {
    // Data is moved once: no branch waits over what follows of it.
    if e.openRun != nil { return leadAll(into: &e) }
    let start = e.code.count
    // The others could not cross the island of these.
    let isDue19 = e.shortFixups19.first.map { last19($0) - start < maximumBytes } ?? false
    while let fixup = e.shortFixups14.first, isDue19 || last14(fixup) - e.code.count < foresight14 {
      lead(fixup, start, comesTo: start, &e)
      e.shortFixups14.removeFirst()
    }
    while isDue19, let fixup = e.shortFixups19.first, last19(fixup) - e.code.count < foresight19 {
      lead(fixup, start, comesTo: start, &e)
      e.shortFixups19.removeFirst()
    }
    endIsland(start, &e)
  }

  /// Leads the code before the island over it, if there is one.
  private static func endIsland(_ start: Int, _ e: inout Emission) {
    let count = e.code.count
    if count == start { return }
    e.code[word: start] = .b | (Fixup.Form.imm26.bits(for: count - start) ?? 0)
    // Two that lie one behind the other are like one.
    e.island = (e.island.upperBound == start ? e.island.lowerBound : start)..<count
  }

  /// Branches that might not reach into the other section, where their labels may be, are led there.
  static func closeSections(_ e: inout Emission) {
    let whole =
      e.count + 8 * (e.shortFixups14.count + e.shortFixups19.count)
      + 8 * (e.aside.shortFixups14.count + e.aside.shortFixups19.count) + 4096
    guard e.hasCold, whole > Fixup.Form.imm14.reach.upperBound else { return }
    leadAll(into: &e)
    e.enter(.cold)
    leadAll(into: &e)
    e.enter(.hot)
  }

  /// Leads a branch to its label, if that is bound by now and stays there, else to a new entry of the island, which is
  /// added from `start` on and comes to lie at `place`.
  private static func lead(_ fixup: Fixup, _ start: Int, comesTo place: Int, _ e: inout Emission) {
    let offset = Int(fixup.hole & ~CodePlace.cold)
    if fixup.kind == .label, let bound = e.bound(fixup.target), bound < place || place == start,
      let bits = fixup.form.bits(for: bound - offset)
    {
      e.code[word: offset] |= bits
      return
    }
    e.code.reserve(8)
    if e.code.count == start { e.code.emit32(.b) }
    let entry = e.code.count - (start - place)
    e.code[word: offset] |= fixup.form.bits(for: entry - offset) ?? 0
    e.fixups.append(
      Fixup(
        hole: UInt32(truncatingIfNeeded: entry) | e.sectionBit, target: fixup.target, instruction: fixup.instruction,
        form: .imm26, kind: fixup.kind))
    e.code.emit32(.b)
  }
}
