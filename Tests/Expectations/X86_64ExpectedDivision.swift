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
    if o.e != nil {
      mov(w, .r11, o.b)
      t("not \(r11[w])")
      t("and \(r11[w]), \(o.a[w])")
    }
    if let q = o.q {
      if q != o.b { movUnlessSame(w, q, o.a) }
      t("imul \(q[w]), \(q == o.a || q != o.b ? o.b[w] : o.a[w])")
    }
    if let e = o.e { mov(w, e, .r11) }
  }

  /// By 0: quotient b, remainder a.
  private mutating func zero(_ w: Width, _ o: (q: R?, e: R?, a: R, b: R)) {
    if let q = o.q {
      if o.e != nil { mov(w, .r11, o.a) }
      mov(w, q, o.b)
      if let e = o.e { mov(w, e, .r11) }
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
    let (keepsRAX, keepsRDX) = (o.q != .rax && o.e != .rax, o.q != .rdx && o.e != .rdx)
    // r11: the divisor, if that is in rax or rdx, and so what that register is restored from; else the first kept one.
    var (placeRAX, placeRDX): (StaticString, StaticString) = ("xmm15", "xmm15")
    if o.b == .rax || o.b == .rdx {
      t("mov r11, \(o.b.q)")
      if o.b == .rax { placeRAX = "r11" } else { placeRDX = "r11" }
    } else if keepsRAX {
      placeRAX = "r11"
    } else {
      placeRDX = "r11"
    }
    if keepsRAX && o.b != .rax { t("\(isXMM(placeRAX) ? "movq" : "mov") \(placeRAX), rax") }
    if keepsRDX && o.b != .rdx { t("\(isXMM(placeRDX) ? "movq" : "mov") \(placeRDX), rdx") }
    try dividend(isSigned, w, o.a, high)
    let divisor = o.b == .rax || o.b == .rdx ? r11 : o.b
    t("\(isSigned ? "idiv" : "div") \(divisor[w])")
    results(w, o.q, o.e)
    if keepsRAX { t("\(isXMM(placeRAX) ? "movq" : "mov") rax, \(placeRAX)") }
    if keepsRDX { t("\(isXMM(placeRDX) ? "movq" : "mov") rdx, \(placeRDX)") }
  }

  private func isXMM(_ place: StaticString) -> Bool { place.utf8CodeUnitCount == 5 }

  private mutating func dividend(_ isSigned: Bool, _ w: Width, _ a: R, _ high: Register?) throws(NotAllowed) {
    guard let high else {
      movUnlessSame(w, .rax, a)
      return t("\(isSigned ? (w == .w64 ? "cqo" : "cdq") : "xor edx, edx")")
    }
    let h = try r(high)
    if a == .rdx && h == .rax { return t("xchg rdx, rax") }
    if a == .rdx { mov(w, .rax, a) }
    movUnlessSame(w, .rdx, h)
    if a != .rdx { movUnlessSame(w, .rax, a) }
  }

  private mutating func results(_ w: Width, _ q: R?, _ e: R?) {
    if q == .rdx && e == .rax { return t("xchg rdx, rax") }
    if q == .rdx, let e { mov(w, e, .rdx) }
    if let q { movUnlessSame(w, q, .rax) }
    if q != .rdx, let e { movUnlessSame(w, e, .rdx) }
  }
}
