/// Fills a form table: which ops, which operands, which immediates.
struct AArch64FormTableBuilder: ~Copyable {
  typealias Field = AArch64FormTable.Field
  typealias Form = AArch64FormTable.Form
  typealias Size = Immediate.SizeClass

  private let table: AArch64FormTable
  private var emission = Emission(target: .aarch64, features: .baseline)
  /// Of forms; the first is the empty one, the second that of an op without immediate.
  private var count: UInt32 = 2

  init(_ table: AArch64FormTable) {
    self.table = table
    table.forms[1] = Form()
  }

  /// Which bytes of an instruction are registers, and where they go.
  private enum Operands {
    case dnm, dm, dn, nm, n, d, load, store, none

    var fields: (first: Field, second: Field, mask: UInt32) {
      switch self {
      case .dnm: (.dInFrame, .n, 0xFF_FFFF)
      case .dm: (.dInFrame, .m, 0xFFFF)
      case .dn: (.dInFrame, .n, 0xFFFF)
      case .nm: (.n, .m, 0xFFFF)
      case .n: (.n, .n, 0xFF)
      case .d: (.dInFrame, .n, 0xFF)
      case .load: (.dInFrame, .base, 0xFF_FFFF)
      case .store: (.t, .base, 0xFF_FFFF)
      case .none: (.d, .n, 0)
      }
    }
  }

  mutating func addAll() {
    let r = Register(0)
    let (additions, subtractions) = (add(additionForms), add(subtractionForms))
    for w in Width.allCases {
      for op: Instruction in [
        .add(width: w, r, r, r), .sub(width: w, r, r, r), .and(width: w, r, r, r), .or(width: w, r, r, r),
        .xor(width: w, r, r, r), .mul(width: w, r, r, r), .andn(width: w, r, r, r), .orn(width: w, r, r, r),
        .xnor(width: w, r, r, r), .shl(width: w, r, r, r), .shr(width: w, r, r, r), .sar(width: w, r, r, r),
        .rotr(width: w, r, r, r), .addFlags(width: w, r, r, r), .subFlags(width: w, r, r, r),
      ] { add(op, .dnm) }
      for op: Instruction in [
        .mov(width: w, r, r), .not(width: w, r, r), .neg(width: w, r, r), .zext32(width: w, r, r),
      ] { add(op, .dm) }
      for op: Instruction in [
        .clz(width: w, r, r), .bswap(width: w, r, r), .sext8(width: w, r, r), .sext16(width: w, r, r),
        .zext8(width: w, r, r), .zext16(width: w, r, r),
      ] { add(op, .dn) }
      add(.sext32(width: w, r, r), w == .w64 ? .dn : .dm)
      add(.cmp(width: w, r, r), .nm)
      add(.test(width: w, r, r), .nm)
      for op: Instruction in [
        .addi(width: w, r, r, 0), .addiFlags(width: w, r, r, 0), .subiFlags(width: w, r, r, 0),
      ] { add(op, .dn, additions, sizes: 0x0F) }
      add(.subi(width: w, r, r, 0), .dn, subtractions, sizes: 0x0F)
      add(.cmpi(width: w, r, 0), .n, additions, sizes: 0x0F)
      add(.movi(width: w, r, 0), .d, add(moveForms(w)), sizes: 0x0F)
      add(.shli(width: w, r, r, 0), .dn, add(leftShiftForms(w)), sizes: 0x0F)
      let rightShifts = add(rightShiftForms(w))
      add(.shri(width: w, r, r, 0), .dn, rightShifts, sizes: 0x0F)
      add(.sari(width: w, r, r, 0), .dn, rightShifts, sizes: 0x0F)
      add(.lea(width: w, r, .at(r)), .dnm, add(addressForms(w)), sizes: 0x7F)
    }
    for size: UInt8 in 0..<4 {
      let forms = add(accessForms(UInt32(size)))
      for type in MemoryType.allCases where type.rawValue & 3 == size {
        let mask = UInt32(type.byteCount) - 1
        add(.ld(type, r, .at(r)), .load, forms, sizes: 0xFF, aligned: mask)
        add(.st(type, r, .at(r)), .store, forms, sizes: 0xFF, aligned: mask)
      }
    }
    add(.ret, .none, stop: .max)
    add(.nop, .none)
  }

  /// Enters one op; its word is what the lowering makes of `sample`, whose registers and immediate are zero.
  private mutating func add(
    _ sample: Instruction, _ operands: Operands, _ forms: UInt32 = 1, sizes: UInt32 = 0, aligned: UInt32 = 0,
    stop: UInt16 = 0
  ) {
    emission.code.count = 0
    do throws(Refusal) { try AArch64.lower(sample, into: &emission) } catch { return }
    let index = sample.caseByte * 16 + Int(sample.halves.low & 15)
    let fields = operands.fields
    let old = table.rows[index]
    table.rows[index] = AArch64FormTable.Row(
      word: emission.code[word: 0], operands: fields.mask, first: fields.first.rawValue,
      second: fields.second.rawValue, forms: forms, sizes: sizes, aligned: aligned, stop: stop, flags: old.flags,
      asks: old.asks)
  }

  /// Enters forms by byte 12, with `unaligned` where that counts; the index of the first.
  private mutating func add(_ list: [(UInt32, Form)]) -> UInt32 {
    let first = count
    count += list.contains { $0.0 >= 0x80 } ? 0x100 : list.contains { $0.0 >= 0x10 } ? 0x80 : 0x10
    for (index, form) in list { table.forms[Int(first + index)] = form }
    return first
  }

  private func forms(_ sizes: [Size], _ form: Form, from first: UInt32 = 0) -> [(UInt32, Form)] {
    sizes.map { (first + UInt32($0.rawValue), form) }
  }

  private var below4096: [Size] { [.zero, .below32, .below64, .below128, .below4096] }

  /// ADD and SUB, or with flags: imm12 at bit 10; a negative number is added by the opposite op, which is bit 30.
  private var additionForms: [(UInt32, Form)] {
    forms(below4096, Form(multiplier: 1 << 10))
      + forms([.negative8, .negative4095], Form(bits: 1 << 30, multiplier: -1 << 10))
  }

  /// The same turned round: the lowering makes ADD of zero, and of a negative number.
  private var subtractionForms: [(UInt32, Form)] {
    let positive = below4096.filter { $0 != .zero }
    return forms([.zero], Form()) + forms(positive, Form(bits: 1 << 30, multiplier: 1 << 10))
      + forms([.negative8, .negative4095], Form(multiplier: -1 << 10))
  }

  /// MOVZ: imm16 at bit 5. A negative number is MOVN of its inverse, which differs in bit 30, and in the 32-bit form
  /// in sf; there the lowering makes MOVZ of the last one.
  private func moveForms(_ w: Width) -> [(UInt32, Form)] {
    let low: Int32 = w == .w64 ? -65536 : -65535
    let inverse = Form(
      bits: w == .w64 ? 1 << 30 : 1 << 30 | 1 << 31, low: low, span: UInt32(-1 - low),
      constant: 0 &- (1 << 5), multiplier: -1 << 5)
    return forms(below4096 + [.below65536], Form(multiplier: 1 << 5))
      + forms([.negative8, .negative4095, .negative65536], inverse)
  }

  private func belowWidth(_ w: Width) -> [Size] { w == .w64 ? [.below32, .below64] : [.below32] }

  /// LSL: immr (bit 16) is the width less the count, imms (bit 10) one less; a count of zero as it is.
  private func leftShiftForms(_ w: Width) -> [(UInt32, Form)] {
    forms([.zero], Form())
      + forms(belowWidth(w), Form(constant: UInt64(w.bits) << 16, multiplier: -(1 << 16 + 1 << 10)))
  }

  /// LSR, ASR: immr is the count.
  private func rightShiftForms(_ w: Width) -> [(UInt32, Form)] {
    forms([.zero] + belowWidth(w), Form(multiplier: 1 << 16))
  }

  /// A base and a displacement as in an addition, or a base and a shifted index.
  private func addressForms(_ w: Width) -> [(UInt32, Form)] {
    let (x0, zero) = (X(number: 0), Immediate12.zero)
    return additionForms
      + (0..<4).map { (shift: UInt32) in
        let word = UInt32.addSub(.add, w, x0, x0, x0, .lsl, shift)
        return ((shift + 1) << 4, Form(bits: word ^ .addSub(.add, w, x0, x0, zero)))
      }
  }

  /// A load or store of `1 << size` bytes.
  private func accessForms(_ size: UInt32) -> [(UInt32, Form)] {
    let (x0, load) = (X(number: 0), UInt32.Access(size: size, opc: 0b01))
    let scaled = UInt32.access(load, x0, x0, .scaled(imm12: 0))
    let unscaled = scaled ^ .access(load, x0, x0, .unscaled(imm9: 0))
    let unsigned = Form(bits: unscaled, multiplier: 1 << 12)
    // imm9 in two's complement: −128 … −1, and of the larger ones those down to −256.
    let negative = Form(bits: unscaled, low: -256, span: 255, constant: 1 << 21, multiplier: 1 << 12)
    // All of it in x16, then with a register as offset.
    let indexed = scaled ^ .access(load, x0, x0, .x16, scaled: false)
    let large = Form(
      bits: indexed, low: 256, span: 65535 - 256, shift: 32, length: 8,
      constant: UInt64(UInt32.moveWide(.movz, .w64, .x16, 0, hw: 0)), multiplier: 1 << 5)
    let fitting = Form(span: 4095 << size, multiplier: 1 << Int64(10 - size))
    let unaligned = AArch64FormTable.unaligned
    var list = forms(below4096 + [.below65536], fitting)
    list += forms([.below32, .below64, .below128], unsigned, from: unaligned)
    list += forms([.below4096, .below65536], large, from: unaligned)
    for first in [0, unaligned] { list += forms([.negative8, .negative4095], negative, from: first) }
    for shift in Set([0, size]) {
      let register = scaled ^ .access(load, x0, x0, x0, scaled: shift != 0)
      list.append(((shift + 1) << 4, Form(bits: register)))
    }
    return list
  }
}
