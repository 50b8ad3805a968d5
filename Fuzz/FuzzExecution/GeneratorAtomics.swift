import Ejit

/// Atomic accesses, aligned, inside the block: one thread alone finds what their definitions say.
extension Generator {
  mutating func atomic() {
    let (type, order) = (decisions.type(), decisions.order())
    let (pointer, at) = (register(), decisions.displacement())
    let offset = offset(type.byteCount) & ~7
    let (base, n): (Register, Displacement)
    if decisions.byte() & 1 == 0 {
      (base, n) = (self.base, Displacement(Int32(offset)))
    } else {
      emit(pointing(pointer, at: offset, less: at))
      (base, n) = (pointer, Displacement(at))
    }
    let (d, a, b) = (register(), source(), source())
    switch decisions.below(8) {
    case 0: emit(.ldAtomic(order.releases ? .sequential : order, type, d, base, n))
    case 1: emit(.stAtomic(order.acquires ? .sequential : order, type, a, base, n))
    case 2, 3: emit(.fetch(decisions.atomic(), order, type, d, a, base, n))
    case 4: emit(.rmwAtomic(decisions.atomic(), order, type, a, base, n))
    case 5: emit(.cas(order, type, d, a, b, base, n))
    case 6:
      // What is expected is what is there.
      emit(.ldAtomic(.relaxed, type, d, base, n))
      if !same(d, base) { emit(.cas(order, type, d, d, b, base, n)) }
    default: emit(.casSet(order, type, d, register(not: d), a, b, base, n))
    }
    if decisions.byte() & 7 == 0 { emit(.fence(order)) }
  }
}
