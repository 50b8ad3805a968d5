/// What lowering a program adds to: code, places, holes, and what is known about the place reached.
/// Both backends write here; nothing here knows a machine.
@usableFromInline struct Emission: ~Copyable {
  let target: Target
  let features: Features
  let registers: RegisterMap
  // What the section collects that code is added to; the other section's lies in `aside`.
  var code = CodeBuffer(capacity: 4096)
  var shortFixups14 = FixupQueue()
  var shortFixups19 = FixupQueue()
  var sites = SiteTables()
  var dataRun = DataRun()
  var island = -1..<(-1)
  var aside = Section()
  /// Which section code is added to.
  private(set) var section = CodeSection.hot
  /// What makes an offset in this section a `CodePlace`.
  private(set) var sectionBit: UInt32 = 0
  /// Whether the program has been in the cold section.
  private(set) var hasCold = false

  /// Where, in the cold section, the jump stands that leads over stubs to the cold code behind them; nil: the last
  /// thing there is no stub.
  var bridge: Int?

  var tail = Tail()
  var labels = LabelTable()
  var fixups = Stack<Fixup>()
  var calls = Stack<CallSite>()
  var addresses = Stack<AddressSite>()
  /// Data that was moved, in the order in which it was.
  var moves = Stack<DataMove>()
  /// Of the whole program, once it is finished.
  var faultSites = Stack<FaultSite>()
  var frame = FrameState()
  var flags = FlagState.clobbered
  var run = Run.none
  /// While `run` is `arguments`, and of the last call: kept for its storage.
  var callRun = CallRun()
  /// Whether the instruction being lowered stands behind `faultSite`.
  var isFaultSite = false
  /// The index of the instruction being lowered, in the program as given.
  var index = 0
  /// What the start of the code must be a multiple of, in bytes.
  var alignment = 1
  /// Why the program was refused: nothing is added to it any more.
  private(set) var failure: EjitError?
  /// Whether the program is whole.
  var isFinished = false

  init(target: Target, features: Features) {
    self.target = target
    self.features = features
    registers = .shared(for: target.abi)
  }

  /// Begins a new program; nothing of the last one is left but storage.
  mutating func reset() {
    enter(.hot)
    code.count = 0
    shortFixups14.removeAll()
    shortFixups19.removeAll()
    sites.removeAll()
    dataRun = DataRun()
    island = -1..<(-1)
    if hasCold { aside.removeAll() }
    hasCold = false
    bridge = nil
    tail.removeAll()
    labels.removeAll()
    fixups.removeAll()
    calls.removeAll()
    addresses.removeAll()
    moves.removeAll()
    faultSites.removeAll()
    frame.begin()
    flags = .clobbered
    run = .none
    isFaultSite = false
    index = 0
    alignment = 1
    failure = nil
    isFinished = false
  }

  /// Before anything is added: a program that was refused takes nothing more, and behind a whole one another begins.
  mutating func begin() throws(EjitError) {
    if let failure { throw failure }
    if isFinished { reset() }
  }

  /// Nothing is left of a program that was refused but the reason.
  mutating func fail(_ error: EjitError) -> EjitError {
    reset()
    failure = error
    return error
  }

  /// The place reached.
  var place: UInt32 { UInt32(truncatingIfNeeded: code.count) | sectionBit }

  /// Bytes emitted so far, in all sections.
  var count: Int { code.count + aside.code.count + tail.bytes.count }

  /// From here on code is added to `section`.
  mutating func enter(_ section: CodeSection) {
    if section != self.section { change(to: section) }
  }

  @inline(never) private mutating func change(to section: CodeSection) {
    hasCold = true
    swap(&code, &aside.code)
    swap(&shortFixups14, &aside.shortFixups14)
    swap(&shortFixups19, &aside.shortFixups19)
    swap(&sites, &aside.sites)
    swap(&dataRun, &aside.dataRun)
    swap(&island, &aside.island)
    self.section = section
    sectionBit ^= CodePlace.cold
  }

  /// Binds `label` here.
  mutating func bind(_ label: Label) throws(Refusal) {
    guard labels.bind(label.number, at: place) else { throw Refusal(.duplicateLabel, UInt64(label.number)) }
  }

  /// Where `label` is bound in this section, if it is.
  @inline(__always) func bound(_ label: UInt32) -> Int? {
    labels.offset(of: label, in: sectionBit).map { Int($0) }
  }

  /// Records that the 32 bits at `offset` lead to `label`.
  @inline(__always) mutating func addFixup(_ form: Fixup.Form, to label: Label, at offset: Int) {
    addFixup(form, to: label, at: offset, index: index)
  }

  /// The same for an instruction whose index is not in `index` yet.
  @inline(__always) mutating func addFixup(_ form: Fixup.Form, to label: Label, at offset: Int, index: Int) {
    fixups.append(fixup(form, .label, label.number, at: offset, index: index))
  }

  /// Records that the 32 bits at `offset` lead to `target`, a place or an offset in the tail.
  mutating func addFixup(_ form: Fixup.Form, to kind: Fixup.Kind, _ target: UInt32, at offset: Int) {
    fixups.append(fixup(form, kind, target, at: offset, index: index))
  }

  /// Records the same of a form, imm14 or imm19, that may need an island on its way.
  @inline(__always) mutating func addShortFixup(
    _ form: Fixup.Form, to kind: Fixup.Kind = .label, _ target: UInt32, at offset: Int
  ) {
    let fixup = fixup(form, kind, target, at: offset, index: index)
    if form == .imm14 { shortFixups14.append(fixup) } else { shortFixups19.append(fixup) }
  }

  @inline(__always) private func fixup(
    _ form: Fixup.Form, _ kind: Fixup.Kind, _ target: UInt32, at offset: Int, index: Int
  ) -> Fixup {
    Fixup(
      hole: UInt32(truncatingIfNeeded: offset) | sectionBit, target: target,
      instruction: UInt32(truncatingIfNeeded: index), form: form, kind: kind)
  }

  /// Refuses code that no branch could cross.
  func checkSize() throws(EjitError) {
    if count > target.maximumCode { throw EjitError(.outOfReach, instruction: index) }
  }
}

extension Emission {
  /// Checks and records flags around one instruction, lowered by `rows`; a refusal gets the index.
  @inline(__always) mutating func lower(
    _ instruction: Instruction, by rows: (Instruction, inout Emission) throws(Refusal) -> Void
  ) throws(EjitError) {
    do throws(Refusal) {
      if let condition = instruction.consumes { try flags.check(condition) }
      try row(instruction, by: rows)
      if let left = instruction.flags { flags = left }
      index &+= 1
    } catch {
      throw EjitError(error, instruction: index)
    }
  }
}
