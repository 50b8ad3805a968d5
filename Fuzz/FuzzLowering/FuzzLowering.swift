import Ejit

/// Any bytes are a program: lowering it ends in code no longer than the published bound, or in an error that
/// points inside the program; in one piece or in two, appended or emitted one by one, code and error are the same.
@c(LLVMFuzzerTestOneInput)
public func fuzzLowering(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var source = FuzzBytes(bytes, count)
  let program = source.program()
  for target in [Target.x86_64, .x86_64Windows, .aarch64] {
    for features in [Features.baseline, Features(rawValue: .max)] {
      var assembler = Assembler(target: target, features: features)
      let whole = outcome(of: program, &assembler) { program, assembler throws(EjitError) in
        try assembler.append(program.span)
      }
      let single = outcome(of: program, &assembler) { program, assembler throws(EjitError) in
        for instruction in program { try assembler.emit(instruction) }
      }
      precondition(whole == single, "one by one gives something else")
      if let error = whole.error, let index = error.instruction {
        precondition(index <= program.count, "the error points outside of the program")
      }
      let bound = program.reduce(0) { $0 + target.maximumBytes(for: $1) }
      precondition(whole.code.count <= bound, "more code than the published bound")
    }
  }
  return 0
}

private struct Outcome: Equatable {
  var code: [UInt8] = []
  var error: EjitError?
}

private func outcome(
  of program: [Instruction], _ assembler: inout Assembler,
  _ lower: ([Instruction], inout Assembler) throws(EjitError) -> Void
) -> Outcome {
  assembler.reset()
  do throws(EjitError) {
    try lower(program, &assembler)
    try assembler.finish()
    return Outcome(code: assembler.copyCode())
  } catch {
    return Outcome(error: error)
  }
}
