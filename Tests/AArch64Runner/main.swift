// The checks that need a process of the machine itself. Built as Embedded Swift for AArch64 it is what runs under
// qemu-aarch64; it runs on any other host as well. It reads the programs in Tests/Programs, below the current directory.
import CEjitShims

var tally = Tally()
MemoryChecks.run(&tally)
LoweringChecks.run(&tally)
ProgramChecks.run(&tally)
print("\(tally.passed) passed, \(tally.failed) failed")
ejit_exit(tally.failed == 0 && tally.passed > 0 ? 0 : 1)
