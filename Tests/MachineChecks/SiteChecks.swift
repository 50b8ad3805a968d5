import CEjitShims
import Ejit
import Synchronization

/// Row E14: every op that may fault, behind a `faultSite`: execution continues at the recovery label, and all registers
/// but the op's destinations hold what they held. In several threads at once, 10,000 times in all and more.
enum SiteChecks {
  /// The address that faults is in here; the ops' other operands are the two behind it.
  private static let base = Register.argument(0)
  private static let first = Register.temporary(0)
  private static let second = Register.saved(0)
  /// 4096; and the same in the low half alone.
  private static let index = Register.saved(1)
  private static let narrow = Register.saved(2)
  private static let number = VectorRegister.argument(0)
  private static let recovery = Label(0xFFFF)

  /// What may fault, and the registers that may be changed by it.
  private static let faulting: [(op: Instruction, changed: [Register])] = [
    (.ld(.u64, first, .at(base)), [first]), (.ld(.s8, second, .at(base, -300)), [second]),
    (.ld(.u16, first, .at(base, index, shift: 1, 8)), [first]),
    (.ld(.u32, first, .at(base, .signed, narrow, shift: 2, 0x12344)), [first]),
    (.st(.u64, first, .at(base)), []), (.st(.u8, second, .at(base, .unsigned, narrow, 5)), []),
    (.sti(.u32, base, 16, 0x1234_5678), []), (.sti(.u64, base, 16, 0x1234_5678_9ABC_DEF0), []),
    (.ldPre(.u64, first, base, 24), [first]), (.ldPost(.s32, first, base, 0x10000), [first]),
    (.stPre(.u16, first, base, -8), []), (.stPost(.u64, first, base, 8), []),
    (.ldPair(first, second, base, 16), [first, second]), (.stPair(width: .w32, first, second, base, 0x8000), []),
    (.ldSwapped(.u64, first, .at(base)), [first]), (.ldSwapped(.s16, first, .at(base, 2)), [first]),
    (.stSwapped(.u64, first, .at(base)), []), (.stSwapped(.u32, second, .at(base, .signed, narrow, shift: 2)), []),
    (.rmw(.add, .u64, first, .at(base)), []), (.rmw(.xor, .u16, second, .at(base, index)), []),
    (.rmwi(.or, base, 8, 0x1234_5678, .u32), []), (.rmwi(.sub, base, 0x123456, 0x1234_5678_9ABC, .u64), []),
    (.fld(number, .at(base)), []), (.fld(width: .w32, number, .at(base, .signed, narrow, shift: 2, 0x12344)), []),
    (.fst(number, .at(base, index, shift: 1, 8)), []), (.fst(width: .w32, number, .at(base, -3)), []),
    (.fldPre(number, base, 24), []), (.fldPost(width: .w32, number, base, 0x10000), []),
    (.fldPre(number, base, -0x10001), []), (.fstPre(width: .w32, number, base, -8), []),
    (.fstPre(number, base, 0x12345), []), (.fstPost(number, base, 8), []),
    (.fldPair(number, .argument(1), base, 16), []), (.fstPair(width: .w32, number, number, base, 0x8000), []),
    (.branchMem(.eq, base, 8, first, recovery, .u64), []), (.branchMemi(.ult, base, 4, 9, recovery, .s16), []),
    (.decBranch(.ne, base, 8, 1, recovery), []), (.jm(.at(base, 16)), []), (.trap(7), []), (.unreachable, []),
    (.breakpoint, []),
  ]

  /// What register `number` holds when the op comes.
  private static func pattern(_ number: Int) -> UInt64 {
    if number == Target.host.abi.number(of: index) { return 0x1000 }
    if number == Target.host.abi.number(of: narrow) { return 0xDEAD_BEEF_0000_1000 }
    return 0x0101_0101_0101_0101 &* UInt64(number + 1) ^ 0x5A5A_0000_A5A5_0000
  }

  /// Returns 0 if all registers but `changed` hold what they should after the fault, else what is wrong.
  private static func program(_ op: Instruction, _ changed: [Register]) -> [Instruction] {
    let abi = Target.host.abi
    let free = abi.numbers.filter { $0 != abi.framePointer && $0 != abi.number(of: base) && $0 != 30 }
    let excepted = changed.map { abi.number(of: $0) }
    let saved = RegisterSet(abi.saved.map { Register($0) })
    var program: [Instruction] = [.enter(64, saving: saved), .st(.u64, base, .at(.sp, 8))]
    for number in free { program.append(.movi(Register(number), Immediate(bits: pattern(number)))) }
    program += [.faultSite(0xABCD_1234, recovery), op, .movi(.result(0), 1000), .leave, .ret, .label(recovery)]
    // The base is compared through a register that was compared before.
    for (place, number) in free.enumerated() where !excepted.contains(number) {
      let next = Label(UInt32(place))
      program += [
        .branchi(.eq, Register(number), Imm64(bits: pattern(number)), next),
        .movi(.result(0), Immediate(1 + number)), .leave, .ret, .label(next),
      ]
    }
    return program + [
      .branchMem(.eq, .sp, 8, base, 0xFFFE, .u64), .movi(.result(0), 999), .leave, .ret, .label(0xFFFE),
      .movi(.result(0), 0), .leave, .ret,
    ]
  }

  static func run(_ tally: inout Tally) {
    var page: UnsafeMutableRawPointer?
    tally.expect(ejit_reserve(8 << 20, &page) == 0, "pages without access")
    let middle = UInt64(UInt(bitPattern: page)) + (4 << 20)
    for (op, changed) in faulting { check(op, changed, middle, &tally) }
  }

  private static func check(_ op: Instruction, _ changed: [Register], _ address: UInt64, _ tally: inout Tally) {
    do throws(EjitError) {
      let code = try Executable(program(op, changed))
      let entry = UInt(bitPattern: code.baseAddress)
      let threads = (0..<3).map { _ in Worker(entry, address) }
      for worker in threads { tally.expect(worker.start(), "a thread") }
      tally.expect(Worker.wrong(entry, address) == 0, "registers after a fault")
      for worker in threads { tally.expect(worker.end() == 0, "registers after a fault, in a thread") }
      tally.expect(FaultHandler.lastFault?.site == 0xABCD_1234, "the site of a fault")
    } catch {
      tally.expect(false, "a program with fault sites")
    }
  }

  /// A thread that faults all the time.
  private final class Worker: @unchecked Sendable {
    private let entry: UInt
    private let address: UInt64
    private var thread: UInt = 0
    private let result = Atomic<UInt64>(0)

    init(_ entry: UInt, _ address: UInt64) { (self.entry, self.address) = (entry, address) }

    /// What the first wrong call returned; 0: none was wrong.
    static func wrong(_ entry: UInt, _ address: UInt64) -> UInt64 {
      typealias Function = @convention(c) (UInt64) -> UInt64
      let function = unsafe unsafeBitCast(UnsafeRawPointer(bitPattern: entry), to: Function.self)
      for _ in 0..<100 {
        let result = function(address)
        if result != 0 { return result }
      }
      return 0
    }

    func start() -> Bool {
      let context = Unmanaged.passUnretained(self).toOpaque()
      return ejit_thread_start(
        { context in
          let worker = Unmanaged<Worker>.fromOpaque(context!).takeUnretainedValue()
          worker.result.store(Worker.wrong(worker.entry, worker.address), ordering: .releasing)
        }, context, &thread) == 0
    }

    func end() -> UInt64 {
      guard ejit_thread_join(thread) == 0 else { return .max }
      return result.load(ordering: .acquiring)
    }
  }
}
