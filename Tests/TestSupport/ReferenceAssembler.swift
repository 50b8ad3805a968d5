import Ejit

/// What clang's assembler makes of a listing: the bytes that tests expect come from here.
public enum ReferenceAssembler {
  /// The bytes of each listing, one instruction a line (Intel syntax on x86-64); `.+N` is N bytes from the start of
  /// its own instruction.
  public static func assemble(
    _ listings: [[String]], for architecture: Target.Architecture
  ) throws(ToolError) -> [[UInt8]] {
    var source = architecture == .x86_64 ? ".intel_syntax noprefix\n" : ".arch armv8.9-a\n"
    source += ".text\n"
    for (index, listing) in listings.enumerated() {
      source += ".Lbegin\(index):\n"
      for (number, line) in listing.enumerated() { source += placed(line, ".L\(index)_\(number)") + "\n" }
    }
    source += ".Lbegin\(listings.count):\n.section .bounds,\"\",@progbits\n"
    for index in 1..<listings.count + 1 { source += ".long .Lbegin\(index) - .Lbegin0\n" }
    return try split(assemble(source, for: architecture))
  }

  /// Not every syntax knows the dot: a relative target is written from a label of its own.
  private static func placed(_ line: String, _ label: String) -> String {
    let words = line.split(separator: " ").map { word in
      word.hasPrefix(".+") || word.hasPrefix(".-") ? label + word.dropFirst() : String(word)
    }
    return label + ": " + words.joined(separator: " ")
  }

  private static func assemble(
    _ source: String, for architecture: Target.Architecture
  ) throws(ToolError) -> (text: [UInt8], bounds: [UInt8]) {
    let text = try ScratchFile([UInt8](source.utf8))
    let object = try ScratchFile()
    let code = try ScratchFile()
    let bounds = try ScratchFile()
    let triple = architecture == .x86_64 ? "x86_64-linux-gnu" : "aarch64-linux-gnu"
    try Tool.clang.run([
      "--target=" + triple, "-c", "-x", "assembler", text.path, "-o", object.path,
    ])
    try Tool.objcopy.run(["-O", "binary", "--only-section=.text", object.path, code.path])
    // Only what is loaded goes into a binary file.
    try Tool.objcopy.run([
      "-O", "binary", "--set-section-flags=.bounds=alloc", "--only-section=.bounds", object.path, bounds.path,
    ])
    return (try code.read(), try bounds.read())
  }

  private static func split(_ result: (text: [UInt8], bounds: [UInt8])) -> [[UInt8]] {
    var start = 0
    return stride(from: 0, to: result.bounds.count, by: 4).map { offset in
      let end = (0..<4).reduce(0) { $0 | Int(result.bounds[offset + $1]) << (8 * $1) }
      defer { start = end }
      return [UInt8](result.text[start..<end])
    }
  }
}
