import Ejit

/// One machine instruction as the toolchain's disassembler reads it.
public struct DisassembledInstruction: Equatable, Sendable {
  /// In bytes from the start of its sequence.
  public let offset: Int
  /// Single blanks; targets of branches as `.+N` from the instruction, which an assembler understands.
  public let text: String
}

/// What llvm-objdump reads in sequences of bytes: thousands of them in one process.
///
/// Behind each sequence follow as many one-byte (x86-64) or four-byte no-operations as the longest instruction has
/// bytes, so that a wrong length in one sequence cannot shift the next, and shows: no instruction then begins where
/// the sequence ends.
public enum Disassembler {
  /// Each sequence as instructions; nil where no instruction begins at its end.
  public static func disassemble(
    _ sequences: [[UInt8]], for architecture: Target.Architecture
  ) throws(ToolError) -> [[DisassembledInstruction]?] {
    var bytes: [UInt8] = []
    var starts: [Int] = []
    for sequence in sequences {
      starts.append(bytes.count)
      bytes += sequence
      bytes += separator(architecture)
    }
    starts.append(bytes.count)
    let raw = try ScratchFile(bytes)
    let object = try ScratchFile()
    try Tool.objcopy.run([
      "-I", "binary", "-O", architecture == .x86_64 ? "elf64-x86-64" : "elf64-littleaarch64",
      "--rename-section", ".data=.text,code", raw.path, object.path,
    ])
    let syntax = architecture == .x86_64 ? ["-M", "intel"] : ["--mattr=+v8.9a"]
    let listing = try Tool.objdump.run(
      ["-d", "-z", "--no-show-raw-insn", "--print-imm-hex"] + syntax + [object.path])
    return split(ObjdumpListing(listing), starts: starts, lengths: sequences.map(\.count))
  }

  private static func separator(_ architecture: Target.Architecture) -> [UInt8] {
    switch architecture {
    case .x86_64: [UInt8](repeating: 0x90, count: 15)  // nop
    case .aarch64: [0x1F, 0x20, 0x03, 0xD5]  // nop
    }
  }

  private static func split(
    _ listing: ObjdumpListing, starts: [Int], lengths: [Int]
  ) -> [[DisassembledInstruction]?] {
    let lines = listing.makeIterator()
    var line = lines.next()
    var result: [[DisassembledInstruction]?] = []
    for (index, length) in lengths.enumerated() {
      let (start, end) = (starts[index], starts[index] + length)
      var instructions: [DisassembledInstruction] = []
      while let current = line, current.address < end {
        instructions.append(.init(offset: current.address - start, text: current.text))
        line = lines.next()
      }
      result.append(line?.address == end ? instructions : nil)
      while let current = line, current.address < starts[index + 1] {
        _ = current
        line = lines.next()
      }
    }
    return result
  }
}

/// The lines of llvm-objdump that show an instruction: `ADDRESS:\tMNEMONIC\tOPERANDS [<SYMBOL>]`.
struct ObjdumpListing: Sequence {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// LOCK in front of an instruction, which may be a line of its own, is part of that instruction.
  func makeIterator() -> AnyIterator<(address: Int, text: String)> {
    let lines = lines()
    return AnyIterator {
      guard let line = lines.next() else { return nil }
      guard line.text == "lock", let next = lines.next() else { return line }
      return (line.address, "lock " + next.text)
    }
  }

  private func lines() -> AnyIterator<(address: Int, text: String)> {
    var position = 0
    return AnyIterator {
      while position < bytes.count {
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        defer { position = end + 1 }
        if let line = ObjdumpListing.parse(bytes[position..<end]) { return line }
      }
      return nil
    }
  }

  private static func parse(_ line: ArraySlice<UInt8>) -> (address: Int, text: String)? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon + 1 < line.endIndex else { return nil }
    var address = 0
    for byte in line[..<colon] where byte != UInt8(ascii: " ") {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
      address = address << 4 | digit
    }
    let words = line[(colon + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    return (address, text(of: words.map { String(decoding: $0, as: UTF8.self) }, at: address))
  }

  /// Comments go; `0x1234 <symbol+0x12>`, a target, becomes relative.
  private static func text(of words: [String], at address: Int) -> String {
    var result: [String] = []
    for word in words {
      if word.hasPrefix("//") || word == "#" { break }
      if word.hasPrefix("<"), let target = result.last, let number = Int(target.dropFirst(2), radix: 16) {
        let distance = number - address
        result[result.count - 1] = distance < 0 ? ".\(distance)" : ".+\(distance)"
      } else {
        result.append(word)
      }
    }
    return result.joined(separator: " ")
  }
}
