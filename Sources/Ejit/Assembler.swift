/// Lowers programs to machine code, one after the other, in storage that it keeps: from the second program of a
/// size on, nothing is allocated.
///
/// A program is given in one or several pieces (`append`, `emit`), then finished. An error leaves the assembler
/// refusing everything with the same error until `reset`; `assemble` resets by itself.
public struct Assembler: ~Copyable {
  var emission: Emission
  private let table: FormTable
  private var failure: EjitError?
  private var isFinished = false
  @usableFromInline var inline: InlineEmission

  /// An assembler for `target`, using `features` (by default, on the host itself, all that it has).
  public init(target: Target = .host, features: Features? = nil) {
    emission = Emission(target: target, features: features ?? .best(for: target))
    table = .shared(for: target)
    inline = InlineEmission(table, target)
    openInline()
  }

  // Embedded Swift destroys the storage inside only where it sees a deinit of the type that clients hold.
  deinit {}

  /// The machine lowered for.
  public var target: Target { emission.target }
  /// The optional instructions used.
  public var features: Features { emission.features }
  /// Bytes of code so far.
  public var count: Int { inline.out - emission.code.base }
  /// What `mark` recorded, valid until `reset`.
  public var marks: SideTable { _read { yield emission.marks } }

  /// Begins a new program.
  public mutating func reset() {
    emission.reset()
    failure = nil
    isFinished = false
    openInline()
  }

  /// Lowers the next instructions of the program; behind `finish`, the first ones of a new program.
  public mutating func append(_ program: Span<Instruction>) throws(EjitError) {
    try begin()
    do throws(EjitError) {
      switch target.architecture {
      case .x86_64: try X86_64.append(program, to: &emission, table: table)
      case .aarch64: try AArch64.append(program, to: &emission)
      }
    } catch {
      throw fail(error)
    }
    openInline()
  }

  /// Lowers the next instructions of the program, from any sequence.
  @inlinable public mutating func append(contentsOf program: some Sequence<Instruction>) throws(EjitError) {
    var chunk: [64 of Instruction] = .init(repeating: .nop)
    var count = 0
    for instruction in program {
      chunk[count] = instruction
      count += 1
      if count == 64 {
        try append(chunk.span)
        count = 0
      }
    }
    if count > 0 { try append(chunk.span.extracting(first: count)) }
  }

  /// Fills the holes: from here on `withCode` has the whole program.
  public mutating func finish() throws(EjitError) {
    closeInline()
    if let failure { throw failure }
    if isFinished { return }
    do throws(EjitError) {
      try emission.checkSize()
      try emission.fillHoles()
      isFinished = true
    } catch {
      throw fail(error)
    }
  }

  /// Lowers a whole program.
  public mutating func assemble(_ program: Span<Instruction>) throws(EjitError) {
    reset()
    try append(program)
    try finish()
  }

  /// Lowers a whole program.
  public mutating func assemble(_ program: [Instruction]) throws(EjitError) { try assemble(program.span) }

  /// Lends the finished code; empty unless `finish` has succeeded.
  public func withCode<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    guard isFinished else {
      let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
      return try body(nothing.span)
    }
    return try emission.code.withBytes(body)
  }

  /// A copy of the finished code; empty unless `finish` has succeeded.
  public func copyCode() -> [UInt8] { withCode { code in code.withUnsafeBytes { [UInt8]($0) } } }

  /// Where `label` is bound, in bytes from the start of the code, if it is.
  public func offset(of label: Label) -> Int? { emission.labels.offset(of: label.number).map { Int($0) } }

  /// Takes the emission back for the next instructions, unless the program has failed.
  private mutating func begin() throws(EjitError) {
    closeInline()
    if let failure { throw failure }
    if isFinished { reset() }
  }

  /// Nothing is left of a program that was refused; every further call throws the same error.
  private mutating func fail(_ error: EjitError) -> EjitError {
    failure = error
    emission.code.count = 0
    openInline()
    inline.limit = emission.code.base
    return error
  }

  /// Lends the emission to `emit`: from here on the place reached and the flags are known there.
  private mutating func openInline() {
    inline.out = emission.code.base + emission.code.count
    inline.limit = emission.code.base + (emission.code.capacity - CodeBuffer.slack)
    inline.stop = emission.frame.place == .outside ? 0 : FormTable.notInFrame
    inline.index = emission.index
    inline.flags = emission.flags.rawValue
  }

  /// Takes the emission back; `emit` comes here with the next instruction.
  private mutating func closeInline() {
    emission.code.count = inline.out - emission.code.base
    emission.index = inline.index
    emission.flags = FlagState(rawValue: inline.flags) ?? .clobbered
    inline.limit = emission.code.base
  }

  /// What `emit` does not do in line: ops that are not in the table, errors, new room.
  @usableFromInline @inline(never) mutating func emitRare(_ instruction: Instruction) throws(EjitError) {
    try begin()
    do throws(EjitError) {
      switch target.architecture {
      case .x86_64: try X86_64.append(instruction, to: &emission)
      case .aarch64: try AArch64.append(instruction, to: &emission)
      }
    } catch {
      throw fail(error)
    }
    openInline()
  }

  @usableFromInline @inline(never) mutating func emitLabel(_ label: UInt32) throws(EjitError) {
    guard inline.out < inline.limit, emission.labels.bind(label, at: UInt32(truncatingIfNeeded: count)) else {
      return try emitRare(.label(Label(label)))
    }
    inline.index &+= 1
    inline.flags = FlagState.clobbered.rawValue
  }

  /// `low` is the first half of a `b`: condition in byte 0, label from byte 2.
  @usableFromInline @inline(never) mutating func emitBranch(_ low: UInt64) throws(EjitError) {
    let condition = unsafeBitCast(UInt8(truncatingIfNeeded: low), to: Condition.self)
    let target = UInt32(truncatingIfNeeded: low >> 16)
    guard inline.out < inline.limit, inline.flags == FlagState.comparison.rawValue, inline.isX86_64,
      FlagState.askedOfComparison >> UInt32(condition.rawValue) & 1 == 1
    else { return try emitRare(.b(condition, Label(target))) }
    emission.index = inline.index
    inline.index &+= 1
    emission.jcc(condition, to: target, at: &inline.out)
  }
}
