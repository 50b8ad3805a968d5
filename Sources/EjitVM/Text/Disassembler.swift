extension Module {
  /// The text form, which says all of the module: assembling it gives it back. Throws where it may not be executed.
  public var text: String {
    get throws(VerifyError) { try verify().text }
  }
}

extension VerifiedModule {
  /// The text form, which says all of the module: assembling it gives it back.
  public var text: String {
    var text = ""
    if !isInOrderOfUse {
      for constant in module.constants { text += ".const \(module.literal(of: constant))\n" }
    }
    for host in module.hosts { text += ".host \(host.name) args=\(host.arguments)\n" }
    for function in module.functions {
      if !text.isEmpty { text += "\n" }
      text += body(of: function)
    }
    return text
  }

  /// Whether the constants are as assembling the functions numbers them.
  private var isInOrderOfUse: Bool {
    var count = 0
    for function in module.functions {
      for (_, instruction) in Disassembly(function).instructions where instruction.opcode == .const {
        if instruction.operand > count { return false }
        count = max(count, instruction.operand + 1)
      }
    }
    return count == module.constants.count
  }

  private func body(of function: Module.Function) -> String {
    var text = ".fn \(function.name) args=\(function.arguments) locals=\(function.locals)\n"
    let disassembly = Disassembly(function)
    for handler in function.handlers {
      let places = [handler.from, handler.to, handler.target].map { disassembly.label($0) }
      text += "  handler \(places.joined(separator: " "))\n"
    }
    for (offset, instruction) in disassembly.instructions {
      if disassembly.labels[offset] != nil { text += "\(disassembly.label(offset)):\n" }
      text += "  \(disassembly.text(of: instruction, in: module))\n"
    }
    let end = function.code.count
    if disassembly.labels[end] != nil { text += "\(disassembly.label(end)):\n" }
    return text
  }
}

/// The instructions of a function and names for the places that they go to.
struct Disassembly {
  private(set) var instructions: [(offset: Int, instruction: DecodedInstruction)] = []
  /// The number of the label at an offset.
  private(set) var labels: [Int: Int] = [:]

  /// The function is verified; of one that is not, the instructions before the first that cannot be decoded.
  init(_ function: Module.Function) {
    var places: Set<Int> = []
    for handler in function.handlers { places.formUnion([handler.from, handler.to, handler.target]) }
    var offset = 0
    while offset < function.code.count, let next = try? DecodedInstruction(function.code, at: offset) {
      instructions.append((offset, next))
      places.formUnion(next.jumps)
      offset = next.end
    }
    for (number, place) in places.sorted().enumerated() { labels[place] = number + 1 }
  }

  func label(_ offset: Int) -> String { "L\(labels[offset] ?? 0)" }

  /// The instruction as it is written.
  func text(of instruction: DecodedInstruction, in module: Module) -> String {
    let mnemonic = instruction.opcode.mnemonic
    let operand = instruction.operand
    switch instruction.opcode.operand {
    case .none: return instruction.opcode.literal ?? mnemonic
    case .integer, .local, .count: return "\(mnemonic) \(operand)"
    case .constant: return "\(mnemonic) \(module.literal(of: module.constants[operand]))"
    case .target: return "\(mnemonic) \(label(operand))"
    case .targets:
      let labels = instruction.targets.dropLast().map { label($0) + " " }.joined()
      return "\(mnemonic) \(labels)default \(label(instruction.targets.last ?? 0))"
    case .function: return "\(mnemonic) \(module.functions[operand].name)"
    case .host: return "\(mnemonic) \(module.hosts[operand].name)"
    case .kind: return "\(mnemonic) \(ArrayKind(rawValue: UInt8(operand))?.name ?? "")"
    }
  }
}

extension Opcode {
  /// The instructions that are a constant by themselves.
  fileprivate var literal: String? {
    switch self {
    case .true: "const true"
    case .false: "const false"
    default: nil
    }
  }
}

extension Module {
  func literal(of constant: Constant) -> String {
    switch constant {
    case .float(let bits): Module.text(ofFloat: bits)
    case .string(let bytes): Module.quoted(bytes)
    case .function(let number): "@\(functions[Int(number)].name)"
    }
  }

  /// `1.5`, `-inf`, `nan`; other NaNs by their bits.
  private static func text(ofFloat bits: UInt64) -> String {
    let value = Double(bitPattern: bits)
    if !value.isNaN { return value.description }
    return bits == 0x7FF8_0000_0000_0000 ? "nan" : "nan:0x" + String(bits, radix: 16)
  }

  /// A string in quotes; what is not printable ASCII is escaped.
  public static func quoted(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = [UInt8(ascii: "\"")]
    for byte in bytes {
      switch byte {
      case 0x0A: text += Array("\\n".utf8)
      case 0x09: text += Array("\\t".utf8)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0x20...0x7E: text.append(byte)
      default: text += Array((byte < 16 ? "\\x0" : "\\x").utf8) + Array(String(byte, radix: 16).utf8)
      }
    }
    return String(decoding: text + [UInt8(ascii: "\"")], as: UTF8.self)
  }
}
