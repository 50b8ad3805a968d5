import TestSupport
import Testing

@testable import Ejit

/// Every encoder function with all 16 general registers in every field, all exceptions of addressing and the borders
/// of its immediates: clang assembles the manual's text of the same instruction, and the bytes must be equal.
@Suite struct X86_64EncoderTests {
  private typealias Rows = X86_64EncoderRows

  @Test func registerFormsAreThoseOfTheAssembler() throws {
    var rows = Rows()
    for d in GPR.all {
      for s in GPR.all {
        for w in Width.allCases { addPairs(w, d, s, to: &rows) }
        if d != .rax && s != .rax { rows.add("xchg \(s.name()), \(d.name())") { $0.xchg(d, s) } }
        rows.add("movsxd \(d.name()), \(s.name(.w32))") { $0.movsxd(d, s) }
        for (op, name) in ALU.all { rows.add("\(name) \(d.name8), \(s.name8)") { $0.alu8(op, d, s) } }
        for (prefix, name): (UInt8, String) in [(0x66, "shlx"), (0xF3, "sarx"), (0xF2, "shrx")] {
          rows.add("\(name) \(d.name()), \(s.name()), r10") {
            $0.shiftX(prefix: prefix, .w64, d, s, count: GPR(number: 10))
          }
          rows.add("\(name) ecx, \(d.name(.w32)), \(s.name(.w32))") {
            $0.shiftX(prefix: prefix, .w32, .rcx, d, count: s)
          }
        }
      }
    }
    try rows.check()
  }

  private func addPairs(_ w: Width, _ d: GPR, _ s: GPR, to rows: inout Rows) {
    let (dn, sn) = (d.name(w), s.name(w))
    for (op, name) in ALU.all { rows.add("\(name) \(dn), \(sn)") { $0.alu(op, w, d, s) } }
    rows.add("test \(dn), \(sn)") { $0.test(w, d, s) }
    rows.add("mov \(dn), \(sn)") { $0.mov(w, d, s) }
    rows.add("imul \(dn), \(sn)") { $0.imul(w, d, s) }
    rows.add("movsx \(dn), \(s.name8)") { $0.extend8(w, signed: true, d, s) }
    rows.add("movsx \(dn), \(s.name16)") { $0.extend16(w, signed: true, d, s) }
    rows.add("movzx \(d.name(.w32)), \(s.name8)") { $0.extend8(w, signed: false, d, s) }
    rows.add("movzx \(d.name(.w32)), \(s.name16)") { $0.extend16(w, signed: false, d, s) }
    rows.add("shrd \(dn), \(sn), cl") { $0.shrdCL(w, d, s) }
    rows.add("shrd \(dn), \(sn), 17") { $0.shrd(w, d, s, 17) }
    rows.add("bsf \(dn), \(sn)") { $0.bsf(w, d, s) }
    rows.add("bsr \(dn), \(sn)") { $0.bsr(w, d, s) }
    rows.add("tzcnt \(dn), \(sn)") { $0.tzcnt(w, d, s) }
    rows.add("lzcnt \(dn), \(sn)") { $0.lzcnt(w, d, s) }
    rows.add("popcnt \(dn), \(sn)") { $0.popcnt(w, d, s) }
    rows.add("andn \(dn), \(sn), \(GPR(number: 10).name(w))") { $0.andn(w, d, inverted: s, GPR(number: 10)) }
    rows.add("andn \(GPR.rbp.name(w)), \(dn), \(sn)") { $0.andn(w, .rbp, inverted: d, s) }
    rows.add("mulx \(dn), \(sn), \(GPR(number: 9).name(w))") { $0.mulx(w, high: d, low: s, GPR(number: 9)) }
    rows.add("mulx \(GPR.rcx.name(w)), \(dn), \(sn)") { $0.mulx(w, high: .rcx, low: d, s) }
    for condition in Condition.allCases {
      rows.add("cmov\(condition.suffix) \(dn), \(sn)") { $0.cmov(condition, w, d, s) }
    }
  }

  @Test func immediateFormsAreThoseOfTheAssembler() throws {
    var rows = Rows()
    let values: [Int32] = [0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, .max, .min, .max - 1, .min + 1]
    for d in GPR.all {
      for w in Width.allCases {
        let name = d.name(w)
        for value in values {
          for (op, text) in ALU.all { rows.add("\(text) \(name), \(value)") { $0.alu(op, w, d, value) } }
          rows.add("test \(name), \(value)") { $0.test(w, d, value) }
          rows.add("imul \(name), r9\(w == .w32 ? "d" : ""), \(value)") { $0.imul(w, d, GPR(number: 9), value) }
        }
        for (op, text) in UnaryOp.all { rows.add("\(text) \(name)") { $0.unary(op, w, d) } }
        for (op, text) in ShiftOp.all {
          for count: UInt8 in [0, 1, 2, 31] + (w == .w64 ? [32, 63] : []) {
            rows.add("\(text) \(name), \(count)") { $0.shift(op, w, d, count) }
          }
          rows.add("\(text) \(name), cl") { $0.shiftCL(op, w, d) }
        }
        for bit: UInt8 in [0, 7, 31] { rows.add("bt \(name), \(bit)") { $0.bt(w, d, bit) } }
        rows.add("bswap \(name)") { $0.bswap(w, d) }
      }
      for (op, text) in ShiftOp.all {
        for count: UInt8 in [2, 8, 15] { rows.add("\(text) \(d.name16), \(count)") { $0.shift16(op, d, count) } }
      }
      for bits in EdgeValues.immediates { rows.add(d.moveText(bits)) { $0.mov(d, bits) } }
      for condition in Condition.allCases { rows.add("set\(condition.suffix) \(d.name8)") { $0.setcc(condition, d) } }
      for place in [XMM(number: 5), XMM(number: 15)] {
        rows.add("movq \(place.name), \(d.name())") { $0.keep(d, in: place) }
        rows.add("movq \(d.name()), \(place.name)") { $0.restore(d, from: place) }
      }
      rows.add("push \(d.name())") { $0.push(d) }
      rows.add("pop \(d.name())") { $0.pop(d) }
      rows.add("jmp \(d.name())") { $0.jmp(d) }
      rows.add("call \(d.name())") { $0.call(d) }
    }
    rows.add("cqo") { $0.signIntoRDX(.w64) }
    rows.add("cdq") { $0.signIntoRDX(.w32) }
    rows.add("leave") { $0.leave() }
    rows.add("ret") { $0.ret() }
    rows.add("nop") { $0.nop() }
    try rows.check()
  }

  @Test func addressingFormsAreThoseOfTheAssembler() throws {
    var rows = Rows()
    let displacements: [Int32] = [0, 1, -1, 8, 127, 128, -128, -129, .max, .min]
    var memories: [Memory] = []
    for base in GPR.all { memories += displacements.map { Memory(base, $0) } }
    for base in GPR.all {
      for index in GPR.all where index != .rsp {
        for shift: UInt8 in 0...3 {
          for n: Int32 in [0, -8, 1000] { memories.append(Memory(base, index, shift: shift, n)) }
        }
      }
    }
    memories += [0, 1, 0x7FFF_FFFF, -1, .min].map { Memory(absolute: $0) }
    for (index, memory) in memories.enumerated() {
      let r = GPR(number: UInt8(index % 16))
      rows.add("lea \(r.name()), \(memory.text)") { $0.lea(.w64, r, memory) }
      let type = MemoryType.allCases[index / 3 % 8]
      rows.add(type.loadText(r, memory)) { $0.load(type, r, memory) }
      rows.add(type.storeText(r, memory)) { $0.store(type, r, memory) }
    }
    let few = memories.enumerated().filter { $0.offset % 37 == 0 }.map(\.element) + memories.prefix(160)
    for memory in few {
      for r in GPR.all {
        for type in MemoryType.allCases {
          rows.add(type.loadText(r, memory)) { $0.load(type, r, memory) }
          rows.add(type.storeText(r, memory)) { $0.store(type, r, memory) }
        }
        rows.add("lea \(r.name(.w32)), \(memory.text)") { $0.lea(.w32, r, memory) }
        rows.add("cmp qword ptr \(memory.text), \(r.name())") { $0.cmp(.w64, memory, r) }
        for (op, name) in ALU.all { rows.add("\(name) \(r.name()), \(memory.text)") { $0.alu(op, r, memory) } }
        rows.add("imul \(r.name()), \(memory.text)") { $0.imul(r, memory) }
      }
      for value: Int32 in [0, 1, -1, 127, 128, -128, -129, .max, .min] {
        for type in MemoryType.allCases where type.byteCount > 2 || Int16(exactly: value) != nil {
          let narrow = type.byteCount == 1 ? Int32(Int8(truncatingIfNeeded: value)) : value
          rows.add("mov \(type.pointer) \(memory.text), \(narrow)") { $0.store(type, value, memory) }
        }
        rows.add("cmp qword ptr \(memory.text), \(value)") { $0.cmp(.w64, memory, value) }
        rows.add("cmp dword ptr \(memory.text), \(value)") { $0.cmp(.w32, memory, value) }
        rows.add("cmp byte ptr \(memory.text), \(Int8(truncatingIfNeeded: value))") {
          $0.cmp8(memory, UInt8(truncatingIfNeeded: value))
        }
      }
      rows.add("jmp qword ptr \(memory.text)") { $0.jmp(memory) }
      rows.add("call qword ptr \(memory.text)") { $0.call(memory) }
    }
    try rows.check()
  }

  @Test func formsThatModifyMemoryAreThoseOfTheAssembler() throws {
    var rows = Rows()
    let values: [Int32] = [0, 1, -1, 127, 128, -128, -129, 32767, -32768, .max, .min]
    for memory in Memory.exceptions {
      for type in MemoryType.allCases where !type.isSigned {
        let operand = "\(type.pointer) \(memory.text)"
        for (op, name) in ALU.all {
          for r in GPR.all { rows.add("\(name) \(operand), \(type.name(r))") { $0.alu(op, type, memory, r) } }
          for value in values where type.byteCount > 2 || Int16(exactly: value) != nil {
            let narrow = type.byteCount == 1 ? Int32(Int8(truncatingIfNeeded: value)) : value
            rows.add("\(name) \(operand), \(narrow)") { $0.alu(op, type, memory, value) }
          }
        }
        for r in GPR.all where type.byteCount > 1 {
          rows.add("movbe \(type.name(r)), \(operand)") { $0.loadSwapped(type, r, memory) }
          rows.add("movbe \(operand), \(type.name(r))") { $0.storeSwapped(type, r, memory) }
        }
      }
      for (op, name) in ShiftOp.all {
        rows.add("\(name) word ptr \(memory.text), 8") { $0.shift16(op, memory, 8) }
      }
      for place in [XMM(number: 5), XMM(number: 15)] {
        rows.add("movq qword ptr \(memory.text), \(place.name)") { $0.store(.w64, kept: place, memory) }
        rows.add("movd dword ptr \(memory.text), \(place.name)") { $0.store(.w32, kept: place, memory) }
      }
      for level in CacheLevel.allCases { rows.add("\(level.hint) \(memory.text)") { $0.prefetch(level, memory) } }
      rows.add("prefetchw \(memory.text)") { $0.prefetchw(memory) }
    }
    try rows.check()
  }

  @Test func shortJumpsAreThoseOfTheAssembler() throws {
    var rows = Rows()
    for condition in Condition.allCases {
      rows.add("j\(condition.suffix) .+2") {
        let jump = $0.skip(if: condition)
        $0.land(jump)
      }
      rows.add("j\(condition.suffix) .+0") { $0.repeat(from: 0, if: condition) }
    }
    rows.add("jmp .+2") {
      let jump = $0.skip()
      $0.land(jump)
    }
    try rows.check(atLeast: 30)
  }
}
