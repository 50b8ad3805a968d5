import Ejit

/// Shifts, bit fields, counting.
extension X86_64Expectation {
  /// The count goes through cl; rcx is kept in r11 unless it is the destination, which then is made in r11.
  mutating func shift(
    _ op: StaticString, _ bmi2: StaticString?, _ w: Width, _ d: Register, _ a: Register, _ b: Register
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try r(a), try r(b))
    if let bmi2, features.contains(.bmi2) { return t("\(bmi2) \(d[w]), \(a[w]), \(b[w])") }
    if d == .rcx {
      mov(w, .r11, a)
      if b != .rcx { t("mov rcx, \(b.q)") }
      t("\(op) \(r11[w]), cl")
      return mov(w, .rcx, .r11)
    }
    if b != .rcx {
      t("mov r11, rcx")
      t("mov rcx, \(b.q)")
    }
    if d != a { mov(w, d, a == .rcx && b != .rcx ? .r11 : a) }
    t("\(op) \(d[w]), cl")
    if b != .rcx { t("mov rcx, r11") }
  }

  mutating func shiftImmediate(
    _ op: StaticString, _ w: Width, _ d: Register, _ a: Register, _ count: Immediate
  ) throws(NotAllowed) {
    guard count.bits < UInt64(w.bits) else { throw NotAllowed() }
    movUnlessSame(w, try r(d), try r(a))
    t("\(op) \(try r(d)[w]), \(count.bits)")
  }

  /// rcx and `n` change places meanwhile.
  mutating func funnel(
    _ w: Width, _ d: Register, _ high: Register, _ low: Register, _ n: Register
  ) throws(NotAllowed) {
    let (d, high, low, n) = (try r(d), try r(high), try r(low), try r(n))
    func now(_ x: R) -> R { x == .rcx ? n : x == n ? .rcx : x }
    if n != .rcx { t("xchg \(n.q), rcx") }
    mov(w, .r11, now(low))
    t("shrd \(r11[w]), \(now(high)[w]), cl")
    if n != .rcx { t("xchg \(n.q), rcx") }
    mov(w, d, .r11)
  }

  mutating func funnel(
    _ w: Width, _ d: Register, _ high: Register, _ low: Register, count: UInt8
  ) throws(NotAllowed) {
    let (d, high, low) = (try r(d), try r(high), try r(low))
    guard Int(count) < w.bits else { throw NotAllowed() }
    if count == 0 { return mov(w, d, low) }
    let result = d == high && d != low ? r11 : d
    movUnlessSame(w, result, low)
    t("shrd \(result[w]), \(high[w]), \(count)")
    movUnlessSame(w, d, result)
  }

  func checkField(_ w: Width, _ position: Int, _ length: Int) throws(NotAllowed) {
    guard length > 0, position + length <= w.bits else { throw NotAllowed() }
  }

  mutating func extract(
    _ isSigned: Bool, _ w: Width, _ d: Register, _ a: Register, _ position: Int, _ length: Int
  ) throws(NotAllowed) {
    let (d, a) = (try r(d), try r(a))
    try checkField(w, position, length)
    if position == 0 && length == 8 { return t("\(isSigned ? "movsx" : "movzx") \(isSigned ? d[w] : d.d), \(a.b)") }
    if position == 0 && length == 16 { return t("\(isSigned ? "movsx" : "movzx") \(isSigned ? d[w] : d.d), \(a.w)") }
    if position == 0 && length == 32 {
      return isSigned && w == .w64 ? t("movsxd \(d.q), \(a.d)") : mov(.w32, d, a)
    }
    movUnlessSame(w, d, a)
    let above = w.bits - position - length
    if above > 0 { t("shl \(d[w]), \(above)") }
    if length < w.bits { t("\(isSigned ? "sar" : "shr") \(d[w]), \(w.bits - length)") }
  }

  mutating func insert(
    _ w: Width, _ d: Register, _ a: Register, _ position: Int, _ length: Int
  ) throws(NotAllowed) {
    let (d, a) = (try r(d), try r(a))
    try checkField(w, position, length)
    if length == w.bits { return mov(w, d, a) }
    let source = d == a && position > 0 ? r11 : a
    movUnlessSame(w, source, a)
    if position > 0 { t("ror \(d[w]), \(position)") }
    t("shrd \(d[w]), \(source[w]), \(length)")
    if position + length < w.bits { t("rol \(d[w]), \(position + length)") }
  }

  mutating func clz(_ w: Width, _ d: Register, _ a: Register) throws(NotAllowed) {
    let (d, a) = (try r(d), try r(a))
    if features.contains(.lzcnt) { return t("lzcnt \(d[w]), \(a[w])") }
    let result = d == a ? r11 : d
    t("mov \(result.d), \(2 * w.bits - 1)")
    t("bsr \(result[w]), \(a[w])")
    t("xor \(result[w]), \(w.bits - 1)")
    movUnlessSame(w, d, result)
  }

  mutating func ctz(_ w: Width, _ d: Register, _ a: Register) throws(NotAllowed) {
    let (d, a) = (try r(d), try r(a))
    if features.contains(.bmi1) { return t("tzcnt \(d[w]), \(a[w])") }
    let result = d == a ? r11 : d
    t("mov \(result.d), \(w.bits)")
    t("bsf \(result[w]), \(a[w])")
    movUnlessSame(w, d, result)
  }

  mutating func cls(_ w: Width, _ d: Register, _ a: Register) throws(NotAllowed) {
    let (d, a) = (try r(d), try r(a))
    t("lea \(r11[w]), \(memory(a, a, 0))")
    t("xor \(r11[w]), \(a[w])")
    t("or \(r11[w]), 1")
    if features.contains(.lzcnt) { return t("lzcnt \(d[w]), \(r11[w])") }
    t("bsr \(d[w]), \(r11[w])")
    t("xor \(d[w]), \(w.bits - 1)")
  }

  /// `op d, mask`: `byte` in every byte, as an immediate of 32 bits or a constant behind the code.
  private mutating func masked(_ op: StaticString, _ w: Width, _ d: R, _ byte: UInt64) {
    if w == .w64 { return t("\(op) \(d.q), qword ptr [rip @=\(hex: byte &* 0x0101_0101_0101_0101)]") }
    t("\(op) \(d.d), \(byte * 0x0101_0101)")
  }

  mutating func bitrev(_ w: Width, _ d: Register, _ a: Register) throws(NotAllowed) {
    try unary("bswap", w, d, a)
    let d = try r(d)
    for (count, byte) in [(4, 0x0F), (2, 0x33), (1, 0x55)] as [(Int, UInt64)] {
      mov(w, .r11, d)
      t("shr \(r11[w]), \(count)")
      masked("and", w, .r11, byte)
      masked("and", w, d, byte)
      if count == 4 {
        t("shl \(d[w]), 4")
        t("or \(d[w]), \(r11[w])")
      } else {
        t("lea \(d[w]), \(memory(.r11, d, count))")
      }
    }
  }

  mutating func popcnt(_ w: Width, _ d: Register, _ a: Register) throws(NotAllowed) {
    let (d, a) = (try r(d), try r(a))
    if features.contains(.popcnt) { return t("popcnt \(d[w]), \(a[w])") }
    func shifted(_ count: Int) {
      mov(w, .r11, d)
      t("shr \(r11[w]), \(count)")
    }
    movUnlessSame(w, d, a)
    shifted(1)
    masked("and", w, .r11, 0x55)
    t("sub \(d[w]), \(r11[w])")
    shifted(2)
    masked("and", w, .r11, 0x33)
    masked("and", w, d, 0x33)
    t("add \(d[w]), \(r11[w])")
    shifted(4)
    t("add \(d[w]), \(r11[w])")
    masked("and", w, d, 0x0F)
    if w == .w64 { masked("imul", w, d, 0x01) } else { t("imul \(d.d), \(d.d), 16843009") }
    t("shr \(d[w]), \(w.bits - 8)")
  }
}
