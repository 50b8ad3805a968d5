/// The code of the hot ops for every combination of registers and sizes of immediates, made by the lowering itself.
///
/// A `switch` per instruction costs an indirect jump that a processor often cannot predict; looking the bytes
/// up costs none. One entry holds up to seven bytes of code without the immediate, which follows them:
///
///     bits 0…55   code, first byte lowest            bits 56…59  bytes in all
///     bits 60…62  bytes of code before the immediate bit  63     not inside a frame
///
/// All ones are no entry: see `X86_64.lower`. So one comparison tells whether there is one that is allowed where the
/// program is (`bound`). How many bytes of an immediate follow is a function of its size (`FormShape.immediateBytes`).
///
/// What lies at which byte of an `Instruction` is the layout that `InstructionLayoutTests` hold: byte 0 the width or
/// memory type, bytes 1…3 registers, bytes 4…11 the immediate or displacement, byte 12 its size class (low half) and
/// form of address (high half), byte 15 the case.
@usableFromInline struct FormTable: @unchecked Sendable {
  /// Where the parts of the rows, one for each case, lie: tables of eight-byte parts behind one pointer, so that one
  /// scaled index reaches all. They are those of `FormShape`; `entries` points to the op's entries, or to an empty one
  /// where the op is not in the table.
  @usableFromInline enum Field {
    static let limit = 0
    static let digits = 256 * 8
    static let gather = 256 * 16
    @inlinable static var entries: Int { 256 * 24 }
    /// What the op does to flags: `neutral`, or the `FlagState` that it leaves. For all ops, one byte for each case and
    /// value of byte 0 modulo 16: so many cases have no payload at most.
    static let flags = 256 * 32
    static let end = flags + 256 * 16
  }

  static let notInFrame: UInt64 = 1 << 63
  /// In place of an entry: there is none.
  static let none = UInt64.max
  /// What all entries are less than that are allowed at `place`.
  static func bound(at place: FrameState.Place) -> UInt64 { place == .outside ? none : notInFrame }

  let rows: UnsafeMutableRawPointer
  /// For each `Register.rawValue` its digit in the table: 0…13, 15 for `sp`, 14 for none.
  let numbers: UnsafeMutablePointer<UInt8>
  static let noNumber = 14
  static let neutral: UInt8 = 0xFF

  /// Which table serves a target. AArch64 sequences have a table of another kind, so `emit` finds nothing in this one.
  static func shared(for target: Target) -> FormTable {
    switch target.abi {
    case .sysV: sysV
    case .win64: win64
    case .aapcs64, .appleARM64, .windowsARM64: empty
    }
  }

  private static let sysV = FormTable(.x86_64, rows)
  private static let win64 = FormTable(.x86_64Windows, rows)
  private static let empty = FormTable(.x86_64, [])

  init(_ target: Target, _ list: [Row]) {
    rows = .allocate(byteCount: Field.end, alignment: 64)
    rows.initializeMemory(as: UInt8.self, repeating: 0, count: Field.end)
    numbers = .allocate(capacity: 256)
    for rawValue in UInt8.min...UInt8.max {
      let register = Register(rawValue: rawValue)
      numbers[Int(rawValue)] = register == .sp ? 15 : UInt8(target.abi.number(of: register) ?? FormTable.noNumber)
    }
    var builder = FormTableBuilder(target)
    for caseByte in 0..<256 { setRow(caseByte, nil, builder.empty) }
    for row in list { builder.add(row, to: self) }
    for sample in Instruction.samples { recordFlags(of: sample) }
  }

  /// Says how the entries of the ops with this case are found; without a shape it is the first one.
  func setRow(_ caseByte: Int, _ shape: FormShape?, _ entries: UnsafePointer<UInt64>) {
    let row = rows + caseByte * 8
    row.storeBytes(of: shape?.limit ?? 0, toByteOffset: Field.limit, as: UInt64.self)
    row.storeBytes(of: shape?.digits ?? 0, toByteOffset: Field.digits, as: UInt64.self)
    row.storeBytes(of: shape?.gather ?? 0, toByteOffset: Field.gather, as: UInt64.self)
    row.storeBytes(of: entries, toByteOffset: Field.entries, as: UnsafePointer<UInt64>.self)
  }

  /// The entry that `key` chooses in the row of its case, if the row allows all of its bits.
  @inline(__always) static func entry(of key: UInt64, in row: UnsafeRawPointer) -> UInt64 {
    let digits = key & row.load(fromByteOffset: Field.digits, as: UInt64.self)
    let product = digits &* row.load(fromByteOffset: Field.gather, as: UInt64.self)
    let entries = row.load(fromByteOffset: Field.entries, as: UnsafePointer<UInt64>.self)
    return entries[Int(truncatingIfNeeded: product >> FormShape.shift)]
  }

  /// Lays the code of `entry` down at `out`, with the immediate in bytes 4…11 of its instruction; returns how long it is.
  /// Up to eight bytes behind it are overwritten.
  @inline(__always) static func lay(
    _ entry: UInt64, _ immediate: UInt64, at out: UnsafeMutableRawPointer
  ) -> Int {
    out.storeBytes(of: entry, as: UInt64.self)
    out.storeBytes(of: immediate, toByteOffset: before(entry), as: UInt64.self)
    return length(of: entry)
  }

  /// How many bytes of code an entry has before the immediate.
  @inlinable @inline(__always) static func before(_ entry: UInt64) -> Int { Int(truncatingIfNeeded: entry >> 60 & 7) }
  /// How many bytes an entry makes.
  @inlinable @inline(__always) static func length(of entry: UInt64) -> Int { Int(truncatingIfNeeded: entry >> 56 & 15) }

  /// The entry for the instruction at `at`, which has roles in place of numbers; nil if it has not, or is not here.
  @inline(__always) func entry(ofRoles at: UnsafeRawPointer) -> UInt64? {
    let row = UnsafeRawPointer(rows) + Int(at.load(fromByteOffset: 15, as: UInt8.self)) &* 8
    let low = at.load(as: UInt32.self)
    let key = UInt64(at.load(fromByteOffset: 12, as: UInt32.self)) << 32 | UInt64(low)
    let unknown = key & row.load(fromByteOffset: Field.limit, as: UInt64.self)
    if unknown == 0 || unknown >> 32 != 0 { return nil }  // number, or another form of address
    var numbered = key & ~0xFFFF_FF00 | UInt64(numbers[Int(truncatingIfNeeded: low >> 8 & 0xFF)]) << 8
    numbered |= UInt64(numbers[Int(truncatingIfNeeded: low >> 16 & 0xFF)]) << 16
    numbered |= UInt64(numbers[Int(truncatingIfNeeded: low >> 24)]) << 24
    let entry = FormTable.entry(of: numbered, in: row)
    return entry == FormTable.none ? nil : entry
  }

  /// What an op does to flags: `neutral`, or the `FlagState` that it leaves; by its case and byte 0 modulo 16.
  @inline(__always) static func flags(_ variant: Int, of caseByte: Int, in rows: UnsafeRawPointer) -> UInt8 {
    rows.load(fromByteOffset: Field.flags &+ caseByte &* 16 &+ variant, as: UInt8.self)
  }

  /// What the case of `sample` does to flags, under all values of byte 0, or under its own if it has no payload.
  private func recordFlags(of sample: Instruction) {
    let isPlain = sample.caseByte == Instruction.plainCase
    let effect = sample.flags.map { $0.rawValue } ?? FormTable.neutral
    for variant in 0..<16 where !isPlain || UInt64(variant) == sample.halves.low {
      rows.storeBytes(of: effect, toByteOffset: Field.flags + sample.caseByte * 16 + variant, as: UInt8.self)
    }
  }
}

extension Instruction {
  /// Byte 15: the case, or `plainCase`.
  @inlinable @inline(__always) var caseByte: Int { Int(truncatingIfNeeded: halves.high >> 56) }

  /// Bytes 0…3 and 12…15, see `FormShape`.
  var key: UInt64 { halves.low & 0xFFFF_FFFF | halves.high & ~0xFFFF_FFFF }

  /// Byte 15 of all cases without a payload, which are told apart by byte 0.
  static let plainCase = Instruction.nop.caseByte
}
