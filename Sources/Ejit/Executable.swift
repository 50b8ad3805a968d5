@_exported import ExecutableMemory

/// A program made callable: its own pages, read and execute only, unmapped with the value.
///
/// Code is trusted: it runs with all rights of the process, and nothing checks what it reads, writes or calls.
/// For many small functions use a `CodeArena`, which shares pages.
///
/// A program with fault sites installs the process's fault handler (`FaultHandler`) and is guarded as long as it lives.
public struct Executable: ~Copyable {
  private let guarded: GuardedCode?  // goes before the pages do
  private let pages: ExecutablePages
  private let labels: LabelTable
  /// What `mark` recorded.
  public let marks: SideTable
  /// The codes of `trap`, where they stand.
  public let traps: SideTable
  /// Bytes of code.
  public let count: Int

  /// Whether this process may make executable memory. Where not, interpret (`EjitInterpreter`).
  public static var isSupported: Bool { ExecutablePages.isSupported }

  /// Lowers `program` for this machine and maps it.
  public init(_ program: [Instruction]) throws(EjitError) { try self.init(program.span) }

  /// Lowers `program` for this machine and maps it.
  public init(_ program: Span<Instruction>) throws(EjitError) {
    var assembler = Assembler()
    try assembler.assemble(program)
    try self.init(assembler)
  }

  /// Maps the finished program of `assembler`, which may be used for the next one.
  ///
  /// - Throws: `missingFeature` if this machine is not the assembler's target or lacks one of its features;
  ///   `system` if the system refuses the pages.
  public init(_ assembler: borrowing Assembler) throws(EjitError) {
    try assembler.checkHost()
    let mapped: ExecutablePages
    do throws(SystemError) {
      mapped = try assembler.withCode { code throws(SystemError) in
        try ExecutablePages(copying: code) { assembler.emission.relocate($0, to: $1) }
      }
    } catch {
      throw EjitError(error)
    }
    guarded = try Executable.guarded(assembler, mapped)
    marks = assembler.emission.sites.marks.copy()
    traps = assembler.emission.sites.traps.copy()
    labels = assembler.emission.labels.copy()
    count = assembler.count
    pages = mapped
  }

  private static func guarded(
    _ assembler: borrowing Assembler, _ pages: borrowing ExecutablePages
  ) throws(EjitError) -> GuardedCode? {
    if assembler.withFaultSites({ $0.isEmpty }) { return nil }
    return try assembler.guardCode(at: UInt(bitPattern: unsafe pages.baseAddress))
  }

  // Embedded Swift destroys the storage inside only where it sees a deinit of the type that clients hold.
  deinit {}

  /// The address of the first byte of code.
  public var baseAddress: UnsafeRawPointer { unsafe pages.baseAddress }

  /// Where `label` is bound, in bytes from the start of the code, if it is.
  public func offset(of label: Label) -> Int? { labels.offset(of: label.number) }

  /// Lends the start of the code as a C function of type `F`, which must be its true type: `@convention(c)`.
  @unsafe public func withEntry<F, R>(as type: F.Type, _ body: (F) -> R) -> R {
    body(unsafe unsafeBitCast(pages.baseAddress, to: type))
  }

  /// Lends the code behind `label` as a C function of type `F`, which must be its true type.
  ///
  /// - Throws: `unboundLabel` if the program binds no such label.
  @unsafe public func withEntry<F, R>(at label: Label, as type: F.Type, _ body: (F) -> R) throws(EjitError) -> R {
    guard let offset = offset(of: label) else { throw EjitError(.unboundLabel, detail: UInt64(label.number)) }
    return try unsafe withEntry(atOffset: offset, as: type, body)
  }

  /// Lends the code at `offset` bytes as a C function of type `F`, which must be its true type.
  ///
  /// - Throws: `unalignedEntry` if `offset` lies outside of the code or is no multiple of
  ///   `Target.instructionAlignment`.
  @unsafe public func withEntry<F, R>(
    atOffset offset: Int, as type: F.Type, _ body: (F) -> R
  ) throws(EjitError) -> R {
    guard (0..<count).contains(offset), offset % Target.host.instructionAlignment == 0 else {
      throw EjitError(.unalignedEntry, detail: UInt64(bitPattern: Int64(offset)))
    }
    return body(unsafe unsafeBitCast(pages.baseAddress + offset, to: type))
  }
}

extension Assembler {
  /// Refuses to run code here that this machine cannot run.
  func checkHost() throws(EjitError) {
    guard target == .host else { throw EjitError(.missingFeature, detail: .max) }
    let missing = features.subtracting(.detected)
    guard missing.isEmpty else { throw EjitError(.missingFeature, detail: UInt64(missing.rawValue)) }
  }
}
