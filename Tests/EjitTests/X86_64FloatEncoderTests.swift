import TestSupport
import Testing

@testable import Ejit

/// Every instruction on vector registers with all 16 of them in every field, without and with VEX, and with every
/// exception of addressing: the bytes are those of clang's assembler for the manual's text.
@Suite struct X86_64FloatEncoderTests {
  private typealias Opcode = CodeBuffer.Opcode

  /// Instructions that have a legacy form with two operands and one behind VEX with three.
  private static let both: [(Opcode, String)] =
    Width.allCases.flatMap { w in FloatOp.all.map { (Opcode.scalar($0, w), $1 + w.scalar) } }
    + FloatLogic.all.map { (Opcode.logic($0), $1) }
    + [
      (.otherWidth(from: .w64), "cvtsd2ss"), (.otherWidth(from: .w32), "cvtss2sd"), (.punpckldq, "punpckldq"),
      (.subpd, "subpd"), (.movhlps, "movhlps"),
    ]
  /// Instructions with two operands in both forms.
  private static let two: [(Opcode, String)] =
    Width.allCases.map { (Opcode.ucomis($0), "ucomi" + $0.scalar) }

  @Test func registerFormsAreThoseOfTheAssembler() throws {
    var rows = X86_64EncoderRows()
    for d in XMM.all {
      for s in XMM.all {
        for (opcode, name) in Self.both + Self.two + [(.movaps, "movaps")] {
          rows.add("\(name) \(d.name), \(s.name)") { $0.sse(opcode, d, s) }
        }
        for (opcode, name) in Self.two { rows.add("v\(name) \(d.name), \(s.name)") { $0.vex(opcode, d, s) } }
        rows.add("vmovaps \(d.name), \(s.name)") {
          // The shorter of two encodings.
          if s.number > 7 && d.number < 8 { $0.vex(.movapsReversed, s, d) } else { $0.vex(.movaps, d, s) }
        }
        for w in Width.allCases { addImmediates(w, d, s, to: &rows) }
        rows.add("vcvtph2ps \(d.name), \(s.name)") { $0.vex(.fromHalf, d, s) }
        rows.add("vcvtps2ph \(d.name), \(s.name), 0") {
          $0.vex(.toHalf, s, d)
          $0.emit8(0)
        }
      }
    }
    try rows.check()
  }

  private func addImmediates(_ w: Width, _ d: XMM, _ s: XMM, to rows: inout X86_64EncoderRows) {
    for (predicate, name) in FloatPredicate.all.prefix(8) {
      rows.add("cmp\(name)\(w.scalar) \(d.name), \(s.name)") {
        $0.sse(.compare(w), d, s)
        $0.emit8(predicate.rawValue)
      }
    }
    for mode: UInt8 in 8...11 {
      rows.add("round\(w.scalar) \(d.name), \(s.name), \(mode)") {
        $0.sse(.round(w), d, s)
        $0.emit8(mode)
      }
    }
  }

  @Test func formsWithThreeRegistersAreThoseOfTheAssembler() throws {
    var rows = X86_64EncoderRows()
    for d in XMM.all {
      for a in XMM.all {
        for b in [(d.number + a.number) & 15, d.number ^ 9, 15 - a.number].map({ XMM(number: $0) }) {
          addThree(d, a, b, to: &rows)
        }
      }
    }
    try rows.check()
  }

  private func addThree(_ d: XMM, _ a: XMM, _ b: XMM, to rows: inout X86_64EncoderRows) {
    let operands = "\(d.name), \(a.name), \(b.name)"
    for (opcode, name) in Self.both {
      // Of logic that does not care the assembler takes the shorter order itself.
      let swaps = ["andps", "orps", "xorps"].contains(name) && a.number < 8 && b.number > 7
      rows.add("v\(name) \(operands)") { swaps ? $0.vex(opcode, d, b, a) : $0.vex(opcode, d, a, b) }
    }
    for w in Width.allCases {
      for (predicate, name) in FloatPredicate.all {
        rows.add("vcmp\(name)\(w.scalar) \(operands)") {
          $0.vex(.compare(w), d, a, b)
          $0.emit8(predicate.rawValue)
        }
      }
      rows.add("vround\(w.scalar) \(operands), 11") {
        $0.vex(.round(w), d, a, b)
        $0.emit8(11)
      }
      for mask in [XMM(number: 15), XMM(number: 6)] {
        rows.add("vblendvp\(w == .w64 ? "d" : "s") \(operands), \(mask.name)") {
          $0.vex(.blend(w), d, a, b)
          $0.emit8(mask.number << 4)
        }
      }
      for (op, name) in FloatFusion.all {
        for (order, number) in FusionOrder.all {
          rows.add("\(name)\(number)\(w.scalar) \(operands)") { $0.vex(.fusion(op, order), d, a, b, w) }
        }
      }
    }
  }

  @Test func formsBetweenBothKindsOfRegistersAreThoseOfTheAssembler() throws {
    var rows = X86_64EncoderRows()
    for x in XMM.all {
      for r in GPR.all {
        for w in Width.allCases {
          let (xn, rn, move) = (x.name, r.name(w), w == .w64 ? "movq" : "movd")
          rows.add("\(move) \(xn), \(rn)") { $0.sse(w, .fromGPR, x, r) }
          rows.add("v\(move) \(xn), \(rn)") { $0.vex(w, .fromGPR, x, r) }
          rows.add("\(move) \(rn), \(xn)") { $0.sse(w, .toGPR, x, r) }
          rows.add("v\(move) \(rn), \(xn)") { $0.vex(w, .toGPR, x, r) }
          for type in Width.allCases {
            rows.add("cvtt\(type.scalar)2si \(rn), \(xn)") { $0.sse(w, .truncated(type), r, x) }
            rows.add("vcvtt\(type.scalar)2si \(rn), \(xn)") { $0.vex(w, .truncated(type), r, x) }
            rows.add("cvt\(type.scalar)2si \(rn), \(xn)") { $0.sse(w, .rounded(type), r, x) }
            rows.add("cvtsi2\(type.scalar) \(xn), \(rn)") { $0.sse(w, .fromInteger(type), x, r) }
            let v = XMM(number: (x.number + 7) & 15)
            rows.add("vcvtsi2\(type.scalar) \(xn), \(v.name), \(rn)") { $0.vex(w, .fromInteger(type), x, v, r) }
          }
        }
      }
    }
    try rows.check()
  }

  @Test func addressingFormsAreThoseOfTheAssembler() throws {
    var rows = X86_64EncoderRows()
    let memories = Memory.exceptions + [Memory(relative: 0), Memory(relative: -8), Memory(.rbp), Memory(.rsp, .max)]
    for (place, memory) in memories.enumerated() {
      for x in XMM.all {
        for w in Width.allCases {
          let (operand, move) = ("\(w.pointer) \(memory.text)", "mov\(w.scalar)")
          rows.add("\(move) \(x.name), \(operand)") { $0.sse(.load(w), x, memory) }
          rows.add("\(move) \(operand), \(x.name)") { $0.sse(.store(w), x, memory) }
          rows.add("v\(move) \(x.name), \(operand)") { $0.vex(.load(w), x, memory) }
          rows.add("v\(move) \(operand), \(x.name)") { $0.vex(.store(w), x, memory) }
        }
      }
      let (x, a) = (XMM(number: UInt8(place % 16)), XMM(number: UInt8(place / 3 % 16)))
      for w in Width.allCases {
        let operand = "\(w.pointer) \(memory.text)"
        rows.add("ucomi\(w.scalar) \(x.name), \(operand)") { $0.sse(.ucomis(w), x, memory) }
        rows.add("vucomi\(w.scalar) \(x.name), \(operand)") { $0.vex(.ucomis(w), x, memory) }
        for (op, name) in FloatOp.all {
          rows.add("\(name)\(w.scalar) \(x.name), \(operand)") { $0.sse(.scalar(op, w), x, memory) }
          rows.add("v\(name)\(w.scalar) \(x.name), \(a.name), \(operand)") { $0.vex(.scalar(op, w), x, a, memory) }
        }
      }
      let packed: [(Opcode, String)] =
        FloatLogic.all.map { (Opcode.logic($0), $1) } + [(.punpckldq, "punpckldq"), (.subpd, "subpd")]
      for (opcode, name) in packed {
        rows.add("\(name) \(x.name), xmmword ptr \(memory.text)") { $0.sse(opcode, x, memory) }
        rows.add("v\(name) \(x.name), \(a.name), xmmword ptr \(memory.text)") { $0.vex(opcode, x, a, memory) }
      }
    }
    for w in Width.allCases {
      for x in XMM.all {
        for mask in [XMM(number: 5), XMM(number: 15)] {
          rows.add("vblendvp\(w == .w64 ? "d" : "s") \(x.name), xmm9, xmmword ptr [rip + 0], \(mask.name)") {
            $0.vex(.blend(w), x, XMM(number: 9), .relative)
            $0.emit8(mask.number << 4)
          }
        }
      }
    }
    try rows.check()
  }
}
