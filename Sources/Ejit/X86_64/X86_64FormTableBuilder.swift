extension FormTable {
  /// How the ops of each shape are written.
  enum Row {
    case three((Width, Register, Register, Register) -> Instruction)
    case two((Width, Register, Register) -> Instruction)
    case twoSized((Width, Register, Register, Immediate) -> Instruction)
    case oneSized((Width, Register, Immediate) -> Instruction)
    case memory((MemoryType, Register, Address) -> Instruction)
    /// The ops without operands.
    case plain([Instruction])
  }

  /// The ops in the table. What is not here, or not in this form of it, is lowered by `X86_64.lower`.
  static var rows: [Row] {
    [
      .three { .add(width: $0, $1, $2, $3) },
      .three { .sub(width: $0, $1, $2, $3) },
      .three { .and(width: $0, $1, $2, $3) },
      .three { .or(width: $0, $1, $2, $3) },
      .three { .xor(width: $0, $1, $2, $3) },
      .three { .mul(width: $0, $1, $2, $3) },
      .two { .mov(width: $0, $1, $2) },
      .two { .not(width: $0, $1, $2) },
      .two { .neg(width: $0, $1, $2) },
      .two { .cmp(width: $0, $1, $2) },
      .two { .test(width: $0, $1, $2) },
      .two { .bswap(width: $0, $1, $2) },
      .two { .sext8(width: $0, $1, $2) },
      .two { .sext16(width: $0, $1, $2) },
      .two { .sext32(width: $0, $1, $2) },
      .two { .zext8(width: $0, $1, $2) },
      .two { .zext16(width: $0, $1, $2) },
      .two { .zext32(width: $0, $1, $2) },
      .twoSized { .addi(width: $0, $1, $2, $3) },
      .twoSized { .subi(width: $0, $1, $2, $3) },
      .twoSized { .andi(width: $0, $1, $2, $3) },
      .twoSized { .ori(width: $0, $1, $2, $3) },
      .twoSized { .xori(width: $0, $1, $2, $3) },
      .twoSized { .muli(width: $0, $1, $2, $3) },
      .twoSized { .shli(width: $0, $1, $2, $3) },
      .twoSized { .shri(width: $0, $1, $2, $3) },
      .twoSized { .sari(width: $0, $1, $2, $3) },
      .oneSized { .movi(width: $0, $1, $2) },
      .oneSized { .cmpi(width: $0, $1, $2) },
      .oneSized { .testi(width: $0, $1, $2) },
      .memory { .ld($0, $1, $2) },
      .memory { .st($0, $1, $2) },
      .plain([.ret, .nop]),
    ]
  }
}

/// Fills a form table by lowering every combination once.
struct FormTableBuilder: ~Copyable {
  private var emission: Emission
  /// Of all ops, in memory that is never given back: tables live as long as the process.
  private let entries: UnsafeMutablePointer<UInt64>
  /// How many entries are taken; the first one stays empty.
  private var count = 1
  /// How many ops with two registers share the entries from `shared` on.
  private var (sharing, shared) = (8, 0)
  /// Room for all entries.
  private static let capacity = 210_000

  init(_ target: Target) {
    emission = Emission(target: target, features: .baseline)
    entries = .allocate(capacity: FormTableBuilder.capacity)
    entries.initialize(repeating: FormTable.none, count: FormTableBuilder.capacity)
  }

  /// An empty entry.
  var empty: UnsafePointer<UInt64> { UnsafePointer(entries) }

  /// Two values of each size that differ in their lowest byte.
  private static let samples: [(Immediate, Immediate)] = [
    (0, 0), (1, 30), (32, 63), (64, 127), (128, 4095), (4096, 65535), (0x12_3456, 0x7FFF_FFFF),
    (0x8000_0001, 0xFFFF_FFF0), (-1, -128), (-129, -4095), (-4096, -65535), (-0x12_3456, -0x8000_0000),
    (0x1234_5678_9ABC_DEF0, -0x1234_5678_9ABC_DEF1),
  ]

  /// The register with this number in the table.
  private static func register(_ number: Int) -> Register { number == 15 ? .sp : Register(number) }

  mutating func add(_ row: FormTable.Row, to table: FormTable) {
    let r = FormTableBuilder.register
    switch row {
    case .three(let op):
      let place = enroll(op(.w64, r(0), r(0), r(0)), room: 8192, in: table)
      for w in Width.allCases {
        for index in 0..<4096 { add(at: place) { _ in op(w, r(index >> 8), r(index >> 4 & 15), r(index & 15)) } }
      }
    case .two(let op):
      let place = enrollSharing(op(.w64, r(0), r(0)), in: table)
      for w in Width.allCases {
        for index in 0..<256 { add(at: place) { _ in op(w, r(index >> 4), r(index & 15)) } }
      }
    case .twoSized(let op):
      let place = enroll(op(.w64, r(0), r(0), 0), room: 8192, in: table)
      for w in Width.allCases {
        for index in 0..<256 { addSizes(at: place) { op(w, r(index >> 4), r(index & 15), $0) } }
      }
    case .oneSized(let op):
      let place = enroll(op(.w64, r(0), 0), room: 512, in: table)
      for w in Width.allCases { for index in 0..<16 { addSizes(at: place) { op(w, r(index), $0) } } }
    case .memory(let op):
      let place = enroll(op(.u8, r(0), .at(r(0))), room: 32768, in: table)
      for type in MemoryType.allCases {
        for index in 0..<256 {
          addSizes(at: place) { op(type, r(index >> 4), .at(r(index & 15), Int32(truncatingIfNeeded: $0.value))) }
        }
      }
    case .plain(let ops):
      let place = enroll(ops[0], room: 16, in: table)
      for op in ops { add(at: place) { _ in op } }
    }
  }

  /// Where the entries of one op lie, and in which order.
  private struct Place {
    let base: Int
    let shape: FormShape
  }

  /// Finds room for the entries of the ops like `sample`.
  private mutating func enroll(_ sample: Instruction, room: Int, in table: FormTable) -> Place {
    count += room
    precondition(count <= FormTableBuilder.capacity)
    return enroll(sample, base: count - room, in: table)
  }

  /// The same for an op with two registers: eight of them fill the gaps that `FormShape.two` leaves.
  private mutating func enrollSharing(_ sample: Instruction, in table: FormTable) -> Place {
    if sharing == 8 {
      (sharing, shared) = (0, count)
      count += 4096
      precondition(count <= FormTableBuilder.capacity)
    }
    sharing += 1
    return enroll(sample, base: shared + (sharing - 1) * 32, in: table)
  }

  private func enroll(_ sample: Instruction, base: Int, in table: FormTable) -> Place {
    guard let shape = sample.shape else { preconditionFailure("an op in the table has a shape") }
    table.setRow(sample.caseByte, shape, entries + base)
    return Place(base: base, shape: shape)
  }

  private mutating func addSizes(at place: Place, _ op: (Immediate) -> Instruction) {
    for size in FormTableBuilder.samples.indices { add(at: place, size: size, op) }
  }

  /// Enters one combination, if the table can have it: with a size, `op` is taken with two immediates of it.
  private mutating func add(at place: Place, size: Int = 0, _ op: (Immediate) -> Instruction) {
    let instruction = op(FormTableBuilder.samples[size].0)
    guard let entry = entry(size, instruction, op) else { return }
    entries[place.base + place.shape.index(of: instruction.key)] = entry
  }

  /// The entry; nil if the lowering refuses the op, or its bytes are too many, or do not end in the immediate.
  private mutating func entry(_ size: Int, _ instruction: Instruction, _ op: (Immediate) -> Instruction) -> UInt64? {
    let (first, second) = FormTableBuilder.samples[size]
    guard let (code, length) = encode(instruction), length <= 15 else { return nil }
    var before = length
    if size > 0 {
      guard let (other, otherLength) = encode(op(second)), length == otherLength else { return nil }
      before = min(length, (code ^ other).trailingZeroBitCount / 8)
      let ends = endsInImmediate(code, first, before, length) && endsInImmediate(other, second, before, length)
      guard ends else { return nil }
    }
    guard before <= 7, length == before + immediateBytes(instruction) else { return nil }
    var entry = UInt64(before) << 60 | UInt64(length) << 56
    entry |= UInt64(truncatingIfNeeded: code) & (1 << UInt64(8 * before) - 1)
    if isRefusedInFrame(instruction) { entry |= FormTable.notInFrame }
    return entry
  }

  /// Only what has the frame pointer as first register, or no operand at all, can be refused for the place it has.
  private mutating func isRefusedInFrame(_ instruction: Instruction) -> Bool {
    let register = Int(instruction.halves.low >> 8 & 0xFF)
    guard register == emission.target.abi.framePointer || instruction.caseByte == Instruction.plainCase else {
      return false
    }
    emission.frame.place = .inFrame
    defer { emission.frame.place = .outside }
    return encode(instruction) == nil
  }

  /// How many bytes of its immediate the code of an instruction must end in to be in the table.
  private func immediateBytes(_ instruction: Instruction) -> Int {
    guard let shape = instruction.shape, shape.hasSize else { return 0 }
    return shape.immediateBytes(instruction.halves.high >> 32 & 15)
  }

  private func endsInImmediate(_ code: UInt128, _ value: Immediate, _ before: Int, _ length: Int) -> Bool {
    let mask = (1 as UInt128) << UInt128(8 * (length - before)) - 1
    return code >> UInt128(8 * before) == UInt128(value.bits) & mask
  }

  /// The bytes, first one lowest, and how many.
  private mutating func encode(_ instruction: Instruction) -> (UInt128, Int)? {
    emission.code.count = 0
    do throws(Refusal) {
      try X86_64.lower(instruction, into: &emission)
    } catch { return nil }
    let length = emission.code.count
    let bytes = emission.code.base.loadUnaligned(as: UInt128.self)
    return (UInt128(littleEndian: bytes) & (1 << UInt128(8 * min(length, 15)) - 1), length)
  }
}
