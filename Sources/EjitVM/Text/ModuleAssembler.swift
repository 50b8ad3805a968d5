/// Makes a module of lines: names are collected first, since calls may come before what they call.
struct ModuleAssembler {
  private(set) var module = Module()
  private(set) var lines: [(start: Int, instructions: [Int: Int])] = []
  private var functions: [String: Int] = [:]
  private var hosts: [String: Int] = [:]
  private var constants: [Module.Constant: Int] = [:]
  /// Of the function that lines belong to, the last one of the module.
  private var body = FunctionBody()

  init(declarations lines: [Line]) throws(AssemblyError) {
    for line in lines {
      guard let first = line.tokens.first, first.is(".fn") || first.is(".host") else { continue }
      var operands = Operands(line)
      let name = try operands.name()
      if first.is(".fn") {
        guard functions.updateValue(functions.count, forKey: name.string) == nil else {
          throw name.error(.duplicateFunction)
        }
      } else {
        guard hosts.updateValue(hosts.count, forKey: name.string) == nil else { throw name.error(.duplicateHost) }
      }
    }
  }

  mutating func assemble(_ lines: [Line]) throws(AssemblyError) {
    for line in lines { try assemble(line) }
    try finishFunction()
  }

  private mutating func assemble(_ line: Line) throws(AssemblyError) {
    var line = line
    while let label = line.tokens.first, label.text.last == UInt8(ascii: ":") {
      guard !module.functions.isEmpty else { throw label.error(.outsideFunction) }
      try body.define(label)
      line.tokens.removeFirst()
    }
    guard let first = line.tokens.first else { return }
    var operands = Operands(line)
    if first.text.first == UInt8(ascii: ".") {
      try assembleDirective(first, &operands)
    } else {
      guard !module.functions.isEmpty else { throw first.error(.outsideFunction) }
      if first.is("handler") { try body.addHandler(&operands) } else { try assemble(first, &operands) }
    }
    try operands.finish()
  }

  private mutating func assembleDirective(_ first: Token, _ operands: inout Operands) throws(AssemblyError) {
    if first.is(".fn") {
      try finishFunction()
      let name = try operands.name().string
      let (arguments, locals) = try operands.counts()
      module.functions.append(Module.Function(name: name, arguments: arguments, locals: locals))
      lines.append((first.line, [:]))
      body = FunctionBody()
    } else if first.is(".host") {
      let name = try operands.name().string
      module.hosts.append(Module.Host(name: name, arguments: try operands.counts().arguments))
    } else if first.is(".const") {
      let token = try operands.next()
      guard let constant = try constant(try Literal(token), at: token) else { throw token.error(.badConstant) }
      guard constants[constant] == nil else { throw token.error(.duplicateConstant) }
      _ = number(of: constant)
    } else {
      throw first.error(.unknownDirective)
    }
  }

  private mutating func finishFunction() throws(AssemblyError) {
    guard !module.functions.isEmpty else { return }
    try body.resolve()
    module.functions[module.functions.count - 1].code = body.code
    module.functions[module.functions.count - 1].handlers = body.handlers
  }

  // MARK: Instructions

  private mutating func assemble(_ first: Token, _ operands: inout Operands) throws(AssemblyError) {
    let offset = body.code.count
    guard offset <= FunctionBody.maximumLength else { throw first.error(.tooLong) }
    lines[lines.count - 1].instructions[offset] = first.line
    if first.is("const") { return try assembleConstant(&operands) }
    guard let opcode = Opcode.named[first.string] else { throw first.error(.unknownMnemonic) }
    body.code.append(opcode.rawValue)
    switch opcode.operand {
    case .none, .integer, .constant: break
    case .local, .count: body.code.append(number: try operands.number())
    case .target: body.addTarget(try operands.name())
    case .targets: try body.addTargets(&operands)
    case .function: body.code.append(number: try function(try operands.name()))
    case .host:
      let name = try operands.name()
      guard let number = hosts[name.string] else { throw name.error(.unknownHost) }
      body.code.append(number: number)
    case .kind: body.code.append(try operands.arrayKind().rawValue)
    }
  }

  private mutating func assembleConstant(_ operands: inout Operands) throws(AssemblyError) {
    let token = try operands.next()
    let literal = try Literal(token)
    switch literal {
    case .integer(let value):
      body.code.append(Opcode.constInt.rawValue)
      body.code.append(integer: value)
    case .bool(let value): body.code.append((value ? Opcode.true : .false).rawValue)
    case .nil: body.code.append(Opcode.nil.rawValue)
    case .float, .string, .function:
      guard let constant = try constant(literal, at: token) else { return }
      body.code.append(Opcode.const.rawValue)
      body.code.append(number: number(of: constant))
    }
  }

  /// What stands among the module's constants; nil for what is an instruction of its own.
  private func constant(_ literal: Literal, at token: Token) throws(AssemblyError) -> Module.Constant? {
    switch literal {
    case .float(let bits): .float(bits)
    case .string(let bytes): .string(bytes)
    case .function: .function(UInt32(try function(token.dropping(1))))
    case .integer, .bool, .nil: nil
    }
  }

  private func function(_ name: Token) throws(AssemblyError) -> Int {
    guard let number = functions[name.string] else { throw name.error(.unknownFunction) }
    return number
  }

  private mutating func number(of constant: Module.Constant) -> Int {
    if let number = constants[constant] { return number }
    constants[constant] = module.constants.count
    module.constants.append(constant)
    return module.constants.count - 1
  }
}

extension Opcode {
  /// All but those that are written `const`.
  fileprivate static let named: [String: Opcode] = {
    var result: [String: Opcode] = [:]
    for opcode in allCases where opcode.mnemonic != "const" { result[opcode.mnemonic] = opcode }
    return result
  }()
}
