import Ejit

/// Ops that become no instructions, or only such as do nothing: a program with one of them, and what must be found.
///
/// Their definitions say it to the last byte: where the op stands, what lies there, and what is recorded.
struct LaidDown {
  /// A program of which this was found.
  struct Found {
    var code: [UInt8]
    /// Where marks 0 and 1 are, around the op, and mark 2.
    let start: Int
    let end: Int
    let back: Int
    /// Where the op's label is.
    let label: Int
    /// What the code must begin at a multiple of.
    let alignment: Int
    let sites: [FaultSite]
  }

  let program: [Instruction]
  /// What must be found, in words.
  let meaning: String
  let holds: (Found, Reading) -> Bool

  init(_ program: [Instruction], _ meaning: String, _ holds: @escaping (Found, Reading) -> Bool) {
    (self.program, self.meaning, self.holds) = (program, meaning, holds)
  }

  /// What `instruction` must lay down on a target; empty: it must be refused. Nil: it becomes instructions that do
  /// something.
  static func cases(of instruction: Instruction, for target: Target) -> [LaidDown]? {
    let unit = target.instructionAlignment
    let alone = [.mark(0), instruction, .mark(1)]
    switch instruction {
    case .nops(let count):
      guard count <= 4096, Int(count) % unit == 0 else { return [] }
      return [LaidDown(alone, "so many bytes, which do nothing") { $0.isIdle(Int(count), $1) }]
    case .data(let type, let value):
      let bits = Int64(8 * type.byteCount)
      guard bits == 64 || (-1 << (bits - 1)..<1 << bits).contains(value.value) else { return [] }
      return [
        LaidDown(alone, "the bytes of the value") { found, _ in found.has(value.bits, type.byteCount) },
        between(instruction, "the bytes of the value") { found in found.has(value.bits, type.byteCount) },
      ]
    case .raw(let bytes, let count):
      guard (1...8).contains(count), Int(count) % unit == 0 else { return [] }
      return [LaidDown(alone, "these bytes") { found, _ in found.has(bytes.bits, Int(count)) }]
    case .zeros(let count):
      guard count <= 1 << 24 else { return [] }
      return [
        LaidDown(alone, "so many zeros") { found, _ in found.isZero(Int(count)) },
        between(instruction, "so many zeros") { found in found.isZero(Int(count)) },
      ]
    case .dataAddress(let label):
      let program: [Instruction] = [.nops(8)] + alone + [.nops(4), .label(label), .nop]
      return [
        LaidDown(program, "the label's offset") { found, _ in found.has(UInt64(found.label), 8) },
        between(instruction, binding: label, "the label's offset") { found in found.has(UInt64(found.label), 8) },
      ]
    case .align(let bytes): return gaps(instruction, Int(bytes))
    case .section(let section): return [moved(to: section)]
    case .tableEntry(let label): return [entry(label, size: target.architecture == .x86_64 ? 8 : 4)]
    case .faultSite(let id, let label): return [site(id, label)]
    default: return nil
    }
  }

  /// The op between other data, over which a branch waits that does not reach so far: what leads it on stands elsewhere,
  /// and the data at a multiple of 64.
  private static func between(
    _ instruction: Instruction, binding label: Label = Label(.max), _ meaning: String,
    _ holds: @escaping (Found) -> Bool
  ) -> LaidDown {
    let (before, end) = (64, Label(label.number ^ 1))
    let program: [Instruction] = [
      .branchBit(.eq, .argument(0), 3, end), .j(end), .align(64), .mark(2), .zeros(UInt32(before)), .mark(0),
      instruction, .mark(1), .zeros(20_000), .align(4), .label(end), .nop, .label(label), .ret,
    ]
    return LaidDown(program, "\(meaning), between zeros and at a multiple of 64") { found, _ in
      holds(found) && found.back % 64 == 0 && found.start == found.back + before
        && found.code[found.back..<found.start].allSatisfy { $0 == 0 }
        && found.code[found.end..<found.end + before].allSatisfy { $0 == 0 }
    }
  }

  /// Behind code instructions that do nothing, behind data zeros, up to the next multiple.
  private static func gaps(_ instruction: Instruction, _ bytes: Int) -> [LaidDown] {
    guard bytes.nonzeroBitCount == 1, bytes <= 4096 else { return [] }
    let alone = [.mark(0), instruction, .mark(1)]
    return [4, 8, 12, 60].flatMap { (before: UInt32) in
      let gap = -Int(before) & (bytes - 1)
      return [
        LaidDown([.nops(before)] + alone, "the gap, which does nothing; behind data zeros") { found, reading in
          found.isIdle(gap, reading) && found.alignment % bytes == 0
        },
        LaidDown([.zeros(before)] + alone, "the gap, behind data zeros") { found, _ in
          found.isZero(gap) && found.alignment % bytes == 0
        },
      ]
    }
  }

  /// What follows lies in the section, and what follows the way back in the other: hot code first.
  private static func moved(to section: CodeSection) -> LaidDown {
    let (other, places): (CodeSection, [Int]) = section == .cold ? (.hot, [4, 8, 4]) : (.cold, [12, 0, 12])
    let program: [Instruction] = [
      .section(other), .nops(4), .mark(0), .section(section), .mark(1), .nops(8), .section(other), .mark(2), .nops(4),
    ]
    return LaidDown(program, "what follows in its section") { found, reading in
      found.code.count == 16 && [found.start, found.end, found.back] == places
        && reading.isIdle(found.code[0..<8]) && reading.isIdle(found.code[8..<16])
    }
  }

  /// Behind the code the label's distance from the table, and nothing else.
  private static func entry(_ label: Label, size: Int) -> LaidDown {
    let program: [Instruction] = [
      .nops(4), .tableEntry(label), .jumpTable(.argument(0), label), .nops(4), .mark(0), .mark(1), .label(label), .ret,
    ]
    return LaidDown(program, "the label's distance from the table") { found, _ in
      let table = found.code.count - size
      let bits = found.bits(at: table, size)
      let distance = size == 8 ? Int(truncatingIfNeeded: bits) : Int(Int32(truncatingIfNeeded: bits))
      return table % 8 == 0 && table - found.label < 16 && table + distance == found.label
    }
  }

  /// No code, and the next instruction recorded.
  private static func site(_ id: SiteID, _ label: Label) -> LaidDown {
    let load = Instruction.ld(.u64, .result(0), .at(.argument(0), 8))
    let program: [Instruction] = [
      .mark(2), load, .mark(0), .faultSite(id, label), load, .mark(1), .nops(8), .label(label), .ret,
    ]
    return LaidDown(program, "no code, and the instruction behind it recorded") { found, _ in
      let site = FaultSite(
        start: UInt32(found.start), end: UInt32(found.end), recovery: UInt32(found.label), id: id.number)
      return found.sites == [site]
        && found.code[found.start..<found.end].elementsEqual(found.code[found.back..<found.start])
    }
  }
}

extension LaidDown.Found {
  /// Whether the op became the low `count` bytes of `value`.
  fileprivate func has(_ value: UInt64, _ count: Int) -> Bool {
    end - start == count && bits(at: start, count) == value & ~0 >> UInt64(64 - 8 * count)
  }

  fileprivate func isZero(_ count: Int) -> Bool {
    end - start == count && code[start..<end].allSatisfy { $0 == 0 }
  }

  /// Whether the op became so many bytes of instructions that do nothing.
  fileprivate func isIdle(_ count: Int, _ reading: Reading) -> Bool {
    end - start == count && reading.isIdle(code[start..<end])
  }

  fileprivate func bits(at offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(code[offset + $1]) << UInt64(8 * $1) }
  }
}

extension Verifier {
  /// Lowers an op that becomes no instructions, or only such as do nothing, and compares what it laid down.
  func check(_ instruction: Instruction, _ cases: [LaidDown]) -> Outcome {
    if cases.isEmpty {
      return lay([instruction]) == nil ? .refused : .differs(read: "lowered", expected: "refused\n")
    }
    for one in cases {
      guard let found = lay(one.program, instruction) else { return .differs(read: "refused", expected: one.meaning) }
      if !one.holds(found, reading) {
        return .differs(read: "\(found.code.prefix(64)), \(found.start)..<\(found.end)", expected: one.meaning)
      }
    }
    return .agrees(hash: 0)
  }

  /// The bits between the op's marks that can be turned over without that anyone notices.
  func unnoticedBits(of instruction: Instruction, _ cases: [LaidDown]) -> [Int] {
    cases.flatMap { one -> [Int] in
      guard let found = lay(one.program, instruction) else { return [-1] }
      return (8 * found.start..<8 * found.end).filter { bit in
        var copy = found
        copy.code[bit / 8] ^= 1 << UInt8(bit % 8)
        return one.holds(copy, reading)
      }
    }
  }

  /// What becomes of a program; nil if it is refused.
  private func lay(_ program: [Instruction], _ instruction: Instruction? = nil) -> LaidDown.Found? {
    do throws(EjitError) { try assembler.assemble(program) } catch { return nil }
    let marks = (0...2).map { assembler.marks.offset(of: $0) ?? 0 }
    let label = instruction.flatMap(LaidDown.label).flatMap { assembler.offset(of: $0) } ?? -1
    let sites = assembler.withFaultSites { sites in sites.indices.map { sites[$0] } }
    return LaidDown.Found(
      code: assembler.copyCode(), start: marks[0], end: marks[1], back: marks[2], label: label,
      alignment: assembler.alignment, sites: sites)
  }
}

extension LaidDown {
  /// The label that an op without expectation names.
  fileprivate static func label(of instruction: Instruction) -> Label? {
    switch instruction {
    case .dataAddress(let label), .tableEntry(let label), .faultSite(_, let label): label
    default: nil
    }
  }
}
