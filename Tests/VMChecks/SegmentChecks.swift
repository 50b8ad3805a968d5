#if INTERNALS
  @testable import EjitVM
  import Ejit

  /// The native stack with frames of several tiers on it.
  enum SegmentChecks {
    static func run(_ tally: inout Tally) {
      allFramesAreFound(&tally)
      tiersAlternate(&tally)
      aLoopIsLeftAndEnteredWithoutNesting(&tally)
    }

    private static let words = [Word](repeating: Word(.return, 0), count: 8)

    /// Compiled 0 calls compiled 1, which leaves for a single operation, in which 2 is entered, which does the same.
    private static func allFramesAreFound(_ tally: inout Tally) {
      let machine = HandMade([(0, words), (0, words), (0, words)], policy: TierPolicy(threshold: 0))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let unwound = maker.exit(Exit(reason: .unwound, frames: [maker.frame(word: 1, [])]))
        if maker.request.specialisation.function == 0 {
          maker.call(1, at: 8, unwound: unwound)
        } else {
          maker.step(machine.states[0].code, unwound: unwound)
          maker.body += [.movi(Convention.payload, 1), .movi(Convention.tag, 0)]
        }
      }
      var found: [Int] = []
      var (level, aligned) = (0, true)
      machine.onStep = { base, depth in
        level += 1
        if level < 4 {
          return machine.tiers.callOut(level % 2 == 1 ? 2 : 0, base + 16, depth - 1) == .returned(.int)
        }
        machine.tiers.native.pointee.forEachReturnAddress { address in
          let version = machine.tiers.versions.all.first { $0.contains(returnAddress: address) }
          found.append(version?.specialisation.function ?? -1)
        }
        aligned = machine.tiers.native.pointee.exit % 16 == 0
        return true
      }
      tally.expect(machine.tiers.callOut(0, machine.slots, 20) == .returned(.int), "four segments")
      // Each trampoline returns into the code that left through it, and the first frame of each segment into `enter`.
      tally.expect(found == [2, -1, 1, 0, -1, 2, -1, 1, 0, -1], "the frames of all segments")
      tally.expect(aligned, "the stack is aligned")
      tally.expect(machine.tiers.native.pointee.entry == 0, "no segment is left")
      machine.onStep = nil
      machine.close()
    }

    /// Function 0 is compiled, function 1 never is: each calls the other with one less, and adds 1 to what comes back.
    private static func tiersAlternate(_ tally: inout Tally) {
      let interpreted: [Word] = [
        Word(.jumpEqI, 0, 0, 3), Word(.addI, 4, 0, -1), Word(.call, 4, wide: 0), Word(.addI, 0, 4, 1), Word(.return, 0),
      ]
      let machine = HandMade([(1, words), (1, interpreted)], policy: TierPolicy(threshold: 0))
      machine.tiers.leaveToInterpreter(1, .unsuitable)
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let unwound = maker.exit(Exit(reason: .unwound, frames: [maker.frame(word: 1, [])]))
        let x = Register.argument(3)  // neither payload nor tag, on any machine
        maker.body += [
          .ld(.u64, x, .at(Convention.base)), .movi(Convention.payload, 0), .movi(Convention.tag, 0),
          .branchi(.eq, x, 0, Maker.done), .subi(x, x, 1), .st(.u64, x, .at(Convention.base, 64)),
          .sti(.u64, Convention.base, 72, 0),
        ]
        maker.call(1, at: 4, unwound: unwound)
        maker.body.append(.addi(Convention.payload, Convention.payload, 1))
      }
      machine.slots[0] = Slot(Int64(10_000))
      tally.expect(machine.tiers.callOut(0, machine.slots, 20_000) == .returned(.int), "alternating tiers")
      tally.expect(machine.slots[0] == Slot(Int64(10_000)), "10,000 calls in alternating tiers")
      tally.expect(machine.requests.count == 5000, "half of them interpreted")
      machine.slots[0] = Slot(Int64(10_000))
      tally.expect(
        machine.tiers.callOut(0, machine.slots, 9_000) == .returned(.unwound), "not as many calls are allowed")
      tally.expect(machine.places.count == 4501 || machine.places.count == 9001, "frames of the backtrace")
      machine.close()
    }

    /// A loop whose compiled code is left in each round goes on in the interpreter that entered it: the native stack does
    /// not grow.
    private static func aLoopIsLeftAndEnteredWithoutNesting(_ tally: inout Tally) {
      let machine = HandMade([(1, words)], policy: TierPolicy(threshold: 0))
      let x = Register.argument(0)
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let value = Exit.Value(slot: 0, location: .register(Target.host.abi.number(of: x)!, .int))
        let exit = maker.exit(Exit(reason: .slow, frames: [maker.frame(word: 3, [value])]))
        maker.body += [
          .ld(.u64, x, .at(Convention.base)), .addi(x, x, 1), .branchTesti(.ne, x, 0xFFFF, exit),
          .mov(Convention.payload, x), .movi(Convention.tag, 0),
        ]
      }
      machine.slots[0] = Slot(Int64(0))
      machine.slots[1] = .nil
      var rounds = 0
      var low = UInt.max
      var high: UInt = 0
      loop: while true {
        rounds += 1
        switch machine.tiers.loopOut(0, machine.states[0].code + 2, machine.slots, 5) {
        case .returned: break loop
        case .interpret(let code): if code != machine.states[0].code + 3 { break loop }
        }
        let frame = machine.tiers.native.pointee.exit
        (low, high) = (min(low, frame), max(high, frame))
      }
      tally.expect(rounds == 0x10000 && machine.slots[0].int == 0x10000, "a loop that is left in each round")
      tally.expect(machine.tiers.statistics.functions[0].compilations == 1, "one version of it")
      tally.expect(machine.requests.isEmpty, "no interpreter inside")
      machine.close()
    }
  }
#endif
