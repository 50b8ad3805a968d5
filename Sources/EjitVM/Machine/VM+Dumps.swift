import Ejit
import EjitText

extension VM {
  /// The micro-ops of all functions: for each its number, the offset of its instruction, and its fields.
  public var microOps: String {
    var text = ""
    for (number, code) in interpreter.codes.current.enumerated() {
      text += "\(module.functions[number].name): \(code.micro.frame) slots\n"
      var tableEnd = 0
      for (index, word) in code.micro.words.enumerated() {
        let place = "  \(index) @\(code.micro.offsets[index])"
        // Tables lie among the words.
        guard index >= tableEnd, let op = MicroOp(rawValue: UInt8(truncatingIfNeeded: word.bits)) else {
          text += "\(place) \(Int64(bitPattern: word.bits))\n"
          continue
        }
        if op == .jumpTable { tableEnd = index + 2 + word.b }
        let fields = op == .call || op == .jump || op == .loadInt ? "\(word.wide)" : "\(word.b) \(word.c)"
        text += "\(place) \(op.name.description).\(word.x) \(word.a) \(fields)\n"
      }
    }
    return text
  }

  /// The instructions of the compiled code that there is, where `Options.keepsInstructions` asked for them.
  public var instructions: String {
    var text = ""
    for version in tiers.versions.all {
      text += "\(module.functions[version.specialisation.function].name) version \(version.number):\n"
      for instruction in version.code.program { text += "  " + instruction.text + "\n" }
    }
    return text
  }

  /// The compiled code that there is: bytes in hexadecimal and the table of its exits.
  public var compiledCode: String {
    var text = ""
    for version in tiers.versions.all {
      let block = version.code.block
      text += "\(module.functions[version.specialisation.function].name) version \(version.number):"
      text += " \(block.count) bytes\n"
      let bytes = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: block.address), count: block.count)
      for index in bytes.indices {
        let byte = unsafe bytes[index]
        text += index % 32 == 0 ? (index == 0 ? "  " : "\n  ") : " "
        text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
      text += "\n" + version.code.exits.description
    }
    return text
  }
}
