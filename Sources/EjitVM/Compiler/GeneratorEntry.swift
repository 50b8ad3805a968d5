import Ejit

extension Generator {
  /// Where the code is entered: with everything in slots, and with the arguments in registers.
  struct Entries {
    var slots: Label
    var registers: Label
  }

  mutating func emitEntry(_ entries: Entries) {
    current = Array(webs.starts[0..<flow.slots])
    state = Array(types.state(flow.blocks[0].next))
    switch specialisation.entry {
    case .start: emitStart(entries)
    case .loop(let word):
      emit(.entry(entries.slots))
      emitFrame()
      loadAll()
      emitNestingCheck(word)
      emitRenewal(word)
    }
    if flow.blocks[0].next != 1 { emit(.j(label(of: flow.blocks[0].next))) }
  }

  private mutating func emitFrame() {
    emit(.enter(0))
    emit(.subi(Convention.depth, Convention.depth, 1))
  }

  private mutating func emitStart(_ entries: Entries) {
    emit(.entry(entries.slots))
    let miss = newLabel()
    for (slot, tag) in specialisation.tags.enumerated() {
      if let tag { checkTag(slot, tag, else: miss) }
    }
    let arguments = allocation.registers.arguments(specialisation.tags)
    if let arguments {
      for (slot, place) in arguments.enumerated() where current[slot] >= 0 { load(slot, place) }
      emit(.entry(entries.registers))
    }
    emitFrame()
    let exit = add(Exit(reason: .depth, frames: []))
    emit(.branchi(.slt, Convention.depth, 0, exit))
    if let arguments { take(arguments) } else { loadAll() }
    emitNestingCheck(0)
    emitRenewal(0)
    emit(.section(.cold))
    emit(.label(miss))
    emit(.jm(.absolute(UInt64(otherwise))))
    emit(.section(.hot))
  }

  /// Callees that are part of the code do not count their calls: where they would be too many, the interpreter goes on.
  private mutating func emitNestingCheck(_ word: Int) {
    guard flow.nesting > 0 else { return }
    operation = Flow.Operation(word: Word(.jump), index: word, context: 0, use: SlotUse())
    let exit = exit(.slow, .before)
    emit(.branchi(.slt, Convention.depth, Imm64(flow.nesting), exit))
  }

  /// The arguments go from where they come to where they live.
  private mutating func take(_ arguments: [Allocation.Place]) {
    var moves = ParallelMove()
    for (slot, place) in arguments.enumerated() where current[slot] >= 0 {
      let web = Int(current[slot])
      let tag = specialisation.tags[slot] ?? .nil
      if needsStore(web) {
        switch place {
        case .register(let number): emit(.st(.u64, Register(number), payload(slot)))
        case .vector(let number): emit(.fst(VectorRegister(number), payload(slot)))
        case .slot, .constant: break
        }
        if tag.isObject || allocation.places[web] == .slot(tagged: true) { storeTag(tag, slot) }
      }
      moves.add(from: place, to: allocation.places[web])
    }
    emit(moves)
  }

  private func needsStore(_ web: Int) -> Bool {
    if case .slot = allocation.places[web] { return true }
    return webs.webs[web].needsSlot
  }

  /// Everything that lives in registers at the entry comes from its slot.
  private mutating func loadAll() {
    for slot in 0..<flow.slots where current[slot] >= 0 { load(slot, allocation.places[Int(current[slot])]) }
  }

  /// The payload of a slot into a register.
  mutating func load(_ flat: Int, _ place: Allocation.Place) {
    switch place {
    case .register(let number): emit(.ld(.u64, Register(number), payload(flat)))
    case .vector(let number): emit(.fld(VectorRegister(number), payload(flat)))
    case .slot, .constant: break
    }
  }
}
