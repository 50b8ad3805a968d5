import Ejit
import EjitText
import TestSupport
import Testing

/// Every op computes what its definition says and touches no register but its destinations, on every machine that can
/// execute here, with and without optional instructions.
@Suite struct ExecutionTests {
  /// The ops are dealt out to so many tests, so that no core has one of them left when the others are done.
  private static let parts = 0..<4

  private func ops(_ part: Int) -> [Mnemonic] {
    Mnemonic.allCases.indices.filter { $0 % ExecutionTests.parts.count == part }.map { Mnemonic.allCases[$0] }
  }

  @Test(arguments: TestMachine.all, parts)
  func opsOfRegistersComputeTheirDefinition(on machine: TestMachine, part: Int) throws {
    guard isAvailable(machine) else { return }
    var sweep = Sweep(machine)
    var snippets: [Snippet] = []
    for op in ops(part) where op.family != .float { snippets += sweep.snippets(of: op) }
    let report = try Harness(machine).run(snippets)
    for failure in report.failures { Issue.record("\(failure)") }
    let missing = ops(part).filter { op in
      op.family != .control && op.family != .memory && op.family != .float && report.subjects[op] == nil
    }
    #expect(missing.isEmpty, "ops that were never executed")
    print("\(machine): \(snippets.count) pieces of code, \(report.executions) executions")
  }

  @Test(arguments: TestMachine.floats, parts)
  func opsOfFloatsComputeTheirDefinition(on machine: TestMachine, part: Int) throws {
    guard isAvailable(machine) else { return }
    var sweep = Sweep(machine)
    var report = Harness.Report()
    // One op at a time: its records need much memory.
    for op in ops(part) where op.family == .float {
      report.add(try Harness(machine).run(sweep.snippets(of: op)))
    }
    for failure in report.failures { Issue.record("\(failure)") }
    let missing = ops(part).filter { op in
      let isThere = op.needs(on: machine.target.architecture).isSubset(of: machine.features)
      return op.family == .float && !op.reachesMemory && isThere && report.subjects[op] == nil
    }
    #expect(missing.isEmpty, "ops that were never executed")
    print("\(machine): \(report.executions) executions of ops on floats")
  }

  @Test(arguments: TestMachine.all, parts)
  func opsOfMemoryReachTheirBytesAndNoOthers(on machine: TestMachine, part: Int) throws {
    guard isAvailable(machine) else { return }
    let harness = try Harness(machine, data: MemorySweep.data)
    var sweep = MemorySweep(machine, dataAddress: harness.dataAddress)
    var snippets: [Snippet] = []
    for op in ops(part) { snippets += sweep.snippets(of: op) }
    let report = try harness.run(snippets)
    for failure in report.failures { Issue.record("\(failure)") }
    let missing = ops(part).filter { op in
      let isThere = op.needs(on: machine.target.architecture).isSubset(of: machine.features)
      return op.reachesMemory && isThere && report.subjects[op] == nil
    }
    #expect(missing.isEmpty, "ops that were never executed")
    print("\(machine): \(snippets.count) pieces of code that use memory, \(report.executions) executions")
  }
}
