/// Atomics and fences. Plain loads acquire, plain stores release, and what is locked is in one order with everything:
/// SDM vol. 3, §9.2.2 and §9.2.3.8. So only a sequential store and a sequential fence cost more than the access.
///
/// The operands of CMPXCHG stand in rax: it is kept aside unless it is the destination. In a fault site the memory is
/// first written without a change, so that what faults does so before a register has moved.
extension Emission {
  mutating func loadAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ base: Register, _ n: Displacement
  ) throws(Refusal) {
    let (d, memory) = (try destination(d), Memory(try self.base(base), n.value))
    if order == .release || order == .acquireRelease { throw .order(order) }
    code.load(type, d, memory)
  }

  mutating func storeAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ a: Register, _ base: Register, _ n: Displacement
  ) throws(Refusal) {
    let (a, memory) = (try gpr(a), Memory(try self.base(base), n.value))
    if order == .acquire || order == .acquireRelease { throw .order(order) }
    if order == .sequential { exchange(type, a, memory) } else { code.store(type, a, memory) }
  }

  /// `a` goes to memory; what was there is left in the scratch register.
  private mutating func exchange(_ type: MemoryType, _ a: GPR, _ memory: Memory) {
    code.mov(type.width, .scratch, a)
    code.xchg(type, memory, .scratch)
  }

  /// `d = a`, extended as `type` says; nothing if that is what it is.
  private mutating func extend(_ type: MemoryType, _ d: GPR, _ a: GPR) {
    switch type {
    case .u8, .s8: code.extend8(.w64, signed: type.isSigned, d, a)
    case .u16, .s16: code.extend16(.w64, signed: type.isSigned, d, a)
    case .u32: code.mov(.w32, d, a)
    case .s32: code.movsxd(d, a)
    case .u64, .s64: if d != a { code.mov(.w64, d, a) }
    }
  }

  mutating func fetch(
    _ operation: AtomicOperation, _ type: MemoryType, _ d: Register, _ a: Register, _ base: Register,
    _ n: Displacement
  ) throws(Refusal) {
    let (d, a, memory) = (try destination(d), try gpr(a), Memory(try self.base(base), n.value))
    switch operation {
    case .add, .sub, .exchange: fetchAtOnce(operation, type, d, a, memory)
    case .and, .or, .xor, .smin, .smax, .umin, .umax: exchangeUntilDone(operation, type, d, a, memory)
    }
  }

  /// XADD and XCHG work on the destination; where that is the base, on the scratch register.
  private mutating func fetchAtOnce(
    _ operation: AtomicOperation, _ type: MemoryType, _ d: GPR, _ a: GPR, _ memory: Memory
  ) {
    let value = d == memory.base ? .scratch : d
    if value != a { code.mov(type.width, value, a) }
    if operation == .sub { code.unary(.neg, type.width, value) }
    if operation == .exchange { code.xchg(type, memory, value) } else { code.lockXadd(type, memory, value) }
    if value != d || type != .u32 { extend(type, d, value) }
  }

  mutating func update(
    _ operation: AtomicOperation, _ type: MemoryType, _ a: Register, _ base: Register, _ n: Displacement
  ) throws(Refusal) {
    let (a, memory) = (try gpr(a), Memory(try self.base(base), n.value))
    if let op = operation.alu { return code.lockALU(op, type, memory, a) }
    if operation == .exchange { return exchange(type, a, memory) }
    exchangeUntilDone(operation, type, nil, a, memory)
  }

  /// What was found is in rax, what shall become of it in another register, until nobody has come between. If operands
  /// are in rax, they move to the scratch register, and the other one is a register that is kept aside.
  private mutating func exchangeUntilDone(
    _ operation: AtomicOperation, _ type: MemoryType, _ d: GPR?, _ a: GPR, _ memory: Memory
  ) {
    probe(type, memory)
    let (w, givenBase) = (type.width, memory.base)
    let takesRAX = a == .rax || givenBase == .rax
    let next = takesRAX ? GPR.free(a, givenBase, d) : .scratch
    if takesRAX { code.mov(.w64, .scratch, .rax) }
    if takesRAX || d != .rax { code.keep(takesRAX ? next : .rax, in: vectorScratch) }
    var memory = memory
    if givenBase == .rax { memory.base = .scratch }
    let a = a == .rax ? .scratch : a
    code.load(type.unsigned, .rax, memory)
    let start = code.count
    code.mov(w, next, .rax)
    if let op = operation.alu {
      code.alu(op, w, next, a)
    } else {
      code.cmp(type, next, a)
      code.cmov(operation.replaces, w, next, a)
    }
    code.lockCmpxchg(type, memory, next)
    code.jne(to: start)
    if let d, d != .rax || type.isSigned { extend(type, d, .rax) }
    if takesRAX && d != .rax { code.mov(.w64, .rax, .scratch) }
    if takesRAX || d != .rax { code.restore(takesRAX ? next : .rax, from: vectorScratch) }
  }

  /// In a fault site: faults if the memory cannot be written, and changes nothing. Through the scratch register.
  private mutating func probe(_ type: MemoryType, _ memory: Memory) {
    if !isFaultSite { return }
    code.mov(.scratch, 0)
    code.lockALU(.or, type, memory, .scratch)
  }

  mutating func compareAndSwap(
    _ type: MemoryType, _ d: Register, success: Register? = nil, _ expected: Register, _ value: Register,
    _ base: Register, _ n: Displacement
  ) throws(Refusal) {
    var flag: GPR?
    if let success { flag = try distinct(success, from: d) }
    let (d, expected, value) = (try destination(d), try gpr(expected), try gpr(value))
    var memory = Memory(try self.base(base), n.value)
    probe(type, memory)
    let keepsRAX = d != .rax && flag != .rax
    if keepsRAX || value == .rax || memory.base == .rax { code.mov(.w64, .scratch, .rax) }
    if memory.base == .rax { memory.base = .scratch }
    extend(type.unsigned, .rax, expected)
    code.lockCmpxchg(type, memory, value == .rax ? .scratch : value)
    if d != .rax || type.isSigned { extend(type, d, .rax) }
    if keepsRAX { code.mov(.w64, .rax, .scratch) }
    if let flag { materialize(.eq, flag) }
  }

  /// CMPXCHG16B has all its operands in secret registers: those that are no destinations wait on the stack.
  mutating func compareAndSwapPair(
    _ low: Register, _ high: Register, _ expected: (Register, Register), _ value: (Register, Register),
    _ base: Register, _ n: Displacement
  ) throws(Refusal) {
    let (high, low) = (try distinct(high, from: low), try destination(low))
    let sources: [4 of GPR] = [try gpr(expected.0), try gpr(expected.1), try gpr(value.0), try gpr(value.1)]
    let secret: [4 of GPR] = [.rax, .rdx, .rbx, .rcx]
    var memory = Memory(try self.base(base), n.value)
    guard features.contains(.cx16) else { throw Refusal(.missingFeature, UInt64(Features.cx16.rawValue)) }
    if memory.base == .rsp || secret.indices.contains(where: { secret[$0] == memory.base }) {
      code.lea(.w64, .scratch, memory)
      memory = Memory(.scratch)
    }
    for index in secret.indices where secret[index] != low && secret[index] != high { code.push(secret[index]) }
    moveAtOnce(secret, sources)
    code.lockCmpxchg16b(memory)
    moveAtOnce([low, high, .scratch, .scratch], [.rax, .rdx, .scratch, .scratch])
    for index in secret.indices.reversed() where secret[index] != low && secret[index] != high {
      code.pop(secret[index])
    }
  }

  /// Each register of `d`, which differ, gets what the one of `s` held before all of them. What nobody reads any more is
  /// written first; what is left then are circles, in which two registers change places.
  private mutating func moveAtOnce(_ d: [4 of GPR], _ s: [4 of GPR]) {
    var (s, waits) = (s, [true, true, true, true] as [4 of Bool])
    while true {
      for index in d.indices where d[index] == s[index] { waits[index] = false }
      guard let first = d.indices.first(where: { waits[$0] }) else { return }
      let writable = d.indices.first { index in
        waits[index] && !d.indices.contains { waits[$0] && $0 != index && s[$0] == d[index] }
      }
      if let index = writable {
        code.mov(.w64, d[index], s[index])
        waits[index] = false
      } else {
        let (a, b) = (d[first], s[first])
        code.xchg(a, b)
        for index in s.indices where waits[index] { s[index] = s[index] == a ? b : s[index] == b ? a : s[index] }
      }
    }
  }

  /// CPUID serializes: SDM vol. 3, §9.3. It overwrites four registers.
  mutating func instructionBarrier() {
    code.push(.rax)
    code.push(.rbx)
    code.push(.rcx)
    code.push(.rdx)
    code.mov(.rax, 0)
    code.cpuid()
    code.pop(.rdx)
    code.pop(.rcx)
    code.pop(.rbx)
    code.pop(.rax)
  }
}

extension Refusal {
  static func order(_ order: MemoryOrder) -> Refusal { Refusal(.badOrder, UInt64(order.rawValue)) }
}

extension GPR {
  /// A register that is none of these, nor rax.
  fileprivate static func free(_ a: GPR, _ b: GPR?, _ c: GPR?) -> GPR {
    func isFree(_ register: GPR) -> Bool { register != a && register != b && register != c }
    return isFree(.rcx) ? .rcx : isFree(.rdx) ? .rdx : isFree(.rbx) ? .rbx : GPR(number: 6)
  }
}

extension AtomicOperation {
  /// The row of the opcode map, if one instruction does it in memory.
  fileprivate var alu: ALU? {
    switch self {
    case .add: .add
    case .sub: .sub
    case .and: .and
    case .or: .or
    case .xor: .xor
    case .exchange, .smin, .smax, .umin, .umax: nil
    }
  }

  /// How what was found compares with the operand if that takes its place.
  fileprivate var replaces: Condition {
    switch self {
    case .smin: .sgt
    case .smax: .slt
    case .umin: .ugt
    case .umax: .ult
    case .add, .sub, .and, .or, .xor, .exchange: .ne
    }
  }
}
