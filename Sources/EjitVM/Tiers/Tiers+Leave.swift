import Ejit

// How compiled code is left: what the trampolines call.

extension Tiers {
  /// The functions of C, with this as their context.
  var callees: Trampolines.Callees {
    let leave: LeaveFunction = { context, number, registers in
      unsafe Tiers.from(context).leave(Int(number), SavedRegisters(words: registers))
    }
    let step: StepFunction = { context, code, base, depth in
      unsafe Tiers.from(context).step(
        code.assumingMemoryBound(to: LoadedWord.self), base.assumingMemoryBound(to: Slot.self), depth)
    }
    let test: StepFunction = { context, code, base, depth in
      unsafe Tiers.from(context).test(
        code.assumingMemoryBound(to: LoadedWord.self), base.assumingMemoryBound(to: Slot.self), depth)
    }
    let interpret: InterpretFunction = { context, function, base, depth in
      unsafe Tiers.from(context).interpret(function, base.assumingMemoryBound(to: Slot.self), depth)
    }
    return unsafe Trampolines.Callees(
      context: UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()),
      exit: UInt(bitPattern: unsafeBitCast(leave, to: UnsafeRawPointer.self)),
      step: UInt(bitPattern: unsafeBitCast(step, to: UnsafeRawPointer.self)),
      test: UInt(bitPattern: unsafeBitCast(test, to: UnsafeRawPointer.self)),
      interpret: UInt(bitPattern: unsafeBitCast(interpret, to: UnsafeRawPointer.self)))
  }

  private typealias LeaveFunction =
    @convention(c) (UnsafeMutableRawPointer, UInt64, UnsafeMutablePointer<UInt64>) -> UInt64
  private typealias StepFunction =
    @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, UnsafeMutableRawPointer, Int) -> UInt64
  private typealias InterpretFunction =
    @convention(c) (UnsafeMutableRawPointer, Int, UnsafeMutableRawPointer, Int) -> UInt

  private static func from(_ context: UnsafeMutableRawPointer) -> Tiers {
    unsafe Unmanaged<Tiers>.fromOpaque(context).takeUnretainedValue()
  }

  // MARK: Exits

  /// Compiled code has come to an exit: its frame is finished, or given back to whoever entered it.
  private func leave(_ number: Int, _ registers: SavedRegisters) -> UInt64 {
    let version = versions.owner(of: number)
    let exit = version.code.exits[number - version.code.firstExit]
    let wasForced = forced?.wasForced(number) ?? false
    if exit.reason == .depth {
      record(version, number, exit.reason)
      execution!.raise(.stackOverflow)
      return Tag.unwound.rawValue
    }
    Materialisation.store(exit, version, registers)
    if wasForced {
      record(version, number, .forced)
    } else {
      record(version, number, exit.reason)
      learn(version, number, exit, registers)
    }
    let base = registers.base
    timeline?.record(exit, base, registers.depth)
    guard let code = runInlined(exit, version, base, registers.depth) else { return Tag.unwound.rawValue }
    if isEnteredByInterpreter {
      resumption = code
      return Tiers.resumed
    }
    return execution!.execute(exit.frames[0].function, code, base, registers.depth).rawValue
  }

  /// Runs the frames of inlined callees until they have returned; where the outermost frame goes on, nil: it was left,
  /// too.
  private func runInlined(
    _ exit: Exit, _ version: Version, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> UnsafePointer<LoadedWord>? {
    var isUnwinding = exit.reason == .unwound
    for (index, frame) in exit.frames.enumerated().reversed() {
      let frameBase = base + frame.base
      var code = version.origins[frame.function]!.code + frame.word
      if isUnwinding {
        guard let handler = execution!.unwind(frame.function, code, frameBase) else { continue }
        code = handler
      } else if index < exit.frames.count - 1 {
        code += 1  // behind the call that has returned
      }
      if index == 0 { return code }
      isUnwinding = execution!.execute(frame.function, code, frameBase, depth - index) == .unwound
    }
    return nil
  }

  /// Whether the frame that is left was entered by `enter`, and not called by compiled code.
  private var isEnteredByInterpreter: Bool {
    guard
      let trampoline = unsafe UnsafePointer<UInt>(bitPattern: native.pointee.exit),
      let left = unsafe UnsafePointer<UInt>(bitPattern: trampoline[0]),
      let entry = unsafe UnsafePointer<NativeState.Entry>(bitPattern: native.pointee.entry)
    else { return false }
    return unsafe left[0] == entry.pointee.frame
  }

  /// Whether the trampoline that called us was reached from `enter`, and not from compiled code.
  private var isCalledByInterpreter: Bool {
    guard
      let trampoline = unsafe UnsafePointer<UInt>(bitPattern: native.pointee.exit),
      let entry = unsafe UnsafePointer<NativeState.Entry>(bitPattern: native.pointee.entry)
    else { return false }
    return unsafe trampoline[0] == entry.pointee.frame
  }

  // MARK: Single operations, and calls of what is not compiled

  private func step(_ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> UInt64 {
    execution!.step(code, base, depth) ? 0 : 1
  }

  private func test(_ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> UInt64 {
    guard let next = execution!.jump(code, base, depth) else { return 2 }
    return next == code + 1 ? 0 : 1
  }

  /// A call of compiled code has found no version that takes its arguments. `depth` is the caller's.
  private func interpret(_ function: Int, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> UInt {
    if depth <= 0 {
      execution!.raise(.stackOverflow)
      return UInt(Tag.unwound.rawValue)
    }
    if let version = version(function, base, depth - 1) { return version.code.address }
    let code = unsafe UnsafePointer(states[function].code)
    if isCalledByInterpreter {
      resumption = code
      return UInt(Tiers.resumed)
    }
    return UInt(execution!.execute(function, code, base, depth - 1).rawValue)
  }
}
