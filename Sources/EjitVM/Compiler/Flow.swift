/// The code that is compiled as a graph: micro-ops of one function and of the callees that become part of it.
struct Flow {
  /// A function's frame in the code.
  struct Context {
    var function: Int
    /// Of its first slot, from that of the compiled function.
    var base: Int
    /// The context of its call, and the call's word; −1: none.
    var parent: Int
    var call: Int
    /// Loops around the call.
    var depth: Int
    /// Of its function: see `MicroCode`.
    var locals: Int
    var stack: Int
    var constants: [Slot]

    init(_ function: Int, _ code: MicroCode, base: Int, parent: Int = -1, call: Int = -1, depth: Int = 0) {
      (self.function, self.base, self.parent, self.call, self.depth) = (function, base, parent, call, depth)
      (locals, stack, constants) = (code.locals, code.stack, code.constants)
    }
  }

  struct Operation {
    var word: Word
    /// Of the word in its function.
    var index: Int
    var context: Int
    var use: SlotUse
  }

  struct Block {
    var operations: Range<Int>
    /// Loops around it.
    var depth: Int
    /// Where a conditional jump goes that is taken; −1: there is none.
    var taken = -1
    /// Where else control goes; −1: nowhere.
    var next = -1
    /// The places of a table, the default one last.
    var table: [Int] = []
    /// Whether coming here is a jump backwards or a call that is counted.
    var countsTime = false

    func forEachSuccessor(_ body: (Int) -> Void) {
      if taken >= 0 { body(taken) }
      if next >= 0 { body(next) }
      for block in table { body(block) }
    }
  }

  /// Of all functions.
  let codes: [MicroCode]
  var contexts: [Context] = []
  var operations: [Operation] = []
  /// In the order of the code; the first one is the entry, which has no operations.
  var blocks: [Block] = []
  /// Slots of all frames together.
  var slots = 0
  /// The most frames of callees inside each other.
  var nesting = 0

  init(_ codes: [MicroCode]) { self.codes = codes }

  /// The functions whose code is part of it.
  var functions: Set<Int> { Set(contexts.map { $0.function }) }
}
