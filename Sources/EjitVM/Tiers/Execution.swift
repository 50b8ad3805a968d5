/// What compiled code needs of the interpreter when it is left.
///
/// `depth` is how many calls may still be nested in the frame it belongs to.
protocol Execution: AnyObject {
  /// Runs the frame at `base` from `code` until it returns: its result is in `base[0]`, its tag the result, or
  /// `unwound`. The constants of the frame are set already where `code` is not the function's first micro-op.
  func execute(
    _ function: Int, _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> Tag
  /// Executes one micro-op that is no jump; false: it was left by a throw or a trap.
  func step(_ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> Bool
  /// Executes one conditional jump; where execution goes on, nil: it was left by a trap.
  func jump(
    _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> UnsafePointer<LoadedWord>?
  /// What is being thrown or trapped comes to the frame at `base`, which is in `code`: where it goes on, or nil if it
  /// has no handler; then its place was added to the backtrace.
  func unwind(
    _ function: Int, _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>
  ) -> UnsafePointer<LoadedWord>?
  /// The element of an array at an index, nil if there is none.
  func element(_ array: Slot, _ index: Slot) -> Slot?
  /// A trap begins.
  func raise(_ kind: Trap.Kind)
}
