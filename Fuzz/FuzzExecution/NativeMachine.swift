import Ejit

/// Runs programs as code of this machine, one after the other, in an arena and an assembler that are kept.
final class NativeMachine {
  /// The optional features that it uses.
  let features: Features
  private let arena: CodeArena
  private var assembler: Assembler
  private var sites: [FaultSite] = []

  init(_ features: Features) {
    do {
      arena = try CodeArena(capacity: 1 << 20)
    } catch {
      fatalError("no executable memory: \(error)")
    }
    self.features = features
    assembler = Assembler(features: features)
  }

  /// Runs the program once. Its block then holds what it left there.
  func run(_ program: GeneratedProgram) throws(EjitError) {
    try assembler.assemble(program.instructions.span)
    let code = try arena.add(assembler)
    findSites(program.crash)
    do throws(SystemError) {
      let guarded = try GuardedCode(address: code.address, count: code.count, sites: sites.span)
      unsafe unsafeBitCast(code.address, to: (@convention(c) () -> Void).self)()
      _ = consume guarded
      try? arena.free(code)
    } catch {
      throw EjitError(.system, detail: UInt64(error.errno))
    }
  }

  /// The program's own sites; all other code recovers at `crash`.
  private func findSites(_ crash: Label) {
    guard let recovery = assembler.offset(of: crash) else { return }
    sites.removeAll(keepingCapacity: true)
    let end = UInt32(assembler.count)
    assembler.withFaultSites { own in
      var start: UInt32 = 0
      for index in own.indices {
        let site = own[index]
        if start < site.start { addGap(start, site.start, recovery) }
        sites.append(site)
        start = site.end
      }
      if start < end { addGap(start, end, recovery) }
    }
  }

  private func addGap(_ start: UInt32, _ end: UInt32, _ recovery: Int) {
    sites.append(FaultSite(start: start, end: end, recovery: UInt32(recovery), id: .max))
  }
}
