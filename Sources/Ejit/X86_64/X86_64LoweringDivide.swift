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

    /// Whether rax or rdx holds what is still wanted when the dividend is there.
    func isWanted(_ register: GPR) -> Bool { b == register || !isDestination(register) }

    /// Where a register that is kept waits if what it gets goes to `result`: there, and both change places in the end.
    /// Not in rax and rdx themselves, and not where an operand is read later; the dividend, if one word, moves first.
    func place(in result: GPR?, of register: GPR) -> Place {
      guard let result, !isDestination(register), result != .rax, result != .rdx, result != b else { return .nowhere }
      return high == nil || result != a && result != high ? .register(result) : .nowhere
    }
  }

  /// Where the value of a register waits while that is used.
  private enum Place: Equatable { case nowhere, register(GPR), vectorScratch }

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
    let remainder = division.remainder
    let rest = remainder == a || remainder == b ? .scratch : remainder
    if let rest {
      code.mov(w, rest, b)
      code.unary(.not, w, rest)
      code.alu(.and, w, rest, a)
    }
    if let quotient = division.quotient {
      if quotient != a && quotient != b { code.mov(w, quotient, a) }
      code.imul(w, quotient, quotient == a ? b : quotient == b ? a : b)
    }
    if let remainder, rest != remainder { code.mov(w, remainder, .scratch) }
  }

  /// The quotient is 0, as `b` is, the remainder `a`.
  private mutating func divideByZero(_ division: Division) {
    let (w, a, b) = (division.width, division.a, division.b)
    guard let quotient = division.quotient else {
      if let remainder = division.remainder { code.mov(w, remainder, a) }
      return
    }
    let rest = quotient == a ? .scratch : a
    if division.remainder != nil && rest != a { code.mov(w, rest, a) }
    code.mov(w, quotient, b)
    if let remainder = division.remainder { code.mov(w, remainder, rest) }
  }

  // MARK: The division itself

  /// What rax and rdx hold waits in the results' registers, if that is possible, else in the scratch register, else in
  /// the vector one; the divisor, if it is one of them, not there.
  private mutating func divide(_ division: Division) {
    let (w, b) = (division.width, division.b)
    var rax = division.place(in: division.quotient, of: .rax)
    var rdx = division.place(in: division.remainder, of: .rdx)
    let scratch = Place.register(.scratch)
    if rdx == .nowhere && b == .rdx { rdx = scratch }
    if rax == .nowhere && division.isWanted(.rax) { rax = rdx == scratch ? .vectorScratch : scratch }
    if rdx == .nowhere && division.isWanted(.rdx) { rdx = rax == scratch ? .vectorScratch : scratch }
    loadDividend(division, rax, rdx)
    let divisor = b == .rax ? rax : b == .rdx ? rdx : .register(b)
    if case .register(let divisor) = divisor {
      code.unary(division.signedness == .signed ? .idiv : .div, w, divisor)
    }
    storeResults(division, rax, rdx)
  }

  /// Puts aside what is wanted later, then the dividend into rax and rdx.
  private mutating func loadDividend(_ division: Division, _ rax: Place, _ rdx: Place) {
    let (w, a) = (division.width, division.a)
    if division.high == nil && rax == .register(a) { code.xchg(.rax, a) } else { put(.rax, into: rax) }
    guard let high = division.high else {
      if a != .rax && rax != .register(a) { code.mov(w, .rax, a) }
      put(.rdx, into: rdx)
      if division.signedness == .signed { return code.signIntoRDX(w) }
      return code.alu(.xor, .w32, .rdx, .rdx)
    }
    put(.rdx, into: rdx)
    if a == .rdx && high == .rax { return code.xchg(.rax, .rdx) }
    if a == .rdx { code.mov(w, .rax, a) }
    if high != .rdx { code.mov(w, .rdx, high) }
    if a != .rax && a != .rdx { code.mov(w, .rax, a) }
  }

  private mutating func storeResults(_ division: Division, _ rax: Place, _ rdx: Place) {
    switch (division.quotient, division.remainder) {
    case (.rdx?, .rax?): code.xchg(.rax, .rdx)
    case (.rdx?, let remainder):
      store(.rdx, to: remainder, restoring: .nowhere, division)
      store(.rax, to: .rdx, restoring: rax, division)
    case (let quotient, let remainder):
      store(.rax, to: quotient, restoring: rax, division)
      store(.rdx, to: remainder, restoring: rdx, division)
    }
  }

  /// The result in `register` goes where it is wanted, if it is; what the register held comes back, if it is kept.
  private mutating func store(_ register: GPR, to result: GPR?, restoring place: Place, _ division: Division) {
    if let result, place == .register(result) { return code.xchg(register, result) }
    if let result, result != register { code.mov(division.width, result, register) }
    if !division.isDestination(register) { take(register, from: place) }
  }

  private mutating func put(_ register: GPR, into place: Place) {
    switch place {
    case .nowhere: break
    case .register(let other): code.mov(.w64, other, register)
    case .vectorScratch: code.keep(register, in: vectorScratch)
    }
  }

  private mutating func take(_ register: GPR, from place: Place) {
    switch place {
    case .nowhere: break
    case .register(let other): code.mov(.w64, register, other)
    case .vectorScratch: code.restore(register, from: vectorScratch)
    }
  }
}
