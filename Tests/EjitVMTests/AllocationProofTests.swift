import Testing
import VMPrograms

@testable import EjitVM

/// Every allocation of every version that the bundled programs get is proved.
@Suite struct AllocationProofTests {
  @Test(arguments: BundledProgram.all.map { $0.name }) func valuesAreWhereExitsLookForThem(_ name: String) throws {
    let program = try #require(BundledProgram(named: name))
    var options = Options()
    options.threshold = 1
    let vm = try VM(try Module(text: program.text), options: options)
    let compiler = try #require(vm.compiler)
    compiler.provesAllocations = true
    for check in program.checks where check.purpose == .test {
      _ = try? vm.call(check.function, check.arguments.compactMap { Value($0) })
    }
    #expect(compiler.disproofs.isEmpty)
    #expect(vm.tiers.statistics.functions.contains { $0.compilations > 0 })
  }
}
