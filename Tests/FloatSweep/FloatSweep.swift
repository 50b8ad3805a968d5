import Ejit
import EjitImage
import EjitInterpreter
import FloatInputs

/// Ops on numbers, executed in bulk on random operands and compared with their definitions.
public struct FloatSweep {
  /// What came of one op.
  public struct Row: Sendable {
    /// The op, `.w` behind it for 32 bits.
    public let name: String
    /// Executions that were compared; those without a defined result are not.
    public var compared = 0
    /// How many of them left something else.
    public var mismatches = 0
    /// The first mismatch.
    public var example: String?
  }

  /// Executions between two compilations.
  private static let chunk = 1 << 16

  private let target: Target
  private let features: Features

  /// A sweep on a machine that can execute here: this one, or AArch64 under qemu.
  public init(target: Target, features: Features) { (self.target, self.features) = (target, features) }

  /// Executes every op that the machine has `count` times, its conditions, roundings and types taking turns.
  public func run(count: Int, _ report: (Row) -> Void) throws {
    for (index, group) in FloatGroup.all.enumerated() {
      if target.architecture == .x86_64, !group.needs.isSubset(of: features) { continue }
      var row = Row(name: group.name)
      var random = RandomNumbers(seed: UInt64(index) &* 0x1234_5678_9ABC_DEF1)
      var (done, turn) = (0, 0)
      let chunk = min(FloatSweep.chunk, max(1, count / group.forms.count))
      while done < count {
        let executions = min(chunk, count - done)
        try execute(group.forms[turn % group.forms.count], executions, &random, &row)
        (done, turn) = (done + executions, turn + 1)
      }
      report(row)
    }
  }

  private func execute(_ form: FloatForm, _ count: Int, _ random: inout RandomNumbers, _ row: inout Row) throws {
    var operands = [UInt64](repeating: 0, count: 3 * count)
    for index in 0..<count {
      (operands[3 * index], operands[3 * index + 1], operands[3 * index + 2]) = form.operands(&random)
    }
    var assembler = Assembler(target: target, features: features)
    try assembler.assemble(form.program.span)
    let isNative = target.architecture == Target.host.architecture
    let results =
      isNative ? try executeHere(assembler, operands, count) : try executeInImage(assembler, operands, count)
    for index in 0..<count {
      let (a, b, c) = (operands[3 * index], operands[3 * index + 1], operands[3 * index + 2])
      guard let expected = form.expected(a, b, c) else { continue }
      row.compared += 1
      if form.result.allows(results[index], expected) { continue }
      row.mismatches += 1
      if row.example == nil {
        let words = [a, b, c, results[index], expected].map { "0x" + String($0, radix: 16) }
        row.example = "\(form.body[0]) of \(words[0]), \(words[1]), \(words[2]): \(words[3]), not \(words[4])"
      }
    }
  }

  private func executeHere(
    _ assembler: borrowing Assembler, _ operands: [UInt64], _ count: Int
  ) throws -> [UInt64] {
    let code = try Executable(assembler)
    var results = [UInt64](repeating: 0, count: count)
    typealias Loop = @convention(c) (UnsafePointer<UInt64>, UnsafeMutablePointer<UInt64>, Int) -> Void
    unsafe code.withEntry(as: Loop.self) { $0(operands, &results, count) }
    return results
  }

  private func executeInImage(
    _ assembler: borrowing Assembler, _ operands: [UInt64], _ count: Int
  ) throws -> [UInt64] {
    var image = AArch64Image()
    let code = try assembler.withCode { code throws(ImageError) in
      try image.addCode(code, alignment: assembler.alignment) { unsafe assembler.relocate($0, to: $1) }
    }
    let input = try image.addInput(operands.withUnsafeBytes { [UInt8]($0) })
    let output = try image.addOutput(count: 8 * count)
    let call = try image.addCall(code, [input.address, output.address, UInt64(count)])
    let results = try image.run()
    guard results[call].ending == .returned else { return [UInt64](repeating: 0xDEAD_DEAD_DEAD_DEAD, count: count) }
    return results.bytes(of: output).withUnsafeBytes { bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
    }
  }
}
