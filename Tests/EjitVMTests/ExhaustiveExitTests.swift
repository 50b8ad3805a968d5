import EjitVM
import Testing
import VMPrograms

/// Each exit of each bundled program is taken without need, at its first, second and last pass.
@Suite struct ExhaustiveExitTests {
  @Test(arguments: BundledProgram.all.indices)
  func takingAnyExitChangesNoResult(_ index: Int) throws {
    let program = BundledProgram.all[index]
    let module = try Module(text: program.text)
    for check in program.checks where check.purpose == .test {
      let result = try ExhaustiveExits.run(
        module, function: check.function, arguments: check.arguments.map(value))
      #expect(result.differences.isEmpty, "\(program.name) \(check.function) \(result.differences.prefix(2))")
      #expect(result.replayDifferences == 0, "\(program.name) \(check.function)")
    }
  }

  private func value(_ literal: Literal) -> Value {
    switch literal {
    case .integer(let value): .int(value)
    case .float(let bits): .float(Double(bitPattern: bits))
    case .string(let bytes): .string(bytes)
    case .bool(let value): .bool(value)
    case .nil, .function: .nil
    }
  }
}
