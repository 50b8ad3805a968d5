#if INTERNALS
  @testable import EjitVM

  /// What is read from a packed table is what was put into it.
  enum ExitTableChecks {
    static func run(_ tally: inout Tally) {
      everyKindOfValue(&tally)
      randomExits(&tally)
      aboutThreeBytesForAValue(&tally)
    }

    private static let edges: [Int64] = [0, 1, -1, 63, 64, -64, -65, 1 << 20, .max, .min, -(1 << 62), 1 << 62]

    private static func everyKindOfValue(_ tally: inout Tally) {
      var table = ExitTable()
      var exits: [Exit] = []
      var values: [Exit.Value] = []
      for tag in Tag.allCases {
        values.append(Exit.Value(slot: 60_000 - values.count, location: .register(30, tag)))
        values.append(Exit.Value(slot: values.count, location: .memory(tag)))
        for edge in edges {
          values.append(
            Exit.Value(slot: values.count, location: .constant(Slot(UInt64(bitPattern: edge), tag))))
        }
      }
      values += [
        Exit.Value(slot: 0, location: .vector(0)), Exit.Value(slot: 255, location: .vector(30)),
        Exit.Value(slot: 3, location: .slot), Exit.Value(slot: 3, location: .result),
      ]
      for reason in Exit.Reason.allCases {
        let frame = Exit.Frame(function: 1 << 31, word: 1 << 20, base: 70_000, values: values)
        exits.append(Exit(reason: reason, frames: [frame, Exit.Frame(function: 0, word: 0, base: 0, values: [])]))
        exits.append(Exit(reason: reason, frames: []))
      }
      for exit in exits { table.append(exit) }
      tally.expect(table.count == exits.count, "the number of exits")
      for (index, exit) in exits.enumerated() {
        tally.expect(table[index] == exit, "an exit with every kind of value")
        tally.expect(table.reason(index) == exit.reason, "its reason")
      }
    }

    private static func randomExits(_ tally: inout Tally) {
      var random = Random(state: 1)
      for _ in 0..<200 {
        var table = ExitTable()
        let exits = (0..<random.below(8)).map { _ in exit(&random) }
        for exit in exits { table.append(exit) }
        tally.expect(exits.indices.allSatisfy { table[$0] == exits[$0] }, "random exits")
      }
    }

    private static func exit(_ random: inout Random) -> Exit {
      let frames = (0..<random.below(4)).map { _ in
        Exit.Frame(
          function: random.below(300), word: random.below(70_000), base: random.below(1000),
          values: (0..<random.below(9)).map { _ in
            Exit.Value(slot: random.below(60_000), location: location(&random))
          })
      }
      return Exit(reason: Exit.Reason.allCases[random.below(Exit.Reason.allCases.count)], frames: frames)
    }

    private static func location(_ random: inout Random) -> Exit.Location {
      let tag = Tag.allCases[random.below(Tag.allCases.count)]
      switch random.below(6) {
      case 0: return .register(random.below(31), tag)
      case 1: return .vector(random.below(31))
      case 2: return .memory(tag)
      case 3: return .slot
      case 4: return .constant(Slot(random.next() >> UInt64(random.below(64)), tag))
      default: return .result
      }
    }

    private static func aboutThreeBytesForAValue(_ tally: inout Tally) {
      var table = ExitTable()
      let values = (0..<100).map { Exit.Value(slot: $0, location: .register($0 % 14, .int)) }
      table.append(Exit(reason: .slow, frames: [Exit.Frame(function: 1, word: 1, base: 0, values: values)]))
      tally.expect(table.byteCount <= 310, "bytes of a table")
    }
  }

  /// Numbers that are the same in each run (SplitMix64).
  struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  }
#endif
