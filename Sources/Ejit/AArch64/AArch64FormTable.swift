/// How the hot ops become code without a decision for each: their words are sums, and this table has the summands.
///
/// A `switch` per instruction costs an indirect jump that a processor often cannot predict. Here the case and byte 0
/// of an instruction (width or memory type) choose a row, byte 12 (size of the immediate, form of the address) a
/// form in it, and
///
///     main = (row.word ^ form.bits) | the registers' numbers, each in its field
///     code = main << form.shift + form.constant + immediate * form.multiplier
///
/// are one or two words. Rows take their word from the lowering itself; `AArch64FormTableTests` compare all forms
/// with it. What lies at which byte of an `Instruction` is the layout that `InstructionLayoutTests` hold: byte 0 the
/// width or memory type, bytes 1…3 registers, bytes 4…11 the immediate or displacement, byte 12 its size class (low
/// half) and form of address (high half), byte 15 the case.
struct AArch64FormTable: @unchecked Sendable {
  /// One for each case and value of byte 0 modulo 16. The row of an op that is not in the table has an empty form.
  struct Row {
    /// The op's code with zeros for registers and immediate.
    var word: UInt32 = 0
    /// Bits of bytes 1…3 that are registers.
    var operands: UInt32 = 0
    /// The fields of the registers in bytes 1 and 2; the one in byte 3 is `m`.
    var first = Field.d.rawValue
    var second = Field.n.rawValue
    /// Index of the first form, and the bits of byte 12 that are added to it.
    var forms: UInt32 = 0
    var sizes: UInt32 = 0
    /// Bits of the immediate that must be zero, else `unaligned` is added too.
    var aligned: UInt32 = 0
    /// All ones: not inside a frame.
    var stop: UInt16 = 0
    /// What the op does to flags: `neutral`, or the `FlagState` that it leaves. For all ops.
    var flags: UInt8 = 0
    /// Whether the op asks the flags. For all ops.
    var asks = false
  }

  /// How one size of immediate is encoded.
  struct Form {
    /// What the word differs in.
    var bits: UInt32 = 0
    /// The smallest immediate, and how far the largest is above it.
    var low: Int32 = 0
    var span: UInt32 = .max
    /// 32: behind a word of constant and immediate. Else 0.
    var shift: UInt8 = 0
    /// Of the code, in bytes; 0: not in the table, see `AArch64.lower`.
    var length: UInt8 = 4
    var constant: UInt64 = 0
    var multiplier: Int64 = 0

    static let empty = Form(length: 0)
  }

  /// Where a register's number goes, and which registers may stand there. Raw value: index in `numbers`.
  enum Field: UInt32 {
    /// Bits 0…4, a destination; `inFrame` is added inside of a frame.
    case d = 0
    case dInFrame = 0x100
    /// Bits 0…4, a source.
    case t = 0x200
    /// Bits 5…9.
    case n = 0x400
    /// Bits 5…9, or the stack pointer.
    case base = 0x600
    /// Bits 16…20.
    case m = 0x800

    static let inFrame: UInt32 = 0x100
  }

  static let unaligned: UInt32 = 0x80
  static let neutral: UInt8 = 0xFF
  /// In `numbers`: no register for this place.
  static let noRegister: UInt32 = 1 << 31

  let rows: UnsafeMutablePointer<Row>
  let forms: UnsafeMutablePointer<Form>
  /// For each field and `Register.rawValue` the number in its place.
  let numbers: UnsafeMutablePointer<UInt32>

  /// In memory that is never given back: one table for the process.
  static let shared = AArch64FormTable()

  static let caseCount = 256
  private static let formCapacity = 2048

  init() {
    rows = .allocate(capacity: AArch64FormTable.caseCount * 16)
    rows.initialize(repeating: Row(), count: AArch64FormTable.caseCount * 16)
    forms = .allocate(capacity: AArch64FormTable.formCapacity)
    forms.initialize(repeating: .empty, count: AArch64FormTable.formCapacity)
    numbers = .allocate(capacity: 0x900)
    numbers.initialize(repeating: AArch64FormTable.noRegister, count: 0x900)
    for rawValue in UInt8.min...UInt8.max { setNumbers(of: Register(rawValue: rawValue)) }
    for sample in Instruction.samples { setFlags(of: sample) }
    var builder = AArch64FormTableBuilder(self)
    builder.addAll()
  }

  private func setNumbers(of register: Register) {
    let slot = Int(register.rawValue)
    func set(_ field: Field, _ number: UInt32) { numbers[Int(field.rawValue) + slot] = number }
    if register == .sp { set(.base, UInt32(X.sp.number) << 5) }
    guard let number = ABI.aapcs64.number(of: register).map({ UInt32($0) }) else { return }
    set(.d, number)
    if number != UInt32(X.x29.number) { set(.dInFrame, number) }
    set(.t, number)
    set(.n, number << 5)
    set(.base, number << 5)
    set(.m, number << 16)
  }

  /// What the case of `sample` does to flags, under all values of byte 0, or under its own if it has no payload.
  private func setFlags(of sample: Instruction) {
    let isPlain = sample.caseByte == Instruction.plainCase
    let effect = sample.flags.map { $0.rawValue } ?? AArch64FormTable.neutral
    for variant in 0..<16 where !isPlain || UInt64(variant) == sample.halves.low {
      rows[sample.caseByte * 16 + variant].flags = effect
      rows[sample.caseByte * 16 + variant].asks = sample.consumes != nil
    }
  }
}
