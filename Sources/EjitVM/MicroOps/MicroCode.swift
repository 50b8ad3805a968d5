/// A verified function as micro-ops.
struct MicroCode {
  /// Tables of jumps lie among the words.
  var words: [Word] = []
  /// For each word the offset of the bytecode instruction that it executes or, of several, of the first one that may
  /// trap: in bytes from the start of the function's code.
  var offsets: [UInt32] = []
  /// For words that compare after another instruction that may trap (`addJump…`): the offset of the comparison.
  var comparisons: [Int: UInt32] = [:]
  /// For each word the number of slots in use before it: locals, constants and the stack.
  var heights: [UInt16] = []
  var arguments: Int
  /// Arguments and further locals.
  var locals: Int
  /// In slots `locals ..< locals + constants.count` of each frame, set when it begins, never written again.
  var constants: [Slot] = []
  /// All slots that the function's frame may use, callees not counted.
  var frame: Int
  /// Handlers, by words: what is thrown by a word in `from ..< to` goes to `target`, into slot `stack`.
  var handlers: [Module.Handler] = []

  /// The first slot of the operand stack.
  var stack: Int { locals + constants.count }
}
