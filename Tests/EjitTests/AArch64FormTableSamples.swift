import Testing

@testable import Ejit

/// Instructions that use all of the AArch64 form table, and what becomes of one of them.
extension AArch64FormTableDamageTests {
  static let table = AArch64FormTable()

  /// What became of an instruction: up to eight bytes of code and how many they are, or nothing.
  struct Code: Equatable {
    var bits: UInt64 = 0
    /// −1: refused by the lowering, or left to it by the table.
    var length = -1

    static let none = Code()
  }

  /// An instruction, where it stands, and what becomes of it by the lowering and by the undamaged table.
  struct Sample {
    let instruction: Instruction
    let inFrame: Bool
    var right = Code.none
    var taken = Code.none

    /// Bytes 4…11.
    var immediate: Int64 {
      let (low, high) = instruction.halves
      return Int64(bitPattern: low >> 32 | high << 32)
    }
  }

  /// One instruction at a time, by both ways.
  struct Bench: ~Copyable {
    var e = Emission(target: .aarch64, features: .baseline)
    let table = AArch64FormTableDamageTests.table
    let place = UnsafeMutablePointer<Instruction>.allocate(capacity: 1)

    init() { place.initialize(to: .nop) }

    deinit { place.deallocate() }

    private func made() -> Code {
      let bytes = UInt64(littleEndian: e.code.base.loadUnaligned(as: UInt64.self))
      return Code(bits: e.code.count < 8 ? bytes & (1 << UInt64(8 * e.code.count) - 1) : bytes, length: e.code.count)
    }

    mutating func lowered(_ sample: Sample) -> Code {
      e.code.count = 0
      e.frame.place = sample.inFrame ? .inFrame : .outside
      do throws(Refusal) { try AArch64.lower(sample.instruction, into: &e) } catch { return .none }
      return made()
    }

    /// By the table alone. What it leaves to the lowering is refused for the run that it would stand in; what the table
    /// takes is not asked about that.
    mutating func taken(_ sample: Sample) -> Code {
      place.pointee = sample.instruction
      let start = UnsafeRawPointer(place)
      var run = AArch64.Run(table: table, settled: start)
      e.code.count = 0
      e.frame.place = sample.inFrame ? .inFrame : .outside
      e.run = sample.instruction.follows(.data) ? .table(0) : .data
      defer { e.run = .none }
      do throws(EjitError) { try run.lower(from: start, count: 1, index: 0, into: &e) } catch { return .none }
      return made()
    }

    mutating func sample(_ instruction: Instruction, inFrame: Bool = false) -> Sample {
      var sample = Sample(instruction: instruction, inFrame: inFrame)
      sample.right = lowered(sample)
      sample.taken = taken(sample)
      if sample.taken != .none && sample.taken != sample.right { Issue.record("\(instruction)") }
      return sample
    }

    mutating func isNoticed(by sample: Sample) -> Bool {
      let code = taken(sample)
      return code == .none ? sample.taken != .none : code != sample.right
    }

    mutating func isNoticed(by samples: [Sample]) -> Bool {
      for sample in samples where isNoticed(by: sample) { return true }
      return false
    }

    func row(of instruction: Instruction) -> UnsafeMutablePointer<Row> {
      table.rows + (instruction.caseByte * 16 + Int(instruction.halves.low & 15))
    }

    /// Which form an instruction chooses.
    func form(of sample: Sample) -> Int {
      let row = row(of: sample.instruction).pointee
      let isAligned = UInt32(truncatingIfNeeded: sample.immediate) & row.aligned == 0
      let byte12 = UInt32(truncatingIfNeeded: sample.instruction.halves.high >> 32)
      return Int(row.forms &+ (byte12 & row.sizes | (isAligned ? 0 : AArch64FormTable.unaligned)))
    }
  }

  /// Registers that differ in one bit of their raw value, roles among them, `sp`, the frame pointer, and none.
  static let registers: [Register] =
    [0, 1, 2, 4, 8, 15, 16, 20, 29, 30, 33, 0x41, 0x51, 0x61, 0x71, 0x75, 0x80, 0xFF].map { Register(rawValue: $0) }

  /// Both ends of every size, and of what the forms take of it; multiples of the sizes of accesses, and none.
  static let values: [Int64] = {
    var values: Set<Int64> = [0, 0x1234_5678_9ABC_DEF1, -0x1234_5678_9ABC_DEF1, .min, .max]
    for power in 0..<33 { for near: Int64 in -1...1 { values.formUnion([1 << power + near, near - 1 << power]) } }
    for size: Int64 in 0..<4 { for near: Int64 in -1...1 { values.insert((4095 + near) << size) } }
    values.formUnion([12, 24, 40, 72, 100, 136, 1000, 1001, 4088, -4095, -4096, -65535, -65537])
    return values.sorted()
  }()

  /// Registers whose numbers have all bits between them, each zero in one of both.
  static let triples = [(9, 21, 12), (22, 10, 19)].map { (Register($0.0), Register($0.1), Register($0.2)) }

  /// Every op of the table in every place of its registers, and with every kind of immediate, by rows.
  static func instructions(_ visit: ([Instruction]) -> Void) {
    func three(_ op: (Register, Register, Register) -> Instruction) -> [Instruction] {
      triples.flatMap { d, a, b in
        [op(d, a, b)] + registers.flatMap { [op($0, a, b), op(d, $0, b), op(d, a, $0), op(d, $0, $0)] }
      }
    }
    func two(_ op: (Register, Register) -> Instruction) -> [Instruction] {
      triples.flatMap { d, a, _ in [op(d, a)] + registers.flatMap { [op($0, a), op(d, $0)] } }
    }
    func twoSized(_ op: (Register, Register, Immediate) -> Instruction) -> [Instruction] {
      two { op($0, $1, 5) } + triples.flatMap { d, a, _ in values.map { op(d, a, Immediate($0)) } }
    }
    func oneSized(_ op: (Register, Immediate) -> Instruction) -> [Instruction] {
      registers.map { op($0, 5) } + triples.flatMap { d, _, _ in values.map { op(d, Immediate($0)) } }
    }
    func memory(_ op: (Register, Address) -> Instruction) -> [Instruction] {
      var list = two { op($0, .at($1, 16)) } + two { op($0, .at($1, 5)) }
      for (d, a, b) in triples {
        for value in values {
          list.append(op(d, .absolute(UInt64(bitPattern: value))))
          guard let near = Int32(exactly: value) else { continue }
          list += [op(d, .at(a, near)), op(d, .at(.sp, near))]
        }
        for shift in -1..<4 {
          list += [
            op(d, .at(a, b, shift: shift)), op(d, .at(a, b, shift: shift, 24)), op(d, .at(a, .signed, b, shift: shift)),
            op(d, .at(a, .unsigned, b, shift: shift)), op(d, .at(.sp, b, shift: shift)),
          ]
          list += registers.map { op(d, .at(a, $0, shift: shift)) }
        }
      }
      return list
    }
    for w in Width.allCases {
      visit(three { .add(width: w, $0, $1, $2) })
      visit(three { .sub(width: w, $0, $1, $2) })
      visit(three { .and(width: w, $0, $1, $2) })
      visit(three { .or(width: w, $0, $1, $2) })
      visit(three { .xor(width: w, $0, $1, $2) })
      visit(three { .mul(width: w, $0, $1, $2) })
      visit(three { .andn(width: w, $0, $1, $2) })
      visit(three { .orn(width: w, $0, $1, $2) })
      visit(three { .xnor(width: w, $0, $1, $2) })
      visit(three { .shl(width: w, $0, $1, $2) })
      visit(three { .shr(width: w, $0, $1, $2) })
      visit(three { .sar(width: w, $0, $1, $2) })
      visit(three { .rotr(width: w, $0, $1, $2) })
      visit(three { .addFlags(width: w, $0, $1, $2) })
      visit(three { .subFlags(width: w, $0, $1, $2) })
      visit(two { .mov(width: w, $0, $1) })
      visit(two { .not(width: w, $0, $1) })
      visit(two { .neg(width: w, $0, $1) })
      visit(two { .zext32(width: w, $0, $1) })
      visit(two { .clz(width: w, $0, $1) })
      visit(two { .bswap(width: w, $0, $1) })
      visit(two { .sext8(width: w, $0, $1) })
      visit(two { .sext16(width: w, $0, $1) })
      visit(two { .sext32(width: w, $0, $1) })
      visit(two { .zext8(width: w, $0, $1) })
      visit(two { .zext16(width: w, $0, $1) })
      visit(two { .cmp(width: w, $0, $1) })
      visit(two { .test(width: w, $0, $1) })
      visit(twoSized { .addi(width: w, $0, $1, $2) })
      visit(twoSized { .subi(width: w, $0, $1, $2) })
      visit(twoSized { .addiFlags(width: w, $0, $1, $2) })
      visit(twoSized { .subiFlags(width: w, $0, $1, $2) })
      visit(twoSized { .shli(width: w, $0, $1, $2) })
      visit(twoSized { .shri(width: w, $0, $1, $2) })
      visit(twoSized { .sari(width: w, $0, $1, $2) })
      visit(oneSized { .movi(width: w, $0, $1) })
      visit(oneSized { .cmpi(width: w, $0, $1) })
      visit(memory { .lea(width: w, $0, $1) })
    }
    for type in MemoryType.allCases {
      visit(memory { .ld(type, $0, $1) })
      visit(memory { .st(type, $0, $1) })
    }
    visit([.ret])
    visit([.nop])
  }

  /// The samples of every row that is in use; inside a frame what has the frame pointer, and one more.
  static let rows: [[Sample]] = {
    var bench = Bench()
    var lists: [[Instruction]] = []
    instructions { lists.append($0) }
    return lists.map { list in
      let framed = [list[0]] + list.filter { $0.halves.low.hasRegister(29) }
      return framed.map { bench.sample($0, inFrame: true) } + list.map { bench.sample($0) }
    }
  }()
}

extension UInt64 {
  /// Whether the register with this raw value is one of bytes 1…3.
  fileprivate func hasRegister(_ rawValue: UInt64) -> Bool {
    (1..<4).contains { self >> (8 * UInt64($0)) & 0xFF == rawValue }
  }
}
