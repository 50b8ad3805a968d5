import Ejit
import EjitText
import TestSupport
import Testing

/// Every op computes what its definition says and touches no register but its destinations, on every machine that can
/// execute here, with and without optional instructions.
@Suite struct ExecutionTests {
  @Test(arguments: TestMachine.all)
  func opsOfRegistersComputeTheirDefinition(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var sweep = Sweep(machine)
    var snippets: [Snippet] = []
    for op in Mnemonic.allCases where op.family != .float { snippets += sweep.snippets(of: op) }
    let report = try Harness(machine).run(snippets)
    for failure in report.failures { Issue.record("\(failure)") }
    let missing = Mnemonic.allCases.filter { op in
      op.family != .control && op.family != .memory && op.family != .float && report.subjects[op] == nil
    }
    #expect(missing.isEmpty, "ops that were never executed")
    print("\(machine): \(snippets.count) pieces of code, \(report.executions) executions")
  }

  @Test(arguments: TestMachine.floats)
  func opsOfFloatsComputeTheirDefinition(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var sweep = Sweep(machine)
    var report = Harness.Report()
    // One op at a time: its records need much memory.
    for op in Mnemonic.allCases where op.family == .float {
      report.add(try Harness(machine).run(sweep.snippets(of: op)))
    }
    for failure in report.failures { Issue.record("\(failure)") }
    let missing = Mnemonic.allCases.filter { op in
      let isThere = op.needs(on: machine.target.architecture).isSubset(of: machine.features)
      return op.family == .float && !op.reachesMemory && isThere && report.subjects[op] == nil
    }
    #expect(missing.isEmpty, "ops that were never executed")
    print("\(machine): \(report.executions) executions of ops on floats")
  }

  @Test(arguments: TestMachine.all)
  func opsOfMemoryReachTheirBytesAndNoOthers(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    let harness = try Harness(machine, data: MemorySweep.data)
    var sweep = MemorySweep(machine, dataAddress: harness.dataAddress)
    var snippets: [Snippet] = []
    for op in Mnemonic.allCases { snippets += sweep.snippets(of: op) }
    let report = try harness.run(snippets)
    for failure in report.failures { Issue.record("\(failure)") }
    let missing = Mnemonic.allCases.filter { op in
      let isThere = op.needs(on: machine.target.architecture).isSubset(of: machine.features)
      return op.reachesMemory && isThere && report.subjects[op] == nil
    }
    #expect(missing.isEmpty, "ops that were never executed")
    print("\(machine): \(snippets.count) pieces of code that use memory, \(report.executions) executions")
  }
}
