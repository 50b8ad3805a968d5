import Ejit
import EjitText

/// What two executions of a program left in its block, side by side.
struct Difference {
  let program: GeneratedProgram
  let seed: UInt64
  let expected: UnsafeRawBufferPointer
  let found: UnsafeRawBufferPointer

  init(_ program: GeneratedProgram, seed: UInt64, expected: UnsafeRawBufferPointer, found: UnsafeRawBufferPointer) {
    (self.program, self.seed, self.expected, self.found) = (program, seed, expected, found)
  }

  var exists: Bool { !expected.elementsEqual(found) }

  /// The program, what its registers held at the start, and what differs, for people.
  func text(_ machine: String, ending: String) -> String {
    var lines = ["", "different on \(machine) \(ending)", EjitText.Program(program.instructions).text]
    let start = UnsafeMutableRawBufferPointer.allocate(byteCount: Block.count, alignment: 16)
    defer { start.deallocate() }
    Block.fill(start, seed: seed)
    for number in program.registers {
      let offset = Block.registers + 8 * number
      lines.append("r\(number) was \(word(UnsafeRawBufferPointer(start), offset)) \(change(offset))")
    }
    for number in 0..<32 {
      let offset = Block.vectors + 8 * number
      let was = word(UnsafeRawBufferPointer(start), offset)
      if !change(offset).isEmpty { lines.append("v\(number) was \(was) \(change(offset))") }
    }
    for offset in stride(from: 0, to: Block.registers, by: 8) where !change(offset).isEmpty {
      lines.append("[\(hex(program.block.address(offset)))] \(change(offset))")
    }
    return lines.joined(separator: "\n")
  }

  private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> String {
    hex(bytes.load(fromByteOffset: offset, as: UInt64.self))
  }

  private func change(_ offset: Int) -> String {
    let (wanted, got) = (word(expected, offset), word(found, offset))
    return wanted == got ? "" : "is \(got), not \(wanted)"
  }
}
