import CEjitShims
import Ejit

// One machine for all inputs: libFuzzer calls from one thread.
nonisolated(unsafe) private var execution: Execution?

private func shared() -> Execution {
  if let execution { return execution }
  let made = Execution()
  execution = made
  return made
}

/// Any bytes are a program that ends, and that leaves the same registers and memory as machine code with all features of
/// this machine, as machine code with none, and on the reference machine.
@c(LLVMFuzzerTestOneInput)
public func fuzzExecution(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  switch shared().check(UnsafeBufferPointer(start: bytes, count: count)) {
  case .executed, .faulted: return 0
  case .refused(let error): fatalError("a program made to be good was refused: \(error)")
  }
}

/// Random inputs, one after the other: prints how fast they were, and what became of them.
@c(fuzz_execution_throughput)
public func throughput(_ count: Int, _ seed: UInt64) -> CInt {
  let execution = shared()
  var report = Throughput()
  let start = (ejit_monotonic_nanoseconds(), ejit_thread_cpu_nanoseconds())
  for index in 0..<count {
    withRandomBytes(seed, index) { report.add(execution.check($0)) }
  }
  let wall = Double(ejit_monotonic_nanoseconds() - start.0) / 1e9
  let processor = Double(ejit_thread_cpu_nanoseconds() - start.1) / 1e9
  for index in 0..<min(count, 2000) {
    withRandomBytes(seed, index) { report.count(execution.generate($0).program) }
  }
  report.write(count, wall: wall, processor: processor)
  return report.refused == 0 ? 0 : 1
}
