import Foundation
import Testing

/// Whatever the tool is given, it ends with one of its four statuses; `ToolProcess` checks that no signal ends it.
@Suite struct GarbageTests {
  @Test func anyBytesAreAProgramOrAnError() throws {
    var dice = Dice(seed: 11)
    try Folder.with { folder in
      for index in 0..<200 {
        let count = Int.random(in: 0..<400, using: &dice)
        try folder.write(Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &dice) }), to: "\(index).ejit")
      }
      for engine in Available.engines {
        let process = try ToolProcess("test", folder.path, "--engine", engine)
        #expect(process.status <= 1)
        #expect(process.output.hasSuffix(" failed\n"))
      }
    }
  }

  @Test func mutatedProgramsAreLoweredOrRefused() throws {
    var dice = Dice(seed: 12)
    try Folder.with { folder in
      for name in ["sha256", "wide", "bits", "errors", "quicksort"] {
        let original = try Data(contentsOf: URL(fileURLWithPath: Repository.program(name)))
        for target in ["x86-64", "aarch64"] {
          for _ in 0..<8 {
            let file = try folder.write(mutated(original, &dice), to: "mutated.ejit")
            let process = try ToolProcess("lower", file, "--target", target, environment: ["PATH": folder.path])
            #expect(process.status == 0 || process.status == 2)
            let message = "\(file):[0-9]+:[0-9]+: error: .+\n"
            let complains = process.errors.range(of: message, options: .regularExpression) != nil
            #expect(complains == (process.status == 2), "\(process.errors)")
          }
        }
      }
    }
  }

  @Test func mutatedCommandLinesAreUsageErrors() throws {
    let words = [
      "run", "test", "lower", "--input", "--output", "--arg", "--engine", "--target", "--features", "--out", "--",
      "-", "", "--=", "=", "--arg=", "--child", "0", "-1", "native", "interpreter", "99999999999999999999", "\u{0}x",
      "/dev/null", "ü", Repository.program("fnv"),
    ]
    var dice = Dice(seed: 13)
    try Folder.with { folder in
      for _ in 0..<150 {
        let count = Int.random(in: 1..<6, using: &dice)
        let line = (0..<count).map { _ in words.randomElement(using: &dice)! }.filter { !$0.contains("\0") }
        // Nothing may be written where it would be found.
        if line.contains("--out") || line.contains("--child") { continue }
        let process = try ToolProcess(line, environment: ["PATH": folder.path])
        #expect((0...3).contains(process.status), "\(line)")
      }
    }
  }

  @Test func longLinesAndLongProgramsAreNoProblem() throws {
    func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    try Folder.with { folder in
      let word = try folder.write(many("x", 1 << 20), to: "word.ejit")
      #expect(try ToolProcess("run", word).status == 2)
      let text = try folder.write("; run: f(\"\(many("a", 1 << 20))\") == 0\n", to: "text.ejit")
      #expect(try ToolProcess("run", text).status == 2)
      let program = try folder.write("function f\n\(many("  nop\n", 100_000))  ret\n", to: "program.ejit")
      for engine in Available.engines {
        #expect(try ToolProcess("run", program, "--engine", engine).status == 0)
      }
    }
  }

  /// Some bytes replaced, removed, repeated.
  private func mutated(_ data: Data, _ dice: inout Dice) -> Data {
    var bytes = [UInt8](data)
    for _ in 0..<Int.random(in: 1..<4, using: &dice) {
      let place = Int.random(in: 0..<bytes.count, using: &dice)
      switch Int.random(in: 0..<4, using: &dice) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
      case 1: bytes.removeSubrange(place..<min(place + 9, bytes.count))
      case 2: bytes.insert(contentsOf: bytes[place..<min(place + 30, bytes.count)], at: place)
      default: bytes[place] = UInt8.random(in: 0x30...0x39, using: &dice)
      }
    }
    return Data(bytes)
  }
}
