/// What lowering a program adds to: code, places, holes, and what is known about the place reached.
/// Both backends write here; nothing here knows a machine.
struct Emission: ~Copyable {
  let target: Target
  let features: Features
  let registers: RegisterMap
  var code = CodeBuffer(capacity: 4096)
  var labels = LabelTable()
  var fixups = Stack<Fixup>(capacity: 64)
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
    fixups.append(
      Fixup(
        offset: UInt32(truncatingIfNeeded: offset), label: label.number,
        instruction: UInt32(truncatingIfNeeded: index), form: form))
  }

  /// Fills the hole, whose label lies at `target`.
  mutating func fill(_ fixup: Fixup, target: UInt32) throws(EjitError) {
    guard let bits = fixup.form.bits(for: Int(target) - Int(fixup.offset)) else {
      throw EjitError(.outOfReach, instruction: Int(fixup.instruction), detail: UInt64(fixup.label))
    }
    code[word: Int(fixup.offset)] |= bits
  }

  /// Fills all holes; the program is whole.
  mutating func fillHoles() throws(EjitError) {
    for index in 0..<fixups.count {
      let fixup = fixups[index]
      guard let target = labels.offset(of: fixup.label) else {
        throw EjitError(
          .unboundLabel, instruction: Int(fixup.instruction), detail: UInt64(fixup.label))
      }
      try fill(fixup, target: target)
    }
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
