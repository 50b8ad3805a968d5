/// A module and the text that it was made of.
public struct Assembly: Sendable {
  /// It need not be one that may be executed.
  public private(set) var module = Module()
  /// For each function the line of its `.fn`, and the line of each instruction by its offset.
  private var lines: [(start: Int, instructions: [Int: Int])] = []

  /// Assembles a text: `.host`, `.const` and `.fn` lines, and the instructions, labels and handlers of functions.
  public init(text: [UInt8]) throws(AssemblyError) {
    var lines: [Line] = []
    for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      lines.append(try Line(line, number: index + 1))
    }
    var assembler = try ModuleAssembler(declarations: lines)
    try assembler.assemble(lines)
    (module, self.lines) = (assembler.module, assembler.lines)
  }

  /// The line, from 1, of the instruction at an offset of a function, or of the function if there is none.
  public func line(function: Int, offset: Int) -> Int {
    guard lines.indices.contains(function) else { return 1 }
    return lines[function].instructions[offset] ?? lines[function].start
  }
}

extension Module {
  /// The module that a text says. It need not be one that may be executed.
  public init(text: [UInt8]) throws(AssemblyError) { self = try Assembly(text: text).module }

  /// The module that a text says. It need not be one that may be executed.
  public init(text: String) throws(AssemblyError) { try self.init(text: Array(text.utf8)) }
}
