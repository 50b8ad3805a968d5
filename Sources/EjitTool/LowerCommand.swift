import Ejit
import EjitText

/// `ejit lower`: prints the machine code of a program.
///
/// Addresses of C functions are not known before a program runs: here they are 0.
struct LowerCommand {
  private let options: LowerOptions

  init(_ options: LowerOptions) { self.options = options }

  func run() throws(Failure) -> ExitStatus {
    let source = try Source(path: options.file)
    let lowered = try Lowered(
      source, source.program.instructions, target: options.target, features: options.features)
    if let out = options.out { try Files.write(lowered.code, to: out) }
    Console.print(LowerCommand.listing(lowered))
    return .fine
  }

  /// One line for each machine instruction, or for eight bytes where nobody can tell them apart, and for each
  /// instruction without code: offset, bytes, the instruction where its code begins, the machine instruction.
  private static func listing(_ lowered: Lowered) -> String {
    let disassembly = Disassembler.read(lowered.code, lowered.target.architecture)
    var text = ""
    for index in lowered.source.program.instructions.indices {
      let range = lowered.range(of: index)
      var name = lowered.source.program.listingText(ofInstruction: index)
      var start = range.lowerBound
      repeat {
        let end = disassembly?.end(ofInstructionAt: start, limit: range.upperBound) ?? min(start + 8, range.upperBound)
        let bytes = Numbers.hex(lowered.code[start..<end], separator: " ")
        let machine = bytes.isEmpty ? nil : disassembly?.texts[start]
        text += line(offset: start, bytes, name, machine ?? "")
        name = ""
        start = end
      } while start < range.upperBound
    }
    return text
  }

  private static func line(offset: Int, _ bytes: String, _ name: String, _ machine: String) -> String {
    let digits = String(offset, radix: 16)
    let place = String(repeating: " ", count: max(6 - digits.count, 0)) + digits
    var line = "\(place)  \(padded(bytes, 31))  \(padded(name, 40))  \(machine)"
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.utf8.count, 0))
  }
}

extension Program {
  /// The instruction as a program has it in its lines: labels and functions stand out.
  fileprivate func listingText(ofInstruction index: Int) -> String {
    let text = text(ofInstruction: index)
    if case .label = instructions[index] { return text }
    if case .entry = instructions[index] { return text }
    return "  " + text
  }
}
