/// The last step: sections one behind the other, and the holes filled, now that every distance is known.
extension Emission {
  /// Makes the program whole.
  mutating func finish() throws(EjitError) {
    try checkRun()
    enter(.hot)
    if target.architecture == .aarch64 { AArch64.closeSections(&self) }
    try checkSize()
    let tailBase = join()
    try fillHoles(tailBase)
    try checkSize()
  }

  /// Puts the cold section and the tail behind the hot section; returns where the tail begins.
  private mutating func join() -> Int {
    if hasCold {
      pad(to: max(alignment, target.instructionAlignment))
      let base = UInt32(truncatingIfNeeded: code.count)
      labels.coldBase = base
      code.append(aside.code)
      sites.append(aside.sites, at: base)
      for index in 0..<calls.count {
        calls[index].start = CodePlace.offset(of: calls[index].start, coldBase: base)
        calls[index].end = CodePlace.offset(of: calls[index].end, coldBase: base)
      }
      aside.code.count = 0
    }
    if tail.bytes.count == 0 { return code.count }
    pad(to: tail.alignment)
    alignment = max(alignment, tail.alignment)
    let base = code.count
    code.append(tail.bytes)
    for index in 0..<tail.patches.count {
      sites.patches.append(tail.patches[index].moved(by: UInt32(truncatingIfNeeded: base)))
    }
    return base
  }

  /// Zeros until the code ends at a multiple of `bytes`, a power of two.
  private mutating func pad(to bytes: Int) {
    let count = -code.count & (bytes - 1)
    code.reserve(count)
    code.fill(0, count)
  }

  /// Fills all holes. Of several that nothing fits, the one of the earliest instruction is reported.
  private mutating func fillHoles(_ tailBase: Int) throws(EjitError) {
    takeShortFixups()
    if hasCold {
      enter(.cold)
      takeShortFixups()
      enter(.hot)
    }
    var failure: EjitError?
    for index in 0..<fixups.count { fill(fixups[index], tailBase, &failure) }
    for index in 0..<tail.entries.count { fill(tail.entries[index], tailBase, &failure) }
    for index in 0..<addresses.count { fillAddress(index, &failure) }
    for index in 0..<sites.faults.count { resolveFault(index, &failure) }
    if let failure { throw failure }
    fixups.removeAll()
  }

  private mutating func takeShortFixups() {
    if target.architecture != .aarch64 { return }  // nobody else has short forms
    while let fixup = shortFixups14.first {
      fixups.append(fixup)
      shortFixups14.removeFirst()
    }
    while let fixup = shortFixups19.first {
      fixups.append(fixup)
      shortFixups19.removeFirst()
    }
  }

  private mutating func fill(_ fixup: Fixup, _ tailBase: Int, _ failure: inout EjitError?) {
    // What nearly all are, where nothing else can come between: no code is longer than this form reaches.
    if fixup.form == .rel32, fixup.kind == .label, !hasCold, let bound = labels.place(of: fixup.target) {
      code[word: Int(fixup.hole)] |= bound &- fixup.hole &- 4
      return
    }
    let hole = Int(CodePlace.offset(of: fixup.hole, coldBase: labels.coldBase))
    let target: Int? =
      switch fixup.kind {
      case .label: labels.offset(of: fixup.target)
      case .place: Int(CodePlace.offset(of: fixup.target, coldBase: labels.coldBase))
      case .tail: tailBase + Int(Int32(bitPattern: fixup.target))
      }
    guard let target else { return note(.unboundLabel, fixup.instruction, fixup.target, &failure) }
    if let bits = fixup.form.bits(for: target - hole) {
      code[word: hole] |= bits
      return
    }
    switch fixup.form {
    case .literal19, .address21: AArch64.addVeneer(from: hole, to: target, &self)
    case .rel32, .imm26, .imm19, .imm14: note(.outOfReach, fixup.instruction, fixup.target, &failure)
    }
  }

  /// The distance from the start of the table, in as many bits as the target's tables have.
  private mutating func fill(_ entry: Tail.Entry, _ tailBase: Int, _ failure: inout EjitError?) {
    guard let bound = labels.offset(of: entry.label) else {
      return note(.unboundLabel, entry.instruction, entry.label, &failure)
    }
    let offset = tailBase + Int(entry.offset)
    let distance = Int64(bound - (tailBase + Int(entry.table)))
    if target.tableEntrySize == 8 {
      code[wide: offset] = UInt64(bitPattern: distance)
    } else {
      code[word: offset] = UInt32(truncatingIfNeeded: distance)
    }
  }

  private mutating func fillAddress(_ index: Int, _ failure: inout EjitError?) {
    let site = addresses[index]
    guard let bound = labels.offset(of: site.label) else {
      return note(.unboundLabel, site.instruction, site.label, &failure)
    }
    let offset = CodePlace.offset(of: site.place, coldBase: labels.coldBase)
    code[wide: Int(offset)] = UInt64(bound)
    addresses[index] = AddressSite(place: offset, label: site.label, instruction: site.instruction)
  }

  private mutating func resolveFault(_ index: Int, _ failure: inout EjitError?) {
    let (row, site) = (sites.faults[index], sites.faults[index].site)
    guard let bound = labels.offset(of: row.recovery.number) else {
      return note(.unboundLabel, row.instruction - 1, row.recovery.number, &failure)
    }
    faultSites.append(
      FaultSite(start: site.start, end: site.end, recovery: UInt32(truncatingIfNeeded: bound), id: site.id))
  }

  /// What stands against a hole goes to `failure`, unless that blames an earlier instruction.
  private func note(
    _ kind: EjitError.Kind, _ instruction: UInt32, _ label: UInt32, _ failure: inout EjitError?
  ) {
    if let earlier = failure?.instruction, earlier <= Int(instruction) { return }
    failure = EjitError(kind, instruction: Int(instruction), detail: UInt64(label))
  }
}
