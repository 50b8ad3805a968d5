/// What one section collects. `Emission` has that of the section that code is added to in itself, and the other one
/// aside.
struct Section: ~Copyable {
  var code = CodeBuffer()
  /// Holes of the forms imm14 and imm19, which do not reach from end to end of a program.
  var shortFixups14 = FixupQueue()
  var shortFixups19 = FixupQueue()
  var sites = SiteTables()
  var dataRun = DataRun()
  /// Where the island lies that was put behind code last.
  var island = -1..<(-1)

  mutating func removeAll() {
    code.count = 0
    shortFixups14.removeAll()
    shortFixups19.removeAll()
    sites.removeAll()
    dataRun = DataRun()
    island = -1..<(-1)
  }
}

/// What is recorded about places in the code of one section, each list in the order of the code.
struct SiteTables: ~Copyable {
  var marks = SideTable()
  var traps = SideTable()
  var faults = Stack<FaultRow>()
  var patches = Stack<PatchSite>()

  /// A fault site whose recovery is a label yet.
  struct FaultRow {
    let site: FaultSite
    let recovery: Label
    let instruction: UInt32
  }

  mutating func removeAll() {
    marks.removeAll()
    traps.removeAll()
    faults.removeAll()
    patches.removeAll()
  }

  /// Appends what was recorded in a section that begins `base` bytes behind this one.
  mutating func append(_ other: borrowing SiteTables, at base: UInt32) {
    for index in 0..<other.marks.count { marks.append(other.marks[index].id, at: other.marks[index].offset &+ base) }
    for index in 0..<other.traps.count { traps.append(other.traps[index].id, at: other.traps[index].offset &+ base) }
    for index in 0..<other.faults.count {
      let row = other.faults[index]
      let (start, end) = (row.site.start &+ base, row.site.end &+ base)
      let site = FaultSite(start: start, end: end, recovery: 0, id: row.site.id)
      faults.append(FaultRow(site: site, recovery: row.recovery, instruction: row.instruction))
    }
    for index in 0..<other.patches.count { patches.append(other.patches[index].moved(by: base)) }
  }
}

extension PatchSite {
  /// The same site in code that begins `base` bytes further on.
  func moved(by base: UInt32) -> PatchSite { PatchSite(id: id, offset: offset &+ base, kind: kind) }
}
