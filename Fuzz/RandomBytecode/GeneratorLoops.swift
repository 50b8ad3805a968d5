import EjitVM

extension ModuleGenerator {
  /// A loop with a counter that nothing else changes.
  mutating func loop() {
    if loops.count > 2 { return statement() }
    let shape = source.byte()
    // Of several rounds the second entry to the same loop may find other kinds.
    let rounds = Int64(source.chance(1, in: 8) ? 40 : source.below(9))
    let isFloat = shape & 7 == 7
    let counter = newLocal(isFloat ? .float : .int)
    fixed.insert(counter)
    let limit = shape & 8 != 0 ? newLocal(.int) : nil
    let isDown = shape & 16 != 0 && limit == nil
    start(counter, isDown ? rounds : 0, isFloat)
    if let limit {
      fixed.insert(limit)
      start(limit, rounds, shape & 0xE0 == 0xE0)
    }
    loosen()
    let exit = writer.label()
    loops.append((exit, writer.height))
    let before = locals
    if shape & 32 != 0 {
      testedFirst(counter, limit, rounds, isDown, isFloat, exit)
    } else {
      testedLast(counter, limit, rounds, isDown, isFloat, isJumpedInto: shape & 64 != 0)
    }
    writer.bind(exit)
    loops.removeLast()
    join(before)
  }

  private mutating func start(_ local: Int, _ value: Int64, _ isFloat: Bool) {
    if isFloat { push(.float(Double(value).bitPattern)) } else { writer.constant(value) }
    writer.set(local)
  }

  /// In a loop numbers may become others of another kind.
  private mutating func loosen() {
    if source.chance(1, in: 2) { return }
    for local in locals.indices where !fixed.contains(local) {
      if locals[local] == .int || locals[local] == .float { locals[local] = .number }
    }
  }

  private mutating func body() {
    for _ in 0...source.below(4) where budget > 0 { statement() }
  }

  private mutating func testedFirst(
    _ counter: Int, _ limit: Int?, _ rounds: Int64, _ isDown: Bool, _ isFloat: Bool, _ exit: FunctionWriter.Label
  ) {
    let top = writer.label()
    writer.bind(top)
    test(counter, limit, rounds, isDown)
    writer.jump(.jumpUnless, to: exit)
    body()
    count(counter, isDown, isFloat)
    writer.jump(.jump, to: top)
  }

  private mutating func testedLast(
    _ counter: Int, _ limit: Int?, _ rounds: Int64, _ isDown: Bool, _ isFloat: Bool, isJumpedInto: Bool
  ) {
    let (top, testing) = (writer.label(), writer.label())
    if isJumpedInto { writer.jump(.jump, to: testing) }
    writer.bind(top)
    body()
    count(counter, isDown, isFloat)
    writer.bind(testing)
    test(counter, limit, rounds, isDown)
    writer.jump(.jumpIf, to: top)
  }

  private mutating func count(_ counter: Int, _ isDown: Bool, _ isFloat: Bool) {
    writer.get(counter)
    if isFloat { push(.float(Double(1).bitPattern)) } else { writer.constant(1) }
    writer.op(isDown ? .sub : .add, taking: 2, leaving: 1)
    writer.set(counter)
  }

  /// Whether there is another round.
  private mutating func test(_ counter: Int, _ limit: Int?, _ rounds: Int64, _ isDown: Bool) {
    let isSwapped = source.chance(1, in: 3)
    if isSwapped { bound(limit, isDown ? 0 : rounds) }
    writer.get(counter)
    if !isSwapped { bound(limit, isDown ? 0 : rounds) }
    let forms: [Opcode] = isDown != isSwapped ? [.gt, .gt, .ge] : [.lt, .lt, .le]
    writer.op(source.pick(forms), taking: 2, leaving: 1)
  }

  private mutating func bound(_ limit: Int?, _ value: Int64) {
    if let limit { writer.get(limit) } else { writer.constant(value) }
  }
}
