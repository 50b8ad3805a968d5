import Ejit

extension Generator {
  /// At which moment of the operation the code is left.
  enum Moment {
    /// Before it: the interpreter executes it.
    case before
    /// Behind it, with the result of a call still in registers.
    case behind
    /// Behind it, with its result in its slot.
    case behindInSlot
    /// In a call that was left by a throw or a trap.
    case across
  }

  /// The exit that has the interpreter execute the operation.
  mutating func slow() -> Label {
    if let slowExit { return slowExit }
    let label = exit(.slow, .before)
    slowExit = label
    return label
  }

  mutating func exit(_ reason: Exit.Reason, _ moment: Moment) -> Label {
    add(Exit(reason: reason, frames: frames(moment)))
  }

  mutating func add(_ exit: Exit) -> Label {
    let label = newLabel()
    cold.append(.exit(label, number: firstExit + exits.count))
    exits.append(exit)
    return label
  }

  /// The frames of the interpreter at the operation, outermost first.
  private func frames(_ moment: Moment) -> [Exit.Frame] {
    var result: [Exit.Frame] = []
    var context = operation.context
    var word = moment == .behind || moment == .behindInSlot ? operation.index + 1 : operation.index
    var isInnermost = true
    while context >= 0 {
      let frame = flow.contexts[context]
      var values: [Exit.Value] = []
      let add = { (slot: Int) in
        if let value = value(frame.base + slot, slot, moment) { values.append(value) }
      }
      if isInnermost && moment == .before {
        live.forEachLive(inFrame: context, before: word, add)
      } else {
        live.forEachLive(inFrame: context, across: isInnermost ? operation.index : word, add)
      }
      if isInnermost && moment == .behindInSlot { values.append(Exit.Value(slot: operation.word.a, location: .slot)) }
      if isInnermost && moment == .behind { values.append(Exit.Value(slot: operation.word.a, location: .result)) }
      result.append(Exit.Frame(function: frame.function, word: word, base: frame.base, values: values))
      isInnermost = false
      word = frame.call
      context = frame.parent
    }
    return result.reversed()
  }

  /// Where the value of a slot is found; behind a call registers hold nothing.
  private func value(_ flat: Int, _ slot: Int, _ moment: Moment) -> Exit.Value? {
    guard current[flat] >= 0 else { return nil }
    let web = Int(current[flat])
    let tag = webs.webs[web].knowledge.tag
    let location: Exit.Location =
      switch allocation.places[web] {
      case .constant(let value): .constant(value)
      case .slot(let tagged): tagged ? .slot : .memory(tag ?? .nil)
      case .register(let number): moment == .before ? .register(number, tag ?? .nil) : .memory(tag ?? .nil)
      case .vector(let number): moment == .before ? .vector(number) : .memory(.float)
      }
    return Exit.Value(slot: slot, location: location)
  }

  /// What stands out of line: the exits, and the common way out.
  mutating func emitCold() {
    emit(.section(.cold))
    let leave = newLabel()
    for piece in cold {
      switch piece {
      case .exit(let label, let number):
        emit(.label(label))
        emit(.movi(Convention.callee, Immediate(number)))
        emit(.j(leave))
      case .result(let label, let unwound, let other):
        emit(.label(label))
        emit(.branchi(.eq, Convention.tag, Imm64(Tag.unwound.rawValue), unwound))
        emit(.j(other))
      case .slots(let label, let call, let then):
        emit(.label(label))
        emitSlots(of: call)
        emit(.j(then))
      case .code(let label, let instruction, let then):
        emit(.label(label))
        emit(instruction)
        emit(.j(then))
      }
    }
    emit(.label(leave))
    emit(.call(Immediate(bits: UInt64(services.exit))))
    emitLeave()
  }

  /// The end of the compiled function's frame.
  mutating func emitLeave() {
    emit(.addi(Convention.depth, Convention.depth, 1))
    emit(.leave)
    emit(.ret)
  }
}
