import Ejit

/// Writes the program of one piece of code, operation by operation.
struct Generator {
  let unit: CompilationUnit
  let flow: Flow
  let types: TypeFlow
  let live: FlowLiveness
  let webs: Webs
  let allocation: Allocation
  let services: Services
  let specialisation: Specialisation
  /// nil: arguments of other functions go to slots.
  let links: CallLinks?
  let firstExit: Int
  /// Where the address stands that the entry goes to when a tag is another one.
  let otherwise: UInt
  /// Where the entries stand that are left until the code is renewed; nil: it is not.
  let entriesLeft: UInt?
  /// Counters of a test mode: operations that may leave the code do so when theirs says it.
  let forced: ForcedExits?
  /// Of another one: where jumps backwards and calls are counted.
  let clock: UnsafeMutablePointer<Int64>?
  /// Whether a division of 64 bits takes so much longer than one of 32 that it is worth to look at the operands first:
  /// on x86-64 two to four times (Intel 64 and IA-32 Architectures Optimization Reference Manual, latencies of IDIV).
  let narrowsDivision: Bool

  var program: [Instruction] = []
  var exits = ExitTable()
  /// What stands out of line, in this order.
  var cold: [Cold] = []
  var nextLabel: UInt32
  /// The operation that is being compiled, and what holds before it.
  var index = 0
  var operation = Flow.Operation(word: Word(.jump), index: 0, context: 0, use: SlotUse())
  var state: [Knowledge] = []
  var current: [Int32] = []
  var currentBlock = 0
  /// The block that stands behind it.
  var nextBlock = 0
  /// The entry with arguments in registers, if there is one.
  var registerEntry: Label?
  /// The label of the exit that executes the operation again, once there is one.
  var slowExit: Label?

  /// Code out of line.
  enum Cold {
    /// Leaves the code by an exit.
    case exit(Label, number: Int)
    /// The result of a call is not what was expected: it is either left by a throw, or of another type.
    case result(Label, unwound: Label, other: Label)
    /// A call whose callee takes its arguments in slots only.
    case slots(Label, RegisterCall, then: Label)
    /// What is rarely needed; goes on at the other label.
    case code(Label, Instruction, then: Label)
  }

  init(
    _ types: TypeFlow, _ live: FlowLiveness, _ webs: Webs, _ allocation: Allocation, _ services: Services,
    _ specialisation: Specialisation, links: CallLinks?, firstExit: Int, otherwise: UInt,
    entriesLeft: UInt?, forced: ForcedExits?, clock: UnsafeMutablePointer<Int64>?, narrowsDivision: Bool
  ) {
    unit = types.unit
    flow = types.flow
    self.types = types
    self.live = live
    self.webs = webs
    self.allocation = allocation
    self.services = services
    self.specialisation = specialisation
    self.links = links
    self.firstExit = firstExit
    self.otherwise = otherwise
    self.entriesLeft = entriesLeft
    self.forced = forced
    self.clock = clock
    self.narrowsDivision = narrowsDivision
    nextLabel = UInt32(types.flow.blocks.count)
  }

  mutating func newLabel() -> Label {
    nextLabel += 1
    return Label(nextLabel - 1)
  }

  func label(of block: Int) -> Label { Label(UInt32(block)) }
  mutating func emit(_ instruction: Instruction) { program.append(instruction) }

  // MARK: Operands

  /// A slot of the operation's frame, by the numbers of the compiled function.
  func flat(_ slot: Int) -> Int { flow.contexts[operation.context].base + slot }

  /// The address of a slot's payload, or of its tag.
  func payload(_ flat: Int) -> Address { .at(Convention.base, Int32(flat * 16)) }
  func tagAddress(_ flat: Int) -> Address { .at(Convention.base, Int32(flat * 16 + 8)) }

  func known(_ slot: Int) -> Knowledge { types.operand(operation, slot, state) }

  /// Where the value of a slot of all frames is now.
  func place(ofFlat flat: Int) -> Allocation.Place {
    current[flat] < 0 ? .slot(tagged: true) : allocation.places[Int(current[flat])]
  }

  /// Where an operand is: a known constant is nowhere.
  func place(_ slot: Int) -> Allocation.Place {
    if let constant = known(slot).constant { return .constant(constant) }
    return place(ofFlat: flat(slot))
  }

  /// The payload of an operand in a register; `temporary` says which one it may take. If the type is not known before, and
  /// `tag` is the only one that does not trap, others leave the code here.
  mutating func integer(_ slot: Int, _ temporary: Int, _ tag: Tag = .int) -> Register {
    let register = allocation.registers.temporaries[temporary]
    switch place(slot) {
    case .register(let number): return Register(number)
    case .constant(let value): emit(.movi(register, Immediate(bits: value.payload)))
    case .vector(let number): emit(.fbits(register, VectorRegister(number)))
    case .slot:
      if known(slot).tag == nil {
        let exit = slow()
        checkTag(flat(slot), tag, else: exit)
      }
      emit(.ld(.u64, register, payload(flat(slot))))
    }
    return register
  }

  /// An operand as a float; an int is converted.
  mutating func float(_ slot: Int, _ temporary: Int) -> VectorRegister {
    let register = allocation.registers.vectorTemporaries[temporary]
    if known(slot).tag == .int {
      if let constant = known(slot).constant { return literal(Double(constant.int), temporary) }
      let source = integer(slot, temporary)
      emit(.itof(.f64, .signed, register, source))
      return register
    }
    switch place(slot) {
    case .vector(let number): return VectorRegister(number)
    case .constant(let value): return literal(value.float, temporary)
    case .register(let number): emit(.fsetBits(register, Register(number)))
    case .slot: emit(.fld(register, payload(flat(slot))))
    }
    return register
  }

  mutating func literal(_ value: Double, _ temporary: Int) -> VectorRegister {
    let register = allocation.registers.vectorTemporaries[temporary]
    emit(.fmovi(register, Immediate(bits: value.bitPattern)))
    return register
  }

  /// A small integer that an operand is known to be.
  func constant(_ slot: Int) -> Int64? {
    guard let constant = known(slot).constant, constant.tag == Tag.int.rawValue else { return nil }
    return constant.int
  }

  // MARK: Results

  /// Where the operation's result is to be computed.
  var target: Register {
    if let web = definition, case .register(let number) = allocation.places[web] { return Register(number) }
    return allocation.registers.temporaries[0]
  }

  var vectorTarget: VectorRegister {
    if let web = definition, case .vector(let number) = allocation.places[web] { return VectorRegister(number) }
    return allocation.registers.vectorTemporaries[0]
  }

  /// The web that the operation writes.
  var definition: Int? { webs.definitions[index] < 0 ? nil : Int(webs.definitions[index]) }

  /// The result is in `target`: it goes where the web lives, and to its slot if it is needed there.
  mutating func complete(_ tag: Tag) { complete(target, tag) }

  mutating func complete(_ register: Register, _ tag: Tag) {
    guard let web = definition else { return }
    let slot = live.definedSlot(index)
    switch allocation.places[web] {
    case .register(let number):
      if Register(number) != register { emit(.mov(Register(number), register)) }
      if webs.webs[web].needsSlot { store(register, slot, tag, tagged: tag.isObject) }
    case .slot(let tagged): store(register, slot, tag, tagged: tagged || tag.isObject)
    case .vector(let number):
      emit(.fsetBits(VectorRegister(number), register))
      if webs.webs[web].needsSlot { emit(.st(.u64, register, payload(slot))) }
    case .constant: break
    }
  }

  mutating func completeFloat() {
    guard let web = definition else { return }
    let slot = live.definedSlot(index)
    switch allocation.places[web] {
    case .vector: if webs.webs[web].needsSlot { emit(.fst(vectorTarget, payload(slot))) }
    case .slot(let tagged):
      emit(.fst(vectorTarget, payload(slot)))
      if tagged { storeTag(.float, slot) }
    case .register(let number): emit(.fbits(Register(number), vectorTarget))
    case .constant: break
    }
  }

  private mutating func store(_ register: Register, _ slot: Int, _ tag: Tag, tagged: Bool) {
    emit(.st(.u64, register, payload(slot)))
    if tagged { storeTag(tag, slot) }
  }

  /// Goes on where the slot's value has this tag.
  mutating func checkTag(_ flat: Int, _ tag: Tag, else label: Label) {
    emit(
      .branchMemi(
        .ne, Convention.base, Displacement(Int32(flat * 16 + 8)), Displacement(Int32(tag.rawValue)), label, .u64))
  }

  mutating func storeTag(_ tag: Tag, _ flat: Int) {
    emit(.sti(.u64, Convention.base, Displacement(Int32(flat * 16 + 8)), Imm64(tag.rawValue)))
  }
}
