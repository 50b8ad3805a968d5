import CFuzzMain
import RandomBytecode

/// Any bytes are a verified module and calls of it, of which each tier makes what the reference machine does: values,
/// traps and their backtraces.
@c(LLVMFuzzerTestOneInput)
public func fuzzVMRun(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let report = RandomModule(bytes, count).check()
  if let text = report.text { fatalError("other than the reference machine:\n\(text)") }
  fuzz_count(UInt64(report.steps), report.isGood ? 1 : 0)
  return 0
}

/// The random input with this number. Whether something differs: it is printed, then made small and printed again.
@c(fuzz_vm_run_seek)
public func seek(_ seed: UInt64, _ index: UInt64) -> CInt {
  let report = RandomModule(seed: seed, index: index).check()
  guard let text = report.text else { return 0 }
  print("; input \(index)\n\(text)\n; reduced")
  if let small = report.smallText { print(small) }
  return 1
}

/// Random expressions, compiled and interpreted. Whether something differs: it is printed.
@c(fuzz_vm_run_expressions)
public func expressions(_ count: Int, _ seed: UInt64) -> CInt {
  guard let text = RandomExpressions.difference(count, seed: seed) else { return 0 }
  print(text)
  return 1
}

/// Random inputs whose compiled code is compared with the interpreter wherever it is left. Whether something differs: it is
/// printed.
@c(fuzz_vm_run_replays)
public func replays(_ count: UInt64, _ seed: UInt64) -> CInt {
  var exits = 0
  for index in 0..<count {
    let report = RandomModule(seed: seed, index: index).replay()
    exits += report.exits
    guard let text = report.text else { continue }
    print("; input \(index)\n\(text)")
    return 1
  }
  print("\(exits) exits compared")
  return 0
}
