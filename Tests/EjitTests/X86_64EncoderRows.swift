import TestSupport
import Testing

@testable import Ejit

/// Texts of the manual's syntax, and what our encoder makes of the same instruction.
struct X86_64EncoderRows {
  private var texts: [[String]] = []
  private var bytes: [[UInt8]] = []

  mutating func add(_ text: String, _ encode: (inout CodeBuffer) -> Void) {
    var buffer = CodeBuffer(capacity: 64)
    encode(&buffer)
    texts.append([text])
    bytes.append(buffer.withBytes { bytes in bytes.withUnsafeBufferPointer { [UInt8]($0) } })
  }

  /// The assembler's bytes. Where it knows a shorter encoding for rax or a count of 1, which the encoder does without,
  /// the disassembler must read both as the same instruction.
  func check(atLeast count: Int = 1000) throws {
    guard hasTools(.clang, .objcopy, .objdump) else { return }
    let expected = try ReferenceAssembler.assemble(texts, for: .x86_64)
    let different = bytes.indices.filter { bytes[$0] != expected[$0] }
    let ours = try Disassembler.disassemble(different.map { bytes[$0] }, for: .x86_64)
    let theirs = try Disassembler.disassemble(different.map { expected[$0] }, for: .x86_64)
    for (place, row) in different.enumerated() {
      let text = texts[row][0]
      let (read, wanted) = (ours[place]?.first?.text, theirs[place]?.first?.text)
      let isSame = read != nil && (read == wanted || read == wanted.map { $0 + ", 0x1" })
      let mayDiffer = text.contains(" rax,") || text.contains(" eax,") || text.hasSuffix(", 1")
      if isSame && mayDiffer { continue }
      Issue.record("\(text): \(hexBytes(bytes[row])), not \(hexBytes(expected[row]))")
    }
    #expect(bytes.count > count)
    print("x86-64 encoder: \(bytes.count) rows, \(different.count) of them encoded in another way")
  }
}
