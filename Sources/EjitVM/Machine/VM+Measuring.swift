/// What the benchmark of this package asks, and nobody else needs.
extension VM {
  /// Interprets a call without counting calls and loops, to know what that costs.
  package func callUncounted(_ number: Int, _ arguments: [Value]) throws(Trap) -> Value {
    guard module.functions[number].arguments == arguments.count else { throw Trap(.typeError) }
    let base = heap.top
    defer { heap.top = base }
    for value in arguments {
      guard let slot = try heap.slot(value) else { throw Trap(.outOfMemory) }
      heap.top.pointee = slot
      heap.top += 1
    }
    let function = interpreter.functions + number
    interpreter.setConstants(function, base)
    let tag = interpreter.executeUncounted(function, function.pointee.code, base, depth)
    if tag == .unwound { throw interpreter.takePending() }
    return heap.value(base.pointee)
  }

  /// What compilation took, and how many reachable instructions of bytecode the compiled functions have, counted as often
  /// as they were compiled.
  package var compilation: (nanoseconds: UInt64, instructions: Int) {
    var (nanoseconds, instructions): (UInt64, Int) = (0, 0)
    guard let verified = try? Self.verify(module) else { return (0, 0) }
    for (number, function) in tiers.statistics.functions.enumerated() {
      nanoseconds += function.compileNanoseconds
      instructions += function.compilations * verified.functions[number].heights.count { $0 >= 0 }
    }
    return (nanoseconds, instructions)
  }
}
