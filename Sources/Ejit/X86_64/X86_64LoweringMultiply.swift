/// Multiplications that the machine does only in rax and rdx: both are preserved unless they are destinations.
extension Emission {
  mutating func mulHigh(_ op: UnaryOp, _ w: Width, _ d: Register, _ a: Register, _ b: Register) throws(Refusal) {
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    if w == .w32 {
      product32(op, d, a, b)
      return code.shift(.shr, .w64, d, 32)
    }
    if op == .mul && features.contains(.bmi2) { return mulx(high: d, low: d, a, b) }
    multiply(op, d, a, b, taking: .rdx)
  }

  mutating func mulWide(
    _ op: UnaryOp, _ w: Width, _ low: Register, _ high: Register, _ a: Register, _ b: Register
  ) throws(Refusal) {
    let (high, low) = (try distinct(high, from: low), try destination(low))
    let (a, b) = (try gpr(a), try gpr(b))
    if w == .w32 {
      product32(op, low, a, b)
      code.mov(.w64, high, low)
      code.shift(.shr, .w64, high, 32)
      return code.mov(.w32, low, low)
    }
    if op == .mul && features.contains(.bmi2) { return mulx(high: high, low: low, a, b) }
    multiplyWide(op, low: low, high: high, a, b)
  }

  /// Whether the product overflowed, as a condition of the flags; `d` is its low word.
  mutating func mulOverflow(
    _ w: Width, _ d: Register, _ a: Register, _ b: Register, _ signedness: Signedness
  ) throws(Refusal) -> Condition {
    if signedness == .signed {
      try mul(w, d, a, b)
      return .overflow
    }
    let (d, a, b) = (try destination(d), try gpr(a), try gpr(b))
    if w == .w64 {
      multiply(.mul, d, a, b, taking: .rax)  // the moves behind it leave the flags alone
      return .overflow
    }
    product32(.mul, d, a, b)
    code.mov(.w64, .scratch, d)
    code.mov(.w32, d, d)
    code.shift(.shr, .w64, .scratch, 32)
    return .ne
  }

  /// `d` = the 64-bit product of the low halves.
  private mutating func product32(_ op: UnaryOp, _ d: GPR, _ a: GPR, _ b: GPR) {
    if op == .imul {
      code.movsxd(.scratch, b)
      code.movsxd(d, a)
    } else {
      code.mov(.w32, .scratch, b)
      code.mov(.w32, d, a)
    }
    code.imul(.w64, d, .scratch)
  }

  /// rdx · r/m without flags; rdx is preserved unless it is a destination.
  private mutating func mulx(high: GPR, low: GPR, _ a: GPR, _ b: GPR) {
    if a == .rdx { return code.mulx(.w64, high: high, low: low, b) }
    if b == .rdx { return code.mulx(.w64, high: high, low: low, a) }
    let isDestination = high == .rdx || low == .rdx
    if !isDestination { code.mov(.w64, .scratch, .rdx) }
    code.mov(.w64, .rdx, a)
    code.mulx(.w64, high: high, low: low, b)
    if !isDestination { code.mov(.w64, .rdx, .scratch) }
  }

  /// rdx:rax = a · b; `d` gets the half in `result`, the other register what it held before.
  private mutating func multiply(_ op: UnaryOp, _ d: GPR, _ a: GPR, _ b: GPR, taking result: GPR) {
    if d == .rax || d == .rdx {
      let other: GPR = d == .rax ? .rdx : .rax
      code.mov(.w64, .scratch, other)
      let (x, y) = b == .rax ? (b, a) : (a, b)
      if x != .rax { code.mov(.w64, .rax, x) }
      code.unary(op, .w64, y)
      if d != result { code.mov(.w64, d, result) }
      return code.mov(.w64, other, .scratch)
    }
    // rax waits in the scratch register, rdx in d, which is read before.
    let (x, y) = b == d || (b == .rax && a != d) ? (b, a) : (a, b)
    code.mov(.w64, .scratch, .rax)
    if x != .rax { code.mov(.w64, .rax, x) }
    code.mov(.w64, d, .rdx)
    code.unary(op, .w64, y == d ? .rax : y == .rax && x != .rax ? .scratch : y)
    if result == .rdx {
      code.xchg(d, .rdx)
    } else {
      code.mov(.w64, .rdx, d)
      code.mov(.w64, d, .rax)
    }
    code.mov(.w64, .rax, .scratch)
  }

  private mutating func multiplyWide(_ op: UnaryOp, low: GPR, high: GPR, _ a: GPR, _ b: GPR) {
    let keepsRAX = low != .rax && high != .rax
    let keepsRDX = low != .rdx && high != .rdx
    if keepsRDX { code.push(.rdx) }
    if keepsRAX { code.keep(.rax, in: vectorScratch) }
    code.mov(.w64, .scratch, b)
    if a != .rax { code.mov(.w64, .rax, a) }
    code.unary(op, .w64, .scratch)
    code.mov(.w64, .scratch, .rdx)
    if low != .rax { code.mov(.w64, low, .rax) }
    code.mov(.w64, high, .scratch)
    if keepsRAX { code.restore(.rax, from: vectorScratch) }
    if keepsRDX { code.pop(.rdx) }
  }
}
