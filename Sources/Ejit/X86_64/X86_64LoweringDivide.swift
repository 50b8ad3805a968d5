/// Divisions, which the machine does only in rax and rdx: both are preserved unless they are destinations.
///
/// DIV and IDIV trap where the divisor is 0 or the quotient overflows (SDM vol. 2, #DE). What the total and the checked
/// forms do there is decided before any register changes: one short jump goes round it to the division.
extension Emission {
  private struct Division {
    let width: Width
    let signedness: Signedness
    let quotient: GPR?
    let remainder: GPR?
    /// The dividend, or its low word.
    let a: GPR
    /// The high word of the dividend; nil: what extends `a`.
    var high: GPR?
    let b: GPR

    func isDestination(_ register: GPR) -> Bool { quotient == register || remainder == register }
  }

  private func division(
    _ signedness: Signedness, _ w: Width, quotient: Register?, remainder: Register?, _ a: Register, _ b: Register
  ) throws(Refusal) -> Division {
    var (q, r): (GPR?, GPR?)
    if let remainder {
      r = if let quotient { try distinct(remainder, from: quotient) } else { try destination(remainder) }
    }
    if let quotient { q = try destination(quotient) }
    return Division(width: w, signedness: signedness, quotient: q, remainder: r, a: try gpr(a), b: try gpr(b))
  }

  // MARK: Forms

  /// Total: division by 0 and by −1 go their own way.
  mutating func divide(
    _ signedness: Signedness, _ w: Width, quotient: Register? = nil, remainder: Register? = nil, _ a: Register,
    _ b: Register
  ) throws(Refusal) {
    let division = try division(signedness, w, quotient: quotient, remainder: remainder, a, b)
    let regular = signedness == .signed ? skipUnlessZeroOrMinusOne(division) : skipUnlessZero(division)
    if signedness == .signed { divideByZeroOrMinusOne(division) } else { divideByZero(division) }
    let done = code.skip()
    code.land(regular)
    divide(division)
    code.land(done)
  }

  mutating func divideUnchecked(
    _ signedness: Signedness, _ w: Width, quotient: Register? = nil, remainder: Register? = nil, _ a: Register,
    _ b: Register
  ) throws(Refusal) {
    divide(try division(signedness, w, quotient: quotient, remainder: remainder, a, b))
  }

  mutating func udivChecked(
    _ w: Width, quotient: Register? = nil, remainder: Register? = nil, _ a: Register, _ b: Register, _ target: Label
  ) throws(Refusal) {
    let division = try division(.unsigned, w, quotient: quotient, remainder: remainder, a, b)
    code.test(w, division.b, division.b)
    jcc(.eq, to: target)
    divide(division)
  }

  /// By −1: a negation, which says by itself that it overflowed.
  mutating func sdivChecked(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ target: Label
  ) throws(Refusal) {
    let division = try division(.signed, w, quotient: d, remainder: nil, a, b)
    let regular = skipUnlessZeroOrMinusOne(division)
    code.test(w, division.b, division.b)
    jcc(.eq, to: target)
    code.mov(w, .scratch, division.a)
    code.unary(.neg, w, .scratch)
    jcc(.overflow, to: target)
    code.mov(w, try destination(d), .scratch)
    let done = code.skip()
    code.land(regular)
    divide(division)
    code.land(done)
  }

  /// By −1: nothing is left.
  mutating func sremChecked(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ target: Label
  ) throws(Refusal) {
    let division = try division(.signed, w, quotient: nil, remainder: d, a, b)
    let regular = skipUnlessZeroOrMinusOne(division)
    code.test(w, division.b, division.b)
    jcc(.eq, to: target)
    code.mov(try destination(d), 0)
    let done = code.skip()
    code.land(regular)
    divide(division)
    code.land(done)
  }

  mutating func divideWide(
    _ w: Width, _ quotient: Register, _ remainder: Register, _ high: Register, _ low: Register, _ b: Register,
    orElse target: Label?
  ) throws(Refusal) {
    var division = try division(.unsigned, w, quotient: quotient, remainder: remainder, low, b)
    let high = try gpr(high)
    division.high = high
    if let target {
      code.alu(.cmp, w, high, division.b)
      jcc(.uge, to: target)
    }
    divide(division)
  }

  // MARK: What would trap

  /// Jumps if b + 1 > 1, unsigned.
  private mutating func skipUnlessZeroOrMinusOne(_ division: Division) -> ShortJump {
    code.lea(division.width, .scratch, Memory(division.b, 1))
    code.alu(.cmp, division.width, .scratch, 1)
    return code.skip(if: .ugt)
  }

  private mutating func skipUnlessZero(_ division: Division) -> ShortJump {
    code.test(division.width, division.b, division.b)
    return code.skip(if: .ne)
  }

  /// For these two divisors the quotient (0, −a) is a · b, the remainder (a, 0) is a & ~b.
  private mutating func divideByZeroOrMinusOne(_ division: Division) {
    let (w, a, b) = (division.width, division.a, division.b)
    if division.remainder != nil {
      code.mov(w, .scratch, b)
      code.unary(.not, w, .scratch)
      code.alu(.and, w, .scratch, a)
    }
    if let quotient = division.quotient {
      if quotient != a && quotient != b { code.mov(w, quotient, a) }
      code.imul(w, quotient, quotient == a ? b : quotient == b ? a : b)
    }
    if let remainder = division.remainder { code.mov(w, remainder, .scratch) }
  }

  /// The quotient is 0, as `b` is, the remainder `a`.
  private mutating func divideByZero(_ division: Division) {
    let (w, a, b) = (division.width, division.a, division.b)
    guard let quotient = division.quotient else {
      if let remainder = division.remainder { code.mov(w, remainder, a) }
      return
    }
    if division.remainder != nil { code.mov(w, .scratch, a) }
    code.mov(w, quotient, b)
    if let remainder = division.remainder { code.mov(w, remainder, .scratch) }
  }

  // MARK: The division itself

  /// A divisor in rax or rdx moves to the scratch register, which then also holds what that register is restored to.
  /// Of rax and rdx otherwise the first to be kept goes to the scratch register if that is free, the other to xmm15.
  private mutating func divide(_ division: Division) {
    let (w, b) = (division.width, division.b)
    let keepsRAX = !division.isDestination(.rax)
    let keepsRDX = !division.isDestination(.rdx)
    let divisor: GPR = b == .rax || b == .rdx ? .scratch : b
    let isRAXInScratch = keepsRAX && (b == .rax || b != .rdx)
    let isRDXInScratch = keepsRDX && (b == .rdx || b != .rax && !keepsRAX)
    if divisor == .scratch { code.mov(.w64, .scratch, b) }
    if keepsRAX && b != .rax { if isRAXInScratch { code.mov(.w64, .scratch, .rax) } else { code.keep(.rax) } }
    if keepsRDX && b != .rdx { if isRDXInScratch { code.mov(.w64, .scratch, .rdx) } else { code.keep(.rdx) } }
    loadDividend(division)
    code.unary(division.signedness == .signed ? .idiv : .div, w, divisor)
    storeResults(division)
    if keepsRAX { if isRAXInScratch { code.mov(.w64, .rax, .scratch) } else { code.restore(.rax) } }
    if keepsRDX { if isRDXInScratch { code.mov(.w64, .rdx, .scratch) } else { code.restore(.rdx) } }
  }

  private mutating func loadDividend(_ division: Division) {
    let (w, a) = (division.width, division.a)
    guard let high = division.high else {
      if a != .rax { code.mov(w, .rax, a) }
      if division.signedness == .signed { return code.signIntoRDX(w) }
      return code.alu(.xor, .w32, .rdx, .rdx)
    }
    if a == .rdx && high == .rax { return code.xchg(.rax, .rdx) }
    if a == .rdx { code.mov(w, .rax, a) }
    if high != .rdx { code.mov(w, .rdx, high) }
    if a != .rax && a != .rdx { code.mov(w, .rax, a) }
  }

  private mutating func storeResults(_ division: Division) {
    let w = division.width
    switch (division.quotient, division.remainder) {
    case (.rdx?, .rax?): code.xchg(.rax, .rdx)
    case (.rdx?, let remainder):
      if let remainder { code.mov(w, remainder, .rdx) }
      code.mov(w, .rdx, .rax)
    case (let quotient, let remainder):
      if let quotient, quotient != .rax { code.mov(w, quotient, .rax) }
      if let remainder, remainder != .rdx { code.mov(w, remainder, .rdx) }
    }
  }
}
