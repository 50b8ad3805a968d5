import CEjitShims
import Ejit
import Synchronization

/// Faults at known places, and branches and constants that change while a thread runs through them. The code is what
/// clang assembled, as llvm-objdump reads it.
enum RuntimeChecks {
  static func run(_ tally: inout Tally) {
    checkFaults(&tally)
    checkPatches(&tally)
  }

  // MARK: Faults

  /// Returns 1 after `instruction`, and 2 from the byte behind that.
  private static func around(_ instruction: [UInt8]) -> [UInt8] { instruction + returning1 + returning2 }

  #if arch(x86_64)
    static let returning1: [UInt8] = [0xb8, 0x01, 0x00, 0x00, 0x00, 0xc3]  // movl $1, %eax; retq
    static let returning2: [UInt8] = [0xb8, 0x02, 0x00, 0x00, 0x00, 0xc3]  // movl $2, %eax; retq
    private static let faulting: [(instruction: [UInt8], kind: FaultHandler.Fault.Kind)] = [
      ([0x4c, 0x8b, 0x0f], .memory),  // movq (%rdi), %r9
      ([0x0f, 0x0b], .trap),  // ud2
      ([0xcc], .trap),  // int3
    ]
  #elseif arch(arm64)
    static let returning1: [UInt8] = [0x20, 0x00, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6]  // mov w0, #1; ret
    static let returning2: [UInt8] = [0x40, 0x00, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6]  // mov w0, #2; ret
    private static let faulting: [(instruction: [UInt8], kind: FaultHandler.Fault.Kind)] = [
      ([0x09, 0x00, 0x40, 0xf9], .memory),  // ldr x9, [x0]
      ([0x78, 0x56, 0x00, 0x00], .trap),  // udf #22136
      ([0x80, 0x46, 0x22, 0xd4], .trap),  // brk #0x1234
    ]
  #endif

  private static func checkFaults(_ tally: inout Tally) {
    var page: UnsafeMutableRawPointer?
    tally.expect(ejit_reserve(ejit_page_size(), &page) == 0, "a page without access")
    let closed = UInt(bitPattern: page)
    for (instruction, kind) in faulting {
      do throws(SystemError) {
        let code = around(instruction)
        let pages = try ExecutablePages(copying: code.span)
        let address = UInt(bitPattern: pages.baseAddress)
        let end = UInt32(instruction.count)
        let site = FaultSite(start: 0, end: end, recovery: end + UInt32(returning1.count), id: 0x1234_5678)
        let guarded = try GuardedCode(address: address, count: code.count, sites: [site].span)
        let faulted = kind == .memory ? closed : address
        for _ in 0..<1000 { if call(address, closed) != 2 { tally.expect(false, "a recovery") } }
        tally.expect(call(address, closed) == 2, "a recovery")
        tally.expect(FaultHandler.lastFault?.site == site.id, "the site of a fault")
        tally.expect(FaultHandler.lastFault?.kind == kind, "the kind of a fault")
        tally.expect(FaultHandler.lastFault?.address == faulted, "the address of a fault")
        _ = consume guarded
        _ = consume pages
      } catch {
        tally.expect(false, "guarded code")
      }
    }
  }

  // MARK: Patches

  #if arch(x86_64)
    private static let jump: [UInt8] = [
      0x90, 0x90, 0x90,  // nop; nop; nop
      0xe9, 0x00, 0x00, 0x00, 0x00,  // jmp .+5
    ]
    private static let nop: [UInt8] = [
      0x90, 0x90, 0x90,  // nop; nop; nop
      0x0f, 0x1f, 0x44, 0x00, 0x00,  // nopl (%rax,%rax)
    ]
    private static let place: UInt32 = 3
    private static let constant: [UInt8] = [
      0x48, 0x8b, 0x05, 0x01, 0x00, 0x00, 0x00,  // movq 1(%rip), %rax
      0xc3,  // retq
      0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // .quad 1
    ]
  #elseif arch(arm64)
    private static let jump: [UInt8] = [0x01, 0x00, 0x00, 0x14]  // b .+4
    private static let nop: [UInt8] = [0x1f, 0x20, 0x03, 0xd5]  // nop
    private static let place: UInt32 = 0
    private static let constant: [UInt8] = [
      0x40, 0x00, 0x00, 0x58,  // ldr x0, .+8
      0xc0, 0x03, 0x5f, 0xd6,  // ret
      0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // .quad 1
    ]
  #endif

  private static func checkPatches(_ tally: inout Tally) {
    do throws(SystemError) {
      let arena = try CodeArena(capacity: 1 << 16)
      do throws(MemoryError) {
        try checkBranch(.jump, jump, arena, &tally)
        try checkBranch(.nop, nop, arena, &tally)
        try checkConstant(arena, &tally)
        let block = try arena.add(returning1.span, alignment: 4096)
        tally.expect(block.address & 4095 == 0 && call(block.address, 0) == 1, "an aligned block")
      } catch {
        tally.expect(false, "patches")
      }
    } catch {
      tally.expect(false, "the pages of an arena")
    }
  }

  private static func checkBranch(
    _ kind: PatchSite.Kind, _ head: [UInt8], _ arena: CodeArena, _ tally: inout Tally
  ) throws(MemoryError) {
    let block = try arena.add((head + returning1 + returning2).span)
    let site = PatchSite(id: 1, offset: place, kind: kind)
    let first = block.address + UInt(head.count)
    let passes = Passes(block.address, &tally)
    for _ in 0..<500 {
      try arena.retarget(block, site, to: first + UInt(returning1.count))
      if call(block.address, 0) != 2 { tally.expect(false, "a branch that was changed") }
      if kind == .nop { try arena.restore(block, site) } else { try arena.retarget(block, site, to: first) }
      if call(block.address, 0) != 1 { tally.expect(false, "a branch that was changed back") }
    }
    tally.expect(passes.end() == 0, "every pass goes one way or the other")
    do throws(MemoryError) {
      try arena.retarget(block, site, to: block.address &+ 1 << 40)
      tally.expect(false, "a target too far away")
    } catch {
      tally.expect(error == .outOfReach, "a target too far away")
    }
  }

  private static func checkConstant(_ arena: CodeArena, _ tally: inout Tally) throws(MemoryError) {
    let block = try arena.add(constant.span)
    let site = PatchSite(id: 1, offset: 8, kind: .constant)
    let passes = Passes(block.address, &tally)
    for round in 0..<10_000 { try arena.setConstant(block, site, to: UInt64(1 + round % 2)) }
    tally.expect(call(block.address, 0) == 2, "a constant that was set")
    tally.expect(passes.end() == 0, "every pass loads one or the other")
  }

  static func call(_ address: UInt, _ argument: UInt) -> UInt64 {
    typealias Function = @convention(c) (UInt) -> UInt64
    return unsafe unsafeBitCast(UnsafeRawPointer(bitPattern: address), to: Function.self)(argument)
  }

  /// A thread that runs a function which returns 1 or 2, until the end.
  private final class Passes {
    private let address: UInt
    private let isOver = Atomic<Bool>(false)
    private let wrong = Atomic<Int>(0)
    private var thread: UInt = 0

    init(_ address: UInt, _ tally: inout Tally) {
      self.address = address
      let context = Unmanaged.passUnretained(self).toOpaque()
      let started = ejit_thread_start(
        { context in
          guard let context else { return }
          Unmanaged<Passes>.fromOpaque(context).takeUnretainedValue().run()
        }, context, &thread)
      tally.expect(started == 0, "a thread")
    }

    private func run() {
      while !isOver.load(ordering: .acquiring) {
        if !(1...2).contains(RuntimeChecks.call(address, 0)) { wrong.add(1, ordering: .relaxed) }
      }
    }

    /// Waits for the thread, and how many passes gave anything else.
    func end() -> Int {
      isOver.store(true, ordering: .releasing)
      return ejit_thread_join(thread) == 0 ? wrong.load(ordering: .relaxed) : -1
    }
  }
}
