/// What came of taking each exit of a program's code without need: once at its first, once at its second and once at its
/// last pass.
public struct ExhaustiveExits: Sendable {
  /// Exits that the program passes.
  public private(set) var sites = 0
  /// Runs in which one was taken.
  public private(set) var runs = 0
  /// Runs that ended otherwise than the interpreter alone.
  public private(set) var differences: [Difference] = []
  /// Frames that were run again by the interpreter from where their code was entered to where it was left, and all slots
  /// compared.
  public private(set) var replays = 0
  /// Those in which one differed.
  public private(set) var replayDifferences = 0
  /// Frames that cannot be run again: they change arrays, make objects, call the host or the function itself.
  public private(set) var replaysLeftOut = 0

  /// A run that ended otherwise than expected.
  public struct Difference: Sendable {
    /// The number of the exit among those of the program, in the order in which its code was made.
    public var exit: Int
    /// The pass at which it was taken, from 1.
    public var pass: Int
    /// What the interpreter alone gives: a value, or a trap with its backtrace.
    public var expected: String
    /// What came instead.
    public var found: String
  }

  /// Compiles at first calls, whatever `options` say of the tier. Throws what making a machine throws.
  public static func run(
    _ module: Module, hosts: [String: HostBinding] = [:], options: Options = Options(), function: String,
    arguments: [Value] = []
  ) throws(VMError) -> ExhaustiveExits {
    var result = ExhaustiveExits()
    var options = options
    options.tier = .interpreter
    let expected = outcome(try VM(module, hosts: hosts, options: options), function, arguments)
    options.tier = .jit
    options.forcedExits = .single(exit: nil, pass: 0)
    let counting = try VM(module, hosts: hosts, options: options)
    result.note(-1, 0, expected, outcome(counting, function, arguments))
    options.replays = true
    for exit in 0..<counting.tiers.nextExit {
      let passes = counting.tiers.forced?.passes(exit) ?? 0
      if passes > 0 { result.sites += 1 }
      for pass in Set([1, 2, passes]).sorted() where pass > 0 && pass <= passes {
        options.forcedExits = .single(exit: exit, pass: pass)
        let machine = try VM(module, hosts: hosts, options: options)
        result.runs += 1
        result.note(exit, pass, expected, outcome(machine, function, arguments))
        result.add(machine.tiers.statistics)
      }
    }
    return result
  }

  private mutating func note(_ exit: Int, _ pass: Int, _ expected: String, _ found: String) {
    if expected == found { return }
    differences.append(Difference(exit: exit, pass: pass, expected: expected, found: found))
  }

  private mutating func add(_ statistics: TierStatistics) {
    replays += statistics.replays
    replayDifferences += statistics.replayDifferences
    replaysLeftOut += statistics.replaysLeftOut
  }

  /// The value, or the trap with its backtrace.
  private static func outcome(_ machine: VM, _ function: String, _ arguments: [Value]) -> String {
    do throws(Trap) {
      return try machine.call(function, arguments).description
    } catch {
      return error.backtrace.reduce("trap \(error.kind.rawValue)") { "\($0) \($1.function):\($1.offset)" }
    }
  }
}
