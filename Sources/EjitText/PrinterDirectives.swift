import Ejit

extension Printer {
  /// The directives on lines of their own that stand before the instruction at `index`.
  mutating func printDirectives(_ directives: inout ArraySlice<Directive>, before index: Int) {
    while let directive = directives.first, directive.place <= index {
      directives.removeFirst()
      write("; ")
      print(directive.kind)
      endLine()
    }
  }

  /// The directives that must stand on the line of the instruction at `index`: up to the last `error`.
  mutating func printDirectives(_ directives: inout ArraySlice<Directive>, onLineOf index: Int) {
    let behind = directives.prefix { $0.place == index + 1 }
    guard let last = behind.lastIndex(where: { if case .error = $0.kind { true } else { false } }) else { return }
    for directive in behind[...last] {
      write("  ; ")
      print(directive.kind)
    }
    directives = directives[(last + 1)...]
  }

  private mutating func print(_ kind: Directive.Kind) {
    switch kind {
    case .run(let run): print(run)
    case .error(let expected):
      write("error: ")
      write(expected.kind?.name ?? "any")
    case .bytes(let expected):
      write("bytes ")
      write(expected.architecture.name)
      write(":")
      printBytes(expected.bytes)
    }
  }

  private mutating func printBytes(_ bytes: [UInt8]) {
    for byte in bytes {
      write(" ")
      printDigits(byte)
    }
  }

  private mutating func printDigits(_ byte: UInt8) {
    if byte < 16 { write("0") }
    bytes.append(contentsOf: String(byte, radix: 16).utf8)
  }

  private mutating func print(_ run: Run) {
    write("run: ")
    print(program.functions[run.function].name)
    write("(")
    var separator: StaticString = ""
    for argument in run.arguments {
      write(separator)
      separator = ", "
      print(argument)
    }
    write(")")
    if let value = run.value { print(value) }
    if let output = run.output {
      write(" =>")
      printBytes(output)
    }
  }

  private mutating func print(_ argument: Run.Argument) {
    switch argument {
    case .integer(let bits): printConstant(bits)
    case .float(let literal): bytes.append(contentsOf: literal.text)
    case .single(let literal):
      bytes.append(contentsOf: literal.text)
      write("f")
    case .text(let text): printText(text)
    case .output(let count):
      write("out ")
      print(count)
    }
  }

  private mutating func print(_ value: Run.Value) {
    switch value {
    case .integer(let bits):
      write(" == ")
      printConstant(bits)
    case .number(let literal):
      write(" == ")
      bytes.append(contentsOf: literal.text)
    case .bits(let literal):
      write(" ==f ")
      bytes.append(contentsOf: literal.text)
    }
  }

  /// A string in quotes; what is not printable ASCII is escaped.
  private mutating func printText(_ text: [UInt8]) {
    write("\"")
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""): write("\\\"")
      case UInt8(ascii: "\\"): write("\\\\")
      case UInt8(ascii: "\n"): write("\\n")
      case 0x20..<0x7F: bytes.append(byte)
      default:
        write("\\x")
        printDigits(byte)
      }
    }
    write("\"")
  }
}
