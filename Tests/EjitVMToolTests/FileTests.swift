import Testing

/// `check`, `asm`, `disasm`, and command lines that are refused.
@Suite struct FileTests {
  static let program = """
    ; twice
    .fn main args=0 locals=0
      const 21
      call twice
      return

    .fn twice args=1 locals=0
      local.get 0
      dup
      add
      return

    """

  @Test func checkSaysNothingOfAGoodFile() throws {
    try Folder.with { folder in
      try folder.write(FileTests.program, to: "good.evmasm")
      try VMTool("check", "good.evmasm", in: folder).expect(0)
      try VMTool("asm", "good.evmasm", "-o", "good.evm", in: folder).expect(0)
      try VMTool("check", "good.evm", in: folder).expect(0)
    }
  }

  @Test func checkNamesTheLine() throws {
    try Folder.with { folder in
      try folder.write("; one\n.fn f\n  nil\n  add\n  return\n", to: "bad.evmasm")
      let place = "f, offset 1: add: expected 2 values on the stack, found 1\n"
      try VMTool("check", "bad.evmasm", in: folder).expect(2, errors: "bad.evmasm:4: error: " + place)
      try VMTool("asm", "bad.evmasm", "-o", "bad.evm", in: folder).expect(2, errors: "bad.evmasm:4: error: " + place)
      try folder.write(".fn f\n  nil\n  bogus\n", to: "bad.evmasm")
      let message = "bad.evmasm:3: error: column 3: no instruction has this name\n"
      try VMTool("check", "bad.evmasm", in: folder).expect(2, errors: message)
      try VMTool("run", "bad.evmasm", in: folder).expect(2, errors: message)
      try folder.write("\0evm\u{1}", to: "bad.evm")
      let truncated = "bad.evm:1: error: offset 5: the end comes too early\n"
      try VMTool("check", "bad.evm", in: folder).expect(2, errors: truncated)
      let missing = "ejit-vm: error: cannot read none.evm: there is no such file\n"
      try VMTool("check", "none.evm", in: folder).expect(2, errors: missing)
    }
  }

  @Test func assemblyAndBackIsTheSame() throws {
    try Folder.with { folder in
      try folder.write(FileTests.program, to: "a.evmasm")
      try VMTool("asm", "a.evmasm", "-o", "a.evm", in: folder).expect(0)
      let text = String(FileTests.program.split(separator: "\n", maxSplits: 1)[1])
      try VMTool("disasm", "a.evm", in: folder).expect(0, output: text)
      try VMTool("disasm", "a.evmasm", in: folder).expect(0, output: text)
      try folder.write(text, to: "b.evmasm")
      try VMTool("asm", "-o", "b.evm", "b.evmasm", in: folder).expect(0)
      #expect(try folder.data("a.evm") == folder.data("b.evm"))
    }
  }

  @Test(arguments: [
    ["bogus"], ["check"], ["check", "a", "b"], ["disasm"], ["asm", "a.evmasm"], ["asm", "-o", "x"], ["run"],
    ["run", "--bogus", "a"], ["run", "--tier", "fast", "a"], ["run", "--threshold", "0", "a"],
    ["run", "--threshold", "many", "a"], ["run", "--dump", "all", "a"], ["run", "--schedule"], ["run", "--gc-every"],
    ["run", "--code-budget", "-1", "a"], ["run", "--deopt-every", "1.5", "a"],
  ]) func refusedCommandLines(_ arguments: [String]) throws {
    try Folder.with { folder in
      let process = try VMTool(arguments, in: folder)
      #expect(process.status == 2)
      #expect(process.output.isEmpty)
      #expect(process.errors.hasPrefix("ejit-vm: error: "))
    }
  }

  @Test func helpIsPrinted() throws {
    try Folder.with { folder in
      let process = try VMTool("--help", in: folder)
      #expect(process.status == 0 && process.errors.isEmpty)
      for option in [
        "--tier", "--threshold", "--deopt-every", "--schedule", "--stats", "--dump", "--perf-map",
        "--code-budget", "--gc-every", "--no-opt",
      ] {
        #expect(process.output.contains(option))
      }
    }
  }
}
