import Ejit

/// Branches forward, and loops that end.
extension Generator {
  mutating func branch() {
    let (w, a, b, condition) = (decisions.width(), register(), source(), decisions.ordering())
    let (value, id) = (decisions.immediate(w), SiteID(UInt32(program.count)))
    let small = Displacement(Int32(truncatingIfNeeded: value))
    let type = decisions.type()
    switch decisions.below(12) {
    case 0, 1: emit(.branch(width: w, condition, a, b, forward()))
    case 2: emit(.branchi(condition, a, Imm64(bits: value), forward(), width: w))
    case 3: emit(.branchTest(width: w, decisions.ofTest(), a, b, forward()))
    case 4: emit(.branchTesti(decisions.ofTest(), a, Imm64(bits: value), forward(), width: w))
    case 5:
      let condition: Condition = condition.rawValue & 1 == 0 ? .eq : .ne
      emit(.branchBit(width: w, condition, a, UInt8(decisions.below(w.bits)), forward()))
    case 6:
      let (base, at) = place(type.byteCount)
      emit(.branchMem(condition, base, at, b, forward(), type))
    case 7:
      let (base, at) = place(type.byteCount)
      emit(.branchMemi(condition, base, at, small, forward(), type))
    case 8:
      let (base, at) = place(w.bits / 8)
      emit(.decBranch(decisions.ofTest(), base, at, small, forward(), width: w))
    case 9, 10: emit(.guard(width: w, condition, a, b, id, forward()))
    default: emit(.guardi(condition, a, small, id, forward(), width: w))
    }
  }

  mutating func loop(depth: Int) {
    let (times, top) = (1 + decisions.below(4), newLabel())
    if let counter = counters.first(where: { free.contains(UInt8($0.rawValue)) }), decisions.byte() & 1 == 0 {
      let before = free
      setFree(free.filter { $0 != counter.rawValue })
      let isUp = decisions.byte() & 1 == 0
      emit(.movi(counter, Immediate(isUp ? 0 : times)), .label(top))
      scope(1 + decisions.below(5), depth: depth + 1)
      isUp ? countUp(counter, to: times, top) : countDown(counter, top)
      setFree(before)
    } else if let counter = newCounter() {
      let w = decisions.width()
      emit(.sti(w == .w64 ? .u64 : .u32, base, counter, Imm64(times)), .label(top))
      scope(1 + decisions.below(5), depth: depth + 1)
      emit(.decBranch(.ne, base, counter, 1, top, width: w))
    }
  }

  private mutating func countUp(_ counter: Register, to times: Int, _ top: Label) {
    let w = decisions.width()
    emit(.addi(counter, counter, 1))
    if decisions.byte() & 1 == 0 { return emit(.branchi(.ult, counter, Imm64(times), top, width: w)) }
    emit(.cmpi(width: w, counter, Immediate(times)), .b(.slt, top))
  }

  private mutating func countDown(_ counter: Register, _ top: Label) {
    let w = decisions.width()
    switch decisions.below(3) {
    case 0: emit(.subi(width: w, counter, counter, 1), .branchi(.ne, counter, 0, top, width: w))
    case 1: emit(.subiFlags(width: w, counter, counter, 1), .b(.ne, top))
    default: emit(.subi(width: w, counter, counter, 1), .branchTest(width: w, .ne, counter, counter, top))
    }
  }

  /// Code that is jumped over, or data.
  mutating func jump(depth: Int) {
    let over = newLabel()
    emit(decisions.byte() & 1 == 0 ? .j(over) : .patchableJump(SiteID(UInt32(program.count)), over))
    switch decisions.below(5) {
    case 0: emit(.unreachable)
    case 1: emit(.trap(UInt32(program.count)))
    case 2: emit(.breakpoint)
    case 3: scope(1, depth: depth + 1)
    default: layData()
    }
    // An `align` behind data would be filled with zeros, which are no instructions.
    emit(.label(over), .nop)
  }

  mutating func jumpTable() {
    let (w, index, otherwise) = (decisions.width(), register(), newLabel())
    emit(.andi(width: w, index, source(), decisions.byte() & 3 == 0 ? -1 : 7))
    for _ in 0...decisions.below(6) {
      let target = forward()
      emit(.tableEntry(target))
    }
    emit(.jumpTable(width: w, index, otherwise), .label(otherwise))
  }

  /// Code in the other section, and the way there and back.
  mutating func elsewhere(depth: Int) {
    let (away, back, here) = (newLabel(), newLabel(), section)
    emit(.branch(width: decisions.width(), decisions.ordering(), source(), source(), away))
    section = here == .hot ? .cold : .hot
    emit(.j(back), .section(section), .label(away))
    scope(1 + decisions.below(3), depth: depth + 1)
    section = here
    emit(.j(back), .section(here), .label(back))
  }

  /// Registers saved around statements.
  mutating func pushing(depth: Int) {
    guard activity != .leaf else { return branch() }
    if activity == .inFrame, decisions.byte() & 7 == 0 { return lowering(depth: depth) }
    var set = RegisterSet()
    for number in free where decisions.byte() & 1 == 0 { set.insert(Register(Int(number))) }
    if decisions.byte() & 1 == 0 { set.insert(base) }
    let bytes = (set.numbers.nonzeroBitCount * 8 + 15) & ~15
    let outside = reach
    emit(.push(set))
    if bytes > 0 {
      let word = decisions.below(set.numbers.nonzeroBitCount)
      emit(.ld(.u64, register(), .at(.sp, Int32(8 * word))))
    }
    (reach, pushed) = (awaited.count, pushed + bytes)
    scope(1 + decisions.below(4), depth: depth + 1)
    (reach, pushed) = (outside, pushed - bytes)
    emit(.pop(set))
  }

  /// The stack pointer moved by hand around statements.
  private mutating func lowering(depth: Int) {
    let (outside, bytes) = (reach, 16 * (1 + decisions.below(8)))
    emit(.subi(.sp, .sp, Immediate(bytes)))
    (reach, pushed) = (awaited.count, pushed + bytes)
    scope(1 + decisions.below(4), depth: depth + 1)
    (reach, pushed) = (outside, pushed - bytes)
    emit(.addi(.sp, .sp, Immediate(bytes)))
  }
}
