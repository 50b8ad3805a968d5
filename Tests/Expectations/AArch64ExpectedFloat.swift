import Ejit

/// A floating-point register of AArch64 by number.
struct AArch64Vector: Equatable {
  let number: Int

  subscript(width: Width) -> Line { width == .w64 ? d : s }
  subscript(type: FloatType) -> Line { type == .f64 ? d : s }
  var d: Line { "d\(number)" }
  var s: Line { "s\(number)" }
  var h: Line { "h\(number)" }
  var bytes: Line { "v\(number).8b" }

  static let v31 = AArch64Vector(number: 31)
}

/// Floating point.
extension AArch64Expectation {
  typealias V = AArch64Vector

  func v(_ register: VectorRegister) throws(NotAllowed) -> V {
    guard let number = abi.number(ofVector: register) else { throw NotAllowed() }
    return V(number: number)
  }

  mutating func float(
    _ op: StaticString, _ w: Width, _ d: VectorRegister, _ a: VectorRegister
  ) throws(NotAllowed) { t("\(op) \(try v(d)[w]), \(try v(a)[w])") }

  mutating func float(
    _ op: StaticString, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister
  ) throws(NotAllowed) { t("\(op) \(try v(d)[w]), \(try v(a)[w]), \(try v(b)[w])") }

  mutating func float(
    _ op: StaticString, _ w: Width, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister,
    _ c: VectorRegister
  ) throws(NotAllowed) { t("\(op) \(try v(d)[w]), \(try v(a)[w]), \(try v(b)[w]), \(try v(c)[w])") }

  /// Zero, a number that FMOV holds, one that one move brings to x16, any other behind the code.
  mutating func constant(_ w: Width, _ d: V, _ bits: UInt64) {
    if bits == 0 { return t("movi \(d.d), #0000000000000000") }
    let value = w == .w64 ? Double(bitPattern: bits) : Double(Float(bitPattern: UInt32(bits)))
    if let number = SmallNumbers.text(value) { return t("fmov \(d[w]), #\(number)") }
    guard isOneMove(bits) else { return t("ldr \(d[w]), @=\(hex: bits)") }
    const(.x16, bits)
    t("fmov \(d[w]), \(R.x16[w])")
  }

  /// Whether one instruction moves these bits into a register: 16 bits, all others zeros or, up to 32 or 64, ones; or a
  /// mask of either width.
  private func isOneMove(_ bits: UInt64) -> Bool {
    let quarters = (0..<4).map { UInt16(truncatingIfNeeded: bits >> UInt64(16 * $0)) }
    if quarters.filter({ $0 != 0 }).count <= 1 || quarters.filter({ $0 != 0xFFFF }).count <= 1 { return true }
    if Bitmasks.has(bits, .w64) { return true }
    return bits >> 32 == 0 && (quarters[..<2].contains(0xFFFF) || Bitmasks.has(bits, .w32))
  }

  mutating func copySign(_ w: Width, _ d: V, _ a: V, _ b: V) {
    if w == .w32 {
      let mask = d == a || d == b ? V.v31 : d
      t("movi v\(mask.number).2s, #128, lsl #24")
      if d == a { return t("bit \(d.bytes), \(b.bytes), \(mask.bytes)") }
      if d == b { return t("bif \(d.bytes), \(a.bytes), \(mask.bytes)") }
      return t("bsl \(d.bytes), \(b.bytes), \(a.bytes)")
    }
    if d == a {
      t("ushr d31, \(b.d), #63")
      return t("sli \(d.d), d31, #63")
    }
    t("shl d31, \(a.d), #1")
    if d != b { t("fmov \(d.d), \(b.d)") }
    t("sri \(d.d), d31, #1")
  }

  mutating func canonical(_ w: Width, _ d: V, _ a: V) {
    t("fcmp \(a[w]), \(a[w])")
    if d != a { t("fmov \(d[w]), \(a[w])") }
    t("b.vs @stub")
  }

  // MARK: Comparisons

  private mutating func compare(_ w: Width, _ a: VectorRegister, _ b: VectorRegister) throws(NotAllowed) {
    t("fcmp \(try v(a)[w]), \(try v(b)[w])")
  }

  mutating func branch(
    _ w: Width, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister
  ) throws(NotAllowed) {
    try compare(w, a, b)
    for code in condition.aarch64 { t("b.\(code) \(target)") }
  }

  mutating func set(
    _ w: Width, _ d: Register, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister
  ) throws(NotAllowed) {
    try compare(w, a, b)
    let d = try r(d)
    t("cset \(d.w), \(condition.aarch64[0])")
    if condition == .one { t("csinc \(d.w), \(d.w), wzr, le") }
    if condition == .ueq { t("csinc \(d.w), \(d.w), wzr, vc") }
  }

  mutating func select(
    _ w: Width, _ d: VectorRegister, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister,
    _ x: VectorRegister, _ y: VectorRegister
  ) throws(NotAllowed) {
    try compare(w, a, b)
    let (d, x, y, codes) = (try v(d), try v(x), try v(y), condition.aarch64)
    if codes.count == 1 { return t("fcsel \(d[w]), \(x[w]), \(y[w]), \(codes[0])") }
    t("fcsel \(V.v31[w]), \(x[w]), \(y[w]), \(codes[0])")
    t("fcsel \(d[w]), \(x[w]), \(V.v31[w]), \(codes[1])")
  }

  // MARK: Memory

  private mutating func access(_ w: Width, _ a: V, _ place: Place, loads: Bool) {
    t("\(loads ? "ld" : "st")\(place.isUnscaled ? "u" : "")r \(a[w]), \(place.text)")
  }

  mutating func access(_ w: Width, _ a: VectorRegister, _ address: Address, loads: Bool) throws(NotAllowed) {
    let a = try v(a)
    access(w, a, try place(address, w.bits / 8), loads: loads)
  }

  mutating func moving(
    _ w: Width, _ a: VectorRegister, _ base: Register, _ n: Displacement, loads: Bool, before: Bool
  ) throws(NotAllowed) {
    let a = try v(a)
    moving(w.bits / 8, try r(base), Int64(n.value), before: before) { $0.access(w, a, $1, loads: loads) }
  }

  mutating func pair(
    _ op: StaticString, _ w: Width, _ a: VectorRegister, _ b: VectorRegister, _ base: Register, _ n: Displacement
  ) throws(NotAllowed) {
    pair("\(op) \(try v(a)[w]), \(try v(b)[w])", w, try self.base(base), Int64(n.value))
  }
}

extension FloatCondition {
  /// What to ask after FCMP, which sets N for less, Z and C for equal, C for greater, C and V for unordered.
  var aarch64: [StaticString] {
    switch self {
    case .oeq: ["eq"]
    case .one: ["mi", "gt"]
    case .olt: ["mi"]
    case .ole: ["ls"]
    case .ogt: ["gt"]
    case .oge: ["ge"]
    case .ord: ["vc"]
    case .ueq: ["eq", "vs"]
    case .une: ["ne"]
    case .ult: ["lt"]
    case .ule: ["le"]
    case .ugt: ["hi"]
    case .uge: ["pl"]
    case .uno: ["vs"]
    }
  }
}

extension Rounding {
  var aarch64: StaticString {
    switch self {
    case .floor: "frintm"
    case .ceil: "frintp"
    case .trunc: "frintz"
    case .nearestEven: "frintn"
    case .nearestAway: "frinta"
    }
  }
}

/// The 256 numbers that FMOV holds, as the manual's table has them: ±16/16…31/16, times a power of two from −3 to 4.
enum SmallNumbers {
  /// In units of 1/128.
  private static let all: Set<Int> = Set((16...31).flatMap { n in (0...7).map { n << $0 } })

  /// How it is printed, with eight decimals, if it is one.
  static func text(_ value: Double) -> Line? {
    let units = (value * 128).magnitude
    guard units < 4096, units == units.rounded(.down), all.contains(Int(units)) else { return nil }
    let (whole, rest) = Int(units).quotientAndRemainder(dividingBy: 128)
    // The first of nine digits keeps the zeros behind it.
    let digits: Line = "\(100_000_000 + rest * 781_250)"
    let sign: StaticString = value < 0 ? "-" : ""
    return "\(sign)\(whole).\(Line(digits.bytes.dropFirst()))"
  }
}
