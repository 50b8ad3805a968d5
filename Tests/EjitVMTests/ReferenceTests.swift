import EjitVM
import Testing
import VMPrograms
import VMReference

/// The reference machine against what the bundled programs say: values of C and Python.
@Suite struct ReferenceTests {
  @Test(arguments: BundledProgram.all.map(\.name)) func program(_ name: String) throws {
    let program = try #require(BundledProgram(named: name))
    let module = try Module(text: program.text).verify()
    for check in program.checks where check.purpose == .test {
      var machine = ReferenceMachine(module)
      let function = try #require(module.module.functions.firstIndex { $0.name == check.function })
      switch (check.outcome, machine.call(function, check.arguments.map { ReferenceValue($0) })) {
      case (.value(let wanted), .value(let found)): #expect(found.isSame(as: ReferenceValue(wanted)), "\(check)")
      case (.trap(let wanted), .trap(let found)): #expect(found.kind.name == wanted)
      case (_, let outcome): Issue.record("\(check): \(outcome)")
      }
    }
  }
}
