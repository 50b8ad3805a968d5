import Ejit

/// Comparisons and what is made of them.
extension AArch64Expectation {
  mutating func compare(_ condition: Condition, _ w: Width, _ a: Register, _ b: Register) throws(NotAllowed) {
    try ordering(condition)
    try two("cmp", w, a, b)
  }
  mutating func compare(_ condition: Condition, _ w: Width, _ a: Register, _ value: Int64) throws(NotAllowed) {
    try ordering(condition)
    addFlags(false, w, nil, try r(a), try bits(w, value))
  }

  mutating func test(_ w: Width, _ a: R, _ bits: UInt64) {
    if bits == 0 { return two("tst", w, a, .zr) }
    if isAllOnes(w, bits) { return two("tst", w, a, a) }
    if Bitmasks.has(bits, w) { return t("tst \(a[w]), #\(hex: bits)") }
    const(.x16, bits)
    two("tst", w, a, .x16)
  }

  mutating func testBit(_ a: R, _ bit: Int, _ isOne: Bool) {
    t("\(isOne ? "tbnz" : "tbz") \(bit < 32 ? a.w : a.x), #\(bit), \(target)")
  }

  mutating func branchTest(_ condition: Condition, _ w: Width, _ a: R, _ bits: UInt64) {
    let isEquality = condition == .eq || condition == .ne
    let isSet = condition == .ne || condition == .negative
    if isEquality && bits.nonzeroBitCount == 1 { return testBit(a, bits.trailingZeroBitCount, isSet) }
    if isEquality && isAllOnes(w, bits) { return t("\(isSet ? "cbnz" : "cbz") \(a[w]), \(target)") }
    if !isEquality && bits >> UInt64(w.bits - 1) == 1 { return testBit(a, w.bits - 1, isSet) }
    test(w, a, bits)
    branch(condition)
  }

  mutating func branchImmediate(
    _ condition: Condition, _ w: Width, _ a: R, _ bits: UInt64
  ) throws(NotAllowed) {
    try ordering(condition)
    switch (condition, bits) {
    case (.eq, 0), (.ule, 0), (.ult, 1): t("cbz \(a[w]), \(target)")
    case (.ne, 0), (.ugt, 0), (.uge, 1): t("cbnz \(a[w]), \(target)")
    case (.slt, 0): testBit(a, w.bits - 1, true)
    case (.sge, 0): testBit(a, w.bits - 1, false)
    case (_, _):
      addFlags(false, w, nil, a, bits)
      branch(condition)
    }
  }

  mutating func compareIf(
    _ w: Width, _ condition: Condition, _ outcome: Outcome, _ a: R, _ bits: UInt64
  ) throws(NotAllowed) {
    let opposite = negated(w, bits)
    if bits < 32 { return t("ccmp \(a[w]), #\(bits), #\(outcome.nzcv), \(condition.aarch64)") }
    if opposite < 32 { return t("ccmn \(a[w]), #\(opposite), #\(outcome.nzcv), \(condition.aarch64)") }
    const(.x16, bits)
    t("ccmp \(a[w]), \(R.x16[w]), #\(outcome.nzcv), \(condition.aarch64)")
  }

  mutating func select(_ w: Width, _ condition: Condition, _ d: R, _ x: R, _ y: R) {
    t("csel \(d[w]), \(x[w]), \(y[w]), \(condition.aarch64)")
  }

  mutating func selectElse(_ w: Width, _ condition: Condition, _ d: R, _ x: R, _ bits: UInt64) {
    if bits == 0 { return select(w, condition, d, x, .zr) }
    if bits == 1 { return t("csinc \(d[w]), \(x[w]), \(R.zr[w]), \(condition.aarch64)") }
    if isAllOnes(w, bits) { return t("csinv \(d[w]), \(x[w]), \(R.zr[w]), \(condition.aarch64)") }
    const(.x16, bits)
    select(w, condition, d, x, .x16)
  }
}
