// Jumps, once all drafts are there: their targets are now numbers of drafts.
extension Lowering {
  mutating func improve() {
    resolveTargets()
    threadJumps()
    copyTails()
    dropUnreached()
    fuseIncrements()
  }

  private mutating func resolveTargets() {
    for index in drafts.indices {
      if drafts[index].isJump { drafts[index].target = starts[drafts[index].target] }
      drafts[index].targets = drafts[index].targets.map { $0 == Self.next ? index + 1 : starts[$0] }
    }
    handlers = function.handlers.filter { heights[$0.target] >= 0 }.map {
      Module.Handler(from: starts[$0.from], to: starts[$0.to], target: starts[$0.target])
    }
  }

  /// A jump to a jump goes where that one goes.
  private mutating func threadJumps() {
    for index in drafts.indices {
      if drafts[index].isJump { drafts[index].target = end(of: drafts[index].target) }
      drafts[index].targets = drafts[index].targets.map { end(of: $0) }
    }
  }

  private func end(of target: Int) -> Int {
    var target = target
    for _ in 0..<8 where drafts[target].op == .jump { target = drafts[target].target }
    return target
  }

  /// A jump to a comparison that jumps, or to `return`, becomes a copy of it: a loop then tests at its bottom, and no
  /// pass makes two jumps.
  private mutating func copyTails() {
    rebuild { lowering, index in
      let draft = lowering.drafts[index]
      guard draft.op == .jump else { return [draft] }
      return lowering.tail(at: draft.target, from: index) ?? [draft]
    }
  }

  /// What is done at `target`, until it goes elsewhere, if that is short.
  private func tail(at target: Int, from index: Int) -> [Draft]? {
    var (copy, end) = ([Draft](), target)
    while copy.count < 2, drafts[end].isRetargetable {
      copy.append(drafts[end])
      end += 1
    }
    if drafts[end].op == .return { return copy + [drafts[end]] }
    guard let inverse = drafts[end].op.inverse else { return nil }
    var jump = drafts[end]
    let (taken, other) = (jump.target, end + 1)
    if taken <= index, taken != index + 1 {
      return copy + [jump] + (other == index + 1 ? [] : [goto(other, like: jump)])
    }
    (jump.op, jump.target) = (inverse, other)
    return copy + [jump] + (taken == index + 1 ? [] : [goto(taken, like: jump)])
  }

  private func goto(_ target: Int, like draft: Draft) -> Draft {
    Draft(op: .jump, target: target, offset: draft.offset, height: draft.height)
  }

  private mutating func dropUnreached() {
    var isReached = Array(repeating: false, count: drafts.count)
    var work = [0] + handlers.map { $0.target }
    while let index = work.popLast() {
      if isReached[index] { continue }
      isReached[index] = true
      let draft = drafts[index]
      if draft.isJump { work.append(draft.target) }
      work += draft.targets
      if !draft.isLast { work.append(index + 1) }
    }
    rebuild { lowering, index in
      let draft = lowering.drafts[index]
      return isReached[index] && !(draft.op == .jump && draft.target == index + 1) ? [draft] : []
    }
  }

  /// `i = i + 1`, then `i < n` at the end of a loop: one micro-op, if nothing jumps between them.
  private mutating func fuseIncrements() {
    var isTarget = Array(repeating: false, count: drafts.count + 1)
    for draft in drafts {
      if draft.isJump { isTarget[draft.target] = true }
      for target in draft.targets { isTarget[target] = true }
    }
    for handler in handlers { isTarget[handler.target] = true }
    var isFused = false
    rebuild { lowering, index in
      if isFused {
        isFused = false
        return []
      }
      guard index + 1 < lowering.drafts.count, !isTarget[index + 1] else { return [lowering.drafts[index]] }
      guard lowering.drafts[index + 1].target <= index,
        let fused = lowering.increment(lowering.drafts[index], lowering.drafts[index + 1])
      else { return [lowering.drafts[index]] }
      isFused = true
      return [fused]
    }
  }

  private mutating func increment(_ add: Draft, _ jump: Draft) -> Draft? {
    guard add.op == .addI, add.a == add.b, -64...63 ~= add.c, jump.a == add.a else { return nil }
    var fused = jump
    switch jump.op {
    case .jumpLt, .jumpLe:
      if jump.b == jump.a { return nil }
      fused.op = jump.op == .jumpLt ? .addJumpLt : .addJumpLe
    case .jumpLtI, .jumpLeI:
      fused.op = jump.op == .jumpLtI ? .addJumpLt : .addJumpLe
      fused.b = constant(Slot(Int64(jump.b)))
    default: return nil
    }
    fused.x = UInt8(bitPattern: Int8(add.c)) << 1
    (fused.offset, fused.comparison) = (add.offset, jump.offset)
    fused.height = add.height
    return fused
  }

  /// Replaces each draft by those that `body` gives for it, and keeps what refers to it.
  private mutating func rebuild(_ body: (inout Lowering, Int) -> [Draft]) {
    var (result, places) = ([Draft](), [Int]())
    for index in drafts.indices {
      places.append(result.count)
      result += body(&self, index)
    }
    places.append(result.count)
    for index in result.indices {
      if result[index].isJump { result[index].target = places[result[index].target] }
      result[index].targets = result[index].targets.map { places[$0] }
    }
    drafts = result
    handlers = handlers.map {
      Module.Handler(from: places[$0.from], to: places[$0.to], target: places[$0.target])
    }
  }
}

extension MicroOp {
  /// Jumps where this one does not, with the same operands.
  var inverse: MicroOp? {
    switch self {
    case .jumpIf: .jumpUnless
    case .jumpUnless: .jumpIf
    case .jumpEq: .jumpNe
    case .jumpNe: .jumpEq
    case .jumpLt: .jumpNotLt
    case .jumpNotLt: .jumpLt
    case .jumpLe: .jumpNotLe
    case .jumpNotLe: .jumpLe
    case .jumpEqI: .jumpNeI
    case .jumpNeI: .jumpEqI
    case .jumpLtI: .jumpNotLtI
    case .jumpNotLtI: .jumpLtI
    case .jumpLeI: .jumpNotLeI
    case .jumpNotLeI: .jumpLeI
    case .jumpGtI: .jumpNotGtI
    case .jumpNotGtI: .jumpGtI
    case .jumpGeI: .jumpNotGeI
    case .jumpNotGeI: .jumpGeI
    default: nil
    }
  }
}
