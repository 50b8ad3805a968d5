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
@usableFromInline struct FormTable: @unchecked Sendable {
  /// Where the parts of a row of `families` are: three tables of eight-byte rows behind one pointer, so that one
  /// scaled index reaches all. The parts are those of `FormShape`; `base` is the index of the op's first entry, or of
  /// an empty one where the op is not in the table.
  @usableFromInline enum Field {
    @inlinable static var base: Int { 0 }
    @inlinable static var registers: Int { 4 }
    @inlinable static var limit: Int { FormTable.rowCount * 8 }
    @inlinable static var sizes: Int { limit + 4 }
    @inlinable static var forms: Int { limit + 6 }
    @inlinable static var gather: Int { FormTable.rowCount * 16 }
    /// What the op does to flags: `neutral`, or the `FlagState` that it leaves. For all ops.
    @inlinable static var flags: Int { gather + 4 }
  }

  static let notInFrame: UInt64 = 1 << 59

  let families: UnsafeMutableRawPointer
  let entries: UnsafeMutablePointer<UInt64>
  /// For each `Register.rawValue` its digit in the table: 0…13, 15 for `sp`, 14 for none.
  let numbers: UnsafeMutablePointer<UInt8>
  @inlinable static var neutral: UInt8 { 0xFF }

  /// Which table serves a target. AArch64 sequences have a table of another kind, so `emit` finds nothing in this one.
  static func shared(for target: Target) -> FormTable {
    switch target.abi {
    case .sysV: sysV
    case .win64: win64
    case .aapcs64: empty
    }
  }

  private static let sysV = FormTable(.x86_64, rows)
  private static let win64 = FormTable(.x86_64Windows, rows)
  private static let empty = FormTable(.x86_64, [])

  /// A row for each case and value of byte 0 modulo 16: so many cases have no payload at most.
  @inlinable static var rowCount: Int { 256 * 16 }

  private init(_ target: Target, _ rows: [Row]) {
    families = .allocate(byteCount: FormTable.rowCount * 24, alignment: 64)
    families.initializeMemory(as: UInt8.self, repeating: 0, count: FormTable.rowCount * 24)
    numbers = .allocate(capacity: 256)
    for rawValue in UInt8.min...UInt8.max {
      let register = Register(rawValue: rawValue)
      numbers[Int(rawValue)] = register == .sp ? 15 : UInt8(target.abi.number(of: register) ?? 14)
    }
    entries = .allocate(capacity: FormTableBuilder.capacity)
    var builder = FormTableBuilder(target)
    for row in rows { builder.add(row, to: self) }
    builder.copyEntries(to: entries)
    for sample in Instruction.samples { recordFlags(of: sample) }
  }

  /// Says how the entries of the ops like `sample` are found.
  func setFamily(_ shape: FormShape, base: UInt32, of sample: Instruction) {
    let row = families + (sample.caseByte * 16 + Int(sample.halves.low & 15)) * 8
    row.storeBytes(of: base, toByteOffset: Field.base, as: UInt32.self)
    row.storeBytes(of: shape.registers, toByteOffset: Field.registers, as: UInt32.self)
    row.storeBytes(of: shape.limit, toByteOffset: Field.limit, as: UInt32.self)
    row.storeBytes(of: UInt16(shape.sizes), toByteOffset: Field.sizes, as: UInt16.self)
    row.storeBytes(of: UInt16(shape.forms), toByteOffset: Field.forms, as: UInt16.self)
    row.storeBytes(of: shape.gather, toByteOffset: Field.gather, as: UInt32.self)
  }

  /// What the case of `sample` does to flags, under all values of byte 0, or under its own if it has no payload.
  private func recordFlags(of sample: Instruction) {
    let isPlain = sample.caseByte == Instruction.plainCase
    let effect = sample.flags.map { $0.rawValue } ?? FormTable.neutral
    for variant in 0..<16 where !isPlain || UInt64(variant) == sample.halves.low {
      families.storeBytes(of: effect, toByteOffset: (sample.caseByte * 16 + variant) * 8 + Field.flags, as: UInt8.self)
    }
  }
}

extension Instruction {
  /// Byte 15: the case, or `plainCase`.
  var caseByte: Int { Int(halves.high >> 56) }

  /// Byte 15 of all cases without a payload, which are told apart by byte 0.
  static let plainCase = Instruction.nop.caseByte
}
