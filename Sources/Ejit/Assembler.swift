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

  /// An assembler for `target`, using `features` (by default, on the host itself, all that it has).
  public init(target: Target = .host, features: Features? = nil) {
    emission = Emission(target: target, features: features ?? .best(for: target))
    table = .shared(for: target)
  }

  /// The machine lowered for.
  public var target: Target { emission.target }
  /// The optional instructions used.
  public var features: Features { emission.features }
  /// Bytes of code so far.
  public var count: Int { emission.code.count }
  /// What `mark` recorded, valid until `reset`.
  public var marks: SideTable { _read { yield emission.marks } }

  /// Begins a new program.
  public mutating func reset() {
    emission.reset()
    failure = nil
    isFinished = false
  }

  /// Lowers the next instructions of the program.
  public mutating func append(_ program: Span<Instruction>) throws(EjitError) {
    if let failure { throw failure }
    if isFinished { reset() }
    do throws(EjitError) {
      switch target.architecture {
      case .x86_64: try X86_64.append(program, to: &emission, table: table)
      case .aarch64: try AArch64.append(program, to: &emission)
      }
    } catch {
      failure = error
      throw error
    }
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
    if let failure { throw failure }
    if isFinished { return }
    do throws(EjitError) {
      try emission.checkSize()
      try emission.fillHoles()
      isFinished = true
    } catch {
      failure = error
      throw error
    }
  }

  /// Lowers a whole program.
  public mutating func assemble(_ program: Span<Instruction>) throws(EjitError) {
    reset()
    try append(program)
    try finish()
  }

  /// Lends the finished code; empty unless `finish` has succeeded.
  public func withCode<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    guard isFinished else {
      let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
      return try body(nothing.span)
    }
    return try emission.code.withBytes(body)
  }

  /// Where `label` is bound, in bytes from the start of the code, if it is.
  public func offset(of label: Label) -> Int? { emission.labels.offset(of: label.number).map { Int($0) } }
}
