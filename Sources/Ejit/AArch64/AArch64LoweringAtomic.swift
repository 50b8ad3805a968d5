/// Atomics and fences: one instruction where FEAT_LSE has it, else a loop of exclusive loads and stores.
///
/// The loops have x16 and x17, and v31, whose lanes keep what a register held. Between the exclusive load and the store
/// no memory is accessed (Arm ARM B2.9.5). Where a loop fails with a fault, no register but destinations has moved: what
/// a status takes from an operand comes back before the next access.
extension AArch64 {
  /// The place of an atomic access: only a register can be one.
  private static func place(_ base: X, _ n: Displacement, into e: inout Emission) -> X {
    if n.value == 0 { return base }
    add(.w64, .x16, base, UInt64(bitPattern: Int64(n.value)), into: &e)
    return .x16
  }

  private static func repeatWhile(_ status: X, from start: Int, into e: inout Emission) {
    e.code.emit32(.cbz(.w32, status, nonzero: true) | (Fixup.Form.imm19.bits(for: start - e.code.count) ?? 0))
  }

  /// Atomic loads leave zeros above what they load.
  private static func extend(_ type: MemoryType, _ d: X, into e: inout Emission) {
    if type.isSigned && type.byteCount < 8 {
      e.code.emit32(.signExtend(.w64, d, d, bits: UInt32(8 * type.byteCount)))
    }
  }

  static func loadAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ base: Register, _ n: Displacement,
    into e: inout Emission
  ) throws(Refusal) {
    let (d, base) = (try e.xd(d), try e.xsp(base))
    switch order {
    case .relaxed: access(.load(type), d, base, Int64(n.value), scratch: .x16, into: &e)
    case .acquire, .sequential:
      let place = place(base, n, into: &e)
      e.code.emit32(.ordered(load: true, size: type.size, d, place))
      extend(type, d, into: &e)
    case .release, .acquireRelease: throw .order(order)
    }
  }

  static func storeAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ a: Register, _ base: Register, _ n: Displacement,
    into e: inout Emission
  ) throws(Refusal) {
    let (a, base) = (try e.x(a), try e.xsp(base))
    switch order {
    case .relaxed: access(.store(type), a, base, Int64(n.value), scratch: .x16, into: &e)
    case .release, .sequential:
      let place = place(base, n, into: &e)
      e.code.emit32(.ordered(load: false, size: type.size, a, place))
    case .acquire, .acquireRelease: throw .order(order)
    }
  }

  // MARK: Read, change, write

  static func fetch(
    _ operation: AtomicOperation, _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ a: Register,
    _ base: Register, _ n: Displacement, into e: inout Emission
  ) throws(Refusal) {
    let (d, a, base) = (try e.xd(d), try e.x(a), try e.xsp(base))
    makeWay(64, into: &e)
    if e.features.contains(.lse) {
      let place = place(base, n, into: &e)
      let operand = operand(operation, type, a, into: &e)
      e.code.emit32(.atomic(operation.memory, size: type.size, order, operand, d, place))
    } else if n.value == 0 && d != base && d != a {
      let start = e.code.count
      e.code.emit32(.loadExclusive(size: type.size, acquire: order.acquires, d, base))
      let value = combine(operation, type, a, d, into: &e)
      e.code.emit32(.storeExclusive(size: type.size, release: order.releases, .x16, value, base))
      repeatWhile(.x16, from: start, into: &e)
    } else {
      fetchInPlace(operation, order, type, d, a, base, n, into: &e)
    }
    extend(type, d, into: &e)
  }

  /// The address takes x16 or `d` is an operand: the status goes to `d`, while v31 keeps what was found and, from before,
  /// the operand.
  private static func fetchInPlace(
    _ operation: AtomicOperation, _ order: MemoryOrder, _ type: MemoryType, _ d: X, _ a: X, _ base: X,
    _ n: Displacement, into e: inout Emission
  ) {
    add(.w64, .x16, base, UInt64(bitPattern: Int64(n.value)), into: &e)
    if d == a { e.code.emit32(.insert(.v31, lane: 1, a)) }
    let start = e.code.count
    e.code.emit32(.loadExclusive(size: type.size, acquire: order.acquires, d, .x16))
    e.code.emit32(.insert(.v31, lane: 0, d))
    if d == a { e.code.emit32(.extract(.x17, .v31, lane: 1)) }
    let value = combine(operation, type, d == a ? .x17 : a, d, into: &e)
    e.code.emit32(.storeExclusive(size: type.size, release: order.releases, d, value, .x16))
    repeatWhile(d, from: start, into: &e)
    e.code.emit32(.fmov(.w64, d, .v31))
  }

  /// Nobody asks for what was found, but it goes to x17: where the zero register takes it, it counts for no load, neither
  /// to acquire nor to be ordered by a fence behind it (Arm ARM C6.2, LDADD; B2.3.7, DMB LD).
  static func update(
    _ operation: AtomicOperation, _ order: MemoryOrder, _ type: MemoryType, _ a: Register, _ base: Register,
    _ n: Displacement, into e: inout Emission
  ) throws(Refusal) {
    let (a, base) = (try e.x(a), try e.xsp(base))
    let place = place(base, n, into: &e)
    if e.features.contains(.lse) {
      let operand = operand(operation, type, a, into: &e)
      return e.code.emit32(.atomic(operation.memory, size: type.size, order, operand, .x17, place))
    }
    // Where the address takes x16 the status goes to `a`, which comes back before it is asked.
    let status = place == .x16 ? a : .x16
    if status == a { e.code.emit32(.fmov(.w64, .v31, a)) }
    let start = e.code.count
    e.code.emit32(.loadExclusive(size: type.size, acquire: order.acquires, .x17, place))
    if operation == .exchange {
      e.code.emit32(.mov(.w64, .x17, a))
    } else {
      _ = combine(operation, type, a, .x17, into: &e)
    }
    e.code.emit32(.storeExclusive(size: type.size, release: order.releases, status, .x17, place))
    if status == a {
      e.code.emit32(.mov(.w32, .x17, a))
      e.code.emit32(.fmov(.w64, a, .v31))
    }
    repeatWhile(status == a ? .x17 : status, from: start, into: &e)
  }

  /// The operand as the instruction wants it: subtracting is adding the opposite, AND clears the bits that the other one
  /// does not have.
  private static func operand(
    _ operation: AtomicOperation, _ type: MemoryType, _ a: X, into e: inout Emission
  ) -> X {
    switch operation {
    case .sub: e.code.emit32(.addSub(.sub, type.w, .x17, .zr, a))
    case .and: e.code.emit32(.logic(.orr, type.w, .x17, .zr, a, not: true))
    case .add, .or, .xor, .exchange, .smin, .smax, .umin, .umax: return a
    }
    return .x17
  }

  /// Where the value to be stored is: x17, or the operand `a`, which changes what was found, `b`.
  private static func combine(
    _ operation: AtomicOperation, _ type: MemoryType, _ a: X, _ b: X, into e: inout Emission
  ) -> X {
    let w = type.w
    switch operation {
    case .add: e.code.emit32(.addSub(.add, w, .x17, a, b))
    case .sub: e.code.emit32(.addSub(.sub, w, .x17, b, a))
    case .and: e.code.emit32(.logic(.and, w, .x17, a, b))
    case .or: e.code.emit32(.logic(.orr, w, .x17, a, b))
    case .xor: e.code.emit32(.logic(.eor, w, .x17, a, b))
    case .exchange: return a
    case .smin: extremum(.lt, signed: true, type, a, b, into: &e)
    case .smax: extremum(.gt, signed: true, type, a, b, into: &e)
    case .umin: extremum(.lo, signed: false, type, a, b, into: &e)
    case .umax: extremum(.hi, signed: false, type, a, b, into: &e)
    }
    return .x17
  }

  /// x17 = `a` if it compares so with `b`, else `b`, as far as the low bits. Of bytes and halfwords one is extended first,
  /// in x17: the one that is there already, if one is. `condition` does not hold of equal ones, so either may be it.
  private static func extremum(
    _ condition: ConditionCode, signed: Bool, _ type: MemoryType, _ a: X, _ b: X, into e: inout Emission
  ) {
    let (a, b) = b == .x17 ? (b, a) : (a, b)
    var first = a
    if type.byteCount < 4 {
      let bits = UInt32(8 * type.byteCount)
      first = .x17
      e.code.emit32(signed ? .signExtend(.w32, .x17, a, bits: bits) : .zeroExtend(.x17, a, bits: bits))
    }
    compare(type, first, b, signed: signed, into: &e)
    e.code.emit32(.choose(.csel, type.w, .x17, first, b, condition))
  }

  /// The flags of `a`, which is extended, and the low bits of `b`.
  private static func compare(_ type: MemoryType, _ a: X, _ b: X, signed: Bool, into e: inout Emission) {
    switch type.byteCount {
    case 1: e.code.emit32(.addSubExtended(.subs, .w32, .zr, a, b, signed ? .sxtb : .uxtb, 0))
    case 2: e.code.emit32(.addSubExtended(.subs, .w32, .zr, a, b, signed ? .sxth : .uxth, 0))
    case _: e.code.emit32(.addSub(.subs, type.w, .zr, a, b))
    }
  }

  // MARK: Compare and swap

  static func compareAndSwap(
    _ order: MemoryOrder, _ type: MemoryType, _ d: Register, success: Register? = nil, _ expected: Register,
    _ value: Register, _ base: Register, _ n: Displacement, into e: inout Emission
  ) throws(Refusal) {
    var flag: X?
    if let success { flag = try distinct(success, from: d, e) }
    let (d, expected, value) = (try e.xd(d), try e.x(expected), try e.x(value))
    let place = place(try e.xsp(base), n, into: &e)
    if e.features.contains(.lse) {
      swap(order, type, d, isAsked: flag != nil, expected, value, place, into: &e)
    } else {
      swapExclusively(order, type, d, expected, value, place, into: &e)
    }
    extend(type, d, into: &e)
    if let flag { e.code.emit32(.cset(flag, .eq)) }
  }

  /// CAS has what is expected in the register where what was found comes: `d`, unless that is still needed.
  private static func swap(
    _ order: MemoryOrder, _ type: MemoryType, _ d: X, isAsked: Bool, _ expected: X, _ value: X, _ place: X,
    into e: inout Emission
  ) {
    let found = d == value || d == place || isAsked && d == expected ? .x17 : d
    if found != expected { e.code.emit32(.mov(type.w, found, expected)) }
    e.code.emit32(.compareAndSwap(size: type.size, order, found, value, place))
    if isAsked { compare(type, found, expected, signed: false, into: &e) }
    if found != d { e.code.emit32(.mov(type.w, d, found)) }
  }

  /// Leaves the flags of the comparison. If there is no register but x17 both for what was found and for the status, the
  /// status may have it: where something is stored, what was found is what was expected.
  private static func swapExclusively(
    _ order: MemoryOrder, _ type: MemoryType, _ d: X, _ expected: X, _ value: X, _ place: X, into e: inout Emission
  ) {
    let found = d == expected || d == value || d == place ? .x17 : d
    let status: X = place == .x16 ? .x17 : .x16
    let start = e.code.count
    e.code.emit32(.loadExclusive(size: type.size, acquire: order.acquires, found, place))
    compare(type, found, expected, signed: false, into: &e)
    let exit = e.code.count
    e.code.emit32(.b(.ne))
    e.code.emit32(.storeExclusive(size: type.size, release: order.releases, status, value, place))
    repeatWhile(status, from: start, into: &e)
    if found == status {
      switch type.byteCount {
      case 1, 2: e.code.emit32(.zeroExtend(.x17, expected, bits: UInt32(8 * type.byteCount)))
      case _: e.code.emit32(.mov(type.w, .x17, expected))
      }
    }
    e.code[word: exit] |= Fixup.Form.imm19.bits(for: e.code.count - exit) ?? 0
    e.code.emit32(.barrier(.clrex))
    if found != d { e.code.emit32(.mov(type.w, d, found)) }
  }

  /// A pair that was loaded is one value only once it was stored again (Arm ARM B2.2.1): so it is stored in any case,
  /// the new one or what was found. Operands that are destinations wait in v31 while those hold what was found.
  static func compareAndSwapPair(
    _ order: MemoryOrder, _ low: Register, _ high: Register, _ expected: (Register, Register),
    _ value: (Register, Register), _ base: Register, _ n: Displacement, into e: inout Emission
  ) throws(Refusal) {
    let (high, low) = (try distinct(high, from: low, e), try e.xd(low))
    let expected = (try e.x(expected.0), try e.x(expected.1))
    let value = (try e.x(value.0), try e.x(value.1))
    let base = try e.xsp(base)
    let operands: [4 of X] = [expected.0, expected.1, value.0, value.1]
    let keeps = operands.indices.contains { operands[$0] == low || operands[$0] == high }
    makeWay(96, into: &e)
    add(.w64, .x17, base, UInt64(bitPattern: Int64(n.value)), into: &e)
    if keeps {
      e.code.emit32(.insert(.v31, lane: 0, low))
      e.code.emit32(.insert(.v31, lane: 1, high))
    }
    let start = e.code.count
    e.code.emit32(.loadExclusivePair(acquire: order.acquires, low, high, .x17))
    let first = kept(expected.0, low, high, into: &e)
    e.code.emit32(.addSub(.subs, .w64, .zr, low, first))
    let second = kept(expected.1, low, high, into: &e)
    e.code.emit32(.compare(.ccmp, .w64, high, second, else: 0, if: .eq))
    let other = e.code.count
    e.code.emit32(.b(.ne))
    if keeps {
      e.code.emit32(.extract(low, .v31, lane: 0))
      e.code.emit32(.extract(high, .v31, lane: 1))
    }
    e.code.emit32(.storeExclusivePair(release: order.releases, .x16, value.0, value.1, .x17))
    repeatWhile(.x16, from: start, into: &e)
    if keeps {  // what was found is what was expected
      e.code.emit32(.mov(.w64, .x16, expected.0))
      e.code.emit32(.mov(.w64, .x17, expected.1))
      e.code.emit32(.mov(.w64, low, .x16))
      e.code.emit32(.mov(.w64, high, .x17))
    }
    let done = e.code.count
    e.code.emit32(.b)
    e.code[word: other] |= Fixup.Form.imm19.bits(for: e.code.count - other) ?? 0
    e.code.emit32(.storeExclusivePair(release: order.releases, .x16, low, high, .x17))
    repeatWhile(.x16, from: start, into: &e)
    e.code[word: done] |= Fixup.Form.imm26.bits(for: e.code.count - done) ?? 0
  }

  /// An operand: in x16, from v31, if its register is a destination and holds something else now.
  private static func kept(_ register: X, _ low: X, _ high: X, into e: inout Emission) -> X {
    guard register == low || register == high else { return register }
    e.code.emit32(.extract(.x16, .v31, lane: register == low ? 0 : 1))
    return .x16
  }

  // MARK: Fences

  /// What C11's fences are mapped to: <https://www.cl.cam.ac.uk/~pes20/cpp/cpp0xmappings.html>.
  static func fence(_ order: MemoryOrder, into e: inout Emission) {
    switch order {
    case .relaxed: break
    case .acquire: e.code.emit32(.barrier(.dmbISHLD))
    case .release, .acquireRelease, .sequential: e.code.emit32(.barrier(.dmbISH))
    }
  }
}

extension MemoryType {
  /// Of the access: `1 << size` bytes.
  fileprivate var size: UInt32 { UInt32(rawValue & 3) }
  /// The width of the registers.
  fileprivate var w: Width { byteCount == 8 ? .w64 : .w32 }
}

extension AtomicOperation {
  /// The instruction that does it in memory, with the operand that `operand` gives.
  fileprivate var memory: UInt32.AtomicMemory {
    switch self {
    case .add, .sub: .add
    case .and: .clear
    case .or: .set
    case .xor: .eor
    case .exchange: .swap
    case .smin: .smin
    case .smax: .smax
    case .umin: .umin
    case .umax: .umax
    }
  }
}
