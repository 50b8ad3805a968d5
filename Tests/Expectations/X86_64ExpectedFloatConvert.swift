import Ejit

/// Rounding and conversions.
extension X86_64Expectation {
  private mutating func almostHalf(_ w: Width, _ a: X) {
    with("andps", vectorScratch, a, "xmmword ptr ", w == .w64 ? 1 << 63 : 1 << 31)
    with("orps", vectorScratch, vectorScratch, "xmmword ptr ", w == .w64 ? 0x3FDF_FFFF_FFFF_FFFF : 0x3EFF_FFFF)
    three("add\(w.scalar)", vectorScratch, vectorScratch, a, canSwap: true)
  }

  mutating func round(
    _ w: Width, _ rounding: Rounding, _ d: VectorRegister, _ a: VectorRegister
  ) throws(NotAllowed) {
    let (d, a) = (try x(d), try x(a))
    guard hasAVX || features.contains(.sse41) else { return roundByInteger(w, rounding, d, a) }
    if rounding == .nearestAway { almostHalf(w, a) }
    let source = rounding == .nearestAway ? vectorScratch : a
    let mode: Line =
      switch rounding {
      case .nearestEven: ", 8"
      case .floor: ", 9"
      case .ceil: ", 10"
      case .trunc, .nearestAway: ", 11"
      }
    one("round\(w.scalar)", d, source, mode)
  }

  private mutating func roundByInteger(_ w: Width, _ rounding: Rounding, _ d: X, _ a: X) {
    moveUnlessSame(d, a)
    t("xorps \(vectorScratch.name), \(vectorScratch.name)")
    t("sub\(w.scalar) \(d.name), \(vectorScratch.name)")
    if rounding == .nearestAway { almostHalf(w, d) }
    t(
      rounding == .nearestEven
        ? "cvt\(w.scalar)2si r11, \(d.name)"
        : "cvtt\(w.scalar)2si r11, \((rounding == .nearestAway ? vectorScratch : d).name)")
    t("cmp r11, 1")
    t("jo @end")
    t("cvtsi2\(w.scalar) \(vectorScratch.name), r11")
    if rounding == .floor {
      t("ucomi\(w.scalar) \(d.name), \(vectorScratch.name)")
      t("sbb r11, 0")
      t("cvtsi2\(w.scalar) \(vectorScratch.name), r11")
    }
    if rounding == .ceil {
      t("ucomi\(w.scalar) \(vectorScratch.name), \(d.name)")
      t("adc r11, 0")
      t("cvtsi2\(w.scalar) \(vectorScratch.name), r11")
    }
    t("andps \(d.name), xmmword ptr [rip @=\(hex: w == .w64 ? 1 << 63 : 1 << 31)]")
    t("orps \(d.name), \(vectorScratch.name)")
  }

  private mutating func truncate(_ w: Width, _ type: Width, _ d: R, _ a: X) {
    t("\(v)cvtt\(type.scalar)2si \(d[w]), \(a.name)")
  }

  mutating func toInteger(
    _ w: Width, _ type: FloatType, _ sign: Signedness, _ d: Register, _ a: VectorRegister
  ) throws(NotAllowed) {
    let (d, a, f) = (try r(d), try x(a), type == .f64 ? Width.w64 : .w32)
    if sign == .signed {
      three("cmpord\(f.scalar)", vectorScratch, a, a)
      three("andps", vectorScratch, vectorScratch, a, canSwap: true)
    } else {
      with("max\(f.scalar)", vectorScratch, a, f.pointer, 0)
    }
    if w == .w32 {
      if f == .w32 { one("cvtss2sd", vectorScratch, vectorScratch) }
      with(
        "minsd", vectorScratch, vectorScratch, "qword ptr ",
        sign == .signed ? 0x41DF_FFFF_FFC0_0000 : 0x41EF_FFFF_FFE0_0000)
      return truncate(sign == .signed ? .w32 : .w64, .w64, d, vectorScratch)
    }
    truncate(.w64, f, d, vectorScratch)
    if sign == .unsigned {
      with("sub\(f.scalar)", vectorScratch, vectorScratch, f.pointer, two63(f))
      truncate(.w64, f, .r11, vectorScratch)
    }
    t("\(v)ucomi\(f.scalar) \(vectorScratch.name), \(f.pointer)[rip @=\(hex: two63(f))]")
    t("adc \((sign == .signed ? d : .r11).q), -1")
    if sign == .unsigned { merge(d) }
  }

  private func two63(_ w: Width) -> UInt64 { w == .w64 ? 0x43E0_0000_0000_0000 : 0x5F00_0000 }

  private mutating func merge(_ d: R) {
    t("or r11, \(d.q)")
    t("test \(d.q), \(d.q)")
    t("cmovs \(d.q), r11")
  }

  mutating func toIntegerUnchecked(
    _ w: Width, _ type: FloatType, _ sign: Signedness, _ d: Register, _ a: VectorRegister
  ) throws(NotAllowed) {
    let (d, a, f) = (try r(d), try x(a), type == .f64 ? Width.w64 : .w32)
    truncate(w == .w32 && sign == .signed ? .w32 : .w64, f, d, a)
    guard w == .w64 && sign == .unsigned else { return }
    with("sub\(f.scalar)", vectorScratch, a, f.pointer, two63(f))
    truncate(.w64, f, .r11, vectorScratch)
    merge(d)
  }

  private mutating func fromInteger(_ w: Width, _ type: Width, _ d: X, _ a: R) {
    t(
      hasAVX
        ? "vcvtsi2\(type.scalar) \(d.name), \(vectorScratch.name), \(a[w])" : "cvtsi2\(type.scalar) \(d.name), \(a[w])")
  }

  mutating func fromInteger(
    _ w: Width, _ type: FloatType, _ sign: Signedness, _ d: VectorRegister, _ a: Register
  ) throws(NotAllowed) {
    let (d, a, f) = (try x(d), try r(a), type == .f64 ? Width.w64 : .w32)
    if sign == .signed { return fromInteger(w, f, d, a) }
    if w == .w32 {
      mov(.w32, .r11, a)
      return fromInteger(.w64, f, d, .r11)
    }
    if f == .w64 {
      bits(.w64, to: vectorScratch, a)
      with("punpckldq", vectorScratch, vectorScratch, "xmmword ptr ", 0x4530_0000_4330_0000)
      with("subpd", vectorScratch, vectorScratch, "xmmword ptr ", 0x4330_0000_0000_0000)
      t(
        hasAVX
          ? "vmovhlps \(d.name), \(vectorScratch.name), \(vectorScratch.name)"
          : "movhlps \(d.name), \(vectorScratch.name)")
      return three("addsd", d, d, vectorScratch, canSwap: true)
    }
    t("test \(a.q), \(a.q)")
    t("js @A")
    fromInteger(.w64, .w32, d, a)
    t("jmp @end")
    t("A:")
    mov(.w64, .r11, a)
    t("shr r11, 1")
    t("or r11b, \(a.b)")
    fromInteger(.w64, .w32, d, .r11)
    three("addss", d, d, d)
  }

  mutating func half(_ d: VectorRegister, _ a: VectorRegister, narrow: Bool) throws(NotAllowed) {
    let (d, a) = (try x(d), try x(a))
    guard features.contains(.f16c) else { throw NotAllowed() }
    t(narrow ? "vcvtps2ph \(d.name), \(a.name), 0" : "vcvtph2ps \(d.name), \(a.name)")
  }
}
