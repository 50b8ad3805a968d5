// Makes the checks of MachineChecks and VMChecks in a process of its own: what runs under qemu-aarch64, and on any other host as well.
import CEjitShims
import MachineChecks
import VMChecks

func runAll() -> Int32 {
  printLine(MachineChecks.machine)
  let tally = MachineChecks.run()
  let virtual = VMChecks.run()
  let (passed, failed) = (tally.passed + virtual.passed, tally.failed + virtual.failed)
  printLine("\(passed) passed, \(failed) failed")
  return failed == 0 && tally.passed > 0 && virtual.passed > 0 ? 0 : 1
}

ejit_exit(runAll())
