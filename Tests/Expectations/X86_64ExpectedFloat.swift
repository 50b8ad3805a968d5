import Ejit

/// A vector register of x86-64 by number.
struct X86_64Vector: Equatable {
  let number: Int

  var name: StaticString { X86_64Vector.names[number] }
  /// Whether VEX needs three bytes to have it in rm.
  var isHigh: Bool { number > 7 }

  private static let names: [StaticString] = [
    "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
    "xmm14", "xmm15",
  ]
}

extension Width {
  /// The end of mnemonics of numbers.
  var scalar: StaticString { self == .w64 ? "sd" : "ss" }
  var pointer: StaticString { self == .w64 ? "qword ptr " : "dword ptr " }
  fileprivate var sign: UInt64 { self == .w64 ? 1 << 63 : 1 << 31 }
}

/// Numbers: with AVX every instruction has a destination of its own, without it a move before it.
extension X86_64Expectation {
  typealias X = X86_64Vector

  func x(_ register: VectorRegister) throws(NotAllowed) -> X {
    guard let number = abi.number(ofVector: register) else { throw NotAllowed() }
    return x(number)
  }
  /// The register that our number says.
  func x(_ number: Int) -> X { X(number: abi == .win64 && number == 5 ? 15 : number) }
  /// What no program can name: a register that calls do not preserve.
  var vectorScratch: X { X(number: abi == .win64 ? 5 : 15) }

  var hasAVX: Bool { features.contains(.avx) }
  /// What mnemonics begin with.
  var v: StaticString { hasAVX ? "v" : "" }

  mutating func move(_ d: X, _ a: X) { t("\(v)movaps \(d.name), \(a.name)") }
  mutating func moveUnlessSame(_ d: X, _ a: X) { if d != a { move(d, a) } }

  /// `d = op(a, b)`; of an op whose operands may change places the low register comes last.
  mutating func three(_ op: Line, _ d: X, _ a: X, _ b: X, canSwap: Bool = false, _ end: Line = "") {
    if hasAVX {
      let swaps = canSwap && b.isHigh && !a.isHigh
      let (a, b) = swaps ? (b, a) : (a, b)
      return t("v\(op) \(d.name), \(a.name), \(b.name)\(end)")
    }
    if d == b && d != a && canSwap { return t("\(op) \(d.name), \(a.name)\(end)") }
    if d == b && d != a {
      move(vectorScratch, a)
      t("\(op) \(vectorScratch.name), \(b.name)\(end)")
      return move(d, vectorScratch)
    }
    moveUnlessSame(d, a)
    t("\(op) \(d.name), \(b.name)\(end)")
  }

  /// `d = op(a, constant)`.
  mutating func with(_ op: Line, _ d: X, _ a: X, _ size: StaticString, _ bits: UInt64) {
    if hasAVX { return t("v\(op) \(d.name), \(a.name), \(size)[rip @=\(hex: bits)]") }
    moveUnlessSame(d, a)
    t("\(op) \(d.name), \(size)[rip @=\(hex: bits)]")
  }

  mutating func ucomis(_ w: Width, _ a: X, _ b: X) { t("\(v)ucomi\(w.scalar) \(a.name), \(b.name)") }
  /// `d = op(a)`, the bits above it those of `a`.
  mutating func one(_ op: Line, _ d: X, _ a: X, _ end: Line = "") {
    t(hasAVX ? "v\(op) \(d.name), \(a.name), \(a.name)\(end)" : "\(op) \(d.name), \(a.name)\(end)")
  }

  mutating func bits(_ w: Width, from a: X, _ d: R) { t("\(v)mov\(w == .w64 ? "q" : "d") \(d[w]), \(a.name)") }
  mutating func bits(_ w: Width, to d: X, _ a: R) { t("\(v)mov\(w == .w64 ? "q" : "d") \(d.name), \(a[w])") }
  mutating func load(_ w: Width, _ d: X, _ memory: Line) { t("\(v)mov\(w.scalar) \(d.name), \(w.pointer)\(memory)") }
  mutating func store(_ w: Width, _ a: X, _ memory: Line) { t("\(v)mov\(w.scalar) \(w.pointer)\(memory), \(a.name)") }

  /// How the manual calls a comparison that says the same of NaNs.
  func mask(_ condition: FloatCondition) -> StaticString {
    switch condition {
    case .oeq: "eq"
    case .one: "neq_oq"
    case .olt: "lt"
    case .ole: "le"
    case .ogt: "gt"
    case .oge: "ge"
    case .ord: "ord"
    case .ueq: "eq_uq"
    case .une: "neq"
    case .ult: "nge"
    case .ule: "ngt"
    case .ugt: "nle"
    case .uge: "nlt"
    case .uno: "unord"
    }
  }

  // MARK: Arithmetic and bits

  mutating func floatConstant(_ w: Width, _ d: VectorRegister, _ value: Int64) throws(NotAllowed) {
    let (d, bits) = (try x(d), try bits(w, value))
    if bits != 0 { return load(w, d, "[rip @=\(hex: bits)]") }
    three("xorps", d, d, d)
  }

  mutating func signed(_ op: Line, _ d: VectorRegister, _ a: VectorRegister, _ bits: UInt64) throws(NotAllowed) {
    with(op, try x(d), try x(a), "xmmword ptr ", bits)
  }

  mutating func copySign(
    _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(NotAllowed) {
    with("andps", vectorScratch, try x(b), "xmmword ptr ", w.sign)
    with("andps", try x(d), try x(a), "xmmword ptr ", w.sign - 1)
    three("orps", try x(d), try x(d), vectorScratch, canSwap: true)
  }

  /// The number of the form says which operands are the factors.
  mutating func fused(
    _ op: Line, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister, _ c: VectorRegister
  ) throws(NotAllowed) {
    let (d, a, b, c) = (try x(d), try x(a), try x(b), try x(c))
    guard features.contains(.fma3) else { throw NotAllowed() }
    if d == c { return t("vf\(op)231\(w.scalar) \(d.name), \(a.name), \(b.name)") }
    if d == b { return t("vf\(op)213\(w.scalar) \(d.name), \(a.name), \(c.name)") }
    moveUnlessSame(d, a)
    t("vf\(op)213\(w.scalar) \(d.name), \(b.name), \(c.name)")
  }

  mutating func canonical(_ w: Width, _ d: VectorRegister, _ a: VectorRegister) throws(NotAllowed) {
    let (d, a) = (try x(d), try x(a))
    let quiet: Line = w == .w64 ? "0x7ff8000000000000" : "0x7fc00000"
    if hasAVX {
      three("cmpunord\(w.scalar)", vectorScratch, a, a)
      let blend: StaticString = w == .w64 ? "vblendvpd" : "vblendvps"
      return t("\(blend) \(d.name), \(a.name), xmmword ptr [rip @=\(quiet)], \(vectorScratch.name)")
    }
    moveUnlessSame(d, a)
    ucomis(w, d, d)
    t("jnp @end")
    load(w, d, "[rip @=\(quiet)]")
  }

  // MARK: Extrema

  private func symmetric(
    _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(NotAllowed) -> (X, X, X) {
    let (d, a, b) = (try x(d), try x(a), try x(b))
    return d == b ? (d, b, a) : (d, a, b)
  }

  mutating func extremum(
    least: Bool, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(NotAllowed) {
    let (d, a, b) = try symmetric(d, a, b)
    three(least ? "min\(w.scalar)" : "max\(w.scalar)", vectorScratch, b, a)
    three(least ? "min\(w.scalar)" : "max\(w.scalar)", d, a, b)
    if !least { three("xorps", vectorScratch, vectorScratch, d, canSwap: true) }
    three("orps", d, d, vectorScratch, canSwap: true)
    if least { three("xorps", vectorScratch, vectorScratch, vectorScratch) }
    three("sub\(w.scalar)", d, d, vectorScratch)
  }

  private mutating func jumpIfQuiet(_ a: X, _ w: Width, _ target: StaticString) {
    bits(w, from: a, .r11)
    t("add \(r11[w]), \(r11[w])")
    t(w == .w64 ? "cmp r11, qword ptr [rip @=0xfff0000000000000]" : "cmp r11d, 4286578688")
    t("jae \(target)")
  }

  mutating func extremumNumber(
    least: Bool, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(NotAllowed) {
    let (d, a, b) = try symmetric(d, a, b)
    ucomis(w, a, b)
    t("jnp @C")
    three("xorps", vectorScratch, vectorScratch, vectorScratch)
    jumpIfQuiet(b, w, "@B")
    jumpIfQuiet(a, w, "@A")
    three("add\(w.scalar)", d, a, b, canSwap: true)
    t("jmp @end")
    t("A:")
    three("sub\(w.scalar)", d, b, vectorScratch)
    t("jmp @end")
    t("B:")
    three("sub\(w.scalar)", d, a, vectorScratch)
    t("jmp @end")
    t("C:")
    three(least ? "min\(w.scalar)" : "max\(w.scalar)", vectorScratch, b, a)
    three(least ? "min\(w.scalar)" : "max\(w.scalar)", d, a, b)
    three(least ? "orps" : "andps", d, d, vectorScratch, canSwap: true)
  }
}
