// The checks that need a process of the machine itself. Built as Embedded Swift for AArch64 it is what runs under
// qemu-aarch64; it runs on any other host as well. It reads the programs in Tests/Programs, below the current directory.
import CEjitShims

func runAll() -> Int32 {
  var tally = Tally()
  MemoryChecks.run(&tally)
  LoweringChecks.run(&tally)
  ProgramChecks.run(&tally)
  printLine("\(tally.passed) passed, \(tally.failed) failed")
  return tally.failed == 0 && tally.passed > 0 ? 0 : 1
}

ejit_exit(runAll())
