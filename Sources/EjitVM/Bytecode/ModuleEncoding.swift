/// The binary form: `magic`, then four sections in the order of `Section`, each with the number of its bytes in front.
///
/// Numbers are LEB128 as short as can be, so that there is one way to write a module.
enum ModuleFormat {
  /// A zero byte, which no text has, then a name, then the version.
  static let magic: [UInt8] = [0x00, 0x65, 0x76, 0x6D]
  static let version: UInt8 = 1

  enum Section: UInt8, CaseIterable {
    /// The count, then each constant: its kind, then 8 bytes of a float, a string, or a function's number.
    case constants = 1
    /// The count, then each host function: name, arguments.
    case hosts
    /// The count, then each function: name, arguments, locals, code.
    case functions
    /// For each function the count, then each handler: from, to, target.
    case handlers
  }

  enum ConstantKind: UInt8 { case float, string, function }
}

extension Module {
  /// The binary form. Throws where a count or an offset is negative or above 2^31 − 1, which no verified module has;
  /// the error's offset is the number of bytes before it.
  public func encode() throws(ModuleError) -> [UInt8] {
    var bytes = ModuleFormat.magic + [ModuleFormat.version]
    for section in ModuleFormat.Section.allCases {
      let content = try content(of: section)
      bytes.append(section.rawValue)
      bytes.append(number: content.count)
      bytes += content
    }
    return bytes
  }

  private func content(of section: ModuleFormat.Section) throws(ModuleError) -> [UInt8] {
    var bytes: [UInt8] = []
    switch section {
    case .constants:
      try bytes.append(count: constants.count)
      for constant in constants { try bytes.append(constant) }
    case .hosts:
      try bytes.append(count: hosts.count)
      for host in hosts {
        try bytes.append(string: Array(host.name.utf8))
        try bytes.append(count: host.arguments)
      }
    case .functions:
      try bytes.append(count: functions.count)
      for function in functions {
        try bytes.append(string: Array(function.name.utf8))
        try bytes.append(count: function.arguments)
        try bytes.append(count: function.locals)
        try bytes.append(string: function.code)
      }
    case .handlers:
      for function in functions {
        try bytes.append(count: function.handlers.count)
        for handler in function.handlers { try bytes.append(handler) }
      }
    }
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(count: Int) throws(ModuleError) {
    guard 0...Int(Int32.max) ~= count else { throw ModuleError(.outOfRange, at: self.count) }
    append(number: count)
  }

  fileprivate mutating func append(string: [UInt8]) throws(ModuleError) {
    try append(count: string.count)
    self += string
  }

  fileprivate mutating func append(_ handler: Module.Handler) throws(ModuleError) {
    try append(count: handler.from)
    try append(count: handler.to)
    try append(count: handler.target)
  }

  fileprivate mutating func append(_ constant: Module.Constant) throws(ModuleError) {
    switch constant {
    case .float(let bits):
      append(ModuleFormat.ConstantKind.float.rawValue)
      for index: UInt64 in 0..<8 { append(UInt8(truncatingIfNeeded: bits >> (8 * index))) }
    case .string(let bytes):
      append(ModuleFormat.ConstantKind.string.rawValue)
      try append(string: bytes)
    case .function(let number):
      append(ModuleFormat.ConstantKind.function.rawValue)
      try append(count: Int(number))
    }
  }
}
