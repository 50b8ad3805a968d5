import Testing

@testable import Ejit

/// A form table of x86-64 with one wrong bit is noticed by the comparison with the lowering, row by row.
///
/// A table of the tests' own is damaged in one place, used by the real loop, and mended; the tests share it, one after
/// the other. Undamaged, the same comparison goes through every entry that an instruction can choose.
@Suite(.serialized) struct FormTableDamageTests {
  typealias Field = FormTable.Field

  private static let sysV = FormTable(.x86_64, FormTable.rows)
  private static let win64 = FormTable(.x86_64Windows, FormTable.rows)

  /// Bits of an entry that say something. How many bytes stand before the immediate is told only where one follows.
  private static func meaning(of entry: UInt64) -> UInt64 {
    let (before, length) = (UInt64(FormTable.before(entry)), UInt64(FormTable.length(of: entry)))
    return 1 << (8 * before) - 1 | (before < length ? 7 << 60 : 0) | FormTable.notInFrame | 15 << 56
  }

  /// Each entry in turn: the loop makes what the lowering makes, and with the next bit of the entry flipped, it does not.
  @Test(arguments: [Target.x86_64, .x86_64Windows]) func everyWrongEntryIsNoticed(on target: Target) {
    var bench = Bench(target, target == .x86_64 ? FormTableDamageTests.sysV : FormTableDamageTests.win64)
    let nop = bench.entry(of: .nop).pointee
    var (taken, empty, turn) = (0, 0, 0)
    for row in FormTable.rows {
      FormTableDamageTests.combinations(of: row) { first, second in
        let entry = bench.entry(of: first)
        let right = entry.pointee
        let (one, other) = (bench.lowered(first), bench.lowered(second))
        defer { entry.pointee = right }
        if right == FormTable.none {
          if bench.copied(first) != .none { Issue.record("taken: \(first)") }
          entry.pointee = nop
          if bench.copied(first) == one { Issue.record("an entry too many: \(first)") }
          empty += 1
          return
        }
        if bench.copied(first) != one || bench.copied(second) != other { Issue.record("\(first), \(second)") }
        bench.e.frame.place = .inFrame
        let inFrame = bench.lowered(first)
        if bench.copied(first) != inFrame { Issue.record("in a frame: \(first)") }
        bench.e.frame.place = .outside
        taken += 1

        let meaning = FormTableDamageTests.meaning(of: right)
        repeat { turn = (turn + 1) & 63 } while meaning >> UInt64(turn) & 1 == 0
        entry.pointee = right ^ 1 << UInt64(turn)
        let isNoticed: Bool
        if turn == FormTable.notInFrame.trailingZeroBitCount {
          bench.e.frame.place = .inFrame
          isNoticed = bench.copied(first) != inFrame
          bench.e.frame.place = .outside
        } else {
          isNoticed = bench.copied(first) != one || bench.copied(second) != other
        }
        if !isNoticed { Issue.record("bit \(turn) of \(String(right, radix: 16)): \(first), \(second)") }
      }
    }
    // 6 ops of three registers, 12 of two, 9 and 3 with an immediate, 2 with an address, and two without operands.
    #expect(taken + empty == 6 << 13 + 12 << 9 + (9 << 9 + 3 << 5) * 13 + 2 << 11 * 11 + 2)
    #expect(taken > 100_000)
  }

  /// What an op not in the table has in common with the others: the empty entry.
  @Test func anEntryForAnOpThatHasNoneIsNoticed() {
    var bench = Bench(.x86_64, FormTableDamageTests.sysV)
    let nop = bench.entry(of: .nop)
    let (word, rows) = (nop.pointee, bench.table.rows + Field.entries)
    // `append` knows the first two by their numbers, and has them in line.
    for sample in Instruction.samples where sample.shape == nil && sample.caseByte >= 2 {
      let entry = bench.entry(of: sample)
      #expect(bench.copied(sample) == .none, "\(sample)")
      entry.pointee = word
      #expect(bench.copied(sample) != .none && bench.copied(sample) != bench.lowered(sample), "\(sample)")
      entry.pointee = FormTable.none
      if sample.caseByte == Instruction.plainCase { continue }  // its row is that of `nop`
      let place = rows + sample.caseByte * 8
      let right = place.load(as: UnsafeMutablePointer<UInt64>.self)
      place.storeBytes(of: nop, as: UnsafeMutablePointer<UInt64>.self)
      #expect(bench.copied(sample) != .none, "\(sample)")
      place.storeBytes(of: right, as: UnsafeMutablePointer<UInt64>.self)
    }
  }

  /// How many ops have no operands: byte 0 tells them apart, from 0.
  private static let plainCount = Instruction.samples.count { $0.caseByte == Instruction.plainCase }

  /// Whether every instruction of an op that `shape` allows finds the same by `digits` and `gather`. The case is in the
  /// key too.
  private static func choosesAlike(
    _ shape: FormShape, _ digits: UInt64, _ gather: UInt64, _ op: Int, _ entries: UnsafeMutablePointer<UInt64>
  ) -> Bool {
    let fixed = UInt64(op) << 56
    let (field, count) = op == Instruction.plainCase ? (0, plainCount) : (32, Immediate.SizeClass.allCases.count)
    var key: UInt64 = 0
    repeat {
      let index = Int((((key | fixed) & digits) &* gather) >> FormShape.shift)
      let right = shape.index(of: key | fixed)
      let isPossible = key >> UInt64(field) & 15 < count
      if isPossible && index != right && entries[index] != entries[right] { return false }
      key = (key &- shape.digits) & shape.digits
    } while key != 0
    return true
  }

  /// Every bit of `limit`, `digits` and `gather`, and where the entries are.
  @Test func everyWrongRowIsNoticed() throws {
    var bench = Bench(.x86_64, FormTableDamageTests.sysV)
    // A wrong index reaches so far; behind the last entries there is not so much.
    let room = 1 << 15
    let last = UnsafeMutablePointer<UInt64>.allocate(capacity: room)
    last.initialize(repeating: FormTable.none, count: room)
    defer { last.deallocate() }
    var harmless = 0
    for row in FormTable.rows {
      let samples = FormTableDamageTests.samples(of: row)
      let (op, shape) = (samples[0].caseByte, try #require(samples.lazy.compactMap { $0.shape }.first))
      let place = bench.table.rows + op * 8
      let entries = place.load(fromByteOffset: Field.entries, as: UnsafeMutablePointer<UInt64>.self)
      defer { bench.table.setRow(op, shape, entries) }
      var used = entries
      if op == Instruction.plainCase {
        last.update(from: entries, count: 16)
        used = last
      }
      bench.table.setRow(op, shape, used)
      let right = samples.map { (bench.lowered($0), bench.copied($0)) }
      for (index, sample) in samples.enumerated() where right[index].1 != .none && right[index].1 != right[index].0 {
        Issue.record("\(sample)")
      }

      func isNoticed() -> Bool {
        samples.indices.contains { index in
          let code = bench.copied(samples[index])
          return code != right[index].1 && code != right[index].0 || code == .none && right[index].1 != .none
        }
      }
      for bit in (0..<64 as Range<UInt64>).map({ 1 << $0 as UInt64 }) {
        // A bit too many matters if an instruction in the table has it. One that is missing always does but for bit 39:
        // an address has it only with the three below, if its shift does not exist.
        let forbids = samples.indices.contains { right[$0].1 != .none && samples[$0].key & bit != 0 }
        place.storeBytes(of: shape.limit ^ bit, toByteOffset: Field.limit, as: UInt64.self)
        let matters = shape.limit & bit == 0 ? forbids : bit != 1 << 39
        if isNoticed() != matters { Issue.record("limit \(bit.trailingZeroBitCount): \(samples[0])") }
        place.storeBytes(of: shape.limit, toByteOffset: Field.limit, as: UInt64.self)

        for (digits, gather) in [(shape.digits ^ bit, shape.gather), (shape.digits, shape.gather ^ bit)] {
          place.storeBytes(of: digits, toByteOffset: Field.digits, as: UInt64.self)
          place.storeBytes(of: gather, toByteOffset: Field.gather, as: UInt64.self)
          if FormTableDamageTests.choosesAlike(shape, digits, gather, op, used) {
            harmless += 1
          } else if !isNoticed() {
            Issue.record("\(digits == shape.digits ? "gather" : "digits") \(bit.trailingZeroBitCount): \(samples[0])")
          }
        }
        bench.table.setRow(op, shape, used)
      }
      for wrong in [used + 1, bench.entry(of: op == Instruction.plainCase ? .mov(Register(8), Register(9)) : .nop)] {
        bench.table.setRow(op, shape, wrong)
        if !isNoticed() { Issue.record("entries: \(samples[0])") }
      }
    }
    #expect(harmless < FormTable.rows.count * 96, "\(harmless)")
  }

  /// The digits that stand for roles, and for numbers beside a role. Above the four bits there are none of any digit.
  @Test func everyWrongNumberIsNoticed() {
    var bench = Bench(.x86_64, FormTableDamageTests.sysV)
    for rawValue in UInt8.min...UInt8.max {
      let (register, role, other) = (Register(rawValue: rawValue), Register.saved(2), Register(9))
      let number = bench.table.numbers + Int(rawValue)
      let (right, instructions) = (
        number.pointee,
        [
          Instruction.add(register, role, other), .add(role, register, other), .add(role, other, register),
          .ld(.u64, role, .at(register, 5)), .st(.u64, register, .at(role, 5)),
        ]
      )
      var noticed = 0
      for instruction in instructions {
        let code = bench.lowered(instruction)
        // Nothing is added in the stack pointer; but it is a base.
        #expect(bench.copiedByRoles(instruction) == code, "\(instruction)")
        for bit in 0..<4 {
          number.pointee = right ^ 1 << UInt8(bit)
          if bench.copiedByRoles(instruction) != code { noticed |= 1 << bit }
        }
        number.pointee = right
      }
      #expect(noticed == 0xF, "\(register)")
    }
  }

  /// What flags an op leaves. A state that does not exist counts as clobbered, so that only the low three bits matter.
  @Test func everyWrongEffectOnFlagsIsNoticed() {
    let table = FormTableDamageTests.sysV
    var e = Emission(target: .x86_64, features: .baseline)
    let place = UnsafeMutablePointer<Instruction>.allocate(capacity: 1)
    defer { place.deallocate() }
    for sample in Instruction.samples {
      let isPlain = sample.caseByte == Instruction.plainCase
      for variant in UInt8(0)..<16 where !isPlain || UInt64(variant) == sample.halves.low {
        place.initialize(to: sample)
        let start = UnsafeMutableRawPointer(place)
        start.storeBytes(of: variant, as: UInt8.self)
        func left() -> FlagState {
          var run = X86_64.Run(table: table, settled: start)
          e.flags = sample.flags == .test ? .addition : .test
          run.settleFlags(before: start + 16, &e)
          return e.flags
        }
        let right = sample.flags ?? .test
        #expect(left() == right, "\(sample)")
        let byte = (table.rows + Field.flags + sample.caseByte * 16 + Int(variant)).assumingMemoryBound(to: UInt8.self)
        for bit in 0..<3 {
          byte.pointee ^= 1 << UInt8(bit)
          #expect(left() != right, "\(sample)")
          byte.pointee ^= 1 << UInt8(bit)
        }
      }
    }
  }
}
