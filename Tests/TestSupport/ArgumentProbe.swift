import Ejit

/// Where a value goes before a call: follows it through assembly, from a register or a variable of C on, until the call.
///
/// Of each instruction only where it reads and where it writes counts, so that it does not matter which way a compiler
/// takes. Assembly is that of clang: Intel's on x86-64.
struct ArgumentProbe {
  private let architecture: Target.Architecture
  /// Registers that hold the value, by their widest names.
  private var registers: Set<String>
  /// AArch64: registers that hold the variable's address.
  private var addresses: Set<String> = []
  /// Bytes of the stack, upwards from its pointer, where the value begins.
  private var slots: Set<Int> = []
  /// The number last moved into al.
  private(set) var al: Int?
  /// The name of the variable.
  private static let variable = "probe"

  /// Follows what is in `registers`, and what is loaded from the variable `probe`.
  init(_ architecture: Target.Architecture, registers: Set<String> = []) {
    (self.architecture, self.registers) = (architecture, registers)
  }

  /// Registers and places on the stack that hold the value now.
  var places: (registers: Set<String>, slots: Set<Int>) { (registers, slots) }

  /// Reads the lines up to the first call; false if there is none.
  mutating func follow(_ lines: some Sequence<String>) -> Bool {
    for line in lines {
      let text = code(of: line).split(separator: " ", maxSplits: 1).map(String.init)
      guard let op = text.first, !op.hasSuffix(":"), !op.hasPrefix(".") else { continue }
      if op.hasPrefix("call") || op == "bl" || op == "blr" { return true }
      let operands = text.count > 1 ? ArgumentProbe.operands(text[1]) : []
      switch architecture {
      case .x86_64: followX86_64(op, operands)
      case .aarch64: followAArch64(op, operands)
      }
    }
    return false
  }

  /// Split at the commas outside of brackets.
  private static func operands(_ text: String) -> [String] {
    var result = [""]
    var depth = 0
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == "," && depth == 0 { result.append("") } else { result[result.count - 1].append(character) }
    }
    return result.map { $0.split(separator: " ").joined(separator: " ") }
  }

  /// The line without its comment.
  private func code(of line: String) -> String {
    var line = line.replacing("\t", with: " ")
    for mark in architecture == .x86_64 ? ["#"] : ["//", ";"] {
      if let range = line.firstRange(of: mark) { line = String(line[..<range.lowerBound]) }
    }
    return line
  }

  /// `[rsp + 40]`: 40.
  private static func offset(_ operand: String, _ pointer: String) -> Int? {
    guard let start = operand.firstIndex(of: "["), let end = operand.firstIndex(of: "]") else { return nil }
    let words = operand[operand.index(after: start)..<end].split { " ,+#".contains($0) }.map(String.init)
    guard words.first == pointer, words.count <= 2 else { return nil }
    return words.count == 1 ? 0 : number(words[1])
  }

  private static func number(_ text: String) -> Int? {
    let digits = text.drop { $0 == "#" }
    return digits.hasPrefix("0x") ? Int(digits.dropFirst(2), radix: 16) : Int(digits)
  }

  private mutating func write(_ isProbe: Bool, register: String) {
    if isProbe { registers.insert(register) } else { registers.remove(register) }
    addresses.remove(register)
  }

  private mutating func write(_ isProbe: Bool, slot: Int, bytes: Int) {
    slots = slots.filter { !(slot..<slot + bytes).contains($0) }
    if isProbe { slots.insert(slot) }
  }

  private mutating func moveStack(_ bytes: Int) { slots = Set(slots.map { $0 + bytes }) }

  // MARK: x86-64

  private static let names: [String: String] = {
    var names: [String: String] = [:]
    for (wide, narrow) in [("rax", "a"), ("rbx", "b"), ("rcx", "c"), ("rdx", "d")] {
      for name in ["e\(narrow)x", "\(narrow)x", "\(narrow)l"] { names[name] = wide }
    }
    for (wide, narrow) in [("rsi", "si"), ("rdi", "di"), ("rbp", "bp")] {
      for name in ["e\(narrow)", narrow, "\(narrow)l"] { names[name] = wide }
    }
    for number in 8...15 { for suffix in ["d", "w", "b"] { names["r\(number)\(suffix)"] = "r\(number)" } }
    return names
  }()

  private mutating func followX86_64(_ op: String, _ operands: [String]) {
    guard let first = operands.first else { return }
    let target = ArgumentProbe.names[first] ?? first
    if op == "push" {
      moveStack(8)
      return write(isProbe(first), slot: 0, bytes: 8)
    }
    if target == "rsp", op == "sub" || op == "add", let bytes = operands.last.flatMap(ArgumentProbe.number) {
      return moveStack(op == "sub" ? bytes : -bytes)
    }
    guard op != "cmp" && op != "test" && operands.count > 1 else { return }
    if op == "xchg" {
      let other = ArgumentProbe.names[operands[1]] ?? operands[1]
      let both = (registers.contains(target), registers.contains(other))
      write(both.1, register: target)
      return write(both.0, register: other)
    }
    if target == "rax", let value = ArgumentProbe.number(operands[1]) { al = value }
    if target == "rax", op == "xor" { al = 0 }
    // Of what is combined with itself by XOR nothing is left.
    let isCleared = op.contains("xor") && operands.dropFirst().allSatisfy { $0 == operands[1] } && first == operands[1]
    let isProbe = !isCleared && operands.dropFirst().contains { self.isProbe($0) }
    if first.contains("[") {
      guard let slot = ArgumentProbe.offset(first, "rsp") else { return }
      let sizes = [("byte", 1), ("dword", 4), ("qword", 8), ("xmmword", 16), ("word", 2)]
      write(isProbe, slot: slot, bytes: sizes.first { first.hasPrefix($0.0) }?.1 ?? 8)
    } else {
      write(isProbe, register: target)
    }
  }

  private func isProbe(_ operand: String) -> Bool {
    if operand.contains("[") {
      if let slot = ArgumentProbe.offset(operand, "rsp") { return slots.contains(slot) }
      return operand.contains(ArgumentProbe.variable)
    }
    return registers.contains(ArgumentProbe.names[operand] ?? operand)
  }

  // MARK: AArch64

  private static func wide(_ name: String) -> String {
    guard let kind = name.first, Int(name.dropFirst()) != nil else { return name }
    if kind == "w" { return "x" + name.dropFirst() }
    return "bhsqv".contains(kind) ? "d" + name.dropFirst() : name
  }

  private static func bytes(_ op: String, _ register: String) -> Int {
    if op.hasSuffix("b") { return 1 }
    if op.hasSuffix("h") { return 2 }
    return ["w": 4, "s": 4, "q": 16][register.first] ?? 8
  }

  private mutating func followAArch64(_ op: String, _ operands: [String]) {
    guard let first = operands.first else { return }
    let target = ArgumentProbe.wide(first)
    if op.hasPrefix("st") {
      let place = operands.first { $0.hasPrefix("[") } ?? ""
      guard var slot = ArgumentProbe.offset(place, "sp") else { return }
      if place.hasSuffix("!") {
        moveStack(-slot)
        slot = 0
      }
      for register in operands.prefix(op.hasPrefix("stp") ? 2 : 1) {
        let bytes = ArgumentProbe.bytes(op, register)
        write(registers.contains(ArgumentProbe.wide(register)), slot: slot, bytes: bytes)
        slot += bytes
      }
      return
    }
    if first == "sp" {
      guard operands.count > 2, let bytes = ArgumentProbe.number(operands[2]) else { return }
      return moveStack(op == "sub" ? bytes : -bytes)
    }
    let sources = operands.dropFirst()
    let named = sources.contains { $0.contains(ArgumentProbe.variable) }
    if op == "adrp" || op == "add" {
      write(false, register: target)
      if named { addresses.insert(target) }
      return
    }
    if op.hasPrefix("ld") {
      let base = sources.first { $0.hasPrefix("[") }?.dropFirst().prefix { $0.isLetter || $0.isNumber } ?? ""
      return write(named || addresses.contains(String(base)), register: target)
    }
    write(sources.contains { registers.contains(ArgumentProbe.wide($0)) }, register: target)
  }
}
