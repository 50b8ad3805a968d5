import CFuzzMain
import Ejit
import Expectations
import FuzzInput

/// Any op, alone, for every machine with no and with all features: LLVM reads in its bytes the instructions, with the
/// operands, that its definition says, to the last byte; what is no instruction lies where and as its definition says; or
/// the op is refused, as the definition says.
@c(LLVMFuzzerTestOneInput)
public func fuzzEncoding(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let verifiers else { fatalError("needs LLVM's library (libLLVM-14.so.1 or newer)") }
  var source = FuzzBytes(bytes, count)
  let program = source.readProgram()
  var agreements = 0
  for instruction in program {
    for verifier in verifiers {
      switch verifier.check(instruction) {
      case .agrees: agreements += 1
      case .refused, .skipped: break
      case .differs(let read, let expected):
        print(instruction)
        print(read, "-- expected:", expected, separator: "\n")
        fatalError("another encoding")
      }
    }
  }
  fuzz_count(UInt64(program.count), agreements > 0 ? 1 : 0)
  return 0
}

nonisolated(unsafe) private let verifiers: [Verifier]? = {
  var result: [Verifier] = []
  for target in [Target.x86_64, .x86_64Windows, .aarch64] {
    for features in [Features.baseline, Features(rawValue: .max)] {
      guard let verifier = Verifier(target: target, features: features) else { return nil }
      result.append(verifier)
    }
  }
  return result
}()
