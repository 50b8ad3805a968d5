import Testing

@testable import Ejit

/// The form table is a copy of what the lowering says, row by row: nothing else may come out of it.
@Suite struct FormTableTests {
  /// What the lowering alone makes of one instruction: bytes, or nil if it refuses.
  private static func rows(_ instruction: Instruction, _ e: inout Emission) -> [UInt8]? {
    e.reset()
    do throws(EjitError) {
      switch e.target.architecture {
      case .x86_64:
        e.code.reserve(X86_64.maximumBytes)
        try e.lower(instruction, by: X86_64.lower)
      case .aarch64:
        e.code.reserve(AArch64.maximumBytes)
        try e.lower(instruction, by: AArch64.lower)
      }
    } catch { return nil }
    return e.code.withBytes { code in code.withUnsafeBytes { [UInt8]($0) } }
  }

  private static func appended(_ instruction: Instruction, _ assembler: inout Assembler) -> [UInt8]? {
    assembler.reset()
    let one: [1 of Instruction] = [instruction]
    do throws(EjitError) { try assembler.append(one.span) } catch { return nil }
    do throws(EjitError) { try assembler.finish() } catch { return nil }
    return assembler.copyCode()
  }

  private static func emitted(_ instruction: Instruction, _ assembler: inout Assembler) -> [UInt8]? {
    assembler.reset()
    do throws(EjitError) { try assembler.emit(instruction) } catch { return nil }
    do throws(EjitError) { try assembler.finish() } catch { return nil }
    return assembler.copyCode()
  }

  private static func lent(_ instruction: Instruction, _ assembler: inout Assembler) -> [UInt8]? {
    assembler.reset()
    do throws(EjitError) {
      try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in
        try emitter.emit(instruction)
        return emitter
      }
      try assembler.finish()
    } catch { return nil }
    return assembler.copyCode()
  }

  /// Registers by number and role, `sp`, and what names none.
  private static let registers: [Register] =
    (0..<17).map { Register($0) } + [.argument(3), .saved(4), .temporary(0), .sp, Register(29), Register(40)]
  private static let few: [Register] = [2, 8, 10, 12, 13, 15].map { Register($0) } + [.saved(1), .result(0), .sp]
  private static let values: [Immediate] = [
    0, 1, 31, 32, 63, 64, 127, 128, 255, 256, 4095, 4096, 8190, 8192, 16380, 16384, 32760, 32768, 65535, 65536,
    0x7FFF_FFFF, 0xFF00_FF00, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
    0xFFF_000, 0x5555_5555_5555_5555, -1, -128, -129, -256, -257, -4095, -4096, -65536, -65537, -0x8000_0000,
    -0x8000_0001, 0x1234_5678_9ABC_DEF0,
  ]

  private static func combinations(of row: FormTable.Row, _ visit: (Instruction) -> Void) {
    switch row {
    case .three(let op):
      for w in Width.allCases {
        for d in registers { for a in registers { for b in registers { visit(op(w, d, a, b)) } } }
      }
    case .two(let op):
      for w in Width.allCases { for d in registers { for a in registers { visit(op(w, d, a)) } } }
    case .twoSized(let op):
      for w in Width.allCases { for d in few { for a in few { for value in values { visit(op(w, d, a, value)) } } } }
    case .oneSized(let op):
      for w in Width.allCases { for d in registers { for value in values { visit(op(w, d, value)) } } }
    case .memory(let op):
      for type in MemoryType.allCases {
        for d in few {
          for base in few {
            for value in values where Int32(exactly: value.value) != nil {
              visit(op(type, d, .at(base, Int32(value.value))))
            }
            visit(op(type, d, .at(base, few[0], shift: 2, 16)))
            visit(op(type, d, .at(base, few[1], shift: 7)))
          }
          for value in values { visit(op(type, d, .absolute(value.bits))) }
        }
      }
    case .plain(let ops): for op in ops { visit(op) }
    }
  }

  @Test(arguments: [Target.x86_64, .x86_64Windows, .aarch64]) func givesTheBytesOfTheLowering(on target: Target) {
    var e = Emission(target: target, features: .baseline)
    var assembler = Assembler(target: target, features: .baseline)
    var count = 0
    for row in FormTable.rows {
      FormTableTests.combinations(of: row) { instruction in
        let expected = FormTableTests.rows(instruction, &e)
        if FormTableTests.appended(instruction, &assembler) != expected { Issue.record("append: \(instruction)") }
        if FormTableTests.emitted(instruction, &assembler) != expected { Issue.record("emit: \(instruction)") }
        if FormTableTests.lent(instruction, &assembler) != expected { Issue.record("emitting: \(instruction)") }
        count += 1
      }
    }
    #expect(count > 100_000)
  }

  /// The whole table, entry by entry: each instruction with a plain form is really found there.
  @Test func isUsedForTheHotOps() {
    let table = FormTable.shared(for: .x86_64)
    for sample in [
      Instruction.add(Register(8), Register(9), Register(10)), .ld(.u64, Register(8), .at(Register(9), 8)),
    ] {
      #expect(FormTable.entry(of: sample.key, in: UnsafeRawPointer(table.rows) + sample.caseByte * 8) != FormTable.none)
    }
  }

  /// Whatever the digits are, the multiplication puts them where no other combination is, inside of the op's room.
  @Test func noTwoCombinationsMeet() {
    for (shape, room) in [
      (FormShape.three, 8192), (.two, 4096), (.twoSized, 8192), (.twoCounted, 8192), (.oneSized, 512),
      (.oneMasked, 512),
      (.oneLoaded, 512), (.memory, 32768), (.plain, 16),
    ] {
      var seen = Set<Int>()
      var digits: UInt64 = 0
      repeat {  // all subsets of the bits that choose
        let index = shape.index(of: digits | ~shape.digits & 0x00FF_000F_FFFF_FFFF)
        #expect(index < room)
        if !seen.insert(index).inserted { Issue.record("\(shape): \(String(digits, radix: 16))") }
        digits = (digits &- shape.digits) & shape.digits
      } while digits != 0
      // Eight ops share the room of `two`, 32 entries apart.
      if room == 4096 { #expect(seen.allSatisfy { $0 & 0xE0 == 0 }) }
    }
  }

  /// What an emitter makes of the operands is what the multiplication makes of them.
  @Test func anEmitterFindsTheSameEntries() {
    let table = FormTable.shared(for: .x86_64)
    var (taken, emitted) = (0, 0)
    for row in FormTable.rows {
      FormTableTests.combinations(of: row) { instruction in
        guard let shape = instruction.shape else { return }
        let (low, high) = instruction.halves
        let isAllowed = shape.allows(low, high)
        #expect(isAllowed == (instruction.key & shape.limit == 0))
        if !isAllowed { return }
        #expect(shape.place(low, high >> 32 & 15) == shape.index(of: instruction.key))
        let value = low >> 32 | high << 32
        let size = shape.isLikely(value) ? shape.likelySize(of: value) : shape.size(of: value)
        let place = UnsafeRawPointer(table.rows) + instruction.caseByte * 8
        let entries = place.load(fromByteOffset: FormTable.Field.entries, as: UnsafePointer<UInt64>.self)
        let entry = entries[shape.place(low, size)]
        if FormTable.entry(of: instruction.key, in: place) != FormTable.none { taken += 1 }
        if entry == FormTable.none { return }
        emitted += 1
        if FormTable.length(of: entry) != FormTable.before(entry) + shape.immediateBytes(size) {
          Issue.record("length: \(instruction)")
        }
      }
    }
    // Sizes that an emitter does not tell apart have an entry in common.
    #expect(emitted >= taken * 99 / 100, "\(emitted) of \(taken)")
  }

  @Test func refusesTheFramePointerInsideAFrame() throws {
    var assembler = Assembler(target: .x86_64)
    let program: [Instruction] = [.enter(0), .add(Register(13), Register(8), Register(9))]
    #expect(throws: EjitError(.registerConflict, instruction: 1, detail: 13)) {
      try assembler.append(program.span)
    }
    assembler.reset()
    try assembler.emit(program[0])
    #expect(throws: EjitError(.registerConflict, instruction: 1, detail: 13)) { try assembler.emit(program[1]) }
    #expect(throws: EjitError(.registerConflict, instruction: 1, detail: 13)) { try assembler.emit(.nop) }
  }

  /// In an AArch64 assembler the x86-64 table must not be found.
  @Test func emitOnAArch64GivesTheBytesOfAppend() throws {
    var assembler = Assembler(target: .aarch64)
    for sample in Instruction.samples {
      let appended = FormTableTests.appended(sample, &assembler)
      #expect(FormTableTests.emitted(sample, &assembler) == appended, "\(sample)")
    }
  }

  @Test func everySampleIsItsOwnCase() {
    let cases = Set(
      Instruction.samples.map { $0.caseByte << 8 | ($0.caseByte == Instruction.plainCase ? Int($0.halves.low) : 0) })
    #expect(cases.count == Instruction.samples.count)
    #expect(Instruction.plainCase < 256)
    // `append` knows these two by their numbers.
    #expect(Instruction.label(0).caseByte == 0)
    #expect(Instruction.b(.eq, 0).caseByte == 1)
  }

  @Test func everyFormHoldsItsPublishedBound() {
    for target in [Target.x86_64, .x86_64Windows, .aarch64] {
      var assembler = Assembler(target: target, features: .baseline)
      for row in FormTable.rows {
        FormTableTests.combinations(of: row) { instruction in
          guard let code = FormTableTests.appended(instruction, &assembler) else { return }
          if code.count > target.maximumBytes(for: instruction) { Issue.record("\(instruction): \(code.count)") }
        }
      }
    }
  }
}
