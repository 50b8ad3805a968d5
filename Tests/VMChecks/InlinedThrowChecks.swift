#if INTERNALS
  @testable import EjitVM

  /// Values thrown by callees that became part of the code of their callers.
  enum InlinedThrowChecks {
    static func run(_ tally: inout Tally) {
      isInlined(&tally)
      caught(&tally)
      notCaught(&tally)
      inALoop(&tally)
      everyExit(&tally)
    }

    /// `positive` throws what is below 0, twice as much as it is given comes back otherwise; `refuse` always throws.
    private static let text = """
      .fn positive args=1 locals=1
      local.get 0
      const 3
      add
      local.set 1
      local.get 0
      const 0
      lt
      jump.unless fine
      local.get 1
      throw
      fine:
      local.get 0
      const 2
      mul
      return

      .fn refuse args=1 locals=0
      const "refused "
      local.get 0
      add
      throw

      .fn caller args=2 locals=2          ; in the middle of an expression, with live locals of each kind
      handler from to catch
      local.get 1
      const 0.5
      mul
      local.set 2
      const 2
      array.new i64
      local.set 3
      from:
      const 1000
      local.get 1
      local.get 0
      call positive
      add
      add
      return
      to:
      catch:
      local.get 2
      add
      local.get 3
      array.len
      add
      local.get 1
      add
      return

      .fn other.range args=1 locals=0     ; the handler is for another call
      handler from to catch
      from:
      const 5
      call positive
      drop
      to:
      const 7
      local.get 0
      call positive
      add
      return
      catch:
      return

      .fn middle args=1 locals=0
      const 100
      local.get 0
      call positive
      add
      return

      .fn outer args=1 locals=1
      handler from to catch
      const 50
      local.set 1
      from:
      const 1
      local.get 0
      call middle
      add
      return
      to:
      catch:
      local.get 1
      add
      return

      .fn twice args=2 locals=0           ; the handler calls what throws again
      handler from to catch
      from:
      local.get 0
      call positive
      return
      to:
      catch:
      drop
      local.get 1
      call positive
      return

      .fn always args=1 locals=1
      handler from to catch
      from:
      local.get 0
      call refuse
      const 1
      add
      return
      to:
      catch:
      return

      .fn sum args=1 locals=3             ; 1 sum, 2 i, 3 float
      handler from to catch
      const 0
      local.set 1
      const 0
      local.set 2
      const 0.0
      local.set 3
      again:
      local.get 3
      const 0.25
      add
      local.set 3
      from:
      local.get 1
      local.get 2
      const 5
      rem
      const 2
      sub
      call positive
      add
      local.set 1
      to:
      jump next
      catch:
      const 1000
      mul
      local.get 1
      add
      local.set 1
      next:
      local.get 2
      const 1
      add
      local.tee 2
      local.get 0
      lt
      jump.if again
      local.get 1
      local.get 3
      add
      return
      """
    private static let names = ["positive", "caller", "other.range", "middle", "outer", "twice", "always", "sum"]
    private static var sample: Sample {
      let schedules = names.map { "\($0) 1 jit" }
      return Sample(
        text: text, schedules: schedules + ["middle 1 jit\nouter 2 jit", "sum 1 osr", "sum 2 jit\npositive 3 jit"])
    }

    /// The sum over 0 ..< `count` that `sum` makes, with a quarter for each.
    private static func sum(_ count: Int64) -> Value {
      let ints = (0..<count).reduce(Int64(0)) { sum, i in
        let value = i % 5 - 2
        return sum + (value < 0 ? (value + 3) * 1000 : value * 2)
      }
      return .float(Double(ints) + Double(count) / 4)
    }

    private static func isInlined(_ tally: inout Tally) {
      var options = Options()
      (options.tier, options.depthLimit) = (.jit, 100)
      guard let vm = sample.machine(options) else { return tally.expect(false, "a machine") }
      _ = vm.outcome("caller", [.int(-1), .int(4)])
      _ = vm.outcome("always", [.string("so")])
      let versions = vm.tiers.versions
      tally.expect(versions.starts[2].first?.code.functions == [0, 2], "what throws is part of its caller's code")
      tally.expect(versions.starts[7].first?.code.functions == [1, 7], "and what does nothing else")
      tally.expect(versions.starts[0].isEmpty && versions.starts[1].isEmpty, "and has none of its own")
      let exits = vm.statistics.functions.first { $0.name == "caller" }?.exits ?? []
      tally.expect(exits.count == 1 && exits.first?.function == "positive", "the code was left at the throw")
    }

    private static func caught(_ tally: inout Tally) {
      sample.expect("caller", [.int(4), .int(7)], .int(1015), &tally)
      sample.expect("caller", [.int(-4), .int(7)], .float(11.5), &tally)
      sample.expect("caller", [.float(-0.5), .float(0.5)], .float(5.25), &tally)
      sample.expect("caller", [.float(2.5), .int(0)], .float(1005), &tally)
      sample.expect("outer", [.int(4)], .int(109), &tally)
      sample.expect("outer", [.int(-4)], .int(49), &tally)
      sample.expect("twice", [.int(-4), .int(3)], .int(6), &tally)
      sample.expect("always", [.string("text")], .string("refused text"), &tally)
    }

    /// The frames are those that there would be if nothing were inlined.
    private static func notCaught(_ tally: inout Tally) {
      func places(_ function: String, _ arguments: [Value]) -> [Int]? {
        let outcome = sample.outcome(function, arguments, &tally)
        return outcome?.kind == .unhandledThrow ? outcome?.places.map { $0.function } : nil
      }
      tally.expect(places("middle", [.int(-1)]) == [0, 4], "a value that nobody catches")
      tally.expect(places("other.range", [.int(-1)]) == [0, 3], "outside of the handler's range")
      tally.expect(places("twice", [.int(-1), .int(-2)]) == [0, 6], "thrown from the handler")
      tally.expect(places("positive", [.int(-1)]) == [0], "called from outside")
      // A trap is no value: handlers let it pass.
      let trap = sample.outcome("caller", [.nil, .int(1)], &tally)
      tally.expect(trap?.kind == .typeError && trap?.places.map { $0.function } == [0, 2], "a trap beside a throw")
    }

    private static func inALoop(_ tally: inout Tally) {
      sample.expect("sum", [.int(300)], sum(300), &tally)
      var options = Options()
      (options.threshold, options.depthLimit) = (50, 100)
      guard let vm = sample.machine(options) else { return tally.expect(false, "a machine") }
      tally.expect(vm.outcome("sum", [.int(1000)]) == .value(sum(1000)), "in a loop that was entered in its middle")
      tally.expect(vm.tiers.versions.starts[8].isEmpty && !vm.tiers.versions.loops.isEmpty, "as compiled code")
      for _ in 0..<60 { _ = vm.outcome("sum", [.int(10)]) }
      tally.expect(vm.outcome("sum", [.int(1000)]) == .value(sum(1000)), "and from its start")
      let statistics = vm.statistics.functions.first { $0.name == "sum" }
      tally.expect(statistics?.leftToInterpreter == nil, "what is thrown is no reason to give up the code")
    }

    /// Each exit at its first, second and last pass, with the values of the interpreter alone.
    private static func everyExit(_ tally: inout Tally) {
      let calls: [(String, [Value])] = [
        ("caller", [.int(-4), .int(7)]), ("outer", [.int(-4)]), ("twice", [.int(-4), .int(-3)]), ("sum", [.int(23)]),
        ("always", [.string("text")]),
      ]
      guard let module = try? Module(text: text) else { return tally.expect(false, "a program") }
      for threshold in [0, 1, 5] {
        var options = Options()
        (options.threshold, options.depthLimit) = (threshold, 1000)
        for (function, arguments) in calls {
          let experiment = Experiment(module, options: options) { machine in
            machine.outcome(function, arguments).text + machine.outcome(function, arguments).text
          }
          guard let taken = try? ExhaustiveExits.run(experiment), let replay = try? Replay.run(experiment) else {
            tally.expect(false, "machines for", function)
            continue
          }
          tally.expect(taken.sites, of: taken.sites, "exits of", function)
          tally.expect(taken.runs - taken.differences.count, of: taken.runs, "runs of", function)
          tally.expect(replay.compared, of: replay.exits, "exits in a replay of", function)
          tally.expect(replay.differences.isEmpty, "a replay of", "\(function) \(replay.differences.first ?? "")")
        }
      }
    }
  }

  extension Sample.Outcome {
    /// Value, or trap with its frames.
    fileprivate var text: String {
      switch self {
      case .value(let value): return value.description
      case .trap(let trap): return trap.backtrace.reduce(trap.kind.name) { "\($0) \($1.function):\($1.offset)" }
      }
    }
  }
#endif
