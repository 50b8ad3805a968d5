import Ejit

/// What each op reads as on AArch64, written from its definition and operands: nothing here knows a word.
///
/// Branches go to `@start` (the label before the op), `@end` (right behind it), or to a line of the listing: `@A`, where
/// `A:` stands. A constant moved into a register by one to four instructions reads `const x9, 0x…`.
struct AArch64Expectation {
  let abi: ABI
  let features: Features
  var t = Listing()
  /// What a branch to the op's label is printed as.
  var target: StaticString = "@end"

  init(_ features: Features) { (abi, self.features) = (.aapcs64, features) }

  typealias R = AArch64Register

  func r(_ register: Register) throws(NotAllowed) -> R {
    guard let number = abi.number(of: register) else { throw NotAllowed() }
    return R(number: number)
  }
  func base(_ register: Register) throws(NotAllowed) -> R { register == .sp ? .sp : try r(register) }
  func distinct(_ a: R, _ b: R) throws(NotAllowed) { if a == b { throw NotAllowed() } }

  /// The bits of an immediate; 32 bits take −2^31 … 2^32 − 1.
  func bits(_ w: Width, _ value: Int64) throws(NotAllowed) -> UInt64 {
    if w == .w64 { return UInt64(bitPattern: value) }
    guard value >= -1 << 31 && value < 1 << 32 else { throw NotAllowed() }
    return UInt64(bitPattern: value) & 0xFFFF_FFFF
  }
  func negated(_ w: Width, _ bits: UInt64) -> UInt64 { w == .w64 ? 0 &- bits : (0 &- bits) & 0xFFFF_FFFF }

  mutating func const(_ d: R, _ bits: UInt64) { t("const \(d.x), \(hex: bits)") }

  mutating func three(_ op: StaticString, _ w: Width, _ d: R, _ a: R, _ b: R) {
    t("\(op) \(d[w]), \(a[w]), \(b[w])")
  }
  mutating func three(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) { three(op, w, try r(d), try r(a), try r(b)) }
  mutating func two(_ op: StaticString, _ w: Width, _ d: R, _ a: R) { t("\(op) \(d[w]), \(a[w])") }
  mutating func two(_ op: StaticString, _ w: Width, _ d: Register, _ a: Register) throws(NotAllowed) {
    two(op, w, try r(d), try r(a))
  }

  /// Twelve bits, as they are or shifted by twelve.
  func imm12(_ bits: UInt64) -> Line? {
    if bits < 4096 { return "#\(bits)" }
    return bits & 0xFFF == 0 && bits < 1 << 24 ? "#\(bits >> 12), lsl #12" : nil
  }

  /// `add` of a constant, in at most two instructions or through x16.
  mutating func add(_ w: Width, _ d: R, _ a: R, _ bits: UInt64) {
    let opposite = negated(w, bits)
    if bits == 0 && (d == .sp || a == .sp) { return two("mov", w, d, a) }
    if let small = imm12(bits) { return t("add \(d[w]), \(a[w]), \(small)") }
    if let small = imm12(opposite) { return t("sub \(d[w]), \(a[w]), \(small)") }
    let isNear = bits < 1 << 24
    if isNear || opposite < 1 << 24 {
      let (op, size): (StaticString, UInt64) = isNear ? ("add", bits) : ("sub", opposite)
      t("\(op) \(d[w]), \(a[w]), #\(size >> 12), lsl #12")
      return t("\(op) \(d[w]), \(d[w]), #\(size & 0xFFF)")
    }
    let isMask = Bitmasks.has(opposite, w)
    const(.x16, isMask ? opposite : bits)
    t("\(isMask ? "sub" : "add") \(d[w]), \(a[w]), \(R.x16[w])")
  }

  /// `adds` or `subs` of a constant; with the zero register as destination it is a comparison.
  mutating func addFlags(_ isAdd: Bool, _ w: Width, _ d: R?, _ a: R, _ bits: UInt64) {
    func op(_ isAdd: Bool) -> Line {
      guard let d else { return isAdd ? "cmn \(a[w])" : "cmp \(a[w])" }
      return isAdd ? "adds \(d[w]), \(a[w])" : "subs \(d[w]), \(a[w])"
    }
    if let small = imm12(bits) { return t("\(op(isAdd)), \(small)") }
    if let small = imm12(negated(w, bits)) { return t("\(op(!isAdd)), \(small)") }
    const(.x16, bits)
    t("\(op(isAdd)), \(R.x16[w])")
  }

  /// A bitwise op with a constant that is neither zero nor all ones.
  mutating func logic(_ op: StaticString, _ w: Width, _ d: R, _ a: R, _ bits: UInt64) {
    if Bitmasks.has(bits, w) { return t("\(op) \(d[w]), \(a[w]), #\(hex: bits)") }
    const(.x16, bits)
    t("\(op) \(d[w]), \(a[w]), \(R.x16[w])")
  }

  func isAllOnes(_ w: Width, _ bits: UInt64) -> Bool { negated(w, bits) == 1 }

  mutating func branch(_ condition: Condition) { t("b.\(condition.aarch64) \(target)") }

  func ordering(_ condition: Condition) throws(NotAllowed) {
    if !condition.isOrdering { throw NotAllowed() }
  }
  func testable(_ condition: Condition) throws(NotAllowed) {
    guard [.eq, .ne, .negative, .nonNegative].contains(condition) else { throw NotAllowed() }
  }

  // MARK: Places in memory

  /// What stands behind the register of a load or store, and whether its offset is unscaled.
  struct Place {
    var text: Line
    var isUnscaled = false
    /// Whether it reads x16.
    var needsX16 = false
  }

  func fits(_ n: Int64, _ size: Int) -> Bool { fitsScaled(n, size) || n >= -256 && n < 256 }
  func fitsScaled(_ n: Int64, _ size: Int) -> Bool { n >= 0 && n % Int64(size) == 0 && n / Int64(size) < 4096 }

  func offset(_ base: R, _ n: Int64, _ size: Int) -> Place {
    let text: Line = n == 0 ? "[\(base.x)]" : "[\(base.x), #\(n)]"
    return Place(text: text, isUnscaled: !fitsScaled(n, size), needsX16: base == .x16)
  }

  /// A part that is a multiple of 4096, to be added or subtracted, and a rest that fits.
  private func split(_ n: Int64, _ size: Int) -> (Int64, Int64)? {
    if n >= 0 && n < 65536 { return nil }  // one move of a constant does it
    let low = n & 0xFFF
    for rest in [low, low - 4096] where abs(n - rest) < 1 << 24 && fits(rest, size) { return (n - rest, rest) }
    return nil
  }
  private mutating func addPages(_ d: R, _ a: R, _ n: Int64) {
    t("\(n < 0 ? "sub" : "add") \(d.x), \(a.x), #\(abs(n) >> 12), lsl #12")
  }

  mutating func place(_ base: R, _ n: Int64, _ size: Int, scratch: R = .x16) -> Place {
    if fits(n, size) { return offset(base, n, size) }
    if let (pages, rest) = split(n, size) {
      addPages(scratch, base, pages)
      return offset(scratch, rest, size)
    }
    const(scratch, UInt64(bitPattern: n))
    return Place(text: "[\(base.x), \(scratch.x)]", needsX16: scratch == .x16)
  }

  /// `add x16, a, index`, extended and shifted.
  mutating func sum(_ w: Width, _ d: R, _ a: R, _ index: R, _ sign: Signedness?, _ shift: Int) {
    guard let sign else {
      return shift == 0
        ? t("add \(d[w]), \(a[w]), \(index[w])") : t("add \(d[w]), \(a[w]), \(index[w]), lsl #\(shift)")
    }
    let isPlain = w == .w32 && a == .sp  // extending 32 bits to 32, which the printer calls a shift
    let extend: Line = isPlain ? "lsl" : w == .w32 || sign == .unsigned ? "uxtw" : "sxtw"
    if shift > 0 { return t("add \(d[w]), \(a[w]), \(index.w), \(extend) #\(shift)") }
    if isPlain { t("add \(d[w]), \(a[w]), \(index.w)") } else { t("add \(d[w]), \(a[w]), \(index.w), \(extend)") }
  }

  private mutating func place(
    _ base: R, _ index: R, _ sign: Signedness?, _ shift: Int, _ n: Int64, _ size: Int
  ) -> Place {
    if n == 0 && (shift == 0 || 1 << shift == size) {
      let extend: Line = sign == nil ? "lsl" : sign == .signed ? "sxtw" : "uxtw"
      let name = sign == nil ? index.x : index.w
      if shift > 0 { return Place(text: "[\(base.x), \(name), \(extend) #\(shift)]") }
      return sign == nil ? Place(text: "[\(base.x), \(name)]") : Place(text: "[\(base.x), \(name), \(extend)]")
    }
    if fits(n, size) {
      sum(.w64, .x16, base, index, sign, shift)
      return offset(.x16, n, size)
    }
    if let (pages, rest) = split(n, size) {
      sum(.w64, .x16, base, index, sign, shift)
      addPages(.x16, .x16, pages)
      return offset(.x16, rest, size)
    }
    const(.x16, UInt64(bitPattern: n))
    sum(.w64, .x16, .x16, index, sign, shift)
    return Place(text: "[\(base.x), x16]", needsX16: true)
  }

  mutating func place(_ address: Address, _ size: Int) throws(NotAllowed) -> Place {
    switch address.form {
    case .base(let n): return place(try base(address.base), Int64(n), size)
    case .indexed(let shift, let n):
      return place(try base(address.base), try r(address.index), nil, shift, Int64(n), size)
    case .extended(let sign, let shift, let n):
      return place(try base(address.base), try r(address.index), sign, shift, Int64(n), size)
    case .absolute(let bits):
      let low = Int64(bits & 0xFFFF)
      let rides = fitsScaled(low, size)
      const(.x16, rides ? bits & ~0xFFFF : bits)
      return offset(.x16, rides ? low : 0, size)
    case .invalid: throw NotAllowed()
    }
  }

  mutating func load(_ type: MemoryType, _ d: R, _ place: Place) {
    t("ld\(place.isUnscaled ? "u" : "")r\(type.loadSuffix) \(type.isSigned ? d.x : d[type]), \(place.text)")
  }
  mutating func loadUnsigned(_ type: MemoryType, _ d: R, _ place: Place) {
    t("ld\(place.isUnscaled ? "u" : "")r\(type.storeSuffix) \(d[type]), \(place.text)")
  }
  mutating func store(_ type: MemoryType, _ a: R, _ place: Place) {
    t("st\(place.isUnscaled ? "u" : "")r\(type.storeSuffix) \(a[type]), \(place.text)")
  }
}

extension MemoryType {
  var loadSuffix: StaticString {
    switch self {
    case .u8: "b"
    case .u16: "h"
    case .u32, .u64, .s64: ""
    case .s8: "sb"
    case .s16: "sh"
    case .s32: "sw"
    }
  }
  var storeSuffix: StaticString {
    switch byteCount {
    case 1: "b"
    case 2: "h"
    case _: ""
    }
  }
}
