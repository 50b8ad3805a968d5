#if INTERNALS
  @testable import EjitVM
  import Ejit

  /// Throws and traps pass through compiled frames.
  enum UnwindingChecks {
    static func run(_ tally: inout Tally) {
      throughAllFrames(&tally)
      intoAHandler(&tally)
      tooDeep(&tally)
    }

    private static let words = [Word](repeating: Word(.return, 0), count: 8)

    /// 0 calls 1 calls 2; 2 is left by a micro-op that traps. Function 1 is inlined in 0 if `inlines`.
    private static func machine(inlines: Bool) -> HandMade {
      let machine = HandMade([(0, words), (0, words), (0, words)], policy: TierPolicy(threshold: 0))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let function = maker.request.specialisation.function
        var frames = [maker.frame(word: 1 + function, [])]
        if inlines && function == 0 {
          frames.append(Exit.Frame(function: 1, word: 2, base: 8, values: []))
          maker.inlined = [1]
        }
        let unwound = maker.exit(Exit(reason: .unwound, frames: frames))
        if function == 2 {
          maker.step(machine.states[2].code + 3, unwound: unwound)
        } else {
          maker.call(inlines ? 2 : function + 1, at: inlines ? 16 : 8, unwound: unwound)
        }
        maker.body += [.movi(Convention.tag, 0)]
      }
      machine.onStep = { _, _ in
        machine.raise(.typeError)
        return false
      }
      return machine
    }

    private static func throughAllFrames(_ tally: inout Tally) {
      for inlines in [false, true] {
        let machine = machine(inlines: inlines)
        tally.expect(machine.tiers.callOut(0, machine.slots, 9) == .returned(.unwound), "a trap that nobody handles")
        tally.expect(
          machine.places == [
            .init(function: 2, offset: 3), .init(function: 1, offset: 2), .init(function: 0, offset: 1),
          ], "its backtrace")
        machine.onStep = nil
        machine.close()
      }
    }

    private static func intoAHandler(_ tally: inout Tally) {
      for inlines in [false, true] {
        let machine = machine(inlines: inlines)
        machine.handlers = [1: 5]
        machine.onExecute = { _, base in
          base[0] = Slot(Int64(7))
          return .int
        }
        let outcome = machine.tiers.callOut(0, machine.slots, 9)
        tally.expect(machine.requests == [.init(function: 1, word: 5, base: 8, depth: 8)], "a handler in the middle")
        let expected: TierOutcome = inlines ? .interpret(machine.states[0].code + 2) : .returned(.int)
        tally.expect(outcome == expected, "the caller goes on")
        tally.expect(machine.places == [.init(function: 2, offset: 3)], "the frame that had no handler")
        (machine.onStep, machine.onExecute) = (nil, nil)
        machine.close()
      }
      let machine = machine(inlines: false)
      machine.handlers = [0: 6]
      tally.expect(
        machine.tiers.callOut(0, machine.slots, 9) == .interpret(machine.states[0].code + 6), "a handler in the caller")
      machine.onStep = nil
      machine.close()
    }

    /// A function that calls itself until it must not.
    private static func tooDeep(_ tally: inout Tally) {
      let machine = HandMade([(0, words)], policy: TierPolicy(threshold: 0))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let unwound = maker.exit(Exit(reason: .unwound, frames: [maker.frame(word: 1, [])]))
        maker.call(0, at: 1, unwound: unwound)
      }
      let outcome = machine.tiers.callOut(0, machine.slots, 50)
      tally.expect(outcome == .returned(.unwound) && machine.raised == .stackOverflow, "too many calls")
      tally.expect(machine.places == [Trap.Place](repeating: .init(function: 0, offset: 1), count: 51), "its backtrace")
      tally.expect(machine.tiers.native.pointee.entry == 0, "no segment is left")
      machine.close()
    }
  }
#endif
