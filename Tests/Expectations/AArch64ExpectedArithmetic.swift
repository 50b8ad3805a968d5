import Ejit

/// Arithmetic, products, divisions, shifts and bits.
extension AArch64Expectation {
  mutating func addImmediate(
    _ w: Width, _ d: Register, _ a: Register, _ value: Int64, isNegated: Bool
  ) throws(NotAllowed) {
    var bits = try bits(w, value)
    if isNegated { bits = negated(w, bits) }
    if d == .sp || a == .sp {
      guard d == a, w == .w64, bits % 16 == 0 else { throw NotAllowed() }
    }
    add(w, try base(d), try base(a), bits)
  }

  mutating func andImmediate(_ w: Width, _ d: Register, _ a: Register, _ value: Int64) throws(NotAllowed) {
    let (d, a, bits) = (try r(d), try r(a), try bits(w, value))
    if bits == 0 { const(d, 0) } else if isAllOnes(w, bits) { two("mov", w, d, a) } else { logic("and", w, d, a, bits) }
  }

  mutating func orImmediate(_ w: Width, _ d: Register, _ a: Register, _ value: Int64) throws(NotAllowed) {
    let (d, a, bits) = (try r(d), try r(a), try bits(w, value))
    if bits == 0 {
      two("mov", w, d, a)
    } else if isAllOnes(w, bits) {
      const(d, bits)
    } else {
      logic("orr", w, d, a, bits)
    }
  }

  mutating func xorImmediate(_ w: Width, _ d: Register, _ a: Register, _ value: Int64) throws(NotAllowed) {
    let (d, a, bits) = (try r(d), try r(a), try bits(w, value))
    if bits == 0 {
      two("mov", w, d, a)
    } else if isAllOnes(w, bits) {
      two("mvn", w, d, a)
    } else {
      logic("eor", w, d, a, bits)
    }
  }

  mutating func mulImmediate(_ w: Width, _ d: Register, _ a: Register, _ value: Int64) throws(NotAllowed) {
    let (d, a, bits) = (try r(d), try r(a), try bits(w, value))
    if bits == 0 { return const(d, 0) }
    if bits == 1 { return two("mov", w, d, a) }
    if bits.nonzeroBitCount == 1 { return t("lsl \(d[w]), \(a[w]), #\(bits.trailingZeroBitCount)") }
    if (bits - 1).nonzeroBitCount == 1 {
      return t("add \(d[w]), \(a[w]), \(a[w]), lsl #\((bits - 1).trailingZeroBitCount)")
    }
    const(.x16, bits)
    three("mul", w, d, a, .x16)
  }

  mutating func extremum(
    _ cssc: StaticString, _ condition: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    if features.contains(.cssc) { return try three(cssc, w, d, a, b) }
    let (d, a, b) = (try r(d), try r(a), try r(b))
    two("cmp", w, a, b)
    t("csel \(d[w]), \(a[w]), \(b[w]), \(condition)")
  }

  mutating func mulHigh(
    _ high: StaticString, _ long: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    if w == .w64 { return three(high, w, d, a, b) }
    t("\(long) \(d.x), \(a.w), \(b.w)")
    t("lsr \(d.x), \(d.x), #32")
  }

  mutating func mulWide(
    _ high: StaticString, _ long: StaticString, _ w: Width, _ d: Register, _ e: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (d, e, a, b) = (try r(d), try r(e), try r(a), try r(b))
    try distinct(d, e)
    if w == .w32 {
      t("\(long) \(d.x), \(a.w), \(b.w)")
      t("lsr \(e.x), \(d.x), #32")
      return two("mov", .w32, d, d)
    }
    // The half that destroys no source goes first.
    let lowFirst = d != a && d != b
    let highFirst = e != a && e != b
    if lowFirst { three("mul", w, d, a, b) }
    three(high, w, lowFirst || highFirst ? e : .x16, a, b)
    if !lowFirst { three("mul", w, d, a, b) }
    if !lowFirst && !highFirst { two("mov", w, e, .x16) }
  }

  /// `d` = the product; whether x16 says, by not being zero, that it overflowed: else the condition `ne` does.
  mutating func product(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ s: Signedness
  ) throws(NotAllowed) -> Bool {
    let (d, a, b, isSigned) = (try r(d), try r(a), try r(b), s == .signed)
    if w == .w32 {
      t("\(isSigned ? "smull" : "umull") x16, \(a.w), \(b.w)")
      two("mov", .w32, d, .x16)
      t("cmp x16, w16, \(isSigned ? "sxtw" : "uxtw")")
      return false
    }
    three(isSigned ? "smulh" : "umulh", w, .x16, a, b)
    three("mul", w, d, a, b)
    if isSigned { t("cmp x16, \(d.x), asr #63") }
    return !isSigned
  }

  mutating func shifted(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ shift: Shift, _ n: UInt8
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    guard Int(n) < w.bits else { throw NotAllowed() }
    let name: StaticString = shift == .shl ? "lsl" : shift == .shr ? "lsr" : "asr"
    if n == 0 && shift == .shl { return three(op, w, d, a, b) }
    t("\(op) \(d[w]), \(a[w]), \(b[w]), \(name) #\(n)")
  }

  mutating func lea(_ w: Width, _ d: R, _ address: Address) throws(NotAllowed) {
    switch address.form {
    case .base(let n): add(w, d, try base(address.base), try bits(w, Int64(n)))
    case .indexed(let shift, let n):
      sum(w, d, try base(address.base), try r(address.index), nil, shift)
      if n != 0 { add(w, d, d, try bits(w, Int64(n))) }
    case .extended(let sign, let shift, let n):
      sum(w, d, try base(address.base), try r(address.index), sign, shift)
      if n != 0 { add(w, d, d, try bits(w, Int64(n))) }
    case .absolute(let bits): const(d, w == .w64 ? bits : bits & 0xFFFF_FFFF)
    case .invalid: throw NotAllowed()
    }
  }

  // MARK: Division

  mutating func remainder(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    three(op, w, .x16, a, b)
    t("msub \(d[w]), \(R.x16[w]), \(b[w]), \(a[w])")
  }

  mutating func divmod(
    _ op: StaticString, _ w: Width, _ q: Register, _ e: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (q, e, a, b) = (try r(q), try r(e), try r(a), try r(b))
    try distinct(q, e)
    let first: R = q == a || q == b ? .x16 : q
    three(op, w, first, a, b)
    t("msub \(e[w]), \(first[w]), \(b[w]), \(a[w])")
    if first == .x16 { two("mov", w, q, first) }
  }

  mutating func divideWide(
    _ w: Width, _ q: Register, _ e: Register, _ high: Register, _ low: Register, _ b: Register
  ) throws(NotAllowed) {
    let (q, e, high, low, b) = (try r(q), try r(e), try r(high), try r(low), try r(b))
    try distinct(q, e)
    if w == .w32 {
      t("mov w16, \(low.w)")
      t("bfi x16, \(high.x), #32, #32")
      t("mov w17, \(b.w)")
      t("udiv \(q.x), x16, x17")
      return t("msub \(e.x), \(q.x), x17, x16")
    }
    // The two lowest of x0 … x7 that are no operands are kept on the stack.
    let free = (0..<8).map { R(number: $0) }.filter { ![q, e, high, low, b].contains($0) }
    let (u, v) = (free[0].x, free[1].x)
    t("stp \(u), \(v), [sp, #-16]!")
    t("clz x16, \(b.x)")
    t("fmov d31, x16")
    t("lsl x17, \(b.x), x16")
    t("lsl \(u), \(high.x), x16")
    t("neg \(v), x16")
    t("ror \(v), \(low.x), \(v)")
    t("lsl x16, \(low.x), x16")
    t("eor \(v), \(v), x16")
    t("orr \(u), \(u), \(v)")
    digit(q, u, v, free[1].w)
    t("extr \(u), \(u), x16, #32")
    correct(q, u, v, "A", "@A")
    digit(e, u, v, free[1].w)
    t("bfi x16, \(u), #32, #32")
    correct(e, "x16", v, "B", "@B")
    t("add \(q.x), \(e.x), \(q.x), lsl #32")
    t("fmov \(e.x), d31")
    t("lsr \(e.x), x16, \(e.x)")
    t("ldp \(u), \(v), [sp], #16")
  }

  private mutating func digit(_ digit: R, _ rest: StaticString, _ v: StaticString, _ v32: StaticString) {
    t("lsr \(v), x17, #32")
    t("udiv \(digit.x), \(rest), \(v)")
    t("msub \(rest), \(digit.x), \(v), \(rest)")
    t("mov \(v32), w17")
    t("mul \(v), \(digit.x), \(v)")
  }

  private mutating func correct(
    _ digit: R, _ rest: StaticString, _ v: StaticString, _ label: StaticString, _ target: StaticString
  ) {
    t("subs \(rest), \(rest), \(v)")
    t("b.hs \(target)")
    t("sub \(digit.x), \(digit.x), #1")
    t("adds \(rest), \(rest), x17")
    t("b.hs \(target)")
    t("sub \(digit.x), \(digit.x), #1")
    t("add \(rest), \(rest), x17")
    t("\(label):")
  }

  // MARK: Shifts and bits

  func count(_ w: Width, _ n: Immediate) throws(NotAllowed) -> UInt64 {
    guard n.bits < UInt64(w.bits) else { throw NotAllowed() }
    return n.bits
  }

  mutating func funnel(_ w: Width, _ d: R, _ high: R, _ low: R, _ n: R) throws(NotAllowed) {
    if high == low { return three("ror", w, d, low, n) }
    two("mvn", w, .x16, n)
    t("lsl \(R.x17[w]), \(high[w]), #1")
    three("lsl", w, .x17, .x17, .x16)
    three("lsr", w, .x16, low, n)
    three("orr", w, d, .x16, .x17)
  }

  func checkField(_ w: Width, _ position: Int, _ length: Int) throws(NotAllowed) {
    guard length > 0, position + length <= w.bits else { throw NotAllowed() }
  }

  /// Where an alias exists the disassembler prints it.
  mutating func extract(
    _ isSigned: Bool, _ w: Width, _ d: R, _ a: R, _ position: Int, _ length: Int
  ) throws(NotAllowed) {
    try checkField(w, position, length)
    if position + length == w.bits { return t("\(isSigned ? "asr" : "lsr") \(d[w]), \(a[w]), #\(position)") }
    switch (position, length, isSigned) {
    case (0, 8, true): t("sxtb \(d[w]), \(a.w)")
    case (0, 16, true): t("sxth \(d[w]), \(a.w)")
    case (0, 32, true): t("sxtw \(d[w]), \(a.w)")
    case (0, 8, false) where w == .w32: t("uxtb \(d.w), \(a.w)")
    case (0, 16, false) where w == .w32: t("uxth \(d.w), \(a.w)")
    case (_, _, _): t("\(isSigned ? "sbfx" : "ubfx") \(d[w]), \(a[w]), #\(position), #\(length)")
    }
  }
}
