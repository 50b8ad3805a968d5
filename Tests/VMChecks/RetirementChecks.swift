#if INTERNALS
  import CEjitShims
  @testable import EjitVM
  import Ejit
  import VMPrograms

  /// Memory for code: freed when no frame needs it, and never more than the budget.
  enum RetirementChecks {
    static func run(_ tally: inout Tally) {
      codeWithFramesIsKept(&tally)
      cyclesLeaveNothing(&tally)
      cyclesOfAProgramLeaveNothing(&tally)
      replacementRetiresDependents(&tally)
      theBudgetHolds(&tally)
      aFullArenaMeansInterpretation(&tally)
    }

    private static let words = [Word](repeating: Word(.return, 0), count: 8)

    /// What the machine would execute at an address, in a word.
    private static func instruction(at address: UInt) -> UInt32 {
      UnsafePointer<UInt32>(bitPattern: address)!.pointee
    }

    /// Words that trap: ud2 or int3 on x86-64, brk or udf on AArch64.
    private static func traps(_ word: UInt32) -> Bool {
      #if arch(x86_64)
        word == 0xCCCC_CCCC || word & 0xFFFF == 0x0B0F
      #else
        word >> 16 == 0 || word & 0xFFE0_001F == 0xD420_0000
      #endif
    }

    /// A frame that is in its third call of an operation when its code is retired goes on with it.
    private static func codeWithFramesIsKept(_ tally: inout Tally) {
      let machine = HandMade([(0, words)], policy: TierPolicy(threshold: 0))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let unwound = maker.exit(Exit(reason: .unwound, frames: [maker.frame(word: 1, [])]))
        maker.step(machine.states[0].code, unwound: unwound)
        maker.step(machine.states[0].code, unwound: unwound)
        maker.body += [.movi(Convention.payload, 5), .movi(Convention.tag, 0)]
      }
      let before = machine.tiers.arena!.bytesInUse
      var (steps, address, isKept) = (0, UInt(0), true)
      machine.onStep = { base, depth in
        steps += 1
        if steps == 1 {
          let version = machine.tiers.versions.starts[0][0]
          address = version.code.address
          machine.tiers.retire(version)
          machine.tiers.freeRetired()
        }
        isKept = isKept && !traps(instruction(at: address))
        return true
      }
      let outcome = machine.tiers.callOut(0, machine.slots, 5)
      tally.expect(outcome == .returned(.int) && machine.slots[0].int == 5, "a frame of retired code")
      tally.expect(steps == 2 && isKept, "its code while it runs")
      tally.expect(machine.tiers.versions.retired.count == 1, "retired, not freed")
      machine.tiers.didCrossBoundary()
      tally.expect(
        machine.tiers.versions.retired.isEmpty && machine.tiers.versions.all.isEmpty, "freed when it is left")
      tally.expect(traps(instruction(at: address)), "and filled with traps")
      tally.expect(machine.tiers.arena!.bytesInUse == before, "the arena is as it was")
      machine.onStep = nil
      machine.close()
    }

    /// Code is made, left by a guard and retired while its frame is active, 100,000 times.
    private static func cyclesLeaveNothing(_ tally: inout Tally) {
      let machine = HandMade([(0, words)], policy: TierPolicy(threshold: 0))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let exit = maker.exit(Exit(reason: .slow, frames: [maker.frame(word: 1, [])]))
        let unwound = maker.exit(Exit(reason: .unwound, frames: [maker.frame(word: 1, [])]))
        maker.step(machine.states[0].code, unwound: unwound)
        maker.body.append(.j(exit))
      }
      machine.onStep = { _, _ in
        machine.tiers.retire(machine.tiers.versions.starts[0][0])
        return true
      }
      let arena = machine.tiers.arena!
      let before = arena.bytesInUse
      var most = 0
      for _ in 0..<100_000 {
        let outcome = machine.tiers.callOut(0, machine.slots, 5)
        if outcome != .interpret(machine.states[0].code + 1) { tally.expect(false, "a cycle") }
        most = max(most, arena.bytesInUse)
      }
      machine.tiers.didCrossBoundary()
      tally.expect(machine.tiers.statistics.functions[0].compilations == 100_000, "100,000 compilations")
      tally.expect(most < before + 16384, "bytes in use meanwhile")
      tally.expect(arena.bytesInUse == before && arena.bytesRetired == 0, "bytes in use behind them")
      tally.expect(machine.tiers.versions.all.isEmpty, "versions behind them")
      tally.expect(machine.tiers.sites(0).values.reduce(0, +) == 100_000, "exits are still counted")
      machine.onStep = nil
      machine.close()
    }

    /// The same with a program, whose frames go on with bytecode that was replaced.
    private static func cyclesOfAProgramLeaveNothing(_ tally: inout Tally) {
      guard let cycles = RetirementCycles() else { return tally.expect(false, "a machine") }
      let arena = cycles.vm.tiers.arena!
      let before = arena.bytesInUse
      var most = 0
      for _ in 0..<20 {
        cycles.run(10)
        most = max(most, arena.bytesInUse)
      }
      tally.expect(cycles.isComplete(200), "200 cycles")
      tally.expect(most == before && arena.bytesRetired == 0, "bytes in use behind each")
      tally.expect(cycles.vm.tiers.versions.all.isEmpty, "no version is left")
      tally.expect(cycles.vm.interpreter.codes.all.count == 1, "nor bytecode that was replaced")
    }

    private static func replacementRetiresDependents(_ tally: inout Tally) {
      let machine = HandMade([(0, words), (0, words), (0, words)], policy: TierPolicy(threshold: 0))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        if maker.request.specialisation.function == 0 { maker.inlined = [1] }
        maker.body = [.movi(Convention.payload, 1), .movi(Convention.tag, 0)]
      }
      for function in 0..<3 { _ = machine.tiers.callOut(function, machine.slots, 5) }
      let stub = machine.tiers.trampolines!.interpret
      machine.tiers.profile.add(.int, 1, 3)
      machine.tiers.didReplace(1)
      tally.expect(
        (0..<3).map { machine.tiers.versions.starts[$0].count } == [0, 0, 1], "code that holds the replaced function")
      tally.expect(machine.tiers.entries[0] == stub && machine.tiers.entries[1] == stub, "entries lead elsewhere")
      tally.expect(machine.tiers.entries[2] != stub && machine.tiers.profile.tags(1, 3) == 0, "others stay")
      machine.close()
    }

    private static func theBudgetHolds(_ tally: inout Tally) {
      let shapes = [(arguments: Int, words: [Word])](repeating: (0, words), count: 40)
      let machine = HandMade(shapes, policy: TierPolicy(threshold: 0, codeBudget: 2000))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        let size: UInt32 = maker.request.specialisation.function == 39 ? 4000 : 200
        maker.body = [.nops(size), .movi(Convention.payload, 1), .movi(Convention.tag, 0)]
      }
      var most = 0
      for function in 0..<40 {
        _ = machine.tiers.callOut(function, machine.slots, 5)
        most = max(most, machine.tiers.versions.liveBytes + machine.tiers.versions.retiredBytes)
      }
      let statistics = machine.tiers.statistics
      tally.expect(most <= 2000 && most > 1000, "bytes of code")
      tally.expect(
        machine.tiers.versions.starts[0].isEmpty && statistics.functions[0].evictions == 1, "the oldest goes")
      tally.expect(!machine.tiers.versions.starts[38].isEmpty, "the newest stays")
      tally.expect(machine.tiers.functions[39].reason == .budget, "code that is larger than the budget")
      // No storm: forty functions in turn are compiled ever more rarely.
      for _ in 0..<1000 {
        for function in 0..<39 {
          machine.states[function].callsLeft -= 1
          if machine.states[function].callsLeft < 0 { _ = machine.tiers.callOut(function, machine.slots, 5) }
        }
      }
      let compilations = machine.tiers.statistics.functions.reduce(0) { $0 + $1.compilations }
      tally.expect(compilations < 500, "compilations of what has no room:", "\(compilations)")
      machine.close()
    }

    private static func aFullArenaMeansInterpretation(_ tally: inout Tally) {
      let shapes = [(arguments: Int, words: [Word])](repeating: (0, words), count: 40)
      // An arena has whole pages, of 4 KiB or more: the larger they are, the larger is the code.
      let page = ejit_page_size()
      let filling = [Instruction](repeating: .nops(300), count: max(1, page / 4096))
      let machine = HandMade(shapes, capacity: page, policy: TierPolicy(threshold: 0))
      machine.make = { (maker: inout Maker) throws(CompileFailure) in
        maker.body = filling + [.movi(Convention.payload, 1), .movi(Convention.tag, 0)]
      }
      var (compiled, interpreted) = (0, 0)
      for round in 0..<100 {
        for function in 0..<40 {
          switch machine.tiers.callOut(function, machine.slots, 5) {
          case .returned: compiled += 1
          case .interpret(let code):
            interpreted += 1
            if code != machine.states[function].code { tally.expect(false, "where it is interpreted", "\(round)") }
          }
        }
      }
      tally.expect(compiled > 500 && interpreted > 500, "a full arena")
      tally.expect(machine.tiers.statistics.functions.contains { $0.refusals > 0 }, "refusals are counted")
      machine.close()
    }
  }
#endif
