import Ejit

/// Atomics: with FEAT_LSE one instruction, else loops of exclusive accesses.
extension AArch64Expectation {
  private mutating func place(_ base: R, _ n: Displacement) -> R {
    if n.value == 0 { return base }
    add(.w64, .x16, base, UInt64(bitPattern: Int64(n.value)))
    return .x16
  }

  private func width(_ type: MemoryType) -> Width { type.byteCount == 8 ? .w64 : .w32 }

  private mutating func extend(_ type: MemoryType, _ d: R) {
    switch type {
    case .s8: t("sxtb \(d.x), \(d.w)")
    case .s16: t("sxth \(d.x), \(d.w)")
    case .s32: t("sxtw \(d.x), \(d.w)")
    case .u8, .u16, .u32, .u64, .s64: break
    }
  }

  mutating func loadAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    let (d, base) = (try r(d), try self.base(base))
    if order == .release || order == .acquireRelease { throw NotAllowed() }
    if order == .relaxed { return load(type, d, place(base, Int64(n.value), type.byteCount)) }
    let place = place(base, n)
    t("ldar\(type.storeSuffix) \(d[type]), [\(place.x)]")
    extend(type, d)
  }

  mutating func storeAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ a: Register, _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    let (a, base) = (try r(a), try self.base(base))
    if order == .acquire || order == .acquireRelease { throw NotAllowed() }
    if order == .relaxed { return store(type, a, place(base, Int64(n.value), type.byteCount)) }
    let place = place(base, n)
    t("stlr\(type.storeSuffix) \(a[type]), [\(place.x)]")
  }

  // MARK: Read, change, write

  private mutating func loadExclusive(_ order: MemoryOrder, _ type: MemoryType, _ d: R, _ place: R) {
    let op: Line = order == .relaxed || order == .release ? "ldxr" : "ldaxr"
    t("\(op)\(type.storeSuffix) \(d[type]), [\(place.x)]")
  }
  private mutating func storeExclusive(_ order: MemoryOrder, _ type: MemoryType, _ status: R, _ a: R, _ place: R) {
    let op: Line = order == .relaxed || order == .acquire ? "stxr" : "stlxr"
    t("\(op)\(type.storeSuffix) \(status.w), \(a[type]), [\(place.x)]")
  }

  /// `al`, `a`, `l` or nothing, and the size.
  private func suffix(_ order: MemoryOrder, _ type: MemoryType) -> Line {
    switch order {
    case .relaxed: "\(type.storeSuffix)"
    case .acquire: "a\(type.storeSuffix)"
    case .release: "l\(type.storeSuffix)"
    case .acquireRelease, .sequential: "al\(type.storeSuffix)"
    }
  }

  mutating func fetch(
    _ op: AtomicOperation, _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ a: Register, _ base: Register,
    _ n: Displacement
  ) throws(NotAllowed) {
    let (d, a, base) = (try r(d), try r(a), try self.base(base))
    if features.contains(.lse) {
      let place = place(base, n)
      let operand = operand(op, type, a)
      t("\(op.load)\(suffix(order, type)) \(operand[type]), \(d[type]), [\(place.x)]")
    } else if n.value == 0 && d != a && d != base {
      t("A:")
      loadExclusive(order, type, d, base)
      let value = combine(op, type, found: d, a)
      storeExclusive(order, type, .x16, value, base)
      t("cbnz w16, @A")
    } else {
      // The status goes to the destination; v31 keeps what was found, and an operand that the destination is too.
      add(.w64, .x16, base, UInt64(bitPattern: Int64(n.value)))
      if d == a { t("mov v31.d[1], \(a.x)") }
      t("A:")
      loadExclusive(order, type, d, .x16)
      t("mov v31.d[0], \(d.x)")
      if d == a { t("mov x17, v31.d[1]") }
      let value = combine(op, type, found: d, d == a ? .x17 : a)
      storeExclusive(order, type, d, value, .x16)
      t("cbnz \(d.w), @A")
      t("fmov \(d.x), d31")
    }
    extend(type, d)
  }

  mutating func update(
    _ op: AtomicOperation, _ order: MemoryOrder, _ type: MemoryType, _ a: Register, _ base: Register,
    _ n: Displacement
  ) throws(NotAllowed) {
    let (a, base) = (try r(a), try self.base(base))
    let place = place(base, n)
    if features.contains(.lse) {
      let operand = operand(op, type, a)
      return t("\(op.load)\(suffix(order, type)) \(operand[type]), \(R.x17[type]), [\(place.x)]")
    }
    if n.value != 0 { t("fmov d31, \(a.x)") }
    t("A:")
    loadExclusive(order, type, .x17, place)
    if op == .exchange { two("mov", .w64, .x17, a) } else { _ = combine(op, type, found: .x17, a) }
    storeExclusive(order, type, n.value != 0 ? a : .x16, .x17, place)
    if n.value != 0 {
      two("mov", .w32, .x17, a)
      t("fmov \(a.x), d31")
    }
    t(n.value != 0 ? "cbnz w17, @A" : "cbnz w16, @A")
  }

  private mutating func operand(_ op: AtomicOperation, _ type: MemoryType, _ a: R) -> R {
    if op != .sub && op != .and { return a }
    two(op == .sub ? "neg" : "mvn", width(type), .x17, a)
    return .x17
  }

  private mutating func combine(_ op: AtomicOperation, _ type: MemoryType, found: R, _ a: R) -> R {
    let w = width(type)
    switch op {
    case .exchange: return a
    case .sub: three("sub", w, .x17, found, a)
    case .add: three("add", w, .x17, a, found)
    case .and: three("and", w, .x17, a, found)
    case .or: three("orr", w, .x17, a, found)
    case .xor: three("eor", w, .x17, a, found)
    case .smin: choose("lt", "s", type, found, a)
    case .smax: choose("gt", "s", type, found, a)
    case .umin: choose("lo", "u", type, found, a)
    case .umax: choose("hi", "u", type, found, a)
    }
    return .x17
  }

  /// Of bytes and halfwords one is extended first: what is in x17, else the operand.
  private mutating func choose(
    _ condition: StaticString, _ sign: StaticString, _ type: MemoryType, _ found: R, _ a: R
  ) {
    let (one, other) = found == .x17 ? (found, a) : (a, found)
    let w = width(type)
    guard type.byteCount < 4 else {
      t("cmp \(one[w]), \(other[w])")
      return t("csel \(R.x17[w]), \(one[w]), \(other[w]), \(condition)")
    }
    if sign.description == "s" {
      t("sxt\(type.storeSuffix) w17, \(one.w)")
    } else {
      t("\(type.byteCount == 1 ? "uxtb" : "uxth") w17, \(one.w)")
    }
    t("cmp w17, \(other.w), \(sign)xt\(type.storeSuffix)")
    t("csel w17, w17, \(other.w), \(condition)")
  }

  // MARK: Compare and swap

  private mutating func compare(_ type: MemoryType, _ found: R, _ expected: R) {
    let w = width(type)
    if type.byteCount < 4 {
      t("cmp \(found.w), \(expected.w), uxt\(type.storeSuffix)")
    } else {
      t("cmp \(found[w]), \(expected[w])")
    }
  }

  mutating func compareAndSwap(
    _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ success: Register?, _ expected: Register,
    _ value: Register, _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    let (d, expected, value, base) = (try r(d), try r(expected), try r(value), try self.base(base))
    var flag: R?
    if let success { flag = try r(success) }
    if flag == d { throw NotAllowed() }
    let (place, w) = (place(base, n), width(type))
    if features.contains(.lse) {
      let found = d == value || d == place || flag != nil && d == expected ? .x17 : d
      if found != expected { two("mov", w, found, expected) }
      t("cas\(suffix(order, type)) \(found[type]), \(value[type]), [\(place.x)]")
      if flag != nil { compare(type, found, expected) }
      if found != d { two("mov", w, d, found) }
    } else {
      let found = [expected, value, place].contains(d) ? .x17 : d
      let status: R = n.value == 0 ? .x16 : .x17
      t("A:")
      loadExclusive(order, type, found, place)
      compare(type, found, expected)
      t("b.ne @B")
      storeExclusive(order, type, status, value, place)
      t("cbnz \(status.w), @A")
      if found == status {
        switch type.byteCount {
        case 1: t("uxtb w17, \(expected.w)")
        case 2: t("uxth w17, \(expected.w)")
        case _: two("mov", w, .x17, expected)
        }
      }
      t("B:")
      t("clrex")
      if found != d { two("mov", w, d, found) }
    }
    extend(type, d)
    if let flag { t("cset \(flag.w), eq") }
  }

  mutating func compareAndSwapPair(
    _ order: MemoryOrder, _ low: Register, _ high: Register, _ e: (Register, Register), _ v: (Register, Register),
    _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    let (low, high, base) = (try r(low), try r(high), try self.base(base))
    let (e, v) = ((try r(e.0), try r(e.1)), (try r(v.0), try r(v.1)))
    try distinct(low, high)
    let keeps = [e.0, e.1, v.0, v.1].contains { $0 == low || $0 == high }
    let load: Line = order == .relaxed || order == .release ? "ldxp" : "ldaxp"
    let store: Line = order == .relaxed || order == .acquire ? "stxp" : "stlxp"
    add(.w64, .x17, base, UInt64(bitPattern: Int64(n.value)))
    if keeps {
      t("mov v31.d[0], \(low.x)")
      t("mov v31.d[1], \(high.x)")
    }
    t("A:")
    t("\(load) \(low.x), \(high.x), [x17]")
    let first = kept(e.0, low, high)
    t("cmp \(low.x), \(first.x)")
    let second = kept(e.1, low, high)
    t("ccmp \(high.x), \(second.x), #0, eq")
    t("b.ne @B")
    if keeps {
      t("mov \(low.x), v31.d[0]")
      t("mov \(high.x), v31.d[1]")
    }
    t("\(store) w16, \(v.0.x), \(v.1.x), [x17]")
    t("cbnz w16, @A")
    if keeps {
      two("mov", .w64, .x16, e.0)
      two("mov", .w64, .x17, e.1)
      two("mov", .w64, low, .x16)
      two("mov", .w64, high, .x17)
    }
    t("b @end")
    t("B:")
    t("\(store) w16, \(low.x), \(high.x), [x17]")
    t("cbnz w16, @A")
  }

  private mutating func kept(_ register: R, _ low: R, _ high: R) -> R {
    if register != low && register != high { return register }
    t(register == low ? "mov x16, v31.d[0]" : "mov x16, v31.d[1]")
    return .x16
  }

  mutating func fence(_ order: MemoryOrder) {
    switch order {
    case .relaxed: break
    case .acquire: t("dmb ishld")
    case .release, .acquireRelease, .sequential: t("dmb ish")
    }
  }
}

extension AtomicOperation {
  fileprivate var load: StaticString {
    switch self {
    case .add, .sub: "ldadd"
    case .and: "ldclr"
    case .or: "ldset"
    case .xor: "ldeor"
    case .exchange: "swp"
    case .smin: "ldsmin"
    case .smax: "ldsmax"
    case .umin: "ldumin"
    case .umax: "ldumax"
    }
  }
}
