#if INTERNALS
  @testable import EjitVM

  /// Schedules are read as they are written, or refused with the line.
  enum ScheduleChecks {
    static func run(_ tally: inout Tally) {
      let names = ["main", "add"]
      func parse(_ text: String) -> (Schedule?, Schedule.ParseError?) {
        do throws(Schedule.ParseError) {
          let schedule = try Schedule(Array(text.utf8)) { name in names.firstIndex { Array($0.utf8) == name } }
          return (schedule, nil)
        } catch {
          return (nil, error)
        }
      }
      let (schedule, _) = parse("; warm\nadd 3 jit\n\n  add\t10 interpreter ; cold\r\nmain 1 osr\nadd 11 jit")
      let expected: [(Int, Int, Schedule.Tier)] = [
        (1, 1, .interpreter), (1, 2, .interpreter), (1, 3, .jit), (1, 9, .jit), (1, 10, .interpreter), (1, 11, .jit),
        (1, 1_000_000, .jit), (0, 1, .osr), (0, 2, .osr),
      ]
      for (function, call, tier) in expected {
        tally.expect(schedule?.tier(function, call: call) == tier, "the tier of a call")
      }
      let refused: [(String, Int, Schedule.ParseError.Kind)] = [
        ("add 3", 1, .malformed), ("\n\nadd 3 jit now", 3, .malformed), ("add 0 jit", 1, .badCall),
        ("add -1 jit", 1, .badCall), ("add 1 jit\nsub 2 jit", 2, .unknownFunction), ("add 1 fast", 1, .unknownTier),
        ("add 5 jit\nadd 5 interpreter", 2, .notAscending), ("add 99999999999999999999 jit", 1, .badCall),
      ]
      for (text, line, kind) in refused {
        tally.expect(parse(text).1 == Schedule.ParseError(line: line, kind: kind), "a refusal of", text)
      }
    }
  }
#endif
