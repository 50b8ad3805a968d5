/// The code of the hot ops for every combination of registers and sizes of immediates, made by the lowering itself.
///
/// A `switch` per instruction costs an indirect jump that a processor often cannot predict; looking the bytes
/// up costs none. One entry holds up to seven bytes of code without the immediate, which follows them:
///
///     bits 0…55  code, first byte lowest      bits 56…58  bytes of code before the immediate
///     bit  59    not inside a frame           bits 60…63  bytes in all; 0: not in the table, see `X86_64.lower`
///
/// What lies at which byte of an `Instruction` is the layout that `InstructionLayoutTests` hold: byte 0 the width or
/// memory type, bytes 1…3 registers, bytes 4…11 the immediate or displacement, byte 12 its size class (low half) and
/// form of address (high half), byte 15 the case.
struct FormTable: @unchecked Sendable {
  /// How the entry of an op is found. One for each case and value of byte 0 modulo 8.
  ///
  /// Kept as three tables of eight-byte rows behind one pointer, so that one scaled index reaches all fields.
  struct Family {
    /// Index of its first entry; of an empty one where the op is not in the table.
    var base: UInt32 = 0
    /// Bits of bytes 1…3 that choose among its entries, one digit each.
    var registers: UInt32 = 0
    /// Bits of bytes 1…3 that must be zero: no register in the table has them.
    var limit: UInt32 = 0
    /// Bits of byte 12 that choose among the entries as lowest digit, in place of a third register.
    var sizes: UInt16 = 0
    /// Bits of byte 12 that must be zero.
    var forms: UInt16 = 0
    /// Multiplies the register digits side by side, above bit 20; what else the product has lies below or beyond 32.
    var gather: UInt32 = 0
  }

  /// Byte offsets of the fields from the row of an op in the first table.
  enum Field {
    static let base = 0
    static let registers = 4
    static let limit = FormTable.caseCount * 64
    static let sizes = limit + 4
    static let forms = limit + 6
    static let gather = FormTable.caseCount * 128
  }

  static let notInFrame: UInt64 = 1 << 59

  let families: UnsafeMutableRawPointer
  let entries: UnsafeMutablePointer<UInt64>
  /// For each `Register.rawValue` its number in the table: 0…13, 15 for `sp`, 14 for none.
  let numbers: UnsafeMutablePointer<UInt8>
  /// For each case and value of byte 0 modulo 8 the `FlagState` that it leaves; `neutral` if none.
  let flags: UnsafeMutablePointer<UInt8>
  static let neutral: UInt8 = 0xFF

  /// Which table serves a target.
  static func shared(for target: Target) -> FormTable { target.abi == .win64 ? win64 : sysV }

  private static let sysV = FormTable(.x86_64)
  private static let win64 = FormTable(.x86_64Windows)

  static let caseCount = 128

  private init(_ target: Target) {
    families = .allocate(byteCount: FormTable.caseCount * 192, alignment: 64)
    families.initializeMemory(as: UInt8.self, repeating: 0, count: FormTable.caseCount * 192)
    flags = .allocate(capacity: FormTable.caseCount * 8)
    flags.initialize(repeating: UInt8(FlagState.clobbered.rawValue), count: FormTable.caseCount * 8)
    numbers = .allocate(capacity: 256)
    for rawValue in UInt8.min...UInt8.max {
      let register = Register(rawValue: rawValue)
      numbers[Int(rawValue)] = register == .sp ? 15 : UInt8(target.abi.number(of: register) ?? 14)
    }
    entries = .allocate(capacity: FormTableBuilder.capacity)
    var builder = FormTableBuilder(target)
    for row in FormTable.rows { builder.add(row, to: self) }
    builder.copyEntries(to: entries)
    for sample in Instruction.samples { FormTable.record(sample, in: flags) }
  }

  /// Says how the entries of the ops like `sample` are found.
  func setFamily(_ family: Family, of sample: Instruction) {
    let words = sample.words
    let row = families + (Int(words.case) * 8 + Int(words.low & 7)) * 8
    row.storeBytes(of: family.base, toByteOffset: Field.base, as: UInt32.self)
    row.storeBytes(of: family.registers, toByteOffset: Field.registers, as: UInt32.self)
    row.storeBytes(of: family.limit, toByteOffset: Field.limit, as: UInt32.self)
    row.storeBytes(of: family.sizes, toByteOffset: Field.sizes, as: UInt16.self)
    row.storeBytes(of: family.forms, toByteOffset: Field.forms, as: UInt16.self)
    row.storeBytes(of: family.gather, toByteOffset: Field.gather, as: UInt32.self)
  }

  /// What the case of `sample` does to flags, under all values of byte 0, or under its own if it has no payload.
  private static func record(_ sample: Instruction, in flags: UnsafeMutablePointer<UInt8>) {
    let words = sample.words
    let isPlain = Int(words.case) == Instruction.plainCase
    let effect = sample.flags.map { $0.rawValue } ?? neutral
    for variant in 0..<8 where !isPlain || UInt64(variant) == words.low {
      flags[Int(words.case) * 8 + variant] = effect
    }
  }
}

extension Instruction {
  /// The sixteen bytes as the form table reads them.
  struct Words {
    let low: UInt64
    let high: UInt64
    var `case`: UInt8 { UInt8(truncatingIfNeeded: high >> 56) }
  }

  /// The sixteen bytes of this value.
  var words: Words {
    withUnsafeBytes(of: self) { bytes in
      Words(
        low: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)),
        high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }

  /// Byte 15 of all cases without a payload, which are told apart by byte 0.
  static let plainCase = Int(Instruction.nop.words.case)
}
