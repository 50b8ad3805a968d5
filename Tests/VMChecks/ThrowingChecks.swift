#if INTERNALS
  @testable import EjitVM

  /// Values thrown and traps, from and through all tiers and host functions.
  enum ThrowingChecks {
    static func run(_ tally: inout Tally) {
      caught(&tally)
      afterALoopWasEntered(&tally)
      throughTheHost(&tally)
      throughManyHostCalls(&tally)
    }

    private static var hosts: [String: HostBinding] {
      [
        "fail": .closure { _, arguments throws(HostError) in throw .thrown(arguments[0]) },
        "third": .closure { _, arguments throws(HostError) in
          guard case .int(let value) = arguments[0] else { throw .failed }
          if value % 3 == 0 { throw .thrown(.string("third")) }
          return arguments[0]
        },
        "back": .closure { vm, arguments throws(HostError) in
          do throws(Trap) { return try vm.call("innermost", arguments) } catch { throw .trap(error) }
        },
        "instead": .closure { vm, arguments throws(HostError) in
          do throws(Trap) { return try vm.call("innermost", arguments) } catch { throw .thrown(.int(1000)) }
        },
        "again": .closure { vm, arguments throws(HostError) in
          do throws(Trap) { return try vm.call("nested", arguments) } catch { throw .trap(error) }
        },
      ]
    }

    // MARK: In one frame, in a caller

    private static func caught(_ tally: inout Tally) {
      let text = """
        .host fail args=1
        .fn same args=1 locals=1
        handler from to to
        const 5
        local.set 1
        from:
        local.get 0
        throw
        to:
        local.get 1
        mul
        return

        .fn thrower args=1 locals=0
        local.get 0
        const 10
        lt
        jump.unless high
        local.get 0
        throw
        high:
        local.get 0
        return

        .fn tiny args=1 locals=0
        local.get 0
        throw

        .fn element args=2 locals=0
        local.get 0
        local.get 1
        array.get
        return

        .fn caller args=2 locals=1
        handler from to to
        local.get 1
        const 3
        mul
        local.set 2
        from:
        const 1000
        local.get 0
        call thrower
        add
        return
        to:
        local.get 2
        add
        return

        .fn caller.of.tiny args=1 locals=0
        handler from to to
        from:
        const 7
        local.get 0
        call tiny
        add
        to:
        const 2
        mul
        return

        .fn caller.of.host args=2 locals=0
        handler from to to
        from:
        const 1000
        local.get 0
        call.host fail
        add
        return
        to:
        local.get 1
        add
        return

        .fn outer.of.host args=1 locals=0
        handler from to to
        from:
        local.get 0
        call middle.of.host
        return
        to:
        const 1
        add
        return

        .fn middle.of.host args=1 locals=0
        local.get 0
        call.host fail
        return

        .fn caller.of.element args=2 locals=1
        handler from to to
        const 3
        array.new i64
        local.set 2
        from:
        const 11
        local.get 2
        local.get 1
        call element
        add
        return
        to:
        const 1
        return
        """
      let names = [
        "same", "thrower", "tiny", "caller", "caller.of.tiny", "caller.of.host", "outer.of.host", "middle.of.host",
      ]
      let sample = Sample(text: text, hosts: hosts, schedules: names.map { "\($0) 1 jit" })
      sample.expect("same", [.int(8)], .int(40), &tally)
      sample.expect("same", [.float(0.5)], .float(2.5), &tally)
      sample.expect("caller", [.int(4), .int(7)], .int(25), &tally)
      sample.expect("caller", [.int(40), .int(7)], .int(1040), &tally)
      sample.expect("caller", [.float(2.5), .float(0.5)], .float(4), &tally)
      sample.expect("caller.of.tiny", [.int(21)], .int(42), &tally)
      sample.expect("caller.of.host", [.int(30), .int(12)], .int(42), &tally)
      sample.expect("caller.of.host", [.string("a"), .string("b")], .string("ab"), &tally)
      sample.expect("outer.of.host", [.int(41)], .int(42), &tally)
      // A trap is no value: handlers let it pass. `element` is small enough to become part of its caller.
      sample.expect("caller.of.element", [.nil, .int(2)], .int(11), &tally)
      let trap = sample.outcome("caller.of.element", [.nil, .int(3)], &tally)
      tally.expect(trap?.kind == .indexOutOfRange && trap?.places.map { $0.function } == [3, 9], "frames of a trap")
      let thrown = sample.outcome("middle.of.host", [.nil], &tally)
      tally.expect(thrown?.kind == .unhandledThrow && thrown?.places.count == 1, "a host's value that nobody catches")
    }

    /// The host throws in the middle of a loop that was entered in its middle.
    private static func afterALoopWasEntered(_ tally: inout Tally) {
      let text = """
        .host third args=1
        .fn main args=1 locals=3
        handler from to catch
        const 0
        local.set 1
        const 0
        local.set 2
        again:
        from:
        local.get 1
        call.host third
        to:
        jump sum
        catch:
        string.len
        const 100
        mul
        sum:
        local.get 2
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
      let sample = Sample(text: text, hosts: hosts, schedules: ["main 1 osr"])
      let sum = (0..<400).reduce(0) { $0 + ($1 % 3 == 0 ? 500 : $1) }
      sample.expect("main", [.int(400)], .int(Int64(sum)), &tally)
      var options = Options()
      options.threshold = 50
      guard let vm = sample.machine(options) else { return tally.expect(false, "a machine") }
      tally.expect(vm.outcome("main", [.int(400)]) == .value(.int(Int64(sum))), "one call that becomes compiled")
      tally.expect(vm.tiers.versions.starts[0].isEmpty && vm.tiers.versions.loops.count == 1, "in its loop")
    }

    // MARK: Through the host

    /// Compiled, interpreted, compiled, host, compiled: whatever happens innermost.
    private static func throughTheHost(_ tally: inout Tally) {
      let text = """
        .host back args=1
        .host instead args=1
        .fn outer args=1 locals=1
        local.get 0
        call inner
        const 1
        add
        return

        .fn inner args=1 locals=0
        const 2
        local.get 0
        call calling
        mul
        return

        .fn calling args=1 locals=0
        const 100
        local.get 0
        call.host back
        add
        return

        .fn innermost args=1 locals=0
        local.get 0
        const 0
        eq
        jump.if value
        local.get 0
        const 1
        eq
        jump.if thrown
        local.get 0
        const 2
        eq
        jump.if type
        const 1
        const 0
        div
        return
        value:
        const 20
        return
        thrown:
        const "thrown"
        throw
        type:
        const 1
        const "1"
        add
        return

        .fn catching args=1 locals=0
        handler from to to
        from:
        const 3
        local.get 0
        call.host instead
        add
        return
        to:
        const 7
        add
        return
        """
      let sample = Sample(
        text: text, hosts: hosts,
        schedules: [
          "outer 1 jit\ncalling 1 jit\ninnermost 1 jit", "inner 1 jit", "outer 1 jit\ninner 1 jit", "innermost 1 jit",
          "calling 1 jit", "outer 1 jit\ninner 2 jit\ncalling 3 jit\ninnermost 4 jit", "catching 1 jit",
        ])
      sample.expect("outer", [.int(0)], .int(241), &tally)
      let kinds: [(Int64, Trap.Kind)] = [(1, .unhandledThrow), (2, .typeError), (3, .divisionByZero)]
      for (argument, kind) in kinds {
        let outcome = sample.outcome("outer", [.int(argument)], &tally)
        tally.expect(outcome?.kind == kind, "what happened innermost")
        tally.expect(outcome?.places.map { $0.function } == [3, 2, 1, 0], "the frames of all tiers")
        sample.expect("catching", [.int(argument)], .int(1007), &tally)
      }
      sample.expect("catching", [.int(0)], .int(23), &tally)
    }

    /// Each call of the function is one of the host inside another one.
    private static func throughManyHostCalls(_ tally: inout Tally) {
      let text = """
        .host again args=1
        .fn nested args=1 locals=0
        local.get 0
        const 0
        eq
        jump.if done
        local.get 0
        const 1
        sub
        call.host again
        const 1
        add
        return
        done:
        const 0
        return
        """
      var sample = Sample(text: text, hosts: hosts, schedules: ["nested 1 jit\nnested 50 interpreter"])
      sample.expect("nested", [.int(200)], .int(200), &tally)
      sample.depthLimit = 100
      let limited = sample.outcome("nested", [.int(200)], &tally)
      tally.expect(limited?.kind == .stackOverflow, "host functions count as calls")
      // The native stack ends before there are so many: where, that depends on the tier.
      for tier in [Options.Tier.interpreter, .jit] {
        var options = Options()
        (options.tier, options.depthLimit) = (tier, 10_000_000)
        guard let vm = sample.machine(options) else {
          tally.expect(false, "a machine")
          continue
        }
        tally.expect(vm.outcome("nested", [.int(10_000_000)]).kind == .stackOverflow, "an end of the native stack")
        tally.expect(vm.outcome("nested", [.int(200)]) == .value(.int(200)), "calls behind it")
      }
    }
  }
#endif
