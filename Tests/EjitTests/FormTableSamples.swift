@testable import Ejit

/// Instructions that choose among the entries of the x86-64 form table, and what becomes of one of them.
extension FormTableDamageTests {
  /// What became of an instruction: up to 16 bytes of code and how many they are, or nothing.
  struct Code: Equatable {
    var bits: UInt128 = 0
    /// −1: refused by the lowering, or left to it by the table.
    var length = -1

    static let none = Code()
  }

  /// One instruction at a time, by both ways.
  struct Bench: ~Copyable {
    var e: Emission
    let table: FormTable
    let place = UnsafeMutablePointer<Instruction>.allocate(capacity: 1)
    let run: X86_64.Run

    init(_ target: Target, _ table: FormTable) {
      e = Emission(target: target, features: .baseline)
      place.initialize(to: .nop)
      self.table = table
      run = X86_64.Run(table: table, settled: UnsafeRawPointer(place))
    }

    deinit { place.deallocate() }

    private func made() -> Code {
      let bytes = UInt128(littleEndian: e.code.base.loadUnaligned(as: UInt128.self))
      return Code(bits: e.code.count < 16 ? bytes & (1 << UInt128(8 * e.code.count) - 1) : bytes, length: e.code.count)
    }

    mutating func lowered(_ instruction: Instruction) -> Code {
      let frame = e.frame
      defer { e.frame = frame }  // `subroutine` and `leave` are among the samples
      e.code.count = 0
      do throws(Refusal) { try X86_64.lower(instruction, into: &e) } catch { return .none }
      return made()
    }

    /// By the loop alone: nothing if it leaves the instruction.
    mutating func copied(_ instruction: Instruction) -> Code {
      place.pointee = instruction
      let start = UnsafeRawPointer(place)
      e.code.count = 0
      return run.copy(from: start, to: start + 16, index: 0, into: &e) == start ? .none : made()
    }

    /// By what has roles for registers: nothing if the table does not have it.
    mutating func copiedByRoles(_ instruction: Instruction) -> Code {
      place.pointee = instruction
      let start = UnsafeRawPointer(place)
      e.code.count = 0
      guard table.entry(ofRoles: start) != nil else { return .none }
      var run = run
      do throws(EjitError) { _ = try run.rare(start, &e, start + 16) } catch { return .none }
      return made()
    }

    /// The entry that an instruction chooses.
    func entry(of instruction: Instruction) -> UnsafeMutablePointer<UInt64> {
      let row = UnsafeRawPointer(table.rows) + instruction.caseByte * 8
      let entries = row.load(fromByteOffset: Field.entries, as: UnsafeMutablePointer<UInt64>.self)
      let digits = instruction.key & row.load(fromByteOffset: Field.digits, as: UInt64.self)
      return entries + Int((digits &* row.load(fromByteOffset: Field.gather, as: UInt64.self)) >> FormShape.shift)
    }
  }

  /// Two values of every size.
  static let values: [(Immediate, Immediate)] = [
    (0, 0), (1, 31), (32, 63), (64, 127), (129, 4095), (4097, 65535), (0x1_2345, 0x7FFF_FFFF),
    (0x8765_4321, 0xFFFF_FFFF), (-1, -127), (-129, -4095), (-4097, -65535), (-0x12_3457, -0x7FFF_FFFF),
    (0x1234_5678_9ABC_DEF1, -0x1234_5678_9ABC_DEF1),
  ]
  /// Those that a displacement can have.
  static let displacements = values.compactMap { first, second in
    Int32(exactly: first.value).flatMap { first in Int32(exactly: second.value).map { (first, $0) } }
  }
  /// All that is a digit; 14 names no register, 15 is `sp`.
  static let digits = (0..<16).map { Register(rawValue: $0) }

  /// Every combination that chooses an entry, with two values of the same size where there is an immediate.
  static func combinations(of row: FormTable.Row, _ visit: (Instruction, Instruction) -> Void) {
    switch row {
    case .three(let op):
      for w in Width.allCases {
        for d in digits { for a in digits { for b in digits { visit(op(w, d, a, b), op(w, d, a, b)) } } }
      }
    case .two(let op):
      for w in Width.allCases { for d in digits { for a in digits { visit(op(w, d, a), op(w, d, a)) } } }
    case .twoSized(let op):
      for w in Width.allCases {
        for d in digits { for a in digits { for (x, y) in values { visit(op(w, d, a, x), op(w, d, a, y)) } } }
      }
    case .oneSized(let op):
      for w in Width.allCases { for d in digits { for (x, y) in values { visit(op(w, d, x), op(w, d, y)) } } }
    case .memory(let op):
      for type in MemoryType.allCases {
        for d in digits {
          for a in digits { for (x, y) in displacements { visit(op(type, d, .at(a, x)), op(type, d, .at(a, y))) } }
        }
      }
    case .plain(let ops): for op in ops { visit(op, op) }
    }
  }

  /// Digits that differ in one bit, and each bit that `limit` forbids alone, with digits that would be a register.
  static let few: [Register] =
    [0, 1, 2, 4, 8, 12, 13, 14, 15, 0x1B, 0x2B, 0x48, 0x8B, 0x80].map { Register(rawValue: $0) }

  /// Digits from which a wrong sum carries.
  static let high = digits[11...]

  /// Instructions that tell the bits of a row apart.
  static func samples(of row: FormTable.Row) -> [Instruction] {
    let (p, q) = (Register(9), Register(10))
    var list: [Instruction] = []
    switch row {
    case .three(let op):
      for w in Width.allCases {
        for r in few { list += [op(w, r, p, q), op(w, p, r, q), op(w, p, q, r), op(w, p, r, r), op(w, r, r, r)] }
      }
    case .two(let op):
      for w in Width.allCases { for r in few { list += [op(w, r, q), op(w, p, r), op(w, r, r)] } }
    case .twoSized(let op):
      for w in Width.allCases {
        for r in few { list += [op(w, r, q, 0), op(w, r, q, 5), op(w, p, r, 0), op(w, p, r, 5)] }
        for (x, y) in values { list += [op(w, p, q, x), op(w, p, q, y)] + high.map { op(w, $0, $0, x) } }
      }
    case .oneSized(let op):
      for w in Width.allCases {
        for r in few { list.append(op(w, r, 5)) }
        for (x, y) in values { list += [op(w, p, x), op(w, p, y)] + high.map { op(w, $0, x) } }
      }
    case .memory(let op):
      for type in MemoryType.allCases {
        for r in few { list += [op(type, r, .at(q, 5)), op(type, p, .at(r, 5))] }
        for (x, y) in displacements {
          list += [op(type, p, .at(q, x)), op(type, p, .at(q, y))] + high.map { op(type, $0, .at($0, x)) }
        }
        for shift in 0..<5 { list.append(op(type, p, .at(q, p, shift: shift, 5))) }
        list += [op(type, p, .absolute(5)), op(type, p, .at(q, .signed, p, 5)), op(type, p, .at(q, .unsigned, p, 5))]
      }
    case .plain: list = Instruction.samples.filter { $0.caseByte == Instruction.plainCase }
    }
    return list
  }
}
