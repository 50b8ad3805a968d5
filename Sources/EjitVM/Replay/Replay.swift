/// What came of comparing compiled code with the interpreter wherever the code was left: the slots that are still needed
/// there, of all frames that the code held, and all objects that they lead to.
///
/// Machines that compile run a program: with each exit taken at its first pass, and with an exit at every n-th pass of any,
/// for some n. At each exit, forced or not, they note what the interpreter goes on with. Then a machine that only
/// interprets runs the program, and at each of these moments must have the same.
public struct Replay: Sendable {
  /// Runs by machines that compile.
  public private(set) var runs = 0
  /// Moments at which compiled code was left, in all runs.
  public private(set) var exits = 0
  /// Those that the interpreter came to.
  public private(set) var compared = 0
  /// Moments with other values, or that the interpreter never came to, and runs with another result.
  public private(set) var differences: [String] = []

  /// Throws what making a machine throws.
  public static func run(_ experiment: Experiment) throws(VMError) -> Replay {
    var replay = Replay()
    var moments: [Moment] = []
    let log = HostLog()
    let interpreter = try experiment.interpreter()
    let counting = try experiment.compiler(.single(exit: nil, pass: 0))
    let expected = replay.record(experiment, counting, log, &moments)
    for mode in modes(counting) {
      let outcome = replay.record(experiment, try experiment.compiler(mode), log, &moments)
      if outcome != expected { replay.differences.append("a result of \(outcome), not \(expected)") }
    }
    let timeline = Timeline(interpreter, log, expected: moments)
    let outcome = experiment.run(interpreter)
    if outcome != expected { replay.differences.append("a result of \(expected), interpreted: \(outcome)") }
    timeline.finish()
    replay.compared = timeline.compared
    replay.differences += timeline.differences.map { $0.description }
    return replay
  }

  private static func modes(_ counting: VM) -> [ForcedExits.Mode] {
    let first = Experiment.passes(counting).filter { $0.pass == 1 }.map { $0.forced }
    // Some that go on for long, each with as many exits.
    let every = Experiment.count(counting) / 32 + 1
    return first + [every, every + 1, every + 2].map { .every($0) }
  }

  private mutating func record(
    _ experiment: Experiment, _ machine: VM, _ log: HostLog, _ moments: inout [Moment]
  ) -> String {
    let timeline = Timeline(machine, log)
    let outcome = experiment.run(machine)
    runs += 1
    exits += timeline.recorded.count
    moments += timeline.recorded
    return outcome
  }
}
