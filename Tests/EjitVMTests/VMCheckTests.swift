import Testing
import VMChecks

/// The checks that the AArch64 runner makes, in this process.
@Suite struct VMCheckTests {
  @Test func hold() {
    let tally = VMChecks.run()
    #expect(tally.failed == 0 && tally.passed > 0)
  }
}
