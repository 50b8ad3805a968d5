import Ejit

extension Generator {
  /// The frame's result goes back.
  mutating func emitReturn() {
    let slot = operation.word.a
    switch known(slot).tag {
    case nil:
      emit(.ld(.u64, Convention.payload, payload(flat(slot))))
      emit(.ld(.u64, Convention.tag, tagAddress(flat(slot))))
    case .float:
      let value = float(slot, 0)
      emit(.fbits(Convention.payload, value))
      emit(.movi(Convention.tag, Immediate(bits: Tag.float.rawValue)))
    case let tag?:
      let value = integer(slot, 0, tag)
      emit(.mov(Convention.payload, value))
      emit(.movi(Convention.tag, Immediate(bits: tag.rawValue)))
    }
    emitLeave()
  }

  /// The operation by the interpreter's code.
  mutating func emitStep() {
    callStep(services.step)
    let unwound = exit(.unwound, .across)
    emit(.branchi(.ne, .result(0), 0, unwound))
    if let web = definition {
      let slot = live.definedSlot(index)
      if isExpected, let tag = webs.webs[web].knowledge.tag {
        let exit = exit(.resultType, .behindInSlot)
        checkTag(slot, tag, else: exit)
        emitCountdown(exit, in: allocation.registers.temporaries[0])
      }
      load(slot, allocation.places[web])
    }
    reload()
  }

  /// Whether the type of the operation's result is only what was seen before.
  private var isExpected: Bool { operation.word.op == .callIndirect || operation.word.op == .callHost }

  /// Operands in their slots, then one micro-op of the interpreter.
  mutating func callStep(_ routine: UInt) {
    let frame = flow.contexts[operation.context]
    operation.use.forEachUse { spill($0) }
    let code = services.functions[frame.function].code + operation.index
    emit(.movi(Convention.callee, Immediate(bits: UInt64(UInt(bitPattern: code)))))
    enterFrame(frame.base) { $0.emit(.call(Immediate(bits: UInt64(routine)))) }
  }

  /// Calls with `base` at another frame.
  private mutating func enterFrame(_ slots: Int, _ call: (inout Generator) -> Void) {
    if slots > 0 { emit(.addi(Convention.base, Convention.base, Immediate(slots * 16))) }
    call(&self)
    if slots > 0 { emit(.subi(Convention.base, Convention.base, Immediate(slots * 16))) }
  }

  /// Makes a slot hold its value, with the tag.
  private mutating func spill(_ slot: Int) {
    let context = flow.contexts[operation.context]
    let flat = context.base + slot
    if let constant = known(slot).constant { return spill(constant, flat) }
    if slot >= context.locals && slot < context.stack { return }
    guard current[flat] >= 0 else { return }
    let web = Int(current[flat])
    let tag = webs.webs[web].knowledge.tag
    switch allocation.places[web] {
    case .slot(let tagged): if !tagged, let tag { storeTag(tag, flat) }
    case .register(let number):
      emit(.st(.u64, Register(number), payload(flat)))
      if let tag { storeTag(tag, flat) }
    case .vector(let number):
      emit(.fst(VectorRegister(number), payload(flat)))
      storeTag(.float, flat)
    case .constant(let value): spill(value, flat)
    }
  }

  private mutating func spill(_ constant: Slot, _ flat: Int) {
    if let small = Int32(exactly: Int64(bitPattern: constant.payload)) {
      emit(.sti(.u64, Convention.base, Displacement(Int32(flat * 16)), Imm64(UInt64(bitPattern: Int64(small)))))
    } else {
      let temporary = allocation.registers.temporaries[1]
      emit(.movi(temporary, Immediate(bits: constant.payload)))
      emit(.st(.u64, temporary, payload(flat)))
    }
    storeTag(Tag(rawValue: constant.tag) ?? .nil, flat)
  }

  /// What is read behind a call and lives in registers comes back. What only a handler reads does not: its register may
  /// be that of the result.
  mutating func reload() {
    var slots: [Int] = []
    live.forEachLive(behind: index) { slots.append($0) }
    for slot in slots where current[slot] >= 0 { load(slot, allocation.places[Int(current[slot])]) }
  }

  // MARK: Calls of functions

  mutating func emitCall() {
    if let call = registerCall() { return emitRegisterCall(call) }
    let word = operation.word
    operation.use.forEachUse { spill($0) }
    enterFrame(flat(word.a)) { $0.emitTableCall(word.wide) }
    emitResult()
  }

  /// Calls whatever runs the function now; its arguments are in slots.
  private mutating func emitTableCall(_ function: Int) {
    emit(.movi(Convention.callee, Immediate(function)))
    emit(.callm(.absolute(UInt64(UInt(bitPattern: services.entries + function)))))
  }

  /// A call of the function itself: arguments go from register to register.
  mutating func emitSelfCall() {
    let word = operation.word
    guard let arguments = allocation.registers.arguments(specialisation.tags), let registerEntry else {
      return emitCall()
    }
    bring(arguments)
    enterFrame(flat(word.a)) { $0.emit(.fastCall(registerEntry)) }
    emitResult()
  }

  /// A call of another function with arguments in registers.
  struct RegisterCall {
    var function: Int
    var tags: [Tag?]
    var places: [Allocation.Place]
    var cell: UnsafeMutablePointer<UInt>
  }

  /// nil: the types of the arguments are not known, or there are too many.
  private func registerCall() -> RegisterCall? {
    let function = operation.word.wide
    guard let links, 1...RegisterPlan.argumentLimit ~= operation.use.arguments.count else { return nil }
    let tags = operation.use.arguments.map { known($0).tag }
    guard let places = allocation.registers.arguments(tags), let cell = links.cell(function, tags) else { return nil }
    return RegisterCall(function: function, tags: tags, places: places, cell: cell)
  }

  private mutating func emitRegisterCall(_ call: RegisterCall) {
    let (slots, behind) = (newLabel(), newLabel())
    cold.append(.slots(slots, call, then: behind))
    bring(call.places)
    enterFrame(flat(operation.word.a)) { generator in
      generator.emit(.ld(.u64, Convention.callee, .absolute(UInt64(UInt(bitPattern: call.cell)))))
      generator.emit(.branchi(.eq, Convention.callee, 0, slots))
      generator.emit(.callr(Convention.callee))
      generator.emit(.label(behind))
    }
    emitResult()
  }

  /// There is no code for just these types: the arguments go to their slots. `base` is at the callee's frame.
  mutating func emitSlots(of call: RegisterCall) {
    for (slot, place) in call.places.enumerated() {
      switch place {
      case .register(let number): emit(.st(.u64, Register(number), payload(slot)))
      case .vector(let number): emit(.fst(VectorRegister(number), payload(slot)))
      case .slot, .constant: break
      }
      storeTag(call.tags[slot] ?? .nil, slot)
    }
    emitTableCall(call.function)
  }

  /// The arguments of a call into these registers.
  private mutating func bring(_ arguments: [Allocation.Place]) {
    var moves = ParallelMove()
    var others: [(Int, Allocation.Place)] = []
    for (index, to) in arguments.enumerated() {
      let from = place(operation.word.a + index)
      switch (from, to) {
      case (.register, .register), (.vector, .vector): moves.add(from: from, to: to)
      default: others.append((operation.word.a + index, to))
      }
    }
    emit(moves)
    for (slot, to) in others { bring(slot, to) }
  }

  /// A constant or what is in a slot into an argument's register.
  private mutating func bring(_ slot: Int, _ to: Allocation.Place) {
    switch (place(slot), to) {
    case (.constant(let value), .register(let number)):
      emit(.movi(Register(number), Immediate(bits: value.payload)))
    case (.constant(let value), .vector(let number)):
      emit(.fmovi(VectorRegister(number), Immediate(bits: value.payload)))
    default: load(flat(slot), to)
    }
  }

  /// The result of a call: its tag is what was expected, else the code is left.
  private mutating func emitResult() {
    let unwound = exit(.unwound, .across)
    switch types.value(operation, state) {
    case nil:
      emit(.branchi(.eq, Convention.tag, Imm64(Tag.unwound.rawValue), unwound))
      let other = exit(.unreached, .behind)
      emit(.j(other))
    case let result? where result.tag != nil:
      let tag = result.tag ?? .nil
      let other = exit(.resultType, .behind)
      let check = newLabel()
      cold.append(.result(check, unwound: unwound, other: other))
      emit(.branchi(.ne, Convention.tag, Imm64(tag.rawValue), check))
      emitCountdown(other, in: Convention.callee)
      take(tag)
      reload()
    case _:
      emit(.branchi(.eq, Convention.tag, Imm64(Tag.unwound.rawValue), unwound))
      if definition != nil {
        emit(.st(.u64, Convention.payload, payload(live.definedSlot(index))))
        emit(.st(.u64, Convention.tag, tagAddress(live.definedSlot(index))))
      }
      reload()
    }
  }

  private mutating func take(_ tag: Tag) {
    if tag == .float {
      guard definition != nil else { return }
      emit(.fsetBits(vectorTarget, Convention.payload))
      return completeFloat()
    }
    complete(Convention.payload, tag)
  }
}
