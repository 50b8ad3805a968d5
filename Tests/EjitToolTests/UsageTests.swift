import Foundation
import Testing

/// What the tool says, and with which status, when it cannot do what it is asked.
@Suite struct UsageTests {
  private static let fibonacci = Repository.program("fibonacci")

  @Test func helpIsNoError() throws {
    for words in [["--help"], ["-h"], ["help"], ["run", "--help"], ["lower", "x", "--help"]] {
      let process = try ToolProcess(words)
      #expect(process.status == 0 && process.errors == "")
      #expect(process.output.hasPrefix("usage: ejit run FILE [FUNCTION]"))
      #expect(process.output.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }
  }

  private static let nonexistent = "cannot read /nonexistent: there is no such file"
  private static let engines = "there are native, interpreter, x86-64, aarch64"
  private static let ones = [String](repeating: "--arg=1", count: 9)
  private static let halves = [String](repeating: "--arg=0.5", count: 9)

  private static let mistakes: [(words: [String], message: String)] = [
    ([], "no command"),
    (["frob"], "there is no command frob; there are run, test and lower"),
    (["run"], "ejit run needs a FILE"),
    (["test"], "ejit test needs a PATH"),
    (["lower"], "ejit lower needs a FILE"),
    (["run", fibonacci, "fib", "more"], "ejit run takes a FILE and a FUNCTION, not also more"),
    (["lower", fibonacci, "more"], "ejit lower takes one FILE, not also more"),
    (["run", fibonacci, "--bogus"], "there is no option --bogus"),
    (["run", fibonacci, "-x"], "there is no option -x"),
    (["run", fibonacci, "--out", "x"], "ejit run has no option --out"),
    (["test", fibonacci, "--arg", "1"], "ejit test has no option --arg"),
    (["lower", fibonacci, "--engine", "native"], "ejit lower has no option --engine"),
    (["run", fibonacci, "--arg"], "--arg needs a value"),
    (["run", fibonacci, "--output"], "--output needs a value"),
    (["run", fibonacci, "--output", "1", "--output", "2"], "--output is given twice"),
    (["run", fibonacci, "--output", "-1"], "--output takes a number of bytes from 0 to 134217728, not -1"),
    (["run", fibonacci, "--output", "1e3"], "--output takes a number of bytes from 0 to 134217728, not 1e3"),
    (["run", fibonacci, "--arg", "one"], "--arg takes a number that fits into 64 bits, not one"),
    (["run", fibonacci, "--arg", ""], "--arg takes a number that fits into 64 bits, not "),
    (["run", fibonacci, "--engine", "arm"], "there is no engine arm; \(engines)"),
    (["lower", fibonacci, "--target", "arm"], "--target is x86-64 or aarch64, not arm"),
    (["lower", fibonacci, "--features", "popcnt,amx"], "there is no feature amx; there are bmi1, "),
    (["run", fibonacci, "fob"], "\(fibonacci) has no function fob; there are fib, fibLoop, fibLast"),
    (["run", "/nonexistent"], nonexistent),
    (["test", "/nonexistent"], nonexistent),
    (["lower", "/nonexistent"], nonexistent),
    (["run", Repository.programs], "cannot read \(Repository.programs): it is a folder"),
    (["run", fibonacci, "--input", "/nonexistent"], nonexistent),
    (["lower", fibonacci, "--out", "/nonexistent/x"], "cannot write /nonexistent/x: there is no such file"),
    (["run", fibonacci] + ones, "too many arguments for fib: 9 integers"),
    (["run", fibonacci] + halves, "too many arguments for fib: 9 floating-point"),
  ]

  @Test(arguments: mistakes)
  func isStatusTwo(_ words: [String], _ message: String) throws {
    let process = try ToolProcess(words)
    #expect(process.status == 2 && process.output == "")
    #expect(process.errors.hasPrefix("ejit: error: \(message)"), "\(process.errors)")
  }

  @Test func aTextThatIsNoProgramIsNamedByItsPlace() throws {
    try Folder.with { folder in
      let file = try folder.write("function f\n  ret\n  add r1, r2, 5\n", to: "broken.ejit")
      let message = "\(file):3:15: error: expected a register (r0 to r63, arg0, res0, saved0, tmp0, … to 15, or sp)\n"
      for command in ["run", "lower"] {
        try ToolProcess(command, file).expect(2, output: "", errors: message)
      }
      let text = "extern gets\nfunction f\n  enter 0\n  call gets\n  leave\n  ret\n"
      let other = try folder.write(text, to: "extern.ejit")
      let offered = "printf, puts, putchar, memcpy, memset, strlen, sin, cos, exp, log, pow"
      try ToolProcess("run", other).expect(
        2, output: "", errors: "\(other):4:3: error: there is no C function `gets`; this tool offers \(offered)\n")
    }
  }

  @Test func withoutAnEmulatorItIsStatusThree() throws {
    let message = "ejit: error: neither qemu-aarch64-static nor qemu-aarch64 is in PATH\n"
    try Folder.with { folder in
      let environment = ["PATH": folder.path]
      for words in [["run", UsageTests.fibonacci], ["test", UsageTests.fibonacci]] {
        try ToolProcess(words + ["--engine", "aarch64"], environment: environment)
          .expect(3, output: "", errors: message)
      }
    }
  }

  @Test(.enabled(if: Available.emulator)) func withoutARunnerItIsStatusThree() throws {
    let message =
      "ejit: error: \(Repository.externs) uses extern: on this machine aarch64 needs the AArch64 runner; "
      + "EJIT_AARCH64_RUNNER must hold its path\n"
    let environment = ["EJIT_AARCH64_RUNNER": ""]
    let words = [Repository.externs, "--engine", "aarch64"]
    try ToolProcess(["run"] + words, environment: environment).expect(3, output: "", errors: message)
    try ToolProcess(["test"] + words, environment: environment)
      .expect(3, output: "0 passed, 0 failed\n", errors: message)
    try ToolProcess(["test", UsageTests.fibonacci] + words, environment: environment)
      .expect(3, output: "10 passed, 0 failed\n", errors: message)
  }

  /// A runner that says how it was called.
  @Test(.enabled(if: Available.emulator && Available.crossCompiler)) func theRunnerGetsTheCommandLine() throws {
    try Folder.with { folder in
      let runner = try compile(
        """
        #include <stdio.h>
        #include <string.h>
        int main(int count, char **words) {
          for (int i = 1; i < count; i++) printf("%s\\n", words[i]);
          if (strcmp(words[1], "test") == 0) printf("5 passed, 2 failed\\n");
          else if (strcmp(words[3], "show") == 0) printf("show(3) = 2\\n");
          return 0;
        }
        """, in: folder)
      let environment = ["EJIT_AARCH64_RUNNER": runner]
      let externs = Repository.externs
      try ToolProcess("run", externs, "show", "--engine", "aarch64", "--arg", "3", environment: environment)
        .expect(0, output: "run\n\(externs)\nshow\n--arg\n3\n--engine\nnative\nshow(3) = 2\n")
      try ToolProcess("test", "--engine=aarch64", externs, UsageTests.fibonacci, environment: environment)
        .expect(1, output: "15 passed, 2 failed\n")

      let failure = "ejit: error: the AArch64 runner did not run \(externs)\n"
      let other = try ToolProcess("run", externs, "greet", "--engine", "aarch64", environment: environment)
      #expect(other.status == 3 && other.errors == failure)
    }
  }

  /// A static AArch64 program.
  private func compile(_ source: String, in folder: Folder) throws -> String {
    let program = folder.path("program")
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: try #require(Available.path(of: "aarch64-linux-gnu-gcc")))
    compiler.arguments = ["-static", try folder.write(source, to: "program.c"), "-o", program]
    try compiler.run()
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0)
    return program
  }
}
