/// What lowering a program adds to: code, places, holes, and what is known about the place reached.
/// Both backends write here; nothing here knows a machine.
struct Emission: ~Copyable {
  let target: Target
  let features: Features
  let registers: RegisterMap
  var code = CodeBuffer(capacity: 4096)
  var labels = LabelTable()
  var fixups = Stack<Fixup>(capacity: 64)
  /// Holes of the forms imm14 and imm19, which do not reach from end to end of a program.
  var shortFixups14 = FixupQueue()
  var shortFixups19 = FixupQueue()
  var calls = Stack<CallSite>(capacity: 16)
  var marks = SideTable()
  var frame = FrameState()
  var flags = FlagState.clobbered
  /// The index of the instruction being lowered, in the program as given.
  var index = 0

  init(target: Target, features: Features) {
    self.target = target
    self.features = features
    registers = RegisterMap(target.abi)
  }

  /// Begins a new program; nothing of the last one is left but storage.
  mutating func reset() {
    code.count = 0
    labels.removeAll()
    fixups.removeAll()
    shortFixups14.removeAll()
    shortFixups19.removeAll()
    calls.removeAll()
    marks.removeAll()
    frame.begin()
    flags = .clobbered
    index = 0
  }

  /// Binds `label` here.
  mutating func bind(_ label: Label) throws(Refusal) {
    guard labels.bind(label.number, at: UInt32(truncatingIfNeeded: code.count)) else {
      throw Refusal(.duplicateLabel, UInt64(label.number))
    }
  }

  /// Records that the 32 bits at `offset` lead to `label`.
  @inline(__always) mutating func addFixup(_ form: Fixup.Form, to label: Label, at offset: Int) {
    fixups.append(fixup(form, to: label, at: offset))
  }

  /// Records the same of a form, imm14 or imm19, that may need an island on its way.
  @inline(__always) mutating func addShortFixup(_ form: Fixup.Form, to label: Label, at offset: Int) {
    let fixup = fixup(form, to: label, at: offset)
    if form == .imm14 { shortFixups14.append(fixup) } else { shortFixups19.append(fixup) }
  }

  @inline(__always) private func fixup(_ form: Fixup.Form, to label: Label, at offset: Int) -> Fixup {
    Fixup(
      offset: UInt32(truncatingIfNeeded: offset), label: label.number,
      instruction: UInt32(truncatingIfNeeded: index), form: form)
  }

  /// Fills the hole; what stands against it goes to `failure`, unless that blames an earlier instruction.
  private mutating func fill(_ fixup: Fixup, _ failure: inout EjitError?) {
    let target = labels.offset(of: fixup.label)
    if let target, let bits = fixup.form.bits(for: Int(target) - Int(fixup.offset)) {
      code[word: Int(fixup.offset)] |= bits
      return
    }
    let instruction = Int(fixup.instruction)
    if let earlier = failure?.instruction, earlier <= instruction { return }
    failure = EjitError(
      target == nil ? .unboundLabel : .outOfReach, instruction: instruction, detail: UInt64(fixup.label))
  }

  /// Fills all holes; the program is whole.
  mutating func fillHoles() throws(EjitError) {
    var failure: EjitError?
    for index in 0..<fixups.count { fill(fixups[index], &failure) }
    while let fixup = shortFixups14.first {
      fill(fixup, &failure)
      shortFixups14.removeFirst()
    }
    while let fixup = shortFixups19.first {
      fill(fixup, &failure)
      shortFixups19.removeFirst()
    }
    if let failure { throw failure }
    fixups.removeAll()
  }

  /// Refuses code that no branch could cross.
  func checkSize() throws(EjitError) {
    if code.count > target.maximumCode { throw EjitError(.outOfReach, instruction: index) }
  }
}

extension Emission {
  /// Checks and records flags around one instruction, lowered by `rows`; a refusal gets the index.
  @inline(__always) mutating func lower(
    _ instruction: Instruction, by rows: (Instruction, inout Emission) throws(Refusal) -> Void
  ) throws(EjitError) {
    do throws(Refusal) {
      if let condition = instruction.consumes { try flags.check(condition) }
      try rows(instruction, &self)
      if let left = instruction.flags { flags = left }
      index &+= 1
    } catch {
      throw EjitError(error, instruction: index)
    }
  }
}
