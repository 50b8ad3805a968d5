/// Why an operation did not end: the value thrown is in `heap.thrown`.
enum Failure: Error {
  case trap(Trap.Kind)
  case thrown
}

extension Interpreter {
  /// Executes the micro-op at `pc`, anything but a jump or `return`, for the frame at `base`. False: something is pending.
  func step(_ pc: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> Bool {
    perform(pc + 1, base, depth) != nil
  }

  /// Executes the word before `next` with any operands; where execution goes on, or nil: something is pending.
  @inline(never)
  func perform(_ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> UnsafePointer<
    LoadedWord
  >? {
    do throws(Failure) {
      return next + (try perform(next[-1].word, next, base, depth))
    } catch {
      switch error {
      case .thrown: pending = .thrown
      case .trap(let kind): pending = .trap(kind)
      }
      return nil
    }
  }

  /// The distance to go on at.
  private func perform(
    _ word: Word, _ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) throws(Failure) -> Int {
    switch word.op {
    case .move: base[word.a] = base[word.b]
    case .loadInt: base[word.a] = Slot(Int64(word.wide))
    case .loadTag: base[word.a] = Slot(payload: UInt64(word.c), tag: UInt64(word.x))
    case .neg, .not, .toInt, .toFloat, .sqrt, .abs, .floor: try unary(word, base)
    case .addI, .mulI, .divI, .remI, .andI, .shlI, .shrI, .shrUI:
      base[word.a] = try binary(Arithmetic.general(word.op), base[word.b], Slot(Int64(word.signedC)))
    case .jump, .jumpIf, .jumpUnless, .jumpTable: return try jump(word, next, base)
    case .addJumpLt, .addJumpLe: return try addJump(word, base)
    case .call, .callIndirect: try call(word, next, base, depth)
    case .callHost: try callHost(word, next, base, depth)
    case .return: break
    case .throw:
      heap.thrown = base[word.a]
      throw .thrown
    case .arrayNew, .arrayGet, .arraySet, .arrayLen, .arrayPush, .stringLen, .stringAt:
      try collection(word, next, base)
    case .add: try add(word, next, base)
    default: return try compareOrCompute(word, base)
    }
    return 0
  }

  private func unary(_ word: Word, _ base: UnsafeMutablePointer<Slot>) throws(Failure) {
    do throws(Trap.Kind) { base[word.a] = try Arithmetic.unary(word.op, base[word.b]) } catch { throw .trap(error) }
  }

  func binary(_ op: MicroOp, _ b: Slot, _ c: Slot) throws(Failure) -> Slot {
    do throws(Trap.Kind) { return try Arithmetic.binary(op, b, c) } catch { throw .trap(error) }
  }

  private func compareOrCompute(_ word: Word, _ base: UnsafeMutablePointer<Slot>) throws(Failure) -> Int {
    guard let comparison = JumpComparison(word.op) else {
      base[word.a] = try binary(word.op, base[word.b], base[word.c])
      return 0
    }
    let other = comparison.isImmediate ? Slot(Int64(word.signedB)) : base[word.b]
    do throws(Trap.Kind) { return try comparison.holds(base[word.a], other) ? word.signedC : 0 } catch {
      throw .trap(error)
    }
  }

  private func isTrue(_ slot: Slot) throws(Failure) -> Bool {
    if slot.tag != Tag.bool.rawValue { throw .trap(.typeError) }
    return slot.payload != 0
  }

  private func jump(
    _ word: Word, _ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>
  ) throws(Failure) -> Int {
    switch word.op {
    case .jumpIf: return try isTrue(base[word.a]) ? word.signedC : 0
    case .jumpUnless: return try isTrue(base[word.a]) ? 0 : word.signedC
    case .jumpTable:
      let index = base[word.a]
      if index.tag != Tag.int.rawValue { throw .trap(.typeError) }
      let row = index.payload < UInt64(word.b) ? Int(index.int) : word.b
      return Int(Int64(bitPattern: next[row].bits))
    default: return word.wide
    }
  }

  private func addJump(_ word: Word, _ base: UnsafeMutablePointer<Slot>) throws(Failure) -> Int {
    base[word.a] = try binary(.add, base[word.a], Slot(Int64(word.step)))
    isAtComparison = true
    let taken = try binary(word.op == .addJumpLt ? .lt : .le, base[word.a], base[word.b])
    isAtComparison = false
    return taken.payload != 0 ? word.signedC : 0
  }

  private func call(
    _ word: Word, _ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) throws(Failure) {
    let number = word.op == .call ? Slot(Int64(word.wide)) : base[word.b]
    if number.tag != Tag.int.rawValue { throw .trap(.typeError) }
    if number.payload >= UInt64(functionCount) { throw .trap(.indexOutOfRange) }
    let callee = functions + Int(number.int)
    if word.op == .callIndirect, Int(callee.pointee.arguments) != word.c { throw .trap(.typeError) }
    timeline?.tick()
    if depth <= 0 { throw .trap(.stackOverflow) }
    if begin(callee, base + word.a, depth - 1) == .unwound { throw unwound }
    if word.op == .callIndirect { keep(base[word.a], next) }
  }

  /// Calls a function, whose arguments lie at `base`, in the tier that it has.
  func begin(
    _ function: UnsafeMutablePointer<FunctionState>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> Tag {
    function.pointee.callsLeft &-= 1
    if function.pointee.callsLeft >= 0 { return interpret(function, base, depth) }
    switch callOut(function, base, depth) {
    case .returned(let tag): return tag
    case .interpret(let code): return execute(function, code, base, depth)
    }
  }

  /// A function is about to begin, its arguments in slots: in compiled code, or where the interpreter goes on.
  @inline(never)
  func callOut(
    _ function: UnsafeMutablePointer<FunctionState>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> TierOutcome {
    let outcome = tiers?.callOut(Int(function.pointee.number), base, depth) ?? .interpret(function.pointee.code)
    if outcome == .interpret(function.pointee.code) { setConstants(function, base) }
    return outcome
  }

  /// What left a callee goes on leaving its caller.
  var unwound: Failure {
    if case .trap(let kind) = pending { return .trap(kind) }
    return .thrown
  }
}
