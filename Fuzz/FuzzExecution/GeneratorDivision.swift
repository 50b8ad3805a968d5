import Ejit

/// Divisions. Those that are not total get operands for which they are defined.
extension Generator {
  mutating func division() {
    let (w, d, e, a, b) = (decisions.width(), register(), register(), source(), source())
    switch decisions.below(12) {
    case 0: emit(.sdivmod(width: w, d, same(d, e) ? register(not: d) : e, a, b))
    case 1: emit(.udivmod(width: w, d, same(d, e) ? register(not: d) : e, a, b))
    case 2: emit(.sdivChecked(width: w, d, a, b, forward()))
    case 3: emit(.udivChecked(width: w, d, a, b, forward()))
    case 4: emit(.sremChecked(width: w, d, a, b, forward()))
    case 5: emit(.uremChecked(width: w, d, a, b, forward()))
    case 6, 7: emit(.udivWideChecked(width: w, d, register(not: d), a, b, source(), forward()))
    case 8, 9: unchecked(w, d, a)
    default: wideUnchecked(w, d, a)
    }
  }

  private mutating func unchecked(_ w: Width, _ d: Register, _ a: Register) {
    let b = register()
    // Greater than zero, so that neither zero nor −1 divides.
    emit(.shri(width: w, b, b, 1), .ori(width: w, b, b, 1))
    switch decisions.below(4) {
    case 0: emit(.sdivUnchecked(width: w, d, a, b))
    case 1: emit(.udivUnchecked(width: w, d, a, b))
    case 2: emit(.sremUnchecked(width: w, d, a, b))
    default: emit(.uremUnchecked(width: w, d, a, b))
    }
  }

  private mutating func wideUnchecked(_ w: Width, _ d: Register, _ low: Register) {
    let high = register()
    let b = register(not: high)
    let top = Immediate(bits: 1 << UInt64(w.bits - 1))
    emit(.shri(width: w, high, high, 1), .ori(width: w, b, b, top))
    emit(.udivWideUnchecked(width: w, d, register(not: d), high, low, b))
  }
}
