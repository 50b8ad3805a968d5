import TestSupport
import Testing

@testable import Ejit

/// Every encoder function for floating-point registers with all 32 of them in every field and the borders of its
/// immediates: clang assembles the manual's text of the same instruction, and the words must be equal.
@Suite struct AArch64EncoderFloatTests {
  /// Texts and what our encoder makes of them.
  private struct Rows {
    var texts: [[String]] = []
    var words: [UInt32] = []

    mutating func add(_ text: String, _ word: UInt32) {
      texts.append([text])
      words.append(word)
    }
  }

  /// For each field every register, the other fields being different ones.
  private func registers(_ count: Int) -> [[V]] {
    (0..<32).flatMap { number in
      (0..<count).map { field in
        (0..<count).map { V(number: UInt8((number + ($0 - field) * 11) & 31)) }
      }
    }
  }

  @Test func arithmeticIsThatOfTheAssembler() throws {
    var rows = Rows()
    let one: [(UInt32.FloatOneSource, String)] = [
      (.fmov, "fmov"), (.fabs, "fabs"), (.fneg, "fneg"), (.fsqrt, "fsqrt"), (.frintn, "frintn"), (.frintp, "frintp"),
      (.frintm, "frintm"), (.frintz, "frintz"), (.frinta, "frinta"),
    ]
    let two: [(UInt32.FloatTwoSources, String)] = [
      (.fmul, "fmul"), (.fdiv, "fdiv"), (.fadd, "fadd"), (.fsub, "fsub"), (.fmax, "fmax"), (.fmin, "fmin"),
      (.fmaxnm, "fmaxnm"), (.fminnm, "fminnm"),
    ]
    let three: [(UInt32.FloatThreeSources, String)] = [
      (.fmadd, "fmadd"), (.fmsub, "fmsub"), (.fnmadd, "fnmadd"), (.fnmsub, "fnmsub"),
    ]
    for w in Width.allCases {
      for v in registers(4) {
        let n = v.map { $0.name(w) }
        for (op, name) in one { rows.add("\(name) \(n[0]), \(n[1])", .float(op, w, v[0], v[1])) }
        for (op, name) in two { rows.add("\(name) \(n[0]), \(n[1]), \(n[2])", .float(op, w, v[0], v[1], v[2])) }
        for (op, name) in three {
          rows.add("\(name) \(n[0]), \(n[1]), \(n[2]), \(n[3])", .float(op, w, v[0], v[1], v[2], v[3]))
        }
        rows.add("fcmp \(n[0]), \(n[1])", .fcmp(w, v[0], v[1]))
        for condition in ConditionCode.all {
          rows.add("fcsel \(n[0]), \(n[1]), \(n[2]), \(condition)", .fcsel(w, v[0], v[1], v[2], condition))
        }
      }
    }
    try check(rows)
  }

  @Test func conversionsAreThoseOfTheAssembler() throws {
    var rows = Rows()
    let formats: [UInt32.FloatFormat] = [.half, .single, .double]
    for v in registers(2) {
      for result in formats {
        for source in formats where source != result {
          rows.add(
            "fcvt \(v[0].name(result)), \(v[1].name(source))", .fcvt(to: result, v[0], from: source, v[1]))
        }
      }
      for w in Width.allCases {
        // Number 31 is the zero register.
        let (d, n) = (X(v[0]), X(v[1]))
        rows.add("fmov \(v[0].name(w)), \(n.name(w))", .fmov(w, v[0], n))
        rows.add("fmov \(d.name(w)), \(v[1].name(w))", .fmov(w, d, v[1]))
        for format in formats.dropFirst() {
          let (vd, vn) = (v[0].name(format), v[1].name(format))
          rows.add("fcvtzs \(d.name(w)), \(vn)", .fcvtz(.signed, w, d, format, v[1]))
          rows.add("fcvtzu \(d.name(w)), \(vn)", .fcvtz(.unsigned, w, d, format, v[1]))
          rows.add("scvtf \(vd), \(n.name(w))", .cvtf(.signed, format, v[0], w, n))
          rows.add("ucvtf \(vd), \(n.name(w))", .cvtf(.unsigned, format, v[0], w, n))
        }
      }
    }
    try check(rows)
  }

  /// All 256 numbers that an instruction holds, and no others near them.
  @Test func constantsAreThoseOfTheAssembler() throws {
    var rows = Rows()
    for number in 0..<256 {
      let value = Double(16 + number % 16) / 16 * [0.125, 0.25, 0.5, 1, 2, 4, 8, 16][number / 16 % 8]
      let number = number < 128 ? value : -value
      for v in [V(number: UInt8(rows.words.count & 31)), .v31] {
        for (w, bits) in [(Width.w64, number.bitPattern), (.w32, UInt64(Float(number).bitPattern))] {
          let immediate = try #require(FloatImmediate(bits, w))
          rows.add("fmov \(v.name(w)), #\(number)", .fmov(w, v, immediate))
          #expect(FloatImmediate(bits + 1, w) == nil && FloatImmediate(bits - 1, w) == nil)
          #expect(FloatImmediate(bits ^ 1 << UInt64(w.bits - 2), w) == nil)
        }
      }
    }
    for bits: UInt64 in [0, 1 << 63, 0x3FB0 << 48, 0x4040 << 48, 0x7FF0 << 48, 0x7FF8 << 48, 0x3FF0_8000 << 32] {
      #expect(FloatImmediate(bits, .w64) == nil)
    }
    for bits: UInt64 in [0, 1 << 31, 0x3D80_0000, 0x4200_0000, 0x7F80_0000, 0x7FC0_0000, 0x3F84_0000] {
      #expect(FloatImmediate(bits, .w32) == nil)
    }
    for number in 0..<32 {
      let v = V(number: UInt8(number))
      rows.add("movi d\(number), #0", .zero(v))
      rows.add("movi v\(number).2s, #0x80, lsl #24", .sign32(v))
    }
    try check(rows)
  }

  @Test func bitsAreThoseOfTheAssembler() throws {
    var rows = Rows()
    let choices: [(UInt32.BitChoice, String)] = [(.bsl, "bsl"), (.bit, "bit"), (.bif, "bif")]
    let shifts: [(UInt32.VectorShift, String, ClosedRange<UInt32>)] = [
      (.shl, "shl", 0...63), (.sli, "sli", 0...63), (.ushr, "ushr", 1...64), (.sri, "sri", 1...64),
    ]
    for v in registers(3) {
      let n = v.map(\.number)
      for (op, name) in choices {
        rows.add("\(name) v\(n[0]).8b, v\(n[1]).8b, v\(n[2]).8b", .choose(op, v[0], v[1], v[2]))
      }
      for (op, name, range) in shifts {
        for count in [range.lowerBound, 1, 31, 32, 33, 63, range.upperBound] {
          rows.add("\(name) d\(n[0]), d\(n[1]), #\(count)", .shift(op, v[0], v[1], count))
        }
      }
    }
    try check(rows)
  }

  @Test func loadsAndStoresAreThoseOfTheAssembler() throws {
    var rows = Rows()
    for number in 0..<32 {
      let (t, u) = (V(number: UInt8(number)), V(number: UInt8((number + 13) & 31)))
      for w in Width.allCases {
        let size = w.bits / 8
        for n in [X(number: UInt8((number + 7) & 31)), .sp] {
          for isLoad in [true, false] {
            addAccesses(isLoad, w, t, n, to: &rows)
            let name = isLoad ? "ldp" : "stp"
            for units in [0, 1, -1, 63, -64] {
              let (registers, bytes) = ("\(t.name(w)), \(u.name(w))", units * size)
              for (index, place): (UInt32.PairIndex, String) in [
                (.offset, "[\(n.base), #\(bytes)]"), (.preIndexed, "[\(n.base), #\(bytes)]!"),
                (.postIndexed, "[\(n.base)], #\(bytes)"),
              ] {
                rows.add(
                  "\(name) \(registers), \(place)",
                  .pair(load: isLoad, width: w, X(t), X(u), n, bytes, index, isVector: true))
              }
            }
          }
        }
        for distance in [0, 4, -4, (1 << 20) - 4, -1 << 20] {
          let bits = try #require(Fixup.Form.literal19.bits(for: distance))
          let target = distance < 0 ? ".\(distance)" : ".+\(distance)"
          rows.add("ldr \(t.name(w)), \(target)", .literal(opc: w.sf, isVector: true, X(t)) | bits)
        }
      }
    }
    try check(rows)
  }

  private func addAccesses(_ isLoad: Bool, _ w: Width, _ t: V, _ n: X, to rows: inout Rows) {
    let (size, kind) = (w.bits / 8, isLoad ? UInt32.Access.load(w) : .store(w))
    let (ldr, ldur) = isLoad ? ("ldr", "ldur") : ("str", "stur")
    for units: UInt32 in [0, 1, 2, 2048, 4095] {
      rows.add(
        "\(ldr) \(t.name(w)), [\(n.base), #\(Int(units) * size)]", .access(kind, X(t), n, .scaled(imm12: units)))
    }
    for bytes in [0, 1, -1, 255, -256, 8] {
      rows.add(
        "\(ldur) \(t.name(w)), [\(n.base), #\(bytes)]", .access(kind, X(t), n, .unscaled(imm9: Int32(bytes))))
      rows.add("\(ldr) \(t.name(w)), [\(n.base), #\(bytes)]!", .access(kind, X(t), n, bytes, .preIndexed))
      rows.add("\(ldr) \(t.name(w)), [\(n.base)], #\(bytes)", .access(kind, X(t), n, bytes, .postIndexed))
    }
    for m in [X(number: (n.number &+ 5) & 31), X(number: (t.number &+ 17) & 31)] {
      for (extend, name): (UInt32.Extend, String) in [
        (.uxtx, m.name(.w64)), (.uxtw, m.name(.w32)), (.sxtw, m.name(.w32)),
      ] {
        let (word, shift) = (extend == .uxtx ? "lsl" : "\(extend)", size == 8 ? 3 : 2)
        rows.add(
          "\(ldr) \(t.name(w)), [\(n.base), \(name), \(word) #\(shift)]",
          .access(kind, X(t), n, m, extend, scaled: true))
        let plain = extend == .uxtx ? "" : ", \(word)"
        rows.add(
          "\(ldr) \(t.name(w)), [\(n.base), \(name)\(plain)]", .access(kind, X(t), n, m, extend, scaled: false))
      }
    }
  }

  private func check(_ rows: Rows) throws {
    guard hasTools(.clang, .objcopy) else { return }
    let expected = try ReferenceAssembler.assemble(rows.texts, for: .aarch64)
    for (row, bytes) in expected.enumerated() {
      let ours = (0..<4).map { UInt8(truncatingIfNeeded: rows.words[row] >> UInt32(8 * $0)) }
      if ours != bytes { Issue.record("\(rows.texts[row][0]): \(hexBytes(ours)), not \(hexBytes(bytes))") }
    }
    #expect(rows.words.count > 500)
  }
}

// How the manual writes operands.

extension V {
  fileprivate func name(_ w: Width) -> String { "\(w == .w64 ? "d" : "s")\(number)" }
  fileprivate func name(_ format: UInt32.FloatFormat) -> String {
    switch format {
    case .half: "h\(number)"
    case .single: "s\(number)"
    case .double: "d\(number)"
    }
  }
}

extension X {
  fileprivate func name(_ w: Width) -> String {
    let letter = w == .w64 ? "x" : "w"
    return number == 31 ? letter + "zr" : letter + "\(number)"
  }
  /// As the base of an address.
  fileprivate var base: String { number == 31 ? "sp" : "x\(number)" }
}

extension ConditionCode {
  fileprivate static let all = (0..<14).compactMap { ConditionCode(rawValue: $0) }
}
