import Ejit
import EjitText

/// Programs that are accepted: an op is written with what must stand before and behind it.
extension FuzzBytes {
  mutating func appendOrderly(_ op: Mnemonic) {
    let (width, memory) = (Self.width(byte()), Self.memoryType(byte()))
    demands = Demands(of: op, width, memory)
    switch op {
    case .label: bind { .label($0) }
    case .entry: beginFunction()
    case .enter: enter(bytes: Int32(frameSize()))
    case .leave, .ret, .tailCall: endFunction(op)
    case .subroutine: beginSubroutine()
    case .fastRet: endSubroutine()
    case .push, .pop: pushOrPop(op)
    case .call, .callr, .callm, .fastCall, .patchableCall:
      if order.place == .outside { enter(bytes: 64) }
      add(Instruction(op, from: &self))
    case .pass, .passi, .fpass, .variadic, .keep, .fkeep: callRun()
    case .ldArgument, .fldArgument: stackArgument(op, memory)
    case .tableEntry, .jumpTable: jumpTable(width)
    case .faultSite: faultSite()
    // Not every machine has the others.
    case .casPair: withFlags(Instruction(.cas, from: &self))
    case .fma, .fms, .fnma, .fnms: withFlags(Instruction(.fselect, from: &self))
    case .fwidenHalf, .fnarrowHalf: withFlags(Instruction(.fwiden, from: &self))
    case .data, .dataAddress, .zeros, .align, .nops, .raw: bytes(op)
    case _: withFlags(Instruction(op, from: &self))
    }
  }

  /// Binds the labels that are used, and leaves the frame.
  mutating func close() {
    while order.isWaiting { bind { .label($0) } }
    unwind()
  }

  private mutating func add(_ instruction: Instruction) {
    program.append(instruction)
    order.flags = instruction.flagsBehind(order.flags)
  }

  private mutating func bind(_ make: (Label) -> Instruction) {
    guard let label = order.bindNext() else { return add(.nop) }
    add(make(label))
  }

  // MARK: Flags

  /// Before a consumer of flags stands a producer, unless one is in force.
  private mutating func withFlags(_ instruction: Instruction) {
    guard let needed = instruction.flagsNeeded(order.flags) else { return add(instruction) }
    if needed == .addition {
      add(.addFlags(.temporary(0), .argument(0), .saved(1)))
    } else {
      add(.cmp(.argument(1), .saved(2)))
    }
    add(instruction)
  }

  // MARK: Functions and frames

  /// Mostly small, up to many pages.
  private mutating func frameSize() -> UInt32 {
    let choice = byte()
    return choice < 240 ? UInt32(choice) : 1 << UInt32(choice & 15)
  }

  private mutating func beginFunction() {
    unwind()
    bind { .entry($0) }
    if case .entry = program.last { order.place = .outside }
  }

  private mutating func enter(bytes: Int32) {
    if order.place != .outside { beginFunction() }
    // All labels are bound: there is no function to begin any more.
    guard order.place == .outside else { return }
    add(.enter(bytes, saving: registers()))
    order.place = .inFrame
  }

  /// Pops what was pushed.
  private mutating func unwind() {
    while let set = order.pushed.popLast() { add(.pop(set)) }
  }

  /// Up to fifteen arguments of all types, from registers that every machine has; what is kept carries no result.
  private mutating func callRun() {
    if order.place == .outside { enter(bytes: 64) }
    guard order.place != .outside else { return }
    for _ in 0..<byte() & 15 {
      let type = Self.memoryType(byte())
      switch byte() & 3 {
      case 0: add(.passi(type, Imm64(Int64(byte() & 0x7F))))
      case 1: add(.fpass(VectorRegister(Int(byte() % 15))))
      case _: add(.pass(type, Register(Int(byte() % 13))))
      }
    }
    let choice = byte()
    if choice & 1 == 0 { add(.variadic) }
    if choice & 2 == 0 { add(.keep([.temporary(0), .saved(1)])) }
    if choice & 4 == 0 { add(.fkeep(.temporary(0))) }
    add(choice & 8 == 0 ? .callr(Register(Int(choice >> 4) % 13)) : .call(0x1234_5678_9ABC))
  }

  private mutating func stackArgument(_ op: Mnemonic, _ type: MemoryType) {
    if order.place != .inFrame { enter(bytes: 64) }
    guard order.place == .inFrame else { return }
    let index = UInt32(byte()) << UInt32(byte() & 7)
    if op == .ldArgument {
      add(.ldArgument(type, .temporary(0), index))
    } else {
      add(.fldArgument(.temporary(0), index))
    }
  }

  private mutating func endFunction(_ op: Mnemonic) {
    if order.place == .inSubroutine { return endSubroutine() }
    unwind()
    if order.place == .inFrame { add(.leave) }
    add(op == .tailCall ? Instruction(op, from: &self) : .ret)
  }

  private mutating func beginSubroutine() {
    unwind()
    bind { .label($0) }
    guard case .label = program.last else { return }
    add(.subroutine)
    order.place = .inSubroutine
  }

  private mutating func endSubroutine() {
    if order.place != .inSubroutine { beginSubroutine() }
    guard order.place == .inSubroutine else { return }
    unwind()
    add(.fastRet)
  }

  private mutating func pushOrPop(_ op: Mnemonic) {
    if order.place == .outside { enter(bytes: 32) }
    if op == .pop, let set = order.pushed.popLast() { return add(.pop(set)) }
    let set = registers()
    order.pushed.append(set)
    add(.push(set))
  }

  // MARK: Runs

  private mutating func jumpTable(_ width: Width) {
    for _ in 0...Int(byte() & 7) { add(.tableEntry(label())) }
    add(.jumpTable(width: width, register(), label()))
  }

  private mutating func faultSite() {
    add(.faultSite(SiteID(uint32()), label()))
    let (type, choice) = (demands.memory, byte() % 9)
    switch choice {
    case 0: add(.st(type, register(), address()))
    case 1: add(.rmw(memoryOperation(), type, register(), address()))
    case 2: add(.jm(address()))
    case 3: add(.stPair(register(), register(), base: memory()))
    case 4: add(.trap(uint32()))
    case 5: add(Instruction(.fetch, from: &self))
    case 6: add(Instruction(.fld, from: &self))
    case 7: add(Instruction(.fstPair, from: &self))
    default: add(.ld(type, register(), address()))
    }
  }

  /// Data, padding and code as bytes: the next instruction begins where one may.
  private mutating func bytes(_ op: Mnemonic) {
    let choice = byte()
    let size = choice < 250 ? UInt32(choice) : 1 << (UInt32(choice) & 15 + 1)
    switch op {
    case .nops: return add(.nops(size & 0xFFC))
    case .align: add(.align(1 << (UInt32(choice) % 13)))
    case .zeros: add(.zeros(size))
    case .raw: return add(.raw(Imm64(bits: immediate()), 4))
    default: add(Instruction(op, from: &self))
    }
    if choice & 1 == 0 { add(.mark(size)) }
    add(.align(4 << UInt32(choice & 3)))
  }
}

extension Instruction {
  fileprivate static func stPair(_ a: Register, _ b: Register, base: Operand.Memory) -> Instruction {
    .stPair(width: .w64, a, b, base.base, base.displacement)
  }

  /// The flags that this instruction asks for where there are not those of `flags`.
  fileprivate func flagsNeeded(_ flags: Order.Flags) -> Order.Flags? {
    switch self {
    case .b(let condition, _), .sel(_, _, let condition, _, _), .setcc(_, let condition),
      .ccmp(_, let condition, _, _, _), .ccmpi(_, let condition, _, _, _):
      let wanted: Order.Flags = condition == .carry || condition == .noCarry ? .addition : .comparison
      return flags == wanted ? nil : wanted
    case .adc, .carryToBorrow: return flags == .addition ? nil : .addition
    case .sbb, .borrowToCarry: return flags == .comparison || flags == .borrowed ? nil : .comparison
    case _: return nil
    }
  }

  /// The flags behind this instruction, as far as the next one may rely on them.
  fileprivate func flagsBehind(_ flags: Order.Flags) -> Order.Flags {
    switch self {
    case .mov, .movi, .ld, .st, .sti, .lea, .not, .bswap, .nop, .mark, .b, .sel, .setcc, .sext8, .sext16, .sext32,
      .zext8, .zext16, .zext32, .fmov, .fmovi, .fbits, .fsetBits, .fld, .fst:
      flags
    case .cmp, .cmpi, .ccmp, .ccmpi, .subFlags, .subiFlags, .sbb: .comparison
    case .addFlags, .addiFlags, .adc, .borrowToCarry: .addition
    case .carryToBorrow: .borrowed
    case _: .none
    }
  }
}
