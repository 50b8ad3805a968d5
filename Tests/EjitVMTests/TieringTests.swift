import Testing
import VMPrograms

@testable import EjitVM

/// When functions are compiled, and that compiled code then runs alone.
@Suite struct TieringTests {
  static let text = """
    .fn inner args=1 locals=0
    handler from to to
    from:
    local.get 0
    const 3
    mul
    return
    to:
    return

    .fn outer args=1 locals=0
    local.get 0
    call inner
    const 1
    add
    return

    .fn main args=1 locals=2
    const 0
    local.set 1
    const 0
    local.set 2
    again:
    local.get 2
    local.get 1
    call outer
    add
    local.set 2
    local.get 1
    const 1
    add
    local.set 1
    local.get 1
    local.get 0
    lt
    jump.if again
    local.get 2
    return
    """

  func machine(_ threshold: Int?, tier: Options.Tier = .auto) throws -> VM {
    var options = Options()
    options.tier = tier
    if let threshold { options.threshold = threshold }
    return try VM(Module(text: Array(TieringTests.text.utf8)), options: options)
  }

  /// The threshold counts calls: the next one is compiled. 1000 if nobody says otherwise.
  @Test(arguments: [1, 2, 7, 100, nil]) func compiledExactlyBehindTheThreshold(_ threshold: Int?) throws {
    let vm = try machine(threshold)
    for call in 1...(threshold ?? 1000) {
      #expect(try vm.call("inner", [.int(2)]) == .int(6))
      #expect(vm.statistics.functions[0].compilations == 0, "call \(call)")
    }
    #expect(try vm.call("inner", [.int(2)]) == .int(6))
    let function = vm.statistics.functions[0]
    #expect(function.compilations == 1 && function.entries == 1)
    #expect(function.calls == (threshold ?? 1000) + 1)
  }

  @Test func tierJITCompilesTheFirstCall() throws {
    let vm = try machine(nil, tier: .jit)
    #expect(try vm.call("outer", [.int(2)]) == .int(7))
    #expect(vm.statistics.functions.map { $0.compilations } == [1, 1, 0])
  }

  @Test func tierInterpreterNeverCompiles() throws {
    let vm = try machine(1, tier: .interpreter)
    #expect(try vm.call("main", [.int(5000)]) == .int(37_497_500))
    #expect(vm.statistics.functions.allSatisfy { $0.compilations == 0 && $0.entries == 0 })
    #expect(vm.statistics.functions.map { $0.calls } == [5000, 5000, 1])
  }

  /// Once compiled, calls of compiled code are counted by nobody: the interpreter does not see them.
  @Test func compiledCodeCallsCompiledCodeDirectly() throws {
    let vm = try machine(10)
    for _ in 0..<20 { #expect(try vm.call("outer", [.int(2)]) == .int(7)) }
    let before = vm.statistics.functions
    #expect(before[0].versions == 1 && before[1].versions == 1)
    for _ in 0..<500 { #expect(try vm.call("outer", [.int(2)]) == .int(7)) }
    let after = vm.statistics.functions
    // The host's calls of the outer one enter its code each time.
    #expect(after[1].calls == before[1].calls + 500 && after[1].entries == before[1].entries + 500)
    #expect(after[0].calls == before[0].calls && after[0].entries == before[0].entries)
    #expect(after[0].exits.isEmpty && after[1].exits.isEmpty)
  }

  /// A single call whose loop is long: its code is entered in the middle, once, and never left.
  @Test func aLoopIsEnteredInItsMiddle() throws {
    let vm = try machine(100)
    #expect(try vm.call("main", [.int(1_000_000)]) == .int(1_499_999_500_000))
    let main = vm.statistics.functions[2]
    #expect(main.calls == 1 && main.compilations == 1 && main.entries == 1 && main.exits.isEmpty)
    #expect(vm.tiers.versions.starts[2].isEmpty && vm.tiers.versions.loops.keys.map { $0.function } == [2])
    // It calls compiled code: the interpreter saw hardly more calls than the threshold.
    #expect(vm.statistics.functions[1].calls < 210)
  }
}
