/// Which slots a micro-op reads and writes.
struct SlotUse {
  /// The slot written; −1: none.
  var definition = -1
  /// Slots read; −1: none.
  var first = -1
  var second = -1
  var third = -1
  /// Slots read in a row, of a call's arguments.
  var arguments = 0..<0

  func forEachUse(_ body: (Int) -> Void) {
    if first >= 0 { body(first) }
    if second >= 0 { body(second) }
    if third >= 0 { body(third) }
    for slot in arguments { body(slot) }
  }
}

extension Word {
  /// `argumentCount` says how many arguments the function with a number takes.
  func operands(_ argumentCount: (Int) -> Int) -> SlotUse {
    switch op {
    case .move, .neg, .not, .toInt, .toFloat, .sqrt, .abs, .floor, .arrayNew, .arrayLen, .stringLen:
      SlotUse(definition: a, first: b)
    case .loadInt, .loadTag: SlotUse(definition: a)
    case .add, .sub, .mul, .div, .rem, .min, .max, .addTrap, .subTrap, .mulTrap, .divU, .remU, .and, .or, .xor,
      .shl, .shr, .shrU, .eq, .ne, .lt, .le, .ltU, .leU, .arrayGet, .stringAt:
      SlotUse(definition: a, first: b, second: c)
    case .addI, .mulI, .divI, .remI, .andI, .shlI, .shrI, .shrUI: SlotUse(definition: a, first: b)
    case .jump: SlotUse()
    case .jumpIf, .jumpUnless, .jumpTable, .return, .throw: SlotUse(first: a)
    case .jumpEq, .jumpNe, .jumpLt, .jumpNotLt, .jumpLe, .jumpNotLe, .jumpLtU, .jumpLeU, .arrayPush:
      SlotUse(first: a, second: b)
    case .jumpEqI, .jumpNeI, .jumpLtI, .jumpNotLtI, .jumpLeI, .jumpNotLeI, .jumpGtI, .jumpNotGtI, .jumpGeI,
      .jumpNotGeI:
      SlotUse(first: a)
    case .addJumpLt, .addJumpLe: SlotUse(definition: a, first: a, second: b)
    case .call: SlotUse(definition: a, arguments: a..<a + argumentCount(wide))
    case .callIndirect: SlotUse(definition: a, first: b, arguments: a..<a + c)
    case .callHost: SlotUse(definition: a, arguments: a..<a + c)
    case .arraySet: SlotUse(first: a, second: b, third: c)
    }
  }

  /// How many words this one takes: a table's entries lie behind it.
  var length: Int { op == .jumpTable ? b + 2 : 1 }

  /// Whether control may go on with the next word.
  var fallsThrough: Bool {
    switch op {
    case .jump, .jumpTable, .return, .throw: false
    default: true
    }
  }

  /// Whether this may throw a value that a handler of its frame catches.
  var mayThrow: Bool {
    switch op {
    case .call, .callIndirect, .callHost, .throw: true
    default: false
    }
  }

  /// The distance of a jump from the end of its word, unless it is a table.
  var distance: Int? {
    switch op {
    case .jump: wide
    case .jumpIf, .jumpUnless, .jumpEq, .jumpNe, .jumpLt, .jumpNotLt, .jumpLe, .jumpNotLe, .jumpLtU, .jumpLeU,
      .jumpEqI, .jumpNeI, .jumpLtI, .jumpNotLtI, .jumpLeI, .jumpNotLeI, .jumpGtI, .jumpNotGtI, .jumpGeI,
      .jumpNotGeI, .addJumpLt, .addJumpLe:
      signedC
    default: nil
    }
  }
}

extension MicroCode {
  /// Words that control may go to from `index`, but for handlers.
  func forEachSuccessor(of index: Int, _ body: (Int) -> Void) {
    let word = words[index]
    if word.op == .jumpTable {
      for entry in index + 1...index + 1 + word.b { body(index + 1 + Int(Int64(bitPattern: words[entry].bits))) }
      return
    }
    if let distance = word.distance { body(index + 1 + distance) }
    if word.fallsThrough { body(index + 1) }
  }
}
