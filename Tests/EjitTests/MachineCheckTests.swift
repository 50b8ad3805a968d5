import MachineChecks
import Testing

/// Rows E14, G10, G11, M and N8 as a process of the host sees them; CI makes the same checks as an AArch64 process.
@Suite struct MachineCheckTests {
  @Test func faultsPatchesAndProgramsOnThisMachine() {
    let tally = MachineChecks.run()
    #expect(tally.failed == 0 && tally.passed > 1000)
  }
}
