import CFuzzMain
import Ejit
import FuzzInput

/// Any bytes are a program: lowering it ends in code no longer than the published bound, or in an error that
/// points inside the program; appended at once, emitted one by one or through an emitter, code and error are the same. For
/// three targets, with no features and with all.
@c(LLVMFuzzerTestOneInput)
public func fuzzLowering(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var source = FuzzBytes(bytes, count)
  let program = source.readProgram()
  var isAccepted = true
  for target in [Target.x86_64, .x86_64Windows, .aarch64] {
    var bound = 0
    for index in program.indices { bound += target.maximumBytes(for: program[index]) }
    for features in [Features.baseline, Features(rawValue: .max)] {
      var assembler = Assembler(target: target, features: features)
      let whole = lower(program, &assembler) { program, assembler throws(EjitError) in
        try assembler.append(program.span)
      }
      let single = lower(program, &assembler) { program, assembler throws(EjitError) in
        for index in program.indices { try assembler.emit(program[index]) }
      }
      let lent = lower(program, &assembler) { program, assembler throws(EjitError) in
        try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in
          for index in program.indices { try emitter.emit(program[index]) }
          return emitter
        }
      }
      precondition(whole == single, "one by one gives something else")
      precondition(whole == lent, "an emitter gives something else")
      if let error = whole.error, let index = error.instruction {
        precondition(index <= program.count, "the error points outside of the program")
      }
      precondition(whole.code.count <= bound, "more code than the published bound")
      if whole.error != nil { isAccepted = false }
    }
  }
  fuzz_count(UInt64(program.count), isAccepted ? 1 : 0)
  return 0
}

private struct Outcome: Equatable {
  var code: [UInt8] = []
  var error: EjitError?
}

private func lower(
  _ program: [Instruction], _ assembler: inout Assembler,
  _ body: ([Instruction], inout Assembler) throws(EjitError) -> Void
) -> Outcome {
  assembler.reset()
  do throws(EjitError) {
    try body(program, &assembler)
    try assembler.finish()
    return Outcome(code: assembler.copyCode())
  } catch {
    return Outcome(error: error)
  }
}
