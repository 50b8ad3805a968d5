extension Module {
  /// The module whose binary form `bytes` is, all of it. It need not be one that may be executed.
  public init(bytes: [UInt8]) throws(ModuleError) {
    var decoder = Decoder(bytes[...])
    for byte in ModuleFormat.magic {
      guard !decoder.isAtEnd, try decoder.byte() == byte else { throw ModuleError(.badMagic, at: 0) }
    }
    guard try decoder.byte() == ModuleFormat.version else {
      throw ModuleError(.badVersion, at: ModuleFormat.magic.count)
    }
    for section in ModuleFormat.Section.allCases {
      let start = decoder.offset
      guard try decoder.byte() == section.rawValue else { throw ModuleError(.badSection, at: start) }
      let count = try decoder.number()
      guard count <= decoder.remaining else { throw decoder.error(.truncated) }
      let end = decoder.offset + count
      try read(section, from: &decoder)
      guard decoder.offset == end else { throw ModuleError(.trailingBytes, at: min(decoder.offset, end)) }
    }
    guard decoder.isAtEnd else { throw decoder.error(.trailingBytes) }
  }

  // Nothing is reserved by a count that the bytes claim: each element takes bytes of its own.
  private mutating func read(
    _ section: ModuleFormat.Section, from decoder: inout Decoder
  ) throws(ModuleError) {
    switch section {
    case .constants:
      for _ in 0..<(try decoder.number()) { constants.append(try decoder.constant()) }
    case .hosts:
      for _ in 0..<(try decoder.number()) {
        hosts.append(Host(name: try decoder.name(), arguments: try decoder.number()))
      }
    case .functions:
      for _ in 0..<(try decoder.number()) { functions.append(try decoder.function()) }
    case .handlers:
      for index in functions.indices {
        for _ in 0..<(try decoder.number()) { functions[index].handlers.append(try decoder.handler()) }
      }
    }
  }
}

extension Decoder {
  fileprivate mutating func name() throws(ModuleError) -> String {
    let start = offset
    let bytes = try take(try number())
    guard let name = String(validating: bytes, as: UTF8.self) else { throw ModuleError(.badName, at: start) }
    return name
  }

  fileprivate mutating func constant() throws(ModuleError) -> Module.Constant {
    let start = offset
    switch ModuleFormat.ConstantKind(rawValue: try byte()) {
    case .float:
      var bits: UInt64 = 0
      for (index, byte) in try take(8).enumerated() { bits |= UInt64(byte) << UInt64(8 * index) }
      return .float(bits)
    case .string: return .string(Array(try take(try number())))
    case .function: return .function(UInt32(try number()))
    case nil: throw ModuleError(.badKind, at: start)
    }
  }

  fileprivate mutating func function() throws(ModuleError) -> Module.Function {
    let name = try name()
    let arguments = try number()
    let locals = try number()
    var function = Module.Function(name: name, arguments: arguments, locals: locals)
    function.code = Array(try take(try number()))
    return function
  }

  fileprivate mutating func handler() throws(ModuleError) -> Module.Handler {
    let from = try number()
    let to = try number()
    return Module.Handler(from: from, to: to, target: try number())
  }
}
