/// What the tiers know of a function, at a fixed address for the life of its machine: generated code reads it.
struct FunctionState {
  /// Calls until the interpreter asks the compiler for code (`Tiers.callOut`); below 0 it asks each time.
  var callsLeft: Int64
  /// Jumps backwards until the interpreter asks for code that goes on in the middle of a loop.
  var loopsLeft: Int64
  /// The first micro-op.
  var code: UnsafePointer<LoadedWord>
  /// The constants of `MicroCode`, and how many.
  var constants: UnsafePointer<Slot>
  var constantCount: Int32
  var arguments: Int32
  var locals: Int32
  var frame: Int32
  /// Its number in the module.
  var number: Int32
  /// Makes the stride a power of two.
  private let padding: (Int32, Int64) = (0, 0)

  init(_ number: Int, _ code: LoadedCode, callsLeft: Int64, loopsLeft: Int64) {
    (self.callsLeft, self.loopsLeft) = (callsLeft, loopsLeft)
    self.number = Int32(number)
    (self.code, constants) = (code.words, code.constants)
    constantCount = Int32(code.micro.constants.count)
    (arguments, locals) = (Int32(code.micro.arguments), Int32(code.micro.locals))
    frame = Int32(code.micro.frame)
  }
}
