import Ejit

/// How compiled functions call each other and are left. Not C's convention: they preserve nothing but these two.
///
/// A compiled function is called with its arguments in slots from `base` on, or, where it has an entry for that and their
/// types are those that it was made for, in registers; it returns the payload in `result(0)`, the
/// tag in `result(1)`; `Tag.unwound` there: it was left by a throw or a trap. `base` and `depth` are then what they were.
/// Whoever calls through the table of entries has the number of the function in `callee`, whoever calls the entry for
/// registers of another function the address of the code; whoever leaves the code has the number of the exit there. It
/// never holds a value of the program.
enum Convention {
  /// The address of the frame's first slot.
  static let base = Register.saved(0)
  /// Calls that may still be nested; below 0 there are too many.
  static let depth = Register.saved(1)
  static let callee = Register.temporary(0)
  static let payload = Register.result(0)
  static let tag = Register.result(1)
  /// The numbers that the compiler may give to values.
  static func registers(_ abi: ABI) -> [Int] {
    abi.numbers.filter {
      $0 != abi.number(of: base) && $0 != abi.number(of: depth) && $0 != abi.framePointer && $0 != 30
    }
  }
  static func vectors(_ abi: ABI) -> [Int] { Array(abi.vectorNumbers) }
}
