/// A frame as it was when its compiled code was entered, to be run again by the interpreter on a copy of its slots.
///
/// Covered is what has no effects outside of slots: such operations, jumps, reads of arrays, and calls of functions that
/// have no others. Calls of the function itself are not: its exits are passed in all its frames.
struct Replay {
  let function: Int
  let start: UnsafePointer<LoadedWord>
  /// Passes of the forced exit before the entry.
  let passes: Int
  let slots: [Slot]

  enum Outcome { case equal, different, notCovered }

  /// Slots that calls inside may use, in all, and operations that are executed at most.
  private static let room = 1 << 14
  private static let limit = 1 << 24

  /// Runs up to the `pass`-th time the micro-op at `end` is reached, and compares the slots that the exit names with those
  /// at `base`.
  func compare(
    _ execution: any Execution, _ states: UnsafeMutablePointer<FunctionState>, _ frame: Exit.Frame, pass: Int,
    end: UnsafePointer<LoadedWord>, _ base: UnsafePointer<Slot>
  ) -> Outcome {
    let memory = UnsafeMutablePointer<Slot>.allocate(capacity: slots.count + Self.room)
    defer { unsafe memory.deallocate() }
    unsafe memory.initialize(repeating: .nil, count: slots.count + Self.room)
    for index in slots.indices { unsafe memory[index] = slots[index] }
    var run = Run(
      execution: execution, states: states, function: function, end: end, passesLeft: pass,
      limit: memory + slots.count + Self.room)
    guard run.execute(function, start, memory) == .reached else { return run.hasTrapped ? .different : .notCovered }
    for value in frame.values where unsafe !Self.isSame(memory[value.slot], base[value.slot]) { return .different }
    return .equal
  }

  /// All NaNs are the same.
  private static func isSame(_ a: Slot, _ b: Slot) -> Bool {
    a == b || a.tag == b.tag && a.tag == Tag.float.rawValue && a.float.isNaN && b.float.isNaN
  }

  /// One execution.
  private struct Run {
    let execution: any Execution
    let states: UnsafeMutablePointer<FunctionState>
    let function: Int
    let end: UnsafePointer<LoadedWord>
    var passesLeft: Int
    let limit: UnsafeMutablePointer<Slot>
    var operationsLeft = Replay.limit
    var hasTrapped = false

    enum Ending { case reached, returned, stopped }

    mutating func execute(
      _ function: Int, _ start: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>
    ) -> Ending {
      var pc = start
      while true {
        if pc == end {
          passesLeft -= 1
          if passesLeft == 0 { return .reached }
        }
        operationsLeft -= 1
        let word = unsafe pc.pointee.word
        if operationsLeft == 0 || !isCovered(word, base) { return .stopped }
        switch word.op {
        case .return:
          unsafe base[0] = base[word.a]
          return .returned
        case .call:
          let ending = call(word, base)
          if ending != .returned { return ending }
          pc += 1
        default:
          guard let next = execution.jump(pc, base, 0) else {
            hasTrapped = true
            return .stopped
          }
          pc = next
        }
      }
    }

    private mutating func call(_ word: Word, _ base: UnsafeMutablePointer<Slot>) -> Ending {
      let callee = unsafe states[word.wide]
      let first = base + word.a
      guard word.wide != function, first + Int(callee.frame) <= limit else { return .stopped }
      for index in 0..<Int(callee.constantCount) {
        unsafe first[Int(callee.locals) + index] = unsafe callee.constants[index]
      }
      return execute(word.wide, callee.code, first)
    }

    private func isCovered(_ word: Word, _ base: UnsafeMutablePointer<Slot>) -> Bool {
      switch word.op {
      case .callIndirect, .callHost, .throw, .arrayNew, .arraySet, .arrayPush: false
      case .add: unsafe base[word.b].tag != Tag.string.rawValue
      default: true
      }
    }
  }
}

extension Tiers {
  /// Compiled code is about to be entered for a frame of the interpreter.
  func prepareReplay(_ function: Int, _ start: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>) {
    guard policy.replays, let forced, case .single(let exit?, _) = forced.mode else { return }
    let state = unsafe states[function]
    var slots = (0..<Int(state.frame)).map { unsafe base[$0] }
    for index in 0..<Int(state.constantCount) { unsafe slots[Int(state.locals) + index] = state.constants[index] }
    replay = unsafe Replay(function: function, start: start, passes: forced.passes(exit), slots: slots)
  }

  /// The frame that was entered last has been left at the forced exit, and its slots are what the interpreter goes on
  /// with.
  func compareReplay(_ exit: Exit, _ number: Int, _ version: Version, _ base: UnsafeMutablePointer<Slot>) {
    guard let replay, exit.frames.count == 1, exit.frames[0].function == replay.function, let forced else { return }
    self.replay = nil
    let frame = exit.frames[0]
    let end = version.origins[frame.function]!.code + frame.word
    let pass = forced.passes(number) - replay.passes
    switch replay.compare(execution!, states, frame, pass: pass, end: end, base) {
    case .equal: statistics.replays += 1
    case .different:
      statistics.replays += 1
      statistics.replayDifferences += 1
    case .notCovered: statistics.replaysLeftOut += 1
    }
  }
}
