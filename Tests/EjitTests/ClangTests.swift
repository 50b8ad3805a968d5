import Ejit
import TestSupport
import Testing

/// What clang makes of C11's atomics is what our ops become, as far as memory can see it: the same accesses in the same
/// order, with the same orders of their own.
@Suite struct ClangTests {
  /// A function of C and the op that does what it does, where registers are those that the machine likes.
  struct Pair: Sendable {
    let c: String
    let op: Instruction
  }

  struct Machine: Sendable, CustomTestStringConvertible {
    let target: Target
    let features: Features
    let option: String
    var testDescription: String { "\(target.abi) \(option)" }
  }

  static let machines = [
    Machine(target: .x86_64, features: .cx16, option: "-mcx16"),
    Machine(target: .aarch64, features: .baseline, option: "-march=armv8-a"),
    Machine(target: .aarch64, features: .lse, option: "-march=armv8.1-a"),
  ]

  private static let orders: [(MemoryOrder, String)] = [
    (.relaxed, "__ATOMIC_RELAXED"), (.acquire, "__ATOMIC_ACQUIRE"), (.release, "__ATOMIC_RELEASE"),
    (.acquireRelease, "__ATOMIC_ACQ_REL"), (.sequential, "__ATOMIC_SEQ_CST"),
  ]
  private static let types: [(MemoryType, String)] = [
    (.u8, "unsigned char"), (.u16, "unsigned short"), (.u32, "unsigned int"), (.u64, "unsigned long"),
  ]
  private static let operations: [(AtomicOperation, String)] = [
    (.add, "fetch_add"), (.sub, "fetch_sub"), (.and, "fetch_and"), (.or, "fetch_or"), (.xor, "fetch_xor"),
    (.exchange, "exchange_n"),
  ]

  private static var pairs: [Pair] {
    let (d, a, b, base) = (Register(6), Register(1), Register(2), Register(0))
    var pairs = orders.map { order, name in
      Pair(c: "void f(void) { __atomic_thread_fence(\(name)); }", op: .fence(order))
    }
    for (type, c) in types {
      for (order, name) in orders {
        if order != .release && order != .acquireRelease {
          pairs.append(
            Pair(c: "\(c) f(\(c) *p) { return __atomic_load_n(p, \(name)); }", op: .ldAtomic(order, type, d, base, 0)))
        }
        if order != .acquire && order != .acquireRelease {
          pairs.append(
            Pair(
              c: "void f(\(c) *p, \(c) a) { __atomic_store_n(p, a, \(name)); }", op: .stAtomic(order, type, a, base, 0))
          )
        }
        for (operation, function) in operations {
          pairs.append(
            Pair(
              c: "\(c) f(\(c) *p, \(c) a) { return __atomic_\(function)(p, a, \(name)); }",
              op: .fetch(operation, order, type, d, a, base, 0)))
        }
        for (operation, function) in operations where operation != .exchange {
          pairs.append(
            Pair(
              c: "void f(\(c) *p, \(c) a) { __atomic_\(function)(p, a, \(name)); }",
              op: .rmwAtomic(operation, order, type, a, base, 0)))
        }
        let failure = order == .release ? "__ATOMIC_RELAXED" : order == .acquireRelease ? "__ATOMIC_ACQUIRE" : name
        pairs.append(
          Pair(
            c: """
              \(c) f(\(c) *p, \(c) e, \(c) v) {
                __atomic_compare_exchange_n(p, &e, v, 0, \(name), \(failure)); return e;
              }
              """,
            op: .cas(order, type, d, a, b, base, 0)))
      }
    }
    for (operation, function) in [(AtomicOperation.smin, "min"), (.smax, "max")] {
      pairs.append(
        Pair(
          c: "int f(int *p, int a) { return __atomic_fetch_\(function)(p, a, __ATOMIC_SEQ_CST); }",
          op: .fetch(operation, .sequential, .u32, d, a, base, 0)))
    }
    for (operation, function) in [(AtomicOperation.umin, "min"), (.umax, "max")] {
      pairs.append(
        Pair(
          c:
            "unsigned long f(unsigned long *p, unsigned long a) { return __atomic_fetch_\(function)(p, a, __ATOMIC_ACQUIRE); }",
          op: .fetch(operation, .acquire, .u64, d, a, base, 0)))
    }
    return pairs
  }

  @Test(arguments: machines) func sequencesAreThoseOfClang(_ machine: Machine) throws {
    guard hasTools(.clang, .objcopy, .objdump) else { return }
    let (target, pairs) = (machine.target, ClangTests.pairs)
    let options = [machine.option] + (target.architecture == .aarch64 ? ["-mno-outline-atomics"] : [])
    let compiled = try ReferenceCompiler.compile(pairs.map(\.c), options, for: target.architecture)
    var assembler = Assembler(target: target, features: machine.features)
    let ours = try pairs.map { pair in
      try assembler.assemble([pair.op].span)
      return assembler.copyCode()
    }
    for (index, reading) in try Disassembler.disassemble(ours, for: target.architecture).enumerated() {
      let (found, expected) = (accesses((reading ?? []).map(\.text)), accesses(compiled[index]))
      if found != expected { Issue.record("\(machine): \(pairs[index].op): \(found), clang has \(expected)") }
    }
    print("\(machine.testDescription): \(pairs.count) functions as clang compiles them")
  }

  /// What other threads can tell from other code: accesses, with their orders and sizes, and barriers, without registers.
  private func accesses(_ texts: [String]) -> [String] {
    texts.compactMap { text in
      let words = text.split(separator: " ").map(String.init)
      if words[0] == "dmb" { return text }
      // A fence: clang writes to the stack without a change, which takes the flags; ours must let them pass.
      if words[0] == "mfence" || text.hasPrefix("lock or dword ptr [rsp") { return "fence" }
      // What fills a gap has an address too.
      guard text.contains("["), words[0] != "lea", !text.contains("nop") else { return nil }
      let op = words[0] == "lock" ? "lock " + words[1] : words[0]
      let size = words.first { ["byte", "word", "dword", "qword"].contains($0) } ?? ""
      return op == "movzx" ? "mov " + size : size == "" ? op : op + " " + size
    }
  }
}
