import Ejit
import EjitText

/// One op in a listing: what stands before and behind it that it could not be without.
public struct ListedInstruction {
  let before: [Instruction]
  /// What must stand right in front of the op, and is listed with it.
  let lead: [Instruction]
  /// The op whose code is listed.
  public let instruction: Instruction
  /// What must stand right behind the op, and is listed with it.
  let trail: [Instruction]
  let after: [Instruction]

  init(
    _ before: [Instruction], lead: [Instruction] = [], _ instruction: Instruction, trail: [Instruction] = [],
    _ after: [Instruction]
  ) {
    (self.before, self.lead, self.instruction, self.trail, self.after) = (before, lead, instruction, trail, after)
  }

  /// What is listed.
  private var listed: [Instruction] { lead + [instruction] + trail }

  /// The code of what is listed alone.
  public func code(by assembler: inout Assembler) throws(EjitError) -> [UInt8] {
    let program = before + [.mark(1)] + listed + [.mark(2)] + after
    try assembler.assemble(program.span)
    let (start, end) = (assembler.marks.offset(of: 1)!, assembler.marks.offset(of: 2)!)
    return assembler.withCode { code in code.withUnsafeBufferPointer { [UInt8]($0[start..<end]) } }
  }

  /// How many bytes the program has more by what is listed, those behind the code with it.
  public func growth(by assembler: inout Assembler) throws(EjitError) -> Int {
    try assembler.assemble((before + after).span)
    let rest = assembler.count
    try assembler.assemble((before + listed + after).span)
    return assembler.count - rest
  }

  /// The most bytes that the code may have.
  public func maximumBytes(for target: Target) -> Int { listed.reduce(0) { $0 + target.maximumBytes(for: $1) } }

  /// Whether the bytes are no instructions.
  public var isData: Bool { instruction.isData }

  /// The op as the listing names it: with the flags it asks for, and with the others of its run.
  public var text: String {
    let isConsumer = Statement(instruction).mnemonic.family == .consumer
    let producer = isConsumer ? before.last.map { "\(Statement($0).mnemonic.text); " } ?? "" : ""
    return producer + listed.map(\.text).joined(separator: "; ")
  }
}

extension Instruction {
  /// Whether this lays down bytes that are no instructions.
  public var isData: Bool {
    switch self {
    case .data, .dataAddress, .zeros: true
    default: false
    }
  }
}
