extension Interpreter {
  /// Runs the frame at `base` from `start` until it returns, as `execute` does, but each word by its definition, telling
  /// `timeline` where it is.
  func step(
    _ timeline: Timeline, _ function: UnsafeMutablePointer<FunctionState>, _ start: UnsafePointer<LoadedWord>,
    _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> Tag {
    let number = Int(function.pointee.number)
    var pc = start
    while true {
      timeline.arrive(number, pc, depth)
      let word = pc.pointee.word
      if word.op == .return {
        base[0] = base[word.a]
        return Tag(rawValue: base[0].tag)!
      }
      guard let next = perform(pc + 1, base, depth) else {
        timeline.arrive(number, pc, depth, isLeft: true)
        guard let handler = unwind(pc, base) else { return .unwound }
        pc = handler
        continue
      }
      let isBackward = next <= pc
      pc = next
      guard isBackward else { continue }
      timeline.tick()
      function.pointee.loopsLeft &-= 1
      if function.pointee.loopsLeft >= 0 { continue }
      switch tiers?.loopOut(number, pc, base, depth) {
      case nil: continue
      case .interpret(let code): pc = code
      case .returned(let tag): return tag
      }
    }
  }
}
