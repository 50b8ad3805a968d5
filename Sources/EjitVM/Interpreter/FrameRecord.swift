/// What a call leaves for its return. Of a frame at depth `d` it is `records[d]`: whichever tier runs the frames between,
/// no two have the same depth.
struct FrameRecord {
  /// The word after the call; nil: the frame was entered from outside of the interpreter's loop, which ends with it.
  var pc: UnsafePointer<LoadedWord>?
  /// The caller.
  var function: UnsafeMutablePointer<FunctionState>
}
