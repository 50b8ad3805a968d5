import EjitVM
import Testing
import VMPrograms

/// What the tiers say of themselves.
@Suite struct StatisticsTests {
  /// `add` gets ints, then floats, then strings, then ints again.
  @Test func versionsAndExitsAreCounted() throws {
    let module = try Module(text: Array(".fn add args=2 locals=0\n local.get 0\n local.get 1\n add\n return\n".utf8))
    var options = Options()
    options.threshold = 10
    let machine = try VM(module, options: options)
    for _ in 0..<50 { #expect(try machine.call("add", [.int(1), .int(2)]) == .int(3)) }
    let ints = machine.statistics.functions[0]
    #expect(ints.name == "add" && ints.compilations == 1 && ints.versions == 1 && ints.codeBytes > 0)
    for _ in 0..<50 { #expect(try machine.call("add", [.float(1), .float(0.5)]) == .float(1.5)) }
    for _ in 0..<50 { #expect(try machine.call("add", [.string("a"), .string("b")]) == .string("ab")) }
    for _ in 0..<50 { #expect(try machine.call("add", [.int(1), .int(2)]) == .int(3)) }
    let all = machine.statistics.functions[0]
    #expect(all.compilations == 3 && all.versions == 3 && all.leftToInterpreter == nil)
    #expect(machine.statistics.table.contains("add: 200 calls, \(all.entries) entries, 3 compiled"))
    #expect(machine.statistics.json.contains("\"name\":\"add\",\"calls\":200,"))
    #expect(machine.statistics.json.contains("\"compilations\":3,"))
    // A string of each argument, and one of each sum.
    #expect(machine.statistics.table.contains("150 allocations, 0 collections"))
  }

  @Test func withoutMemoryForCodeNothingIsCompiled() throws {
    var options = Options()
    options.codeMemory = .none
    options.tier = .jit
    for program in BundledProgram.all {
      let machine = try VM(Module(text: program.text), options: options)
      for check in program.checks where check.purpose == .test && check.arguments.isEmpty {
        _ = try? machine.call(check.function)
      }
      #expect(machine.statistics.functions.allSatisfy { $0.compilations == 0 })
    }
  }
}
