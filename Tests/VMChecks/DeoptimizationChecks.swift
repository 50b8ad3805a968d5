#if INTERNALS
  @testable import EjitVM

  /// Compiled code meets other types than it was made for, and goes on in the interpreter at the same instruction.
  enum DeoptimizationChecks {
    static func run(_ tally: inout Tally) {
      anInlinedCalleeIsLeft(&tally)
      aHostsResultIsLeft(&tally)
      anIndirectCallsResultIsLeft(&tally)
      intsComeBack(&tally)
      elementsComeBack(&tally)
      givenUpAndCleared(&tally)
    }

    /// Two machines with one array each: one compiles, one never does.
    private struct Pair {
      let compiled: VM
      let interpreted: VM

      init?(_ sample: Sample) {
        var options = Options()
        (options.threshold, options.depthLimit) = (20, 100)
        guard let compiled = sample.machine(options) else { return nil }
        options.tier = .interpreter
        guard let interpreted = sample.machine(options) else { return nil }
        (self.compiled, self.interpreted) = (compiled, interpreted)
      }

      /// The outcome in both, nil if they differ; arrays are those that `array` makes in the machine.
      func outcome(_ function: String, _ arguments: [Value], _ elements: [Value]) -> Sample.Outcome? {
        let (a, b) = (call(compiled, function, arguments, elements), call(interpreted, function, arguments, elements))
        return a == b ? a : nil
      }

      private func call(_ vm: VM, _ function: String, _ arguments: [Value], _ elements: [Value]) -> Sample.Outcome {
        guard case .value(.array(let array)) = vm.outcome("array", []) else { return .value(.nil) }
        for element in elements { try? array.append(element) }
        return vm.outcome(function, [.array(array)] + arguments)
      }

      /// What left the compiled code of a function, and how often.
      func exits(_ function: String) -> [Statistics.Exit] { statistics(function)?.exits ?? [] }

      func statistics(_ function: String) -> Statistics.Function? {
        compiled.statistics.functions.first { $0.name == function }
      }
    }

    private static let array = """

      .fn array args=0 locals=0
      const 0
      array.new any
      return
      """

    /// An element has another type in the middle of an expression of a callee that became part of an expression.
    private static func anInlinedCalleeIsLeft(_ tally: inout Tally) {
      let text = """
        .fn total args=3 locals=1
        local.get 2
        const 7
        mul
        local.get 0
        local.get 1
        call at
        local.get 2
        add
        add
        local.set 3
        local.get 3
        local.get 0
        array.len
        add
        return

        .fn at args=2 locals=1
        const 1000
        local.set 2
        local.get 2
        local.get 0
        local.get 1
        array.get
        add
        return
        """
      guard let pair = Pair(Sample(text: text + array)) else { return tally.expect(false, "two machines") }
      let ints: [Value] = [.int(10), .int(20), .int(30)]
      func call(_ index: Int64, _ x: Value, _ elements: [Value]) -> Sample.Outcome? {
        pair.outcome("total", [.int(index), x], elements)
      }
      let isRight = (0..<60).allSatisfy { call(1, .int($0), ints) == .value(.int(7 * $0 + 1020 + $0 + 3)) }
      tally.expect(isRight && pair.statistics("total")?.compilations == 1, "compiled for ints")
      tally.expect(pair.exits("total").isEmpty, "no exits up to there")
      let versions = pair.compiled.tiers.versions
      tally.expect(versions.starts[0].first?.code.functions == [0, 1], "the callee is a part of the code")

      tally.expect(call(1, .int(5), [.int(1), .float(0.25), .nil]) == .value(.float(1043.25)), "a float")
      let exits = pair.exits("total")
      tally.expect(
        exits.count == 1 && exits.first?.function == "at" && exits.first?.count == 1, "the place it was left at")
      tally.expect(exits.first?.reason == "element type" && exits.first?.offset == 11, "and why")
      let trap = call(2, .int(5), [.int(1), .int(2), .string("three")])
      tally.expect(trap?.kind == .typeError, "a text")
      tally.expect(
        trap?.places == [.init(function: 1, offset: 12), .init(function: 0, offset: 9)], "in the callee's addition")
      tally.expect(pair.exits("total").first?.count == 2, "is counted at the same place")
      // The third time teaches: the code is made again, for any element.
      tally.expect(call(0, .int(5), [.float(-0.5)]) == .value(.float(1040.5)), "another float")
      for x: Int64 in 0..<40 {
        tally.expect(call(0, .int(x), [.float(-0.5)]) == .value(.float(Double(8 * x) + 1000.5)), "floats")
        tally.expect(call(1, .int(x), ints) == .value(.int(8 * x + 1023)), "ints again")
      }
      let statistics = pair.statistics("total")
      tally.expect(statistics?.recompilations == 1 && statistics?.compilations == 2, "made again once")
      tally.expect(pair.exits("total").first?.count == 3 && pair.exits("total").count == 1, "left three times in all")
    }

    private final class Box {
      var value = Value.int(4)
    }

    /// A host function that returned ints returns something else, with operands waiting on the stack.
    private static func aHostsResultIsLeft(_ tally: inout Tally) {
      let box = Box()
      let hosts: [String: HostBinding] = ["next": .closure { _, _ throws(HostError) in box.value }]
      let text = """
        .host next args=0
        .fn main args=1 locals=0
        local.get 0
        const 3
        mul
        local.get 0
        const 2
        sub
        call.host next
        add
        sub
        return
        """
      guard let pair = Pair(Sample(text: text + array, hosts: hosts)) else {
        return tally.expect(false, "two machines")
      }
      func call(_ value: Value) -> Sample.Outcome? {
        box.value = value
        let (a, b) = (pair.compiled.outcome("main", [.int(9)]), pair.interpreted.outcome("main", [.int(9)]))
        return a == b ? a : nil
      }
      tally.expect((0..<40).allSatisfy { _ in call(.int(4)) == .value(.int(16)) }, "ints")
      tally.expect(pair.exits("main").isEmpty && pair.statistics("main")?.compilations == 1, "no exits up to there")
      tally.expect(call(.float(0.5)) == .value(.float(19.5)), "a float")
      let trap = call(.string("4"))
      tally.expect(trap?.kind == .typeError && trap?.places == [.init(function: 0, offset: 12)], "a text")
      let exits = pair.exits("main")
      tally.expect(exits.count == 1 && exits.first?.reason == "result type" && exits.first?.count == 2, "the exits")
      tally.expect((0..<40).allSatisfy { _ in call(.float(0.5)) == .value(.float(19.5)) }, "floats")
      tally.expect((0..<40).allSatisfy { _ in call(.int(4)) == .value(.int(16)) }, "ints again")
      let statistics = pair.statistics("main")
      tally.expect(statistics?.recompilations == 1 && statistics?.exits.first?.count == 3, "made again once")
    }

    /// What functions return that are called by their numbers is seen by the interpreter, and expected by compiled code.
    private static func anIndirectCallsResultIsLeft(_ tally: inout Tally) {
      let text = """
        .fn main args=2 locals=0
        local.get 0
        const 3
        mul
        local.get 0
        const 2
        sub
        local.get 0
        local.get 1
        call.indirect 1
        add
        sub
        return

        .fn same args=1 locals=0
        local.get 0
        return

        .fn half args=1 locals=0
        local.get 0
        const 0.5
        mul
        return

        .fn down args=2 locals=0
        local.get 0
        const 0
        eq
        jump.unless more
        const 7
        return
        more:
        local.get 0
        const 1
        sub
        local.get 1
        local.get 1
        call.indirect 2
        return
        """
      guard let pair = Pair(Sample(text: text + array)) else { return tally.expect(false, "two machines") }
      func call(_ number: Int64) -> Sample.Outcome? {
        let arguments: [Value] = [.int(9), .int(number)]
        let (a, b) = (pair.compiled.outcome("main", arguments), pair.interpreted.outcome("main", arguments))
        return a == b ? a : nil
      }
      tally.expect((0..<40).allSatisfy { _ in call(1) == .value(.int(11)) }, "ints")
      tally.expect(pair.exits("main").isEmpty && pair.statistics("main")?.compilations == 1, "no exits up to there")
      tally.expect(call(2) == .value(.float(15.5)), "a float")
      tally.expect(call(3)?.kind == .typeError, "a function of two arguments")
      tally.expect(call(1) == .value(.int(11)), "an int again")
      let exits = pair.exits("main").filter { $0.reason == "result type" }
      tally.expect(exits.count == 1 && exits.first?.count == 1, "the exit at a type that was not expected")
      // The first call of a place is one in another one until something returns.
      for depth: Int64 in [50, 100, 101] {
        let arguments: [Value] = [.int(depth), .int(3)]
        let (a, b) = (pair.compiled.outcome("down", arguments), pair.interpreted.outcome("down", arguments))
        tally.expect(a == b && (depth > 100 ? a.kind == .stackOverflow : a == .value(.int(7))), "nested in itself")
      }
      var options = Options()
      (options.tier, options.depthLimit) = (.interpreter, 100_000)
      let deep = Sample(text: text).machine(options)?.outcome("down", [.int(200_000), .int(3)])
      tally.expect(deep?.kind == .stackOverflow && deep?.places.count == 100_001, "as deep as there may be calls")
    }

    /// Ints, a phase of other types, ints: the code that was made first is entered again.
    private static func intsComeBack(_ tally: inout Tally) {
      let text = """
        .fn sum args=2 locals=2
        const 0
        local.set 2
        const 0
        local.set 3
        again:
        local.get 2
        local.get 1
        add
        local.set 2
        local.get 3
        const 1
        add
        local.set 3
        local.get 3
        local.get 0
        lt
        jump.if again
        local.get 2
        return
        """
      guard let pair = Pair(Sample(text: text + array)) else { return tally.expect(false, "two machines") }
      let vm = pair.compiled
      func phase(_ value: Value, _ total: Value) {
        let isRight = (0..<100).allSatisfy { _ in vm.outcome("sum", [.int(10), value]) == .value(total) }
        tally.expect(isRight, "sums")
      }
      phase(.int(3), .int(30))
      let first = vm.tiers.versions.starts[0]
      tally.expect(first.count == 1, "a version for ints")
      let (compilations, exits) = (pair.statistics("sum")?.compilations, pair.exits("sum").count)
      phase(.float(0.5), .float(5))
      for _ in 0..<100 { tally.expect(vm.outcome("sum", [.int(1), .string("a")]).kind == .typeError, "a text") }
      let other = pair.statistics("sum")
      tally.expect((other?.compilations ?? 0) > (compilations ?? 0), "versions for others")
      let entered = first.first?.entries ?? 0
      phase(.int(3), .int(30))
      tally.expect(pair.statistics("sum")?.compilations == other?.compilations, "none is made again")
      tally.expect(pair.statistics("sum")?.recompilations == 0, "none is given up")
      let exitsBehind = pair.exits("sum").reduce(0) { $0 + $1.count }
      let exitsBefore = (other?.exits ?? []).reduce(0) { $0 + $1.count }
      tally.expect(exits == 0 && exitsBehind == exitsBefore, "and none is left")
      tally.expect(first.first?.entries == entered + 100, "the first one is entered each time")
    }

    /// Ints in an array, a phase of floats there, ints: code that was made for any element is made for ints again.
    private static func elementsComeBack(_ tally: inout Tally) {
      let text = """
        .fn sum args=1 locals=0
        local.get 0
        const 0
        array.get
        local.get 0
        const 1
        array.get
        add
        const 2
        mul
        return
        """
      guard let pair = Pair(Sample(text: text + array)) else { return tally.expect(false, "two machines") }
      var sums = true
      func phase(_ count: Int, _ element: Value, _ sum: Value) {
        pair.compiled.onThread { _ in
          for _ in 0..<count where pair.outcome("sum", [], [element, element]) != .value(sum) { sums = false }
        }
      }
      func exits(_ reason: String) -> Int {
        pair.exits("sum").filter { $0.reason == reason }.reduce(0) { $0 + $1.count }
      }
      phase(40, .int(3), .int(12))
      phase(40, .float(0.5), .float(2))
      tally.expect(exits("element type") == 3 && pair.statistics("sum")?.recompilations == 1, "made for any element")
      phase(960, .int(3), .int(12))
      tally.expect(exits("renewed") == 0, "not at once")
      phase(100, .int(3), .int(12))
      tally.expect(exits("renewed") == 1 && exits("element type") == 3, "made again after a thousand entries")
      tally.expect(pair.statistics("sum")?.compilations == 3, "for ints")
      phase(1, .float(0.5), .float(2))
      tally.expect(exits("element type") == 4, "which are looked at")
      phase(2100, .float(0.5), .float(2))
      tally.expect(exits("renewed") == 2 && exits("element type") == 6, "floats that stay: after twice as many")
      phase(40, .float(0.5), .float(2))
      tally.expect(exits("element type") == 6 && sums, "are what it is made for in the end")
      tally.expect(pair.statistics("sum")?.leftToInterpreter == nil, "it is not given up")
    }

    /// Twenty places that each see another type, one after the other: in the end the function is interpreted.
    private static func givenUpAndCleared(_ tally: inout Tally) {
      let count = 20
      var text = ".fn sum args=1 locals=0\nconst 0\n"
      for index in 0..<count { text += "local.get 0\nconst \(index)\narray.get\nadd\n" }
      guard let pair = Pair(Sample(text: text + "return\n" + array)) else { return tally.expect(false, "two machines") }
      var elements = [Value](repeating: .int(2), count: count)
      func isRight() -> Bool {
        let floats = elements.count { if case .float = $0 { true } else { false } }
        let sum = Double(count * 2) + 0.5 * Double(floats)
        let expected: Value = floats == 0 ? .int(Int64(count * 2)) : .float(sum)
        return (0..<10).allSatisfy { _ in pair.outcome("sum", [], elements) == .value(expected) }
      }
      for _ in 0..<4 { tally.expect(isRight(), "ints") }
      for index in 0..<count {
        elements[index] = .float(2.5)
        tally.expect(isRight(), "a float more:", "\(index)")
      }
      let statistics = pair.statistics("sum")
      tally.expect(statistics?.leftToInterpreter == "guards" && statistics?.versions == 0, "left to the interpreter")
      tally.expect(
        statistics?.recompilations == 16 && statistics?.compilations == 17, "as often as it may be made again")
      pair.compiled.clear(0)
      for _ in 0..<4 { tally.expect(isRight(), "floats") }
      let cleared = pair.statistics("sum")
      tally.expect(cleared?.leftToInterpreter == nil && cleared?.versions == 1, "cleared: compiled again")
      tally.expect(cleared?.compilations == 18, "once")
    }
  }
#endif
