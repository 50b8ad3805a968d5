extension Module {
  /// Holds that the module may be executed: each instruction has one height of the stack and what it takes lies on it,
  /// locals are set before they are read, jumps go to instructions, numbers are in range, no function runs off its end.
  public func verify() throws(VerifyError) -> VerifiedModule {
    try verifyNames()
    try verifyConstants()
    var verified: [VerifiedFunction] = []
    for function in functions { verified.append(try verify(function)) }
    return VerifiedModule(module: self, functions: verified)
  }

  /// Holds that `function` may be executed as a function of this module.
  func verify(_ function: Function) throws(VerifyError) -> VerifiedFunction {
    var verifier = try FunctionVerifier(function, of: self)
    try verifier.verifyHandlers()
    try verifier.findHeights()
    try verifier.verifyFrame()
    try verifier.verifyLocals()
    return VerifiedFunction(heights: verifier.heights, maximumHeight: verifier.maximumHeight)
  }

  /// What frames may have, so that slots have numbers of 16 bits.
  static let maximumFrame = 30_000
  static let maximumHandlers = 1000

  private func verifyNames() throws(VerifyError) {
    try verifyNames(functions.map { ($0.name, $0.arguments) })
    try verifyNames(hosts.map { ($0.name, $0.arguments) })
  }

  private func verifyNames(_ list: [(name: String, arguments: Int)]) throws(VerifyError) {
    var names: Set<String> = []
    for (name, arguments) in list {
      guard Module.isName(name) else { throw VerifyError(.badName(name)) }
      guard names.insert(name).inserted else { throw VerifyError(.duplicateName(name)) }
      guard 0...Module.maximumFrame ~= arguments else {
        throw VerifyError(.tooMany(.argument, count: arguments, limit: Module.maximumFrame))
      }
    }
  }

  private func verifyConstants() throws(VerifyError) {
    var known: Set<Constant> = []
    for (number, constant) in constants.enumerated() {
      guard known.insert(constant).inserted else { throw VerifyError(.duplicateConstant(number)) }
      if case .function(let function) = constant, function >= functions.count {
        throw VerifyError(.outOfRange(.function, number: Int(function), count: functions.count))
      }
    }
  }

  /// Whether `name` can be written: letters, digits, `_`, `.`, `$`, not a digit or a dot first.
  static func isName(_ name: String) -> Bool { isName(Array(name.utf8)[...]) }

  static func isName(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first, isNameByte(first), first != UInt8(ascii: ".") else { return false }
    return !(0x30...0x39 ~= first) && name.allSatisfy(isNameByte)
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "$"): true
    default: false
    }
  }
}

extension VerifyError {
  /// About the module.
  init(_ reason: Reason) { self.init(function: nil, offset: 0, mnemonic: nil, reason: reason) }
}
