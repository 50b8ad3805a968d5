#if INTERNALS
  @testable import EjitVM
  import Ejit

  /// A replay notices each wrong value of an exit, goes through calls of the host and through code that a schedule asks for.
  enum ReplayChecks {
    static func run(_ tally: inout Tally) {
      wrongExitsAreNoticed(&tally)
      hostsAreAskedOnce(&tally)
      schedulesNameFrames(&tally)
    }

    private static func experiment(
      _ text: String, hosts: [String: HostBinding] = [:], _ change: (inout Options) -> Void
    ) -> Experiment? {
      var options = Options()
      options.depthLimit = 1000
      change(&options)
      guard let module = try? Module(text: Array(text.utf8)) else { return nil }
      return Experiment(module, hosts: hosts, options: options) { machine in
        do throws(Trap) { return try machine.call("main", [.int(9)]).description } catch { return error.kind.name }
      }
    }

    // MARK: Wrong exits

    /// Integers, a float and an array in registers; exits in a callee that is part of the code.
    private static let program = """
      .fn main args=1 locals=4   ; 0 n, 1 sum, 2 i, 3 f, 4 a
        const 3
        local.set 1
        const 1
        local.set 2
        const 0.5
        local.set 3
        const 12
        array.new i64
        local.set 4
      loop:
        local.get 4
        local.get 2
        local.get 1
        array.set
        local.get 1
        local.get 2
        call ratio
        local.set 1
        local.get 3
        local.get 1
        add
        local.set 3
        local.get 2
        const 1
        add
        local.set 2
        local.get 2
        local.get 0
        lt
        jump.if loop
        local.get 4
        const 3
        array.get
        local.get 3
        add
        return
      .fn ratio args=2 locals=0
        local.get 0
        const 7
        mul
        const 1000
        add
        local.get 1
        div
        return
      """

    private static func wrongExitsAreNoticed(_ tally: inout Tally) {
      guard let experiment = experiment(program, { $0.tier = .jit }), let replay = try? Replay.run(experiment),
        let counting = try? experiment.compiler(.single(exit: nil, pass: 0))
      else { return tally.expect(false, "a program with exits") }
      tally.expect(replay.differences.isEmpty && replay.compared == replay.exits, "right exits")
      _ = experiment.run(counting)
      var (wrong, noticed) = (0, 0)
      for pass in Experiment.passes(counting) where pass.pass == 2 {
        let version = counting.tiers.versions.owner(of: pass.exit)
        for exit in damages(version.code.exits[pass.exit - version.code.firstExit]) {
          wrong += 1
          if notices(experiment, pass, exit) { noticed += 1 }
        }
      }
      tally.expect(wrong > 20, "wrong exits")
      tally.expect(noticed, of: wrong, "wrong exits that are noticed", "")
    }

    /// The exit with one thing that is wrong: a place, a tag, the word at which the interpreter goes on.
    private static func damages(_ exit: Exit) -> [Exit] {
      var result: [Exit] = []
      for frame in exit.frames.indices {
        for index in exit.frames[frame].values.indices {
          for location in damages(exit.frames[frame].values[index].location) {
            result.append(exit)
            result[result.count - 1].frames[frame].values[index].location = location
          }
        }
      }
      result.append(exit)
      result[result.count - 1].frames[exit.frames.count - 1].word += 1
      return result
    }

    private static func damages(_ location: Exit.Location) -> [Exit.Location] {
      let other = Slot(Int64(221))
      switch location {
      case .register(let number, let tag) where tag.isObject: return [.register(number, .int), .constant(other)]
      case .register(let number, let tag):
        let base = Target.host.abi.number(of: Convention.base)!
        return [.register(base, tag), .register(number, tag == .int ? .bool : .int), .constant(other)]
      case .memory(let tag): return [.memory(tag == .int ? .bool : .int), .constant(other)]
      case .constant(let slot): return [.constant(Slot(slot.int + 1))]
      case .vector, .slot, .result: return [.constant(other)]
      }
    }

    /// Whether a replay sees that the code was left by this exit in place of the right one.
    private static func notices(_ experiment: Experiment, _ pass: Experiment.Pass, _ exit: Exit) -> Bool {
      guard let machine = try? experiment.compiler(pass.forced), let interpreter = try? experiment.interpreter(),
        let compiler = machine.compiler
      else { return false }
      let wrong = WrongCompiler(compiler, pass.exit, exit)
      try? machine.tiers.attach(machine.interpreter, wrong)
      let log = HostLog()
      let recording = Timeline(machine, log)
      _ = experiment.run(machine)
      let timeline = Timeline(interpreter, log, expected: recording.recorded)
      _ = experiment.run(interpreter)
      timeline.finish()
      return !timeline.differences.isEmpty
    }

    /// A compiler that puts another exit into its table.
    private final class WrongCompiler: Compiling {
      private let compiler: Compiler
      private let number: Int
      private let exit: Exit

      init(_ compiler: Compiler, _ number: Int, _ exit: Exit) {
        (self.compiler, self.number, self.exit) = (compiler, number, exit)
      }

      func neededSlots(_ function: Int, at word: Int?) -> [Bool] { compiler.neededSlots(function, at: word) }
      func isWord(_ index: Int, of function: Int) -> Bool { compiler.isWord(index, of: function) }
      func offsets(of function: Int) -> [UInt32] { compiler.offsets(of: function) }
      func profiledPlaces(_ function: Int) -> [Profile.Place] { compiler.profiledPlaces(function) }

      func compile(_ request: Compilation) throws(CompileFailure) -> CompiledCode {
        let code = try compiler.compile(request)
        var exits = ExitTable()
        for index in 0..<code.exits.count { exits.append(code.firstExit + index == number ? exit : code.exits[index]) }
        return CompiledCode(
          code.specialisation, code.block, entry: code.entry, exits: exits, firstExit: code.firstExit,
          functions: code.functions, otherwise: code.otherwise)
      }
    }

    // MARK: Hosts

    private final class Count { var value: Int64 = 0 }

    private static func hostsAreAskedOnce(_ tally: inout Tally) {
      let (once, again) = (Count(), Count())
      let hosts: [String: HostBinding] = [
        // Another result, kind and end each time.
        "clock": .closure { (_, values) throws(HostError) -> Value in
          once.value += 1
          if once.value % 5 == 4 { throw .thrown(.string("late")) }
          return once.value % 3 == 0 ? .string("\(once.value)") : .int(once.value)
        },
        "fill": .closure { (machine, values) throws(HostError) -> Value in
          again.value += 1
          guard case .array(let array) = values[0] else { throw .failed }
          do throws(Trap) {
            try array.set(2, to: try machine.call("square", [.int(5)]))
          } catch {
            throw .trap(error)
          }
          return values[0]
        },
      ]
      let text = """
        .host clock args=0
        .host fill args=1
        .fn main args=1 locals=2
          handler from to catch
          const 4
          array.new any
          local.set 1
        from:
          call.host clock
          local.set 2
          local.get 1
          local.get 2
          array.push
          local.get 1
          call.host fill
          const 2
          array.get
          drop
        to:
        next:
          local.get 0
          const 1
          sub.trap
          local.tee 0
          const 0
          gt
          jump.if from
          local.get 1
          return
        catch:
          local.set 2
          local.get 1
          local.get 2
          array.push
          jump next
        .fn square args=1 locals=0
          local.get 0
          local.get 0
          mul.trap
          return
        """
      guard let experiment = experiment(text, hosts: hosts, { $0.tier = .jit }),
        let replay = try? Replay.run(experiment)
      else { return tally.expect(false, "a program with host functions") }
      tally.expect(once.value == 9, "a host function is called in the first run only")
      tally.expect(again.value == 7 * Int64(replay.runs + 1), "one that changes the heap is called in each run")
      tally.expect(replay.exits > 20 && replay.compared == replay.exits, "exits around host functions")
      tally.expect(replay.differences.isEmpty, "host functions in a replay", replay.differences.first ?? "")
    }

    // MARK: Schedules

    /// `main(n)` calls itself before its loop.
    private static let nested = """
      .fn main args=1 locals=1
        const 0
        local.set 1
        local.get 0
        const 7
        le
        jump.if loop
        local.get 0
        const 1
        sub
        call main
        local.set 1
      loop:
        local.get 1
        const 3
        add.trap
        local.set 1
        local.get 0
        const 1
        sub.trap
        local.tee 0
        const 0
        gt
        jump.if loop
        local.get 1
        return
      """

    /// The second of three calls that are open at once goes over to compiled code in its loop, and no other one.
    private static func schedulesNameFrames(_ tally: inout Tally) {
      guard let experiment = experiment(nested, { $0.schedule = Array("main 2 osr\nmain 3 interpreter".utf8) }),
        let machine = try? experiment.compiler(.every(2)), let replay = try? Replay.run(experiment)
      else { return tally.expect(false, "a program with a schedule") }
      let timeline = Timeline(machine, HostLog())
      _ = experiment.run(machine)
      let depths = Set(timeline.recorded.map { machine.options.depthLimit - $0.place.depth })
      tally.expect(depths == [1], "the frame that a schedule names")
      tally.expect(replay.exits > 10 && replay.compared == replay.exits, "exits of code entered in a loop")
      tally.expect(replay.differences.isEmpty, "a schedule in a replay", replay.differences.first ?? "")
    }
  }
#endif
