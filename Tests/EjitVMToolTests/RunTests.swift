import Foundation
import Testing

/// `run`: what it prints, its options, and its exit status.
@Suite struct RunTests {
  static let program = """
    .host printf args=4
    .host pow args=2
    .host print args=2

    .fn twice args=1 locals=0
      local.get 0
      dup
      add
      return

    .fn main args=0 locals=0
      const 42
      return

    .fn same args=1 locals=0
      local.get 0
      return

    .fn array args=2 locals=1
      const 2
      array.new any
      local.set 2
      local.get 2
      const 0
      local.get 0
      array.set
      local.get 2
      const 1
      local.get 1
      array.set
      local.get 2
      const 1
      array.new i64
      array.push
      local.get 2
      const 1
      array.new f64
      array.push
      local.get 2
      return

    .fn print args=2 locals=0
      const "%s: %ld, %.2f\\n"
      const "numbers"
      local.get 0
      local.get 1
      call.host printf
      drop
      const 2
      const 10
      call.host pow
      local.get 0
      call.host print
      return

    .fn inner args=1 locals=0
      const 10
      local.get 0
      div
      return

    .fn outer args=1 locals=0
      local.get 0
      call inner
      const 1
      add
      return

    .fn forever args=0 locals=0
      call forever
      return

    .fn thrower args=0 locals=0
      const "thrown"
      throw

    .fn loop args=1 locals=2
      const 0
      local.set 1
      const 0
      local.set 2
    again:
      local.get 1
      local.get 2
      call kept
      add
      local.set 1
      local.get 2
      const 1
      add
      local.tee 2
      local.get 0
      lt
      jump.if again
      local.get 1
      return

    .fn kept args=1 locals=0   ; not a part of its caller: it has a handler
      handler from to to
    from:
      local.get 0
      return
    to:
      return

    """

  /// Runs the tool in a folder with the program in both forms.
  func run(_ arguments: String..., body: (VMTool, Folder) throws -> Void) throws {
    try Folder.with { folder in
      try folder.write(RunTests.program, to: "p.evmasm")
      try folder.write("loop 1 osr\nkept 3 jit\n", to: "schedule")
      try folder.write("loop 1 jit\n\nloop 0 jit\n", to: "wrong")
      try body(try VMTool(["run"] + arguments, in: folder), folder)
    }
  }

  // MARK: Values

  @Test(arguments: [
    (["main"], "42"), ([], "42"), (["same", "-7"], "-7"), (["same", "0x2a"], "42"), (["same", "1.5"], "1.5"),
    (["same", "-0.0"], "-0.0"), (["same", "true"], "true"), (["same", "false"], "false"), (["same", "nil"], "nil"),
    (["same", "\"a\\\"b\\n\""], "\"a\\\"b\\n\""), (["same", "9223372036854775807"], "9223372036854775807"),
    (["twice", "\"ab\""], "\"abab\""), (["array", "1", "\"x\""], "[1, \"x\", [0], [0.0]]"), (["outer", "3"], "4"),
  ]) func valuesArePrinted(_ call: [String], _ output: String) throws {
    try Folder.with { folder in
      try folder.write(RunTests.program, to: "p.evmasm")
      try VMTool("asm", "p.evmasm", "-o", "p.evm", in: folder).expect(0)
      for file in ["p.evmasm", "p.evm"] {
        for tier in ["auto", "interpreter", "jit"] {
          try VMTool(["run", "--tier", tier, file] + call, in: folder).expect(0, output: output + "\n")
        }
      }
    }
  }

  /// What C prints and what the machine prints come in their order.
  @Test func hostFunctionsPrint() throws {
    for tier in ["interpreter", "jit"] {
      try run("--tier", tier, "p.evmasm", "print", "-3", "2.5") { tool, _ in
        tool.expect(0, output: "numbers: -3, 2.50\n1024.0 -3\nnil\n")
      }
    }
  }

  // MARK: Traps and refusals

  @Test(arguments: ["auto", "interpreter", "jit"]) func trapsAreTold(_ tier: String) throws {
    try run("--tier", tier, "p.evmasm", "outer", "0") { tool, _ in
      tool.expect(
        1,
        errors: "ejit-vm: trap: divisionByZero\n  at inner + 4 (p.evmasm:59)\n  at outer + 2 (p.evmasm:64)\n")
    }
    try run("--tier", tier, "p.evmasm", "thrower") { tool, _ in
      tool.expect(1, errors: "ejit-vm: trap: unhandledThrow\n  at thrower + 2 (p.evmasm:75)\n")
    }
    try run("--tier", tier, "p.evmasm", "forever") { tool, _ in
      #expect(tool.status == 1 && tool.output.isEmpty)
      let lines = tool.errors.split(separator: "\n")
      #expect(lines.first == "ejit-vm: trap: stackOverflow" && lines.count == 22)
      #expect(lines.last == "  and 99981 more")
    }
  }

  @Test(arguments: [
    (["p.evmasm", "none"], "p.evmasm:1: error: the module does not have the function none\n"),
    (["p.evmasm", "same"], "ejit-vm: error: same takes 1 arguments, not 0 (ejit-vm --help says more)\n"),
    (["p.evmasm", "same", "1", "2"], "ejit-vm: error: same takes 1 arguments, not 2 (ejit-vm --help says more)\n"),
    (
      ["p.evmasm", "same", "text"],
      "ejit-vm: error: text is no value: 42, 1.5, true, false, nil or \"text\" with its quotes "
        + "(ejit-vm --help says more)\n"
    ),
    (["none.evm"], "ejit-vm: error: cannot read none.evm: there is no such file\n"),
    (["."], "ejit-vm: error: cannot read .: it is a folder\n"),
    (["--schedule", "none", "p.evmasm"], "ejit-vm: error: cannot read none: there is no such file\n"),
    (
      ["--schedule", "wrong", "p.evmasm"],
      "wrong:3: error: expected a function of the module, the number of a call, larger than before, and a tier\n"
    ),
    (
      ["--tier", "fast", "p.evmasm"],
      "ejit-vm: error: --tier is auto, interpreter or jit, not fast (ejit-vm --help says more)\n"
    ),
    (
      ["--threshold", "0", "p.evmasm"],
      "ejit-vm: error: --threshold takes a number from 1 on, not 0 (ejit-vm --help says more)\n"
    ),
    (
      ["--dump", "code,all", "p.evmasm"],
      "ejit-vm: error: --dump takes bytecode, microops, ir and code, not all (ejit-vm --help says more)\n"
    ),
    (["--gc-every"], "ejit-vm: error: --gc-every needs a value (ejit-vm --help says more)\n"),
    (["--fast", "p.evmasm"], "ejit-vm: error: run has no option --fast (ejit-vm --help says more)\n"),
    (["--no-opt"], "ejit-vm: error: run needs a FILE (ejit-vm --help says more)\n"),
  ]) func refusedRuns(_ arguments: [String], _ errors: String) throws {
    try Folder.with { folder in
      try folder.write(RunTests.program, to: "p.evmasm")
      try folder.write("loop 1 jit\n\nloop 0 jit\n", to: "wrong")
      try VMTool(["run"] + arguments, in: folder).expect(2, errors: errors)
    }
  }

  @Test func missingHostFunctionsAndEmptyModulesAreRefused() throws {
    try Folder.with { folder in
      try folder.write(".host other args=0\n.fn main args=0\ncall.host other\nreturn\n", to: "host.evmasm")
      let missing = "host.evmasm:1: error: the host function other is not there\n"
      try VMTool("run", "host.evmasm", in: folder).expect(2, errors: missing)
      try folder.write("; nothing\n", to: "empty.evmasm")
      let empty = "empty.evmasm:1: error: the module does not have any function\n"
      try VMTool("run", "empty.evmasm", in: folder).expect(2, errors: empty)
      try folder.write(RunTests.program, to: "p.evmasm")
      let unwritable = "ejit-vm: error: cannot write none/p.evm: there is no such file\n"
      try VMTool("asm", "p.evmasm", "-o", "none/p.evm", in: folder).expect(2, errors: unwritable)
    }
  }

  // MARK: Options

  /// Fields of a function in `--stats json`.
  func statistics(_ tool: VMTool, _ name: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(tool.errors.utf8)) as? [String: Any]
    let functions = try #require(object?["functions"] as? [[String: Any]])
    return try #require(functions.first { $0["name"] as? String == name })
  }

  @Test func thresholdIsWhenCodeIsCompiled() throws {
    for (threshold, compilations) in [(500, 0), (499, 1), (10, 1)] {
      try run("--threshold", "\(threshold)", "--stats", "json", "p.evmasm", "loop", "500") { tool, _ in
        #expect(tool.status == 0 && tool.output == "124750\n")
        let kept = try statistics(tool, "kept")
        #expect(kept["compilations"] as? Int == compilations, "threshold \(threshold)")
      }
    }
  }

  @Test func statisticsAreATableOrJSON() throws {
    try run("--stats", "--tier", "jit", "p.evmasm", "loop", "20") { tool, _ in
      #expect(tool.status == 0 && tool.output == "190\n")
      let lines = tool.errors.split(separator: "\n")
      #expect(lines.count == 4 && lines[0].hasPrefix("compiled code: ") && lines[1].hasPrefix("heap: "))
      #expect(lines[2].hasPrefix("loop: 1 calls, 1 entries, 1 compiled, 0 again, 1 versions, 0 evicted, "))
      #expect(lines[3].hasPrefix("kept: 1 calls, 0 entries, 1 compiled, "))
    }
    try run("--stats", "json", "--tier", "interpreter", "p.evmasm", "loop", "20") { tool, _ in
      let (loop, kept) = (try statistics(tool, "loop"), try statistics(tool, "kept"))
      #expect(loop["calls"] as? Int == 1 && kept["calls"] as? Int == 20 && kept["entries"] as? Int == 0)
    }
  }

  @Test func scheduleSaysWhichCallsAreCompiled() throws {
    try run("--schedule", "schedule", "--stats", "json", "p.evmasm", "loop", "20") { tool, _ in
      #expect(tool.status == 0 && tool.output == "190\n")
      let (loop, kept) = (try statistics(tool, "loop"), try statistics(tool, "kept"))
      #expect(loop["compilations"] as? Int == 1 && loop["entries"] as? Int == 1)
      #expect(kept["compilations"] as? Int == 1)
    }
  }

  @Test func everyNthCheckFails() throws {
    try run("--deopt-every", "2", "--tier", "jit", "--stats", "json", "p.evmasm", "loop", "20") { tool, _ in
      #expect(tool.status == 0 && tool.output == "190\n")
      let exits = try #require(try statistics(tool, "loop")["exits"] as? [[String: Any]])
      #expect(exits.contains { $0["reason"] as? String == "forced" && ($0["count"] as? Int ?? 0) > 0 })
    }
  }

  @Test func theCodeBudgetHolds() throws {
    try run("--code-budget", "40", "--tier", "jit", "--stats", "json", "p.evmasm", "loop", "20") { tool, _ in
      #expect(tool.status == 0 && tool.output == "190\n")
      let loop = try statistics(tool, "loop")
      #expect(loop["leftToInterpreter"] as? String == "budget")
      #expect(tool.errors.hasPrefix("{\"codeBytes\":0,"))
    }
  }

  @Test func everyNthAllocationCollects() throws {
    try run("--gc-every", "1", "--stats", "json", "p.evmasm", "array", "1", "2") { tool, _ in
      #expect(tool.status == 0 && tool.output == "[1, 2, [0], [0.0]]\n")
      let object = try JSONSerialization.jsonObject(with: Data(tool.errors.utf8)) as? [String: Any]
      #expect((object?["collections"] as? Int ?? 0) > 3)
    }
  }

  @Test func withoutOptimizationsTheResultIsTheSame() throws {
    try run("--no-opt", "--tier", "jit", "p.evmasm", "loop", "20") { tool, _ in tool.expect(0, output: "190\n") }
  }

  @Test func dumpsAreWrittenToStandardError() throws {
    let contents = [
      "bytecode": ".fn twice args=1 locals=0\n  local.get 0\n  dup\n  add\n  return\n",
      "microops": "twice: 3 slots\n  0 @3 add.0 1 0 0\n  1 @4 return.0 1 0 0\n", "ir": "twice version 0:\n",
      "code": "twice version 0: ",
    ]
    for (name, content) in contents {
      try run("--tier", "jit", "--dump", name, "p.evmasm", "twice", "4") { tool, _ in
        #expect(tool.status == 0 && tool.output == "8\n")
        #expect(tool.errors.contains(content), "\(name): \(tool.errors)")
        for other in contents where other.key != name { #expect(!tool.errors.contains(other.value) || name == "ir") }
      }
    }
    try run("--tier", "jit", "--dump", "code,bytecode", "p.evmasm", "twice", "4") { tool, _ in
      #expect(tool.errors.contains(contents["bytecode"]!) && tool.errors.contains("exit 0: "))
    }
  }

  /// A line `ADDRESS SIZE NAME` for each piece of code, where `perf` looks for it.
  @Test func perfFindsNames() throws {
    try run("--perf-map", "--tier", "jit", "p.evmasm", "loop", "20") { tool, _ in
      tool.expect(0, output: "190\n")
      let path = "/tmp/perf-\(tool.identifier).map"
      defer { try? FileManager.default.removeItem(atPath: path) }
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 2)
      for line in lines {
        let words = line.split(separator: " ")
        #expect(words.count == 3 && UInt64(words[0], radix: 16) != nil && Int(words[1], radix: 16) ?? 0 > 0)
      }
      #expect(lines.contains { $0.hasSuffix(" loop:start:0") } && lines.contains { $0.contains(" kept:start:") })
    }
  }
}
