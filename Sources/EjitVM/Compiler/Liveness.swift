/// For each micro-op of a function the slots whose values are read later, in the interpreter's sense: what an exit there
/// must provide. Constant slots are left out: they always hold what they hold.
struct Liveness {
  private let stride: Int
  private var rows: [UInt64]

  /// nil if the tables would be larger than a function that is worth compiling has.
  init?(_ code: MicroCode, _ argumentCount: (Int) -> Int) {
    stride = (code.frame + 63) / 64
    let (size, overflows) = stride.multipliedReportingOverflow(by: code.words.count + 1)
    if overflows || size > 1 << 20 { return nil }
    rows = [UInt64](repeating: 0, count: size)
    let starts = code.starts
    let operands = starts.map { code.words[$0].operands(argumentCount) }
    var changed = true
    while changed {
      changed = false
      for position in starts.indices.reversed() {
        if update(code, starts[position], operands[position]) { changed = true }
      }
    }
  }

  private mutating func update(_ code: MicroCode, _ index: Int, _ operands: SlotUse) -> Bool {
    var row = [UInt64](repeating: 0, count: stride)
    code.forEachSuccessor(of: index) { next in
      for word in 0..<stride { row[word] |= rows[next * stride + word] }
    }
    if operands.definition >= 0 { row[operands.definition >> 6] &= ~(1 << UInt64(operands.definition & 63)) }
    if code.words[index].mayThrow {
      for handler in code.handlers where handler.from <= index && index < handler.to {
        for word in 0..<stride {
          // What is thrown comes from nowhere; what lies in its slot may be read where nothing is thrown.
          let thrown: UInt64 = word == code.stack >> 6 ? 1 << UInt64(code.stack & 63) : 0
          row[word] |= rows[handler.target * stride + word] & ~thrown
        }
      }
    }
    operands.forEachUse { slot in
      if slot < code.locals || slot >= code.stack { row[slot >> 6] |= 1 << UInt64(slot & 63) }
    }
    var changed = false
    for word in 0..<stride where rows[index * stride + word] != row[word] {
      rows[index * stride + word] = row[word]
      changed = true
    }
    return changed
  }

  func isLive(_ slot: Int, before index: Int) -> Bool {
    rows[index * stride + (slot >> 6)] >> UInt64(slot & 63) & 1 == 1
  }

  /// The slots that are live before the word at `index`.
  func forEach(before index: Int, _ body: (Int) -> Void) {
    for word in 0..<stride {
      var bits = rows[index * stride + word]
      while bits != 0 {
        body(word * 64 + bits.trailingZeroBitCount)
        bits &= bits - 1
      }
    }
  }
}

extension MicroCode {
  /// The indices of the words that are operations, in order.
  var starts: [Int] {
    var result: [Int] = []
    var index = 0
    while index < words.count {
      result.append(index)
      index += words[index].length
    }
    return result
  }
}
