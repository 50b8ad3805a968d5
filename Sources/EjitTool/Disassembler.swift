import Ejit

/// What llvm-objdump reads in machine code.
struct Disassembler {
  /// The machine instructions by their offsets.
  let texts: [Int: String]
  /// Offsets, upwards.
  private let starts: [Int]

  private init(_ lines: [(offset: Int, text: String)]) {
    texts = Dictionary(lines.map { ($0.offset, $0.text) }, uniquingKeysWith: { first, _ in first })
    starts = texts.keys.sorted()
  }

  /// Where the machine instruction at `offset` ends, but not beyond `limit`.
  func end(ofInstructionAt offset: Int, limit: Int) -> Int {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return low < starts.count ? min(starts[low], limit) : limit
  }

  /// The machine instructions of `code`; nil without llvm-objdump.
  static func read(_ code: [UInt8], _ architecture: Target.Architecture) -> Disassembler? {
    guard Files.executable("llvm-objdump") != nil, let path = try? Files.temporary() else { return nil }
    defer { Files.remove(path) }
    guard (try? Files.write(ObjectFile.bytes(code, architecture), to: path)) != nil else { return nil }
    var command = ["llvm-objdump", "-d", "-z", "--no-show-raw-insn"]
    if architecture == .x86_64 { command.append("--x86-asm-syntax=intel") }
    guard let process = Subprocess(command + [path]), process.ending == .exited(0) else { return nil }
    return Disassembler(process.output.split(separator: UInt8(ascii: "\n")).compactMap(parse))
  }

  /// `   1c:      \tmov\trax, rdi`
  private static func parse(_ line: ArraySlice<UInt8>) -> (offset: Int, text: String)? {
    let blanks = line.prefix { $0 == UInt8(ascii: " ") }
    guard !blanks.isEmpty, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    guard let offset = Int(String(decoding: line[blanks.endIndex..<colon], as: UTF8.self), radix: 16) else {
      return nil
    }
    let words = String(decoding: line[(colon + 1)...], as: UTF8.self)
      .split(whereSeparator: { $0 == " " || $0 == "\t" })
    // What stands in angle brackets at the end names a place by its distance from the start of the section.
    let named = words.last.map { $0.hasPrefix("<") && $0.hasSuffix(">") } ?? false
    return (offset, words.dropLast(named && words.count > 1 ? 1 : 0).joined(separator: " "))
  }
}
