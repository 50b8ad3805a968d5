/// Calls with arguments: registers that are kept are pushed, arguments for the stack stored, the others moved all at
/// once.
extension AArch64 {
  /// The most bytes of a call besides its arguments, and of one argument.
  private static let (callBytes, argumentBytes) = (320, 28)

  static func call(_ target: CallTarget, into e: inout Emission) throws(Refusal) {
    try e.frame.call()
    guard case .arguments = e.run else { return try transfer(to: target, into: &e) }
    e.run = .none
    let stackBytes = e.callRun.layOut(e.target.abi).stackBytes
    if stackBytes > Target.maximumFrame { throw Refusal(.badFrame, UInt64(stackBytes)) }
    makeWay(callBytes + e.callRun.arguments.count * argumentBytes, into: &e)
    let pushed = pushKept(into: &e)
    if stackBytes > 0 { allocate(stackBytes, into: &e) }
    storeArguments(into: &e)
    let isLoaded = try load(target, below: pushed + stackBytes, into: &e)
    moveVectors(into: &e)
    moveIntegers(into: &e)
    if isLoaded { e.code.emit32(.blr(.x16)) } else { try transfer(to: target, into: &e) }
    release(stackBytes, into: &e)
    popKept(into: &e)
  }

  private static func transfer(to target: CallTarget, into e: inout Emission) throws(Refusal) {
    switch target {
    case .absolute(let bits):
      let start = e.code.count
      move(.x16, bits, into: &e)
      e.code.emit32(.blr(.x16))
      e.addCall(to: bits, from: start)
    case .register(let a): e.code.emit32(.blr(try e.x(a)))
    case .memory(let address):
      try access(.load(.u64), .x16, address, into: &e)
      e.code.emit32(.blr(.x16))
    case .patchable(let id, let label):
      e.addPatchSite(id, .call)
      try branch(.bl, to: label, into: &e)
    }
  }

  /// Vector registers by pairs, then the others, deepest; returns the bytes that they take.
  private static func pushKept(into e: inout Emission) -> Int {
    var bytes = 0
    var vectors = e.callRun.keptVectors
    while vectors != 0 {
      let (first, second) = takePair(of: &vectors)
      e.code.emit32(.pair(load: false, first, second, .sp, -16, .preIndexed, isVector: true))
      bytes += 16
    }
    let kept = e.callRun.kept
    push(numbers: kept, into: &e)
    return bytes + (kept.nonzeroBitCount * 8 + 15) & ~15
  }

  private static func popKept(into e: inout Emission) {
    pop(numbers: e.callRun.kept, into: &e)
    // The pairs backwards: of an odd number of registers the highest is alone.
    var vectors = e.callRun.keptVectors
    while vectors != 0 {
      let second = vectors.nonzeroBitCount % 2 == 1 ? X(.v31) : takeHighest(of: &vectors)
      let first = takeHighest(of: &vectors)
      e.code.emit32(.pair(load: true, first, second, .sp, 16, .postIndexed, isVector: true))
    }
  }

  /// Takes the highest number out of a set that is not empty.
  private static func takeHighest(of set: inout UInt32) -> X {
    let number = 31 - set.leadingZeroBitCount
    set &= ~(1 << UInt32(number))
    return X(number: UInt8(truncatingIfNeeded: number))
  }

  /// The two lowest numbers of a set that is not empty; v31, the lowering's own, where there is one only.
  private static func takePair(of set: inout UInt32) -> (X, X) {
    let first = takeLowest(of: &set)
    return (first, set == 0 ? X(.v31) : takeLowest(of: &set))
  }

  private static func release(_ bytes: Int, into e: inout Emission) {
    let (high, low) = (UInt64(bytes) & ~0xFFF, UInt64(bytes) & 0xFFF)
    if high == 1 << 24 {  // one page too much for an immediate
      e.code.emit32(.addSub(.add, .w64, .sp, .sp, .high(of: 1 << 23)))
      e.code.emit32(.addSub(.add, .w64, .sp, .sp, .high(of: 1 << 23)))
    } else if high != 0 {
      e.code.emit32(.addSub(.add, .w64, .sp, .sp, .high(of: high)))
    }
    if low != 0 { e.code.emit32(.addSub(.add, .w64, .sp, .sp, .low(of: low))) }
  }

  private static func storeArguments(into e: inout Emission) {
    for index in 0..<e.callRun.arguments.count {
      let argument = e.callRun.arguments[index]
      guard case .stack(let offset, let bytes) = argument.place else { continue }
      switch (argument.source, argument.type) {
      case (.register(let number), .integer(let type)): store(X(number: number), type, offset, bytes, into: &e)
      case (.constant(let bits), .integer(let type)): store(bits, type, offset, bytes, into: &e)
      case (.vector(let number), .float(let w)):
        access(.store(w), X(V(number: number)), .sp, Int64(offset), scratch: .x16, into: &e)
      case (.register, .float), (.constant, .float), (.vector, .integer): break  // no op makes these
      }
    }
  }

  /// A place of 8 bytes is written as a whole, a smaller one has the size of the type.
  private static func store(_ a: X, _ type: MemoryType, _ offset: Int, _ bytes: Int, into e: inout Emission) {
    if bytes < 8 || type.byteCount == 8 {
      return access(.store(type), a, .sp, Int64(offset), scratch: .x17, into: &e)
    }
    extend(type, .x17, a, into: &e)
    access(.store(.u64), .x17, .sp, Int64(offset), scratch: .x16, into: &e)
  }

  private static func store(_ bits: UInt64, _ type: MemoryType, _ offset: Int, _ bytes: Int, into e: inout Emission) {
    if bits != 0 { move(.x17, bits, into: &e) }
    let a = bits == 0 ? X.zr : .x17
    access(.store(bytes < 8 ? type : .u64), a, .sp, Int64(offset), scratch: .x16, into: &e)
  }

  /// Brings the address of the callee into x16 where an argument takes its register, or where it lies in memory; whether
  /// it is there. The stack is `depth` bytes deeper than the program sees it.
  private static func load(_ target: CallTarget, below depth: Int, into e: inout Emission) throws(Refusal) -> Bool {
    switch target {
    case .absolute, .patchable: return false
    case .memory(let address):
      try access(.load(.u64), .x16, try address.movedUp(by: depth), into: &e)
      return true
    case .register(let register):
      let a = try e.x(register)
      var isTaken = false
      for index in 0..<e.callRun.arguments.count {
        if case .register(Int(a.number)) = e.callRun.arguments[index].place { isTaken = true }
      }
      if isTaken { e.code.emit32(.mov(.w64, .x16, a)) }
      return isTaken
    }
  }

  /// Cycles go through v31.
  private static func moveVectors(into e: inout Emission) {
    var moves = ParallelMoves()
    for index in 0..<e.callRun.arguments.count {
      let argument = e.callRun.arguments[index]
      guard case .vector(let d) = argument.place, case .vector(let s) = argument.source, d != Int(s) else { continue }
      moves.add(UInt8(d), s)
    }
    while let step = moves.next() {
      switch step {
      case .move(let d, let s): e.code.emit32(.float(.fmov, .w64, V(number: d), V(number: s)))
      case .cycle(let d, _):
        e.code.emit32(.float(.fmov, .w64, .v31, V(number: d)))
        moves.redirect(d, to: V.v31.number)
      }
    }
  }

  /// Cycles go through x17; what has no register as source comes last.
  private static func moveIntegers(into e: inout Emission) {
    var moves = ParallelMoves()
    var types: [32 of MemoryType] = .init(repeating: .u64)
    for index in 0..<e.callRun.arguments.count {
      let argument = e.callRun.arguments[index]
      guard case .register(let d) = argument.place, case .register(let s) = argument.source,
        case .integer(let type) = argument.type
      else { continue }
      types[d] = type
      if d != Int(s) || type.byteCount < 8 { moves.add(UInt8(d), s) }
    }
    while let step = moves.next() {
      switch step {
      case .move(let d, let s): extend(types[Int(d)], X(number: d), X(number: s), into: &e)
      case .cycle(let d, _):
        e.code.emit32(.mov(.w64, .x17, X(number: d)))
        moves.redirect(d, to: X.x17.number)
      }
    }
    moveOthers(into: &e)
  }

  /// Constants, and numbers that a variadic function of Windows looks for in a register.
  private static func moveOthers(into e: inout Emission) {
    for index in 0..<e.callRun.arguments.count {
      let argument = e.callRun.arguments[index]
      guard case .register(let number) = argument.place else { continue }
      let d = X(number: UInt8(number))
      switch (argument.source, argument.type) {
      case (.constant(let bits), _): move(d, bits, into: &e)
      case (.vector(let s), .float(let w)): e.code.emit32(.fmov(w, d, V(number: s)))
      case (.register, _), (.vector, .integer): continue
      }
    }
  }

  /// `d` = the low bytes of `s`, extended to 64 bits.
  private static func extend(_ type: MemoryType, _ d: X, _ s: X, into e: inout Emission) {
    switch type {
    case .u8, .u16: e.code.emit32(.zeroExtend(d, s, bits: UInt32(8 * type.byteCount)))
    case .u32: e.code.emit32(.mov(.w32, d, s))
    case .s8, .s16, .s32: e.code.emit32(.signExtend(.w64, d, s, bits: UInt32(8 * type.byteCount)))
    case .u64, .s64: e.code.emit32(.mov(.w64, d, s))
    }
  }

  /// Loads `t` from where the caller put the `index`-th argument on the stack, through x16.
  static func loadArgument(_ type: MemoryType, _ t: X, _ index: UInt32, into e: inout Emission) throws(Refusal) {
    let offset = try e.stackArgument(index)
    access(.load(type), t, .x29, offset + Int64(recordBytes(e)), scratch: .x16, into: &e)
  }

  static func loadArgument(_ w: Width, _ t: V, _ index: UInt32, into e: inout Emission) throws(Refusal) {
    let offset = try e.stackArgument(index)
    access(.load(w), X(t), .x29, offset + Int64(recordBytes(e)), scratch: .x16, into: &e)
  }
}
