import CFuzzMain
import Ejit
import EjitText
import FuzzInput

/// Any text is a program or an error that points into it, and any program is parsed from its text.
///
/// Text begins with an ASCII character. Bytes from 0x80 on are a program, from 0xC0 on with damages to its text.
@c(LLVMFuzzerTestOneInput)
public func fuzzText(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var source = FuzzBytes(bytes, count)
  let sort = source.byte()
  if sort < 0x80 {
    check(text: [UInt8](UnsafeBufferPointer(start: bytes, count: count)))
  } else if sort < 0xC0 {
    check(program: source.readProgram())
  } else {
    let damages = (0...Int(source.byte() & 3)).map { _ in Damage(from: &source) }
    var text = Program(source.readProgram()).utf8
    for damage in damages { damage.apply(to: &text) }
    check(text: text)
  }
  return 0
}

private func check(program: [Instruction]) {
  let text = Program(program).utf8
  guard let parsed = try? Program(parsing: text) else { preconditionFailure("a program's own text is refused") }
  for index in program.indices { precondition(parsed.instructions[index] == program[index]) }
  precondition(parsed.instructions.count == program.count)
  fuzz_count(UInt64(program.count), 1)
}

private func check(text: [UInt8]) {
  let lines = Lines(of: text)
  do throws(ParseError) {
    let program = try Program(parsing: text)
    precondition(program.positions.count == program.instructions.count)
    for index in program.positions.indices { precondition(lines.contain(program.positions[index])) }
    guard let again = try? Program(parsing: program.utf8) else { preconditionFailure("its own text is refused") }
    precondition(again == program, "its own text says something else")
    fuzz_count(UInt64(program.instructions.count), 1)
  } catch {
    precondition(lines.contain(error.position), "the error points outside of the text")
    precondition(!error.message.isEmpty)
    fuzz_count(0, 0)
  }
}

/// The lengths of the lines of a text, in bytes.
private struct Lines {
  private let lengths: [Int]

  init(of text: [UInt8]) {
    lengths = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(\.count)
  }

  /// Whether there is this line, and in it this column, or the line ends right before.
  func contain(_ position: SourcePosition) -> Bool {
    (1...lengths.count).contains(position.line) && (1...lengths[position.line - 1] + 1).contains(position.column)
  }
}

/// Some bytes of a text replaced by others.
private struct Damage {
  let place: Int
  let removed: Int
  let piece: [UInt8]

  private static let pieces: [StaticString] = [
    "[", "]", "{", "}", ",", ";", "\n", "\r\n", "\r", "\0", "\"", "\\", "; run: f(1, \"a\\x00\") == 2", "; run: ",
    "; error: any", "; error: badFrame", "; bytes aarch64: c0 03", "\nfunction f -> f64\n", "\nlabel x = L3\n",
    "\nextern x\n", "x", "L3", "0x", "-", "99999999999999999999", "1e999", ".w", ":", "=>", "==f 0.1", "out 3", "é",
  ]

  init(from source: inout FuzzBytes) {
    place = Int(source.byte()) << 8 | Int(source.byte())
    removed = Int(source.byte() & 7)
    let choice = Int(source.byte())
    if choice < 64 {
      piece = [source.byte()]
    } else {
      piece = Self.pieces[choice % Self.pieces.count].withUTF8Buffer { [UInt8]($0) }
    }
  }

  func apply(to text: inout [UInt8]) {
    let start = place % (text.count + 1)
    text.replaceSubrange(start..<min(text.count, start + removed), with: piece)
  }
}
