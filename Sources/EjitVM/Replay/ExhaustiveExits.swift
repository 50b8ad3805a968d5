/// What came of taking each exit of a program's code without need: once at its first, once at its second and once at its
/// last pass.
public struct ExhaustiveExits: Sendable {
  /// Exits that the program passes.
  public private(set) var sites = 0
  /// Runs in which one was taken.
  public private(set) var runs = 0
  /// Runs that ended otherwise than the interpreter alone.
  public private(set) var differences: [Difference] = []

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

  /// Throws what making a machine throws.
  public static func run(_ experiment: Experiment) throws(VMError) -> ExhaustiveExits {
    var result = ExhaustiveExits()
    let expected = experiment.run(try experiment.interpreter())
    let counting = try experiment.compiler(.single(exit: nil, pass: 0))
    result.note(-1, 0, expected, experiment.run(counting))
    let passes = Experiment.passes(counting)
    result.sites = passes.count { $0.pass == 1 }
    for pass in passes {
      result.runs += 1
      result.note(pass.exit, pass.pass, expected, experiment.run(try experiment.compiler(pass.forced)))
    }
    return result
  }

  private mutating func note(_ exit: Int, _ pass: Int, _ expected: String, _ found: String) {
    if expected == found { return }
    differences.append(Difference(exit: exit, pass: pass, expected: expected, found: found))
  }
}
