/// Executes micro-ops on the slots of a machine, and is what compiled code falls back on.
final class Interpreter {
  /// By number, at fixed addresses.
  let functions: UnsafeMutablePointer<FunctionState>
  let functionCount: Int
  let heap: Heap
  /// By depth: see `FrameRecord`.
  let records: UnsafeMutablePointer<FrameRecord>
  /// Calls that may be nested; the depth of the first frame.
  let depthLimit: Int
  /// Whom to ask for something faster.
  unowned(unsafe) var tiers: Tiers?
  var codes: LoadedCodes
  var hosts: [HostFunction] = []
  /// For tests: what runs is to be compared with another machine.
  var timeline: Timeline?

  /// Why frames are being left.
  var pending = Pending.nothing
  /// Whether it was the comparison of an `addJump…` that failed.
  var isAtComparison = false
  /// Where, as far as frames were left: innermost first.
  var backtrace: [Trap.Place] = []

  enum Pending: Equatable {
    case nothing
    /// `heap.thrown`
    case thrown
    case trap(Trap.Kind)
  }

  init(
    _ codes: LoadedCodes, heap: Heap, depthLimit: Int, callsLeft: Int64, loopsLeft: Int64
  ) {
    (self.codes, self.heap, self.depthLimit) = (codes, heap, depthLimit)
    functionCount = codes.current.count
    functions = .allocate(capacity: max(1, functionCount))
    records = .allocate(capacity: depthLimit + 1)
    for (number, code) in codes.current.enumerated() {
      (functions + number).initialize(
        to: FunctionState(number, code, callsLeft: callsLeft, loopsLeft: loopsLeft))
    }
  }

  deinit {
    functions.deallocate()
    records.deallocate()
  }

  /// Runs the frame at `base` from `pc` until it returns: the tag of its result, which then lies in its first slot, or
  /// `.unwound`. The frame's constants are in their slots.
  @inline(never)
  func execute(
    _ function: UnsafeMutablePointer<FunctionState>, _ pc: UnsafePointer<LoadedWord>,
    _ base: UnsafeMutablePointer<Slot>,
    _ depth: Int
  ) -> Tag {
    if let timeline { return step(timeline, function, pc, base, depth) }
    return run(Counted.self, function, pc, base, depth)
  }

  /// The same without counters, to know what they cost.
  @inline(never)
  func executeUncounted(
    _ function: UnsafeMutablePointer<FunctionState>, _ pc: UnsafePointer<LoadedWord>,
    _ base: UnsafeMutablePointer<Slot>,
    _ depth: Int
  ) -> Tag {
    run(Uncounted.self, function, pc, base, depth)
  }

  /// Begins a frame of `function`, whose arguments lie at `base`, and runs it.
  func interpret(
    _ function: UnsafeMutablePointer<FunctionState>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> Tag {
    setConstants(function, base)
    return execute(function, function.pointee.code, base, depth)
  }

  @inline(never)
  func setConstants(_ function: UnsafeMutablePointer<FunctionState>, _ base: UnsafeMutablePointer<Slot>) {
    let first = base + Int(function.pointee.locals)
    for index in 0..<Int(function.pointee.constantCount) { first[index] = function.pointee.constants[index] }
  }

  /// Whom a call of an unknown function calls, if it is one and takes so many arguments.
  @inline(__always)
  func callee(_ slot: UnsafeMutablePointer<Slot>, _ arguments: Int) -> UnsafeMutablePointer<FunctionState>? {
    guard slot.pointee.tag == 0, slot.pointee.payload < UInt64(functionCount) else { return nil }
    let callee = functions + Int(slot.pointee.int)
    return callee.pointee.arguments == Int32(truncatingIfNeeded: arguments) ? callee : nil
  }

  /// Whom a call that was found to be one calls.
  @inline(never)
  func callee(_ word: Word, _ base: UnsafeMutablePointer<Slot>) -> UnsafeMutablePointer<FunctionState> {
    functions + (word.op == .call ? word.wide : Int(base[word.b].int))
  }
}
