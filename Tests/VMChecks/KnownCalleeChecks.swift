#if INTERNALS
  @testable import EjitVM

  /// Calls of compiled code of other functions, whose arguments are in registers where there is code for their types.
  enum KnownCalleeChecks {
    static func run(_ tally: inout Tally) {
      values(&tally)
      linksFollowTheCode(&tally)
      replacedInTheMiddle(&tally)
      everyExit(&tally)
    }

    /// Functions that are no leaves, so that none becomes a part of another.
    private static let text = """
      .fn even args=2 locals=0
      local.get 0
      const 0
      eq
      jump.unless more
      local.get 1
      return
      more:
      local.get 0
      const 1
      sub
      local.get 1
      const 0.25
      add
      call odd
      return

      .fn odd args=2 locals=1
      local.get 0
      const 0
      eq
      jump.unless more
      const -1
      return
      more:
      const 100
      local.set 2
      local.get 0
      const 1
      sub
      local.get 1
      call even
      local.get 2
      add
      return

      .fn main args=2 locals=1
      const 0
      local.set 2
      again:
      local.get 2
      local.get 0
      local.get 1
      call even
      add
      local.set 2
      local.get 0
      const 1
      sub
      local.tee 0
      const 0
      ge
      jump.if again
      local.get 2
      return

      .fn join args=4 locals=0          ; strings, arrays and numbers, exchanged at each call
      local.get 2
      const 0
      eq
      jump.unless more
      local.get 0
      local.get 1
      add
      return
      more:
      local.get 3
      local.get 2
      array.push
      local.get 1
      const "+"
      add
      local.get 0
      local.get 2
      const 1
      sub
      local.get 3
      call turn
      return

      .fn turn args=4 locals=0
      local.get 1
      local.get 0
      local.get 2
      local.get 3
      call join
      return

      .fn strings args=1 locals=1
      const 0
      array.new i64
      local.set 1
      const "a"
      const "b"
      local.get 0
      local.get 1
      call join
      string.len
      local.get 1
      array.len
      add
      return

      .fn many args=7 locals=0          ; more arguments than there are registers for
      local.get 0
      const 0
      le
      jump.unless more
      local.get 6
      return
      more:
      local.get 0
      const 1
      sub
      local.get 6
      local.get 1
      local.get 2
      local.get 3
      local.get 4
      local.get 5
      call seven
      return

      .fn seven args=7 locals=0
      local.get 0
      local.get 1
      local.get 2
      local.get 3
      local.get 4
      local.get 5
      local.get 6
      call many
      return

      .fn six args=6 locals=0
      local.get 0
      const 0
      le
      jump.unless more
      local.get 5
      local.get 4
      const 10
      mul
      add
      return
      more:
      local.get 0
      const 1
      sub
      local.get 2
      local.get 1
      local.get 4
      local.get 5
      local.get 3
      call swapped
      return

      .fn swapped args=6 locals=0
      local.get 0
      local.get 1
      local.get 2
      local.get 3
      local.get 4
      local.get 5
      call six
      return
      """
    private static var sample: Sample {
      Sample(text: text, schedules: ["even 1 jit", "odd 1 jit", "main 1 osr\nodd 1 jit", "join 1 jit\nturn 3 jit"])
    }

    private static func values(_ tally: inout Tally) {
      let floats = sample.outcome("main", [.int(30), .float(0.5)], &tally)
      let even = stride(from: 0, through: 30, by: 2).reduce(0.0) { $0 + 0.5 + Double($1 / 2) * 100.25 }
      let odd = stride(from: 1, through: 30, by: 2).reduce(0.0) { $0 - 1 + Double($1 / 2) * 100 }
      tally.expect(floats == .value(.float(even + odd)), "floats and ints")
      tally.expect(sample.outcome("main", [.int(4), .string("x")], &tally)?.kind == .typeError, "a text")
      sample.expect("strings", [.int(40)], .int(82), &tally)
      sample.expect("many", [.int(13)] + (1...6).map { .int($0) }, .int(5), &tally)
      sample.expect("six", [.int(0)] + (1...5).map { .int($0) }, .int(45), &tally)
      sample.expect("six", [.int(3)] + (1...5).map { .int($0) }, .int(45), &tally)
      sample.expect("six", [.int(20), .float(1.5), .float(2.5), .int(3), .int(4), .float(5.5)], .int(34), &tally)
      sample.expect("six", [.int(19), .float(1.5), .float(2.5), .int(3), .int(4), .float(5.5)], .float(58.0), &tally)
      let deep = sample.outcome("even", [.int(5000), .float(0)], &tally)
      tally.expect(deep?.kind == .stackOverflow && deep?.places.count == 1001, "too many calls")
    }

    private static func address(_ vm: VM, _ function: Int, _ tags: [Tag?]) -> UInt {
      vm.tiers.links.cell(function, tags)?.pointee ?? 0
    }

    /// Calls go to code that is there, and to no other.
    private static func linksFollowTheCode(_ tally: inout Tally) {
      var options = Options()
      (options.tier, options.depthLimit) = (.jit, 1000)
      guard let vm = sample.machine(options) else { return tally.expect(false, "a machine") }
      _ = vm.outcome("main", [.int(20), .float(0.5)])
      let first = vm.tiers.versions.starts
      tally.expect(
        address(vm, 0, [.int, .float]) == first[0].first?.code.registerAddress, "a link to what is compiled")
      tally.expect(address(vm, 1, [.int, .float]) == first[1].first?.code.registerAddress, "and back")
      tally.expect(address(vm, 0, [.int, .float]) != 0 && address(vm, 0, [.int, .int]) == 0, "for these types only")
      for version in vm.tiers.versions.all { vm.tiers.retire(version) }
      tally.expect(address(vm, 0, [.int, .float]) == 0 && address(vm, 1, [.int, .float]) == 0, "retired: no links")
      let sum = vm.outcome("main", [.int(20), .float(0.5)])
      tally.expect(address(vm, 1, [.int, .float]) != 0, "made again: the cell has the new address")
      vm.tiers.leaveToInterpreter(0, .guards)
      tally.expect(address(vm, 0, [.int, .float]) == 0, "left to the interpreter")
      tally.expect(vm.outcome("main", [.int(20), .float(0.5)]) == sum, "called there")
      let links = CallLinks(functions: 1)
      for count in 0..<CallLinks.limit {
        tally.expect(links.cell(0, [Tag?](repeating: .int, count: count)) != nil, "a cell")
      }
      tally.expect(links.cell(0, [.float]) == nil && links.cell(0, [.int]) != nil, "so many and no more")
    }

    /// The callee is replaced by its callee's host function, while it is active.
    private static func replacedInTheMiddle(_ tally: inout Tally) {
      func text(_ last: String) -> String {
        """
        .host change args=1
        .fn main args=2 locals=1
        const 0
        local.set 2
        again:
        local.get 2
        local.get 0
        local.get 1
        call work
        add
        local.set 2
        local.get 0
        const 1
        sub
        local.tee 0
        const 0
        gt
        jump.if again
        local.get 2
        return
        .fn work args=2 locals=0
        local.get 0
        call.host change
        local.get 1
        \(last)
        return
        """
      }
      guard let module = try? Module(text: text("add")), let other = try? Module(text: text("sub")) else {
        return tally.expect(false, "two programs")
      }
      for threshold in [0, 2] {
        var options = Options()
        (options.threshold, options.depthLimit) = (threshold, 100)
        let change = HostBinding.closure { vm, values throws(HostError) in
          if values[0] == .int(50) { try? vm.replace(1, with: other.functions[1]) }
          return values[0]
        }
        guard let vm = try? VM(module, hosts: ["change": change], options: options) else {
          tally.expect(false, "a machine")
          continue
        }
        // The frame that is active adds, those behind it subtract.
        let sum = (1...100).reduce(0) { $0 + $1 + ($1 >= 50 ? 7 : -7) }
        tally.expect(
          vm.outcome("main", [.int(100), .int(7)]) == .value(.int(Int64(sum))), "replaced while it is active")
      }
    }

    /// Each exit at its first, second and last pass, with the values of the interpreter alone.
    private static func everyExit(_ tally: inout Tally) {
      guard let module = try? Module(text: text) else { return tally.expect(false, "a program") }
      for threshold in [0, 2] {
        var options = Options()
        (options.threshold, options.depthLimit) = (threshold, 200)
        let calls: [(String, [Value])] = [
          ("main", [.int(7), .float(0.5)]), ("strings", [.int(6)]), ("many", [.int(6)] + (1...6).map { .int($0) }),
          ("six", [.int(4), .float(1.5), .float(2.5), .int(3), .int(4), .float(5.5)]),
        ]
        for (function, arguments) in calls {
          let experiment = Experiment(module, options: options, function: function, arguments: arguments)
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
#endif
