/// Where the frames of compiled code lie on the native stack, at a fixed address that the trampolines know.
///
/// The stack is made of segments: the frames of C and Swift, then an `Entry` and the frames of compiled code above it
/// with the trampoline they left through, then C and Swift again. Inside a segment the frame pointers are a chain.
struct NativeState {
  /// The frame pointer of the trampoline through which compiled code was left last.
  var exit: UInt = 0
  /// The address of the innermost segment's `Entry`, 0 outside of compiled code.
  var entry: UInt = 0

  /// What the trampoline that enters compiled code keeps on the stack.
  struct Entry {
    /// What `NativeState` held before.
    var previousExit: UInt
    var previousEntry: UInt
    /// The frame pointer of this trampoline: the segment ends there.
    var frame: UInt
  }

  static let exitOffset: Int32 = 0
  static let entryOffset: Int32 = 8
  static let previousExitOffset: Int32 = 0
  static let previousEntryOffset: Int32 = 8
  static let frameOffset: Int32 = 16
  static let entryBytes: Int32 = 32

  /// The return addresses of all frames of compiled code, innermost first: each points behind a call that somebody will
  /// return to.
  func forEachReturnAddress(_ body: (UInt) -> Void) {
    var (frame, segment) = (exit, entry)
    while let record = unsafe UnsafePointer<Entry>(bitPattern: segment) {
      let end = unsafe record.pointee.frame
      while frame != end {
        // The frame pointer points to the caller's one, behind which lies the return address, on both machines.
        guard let pair = unsafe UnsafePointer<UInt>(bitPattern: frame) else { return }
        unsafe body(pair[1])
        frame = unsafe pair[0]
      }
      (frame, segment) = unsafe (record.pointee.previousExit, record.pointee.previousEntry)
    }
  }
}
