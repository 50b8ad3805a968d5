import Ejit

/// Arithmetic, logic and products.
extension X86_64Expectation {
  mutating func add(_ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    if d == a {
      t("add \(d[w]), \(b[w])")
    } else if d == b {
      t("add \(d[w]), \(a[w])")
    } else if a.number == 5 || a.number == 13 {  // as base these two need a displacement
      t("lea \(d[w]), \(memory(b, a, 0))")
    } else {
      t("lea \(d[w]), \(memory(a, b, 0))")
    }
  }

  mutating func sub(_ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    if d == b && d != a {
      t("neg \(d[w])")
      t("add \(d[w]), \(a[w])")
    } else {
      movUnlessSame(w, d, a)
      t("sub \(d[w]), \(b[w])")
    }
  }

  mutating func commutative(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    if d != b { movUnlessSame(w, d, a) }
    t("\(op) \(d[w]), \(d == b ? a[w] : b[w])")
  }

  mutating func subFlags(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    let isInTheWay = d == b && d != a
    if isInTheWay { mov(w, .r11, b) }
    movUnlessSame(w, d, a)
    t("\(op) \(d[w]), \(isInTheWay ? r11[w] : b[w])")
  }

  mutating func andn(_ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(NotAllowed) {
    guard features.contains(.bmi1) else { return try withInverted("and", w, d, a, b) }
    t("andn \(try r(d)[w]), \(try r(b)[w]), \(try r(a)[w])")
  }

  /// `d op= ~b`; `~b` is made in `d`, or in r11 if that is `a`.
  mutating func withInverted(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    let inverted = d == a ? r11 : d
    movUnlessSame(w, inverted, b)
    t("not \(inverted[w])")
    t("\(op) \(d[w]), \(d == a ? r11[w] : a[w])")
  }

  mutating func unary(_ op: StaticString, _ w: Width, _ d: Register, _ a: Register) throws(NotAllowed) {
    movUnlessSame(w, try r(d), try r(a))
    t("\(op) \(try r(d)[w])")
  }

  mutating func immediate(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ value: Immediate
  ) throws(NotAllowed) {
    let (d, a, bits) = (try r(d), try r(a), try bits(w, value.value))
    let immediate = imm(w, bits)
    if immediate == nil { const(.r11, bits) }
    movUnlessSame(w, d, a)
    t("\(op) \(d[w]), \(immediate ?? "r11")")
  }

  mutating func addImmediate(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ value: Immediate, sign: Int64
  ) throws(NotAllowed) {
    if d == .sp || a == .sp {
      guard d == a, w == .w64, value.bits % 16 == 0, let immediate = imm(w, value.bits) else { throw NotAllowed() }
      return t("\(op) rsp, \(immediate)")
    }
    let (d, a, bits) = (try r(d), try r(a), try bits(w, value.value))
    if d == a, let immediate = imm(w, bits) { return t("\(op) \(d[w]), \(immediate)") }
    let sum = sign < 0 ? 0 &- Int64(bitPattern: bits) : Int64(bitPattern: bits)
    if w == .w32 || Int32(exactly: sum) != nil {
      return t("lea \(d[w]), \(memory(a, Int32(truncatingIfNeeded: sum)))")
    }
    const(.r11, UInt64(bitPattern: sum))
    if d == a { t("add \(d.q), r11") } else { t("lea \(d.q), \(memory(.r11, a, 0))") }
  }

  mutating func mulImmediate(_ w: Width, _ d: Register, _ a: Register, _ value: Immediate) throws(NotAllowed) {
    let (d, a, bits) = (try r(d), try r(a), try bits(w, value.value))
    if let immediate = imm(w, bits) { return t("imul \(d[w]), \(a[w]), \(immediate)") }
    const(.r11, bits)
    movUnlessSame(w, d, a)
    t("imul \(d.q), r11")
  }

  mutating func abs(_ w: Width, _ d: Register, _ a: Register) throws(NotAllowed) {
    let (d, a) = (try r(d), try r(a))
    mov(w, .r11, a)
    movUnlessSame(w, d, a)
    t("neg \(r11[w])")
    t("cmovns \(d[w]), \(r11[w])")
  }

  mutating func extremum(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    let other = d == b ? a : b
    if d != b { movUnlessSame(w, d, a) }
    t("cmp \(d[w]), \(other[w])")
    t("\(op) \(d[w]), \(other[w])")
  }

  mutating func madd(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ c: Register
  ) throws(NotAllowed) {
    let (d, a, b, c) = (try r(d), try r(a), try r(b), try r(c))
    let product = d == c ? r11 : d
    if product != b { movUnlessSame(w, product, a) }
    t("imul \(product[w]), \(product == b ? a[w] : b[w])")
    t("add \(d[w]), \(d == c ? r11[w] : c[w])")
  }

  mutating func msub(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ c: Register
  ) throws(NotAllowed) {
    let (d, a, b, c) = (try r(d), try r(a), try r(b), try r(c))
    mov(w, .r11, a)
    t("imul \(r11[w]), \(b[w])")
    movUnlessSame(w, d, c)
    t("sub \(d[w]), \(r11[w])")
  }

  private mutating func shifted(_ w: Width, _ b: R, _ shift: Shift, _ count: UInt8) {
    mov(w, .r11, b)
    if count > 0 { t("\(shift.x86_64) \(r11[w]), \(shiftCount(count))") }
  }

  /// A shift by one is printed with its count as well.
  func shiftCount(_ count: some BinaryInteger) -> Line { "\(count)" }

  mutating func addShifted(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ shift: Shift, _ count: UInt8
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    guard Int(count) < w.bits else { throw NotAllowed() }
    if count == 0 || shift == .shl && count < 4 { return t("lea \(d[w]), \(memory(a, b, Int(count)))") }
    shifted(w, b, shift, count)
    if d == a { t("add \(d[w]), \(r11[w])") } else { t("lea \(d[w]), \(memory(.r11, a, 0))") }
  }

  mutating func subShifted(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ shift: Shift, _ count: UInt8
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    guard Int(count) < w.bits else { throw NotAllowed() }
    shifted(w, b, shift, count)
    movUnlessSame(w, d, a)
    t("sub \(d[w]), \(r11[w])")
  }

  mutating func lea(_ w: Width, _ d: Register, _ address: Address) throws(NotAllowed) {
    let d = try r(d)
    switch address.form {
    case .absolute(let bits): const(d, w == .w64 ? bits : bits & 0xFFFF_FFFF)
    case .base(0): mov(w, d, try base(address.base))
    case .base, .indexed, .extended, .invalid: t("lea \(d[w]), \(try memory(address))")
    }
  }

  // MARK: Products

  /// The 64-bit product of the low halves in `d`.
  private mutating func product32(_ isSigned: Bool, _ d: R, _ a: R, _ b: R) {
    if isSigned {
      t("movsxd r11, \(b.d)")
      t("movsxd \(d.q), \(a.d)")
    } else {
      mov(.w32, .r11, b)
      mov(.w32, d, a)
    }
    t("imul \(d.q), r11")
  }

  mutating func mulHigh(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (d, a, b, isSigned) = (try r(d), try r(a), try r(b), op.utf8CodeUnitCount == 4)
    if w == .w32 {
      product32(isSigned, d, a, b)
      return t("shr \(d.q), 32")
    }
    if !isSigned && features.contains(.bmi2) { return mulx(d, d, a, b) }
    multiply(op, d, a, b, high: true)
  }

  private mutating func mulx(_ high: R, _ low: R, _ a: R, _ b: R) {
    if a == .rdx || b == .rdx { return t("mulx \(high.q), \(low.q), \(a == .rdx ? b.q : a.q)") }
    let keeps = high != .rdx && low != .rdx
    if keeps { t("mov r11, rdx") }
    t("mov rdx, \(a.q)")
    t("mulx \(high.q), \(low.q), \(b.q)")
    if keeps { t("mov rdx, r11") }
  }

  /// rdx:rax = a · b, both kept but for `d`, which gets a half.
  private mutating func multiply(_ op: StaticString, _ d: R, _ a: R, _ b: R, high: Bool) {
    let result: R = high ? .rdx : .rax
    if d == .rax || d == .rdx {
      let other: R = d == .rax ? .rdx : .rax
      t("mov r11, \(other.q)")
      let (x, y) = b == .rax ? (b, a) : (a, b)
      movUnlessSame(.w64, .rax, x)
      t("\(op) \(y.q)")
      movUnlessSame(.w64, d, result)
      return t("mov \(other.q), r11")
    }
    let swaps = b == d || b == .rax && a != d
    let (x, y) = swaps ? (b, a) : (a, b)
    t("mov r11, rax")
    movUnlessSame(.w64, .rax, x)
    t("mov \(d.q), rdx")
    let factor: R = y == d ? .rax : y == .rax && x != .rax ? .r11 : y
    t("\(op) \(factor.q)")
    if high {
      t("xchg rdx, \(d.q)")
    } else {
      t("mov rdx, \(d.q)")
      t("mov \(d.q), rax")
    }
    t("mov rax, r11")
  }

  mutating func mulWide(
    _ op: StaticString, _ w: Width, _ low: Register, _ high: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (low, high, a, b) = (try r(low), try r(high), try r(a), try r(b))
    let isSigned = op.utf8CodeUnitCount == 4
    try distinct(low, high)
    if w == .w32 {
      product32(isSigned, low, a, b)
      mov(.w64, high, low)
      t("shr \(high.q), 32")
      return mov(.w32, low, low)
    }
    if !isSigned && features.contains(.bmi2) { return mulx(high, low, a, b) }
    let (keepsRAX, keepsRDX) = (low != .rax && high != .rax, low != .rdx && high != .rdx)
    if keepsRDX { t("push rdx") }
    if keepsRAX { t("movq \(vectorScratch.name), rax") }
    t("mov r11, \(b.q)")
    movUnlessSame(.w64, .rax, a)
    t("\(op) r11")
    t("mov r11, rdx")
    movUnlessSame(.w64, low, .rax)
    t("mov \(high.q), r11")
    if keepsRAX { t("movq rax, \(vectorScratch.name)") }
    if keepsRDX { t("pop rdx") }
  }

  mutating func mulOverflow(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ s: Signedness
  ) throws(NotAllowed) -> Condition {
    if s == .signed {
      try commutative("imul", w, d, a, b)
      return .overflow
    }
    let (d, a, b) = (try r(d), try r(a), try r(b))
    if w == .w64 {
      multiply("mul", d, a, b, high: false)
      return .overflow
    }
    product32(false, d, a, b)
    t("mov r11, \(d.q)")
    mov(.w32, d, d)
    t("shr r11, 32")
    return .ne
  }
}

extension Shift {
  var x86_64: StaticString {
    switch self {
    case .shl: "shl"
    case .shr: "shr"
    case .sar: "sar"
    }
  }
}
