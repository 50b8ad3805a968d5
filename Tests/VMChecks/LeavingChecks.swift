#if INTERNALS
  @testable import EjitVM
  import Ejit

  /// Compiled code is left from each kind of location, and the interpreter finds each value in its slot.
  enum LeavingChecks {
    static func run(_ tally: inout Tally) {
      fromEachRegister(&tally)
      fromEachVector(&tally)
      fromOtherPlaces(&tally)
      inlinedFramesRunFirst(&tally)
      theCallerSeesANormalReturn(&tally)
      forcedAtEachPass(&tally)
      withoutMemoryEverythingIsInterpreted(&tally)
    }

    /// Two arguments, the constant, and eight words that are not executed.
    private static let shape: [(arguments: Int, words: [Word])] = [
      (2, [Word](repeating: Word(.return, 0), count: 8))
    ]
    private static let abi = Target.host.abi

    private static func machine(_ make: @escaping (inout Maker) throws(CompileFailure) -> Void) -> HandMade {
      let machine = HandMade(shape, policy: TierPolicy(threshold: 0))
      machine.make = make
      return machine
    }

    private static func value(_ number: Int) -> UInt64 { 0x1234_5678_9ABC_DEF0 ^ UInt64(number) &* 0x0101_0101_0101 }

    private static func fromEachRegister(_ tally: inout Tally) {
      // The one that holds the number of the exit holds no value.
      let numbers = Convention.registers(abi).filter { $0 != abi.number(of: Convention.callee) }
      let tags = Tag.allCases.filter { $0 != .unwound }
      let machine = machine { (maker: inout Maker) throws(CompileFailure) in
        let values = numbers.enumerated().map { index, number in
          Exit.Value(slot: 10 + index, location: .register(number, tags[index % tags.count]))
        }
        let exit = maker.exit(Exit(reason: .slow, frames: [maker.frame(word: 3, values)]))
        maker.body = numbers.map { .movi(Register($0), Immediate(bits: value($0))) } + [.j(exit)]
      }
      let outcome = machine.tiers.callOut(0, machine.slots, 7)
      tally.expect(outcome == .interpret(machine.states[0].code + 3), "where a frame goes on")
      // One check for all, as many on every machine.
      let areRight = numbers.indices.allSatisfy {
        machine.slots[10 + $0] == Slot(value(numbers[$0]), tags[$0 % tags.count])
      }
      tally.expect(areRight, "the registers' values")
      tally.expect(machine.slots[2] == HandMade.constant, "the constants of the frame")
      tally.expect(machine.requests.isEmpty, "the interpreter that entered a frame goes on with it")
      machine.close()
    }

    private static func fromEachVector(_ tally: inout Tally) {
      let numbers = Convention.vectors(abi)
      let machine = machine { (maker: inout Maker) throws(CompileFailure) in
        let values = numbers.map { Exit.Value(slot: 100 - $0, location: .vector($0)) }
        let exit = maker.exit(Exit(reason: .elementType, frames: [maker.frame(word: 1, values)]))
        maker.body = numbers.map { .fmovi(VectorRegister($0), Immediate(bits: value($0))) } + [.j(exit)]
      }
      let outcome = machine.tiers.callOut(0, machine.slots + 50, 7)
      tally.expect(outcome == .interpret(machine.states[0].code + 1), "where a frame goes on")
      let areRight = numbers.allSatisfy { machine.slots[150 - $0] == Slot(value($0), .float) }
      tally.expect(areRight, "the vectors' values")
      machine.close()
    }

    private static func fromOtherPlaces(_ tally: inout Tally) {
      let machine = machine { (maker: inout Maker) throws(CompileFailure) in
        let values: [Exit.Value] = [
          .init(slot: 4, location: .memory(.string)), .init(slot: 5, location: .slot),
          .init(slot: 6, location: .constant(Slot(-2.5))), .init(slot: 0, location: .constant(Slot(Int64.min))),
          .init(slot: 7, location: .result), .init(slot: 8, location: .constant(.nil)),
        ]
        let exit = maker.exit(Exit(reason: .resultType, frames: [maker.frame(word: 5, values)]))
        maker.body = [
          .movi(Convention.payload, 77), .movi(Convention.tag, Immediate(Int(Tag.bool.rawValue))),
          .sti(.u64, Convention.base, 64, 4242), .j(exit),
        ]
      }
      machine.slots[4] = Slot(1, .ints)
      machine.slots[5] = Slot(9, .floats)
      machine.slots[1] = Slot(Int64(-9))
      _ = machine.tiers.callOut(0, machine.slots, 0)
      let expected: [(Int, Slot)] = [
        (4, Slot(4242, .string)), (5, Slot(9, .floats)), (6, Slot(-2.5)), (0, Slot(Int64.min)), (7, Slot(77, .bool)),
        (8, .nil), (1, Slot(Int64(-9))),
      ]
      for (slot, value) in expected {
        tally.expect(machine.slots[slot] == value, "a value that is in no register:", "\(slot)")
      }
      tally.expect(machine.tiers.profile.tag(0, 4) == .bool, "the profile learns a call's result")
      machine.close()
    }

    /// Three functions inside each other, left in the innermost one.
    private static func inlinedFramesRunFirst(_ tally: inout Tally) {
      let words = [Word](repeating: Word(.return, 0), count: 8)
      let machine = HandMade([(2, words), (1, words), (1, words)], policy: TierPolicy(threshold: 0))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let frames = [
          maker.frame(word: 2, [.init(slot: 0, location: .constant(Slot(Int64(1))))]),
          Exit.Frame(function: 1, word: 4, base: 5, values: [.init(slot: 0, location: .constant(Slot(Int64(2))))]),
          Exit.Frame(function: 2, word: 6, base: 11, values: [.init(slot: 3, location: .constant(Slot(Int64(3))))]),
        ]
        maker.inlined = [1, 2]
        let exit = maker.exit(Exit(reason: .slow, frames: frames))
        maker.body = [.j(exit)]
      }
      machine.onExecute = { _, base in
        base[0] = Slot(base[0].int + 100)
        return .int
      }
      let outcome = machine.tiers.callOut(0, machine.slots + 20, 9)
      tally.expect(outcome == .interpret(machine.states[0].code + 3), "the outermost frame goes on behind its call")
      tally.expect(
        machine.requests == [
          .init(function: 2, word: 6, base: 31, depth: 7), .init(function: 1, word: 5, base: 25, depth: 8),
        ], "inlined frames are run from the innermost one")
      tally.expect(machine.slots[34] == Slot(Int64(3)) && machine.slots[33] == HandMade.constant, "a frame's own slots")
      tally.expect(machine.slots[25].int == 102 && machine.slots[20].int == 1, "results lie where frames begin")
      machine.close()
    }

    /// 0 calls 1, which is left in its middle.
    private static func theCallerSeesANormalReturn(_ tally: inout Tally) {
      let machine = HandMade([shape[0], shape[0]], policy: TierPolicy(threshold: 0))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        if maker.request.specialisation.function == 1 {
          let exit = maker.exit(Exit(reason: .slow, frames: [maker.frame(word: 6, [])]))
          return maker.body = [.j(exit)]
        }
        let unwound = maker.exit(Exit(reason: .unwound, frames: [maker.frame(word: 1, [])]))
        maker.call(1, at: 8, unwound: unwound)
        maker.body.append(.addi(Convention.payload, Convention.payload, 5))
      }
      machine.onExecute = { _, base in
        base[0] = Slot(Int64(37))
        return .int
      }
      let outcome = machine.tiers.callOut(0, machine.slots, 9)
      tally.expect(outcome == .returned(.int) && machine.slots[0] == Slot(Int64(42)), "a result of the interpreter")
      tally.expect(
        machine.requests == [.init(function: 1, word: 6, base: 8, depth: 8)], "the frame that was left is interpreted")
      machine.close()
    }

    /// A body that passes an exit three times: which pass it is taken at is seen in a register that counts.
    private static func forcedAtEachPass(_ tally: inout Tally) {
      let counter = Register.argument(3)
      func run(_ mode: ForcedExits.Mode) -> (Tiers, TierOutcome, Slot, HandMade) {
        let machine = HandMade(shape, policy: TierPolicy(threshold: 0, forced: mode))
        machine.make = { (maker: inout Maker) throws(CompileFailure) in
          let value = Exit.Value(slot: 1, location: .register(abi.number(of: counter)!, .int))
          let exit = maker.exit(Exit(reason: .resultType, frames: [maker.frame(word: 2, [value])]))
          maker.body = [.movi(counter, 0), .label(1), .addi(counter, counter, 1)]
          maker.passes(exit)
          maker.body += [.branchi(.ne, counter, 3, 1), .mov(Convention.payload, counter), .movi(Convention.tag, 0)]
        }
        let outcome = machine.tiers.callOut(0, machine.slots, 9)
        machine.close()
        return (machine.tiers, outcome, machine.slots[outcome == .returned(.int) ? 0 : 1], machine)
      }
      let counted = run(.single(exit: nil, pass: 0))
      tally.expect(counted.1 == .returned(.int) && counted.2.int == 3, "a run in which passes are counted")
      tally.expect(counted.0.forced?.passes(0) == 3, "the number of passes")
      for pass in 1...3 {
        let forced = run(.single(exit: 0, pass: pass))
        tally.expect(forced.2.int == Int64(pass) && forced.1 != .returned(.int), "an exit at its n-th pass")
        tally.expect(forced.0.statistics.functions[0].exits[Int(Exit.Reason.forced.rawValue)] == 1, "its reason")
        tally.expect(forced.0.forced?.passes(0) == pass, "passes up to there")
      }
      tally.expect(run(.every(2)).2.int == 2, "every second pass")
      tally.expect(run(.every(4)).2.int == 3, "less than four passes")
    }

    private static func withoutMemoryEverythingIsInterpreted(_ tally: inout Tally) {
      let machine = HandMade(shape, policy: TierPolicy(threshold: 0), hasMemory: false)
      tally.expect(machine.tiers.services == nil, "no code without memory")
      tally.expect(machine.tiers.callOut(0, machine.slots, 9) == .interpret(machine.states[0].code), "a call")
      let loop = machine.tiers.loopOut(0, machine.states[0].code + 2, machine.slots, 9)
      tally.expect(loop == .interpret(machine.states[0].code + 2), "a loop")
      machine.close()
    }
  }
#endif
