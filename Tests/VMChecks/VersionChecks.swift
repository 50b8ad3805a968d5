#if INTERNALS
  @testable import EjitVM
  import Ejit

  /// Which code runs a call.
  enum VersionChecks {
    static func run(_ tally: inout Tally) {
      versionsAreKept(&tally)
      theLastVersionTakesWhatIsCommon(&tally)
      thresholdsAreObeyed(&tally)
      failingGuardsGiveUp(&tally)
      schedulesAreObeyed(&tally)
    }

    private static let words = [Word](repeating: Word(.return, 0), count: 8)

    /// Code that returns its number.
    private static func machine(_ functions: Int, _ policy: TierPolicy) -> HandMade {
      let machine = HandMade([(arguments: Int, words: [Word])](repeating: (1, words), count: functions), policy: policy)
      var made: Int64 = 0
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        maker.body = [.movi(Convention.payload, Immediate(made)), .movi(Convention.tag, 0)]
        made += 1
      }
      return machine
    }

    /// The number of the code that ran; −1: it was interpreted.
    private static func run(_ machine: HandMade, _ argument: Slot, function: Int = 0) -> Int64 {
      machine.states[function].callsLeft -= 1
      guard machine.states[function].callsLeft < 0 else { return -1 }
      machine.slots[0] = argument
      return machine.tiers.callOut(function, machine.slots, 5) == .returned(.int) ? machine.slots[0].int : -1
    }

    /// From compiled code, through the table.
    private static func versionsAreKept(_ tally: inout Tally) {
      let machine = HandMade([(1, words), (0, words)], policy: TierPolicy(threshold: 0))
      var made: Int64 = 0
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        if maker.request.specialisation.function == 0 {
          maker.body = [.movi(Convention.payload, Immediate(made)), .movi(Convention.tag, 0)]
          made += 1
        } else {
          let unwound = maker.exit(Exit(reason: .unwound, frames: [maker.frame(word: 1, [])]))
          maker.call(0, at: 1, unwound: unwound)
        }
      }
      func call(_ argument: Slot) -> Int64 {
        machine.slots[1] = argument
        return machine.tiers.callOut(1, machine.slots, 5) == .returned(.int) ? machine.slots[0].int : -1
      }
      tally.expect(call(Slot(Int64(1))) == 0 && call(Slot(Int64(2))) == 0, "a version for ints")
      tally.expect(call(Slot(1.5)) == 1 && call(Slot(2.5)) == 1, "one for floats")
      tally.expect(call(Slot(Int64(3))) == 0, "ints find their version again")
      tally.expect(call(Slot(true)) == 2 && call(Slot(Int64(3))) == 0 && call(Slot(1.5)) == 1, "one for Bools")
      tally.expect(machine.requests.isEmpty, "nothing is interpreted")
      tally.expect(machine.tiers.versions.starts[0].count == 3, "three versions")
      machine.tiers.retire(machine.tiers.versions.starts[0][1])
      tally.expect(call(Slot(Int64(3))) == 0 && call(Slot(true)) == 2, "the chain without its middle")
      machine.close()
    }

    private static func theLastVersionTakesWhatIsCommon(_ tally: inout Tally) {
      let machine = machine(1, TierPolicy(threshold: 0))
      let arguments = [Slot(Int64(1)), Slot(1.0), Slot(true), .nil, Slot(1, .string), Slot(1, .ints)]
      tally.expect(arguments.map { run(machine, $0) } == [0, 1, 2, 3, 3, 3], "four versions take everything")
      tally.expect(arguments.map { run(machine, $0) } == [0, 1, 2, 3, 3, 3], "and go on doing it")
      tally.expect(machine.tiers.statistics.functions[0].compilations == 4, "four compilations")
      machine.close()
    }

    private static func thresholdsAreObeyed(_ tally: inout Tally) {
      let machine = machine(1, TierPolicy(threshold: 100))
      let results = (0..<150).map { _ in run(machine, Slot(Int64(1))) }
      tally.expect(results.firstIndex(of: 0) == 100 && results.last == 0, "compiled after 100 calls")
      machine.failure = .unsuitable
      let other = (0..<20).map { _ in run(machine, Slot(1.0)) }
      tally.expect(other.allSatisfy { $0 == -1 } && run(machine, Slot(Int64(1))) == -1, "unsuitable functions stay")
      tally.expect(machine.tiers.functions[0].reason == .unsuitable, "and say why")
      machine.failure = nil
      machine.tiers.clear(0)
      tally.expect((0..<101).map { _ in run(machine, Slot(Int64(1))) }.last == 1, "until that is cleared")
      machine.close()
    }

    /// Each version leaves at once by a type exit.
    private static func failingGuardsGiveUp(_ tally: inout Tally) {
      let machine = HandMade([(1, words)], policy: TierPolicy(threshold: 0, failures: 3, recompilations: 5))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let values = [Exit.Value(slot: 0, location: .slot)]
        let exit = maker.exit(Exit(reason: .elementType, frames: [maker.frame(word: 0, values)]))
        maker.body = [.j(exit)]
      }
      for call in 0..<100 {
        machine.slots[0] = Slot(Int64(call))
        tally.expect(
          machine.tiers.callOut(0, machine.slots, 5) == .interpret(machine.states[0].code), "a failing guard")
      }
      let statistics = machine.tiers.statistics.functions[0]
      tally.expect(statistics.compilations == 6 && statistics.recompilations == 5, "as often as the limit says")
      tally.expect(statistics.exits[Int(Exit.Reason.elementType.rawValue)] == 18, "three failures each")
      tally.expect(machine.tiers.functions[0].reason == .guards, "left to the interpreter")
      tally.expect(machine.states[0].callsLeft == .max, "which does not ask again")
      tally.expect(machine.tiers.sites(0).map { $0.value } == [18], "counted by place")
      machine.tiers.clear(0)
      _ = machine.tiers.callOut(0, machine.slots, 5)
      tally.expect(machine.tiers.statistics.functions[0].compilations == 7, "cleared: compiled again")
      machine.close()
    }

    private static func schedulesAreObeyed(_ tally: inout Tally) {
      var policy = TierPolicy(threshold: 5)
      policy.schedule = try? Schedule(Array("f 3 jit\nf 6 interpreter\nf 7 jit".utf8)) {
        $0 == Array("f".utf8) ? 0 : nil
      }
      let machine = machine(2, policy)
      let results = (0..<9).map { _ in run(machine, Slot(Int64(1))) }
      tally.expect(results == [-1, -1, 0, 0, 0, -1, 0, 0, 0], "calls by their number")
      tally.expect(
        (0..<20).allSatisfy { _ in run(machine, Slot(Int64(1)), function: 1) == -1 }, "others are interpreted")
      machine.close()
    }
  }
#endif
