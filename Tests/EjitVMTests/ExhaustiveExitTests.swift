import EjitVM
import Testing
import VMPrograms

/// Each exit of each bundled program is taken without need, at its first, second and last pass, also where problems are
/// small; `VMChecks` do it where they are large.
@Suite struct ExhaustiveExitTests {
  @Test(arguments: BundledProgram.all.indices)
  func takingAnyExitChangesNoResult(_ index: Int) throws {
    let program = BundledProgram.all[index]
    let module = try Module(text: program.text)
    var options = Options()
    options.tier = .jit
    for check in program.smallerTests {
      let arguments = check.arguments.compactMap { Value($0) }
      let result = try ExhaustiveExits.run(
        Experiment(module, options: options, function: check.function, arguments: arguments))
      #expect(result.differences.isEmpty, "\(program.name) \(check.function) \(result.differences.prefix(2))")
    }
  }
}
