import EjitVM
import VMPrograms

/// Each exit of each bundled program is taken without need, at its first, second and last pass: no result changes, and
/// wherever code is left the interpreter alone has the same values.
///
/// Each run and each exit counts, so that two machines with the same number of checks had the same exits.
enum ExitChecks {
  static func run(_ tally: inout Tally) {
    for program in BundledProgram.all {
      guard let module = try? Module(text: program.text) else {
        tally.expect(false, "a program that can be read:", program.name)
        continue
      }
      for options in configurations {
        for check in program.largestTests {
          let arguments = check.arguments.compactMap { Value($0) }
          run(
            Experiment(module, options: options, function: check.function, arguments: arguments),
            "\(program.name) \(check.function)", &tally)
        }
      }
    }
  }

  private static func run(_ experiment: Experiment, _ name: String, _ tally: inout Tally) {
    guard let taken = try? ExhaustiveExits.run(experiment), let replay = try? Replay.run(experiment) else {
      return tally.expect(false, "machines for", name)
    }
    tally.expect(taken.sites, of: taken.sites, "exits of", name)
    tally.expect(taken.runs - taken.differences.count, of: taken.runs, "runs of", name)
    tally.expect(replay.compared, of: replay.exits, "exits in a replay of", name)
    tally.expect(replay.differences.isEmpty, "a replay of", "\(name) \(replay.differences.first ?? "")")
  }

  /// Code is made at first calls; or loops go over to code in their middle, and functions at their second call. There are
  /// thousands of machines: small stacks.
  private static var configurations: [Options] {
    var options = Options()
    options.depthLimit = 1000
    var all = [options, options]
    all[0].tier = .jit
    all[1].threshold = 1
    return all
  }
}
