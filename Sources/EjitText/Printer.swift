import Ejit

extension Program {
  /// The program in the text form. Parsed again, it is equal to this one.
  public var text: String { String(decoding: utf8, as: UTF8.self) }

  /// The bytes of the program in the text form.
  public var utf8: [UInt8] {
    var printer = Printer(self)
    printer.printProgram()
    return printer.bytes
  }

  /// One instruction as the text form writes it, without directives and end of line.
  public func text(ofInstruction index: Int) -> String {
    guard instructions.indices.contains(index) else { return "" }
    var printer = Printer(self)
    printer.printInstruction(index)
    return String(decoding: printer.bytes, as: UTF8.self)
  }
}

extension Instruction {
  /// The instruction as the text form writes it, labels by number.
  public var text: String { Program([self]).text(ofInstruction: 0) }
}

/// Writes a program.
struct Printer {
  let program: Program
  var bytes: [UInt8] = []

  init(_ program: Program) { self.program = program }

  mutating func print(_ name: Name) { bytes.append(contentsOf: name.bytes) }
  mutating func write(_ text: StaticString) { bytes.append(contentsOf: text.bytes) }
  mutating func print(_ value: some BinaryInteger) { bytes.append(contentsOf: "\(value)".utf8) }
  mutating func printHex(_ value: UInt64) { bytes.append(contentsOf: "0x\(String(value, radix: 16))".utf8) }
  mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

  mutating func printProgram() {
    printDeclarations()
    var directives = program.directives[...]
    var functions = program.functions[...]
    for index in program.instructions.indices {
      printDirectives(&directives, before: index)
      printLine(index, &functions)
      printDirectives(&directives, onLineOf: index)
      endLine()
    }
    printDirectives(&directives, before: .max)
  }

  /// What stands before the instructions: the C functions, and the labels that a parser would number otherwise.
  private mutating func printDeclarations() {
    for name in program.externs {
      write("extern ")
      print(name)
      endLine()
    }
    guard !program.labelsFollowOrder else { return }
    for named in program.labels {
      write("label ")
      print(named.name)
      write(" = L")
      print(named.label.number)
      endLine()
    }
  }

  /// A label or function at the margin, anything else indented.
  private mutating func printLine(_ index: Int, _ functions: inout ArraySlice<Program.Function>) {
    while let function = functions.first, function.start < index || function.label == nil { functions.removeFirst() }
    guard case .entry = program.instructions[index] else {
      if case .label = program.instructions[index] {} else { write("  ") }
      return printInstruction(index)
    }
    if index > 0 { endLine() }
    printInstruction(index)
    guard let function = functions.first, function.start == index, function.result != .integer else { return }
    write(" -> ")
    write(function.result.name)
  }

  /// The instruction, at wherever the line has come to.
  mutating func printInstruction(_ index: Int) {
    if case .label(let label) = program.instructions[index] {
      print(program.name(of: label))
      return write(":")
    }
    if case .entry(let label) = program.instructions[index] {
      write("function ")
      return print(program.name(of: label))
    }
    let statement = Statement(program.instructions[index])
    print(statement.mnemonic.name)
    if statement.width == .w32 { write(".w") }
    var separator: StaticString = " "
    for operand in statement.operands where operand != .registers([]) && operand != .savedVectors(0) {
      write(separator)
      separator = ", "
      printOperand(operand, of: index)
    }
  }
}

extension Program {
  /// Whether a parser would give each named label its number, without being told.
  fileprivate var labelsFollowOrder: Bool {
    var names: [UInt32: Name] = [:]
    for named in labels { names[named.label.number] = named.name }
    var used: [UInt32] = []
    for instruction in instructions {
      for case .label(let label) in Statement(instruction).operands { used.append(label.number) }
    }
    var numbers = LabelNumbers(written: Set(used.filter { names[$0] == nil }))
    for number in used {
      if let name = names[number], numbers.label(name) != Label(number) { return false }
    }
    return numbers.labels.count == labels.count
  }
}
