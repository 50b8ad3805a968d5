extension Interpreter {
  @inline(never)
  func raise(_ kind: Trap.Kind) { pending = .trap(kind) }

  /// A frame is left in the middle of the word at `pc`: where it goes on, if it has a handler for what is thrown, else
  /// nil, and the place is part of the backtrace.
  @inline(never)
  func unwind(_ pc: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>) -> UnsafePointer<LoadedWord>? {
    let code = codes.code(at: pc)
    let index = code.index(pc)
    if pending == .thrown, let handler = code.micro.handlers.first(where: { $0.from <= index && index < $0.to }) {
      base[code.micro.stack] = heap.thrown
      (pending, heap.thrown, isAtComparison) = (.nothing, .nil, false)
      backtrace.removeAll(keepingCapacity: true)
      timeline?.tick()
      return code.words + handler.target
    }
    let comparison = isAtComparison ? code.micro.comparisons[index] : nil
    isAtComparison = false
    backtrace.append(Trap.Place(function: code.function, offset: Int(comparison ?? code.micro.offsets[index])))
    return nil
  }

  /// What is pending, as an error; nothing is pending then.
  func takePending() -> Trap {
    var trap =
      switch pending {
      case .trap(let kind): Trap(kind)
      case .thrown, .nothing: Trap(.unhandledThrow)
      }
    trap.backtrace = backtrace
    (pending, heap.thrown) = (.nothing, .nil)
    backtrace.removeAll()
    return trap
  }
}
