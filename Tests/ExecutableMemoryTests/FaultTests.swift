import CEjitShims
import Testing

@testable import ExecutableMemory

/// Row E14: a fault at a site is no end, and nothing else changes.
@Suite struct FaultTests {
  /// Code in an arena of its own, guarded.
  private final class Guarded: Sendable {
    let arena: CodeArena
    let block: CodeArena.Block
    private let code: GuardedCode

    var address: UInt { block.address }

    init(_ code: [UInt8], _ sites: [FaultSite], in arena: CodeArena? = nil) throws {
      self.arena = try arena ?? CodeArena(capacity: 4096)
      block = try self.arena.add(code.span)
      self.code = try GuardedCode(address: block.address, count: block.count, sites: sites.span)
    }

    init(guarding block: CodeArena.Block, _ site: FaultSite, in arena: CodeArena) throws {
      (self.arena, self.block) = (arena, block)
      code = try GuardedCode(address: block.address, count: block.count, sites: [site].span)
    }
  }

  /// Pages without access, never given back.
  private static let closed: UInt = {
    var address: UnsafeMutableRawPointer?
    precondition(ejit_reserve(1 << 16, &address) == 0)
    return UInt(bitPattern: address)
  }()

  /// The words that `Code.loading` stores, but for the stack pointers, which must be equal.
  private static func load(_ function: UInt, _ address: UInt) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: 64)
    words.withUnsafeMutableBufferPointer {
      _ = call(function, Int(bitPattern: address), Int(bitPattern: $0.baseAddress))
    }
    guard words[3] == words[4] else { return [] }
    words[3] = 0
    words[4] = 0
    return words
  }

  @Test("E14: 10,000 faults in each of 4 threads change no register")
  func registersSurvive() throws {
    let guarded = try Guarded(Code.loading, [Code.loadSite])
    let (function, wrong) = (guarded.address, Counter())
    inThreads(4) { thread in
      let address = Self.closed + UInt(thread) * 4096 + 8
      for _ in 0..<10_000 {
        if Self.load(function, address) != Code.registersAfterFault(at: address) { wrong.add() }
        let fault = FaultHandler.lastFault
        if fault != FaultHandler.Fault(site: Code.loadSite.id, kind: .memory, address: address) { wrong.add() }
      }
    }
    #expect(wrong.count == 0)
    withExtendedLifetime(guarded) {}
  }

  @Test("E14: what does not fault is not disturbed")
  func loadsWithoutFault() throws {
    let guarded = try Guarded(Code.loading, [Code.loadSite])
    var value: UInt64 = 0xfeed_face_cafe_beef
    let words = withUnsafePointer(to: &value) { Self.load(guarded.address, UInt(bitPattern: $0)) }
    #expect(UInt32(truncatingIfNeeded: words[0]) != 0)
    #expect(words.contains(0xfeed_face_cafe_beef))
  }

  @Test("E14: every kind of fault", arguments: Code.faulting.indices)
  func everyKind(_ index: Int) throws {
    let (instruction, kind) = Code.faulting[index]
    let (code, site) = Code.around(instruction)
    let guarded = try Guarded(code, [site])
    let (argument, address) = kind == .memory ? (Self.closed, Self.closed) : (0, guarded.address)
    for _ in 0..<100 { #expect(call(guarded.address, Int(bitPattern: argument), 0) == 2) }
    let fault = try #require(FaultHandler.lastFault)
    #expect(fault.site == site.id && fault.kind == kind)
    #expect(fault.address == address || kind == .memory && fault.address == address + 16)
  }

  @Test("E14: a thread without faults has none")
  func lastFaultBelongsToAThread() {
    let none = Counter()
    inThreads(1) { _ in if FaultHandler.lastFault == nil { none.add() } }
    #expect(none.count == 1)
  }

  @Test("E14: guards come and go while other threads fault")
  func guardsComeAndGo() throws {
    let arena = try CodeArena(capacity: 1 << 16)
    let (code, site) = Code.around(Code.faulting[0].instruction)
    let before = try Guarded(code, [site], in: arena)
    let middle = try (0..<20).map { _ in try arena.add(code.span) }
    let after = try Guarded(code, [site], in: arena)
    let (stop, wrong, passes) = (Flag(), Counter(), Counter())
    let run = { @Sendable in
      while !stop.isSet {
        for guarded in [before, after] where call(guarded.address) != 2 { wrong.add() }
        passes.add()
      }
    }
    try concurrently(run) {
      try concurrently(run) {
        defer { stop.set() }
        for round in 0..<20_000 {
          let block = middle[round % middle.count]
          let guarded = try GuardedCode(address: block.address, count: block.count, sites: [site].span)
          if round % 100 == 0 && call(block.address) != 2 { wrong.add() }
          _ = consume guarded
        }
        while passes.count < 100 { ejit_thread_yield() }
      }
    }
    #expect(wrong.count == 0)
  }

  @Test("E14: 20,000 pieces of guarded code, made and dropped in any order")
  func manyGuards() throws {
    let arena = try CodeArena(capacity: 1 << 20)
    let (code, site) = Code.around(Code.faulting[0].instruction)
    var dice = Dice(state: 7)
    let blocks = try (0..<20_000).map { _ in try arena.add(code.span) }
    var guards: [(UInt32, Guarded)] = []
    for index in blocks.indices.shuffled(using: &dice) {
      let own = FaultSite(start: site.start, end: site.end, recovery: site.recovery, id: UInt32(index))
      guards.append((UInt32(index), try Guarded(guarding: blocks[index], own, in: arena)))
    }
    while !guards.isEmpty {
      for (id, guarded) in guards.prefix(20) {
        #expect(call(guarded.address) == 2)
        #expect(FaultHandler.lastFault?.site == id)
      }
      guards.shuffle(using: &dice)
      guards.removeLast(min(guards.count, 2000))
    }
  }

  @Test("E14: several sites, and the places between them")
  func findsItsSite() throws {
    let (instruction, _) = Code.faulting[0]
    let (nop, count) = (Code.nothing, 40)
    let piece = nop + instruction
    // Every entry runs nothing, then the site behind it, and recovers at the end.
    let code = (0..<count).flatMap { _ in piece } + Code.returning(2)
    let sites = (0..<count).map { index in
      let start = UInt32(index * piece.count + nop.count)
      return FaultSite(
        start: start, end: start + UInt32(instruction.count), recovery: UInt32(count * piece.count), id: UInt32(index))
    }
    let guarded = try Guarded(code, sites)
    for index in 0..<count {
      #expect(call(guarded.address + UInt(index * piece.count)) == 2)
      #expect(FaultHandler.lastFault?.site == UInt32(index))
    }
  }

  @Test("E14: sites out of order and code that is guarded twice are refused")
  func refusals() throws {
    func errno(_ address: UInt, _ count: Int, _ sites: [FaultSite]) -> Int32 {
      do throws(SystemError) {
        _ = try GuardedCode(address: address, count: count, sites: sites.span)
        return 0
      } catch {
        return error.call == .catchFaults ? error.errno : -1
      }
    }
    func site(_ start: UInt32, _ end: UInt32, _ recovery: UInt32 = 0) -> FaultSite {
      FaultSite(start: start, end: end, recovery: recovery, id: 1)
    }
    let (invalid, exists): (Int32, Int32) = (22, 17)
    let base = Self.closed + 4096
    #expect(errno(base, 64, []) == 0)
    #expect(errno(base, 64, [site(0, 4), site(4, 8), site(60, 64, 63)]) == 0)
    for sites in [
      [site(4, 4)], [site(4, 3)], [site(60, 65)], [site(0, 4, 64)], [site(0, 4), site(3, 8)], [site(8, 9), site(0, 4)],
    ] {
      #expect(errno(base, 64, sites) == invalid)
    }
    #expect(errno(base, -1, [site(0, 4)]) == invalid)
    let sites = [site(0, 4)]
    let guarded = try GuardedCode(address: base, count: 64, sites: sites.span)
    for (start, count) in [(base, 64), (base + 60, 8), (base - 4, 8), (base - 4, 128), (base + 8, 8)] {
      #expect(errno(start, count, sites) == exists)
    }
    #expect(errno(base + 64, 8, sites) == 0 && errno(base - 8, 8, sites) == 0)
    _ = consume guarded
    #expect(errno(base, 64, sites) == 0)
  }

  @Test("E14: a site lies in memory as C has it")
  func layout() {
    #expect(MemoryLayout<FaultSite>.size == MemoryLayout<ejit_fault_site>.size)
    #expect(MemoryLayout<FaultSite>.offset(of: \.start) == MemoryLayout<ejit_fault_site>.offset(of: \.start))
    #expect(MemoryLayout<FaultSite>.offset(of: \.end) == MemoryLayout<ejit_fault_site>.offset(of: \.end))
    #expect(MemoryLayout<FaultSite>.offset(of: \.recovery) == MemoryLayout<ejit_fault_site>.offset(of: \.recovery))
    #expect(MemoryLayout<FaultSite>.offset(of: \.id) == MemoryLayout<ejit_fault_site>.offset(of: \.id))
  }

  @Test("E14: everything else reaches who handled it before")
  func othersArePassedOn() throws {
    #expect(try run("fault-chain") == "14 passed, 0 failed\n")
  }

  /// The output of a program that was built beside the tests.
  private func run(_ name: String) throws -> String {
    let folder = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let path = folder.joined(separator: "/") + "/" + name
    var (status, signal): (Int32, Int32) = (0, 0)
    var (bytes, count): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
    let result = path.withCString { ejit_run([$0, nil], 0, 100, &status, &signal, &bytes, &count) }
    try #require(result == 0 && signal == 0, "\(path)")
    defer { ejit_free(bytes) }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
