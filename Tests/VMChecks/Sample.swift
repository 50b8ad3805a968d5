import EjitVM

/// A program that must do the same in whatever tier it runs.
struct Sample {
  let text: String
  var hosts: [String: HostBinding] = [:]
  /// Beside those that all programs are run under.
  var schedules: [String] = []
  /// Calls that may be nested.
  var depthLimit = 1000
  /// How often each machine makes a call: later ones find compiled code.
  var times = 4

  /// What comes of a call.
  enum Outcome: Equatable {
    case value(Value)
    case trap(Trap)

    /// Of a trap.
    var kind: Trap.Kind? {
      guard case .trap(let trap) = self else { return nil }
      return trap.kind
    }

    /// Of a trap: functions and offsets, innermost first.
    var places: [Trap.Place] {
      guard case .trap(let trap) = self else { return [] }
      return trap.backtrace
    }
  }

  /// The tiers, and what may disturb them.
  private var ways: [Options] {
    var all = [Options](repeating: Options(), count: 9)
    all[0].tier = .interpreter
    for index in [1, 3, 4, 5, 6, 7] { all[index].tier = .jit }
    all[2].threshold = 2
    all[3].deoptEvery = 1
    all[4].deoptEvery = 3
    all[5].gcEvery = 1
    all[6].optimizes = false
    all[7].codeBudget = 4096
    all[8].codeMemory = .none
    for schedule in schedules {
      var options = Options()
      options.schedule = Array(schedule.utf8)
      all.append(options)
    }
    for index in all.indices { all[index].depthLimit = depthLimit }
    return all
  }

  /// A machine that runs the program; nil: there is none.
  func machine(_ options: Options) -> VM? {
    guard let module = try? Module(text: text) else { return nil }
    return try? VM(module, hosts: hosts, options: options)
  }

  /// What the interpreter makes of a call. That it is the same in every way, some times in a row, is checked.
  func outcome(
    _ function: String, _ arguments: [Value], _ tally: inout Tally, line: Int = #line
  ) -> Outcome? {
    var first: Outcome?
    for (number, options) in ways.enumerated() {
      guard let vm = machine(options) else {
        tally.expect(false, "a machine for", function, line: line)
        continue
      }
      var isSame = true
      vm.onThread { vm in
        for _ in 0..<times {
          let outcome = vm.outcome(function, arguments)
          if first == nil { first = outcome }
          isSame = isSame && outcome == first
        }
      }
      tally.expect(isSame, "the same in every tier:", "\(function), way \(number)", line: line)
    }
    return first
  }

  /// Checks that a call returns a value in every way.
  func expect(
    _ function: String, _ arguments: [Value], _ value: Value, _ tally: inout Tally, line: Int = #line
  ) {
    let outcome = outcome(function, arguments, &tally, line: line)
    tally.expect(outcome == .value(value), "the value of", function, line: line)
  }
}

extension VM {
  /// What comes of a call.
  func outcome(_ function: String, _ arguments: [Value]) -> Sample.Outcome {
    do throws(Trap) { return .value(try call(function, arguments)) } catch { return .trap(error) }
  }
}
