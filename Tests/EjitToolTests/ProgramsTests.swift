import Foundation
import Testing

/// `ejit test`: what it counts and what it complains about.
@Suite struct ProgramsTests {
  @Test(arguments: Available.engines) func allProgramsPass(_ engine: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Repository.programs)
    var count = 0
    for name in names where name.hasSuffix(".ejit") {
      let text = try String(contentsOfFile: "\(Repository.programs)/\(name)", encoding: .utf8)
      let lines = text.split(separator: "\n")
      count += lines.count { line in ["; run:", "; error:", "; bytes "].contains { line.contains($0) } }
    }
    #expect(count > 200)
    try ToolProcess("test", Repository.programs, "--engine", engine).expect(0, output: "\(count) passed, 0 failed\n")
  }

  @Test(arguments: Available.engines) func everyKindOfFailureIsALine(_ engine: String) throws {
    try Folder.with { folder in
      let wrong = try folder.write(
        """
        ; run: three() == 3
        ; run: three() == 4
        ; run: store(out 2, 513) => 01 02
        ; run: store(out 2, 513) => 01 03
        ; run: store(out 66, 7) => \(String(repeating: "07 00", count: 33))
        function three
          movi res0, 3
          ret
          ; bytes x86-64: c3
        function store
          st u16, arg1, [arg0]
          ret
        function refused
          shli arg0, arg0, 64  ; error: immediateOutOfRange
          shli arg0, arg0, 65  ; error: badFrame
          shli arg0, arg0, 63  ; error: any
          ret
        """, to: "a/wrong.ejit")
      try folder.write("no program", to: "a/notes.txt")
      let broken = try folder.write("  add r0, r1\n", to: "b/broken.ejit")
      let many = try folder.write("; run: f(1, 2, 3, 4, 5, 6, 7, 8, 9) == 0\nfunction f\n  ret\n", to: "c.ejit")
      let process = try ToolProcess("test", folder.path, "--engine", engine)
      #expect(process.status == 1)
      #expect(process.output == "3 passed, 8 failed\n")
      let machine = (engine == "aarch64" ? engine : hostName) == "aarch64" ? "aarch64 passes 8" : "x86-64 passes 6"
      let lines = [
        "\(broken):1:13: error: expected `,` and a register (r0 to r63, arg0, res0, saved0, tmp0, … to 15, or sp)",
        "\(wrong):15:26: error: x86-64 refuses this as immediateOutOfRange, not as badFrame; "
          + "aarch64 refuses this as immediateOutOfRange, not as badFrame",
        "\(wrong):16:26: error: x86-64 does not refuse this, as any error; "
          + "aarch64 does not refuse this, as any error",
        "\(wrong):9:5: error: three is b8 03 00 00 00 c3, not c3 (x86-64)",
        "\(wrong):2:3: error: three() = 3, not 4",
        "\(wrong):4:3: error: store(out 2, 513) => 01 02, not 01 03",
        "\(wrong):5:3: error: store(out 66, 7) => 00 at byte 2, not 07",
        "\(many):1:3: error: f(1, 2, 3, 4, 5, 6, 7, 8, 9) has 9 integers and addresses; \(machine) in registers",
      ]
      #expect(process.errors.split(separator: "\n").map(String.init).sorted() == lines.sorted())
    }
  }

  @Test(arguments: Available.engines) func aCrashIsOneFailure(_ engine: String) throws {
    try Folder.with { folder in
      let file = try folder.write(
        """
        ; run: read(0) == 1
        ; run: seven() == 7
        ; run: read(0) == 1
        ; run: read(8) == 1
        ; run: seven() == 7
        function read
          ld u64, res0, [arg0]
          ret
        function seven
          movi res0, 7
          ret
        """, to: "crash.ejit")
      let process = try ToolProcess("test", file, "--engine", engine)
      func reason(_ address: String) -> String {
        engine == "interpreter"
          ? "was ended: it read at \(address), where it has no memory" : "was ended by signal 11 (SIGSEGV)"
      }
      let line = engine == "interpreter" ? " (line 7)" : ""
      process.expect(
        1, output: "2 passed, 3 failed\n",
        errors: """
          \(file):1:3: error: read(0) \(reason("0x0"))\(line)
          \(file):3:3: error: read(0) \(reason("0x0"))\(line)
          \(file):4:3: error: read(8) \(reason("0x8"))\(line)

          """)
      let place = engine == "interpreter" ? "7:3" : "6:1"
      try ToolProcess("run", file, "--arg", "0", "--engine", engine)
        .expect(1, output: "", errors: "\(file):\(place): error: read(0) \(reason("0x0"))\n")
    }
  }

  @Test(arguments: Available.engines) func aRefusedProgramIsNotRun(_ engine: String) throws {
    try Folder.with { folder in
      let file = try folder.write("; run: f() == 1\nfunction f\n  mov r0, r63\n  ret\n", to: "refused.ejit")
      let machine = engine == "aarch64" ? "aarch64" : hostName
      let refusal = "\(file):3:3: error: noSuchRegister: the target has no such register (\(machine))"
      try ToolProcess("test", file, "--engine", engine)
        .expect(
          1, output: "0 passed, 1 failed\n", errors: "\(file):1:3: error: f() was not run: \(refusal)\n")
      try ToolProcess("run", file, "--engine", engine).expect(2, output: "", errors: refusal + "\n")
    }
  }

  @Test func aFolderWithoutProgramsPasses() throws {
    try Folder.with { folder in
      try folder.write("text", to: "a/b/c.txt")
      try ToolProcess("test", folder.path).expect(0, output: "0 passed, 0 failed\n")
    }
  }

  @Test(arguments: ["native", "interpreter"]) func cFunctionsAreCalled(_ engine: String) throws {
    let process = try ToolProcess("test", Repository.externs, "--engine", engine)
    process.expect(0, output: "-12345\n7 passed, 0 failed\n")
    try ToolProcess("run", Repository.externs, "greet", "--arg", "3", "--engine", engine)
      .expect(0, output: "hello world\n***greet(3) = 42\n")
  }

  @Test(arguments: ["native", "interpreter"]) func printfPrintsATable(_ engine: String) throws {
    let rows = ["1: 1 1.00", "1: 1 0.33", "2: 2 0.67", "3: 3 1.00"].map { $0 + " -1 22 333 4444 5\n" }
    try ToolProcess("test", Repository.printf, "--engine", engine)
      .expect(0, output: rows.joined() + "2 passed, 0 failed\n")
  }

  private var hostName: String {
    #if arch(arm64)
      "aarch64"
    #else
      "x86-64"
    #endif
  }
}
