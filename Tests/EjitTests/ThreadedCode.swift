import CEjitShims
import Ejit
import TestSupport

/// Code that threads run at the same time.
enum ThreadedCode {
  /// Runs each program, a function of an address, on a thread of its own, and waits for all.
  static func run(_ programs: [[Instruction]], on address: UnsafeMutableRawPointer) throws {
    var addresses: [UInt] = []
    let arena = try CodeArena(capacity: 1 << 20)
    var assembler = Assembler()
    for program in programs {
      try assembler.assemble(program.span)
      addresses.append(try arena.add(assembler).address)
    }
    var threads: [UInt] = []
    for code in addresses {
      typealias Body = @convention(c) (UnsafeMutableRawPointer?) -> Void
      let body = unsafeBitCast(UnsafeRawPointer(bitPattern: code), to: Body.self)
      var thread: UInt = 0
      let status = ejit_thread_start(body, address, &thread)
      precondition(status == 0, "no thread")
      threads.append(thread)
    }
    for thread in threads { precondition(ejit_thread_join(thread) == 0) }
    withExtendedLifetime(arena) {}
  }

  /// What a thread begins with: it waits until `count` threads have come here. The address they were given counts them.
  static func meeting(_ count: Int) -> [Instruction] {
    let (base, one, seen) = (Register(0), Register(2), Register(3))
    return [
      .entry(9000), .movi(one, 1), .rmwAtomic(.add, .acquireRelease, .u64, one, base, 0), .label(9001), .pause,
      .ldAtomic(.acquire, .u64, seen, base, 0), .branchi(.ult, seen, Imm64(count), 9001),
    ]
  }
}
