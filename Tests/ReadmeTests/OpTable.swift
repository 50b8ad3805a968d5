import EjitText
import TestSupport

@testable import Ejit

/// The ops with what they become on both machines, as the toolchain's disassembler reads it.
enum OpTable {
  static func text() throws -> String {
    let examples = OpExample.all
    let x86_64 = try sequences(of: examples, for: .x86_64)
    let aarch64 = try sequences(of: examples, for: .aarch64)
    let cases = try DocumentedCase.all(in: "Sources/Ejit/IR/Instruction.swift", behind: "public enum Instruction")
    var result = ""
    var section = "", table: Table?
    for (index, op) in cases.enumerated() where index < examples.count {
      if op.section != section || table == nil {
        result += heading(op.section, after: table)
        table = Table("op", "meaning", "x86-64", "AArch64", "at most")
        section = op.section
      }
      let example = examples[index].op
      let bytes = [Target.x86_64, .aarch64].map { "\($0.maximumBytes(for: example))" }.joined(separator: ", ")
      table?.add(["`\(spelling(example))`", op.comment, code(x86_64[index]), code(aarch64[index]), bytes])
    }
    return result + (table?.text ?? "")
  }

  private static func heading(_ section: String, after table: Table?) -> String {
    let title = section.isEmpty ? "" : "**\(section)**\n\n"
    return (table.map { $0.text + "\n" } ?? "") + title
  }

  /// The text form; `[.w]` where there is a 32-bit form.
  private static func spelling(_ op: Instruction) -> String {
    let statement = Statement(op)
    let name = "\(statement.mnemonic.name)"
    return op.text.replacing(name, with: statement.width == nil ? name : name + "[.w]", maxReplacements: 1)
  }

  private static func code(_ lines: [String]) -> String {
    lines.isEmpty ? "" : "`" + lines.joined(separator: "; ") + "`"
  }

  /// What each example's op becomes without optional features but the one that an op needs.
  private static func sequences(of examples: [OpExample], for target: Target) throws -> [[String]] {
    var (bytes, labels): ([[UInt8]], [Int?]) = ([], [])
    for example in examples {
      let features = Statement(example.op).mnemonic.needs(on: target.architecture)
      var assembler = Assembler(target: target, features: features)
      try assembler.append(example.before.span)
      let start = assembler.hotCount
      try assembler.append(contentsOf: CollectionOfOne(example.op))
      let end = assembler.hotCount
      try assembler.append(example.after.span)
      try assembler.finish()
      bytes.append(Array(assembler.copyCode()[start..<end]))
      labels.append(assembler.offset(of: 0).map { $0 - start })
    }
    let listings = try Disassembler.disassemble(bytes, for: target.architecture)
    return examples.indices.map { index in
      examples[index].op.isMachineCode ? (listings[index] ?? []).map { named($0, label: labels[index]) } : []
    }
  }

  /// A branch to the label of the example says `L0`.
  private static func named(_ instruction: DisassembledInstruction, label: Int?) -> String {
    guard let label else { return instruction.text }
    let distance = label - instruction.offset
    let target = distance < 0 ? ".\(distance)" : ".+\(distance)"
    return instruction.text.hasSuffix(target)
      ? instruction.text.dropLast(target.count) + "L0" : instruction.text
  }
}

extension Assembler {
  /// Bytes of code so far without those that come to lie behind it.
  fileprivate var hotCount: Int { count - emission.aside.code.count - emission.tail.bytes.count }
}

extension Instruction {
  /// Whether what it becomes can be read as instructions of any target.
  fileprivate var isMachineCode: Bool {
    if case .raw = self { return false }
    return !isData
  }
}
