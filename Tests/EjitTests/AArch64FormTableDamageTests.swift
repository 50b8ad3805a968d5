import Testing

@testable import Ejit

/// A form table of AArch64 with one wrong bit is noticed by the comparison with the lowering, row by row.
///
/// A table of the tests' own is damaged in one place, used by the real loop, and mended; the tests share it, one after
/// the other. Noticed is other code than the lowering's, and an instruction that the table no longer takes.
@Suite(.serialized) struct AArch64FormTableDamageTests {
  typealias Row = AArch64FormTable.Row
  typealias Form = AArch64FormTable.Form
  typealias Field = AArch64FormTable.Field

  /// How a form changes the word, and what it adds.
  private struct Meaning: Equatable {
    let bits: UInt32
    let shift: UInt8
    let length: UInt8
    let sum: UInt64
  }

  /// What a form says of an immediate; nil: nothing.
  private static func meaning(of form: Form, for immediate: Int64) -> Meaning? {
    let short = UInt32(truncatingIfNeeded: immediate)
    if form.length == 0 || short &- UInt32(bitPattern: form.low) > form.span { return nil }
    let mask = form.length >= 8 ? .max : (1 as UInt64) << UInt64(8 * form.length) - 1
    let sum = form.constant &+ UInt64(bitPattern: immediate &* form.multiplier)
    return Meaning(bits: form.bits, shift: form.shift & 63, length: form.length, sum: sum & mask)
  }

  /// Every field of every row in use, and for the ops that are not in the table that they are not.
  @Test func everyWrongRowIsNoticed() {
    var bench = Bench()
    let rows = AArch64FormTableDamageTests.rows
    var count = 0
    for samples in rows {
      let op = samples[0].instruction
      let row = bench.row(of: op)
      let right = row.pointee
      func check(_ name: String, _ damage: (inout Row) -> Void) {
        damage(&row.pointee)
        if !bench.isNoticed(by: samples) { Issue.record("\(name): \(op)") }
        row.pointee = right
        count += 1
      }
      for bit in (0..<32 as Range<UInt32>).map({ 1 << $0 as UInt32 }) {
        check("word \(bit.trailingZeroBitCount)") { $0.word ^= bit }
      }
      // A byte that is no register is zero: there a bit too many says nothing.
      for bit in (0..<24 as Range<UInt32>).map({ 1 << $0 as UInt32 }) where right.operands & bit != 0 {
        check("operands \(bit.trailingZeroBitCount)") { $0.operands ^= bit }
      }
      for field in [Field.d, .dInFrame, .t, .n, .base, .m] {
        // The registers that can be stored are those that can be a destination outside of a frame.
        let isAlike = right.first == Field.t.rawValue && field == .d
        if field.rawValue != right.first && right.operands & 0xFF != 0 && !isAlike {
          check("first \(field)") { $0.first = field.rawValue }
        }
        if field.rawValue != right.second && right.operands >> 8 & 0xFF != 0 {
          check("second \(field)") { $0.second = field.rawValue }
        }
      }
      check("stop") { $0.stop = $0.stop == 0 ? 1 : 0 }

      // Which form an immediate gets: it matters if that says something else of it.
      let old = samples.map { bench.table.forms[bench.form(of: $0)] }
      func checkForms(_ name: String, _ damage: (inout Row) -> Void) {
        damage(&row.pointee)
        let matters = samples.indices.contains { index in
          let (new, immediate) = (bench.table.forms[bench.form(of: samples[index])], samples[index].immediate)
          return AArch64FormTableDamageTests.meaning(of: new, for: immediate)
            != AArch64FormTableDamageTests.meaning(of: old[index], for: immediate)
        }
        row.pointee = right
        if matters { check(name, damage) }
      }
      let immediates = samples.reduce(0) { $0 | UInt32(truncatingIfNeeded: $1.immediate) }
      // Of an access, displacements from here on are beyond the aligned form, and right in the other one.
      let isAccess = right.sizes == 0xFF
      let beyond = (right.aligned + 1) << 12
      for bit in (0..<32 as Range<UInt32>).map({ 1 << $0 as UInt32 }) {
        if bit < 1 << 10 { checkForms("forms \(bit)") { $0.forms ^= bit } }
        if bit < 1 << 8 && immediates != 0 { checkForms("sizes \(bit)") { $0.sizes ^= bit } }
        if bit & immediates != 0 && !(isAccess && bit >= beyond) { checkForms("aligned \(bit)") { $0.aligned ^= bit } }
      }
    }
    #expect(count > 7_000, "\(count)")

    let inTable = Set(rows.map { $0[0].instruction.caseByte })
    for instruction in Instruction.samples where !inTable.contains(instruction.caseByte) && instruction.caseByte >= 2 {
      let (sample, row) = (bench.sample(instruction), bench.row(of: instruction))
      #expect(sample.taken == .none && row.pointee.forms == 0, "\(instruction)")
      row.pointee.forms = 1
      #expect(bench.taken(sample) != .none, "\(instruction)")
      row.pointee.forms = 0
      bench.table.forms[0].length = 4
      #expect(bench.taken(sample) != .none, "\(instruction)")
      bench.table.forms[0].length = 0
    }
  }

  /// Every bit of every form that an immediate can have; an empty one must stay empty.
  @Test func everyWrongFormIsNoticed() {
    var bench = Bench()
    var users: [Int: [Sample]] = [:]
    for sample in AArch64FormTableDamageTests.rows.joined() {
      users[bench.form(of: sample), default: []].append(sample)
    }
    var (count, used, empty) = (0, 0, 0)
    for (index, samples) in users.sorted(by: { $0.key < $1.key }) {
      let form = bench.table.forms + index
      let right = form.pointee
      func check(_ name: String, _ damage: (inout Form) -> Void) {
        damage(&form.pointee)
        if !bench.isNoticed(by: samples) { Issue.record("\(name) of form \(index): \(samples[0].instruction)") }
        form.pointee = right
        count += 1
      }
      /// What is noticed if an immediate gets another meaning.
      func checkMeaning(_ name: String, _ damage: (inout Form) -> Void) {
        var wrong = right
        damage(&wrong)
        let matters = samples.contains {
          AArch64FormTableDamageTests.meaning(of: wrong, for: $0.immediate)
            != AArch64FormTableDamageTests.meaning(of: right, for: $0.immediate)
        }
        if matters { check(name, damage) }
      }
      if right.length == 0 {
        empty += 1
        check("length") { $0.length = 4 }
        continue
      }
      used += 1
      // The scaled displacements of bytes end where the next size begins.
      let isReached = samples.contains { AArch64FormTableDamageTests.meaning(of: right, for: $0.immediate) != nil }
      for bit in 0..<64 as Range<UInt64> {
        let (one, isBelow32) = (1 << bit as UInt64, bit < 32)
        let short = UInt32(truncatingIfNeeded: one)
        if isBelow32 {
          if isReached { check("bits \(bit)") { $0.bits ^= short } }
          checkMeaning("low \(bit)") { $0.low ^= Int32(bitPattern: short) }
          checkMeaning("span \(bit)") { $0.span ^= short }
        }
        // A shift is taken modulo 64, and of a sum what the length says.
        if isReached && bit < 6 { check("shift \(bit)") { $0.shift ^= UInt8(one) } }
        if isReached && bit < 8 { check("length \(bit)") { $0.length ^= UInt8(one) } }
        if isReached && bit < 8 * UInt64(right.length) { check("constant \(bit)") { $0.constant ^= one } }
        checkMeaning("multiplier \(bit)") { $0.multiplier ^= Int64(bitPattern: one) }
      }
    }
    #expect(used > 60 && empty > 10 && count > 10_000, "\(used) \(empty) \(count)")
  }

  /// Every register in every field: a wrong bit of its number, or that it may not stand there; and the other way round.
  @Test func everyWrongNumberIsNoticed() {
    var bench = Bench()
    let (a, b) = (Register(9), Register(21))
    let fields: [(Field, Bool, UInt32, (Register) -> Instruction)] = [
      (.d, false, 0, { .add($0, a, b) }), (.dInFrame, true, 0, { .add($0, a, b) }),
      (.t, false, 0, { .st(.u64, $0, .at(a)) }),
      (.t, true, 0, { .st(.u64, $0, .at(a)) }), (.n, false, 5, { .add(a, $0, b) }),
      (.base, false, 5, { .ld(.u64, a, .at($0)) }),
      (.m, false, 16, { .add(b, a, $0) }),
    ]
    for (field, inFrame, first, op) in fields {
      for rawValue in UInt8.min...UInt8.max {
        let sample = bench.sample(op(Register(rawValue: rawValue)), inFrame: inFrame)
        let number = bench.table.numbers + Int(field.rawValue) + Int(rawValue)
        let right = number.pointee
        let bits: [UInt32] = right == AArch64FormTable.noRegister ? [31] : [31] + (first..<first + 5)
        for bit in bits {
          number.pointee = right ^ 1 << bit
          if !bench.isNoticed(by: sample) { Issue.record("\(field) \(rawValue), bit \(bit)") }
        }
        number.pointee = right
      }
    }
  }

  /// What flags an op leaves, and whether it asks them. A state that does not exist counts as clobbered, so that only
  /// the low three bits matter. That an op asks is not looked up for `b`, and without effect for what asks nothing.
  @Test func everyWrongEffectOnFlagsIsNoticed() {
    var bench = Bench()
    for sample in Instruction.samples {
      let isPlain = sample.caseByte == Instruction.plainCase
      for variant in UInt8(0)..<16 where !isPlain || UInt64(variant) == sample.halves.low {
        bench.place.initialize(to: sample)
        let start = UnsafeMutableRawPointer(bench.place)
        start.storeBytes(of: variant, as: UInt8.self)
        let row = bench.table.rows + (sample.caseByte * 16 + Int(variant))
        func left() -> FlagState {
          var run = AArch64.Run(table: bench.table, settled: start)
          bench.e.flags = sample.flags == .test ? .addition : .test
          run.settleFlags(before: start + 16, &bench.e)
          return bench.e.flags
        }
        let right = sample.flags ?? .test
        #expect(left() == right, "\(sample)")
        for bit in 0..<3 {
          row.pointee.flags ^= 1 << UInt8(bit)
          #expect(left() != right, "\(sample)")
          row.pointee.flags ^= 1 << UInt8(bit)
        }
        #expect(row.pointee.asks == (sample.consumes != nil), "\(sample)")
      }
      if sample.consumes == nil || sample.caseByte == Instruction.b(.eq, 0).caseByte { continue }
      let row = bench.row(of: sample)
      #expect(asked(sample, &bench) == .flagsClobbered, "\(sample)")
      row.pointee.asks = false
      #expect(asked(sample, &bench) == nil, "\(sample)")
      row.pointee.asks = true
    }
  }

  /// Why an op is refused where no flags are known.
  private func asked(_ instruction: Instruction, _ bench: inout Bench) -> EjitError.Kind? {
    bench.place.pointee = instruction
    let start = UnsafeRawPointer(bench.place)
    var run = AArch64.Run(table: bench.table, settled: start)
    bench.e.reset()
    do throws(EjitError) { try run.lower(from: start, count: 1, index: 0, into: &bench.e) } catch { return error.kind }
    return nil
  }
}
