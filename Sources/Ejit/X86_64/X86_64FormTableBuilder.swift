extension FormTable {
  /// How the ops of each shape are written.
  enum Row {
    case three((Width, Register, Register, Register) -> Instruction)
    case two((Width, Register, Register) -> Instruction)
    case twoSized((Width, Register, Register, Immediate) -> Instruction)
    case oneSized((Width, Register, Immediate) -> Instruction)
    case memory((MemoryType, Register, Address) -> Instruction)
    case plain(Instruction)
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
      .plain(.ret),
      .plain(.nop),
    ]
  }
}

/// Fills a form table by lowering every combination once.
struct FormTableBuilder: ~Copyable {
  private var emission: Emission
  private var entries: [UInt64] = [0]  // the empty one
  /// Room for all entries.
  static let capacity = 200_000

  init(_ target: Target) {
    emission = Emission(target: target, features: .baseline)
    entries.reserveCapacity(FormTableBuilder.capacity)
  }

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
      for w in Width.allCases {
        enroll(op(w, r(0), r(0), r(0)), in: table)
        for index in 0..<4096 { add { _ in op(w, r(index >> 8), r(index >> 4 & 15), r(index & 15)) } }
      }
    case .two(let op):
      for w in Width.allCases {
        enroll(op(w, r(0), r(0)), in: table)
        for index in 0..<256 { add { _ in op(w, r(index >> 4), r(index & 15)) } }
      }
    case .twoSized(let op):
      for w in Width.allCases {
        enroll(op(w, r(0), r(0), 0), in: table)
        for index in 0..<256 { addSizes { op(w, r(index >> 4), r(index & 15), $0) } }
      }
    case .oneSized(let op):
      for w in Width.allCases {
        enroll(op(w, r(0), 0), in: table)
        for index in 0..<16 { addSizes { op(w, r(index), $0) } }
      }
    case .memory(let op):
      for type in MemoryType.allCases {
        enroll(op(type, r(0), .at(r(0))), in: table)
        for index in 0..<256 {
          addSizes { op(type, r(index >> 4), .at(r(index & 15), Int32(truncatingIfNeeded: $0.value))) }
        }
      }
    case .plain(let op):
      enroll(op, in: table)
      add { _ in op }
    }
  }

  /// The entries that follow belong to ops like `sample`.
  private func enroll(_ sample: Instruction, in table: FormTable) {
    guard let shape = sample.shape else { preconditionFailure("an op in the table has a shape") }
    table.setFamily(shape, base: UInt32(entries.count), of: sample)
  }

  private mutating func addSizes(_ op: (Immediate) -> Instruction) {
    for size in 0..<16 {
      if size < FormTableBuilder.samples.count { add(size: size, op) } else { entries.append(0) }
    }
  }

  /// One entry: empty if the lowering refuses the op, or its bytes are too many, or do not end in the immediate.
  private mutating func add(size: Int = 0, _ op: (Immediate) -> Instruction) {
    let (first, second) = FormTableBuilder.samples[size]
    guard let (code, length) = encode(op(first)), length <= 15 else { return entries.append(0) }
    var before = length
    if size > 0 {
      guard let (other, otherLength) = encode(op(second)), length == otherLength else { return entries.append(0) }
      before = min(length, (code ^ other).trailingZeroBitCount / 8)
      let ends = endsInImmediate(code, first, before, length) && endsInImmediate(other, second, before, length)
      guard ends else { return entries.append(0) }
    }
    guard before <= 7 else { return entries.append(0) }
    var entry = UInt64(before) << 56 | UInt64(length) << 60
    entry |= UInt64(truncatingIfNeeded: code) & (1 << UInt64(8 * before) - 1)
    if isRefusedInFrame(op(first)) { entry |= FormTable.notInFrame }
    entries.append(entry)
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

  /// Copies the entries to memory that is never given back: tables live as long as the process.
  func copyEntries(to storage: UnsafeMutablePointer<UInt64>) {
    precondition(entries.count <= FormTableBuilder.capacity)
    for index in entries.indices { (storage + index).initialize(to: entries[index]) }
  }
}
