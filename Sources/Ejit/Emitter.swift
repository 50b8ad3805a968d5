/// Lowers one instruction after the other where each is written: what `Assembler.emitting` lends.
///
/// Lowering what is given here takes a few loads and stores, for its state stays in machine registers from one
/// instruction to the next as long as it is a local variable or parameter of the function that emits.
public struct Emitter: ~Copyable {
  /// What is emitted to, apart from what is known here while it is lent.
  @usableFromInline let emission: UnsafeMutablePointer<Emission>
  @usableFromInline let labels: UnsafeMutablePointer<LabelTable>
  /// Those of the form table.
  @usableFromInline let rows: UnsafeRawPointer
  /// Where the next code goes.
  @usableFromInline var out: UnsafeMutableRawPointer
  /// From here on nothing is done in line: there is no room, or it is not known how.
  @usableFromInline var limit: UnsafeMutableRawPointer
  /// What `out` is compared with to get a `CodePlace`.
  @usableFromInline var origin: UInt
  /// What an entry must be less than to be allowed here.
  @usableFromInline var bound: UInt64
  /// What the flags hold, and above it, from bit 8 on, the index of the next instruction: one word, so that one store
  /// suffices.
  @usableFromInline var progress: UInt64

  /// What lowering an instruction that is not done in line changes.
  @usableFromInline typealias Window = (
    out: UnsafeMutableRawPointer, limit: UnsafeMutableRawPointer, origin: UInt, bound: UInt64
  )

  init(_ emission: UnsafeMutablePointer<Emission>, _ table: FormTable) {
    self.emission = emission
    labels = withUnsafeMutablePointer(to: &emission.pointee.labels) { $0 }
    rows = UnsafeRawPointer(table.rows)
    (out, limit, origin, bound) = emission.pointee.window
    progress = emission.pointee.progress
  }

  @inlinable @inline(always) init(lending other: borrowing Emitter) {
    emission = other.emission
    labels = other.labels
    rows = other.rows
    out = other.out
    limit = other.limit
    origin = other.origin
    bound = other.bound
    progress = other.progress
  }

  /// The place reached.
  @inlinable @inline(always) var place: UInt32 { UInt32(truncatingIfNeeded: UInt(bitPattern: out) &- origin) }

  /// An instruction has been lowered that leaves `flags`; nil: what they were.
  @inlinable @inline(always) mutating func step(_ flags: FlagState?) {
    progress = flags.map { progress & ~0xFF &+ (256 + UInt64($0.rawValue)) } ?? progress &+ 256
  }

  /// Lowers the next instruction of the program: same bytes, same errors as `Assembler.append`.
  ///
  /// Meant for a call with the op written out, `emit(.add(d, a, b))`: what depends on the op alone is then worked out
  /// at compile time. After an error everything is refused with the same error until `Assembler.reset`.
  @inlinable @inline(always) public mutating func emit(_ instruction: Instruction) throws(EjitError) {
    if case .label(let label) = instruction { return try bind(label) }
    if case .b(let condition, let target) = instruction { return try branch(condition, target) }
    let (shape, flags) = (instruction.shape, instruction.flags)
    guard let shape else { return try emitRare(instruction, hasSize: false, flags) }
    let (low, high) = instruction.halves
    let value = low >> 32 | high << 32
    if _fastPath(shape.allows(low, high)), _fastPath(out < limit) {
      if _fastPath(shape.isLikely(value)) {
        if copy(instruction, shape, size: shape.likelySize(of: value), isLikely: true, flags) { return }
      } else {
        if copy(instruction, shape, size: shape.size(of: value), isLikely: false, flags) { return }
      }
    }
    try emitRare(instruction, hasSize: shape.hasSize, flags)
  }

  /// Copies what the form table has, if it has it.
  @inlinable @inline(always) mutating func copy(
    _ instruction: Instruction, _ shape: FormShape, size: UInt64, isLikely: Bool, _ flags: FlagState?
  ) -> Bool {
    let (low, high) = instruction.halves
    let entries = rows.load(
      fromByteOffset: FormTable.Field.entries &+ instruction.caseByte &* 8, as: UnsafePointer<UInt64>.self)
    let entry = entries[shape.place(low, size)]
    guard _fastPath(entry < bound) else { return false }
    let before = FormTable.before(entry)
    out.storeBytes(of: entry, as: UInt64.self)
    if shape.hasSize { out.storeBytes(of: low >> 32 | high << 32, toByteOffset: before, as: UInt64.self) }
    out += isLikely ? before &+ shape.immediateBytes(size) : FormTable.length(of: entry)
    step(flags)
    return true
  }

  @inlinable @inline(always) mutating func bind(_ label: Label) throws(EjitError) {
    let number = label.number
    // A label below 2^16 has its own slot, unless another one took it.
    let slot = labels.pointee.base + Int(number & labels.pointee.mask)
    let epoch = labels.pointee.epoch
    guard _fastPath(number < 1 << 16), _fastPath(slot.pointee.key < epoch), _fastPath(labels.pointee.room > 0),
      _fastPath(out < limit)
    else { return try emitRare(.label(label), hasSize: false, .clobbered) }
    labels.pointee.room &-= 1
    slot.pointee.key = epoch | UInt64(number)
    slot.pointee.place = place
    step(.clobbered)
  }

  @inlinable @inline(always) mutating func branch(_ condition: Condition, _ target: Label) throws(EjitError) {
    let number = target.number
    guard UInt8(truncatingIfNeeded: progress) == FlagState.comparison.rawValue,
      FlagState.askedOfComparison >> UInt32(condition.rawValue) & 1 == 1,
      _fastPath(out < limit)
    else { return try emitRare(.b(condition, target), hasSize: false, nil) }
    let slot = labels.pointee.base + Int(number & labels.pointee.mask)
    // How much further the program is than the label: in another section more than any code is long.
    let distance = place &- slot.pointee.place
    if _fastPath(slot.pointee.key == labels.pointee.epoch | UInt64(number)), _fastPath(distance <= 126) {
      let code = UInt16(0x70 | condition.code) | UInt16(UInt8(truncatingIfNeeded: 0 &- distance &- 2)) << 8
      out.storeBytes(of: code.littleEndian, as: UInt16.self)
      out += 2
    } else {
      out = Emitter.jcc(condition.code, number, at: out, progress, emission)
    }
    step(nil)
  }

  /// What is not done in line: ops that are not in the table, errors, new room.
  @inlinable @inline(always) mutating func emitRare(
    _ instruction: Instruction, hasSize: Bool, _ flags: FlagState?
  ) throws(EjitError) {
    let low = instruction.halves.low
    var high = instruction.halves.high
    // Left to the function, so that nobody works it out who does not come here.
    if hasSize { high &= ~(15 << 32) }
    do throws(EjitError) {
      (out, limit, origin, bound) = try Emitter.lower(low, high, at: out, progress, emission)
    } catch {
      (out, limit, origin, bound) = Emitter.window(of: emission)
      throw error
    }
    step(flags)
  }
}

extension Emitter {
  /// Lowers one instruction, given in halves, of which the size of the immediate of an op in the table is missing.
  @usableFromInline @inline(never) static func lower(
    _ low: UInt64, _ high: UInt64, at out: UnsafeMutableRawPointer, _ progress: UInt64,
    _ emission: UnsafeMutablePointer<Emission>
  ) throws(EjitError) -> Window {
    emission.pointee.resume(at: out, progress)
    try emission.pointee.begin()
    var instruction = unsafeBitCast((low, high), to: Instruction.self)
    if let shape = instruction.shape, shape.hasSize {
      let size = UInt64(Immediate.sizeClass(of: Int64(bitPattern: low >> 32 | high << 32)).rawValue)
      instruction = unsafeBitCast((low, high | size << 32), to: Instruction.self)
    }
    do throws(EjitError) {
      switch emission.pointee.target.architecture {
      case .x86_64: try X86_64.append(instruction, to: &emission.pointee)
      case .aarch64: try AArch64.append(instruction, to: &emission.pointee)
      }
    } catch {
      throw emission.pointee.fail(error)
    }
    return emission.pointee.window
  }

  /// A jump if the flags say so, of any length; returns where it ends.
  @usableFromInline @inline(never) static func jcc(
    _ code: UInt8, _ target: UInt32, at out: UnsafeMutableRawPointer, _ progress: UInt64,
    _ emission: UnsafeMutablePointer<Emission>
  ) -> UnsafeMutableRawPointer {
    var out = out
    emission.pointee.jcc(code: code, to: target, at: &out, index: Int(progress >> 8))
    return out
  }

  @usableFromInline @inline(never) static func window(of emission: UnsafeMutablePointer<Emission>) -> Window {
    emission.pointee.window
  }

  /// The emission has been added to, or begins anew: from here on the place reached and the flags are known here.
  mutating func open() {
    (out, limit, origin, bound) = emission.pointee.window
    progress = emission.pointee.progress
  }

  /// Tells the emission what is known here.
  func close() { emission.pointee.resume(at: out, progress) }

  /// The program is whole: the next instruction is the first one of another.
  mutating func end() {
    out = emission.pointee.code.base + emission.pointee.code.count
    limit = out
    progress = 0
  }

  /// What was lent comes back.
  @inlinable @inline(always) mutating func takeBack(_ other: borrowing Emitter) {
    precondition(emission == other.emission, "the emitter of another assembler")
    out = other.out
    limit = other.limit
    origin = other.origin
    bound = other.bound
    progress = other.progress
  }
}

extension Emission {
  /// Goes on behind what was emitted without it.
  fileprivate mutating func resume(at out: UnsafeMutableRawPointer, _ progress: UInt64) {
    code.count = out - code.base
    index = Int(progress >> 8)
    flags = unsafeBitCast(UInt8(truncatingIfNeeded: progress), to: FlagState.self)
  }

  fileprivate var progress: UInt64 { UInt64(index) << 8 | UInt64(flags.rawValue) }

  /// Where an emitter may go on.
  fileprivate var window: Emitter.Window {
    let isOpen = target.architecture == .x86_64 && run.isNone && failure == nil && !isFinished
    let room = min(code.capacity - CodeBuffer.slack, target.maximumCode)
    return (
      out: code.base + code.count, limit: code.base + (isOpen ? room : 0),
      origin: UInt(bitPattern: code.base) &- UInt(sectionBit), bound: FormTable.bound(at: frame.place)
    )
  }
}

extension Instruction {
  /// The sixteen bytes of this value as two little-endian words.
  @inlinable @inline(always) var halves: (low: UInt64, high: UInt64) {
    unsafeBitCast(self, to: (low: UInt64, high: UInt64).self)
  }
}
