/// What a compare-and-jump compares: `[a] op [b]`, or with a constant; `gt` and `ge` are `lt` and `le` exchanged.
struct JumpComparison: Equatable {
  var op: MicroOp
  var isNegated = false
  var isImmediate = false
  var isExchanged = false

  init?(_ jump: MicroOp) {
    switch jump {
    case .jumpEq: self.init(op: .eq)
    case .jumpNe: self.init(op: .ne)
    case .jumpLt: self.init(op: .lt)
    case .jumpNotLt: self.init(op: .lt, isNegated: true)
    case .jumpLe: self.init(op: .le)
    case .jumpNotLe: self.init(op: .le, isNegated: true)
    case .jumpLtU: self.init(op: .ltU)
    case .jumpLeU: self.init(op: .leU)
    case .jumpEqI: self.init(op: .eq, isImmediate: true)
    case .jumpNeI: self.init(op: .ne, isImmediate: true)
    case .jumpLtI: self.init(op: .lt, isImmediate: true)
    case .jumpNotLtI: self.init(op: .lt, isNegated: true, isImmediate: true)
    case .jumpLeI: self.init(op: .le, isImmediate: true)
    case .jumpNotLeI: self.init(op: .le, isNegated: true, isImmediate: true)
    case .jumpGtI: self.init(op: .lt, isImmediate: true, isExchanged: true)
    case .jumpNotGtI: self.init(op: .lt, isNegated: true, isImmediate: true, isExchanged: true)
    case .jumpGeI: self.init(op: .le, isImmediate: true, isExchanged: true)
    case .jumpNotGeI: self.init(op: .le, isNegated: true, isImmediate: true, isExchanged: true)
    default: return nil
    }
  }

  /// Whether the jump is taken, of the slot and what it is compared with.
  func holds(_ a: Slot, _ other: Slot) throws(Trap.Kind) -> Bool {
    let (b, c) = isExchanged ? (other, a) : (a, other)
    return try (Arithmetic.binary(op, b, c).payload != 0) != isNegated
  }

  // A label, so that none of the calls above means the other initializer.
  init(op: MicroOp, isNegated: Bool = false, isImmediate: Bool = false, isExchanged: Bool = false) {
    (self.op, self.isNegated) = (op, isNegated)
    (self.isImmediate, self.isExchanged) = (isImmediate, isExchanged)
  }
}
