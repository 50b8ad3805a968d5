import Ejit

/// What clang makes of C.
public enum ReferenceCompiler {
  /// The assembly of a source: on x86-64 in Intel's syntax.
  public static func assembly(
    of source: String, _ triple: String, _ architecture: Target.Architecture
  ) throws(ToolError) -> String {
    let file = try ScratchFile([UInt8](source.utf8))
    let syntax = architecture == .x86_64 ? ["-masm=intel"] : []
    let output = try Tool.clang.run(
      ["--target=" + triple, "-O1", "-S", "-fno-pic", "-fomit-frame-pointer", "-w", "-x", "c"] + syntax + [
        file.path, "-o", "-",
      ])
    return String(decoding: output, as: UTF8.self)
  }

  /// The instructions of each source, which defines one function `f`, as the toolchain's disassembler reads them.
  public static func compile(
    _ sources: [String], _ options: [String], for architecture: Target.Architecture
  ) throws(ToolError) -> [[String]] {
    let triple = architecture == .x86_64 ? "x86_64-linux-gnu" : "aarch64-linux-gnu"
    var text = ""
    for (index, source) in sources.enumerated() {
      text += source.replacing(" f(", with: " f\(index)(", maxReplacements: 1) + "\n"
    }
    let file = try ScratchFile([UInt8](text.utf8))
    let object = try ScratchFile()
    try Tool.clang.run(
      ["--target=" + triple, "-c", "-O2", "-ffreestanding"] + options + ["-x", "c", file.path, "-o", object.path])
    let syntax = architecture == .x86_64 ? ["-M", "intel"] : ["--mattr=+v8.9a"]
    let listing = try Tool.objdump.run(["-d", "--no-show-raw-insn"] + syntax + [object.path])
    var functions = [[UInt8]](repeating: [], count: sources.count)
    var current = 0
    for line in listing.split(separator: UInt8(ascii: "\n")) {
      // `0000000000000000 <f12>:` begins a function.
      if line.last == UInt8(ascii: ":"), let name = line.firstIndex(of: UInt8(ascii: "<")) {
        current = Int(String(decoding: line[(name + 2)...].dropLast(2), as: UTF8.self)) ?? 0
      } else {
        functions[current] += line + [UInt8(ascii: "\n")]
      }
    }
    return functions.map { ObjdumpListing($0).map(\.text) }
  }
}
