/// Lowers programs to machine code, one after the other, in storage that it keeps: from the second program of a
/// size on, nothing is allocated.
///
/// A program is given in one or several pieces (`append`, `emit`), then finished. An error leaves the assembler
/// refusing everything with the same error until `reset`; `assemble` resets by itself.
public struct Assembler: ~Copyable {
  // Apart from the assembler: borrowing a large value may copy all of it.
  private let storage: UnsafeMutablePointer<Emission>
  var emission: Emission {
    @inline(__always) unsafeAddress { UnsafePointer(storage) }
    @inline(__always) nonmutating unsafeMutableAddress { storage }
  }
  private let table: FormTable
  @usableFromInline var emitter: Emitter

  /// An assembler for `target`, using `features` (by default, on the host itself, all that it has).
  public init(target: Target = .host, features: Features? = nil) {
    storage = .allocate(capacity: 1)
    storage.initialize(to: Emission(target: target, features: features ?? .best(for: target)))
    table = .shared(for: target)
    emitter = Emitter(storage, table)
  }

  deinit {
    storage.deinitialize(count: 1)
    storage.deallocate()
  }

  /// The machine lowered for.
  public var target: Target { emission.target }
  /// The optional instructions used.
  public var features: Features { emission.features }
  /// Bytes of code so far.
  public var count: Int {
    (emitter.out - emission.code.base) + emission.aside.code.count
      + (emission.isFinished ? 0 : emission.tail.bytes.count)
  }
  /// The place reached.
  var place: UInt32 {
    UInt32(truncatingIfNeeded: emitter.out - emission.code.base) | emission.sectionBit
  }
  /// Where cold code begins, in bytes from the start of the finished code.
  var coldBase: UInt32 { emission.labels.coldBase }
  /// What the start of the code must be a multiple of, in bytes: what `align`, sites that are patched
  /// and constants of 16 bytes ask for.
  public var alignment: Int { emission.alignment }
  /// What `mark` recorded, valid until `reset`; in the order of the code once the program is finished.
  public var marks: SideTable { _read { yield emission.sites.marks } }
  /// The codes of `trap`, valid until `reset`; in the order of the code once the program is finished.
  public var traps: SideTable { _read { yield emission.sites.traps } }

  /// Begins a new program.
  public mutating func reset() {
    emission.reset()
    emitter.open()
  }

  /// Lowers the next instructions of the program; behind `finish`, the first ones of a new program.
  public mutating func append(_ program: Span<Instruction>) throws(EjitError) {
    emitter.close()
    try emission.begin()
    do throws(EjitError) { try lower(program) } catch { throw fail(error) }
    emitter.open()
  }

  private func lower(_ program: Span<Instruction>) throws(EjitError) {
    switch target.architecture {
    case .x86_64: try X86_64.append(program, to: &emission, table: table)
    case .aarch64: try AArch64.append(program, to: &emission)
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
    emitter.close()
    if let failure = emission.failure { throw failure }
    if emission.isFinished { return }
    do throws(EjitError) { try emission.finish() } catch { throw fail(error) }
    close()
  }

  /// Lowers a whole program.
  public mutating func assemble(_ program: Span<Instruction>) throws(EjitError) {
    emission.reset()
    do throws(EjitError) {
      try lower(program)
      try emission.finish()
    } catch {
      throw fail(error)
    }
    close()
  }

  /// The program is whole: `withCode` may lend it, and `emit` begins a new one.
  private mutating func close() {
    emission.isFinished = true
    emitter.end()
  }

  /// Every further call throws the same error.
  @usableFromInline @inline(never) mutating func fail(_ error: EjitError) -> EjitError {
    defer { emitter.open() }
    return emission.fail(error)
  }

  /// Lowers a whole program.
  public mutating func assemble(_ program: [Instruction]) throws(EjitError) { try assemble(program.span) }

  /// Lends the finished code; empty unless `finish` has succeeded.
  public func withCode<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    guard emission.isFinished else {
      let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
      return try body(nothing.span)
    }
    return try emission.code.withBytes(body)
  }

  /// A copy of the finished code; empty unless `finish` has succeeded.
  public func copyCode() -> [UInt8] { withCode { code in code.withUnsafeBytes { [UInt8]($0) } } }

  /// The places of the finished code that may be patched, in the order of the code, words of `ldPatchable` last.
  public func withPatchSites<R, E: Error>(_ body: (Span<PatchSite>) throws(E) -> R) throws(E) -> R {
    let sites = UnsafeBufferPointer(start: emission.sites.patches.base, count: emission.sites.patches.count)
    return try body(sites.span)
  }

  /// The first place of the finished code with this number that may be patched, if any: O(n).
  public func patchSite(_ id: SiteID) -> PatchSite? {
    withPatchSites { sites in
      for index in sites.indices where sites[index].id == id.number { return sites[index] }
      return nil
    }
  }

  /// The fault sites of the finished code, in its order.
  public func withFaultSites<R: ~Copyable, E: Error>(_ body: (Span<FaultSite>) throws(E) -> R) throws(E) -> R {
    let sites = UnsafeBufferPointer(start: emission.faultSites.base, count: emission.faultSites.count)
    return try body(sites.span)
  }

  /// Catches the faults of the finished code's sites, in its copy at `address`, as long as the result exists; it must
  /// not outlive that copy.
  public func guardCode(at address: UInt) throws(EjitError) -> GuardedCode {
    do throws(SystemError) {
      return try withFaultSites { sites throws(SystemError) in
        try GuardedCode(address: address, count: count, sites: sites)
      }
    } catch {
      throw EjitError(error)
    }
  }

  /// Makes `code`, a copy of the finished code, one that runs at `address`: what `withCode` lends runs anywhere as long
  /// as the program has no `dataAddress`. Who publishes the assembler itself need not call this.
  @unsafe public func relocate(_ code: UnsafeMutableRawBufferPointer, to address: UInt) {
    precondition(code.count == count, "a copy of this code")
    emission.relocate(code, to: address)
  }

  /// Where `label` is bound, in bytes from the start of the code, if it is.
  public func offset(of label: Label) -> Int? { emission.labels.offset(of: label.number) }
}

extension Assembler {
  /// Lowers the next instruction of the program: `Emitter.emit`, by itself. Several in a row are faster by `emitting`.
  @inlinable @inline(always) public mutating func emit(_ instruction: Instruction) throws(EjitError) {
    try emitter.emit(instruction)
  }

  /// Lowers the next instructions of the program, which `body` gives one by one to the emitter that it is lent. It hands
  /// that back; before and behind it `append` and `emit` may add to the same program.
  ///
  ///     try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in
  ///       try emitter.emit(.addi(d, d, 1))
  ///       try emitter.emit(.ret)
  ///       return emitter
  ///     }
  ///
  /// The emitter points into the assembler and must not outlive `body`: one that is kept and used later writes where
  /// the assembler no longer expects it, or to memory that was given back.
  ///
  /// - Throws: what `body` throws. From then on everything is refused with the same error, until `reset`.
  @inlinable @inline(always) public mutating func emitting(
    _ body: (consuming Emitter) throws(EjitError) -> Emitter
  ) throws(EjitError) {
    do throws(EjitError) {
      emitter.takeBack(try body(Emitter(lending: emitter)))
    } catch {
      // With its emitter is lost how far the program was.
      throw fail(error)
    }
  }
}
