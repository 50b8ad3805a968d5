import Ejit

/// Division, which is done in rax and rdx: both are kept unless they are destinations.
extension X86_64Expectation {
  private func operands(
    _ q: Register?, _ e: Register?, _ a: Register, _ b: Register
  ) throws(NotAllowed) -> (q: R?, e: R?, a: R, b: R) {
    var (quotient, remainder): (R?, R?)
    if let q { quotient = try r(q) }
    if let e { remainder = try r(e) }
    if let quotient, let remainder { try distinct(quotient, remainder) }
    return (quotient, remainder, try r(a), try r(b))
  }

  mutating func total(
    _ isSigned: Bool, _ w: Width, _ q: Register?, _ e: Register?, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let o = try operands(q, e, a, b)
    if isSigned { unlessZeroOrMinusOne(w, o.b) } else { unlessZero(w, o.b) }
    if isSigned { zeroOrMinusOne(w, o) } else { zero(w, o) }
    t("jmp @end")
    t("A:")
    try divide(isSigned, w, q, e, a, b)
  }

  private mutating func unlessZeroOrMinusOne(_ w: Width, _ b: R) {
    t("lea \(r11[w]), \(memory(b, 1))")
    t("cmp \(r11[w]), 1")
    t("ja @A")
  }

  private mutating func unlessZero(_ w: Width, _ b: R) {
    t("test \(b[w]), \(b[w])")
    t("jne @A")
  }

  /// By 0 and −1: quotient a · b, remainder a & ~b.
  private mutating func zeroOrMinusOne(_ w: Width, _ o: (q: R?, e: R?, a: R, b: R)) {
    let rest = o.e == o.a || o.e == o.b ? r11 : o.e
    if let rest {
      mov(w, rest, o.b)
      t("not \(rest[w])")
      t("and \(rest[w]), \(o.a[w])")
    }
    if let q = o.q {
      if q != o.b { movUnlessSame(w, q, o.a) }
      t("imul \(q[w]), \(q == o.a || q != o.b ? o.b[w] : o.a[w])")
    }
    if let e = o.e, rest == r11 { mov(w, e, .r11) }
  }

  /// By 0: quotient b, remainder a.
  private mutating func zero(_ w: Width, _ o: (q: R?, e: R?, a: R, b: R)) {
    if let q = o.q {
      if o.e != nil && q == o.a { mov(w, .r11, o.a) }
      mov(w, q, o.b)
      if let e = o.e { mov(w, e, q == o.a ? .r11 : o.a) }
    } else if let e = o.e {
      mov(w, e, o.a)
    }
  }

  mutating func checkedSigned(
    _ w: Width, _ q: Register?, _ e: Register?, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let o = try operands(q, e, a, b)
    unlessZeroOrMinusOne(w, o.b)
    t("test \(o.b[w]), \(o.b[w])")
    jcc(.eq)
    if let q = o.q {
      mov(w, .r11, o.a)
      t("neg \(r11[w])")
      jcc(.overflow)
      mov(w, q, .r11)
    }
    if let e = o.e { t("mov \(e.d), 0") }
    t("jmp @end")
    t("A:")
    try divide(true, w, q, e, a, b)
  }

  mutating func checkedUnsigned(
    _ w: Width, _ q: Register?, _ e: Register?, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let o = try operands(q, e, a, b)
    t("test \(o.b[w]), \(o.b[w])")
    jcc(.eq)
    try divide(false, w, q, e, a, b)
  }

  mutating func divide(
    _ isSigned: Bool, _ w: Width, _ q: Register?, _ e: Register?, _ a: Register, _ b: Register, high: Register? = nil
  ) throws(NotAllowed) {
    let o = try operands(q, e, a, b)
    var h: R?
    if let high { h = try r(high) }
    let (keepsRAX, keepsRDX) = (o.q != .rax && o.e != .rax, o.q != .rdx && o.e != .rdx)
    // A kept register waits where its result goes to, if no operand is left there; else in r11, the divisor first;
    // else in the vector scratch (nil).
    func isFree(_ x: R) -> Bool {
      x != .rax && x != .rdx && x != o.b && (h == nil || x != o.a && x != h)
    }
    let swapped = (rax: o.q.map { keepsRAX && isFree($0) } ?? false, rdx: o.e.map { keepsRDX && isFree($0) } ?? false)
    var place: (rax: R?, rdx: R?)
    if swapped.rax { place.rax = o.q }
    if swapped.rdx { place.rdx = o.e }
    if !swapped.rax && (o.b == .rax || keepsRAX && (o.b != .rdx || swapped.rdx)) { place.rax = r11 }
    if !swapped.rdx && (o.b == .rdx || keepsRDX && place.rax != r11) { place.rdx = r11 }

    let isLoaded = swapped.rax && o.q == o.a && h == nil
    if isLoaded { t("xchg \(o.a.q), rax") } else if keepsRAX || o.b == .rax { aside("rax", place.rax) }
    if h == nil && !isLoaded { movUnlessSame(w, .rax, o.a) }
    if keepsRDX || o.b == .rdx { aside("rdx", place.rdx) }
    if let h { wideDividend(w, h, o.a) } else { t("\(isSigned ? (w == .w64 ? "cqo" : "cdq") : "xor edx, edx")") }
    let divisor = (o.b == .rax ? place.rax : o.b == .rdx ? place.rdx : o.b) ?? o.b
    t("\(isSigned ? "idiv" : "div") \(divisor[w])")
    if o.q == .rdx && o.e == .rax { return t("xchg rdx, rax") }
    if o.q == .rdx, let e = o.e { mov(w, e, .rdx) }
    if let q = o.q { if swapped.rax { t("xchg \(q.q), rax") } else { movUnlessSame(w, q, .rax) } }
    if keepsRAX && !swapped.rax { back("rax", place.rax) }
    if o.q != .rdx, let e = o.e { if swapped.rdx { t("xchg \(e.q), rdx") } else { movUnlessSame(w, e, .rdx) } }
    if keepsRDX && !swapped.rdx { back("rdx", place.rdx) }
  }

  private mutating func aside(_ register: StaticString, _ place: R?) {
    if let place { t("mov \(place.q), \(register)") } else { t("movq \(vectorScratch.name), \(register)") }
  }

  private mutating func back(_ register: StaticString, _ place: R?) {
    if let place { t("mov \(register), \(place.q)") } else { t("movq \(register), \(vectorScratch.name)") }
  }

  private mutating func wideDividend(_ w: Width, _ high: R, _ low: R) {
    if low == .rdx && high == .rax { return t("xchg rdx, rax") }
    if low == .rdx { mov(w, .rax, low) }
    movUnlessSame(w, .rdx, high)
    if low != .rdx { movUnlessSame(w, .rax, low) }
  }
}
