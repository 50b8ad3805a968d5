// Makes the checks of MachineChecks in a process of its own: what runs under qemu-aarch64, and on any other host as well.
import CEjitShims
import MachineChecks

func runAll() -> Int32 {
  printLine(MachineChecks.machine)
  let tally = MachineChecks.run()
  printLine("\(tally.passed) passed, \(tally.failed) failed")
  return tally.failed == 0 && tally.passed > 0 ? 0 : 1
}

ejit_exit(runAll())
