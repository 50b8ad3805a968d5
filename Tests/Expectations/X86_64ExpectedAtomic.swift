import Ejit

/// Atomics: what is locked, and what CMPXCHG wants in rax.
extension X86_64Expectation {
  private func at(_ type: MemoryType, _ base: R, _ n: Displacement) -> Line {
    "\(type.pointer)\(memory(base, n.value))"
  }

  /// `d = a`, extended; a move of the whole register to itself is left out.
  private mutating func extend(_ type: MemoryType, _ d: R, _ a: R) {
    switch type {
    case .u8: t("movzx \(d.d), \(a.b)")
    case .u16: t("movzx \(d.d), \(a.w)")
    case .u32: t("mov \(d.d), \(a.d)")
    case .s8: t("movsx \(d.q), \(a.b)")
    case .s16: t("movsx \(d.q), \(a.w)")
    case .s32: t("movsxd \(d.q), \(a.d)")
    case .u64, .s64: movUnlessSame(.w64, d, a)
    }
  }

  private func unsigned(_ type: MemoryType) -> MemoryType {
    switch type.byteCount {
    case 1: .u8
    case 2: .u16
    case 4: .u32
    case _: .u64
    }
  }

  private func width(_ type: MemoryType) -> Width { type.byteCount == 8 ? .w64 : .w32 }

  mutating func loadAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    if order == .release || order == .acquireRelease { throw NotAllowed() }
    load(type, try r(d), memory(try self.base(base), n.value))
  }

  mutating func storeAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ a: Register, _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    if order == .acquire || order == .acquireRelease { throw NotAllowed() }
    let (a, base) = (try r(a), try self.base(base))
    if order == .sequential { exchange(type, a, base, n) } else { store(type, a, memory(base, n.value)) }
  }

  private mutating func exchange(_ type: MemoryType, _ a: R, _ base: R, _ n: Displacement) {
    mov(width(type), .r11, a)
    t("xchg \(at(type, base, n)), \(r11[type])")
  }

  mutating func fetch(
    _ op: AtomicOperation, _ type: MemoryType, _ d: Register, _ a: Register, _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    let (d, a, base) = (try r(d), try r(a), try self.base(base))
    guard op == .add || op == .sub || op == .exchange else { return loop(op, type, d, a, base, n) }
    let value: R = d == base ? .r11 : d
    movUnlessSame(width(type), value, a)
    if op == .sub { t("neg \(value[width(type)])") }
    t(op == .exchange ? "xchg \(at(type, base, n)), \(value[type])" : "lock xadd \(at(type, base, n)), \(value[type])")
    if type != .u32 || value != d { extend(type, d, value) }
  }

  mutating func update(
    _ op: AtomicOperation, _ type: MemoryType, _ a: Register, _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    let (a, base) = (try r(a), try self.base(base))
    switch op {
    case .add, .sub, .and, .or, .xor: t("lock \(op.x86_64) \(at(type, base, n)), \(a[type])")
    case .exchange: exchange(type, a, base, n)
    case .smin, .smax, .umin, .umax: loop(op, type, nil, a, base, n)
    }
  }

  /// Operands in rax move to r11, and the value to be stored is in rcx, rdx or rbx then.
  private mutating func loop(
    _ op: AtomicOperation, _ type: MemoryType, _ d: R?, _ a: R, _ base: R, _ n: Displacement
  ) {
    let moves = a == .rax || base == .rax
    let next = moves ? [.rcx, .rdx, R(number: 3)].first { $0 != a && $0 != base && $0 != d } ?? .r11 : .r11
    if moves { mov(.w64, .r11, .rax) }
    if moves { t("movq \(vectorScratch.name), \(next.q)") } else if d != .rax { t("movq \(vectorScratch.name), rax") }
    let (operand, base) = (a == .rax ? .r11 : a, base == .rax ? .r11 : base)
    let w = width(type)
    load(unsigned(type), .rax, memory(base, n.value))
    t("A:")
    mov(w, next, .rax)
    switch op {
    case .add, .sub, .and, .or, .xor, .exchange: t("\(op.x86_64) \(next[w]), \(operand[w])")
    case .smin, .smax, .umin, .umax:
      t("cmp \(next[type]), \(operand[type])")
      t("\(op.x86_64) \(next[w]), \(operand[w])")
    }
    t("lock cmpxchg \(at(type, base, n)), \(next[type])")
    t("jne @A")
    if let d, type.isSigned && type != .s64 || d != .rax { extend(type, d, .rax) }
    if moves && d != .rax { mov(.w64, .rax, .r11) }
    if moves { t("movq \(next.q), \(vectorScratch.name)") } else if d != .rax { t("movq rax, \(vectorScratch.name)") }
  }

  mutating func compareAndSwap(
    _ type: MemoryType, _ d: Register, _ success: Register?, _ expected: Register, _ value: Register,
    _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    let (d, expected, value, base) = (try r(d), try r(expected), try r(value), try self.base(base))
    var flag: R?
    if let success { flag = try r(success) }
    if flag == d { throw NotAllowed() }
    let restores = d != .rax && flag != .rax
    if restores || value == .rax || base == .rax { mov(.w64, .r11, .rax) }
    extend(unsigned(type), .rax, expected)
    t("lock cmpxchg \(at(type, base == .rax ? .r11 : base, n)), \((value == .rax ? .r11 : value)[type])")
    if d != .rax || type.isSigned { extend(type, d, .rax) }
    if restores { mov(.w64, .rax, .r11) }
    if let flag { setcc(.eq, flag) }
  }

  mutating func compareAndSwapPair(
    _ low: Register, _ high: Register, _ e: (Register, Register), _ v: (Register, Register), _ base: Register,
    _ n: Displacement
  ) throws(NotAllowed) {
    let (low, high, base) = (try r(low), try r(high), try self.base(base))
    let from = [try r(e.0), try r(e.1), try r(v.0), try r(v.1)]
    if low == high || !features.contains(.cx16) { throw NotAllowed() }
    let secret: [R] = [.rax, .rdx, R(number: 3), .rcx]
    var address = memory(base, n.value)
    if secret.contains(base) || base == .rsp {
      t("lea r11, \(address)")
      address = "[r11]"
    }
    let kept = secret.filter { $0 != low && $0 != high }
    for register in kept { t("push \(register.q)") }
    moveAll(Array(zip(secret, from)))
    t("lock cmpxchg16b xmmword ptr \(address)")
    moveAll([(low, .rax), (high, .rdx)])
    for register in kept.reversed() { t("pop \(register.q)") }
  }

  /// At once: the first whose destination nobody waits for, and the first of a circle by an exchange.
  private mutating func moveAll(_ moves: [(d: R, s: R)]) {
    var moves = moves.filter { $0.d != $0.s }
    while let circle = moves.first {
      let free = moves.firstIndex { move in !moves.contains { $0.s == move.d } }
      if let free {
        mov(.w64, moves[free].d, moves[free].s)
        moves.remove(at: free)
        continue
      }
      t("xchg \(circle.s.q), \(circle.d.q)")
      moves = moves.map { move in
        (move.d, move.s == circle.d ? circle.s : move.s == circle.s ? circle.d : move.s)
      }.filter { $0.d != $0.s }
    }
  }

  mutating func instructionBarrier() {
    for line: Line in ["push rax", "push rbx", "push rcx", "push rdx", "mov eax, 0", "cpuid"] { t(line) }
    for line: Line in ["pop rdx", "pop rcx", "pop rbx", "pop rax"] { t(line) }
  }
}

extension AtomicOperation {
  /// What changes the value; after a comparison with the operand for the last four.
  fileprivate var x86_64: StaticString {
    switch self {
    case .add: "add"
    case .sub: "sub"
    case .and: "and"
    case .or: "or"
    case .xor: "xor"
    case .exchange: "xchg"
    case .smin: "cmovg"
    case .smax: "cmovl"
    case .umin: "cmova"
    case .umax: "cmovb"
    }
  }
}
