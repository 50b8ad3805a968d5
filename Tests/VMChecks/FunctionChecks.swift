import EjitVM

/// Functions with more arguments and locals than there are registers, and calls inside calls.
enum FunctionChecks {
  static func run(_ tally: inout Tally) {
    for count in [2, 5, 6, 7, 8, 12, 14] { manyArguments(count, &tally) }
    manyLocals(&tally)
    deepRecursion(&tally)
    tooDeepRecursion(&tally)
  }

  // MARK: Arguments

  /// Ints and floats in turn, all different.
  private static func argument(_ index: Int) -> Value {
    index % 2 == 0 ? .int(Int64(index) * -1_000_003 + 7) : .float(Double(index) * 3.75 + 100)
  }

  /// What `hash` makes of it.
  private static func term(_ value: Value) -> Int64 {
    switch value {
    case .int(let value): value
    case .float(let value): Int64(value)
    default: 0
    }
  }

  private static func hash(_ values: some Sequence<Value>) -> Int64 {
    values.reduce(0) { $0 &* 31 &+ term($1) }
  }

  /// Bytecode for the same of the locals in a range.
  private static func hash(_ locals: Range<Int>) -> String {
    "const 0\n" + lines(locals) { "const 31\nmul\nlocal.get \($0)\nto.int\nadd\n" } + "return\n"
  }

  private static func lines(_ range: some Sequence<Int>, _ line: (Int) -> String) -> String {
    range.reduce("") { $0 + line($1) }
  }

  /// `same` calls itself with the arguments it has, `turn` with the first one last; the argument before them counts down.
  private static func manyArguments(_ count: Int, _ tally: inout Tally) {
    func function(_ name: String, calling callee: String, _ order: [Int]) -> String {
      """
      .fn \(name) args=\(count) locals=0
      local.get 0
      const 0
      eq
      jump.if done
      local.get 0
      const 1
      sub
      \(lines(order) { "local.get \($0)\n" })call \(callee)
      return
      done:
      \(hash(1..<count))
      """
    }
    let order = Array(1..<count)
    let turned = Array(order[1...]) + [1]
    let sample = Sample(
      text: function("same", calling: "same", order) + function("turn", calling: "turn", turned)
        + function("one", calling: "other", order) + function("other", calling: "one", turned))
    let values = order.map { argument($0) }
    for (name, rounds, turns) in [("same", 9, 0), ("turn", 17, 17), ("one", 8, 4)] {
      let first = turns % values.count
      let expected = hash(values[first...] + values[..<first])
      sample.expect(name, [.int(Int64(rounds))] + values, .int(expected), &tally)
    }
  }

  // MARK: Locals

  /// 256 of them, all different, every third a float, that change in each round of a loop with a call in it.
  private static func manyLocals(_ tally: inout Tally) {
    let rounds: Int64 = 25
    let locals = 1...255
    func isFloat(_ local: Int) -> Bool { local % 3 == 0 }
    let text = """
      .fn main args=1 locals=255
      \(lines(locals) { "const \(isFloat($0) ? "\($0).5" : "\($0 * 1_000_033)")\nlocal.set \($0)\n" })
      again:
      local.get 0
      const 0
      le
      jump.if done
      \(lines(locals) { "local.get \($0)\nconst \(isFloat($0) ? "\($0).25" : "\(-$0)")\nadd\nlocal.set \($0)\n" })
      local.get 0
      call less
      local.set 0
      jump again
      done:
      \(hash(1..<256))
      .fn less args=1 locals=0
      local.get 0
      const 0
      eq
      jump.if done
      local.get 0
      const 1
      sub
      return
      done:
      const 0
      call less
      return
      """
    let values = locals.map { local -> Value in
      let number = Double(local)
      return isFloat(local)
        ? .float(number + 0.5 + Double(rounds) * (number + 0.25)) : .int(Int64(local) * (1_000_033 - rounds))
    }
    Sample(text: text).expect("main", [.int(rounds)], .int(hash(values)), &tally)
  }

  // MARK: Depth

  /// A function that calls itself, two that call each other, and at the bottom a value, a trap, or a throw.
  private static let recursion = """
    .fn count args=1 locals=0
    local.get 0
    const 0
    eq
    jump.if done
    local.get 0
    const 1
    sub
    call count
    const 1
    add
    return
    done:
    const 0
    return

    .fn even args=2 locals=1
    local.get 0
    const 2.5
    mul
    local.set 2
    local.get 0
    const 0
    eq
    jump.if done
    local.get 0
    const 1
    sub
    local.get 1
    call odd
    local.get 2
    add
    return
    done:
    local.get 1
    call bottom
    return

    .fn odd args=2 locals=0
    local.get 0
    local.get 0
    const 1
    sub
    local.get 1
    call even
    add
    return

    .fn bottom args=1 locals=0
    local.get 0
    const 0
    eq
    jump.if thrown
    const 6
    local.get 0
    const 1
    sub
    div
    return
    thrown:
    const 77
    throw

    .fn catch args=2 locals=0
    handler from to to
    from:
    local.get 0
    local.get 1
    call even
    return
    to:
    const 1
    add
    return

    .fn forever args=1 locals=0
    local.get 0
    const 1
    add
    call forever
    const 1
    add
    return

    .fn ping args=1 locals=0
    local.get 0
    call pong
    return

    .fn pong args=1 locals=0
    local.get 0
    call ping
    return
    """
  private static let schedules = [
    "even 1 jit", "odd 1 jit\nbottom 1 jit", "count 1 jit\ncount 5000 interpreter", "ping 1 jit",
  ]

  private static func deepRecursion(_ tally: inout Tally) {
    let sample = Sample(text: recursion, schedules: schedules, depthLimit: 12_000, times: 1)
    sample.expect("count", [.int(10_000)], .int(10_000), &tally)
    // Half of the frames add their number, the others two and a half times it.
    let sum = (1...10_000).reduce(0.0) { $0 + Double($1) * ($1 % 2 == 0 ? 2.5 : 1) }
    sample.expect("even", [.int(10_000), .int(3)], .float(sum + 3), &tally)
    sample.expect("catch", [.int(10_000), .int(0)], .int(78), &tally)
    let trap = sample.outcome("even", [.int(10_000), .int(1)], &tally)
    tally.expect(trap?.kind == .divisionByZero && trap?.places.count == 10_002, "a trap at the bottom")
    let thrown = sample.outcome("even", [.int(10_000), .int(0)], &tally)
    tally.expect(thrown?.kind == .unhandledThrow && thrown?.places.count == 10_002, "a throw that nobody catches")
  }

  private static func tooDeepRecursion(_ tally: inout Tally) {
    for depthLimit in [0, 1, 2, 7, 1000, 100_000] {
      let isDeep = depthLimit > 1000
      let sample = Sample(
        text: recursion, schedules: isDeep ? [] : schedules, depthLimit: depthLimit, times: isDeep ? 1 : 3)
      for function in isDeep ? ["forever"] : ["forever", "ping"] {
        let outcome = sample.outcome(function, [.int(0)], &tally)
        tally.expect(outcome?.kind == .stackOverflow, "too many calls inside each other:", function)
        tally.expect(outcome?.places.count == depthLimit + 1, "the frames that there were:", function)
      }
    }
  }
}
