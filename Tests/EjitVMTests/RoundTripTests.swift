import EjitVM
import Testing
import VMPrograms

/// Text and bytes say the same, and all of it.
@Suite struct RoundTripTests {
  @Test(arguments: BundledProgram.all.map(\.name)) func program(_ name: String) throws {
    let module = try Module(text: try #require(BundledProgram(named: name)).text)
    try expectRoundTrips(module)
  }

  @Test func strangeModules() throws {
    var module = Module()
    module.constants = [
      .string(Array(0...255)), .float(0xFFF8_0000_0000_0001), .float(0x7FF8_0000_0000_0000), .float(1), .function(0),
      .float(0x7FEF_FFFF_FFFF_FFFF), .string([]), .float(1 << 63),
    ]
    module.hosts = [Module.Host(name: "h.$_9", arguments: 3)]
    var function = Module.Function(name: "_", arguments: 1, locals: 2)
    // Constants out of order, one never used, code that is never reached, a handler up to the end.
    function.code =
      [Opcode.const.rawValue, 7, Opcode.throw.rawValue, Opcode.const.rawValue, 0, Opcode.return.rawValue]
      + [Opcode.constInt.rawValue, 0x80, 0x7F, Opcode.return.rawValue]
    function.handlers = [Module.Handler(from: 0, to: 10, target: 5), Module.Handler(from: 3, to: 6, target: 5)]
    module.functions = [function]
    try expectRoundTrips(module)
    try expectRoundTrips(Module())
  }

  private func expectRoundTrips(_ module: Module) throws {
    #expect(try Module(text: module.text) == module)
    let bytes = try module.encode()
    #expect(try Module(bytes: bytes) == module)
    #expect(try Module(text: Module(bytes: bytes).text).encode() == bytes)
  }
}

/// Bytes that are no module.
@Suite struct BinaryTests {
  static let bytes: [UInt8] = {
    let text = """
      .host h args=1
      .fn f args=1
        const 1.5
        call.host h
        return
      .fn g
        handler a b b
      a: const "abc"
        throw
      b: return
      """
    guard let bytes = try? Module(text: text).encode() else { return [] }
    return bytes
  }()

  @Test func layout() {
    let expected: [UInt8] =
      [0x00, 0x65, 0x76, 0x6D, 1]
      + [1, 15, 2, 0, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 1, 3, 0x61, 0x62, 0x63]
      + [2, 4, 1, 1, 0x68, 1]
      + [3, 20, 2, 1, 0x66, 1, 0, 5, Opcode.const.rawValue, 0, Opcode.callHost.rawValue, 0, Opcode.return.rawValue]
      + [1, 0x67, 0, 0, 4, Opcode.const.rawValue, 1, Opcode.throw.rawValue, Opcode.return.rawValue]
      + [4, 5, 0, 1, 0, 3, 3]
    #expect(BinaryTests.bytes.count == expected.count)
    #expect(BinaryTests.bytes == expected)
  }

  @Test func everyTruncationIsRefused() {
    for count in 0..<BinaryTests.bytes.count {
      #expect(throws: ModuleError.self) { try Module(bytes: Array(BinaryTests.bytes.prefix(count))) }
    }
    #expect(throws: ModuleError.self) { try Module(bytes: BinaryTests.bytes + [0]) }
  }

  @Test func changedBytesAreOtherModulesOrRefused() throws {
    for index in BinaryTests.bytes.indices {
      for value in UInt8.min...UInt8.max where value != BinaryTests.bytes[index] {
        var bytes = BinaryTests.bytes
        bytes[index] = value
        guard let module = try? Module(bytes: bytes) else { continue }
        #expect(try module.encode() == bytes)
        if let verified = try? module.verify() { #expect(try Module(text: verified.text) == module) }
      }
    }
  }

  @Test(arguments: [
    ([UInt8](), ModuleError.Kind.badMagic, 0), ([0x7F, 0x45, 0x4C, 0x46], .badMagic, 0),
    ([0, 0x65, 0x76, 0x6D], .truncated, 4), ([0, 0x65, 0x76, 0x6D, 2], .badVersion, 4),
    ([0, 0x65, 0x76, 0x6D, 1, 2], .badSection, 5), ([0, 0x65, 0x76, 0x6D, 1, 1, 0x80, 0], .notShortest, 6),
    // Sizes beyond the file.
    ([0, 0x65, 0x76, 0x6D, 1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], .truncated, 11),
    ([0, 0x65, 0x76, 0x6D, 1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], .outOfRange, 6),
    ([0, 0x65, 0x76, 0x6D, 1, 1, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], .truncated, 12),
    ([0, 0x65, 0x76, 0x6D, 1, 1, 2, 1, 3], .badKind, 8),
  ]) func mistake(bytes: [UInt8], kind: ModuleError.Kind, offset: Int) throws {
    let error = try #require(throws: ModuleError.self) { try Module(bytes: bytes) }
    #expect((error.kind, error.offset) == (kind, offset))
  }

  @Test func countsThatCannotBeWrittenAreRefused() {
    var module = Module()
    module.functions = [Module.Function(name: "f", arguments: -1, locals: 0)]
    #expect(throws: ModuleError.self) { try module.encode() }
    #expect(throws: VerifyError.self) { try module.verify() }
  }
}
