/// What compiled code needs of the machine it is made for: addresses that live as long as the machine.
struct Services {
  /// `entries[number]` is the address that calls of a function go to.
  var entries: UnsafeMutablePointer<UInt>
  var functions: UnsafeMutablePointer<FunctionState>
  /// `call`ed in the frame of a compiled function, with the number of the exit in `callee`: leaves the code;
  /// returns with payload and tag of the frame's result, for the function to return.
  var exit: UInt
  /// `call`ed with the address of a micro-op in `callee`: executes this one for the frame at `base`, with its operands in
  /// slots. Returns 0 in `result(0)`, or 1 if it was left by a throw or a trap. Changes all registers but `base`, `depth`.
  var step: UInt
  /// Like `step`, of a conditional jump: 0, it is not taken; 1, it is; 2, left by a trap.
  var test: UInt
}
