import Ejit
import EjitText
import Testing

/// Any bytes are a program or an error that points into them.
@Suite struct ArbitraryTextTests {
  private func parse(_ text: [UInt8]) -> Bool {
    do {
      let program = try Program(parsing: text)
      // Whatever was understood can be written down.
      return try Program(parsing: program.utf8) == program
    } catch {
      let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      return (1...lines.count).contains(error.line) && (1...lines[error.line - 1].count + 1).contains(error.column)
    }
  }

  @Test func ofRandomBytes() {
    var random = SplitMix64(5)
    var failures: [[UInt8]] = []
    for _ in 0..<5000 {
      let text = (0..<random.below(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if !parse(text) { failures.append(text) }
    }
    #expect(failures == [])
  }

  @Test func ofDamagedPrograms() {
    var operands = RandomOperands(random: SplitMix64(6))
    let pieces: [[UInt8]] = [
      "[", "]", "{", "}", ",", ";", "\n", "\r\n", "\r", "\0", "\"", "\\", "; run: f(", "; error: any",
      "; bytes aarch64: ",
      "function f -> f64\n", "label x = L3\n", "extern x\n", "x", "L3", "0x", "-", "99999999999999999999",
      "1e999999999",
      ".w", ":", "=>", "==f", "out 3", "r?", "é",
    ].map { Array($0.utf8) }
    var failures: [String] = []
    for _ in 0..<3000 {
      var text = Program(operands.program(count: 6)).utf8 + Array(DirectiveTests.rows[operands.random.below(15)].0.utf8)
      for _ in 0...operands.random.below(4) {
        let start = operands.random.below(text.count)
        let end = min(text.count, start + operands.random.below(3))
        text.replaceSubrange(start..<end, with: operands.random.pick(pieces))
      }
      if !parse(text) { failures.append(String(decoding: text, as: UTF8.self)) }
    }
    #expect(failures == [])
  }

  /// Long and deep, in time that grows with the length only.
  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      "[", "jm [", "x:\n", "\n", "\r", ";", "; error: any", "nop ; error: any\n", "9", "-", "a", ",", "{", "\\", "(",
      "L1:\n",
      "function f\n", "extern x\n", "; run: () == 1\n", "; run: (\"\") == 1 ", "enter 0, saving {", "\u{0}", "é",
      "j x\n",
    ]) func ofGreatLength(_ piece: String)
  {
    #expect(parse(Array(repeatElement(piece, count: 10_000).joined().utf8)))
  }

  /// A start that stays open, then very many of one piece.
  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      ("movi r0, ", "9"), ("movi r0, 0x", "f"), ("j ", "x"), ("enter 0, saving {r1", ", r1"), ("; run: (\"", "x"),
      ("; run: (1", ", 1"), ("; run: () ==f 0.", "0"), ("; run: () ==f 1e", "9"), ("; run: () ==f ", "123456789"),
      ("ret\n; bytes x86-64:", " 90"), ("ret ; error: any", " ; error: any"), ("jm [r0", " "), ("ret ", "; "),
    ]) func ofGreatOperands(_ start: String, _ piece: String)
  {
    #expect(parse(Array((start + repeatElement(piece, count: 100_000).joined()).utf8)))
  }

  @Test func ofDeepNesting() {
    for opening in "[({\";" {
      let text: [UInt8] = Array("jm ".utf8) + [UInt8](repeating: opening.asciiValue ?? 0, count: 1_000_000)
      #expect(throws: ParseError.self) { try Program(parsing: text) }
    }
  }

  @Test func ofManyNames() throws {
    let text = (0..<20_000).map { "name\($0):\nj name\($0 / 2)\n" }.joined()
    let program = try Program(parsing: text)
    #expect(program.labels.count == 20_000)
    #expect(try Program(parsing: program.text) == program)
  }
}
