import CEjitShims
import EjitVM

/// How fast functions are with ints, and how fast again after a phase of other types.
struct VMComeback {
  /// Calls between the other types and the measurement.
  private static let calls = 20_000

  /// A sum over an argument of any type, and one over the elements of an array of values.
  private static let text = """
    .fn argument args=2 locals=2   ; 0 n, 1 x, 2 sum, 3 i
      local.get 1
      local.set 2
      const 0
      local.set 3
    loop:
      local.get 2
      local.get 1
      add
      local.set 2
      local.get 3
      const 1
      add
      local.tee 3
      local.get 0
      lt
      jump.if loop
      local.get 2
      return

    .fn element args=2 locals=4   ; 0 n, 1 x, 2 array, 3 sum, 4 i
      const 1
      array.new any
      local.tee 2
      const 0
      local.get 1
      array.set
      local.get 1
      local.set 3
      const 0
      local.set 4
    loop:
      local.get 3
      local.get 2
      const 0
      array.get
      add
      local.set 3
      local.get 4
      const 1
      add
      local.tee 4
      local.get 0
      lt
      jump.if loop
      local.get 3
      return
    """

  /// Adds the times of a step with ints before and after; the line that says their ratios.
  static func measure(rounds: Int, isSmall: Bool, _ report: inout Report) -> String {
    let texts = ["argument", "element"].map { name in
      let (before, after) = measure(name, rounds: rounds, steps: isSmall ? 10_000 : 1_000_000)
      report.add("ejit_jit", "\(name)_ints_ns", before.minimum)
      report.add("ejit_jit", "\(name)_ints_again_ns", after.minimum)
      report.add("ejit_jit", "\(name)_comeback", after.minimum / before.minimum)
      return "\(name) \(Report.short(after.minimum / before.minimum))"
    }
    return "time with ints after other types / before: " + texts.joined(separator: ", ")
  }

  private static func measure(_ name: String, rounds: Int, steps: Int) -> (Measurement, Measurement) {
    guard let module = try? Module(text: text), let vm = try? VM(module) else { fail("no machine") }
    var (before, after) = (Measurement(), Measurement())
    vm.onThread { vm in
      // Compiled and warm before the first sample that may count: the minimum is taken.
      for _ in 0..<rounds + 3 { before.add(nanoseconds(vm, name, .int(3), steps)) }
      for _ in 0..<1000 {
        for value in [Value.float(0.5), .string([0x61]), .bool(true), .int(1)] {
          _ = try? vm.call(name, [.int(3), value])
        }
      }
      // What had to be made for any type is made again after some thousands of entries.
      for _ in 0..<calls { _ = try? vm.call(name, [.int(3), .int(3)]) }
      for _ in 0..<rounds + 3 { after.add(nanoseconds(vm, name, .int(3), steps)) }
    }
    return (before, after)
  }

  /// Of one step of the loop.
  private static func nanoseconds(_ vm: VM, _ name: String, _ value: Value, _ steps: Int) -> Double {
    let start = ejit_thread_cpu_nanoseconds()
    guard case .int(let sum) = (try? vm.call(name, [.int(Int64(steps)), value])) ?? .nil, sum == 3 * steps + 3 else {
      fail("\(name): a wrong sum")
    }
    return Double(ejit_thread_cpu_nanoseconds() - start) / Double(steps)
  }
}
