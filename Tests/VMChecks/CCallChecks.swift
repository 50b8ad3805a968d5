import CVMCallees
import EjitVM

/// C functions that programs call: arguments in registers and on the stack, which is aligned at each call.
enum CCallChecks {
  static func run(_ tally: inout Tally) {
    let before = vm_callee_calls()
    twelveArguments(&tally)
    otherKinds(&tally)
    variableArguments(&tally)
    tally.expect(vm_callee_calls() > before + 500, "calls of C")
    tally.expect(vm_callee_misaligned() == 0, "an aligned stack")
  }

  /// A program that calls the host function from several depths, with its arguments twice: the frames below have
  /// different sizes.
  private static func text(_ host: String, _ count: Int) -> String {
    let arguments = (0..<count).reduce("") { $0 + "local.get \($1)\n" }
    return """
      .host \(host) args=\(count)
      .fn direct args=\(count) locals=0
      \(arguments)call.host \(host)
      return
      .fn deep args=\(count) locals=1
      const 1.5
      \(arguments)call direct
      \(arguments)call.host \(host)
      sub
      add
      return
      .fn loop args=\(count) locals=2
      const false
      local.set \(count + 1)
      again:
      \(arguments)call.host \(host)
      local.set \(count)
      local.get \(count + 1)
      jump.if done
      const true
      local.set \(count + 1)
      jump again
      done:
      local.get \(count)
      return
      """
  }

  private static func twelveArguments(_ tally: inout Tally) {
    let functions: [(kinds: String, address: UInt)] = [
      ("iiiiiiiiiiii", vm_callee_iiiiiiiiiiii()), ("dddddddddddd", vm_callee_dddddddddddd()),
      ("idididididid", vm_callee_idididididid()), ("dddddddddiii", vm_callee_dddddddddiii()),
      ("iiiiiiiddddd", vm_callee_iiiiiiiddddd()),
    ]
    for function in functions {
      let parameters = function.kinds.utf8.map { $0 == UInt8(ascii: "i") ? CFunction.Parameter.int : .float }
      let binding = HostBinding.c(CFunction(address: function.address, parameters: parameters, result: .float))
      let sample = Sample(text: text("callee", 12), hosts: ["callee": binding])
      var (values, sum) = ([Value](), 0.0)
      for (index, kind) in function.kinds.utf8.enumerated() {
        let number = index + 1
        if kind == UInt8(ascii: "i") {
          // Some of the ints are Bools.
          values.append(number == 5 ? .bool(true) : .int(Int64(number * 1009 - 5000)))
          sum += Double(number) * (number == 5 ? 1 : Double(number * 1009 - 5000))
        } else {
          // Some of the doubles are ints.
          values.append(number % 4 == 0 ? .int(Int64(number)) : .float(Double(number) + 0.25))
          sum += Double(number) * (number % 4 == 0 ? Double(number) : Double(number) + 0.25)
        }
      }
      sample.expect("direct", values, .float(sum), &tally)
      sample.expect("deep", values, .float(1.5), &tally)
      sample.expect("loop", values, .float(sum), &tally)
      values[11] = .nil
      let refused = sample.outcome("direct", values, &tally)
      tally.expect(refused?.kind == .typeError && refused?.places.count == 1, "an argument of another kind")
    }
  }

  /// Texts, results of 32 bits, and no result.
  private static func otherKinds(_ tally: inout Tally) {
    func sample(_ result: CFunction.Result) -> Sample {
      let function = CFunction(address: vm_callee_count(), parameters: [.string], result: result)
      return Sample(text: text("count", 1), hosts: ["count": .c(function)])
    }
    sample(.int32).expect("direct", [.string("twelve bytes")], .int(-12), &tally)
    sample(.int32).expect("loop", [.string("")], .int(0), &tally)
    sample(.none).expect("loop", [.string("text")], .nil, &tally)
    let refused = sample(.int32).outcome("loop", [.int(1)], &tally)
    tally.expect(refused?.kind == .typeError, "an int in place of a text")
  }

  /// `snprintf` with ints, doubles and texts behind its three named arguments: more of each than there are registers.
  private static func variableArguments(_ tally: inout Tally) {
    let capacity = 512
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    defer { buffer.deallocate() }
    let function = CFunction(
      address: vm_callee_snprintf(), parameters: [.int, .int, .string], isVariadic: true, result: .int32)
    let cases: [(format: String, values: [Value], text: String)] = [
      ("plain", [], "plain"), ("%ld", [.int(-42)], "-42"), ("%.3f", [.float(2.5)], "2.500"),
      ("%ld %g %s", [.int(1), .float(0.5), .string("two")], "1 0.5 two"),
      (
        "%ld %ld %ld %ld %ld %ld %ld %ld %ld", (1...9).map { .int($0 << 33) },
        "8589934592 17179869184 25769803776 34359738368 42949672960 51539607552 60129542144 68719476736 77309411328"
      ),
      (
        "%g %g %g %g %g %g %g %g %g %g %g", (1...11).map { .float(Double($0) + 0.5) },
        "1.5 2.5 3.5 4.5 5.5 6.5 7.5 8.5 9.5 10.5 11.5"
      ),
      (
        "%ld %g %ld %g %ld %g %ld %g %s",
        (1...8).map { $0 % 2 == 1 ? .int($0) : .float(Double($0) / 8) } + [.string("!")],
        "1 0.25 3 0.5 5 0.75 7 1 !"
      ),
    ]
    for test in cases {
      let sample = Sample(text: text("snprintf", 3 + test.values.count), hosts: ["snprintf": .c(function)])
      let values: [Value] = [
        .int(Int64(Int(bitPattern: buffer))), .int(Int64(capacity)), .string(test.format),
      ]
      buffer.initialize(repeating: 0, count: capacity)
      sample.expect("loop", values + test.values, .int(Int64(test.text.utf8.count)), &tally)
      sample.expect("deep", values + test.values, .float(1.5), &tally)
      let written = UnsafeBufferPointer(start: buffer, count: capacity).prefix { $0 != 0 }
      tally.expect(written.elementsEqual(test.text.utf8), "the text of", test.format)
    }
  }
}
