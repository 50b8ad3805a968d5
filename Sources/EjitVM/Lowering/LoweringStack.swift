// The operand stack while a block is lowered.
extension Lowering {
  mutating func pop() -> StackEntry { stack.removeLast() }

  /// The slot that an entry can be read from.
  mutating func operand(_ entry: StackEntry) -> Int {
    switch entry {
    case .slot(let position): Draft.stack + position
    case .local(let number): number
    case .int(let value): constant(Slot(value))
    case .literal(let payload, let tag): constant(Slot(payload, tag))
    case .constant(let slot): constant(slot)
    }
  }

  /// Pops the operand on top.
  mutating func popOperand() -> Int { operand(pop()) }

  /// Pushes the result of a draft that writes it to the slot of the new position.
  mutating func pushResult(_ draft: Draft) {
    var draft = draft
    draft.a = Draft.stack + stack.count
    emit(draft)
    stack.append(.slot(stack.count))
  }

  /// Puts what is at this position into the position's slot.
  mutating func materialise(_ position: Int) {
    let entry = stack[position]
    if entry == .slot(position) { return }
    load(entry, into: Draft.stack + position)
    stack[position] = .slot(position)
  }

  mutating func materialiseAll() {
    for position in stack.indices { materialise(position) }
  }

  /// Before a local changes: what still refers to it.
  private mutating func materialise(local number: Int) -> Bool {
    var any = false
    for position in stack.indices where stack[position] == .local(number) {
      materialise(position)
      any = true
    }
    return any
  }

  private mutating func load(_ entry: StackEntry, into slot: Int) {
    switch entry {
    case .int(let value):
      if let wide = Int32(exactly: value) { return emit(Draft(op: .loadInt, a: slot, wide: wide)) }
      emit(Draft(op: .move, a: slot, b: operand(entry)))
    case .literal(let payload, let tag):
      emit(Draft(op: .loadTag, x: UInt8(tag.rawValue), a: slot, c: Int(payload)))
    case .slot, .local, .constant: emit(Draft(op: .move, a: slot, b: operand(entry)))
    }
  }

  /// Whether the last draft has just made the value that is at `position`, and may put it elsewhere.
  private func isFresh(_ entry: StackEntry, at position: Int) -> Bool {
    guard entry == .slot(position), drafts.count > block, let last = drafts.last else { return false }
    return last.a == Draft.stack + position && last.isRetargetable
  }

  mutating func setLocal(_ number: Int) {
    let entry = pop()
    if entry == .local(number) { return }
    let isShared = materialise(local: number)
    if !isShared, isFresh(entry, at: stack.count) {
      drafts[drafts.count - 1].a = number
    } else {
      load(entry, into: number)
    }
  }

  mutating func teeLocal(_ number: Int) {
    let entry = pop()
    if entry != .local(number) {
      let isShared = materialise(local: number)
      if !isShared, isFresh(entry, at: stack.count) {
        drafts[drafts.count - 1].a = number
        return stack.append(.local(number))
      }
      load(entry, into: number)
    }
    stack.append(entry)
  }

  mutating func swap() {
    let top = stack.count - 1
    let (x, y) = (stack[top - 1], stack[top])
    switch (x == .slot(top - 1), y == .slot(top)) {
    case (true, true):
      maximumHeight = Swift.max(maximumHeight, top + 2)
      emit(Draft(op: .move, a: Draft.stack + top + 1, b: Draft.stack + top))
      emit(Draft(op: .move, a: Draft.stack + top, b: Draft.stack + top - 1))
      emit(Draft(op: .move, a: Draft.stack + top - 1, b: Draft.stack + top + 1))
    case (true, false):
      if y == x { return }
      emit(Draft(op: .move, a: Draft.stack + top, b: Draft.stack + top - 1))
      (stack[top - 1], stack[top]) = (y, .slot(top))
    case (false, true):
      emit(Draft(op: .move, a: Draft.stack + top - 1, b: Draft.stack + top))
      (stack[top - 1], stack[top]) = (.slot(top - 1), x)
    case (false, false): (stack[top - 1], stack[top]) = (y, x)
    }
  }

  /// Puts the topmost `count` values into their slots, for a call, and pops them: the slot of the first one.
  mutating func popArguments(_ count: Int) -> Int {
    for position in stack.count - count..<stack.count { materialise(position) }
    stack.removeLast(count)
    return Draft.stack + stack.count
  }
}
