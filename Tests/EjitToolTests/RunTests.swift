import Foundation
import Testing

/// `ejit run`: the lines that it prints, byte for byte.
@Suite struct RunTests {
  @Test(arguments: Available.engines)
  func printsTheResultAndTheOutput(_ engine: String) throws {
    try Folder.with { folder in
      let input = try folder.write("abc", to: "input")
      let sha256 = Repository.program("sha256")
      try ToolProcess("run", sha256, "--input", input, "--output", "32", "--engine", engine)
        .expect(
          0,
          output: """
            sha256(input[3], output[32]) = 0
            ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad

            """)
    }
  }

  @Test(arguments: Available.engines)
  func passesNumbersAsWritten(_ engine: String) throws {
    let run = ["run", "--engine=\(engine)"]
    try ToolProcess(run + [Repository.program("fibonacci")] + ["--arg", "20"])
      .expect(0, output: "fib(20) = 6765\n")
    try ToolProcess(run + [Repository.program("fibonacci"), "fibLoop", "--arg=0x5a"])
      .expect(0, output: "fibLoop(0x5a) = 2880067194370816120\n")
    try ToolProcess(run + ["--arg", "-7", Repository.program("roles"), "--arg", "18446744073709551615", "difference"])
      .expect(0, output: "difference(-7, 18446744073709551615) = -6\n")
    try ToolProcess(run + [Repository.program("fibonacci"), "fibLast"]).expect(0, output: "fibLast() = 93\n")
  }

  @Test(arguments: Available.engines)
  func ordersBuffersBeforeNumbers(_ engine: String) throws {
    try Folder.with { folder in
      let program = try folder.write(
        """
        function all
          ld u8, arg4, [arg0]
          add arg4, arg4, arg1
          st u16, arg4, [arg2]
          mov res0, arg3
          ret
        function none
          ret
        """, to: "all.ejit")
      let input = try folder.write("\u{1}xyz", to: "input")
      let words = ["run", program, "--arg", "-1", "--output", "3", "--input", input, "--engine", engine]
      try ToolProcess(words).expect(0, output: "all(input[4], output[3], -1) = -1\n050000\n")
      let empty = try folder.write("", to: "empty")
      let none = try ToolProcess("run", program, "none", "--input", empty, "--output", "0", "--engine", engine)
      #expect(none.status == 0)
      #expect(none.output.hasPrefix("none(input[0], output[0]) = ") && none.output.hasSuffix("\n\n"))
    }
  }

  @Test func anUnnamedFunctionHasNoName() throws {
    try Folder.with { folder in
      let program = try folder.write("  movi res0, -3\n  ret\n", to: "unnamed.ejit")
      for engine in Available.engines {
        try ToolProcess("run", program, "--engine", engine).expect(0, output: "() = -3\n")
      }
    }
  }

  @Test func rolesAliasOnlyWhereTheMachineDoes() throws {
    for engine in Available.engines {
      let behind = engine == "aarch64" || isAArch64 ? 7 : 5
      try ToolProcess("run", Repository.program("roles"), "argumentBehindResult", "--arg", "5", "--engine", engine)
        .expect(0, output: "argumentBehindResult(5) = \(behind)\n")
    }
  }

  @Test(.enabled(if: Available.checksums), arguments: Available.engines.filter { $0 != "interpreter" })
  func digestsTenMegabytes(_ engine: String) throws {
    try Folder.with { folder in
      var dice = Dice(seed: 3)
      let words = (0..<(10 << 20) / 8).map { _ in dice.next() }
      let input = try folder.write(words.withUnsafeBytes { Data($0) } + Data("tail".utf8), to: "input")
      let digest = try sha256sum(input)
      try ToolProcess("run", Repository.program("sha256"), "--input", input, "--output", "32", "--engine", engine)
        .expect(0, output: "sha256(input[10485764], output[32]) = 0\n\(digest)\n")
    }
  }

  /// What coreutils says.
  private func sha256sum(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Available.path(of: "sha256sum")))
    process.arguments = [path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data.prefix(64), as: UTF8.self)
  }

  private var isAArch64: Bool {
    #if arch(arm64)
      true
    #else
      false
    #endif
  }
}

/// SplitMix64: random numbers that are the same each time.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
