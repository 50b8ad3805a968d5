/// Calls with arguments: registers that are kept are pushed, arguments for the stack stored, the others moved all at
/// once.
extension Emission {
  mutating func call(_ target: CallTarget) throws(Refusal) {
    try frame.call()
    guard case .arguments = run else { return try transfer(to: target) }
    run = .none
    let layout = callRun.layOut(self.target.abi)
    if layout.stackBytes > Target.maximumFrame { throw Refusal(.badFrame, UInt64(layout.stackBytes)) }
    code.reserve(X86_64.callBytes + callRun.arguments.count * X86_64.argumentBytes)
    let area = try lowerStack(layout.stackBytes)
    storeArguments()
    let inScratch = try load(target, below: area.depth)
    moveVectors()
    moveIntegers()
    if callRun.fixed != nil && self.target.abi == .sysV { code.mov(.rax, UInt64(layout.vectorRegisterCount)) }
    try transfer(to: target, inScratch: inScratch)
    raiseStack(layout.stackBytes, area)
  }

  /// What the stack pointer was lowered by.
  private struct Area {
    /// Below the pushed registers.
    var bytes = 0
    /// In all.
    var depth = 0
  }

  /// Pushes the kept registers and makes room: `bytes` for arguments, above them the kept vector registers.
  private mutating func lowerStack(_ bytes: Int) throws(Refusal) -> Area {
    let pushed = 8 * callRun.kept.nonzeroBitCount
    let vectors = 8 * callRun.keptVectors.nonzeroBitCount
    var area = Area()
    area.depth = (pushed + vectors + bytes + 15) & ~15
    area.bytes = area.depth - pushed
    for number in 0..<16 where callRun.kept >> UInt32(number) & 1 == 1 { code.push(GPR(number: UInt8(number))) }
    let rest = probe(area.bytes)
    if rest > 0 { code.alu(.sub, .w64, .rsp, Int32(rest)) }
    moveKeptVectors(from: bytes, load: false)
    return area
  }

  private mutating func raiseStack(_ bytes: Int, _ area: Area) {
    moveKeptVectors(from: bytes, load: true)
    if area.bytes > 0 { code.alu(.add, .w64, .rsp, Int32(area.bytes)) }
    for step in 0..<16 where callRun.kept >> UInt32(15 - step) & 1 == 1 { code.pop(GPR(number: UInt8(15 - step))) }
  }

  private mutating func moveKeptVectors(from offset: Int, load: Bool) {
    var offset = offset
    for number in 0..<16 where callRun.keptVectors >> UInt32(number) & 1 == 1 {
      let (register, memory) = (XMM(number: UInt8(number)), Memory(.rsp, Int32(offset)))
      if load { loadFloat(.w64, register, memory) } else { storeFloat(.w64, register, memory) }
      offset += 8
    }
  }

  private mutating func storeArguments() {
    for index in 0..<callRun.arguments.count {
      let argument = callRun.arguments[index]
      guard case .stack(let offset, _) = argument.place else { continue }
      store(argument, Memory(.rsp, Int32(offset)))
    }
  }

  /// Through r11, which holds nothing yet. A word of the stack is written as a whole.
  private mutating func store(_ argument: CallRun.Argument, _ memory: Memory) {
    switch (argument.source, argument.type) {
    case (.constant(let bits), _):
      if let value = Int32(exactly: Int64(bitPattern: bits)) { return code.store(.u64, value, memory) }
      code.mov(.scratch, bits)
      code.store(.u64, .scratch, memory)
    case (.register(let number), .integer(let type)):
      if type.byteCount == 8 { return code.store(.u64, GPR(number: number), memory) }
      code.extend(type, .scratch, GPR(number: number))
      code.store(.u64, .scratch, memory)
    case (.vector(let number), .float(let w)): storeFloat(w, XMM(number: number), memory)
    case (.register, .float), (.vector, .integer): break  // no op makes these
    }
  }

  /// Brings the address of the callee into r11 where an argument takes its register, or where it lies in memory; whether
  /// it is there. The stack is `depth` bytes deeper than the program sees it.
  private mutating func load(_ target: CallTarget, below depth: Int) throws(Refusal) -> Bool {
    switch target {
    case .absolute, .patchable: return false
    case .memory(let address):
      code.load(.u64, .scratch, try memory(try address.movedUp(by: depth)))
      return true
    case .register(let register):
      let number = try gpr(register)
      var isTaken = callRun.fixed != nil && self.target.abi == .sysV && number == .rax
      for index in 0..<callRun.arguments.count {
        switch callRun.arguments[index].place {
        case .register(let argument), .both(let argument, _): isTaken = isTaken || hardware(argument) == number
        case .vector, .stack: continue
        }
      }
      if isTaken { code.mov(.w64, .scratch, number) }
      return isTaken
    }
  }

  private mutating func transfer(to target: CallTarget, inScratch: Bool = false) throws(Refusal) {
    if inScratch { return code.call(.scratch) }
    switch target {
    case .absolute(let bits): call(absolute: bits)
    case .register(let a): code.call(try gpr(a))
    case .memory(let address): code.call(try memory(address))
    case .patchable(let id, let label): patchable(.call, id, label)
    }
  }

  /// Cycles go through the scratch register.
  private mutating func moveVectors() {
    var moves = ParallelMoves()
    for index in 0..<callRun.arguments.count {
      guard case .vector(let s) = callRun.arguments[index].source else { continue }
      switch callRun.arguments[index].place {
      case .vector(let d), .both(_, vector: let d): if d != Int(s) { moves.add(UInt8(d), s) }
      case .register, .stack: continue
      }
    }
    while let step = moves.next() {
      switch step {
      case .move(let d, let s): movaps(XMM(number: d), XMM(number: s))
      case .cycle(let d, _):
        movaps(vectorScratch, XMM(number: d))
        moves.redirect(d, to: vectorScratch.number)
      }
    }
  }

  /// Cycles are broken by exchanges, as r11 may be taken; what has no register as source comes last.
  private mutating func moveIntegers() {
    var moves = ParallelMoves()
    var types: [16 of MemoryType] = .init(repeating: .u64)
    for index in 0..<callRun.arguments.count {
      let argument = callRun.arguments[index]
      guard case .register(let place) = argument.place, case .register(let s) = argument.source,
        case .integer(let type) = argument.type
      else { continue }
      let d = hardware(place).number
      types[Int(d)] = type
      if d != s || type.byteCount < 8 { moves.add(d, s) }
    }
    while let step = moves.next() {
      switch step {
      case .move(let d, let s): code.extend(types[Int(d)], GPR(number: d), GPR(number: s))
      case .cycle(let d, let s):
        code.xchg(GPR(number: d), GPR(number: s))
        moves.exchange(d)
        let type = types[Int(d)]
        if type.byteCount < 8 { code.extend(type, GPR(number: d), GPR(number: d)) }
      }
    }
    moveOthers()
  }

  /// Constants, and numbers that a variadic function of Windows may look for in a register.
  private mutating func moveOthers() {
    for index in 0..<callRun.arguments.count {
      let argument = callRun.arguments[index]
      switch (argument.place, argument.source, argument.type) {
      case (.register(let d), .constant(let bits), _): code.mov(hardware(d), bits)
      case (.both(let d, let vector), .vector, .float(let w)):
        moveBits(w, hardware(d), XMM(number: UInt8(vector)))
      case (_, _, _): continue
      }
    }
  }

  /// Where the caller put the `index`-th argument on the stack: above its frame pointer and the return address.
  func memory(ofArgument index: UInt32) throws(Refusal) -> Memory {
    Memory(.rbp, Int32(16 + (try stackArgument(index))))
  }

  private func hardware(_ number: Int) -> GPR { GPR(number: registers[Register(number)]) }
}

extension X86_64 {
  /// The most bytes of a call besides its arguments, and of one argument.
  static let (callBytes, argumentBytes) = (320, 24)
}
