import EjitVM
import Testing

/// The text form.
@Suite struct AssemblerTests {
  @Test func bytesAreThoseOfTheDescription() throws {
    let module = try Module(
      text: """
        .host print args=1
        .fn f args=2 locals=1
          handler a b c
        a: const -65       ; a comment
          local.tee 2
          jump.if a
        b: const "x;y\\n\\x00"
          call.host print
          call g
          switch a b default c
        c: array.new any
          const 300
          return
        .fn g
          nil
          return
        """)
    #expect(module.hosts == [Module.Host(name: "print", arguments: 1)])
    #expect(module.constants == [.string([0x78, 0x3B, 0x79, 0x0A, 0])])
    let f = module.functions[0]
    #expect((f.name, f.arguments, f.locals) == ("f", 2, 1))
    let expected: [UInt8] =
      [Opcode.constInt.rawValue, 0xBF, 0x7F, Opcode.localTee.rawValue, 2]
      + [Opcode.jumpIf.rawValue, 0xF6, 0xFF, 0xFF, 0x7F]  // back by 10
      + [Opcode.const.rawValue, 0, Opcode.callHost.rawValue, 0, Opcode.call.rawValue, 1]
      + [Opcode.switch.rawValue, 2, 0xE2, 0xFF, 0xFF, 0x7F, 0xEC, 0xFF, 0xFF, 0x7F, 0x80, 0x80, 0x80, 0]
      + [Opcode.arrayNew.rawValue, 2, Opcode.constInt.rawValue, 0xAC, 0x02, Opcode.return.rawValue]
    #expect(f.code == expected)
    #expect(f.handlers == [Module.Handler(from: 0, to: 10, target: 30)])
    #expect(module.functions[1].code == [Opcode.nil.rawValue, Opcode.return.rawValue])
  }

  @Test(arguments: [
    ("42", Literal.integer(42)), ("-1", .integer(-1)), ("0x2a", .integer(42)), ("-0x1", .integer(-1)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("0xffffffffffffffff", .integer(-1)), ("-0x8000000000000000", .integer(.min)),
    ("1.5", .float(0x3FF8_0000_0000_0000)), ("1e9", .float(0x41CD_CD65_0000_0000)),
    ("0.1", .float(0x3FB9_9999_9999_999A)), ("-0.0", .float(1 << 63)), ("inf", .float(0x7FF0_0000_0000_0000)),
    ("-inf", .float(0xFFF0_0000_0000_0000)), ("nan", .float(0x7FF8_0000_0000_0000)),
    ("nan:0x7ff0000000000001", .float(0x7FF0_0000_0000_0001)), ("5e-324", .float(1)),
    ("\"a\\\"\\\\\\t\\x7fz\"", .string([0x61, 0x22, 0x5C, 0x09, 0x7F, 0x7A])), ("\"\"", .string([])),
    ("true", .bool(true)), ("false", .bool(false)), ("nil", .nil), ("@f", .function("f")),
  ]) func literal(text: String, value: Literal) throws {
    #expect(try Literal(text: text.utf8) == value)
  }

  @Test(arguments: [
    ("const 9223372036854775808", AssemblyError.Kind.outOfRange, 7), ("const 0x10000000000000000", .outOfRange, 7),
    ("const 12x", .badConstant, 7), ("const \"abc", .badString, 7), ("const \"\\q\"", .badString, 7),
    ("const", .missingOperand, 6), ("const 1 2", .unexpectedOperand, 9), ("const nan:0x1", .badConstant, 7),
    ("add 1", .unexpectedOperand, 5), ("bogus", .unknownMnemonic, 1), (".bogus", .unknownDirective, 1),
    ("local.get", .missingOperand, 10), ("local.get -1", .badNumber, 11), ("local.get 2147483648", .outOfRange, 11),
    ("jump nowhere", .unknownLabel, 6), ("jump 7", .badName, 6), ("f: f: nil", .duplicateLabel, 4),
    ("call g", .unknownFunction, 6), ("call.host g", .unknownHost, 11), ("const @g", .unknownFunction, 8),
    ("array.new u8", .badArrayKind, 11), (".fn f", .duplicateFunction, 5), ("default: nil", .badName, 1),
    ("switch f g", .missingOperand, 11), ("handler f f", .missingOperand, 12), (".const 1", .badConstant, 8),
    (".fn g args=x", .badNumber, 12), (".fn 1g", .badName, 5), ("  jump\t", .missingOperand, 8),
  ]) func mistake(line: String, kind: AssemblyError.Kind, column: Int) throws {
    let error = try #require(throws: AssemblyError.self) { try Module(text: ".fn f\n\(line)\n") }
    #expect((error.kind, error.line, error.column) == (kind, 2, column))
  }

  @Test func nothingStandsBeforeTheFirstFunction() throws {
    let error = try #require(throws: AssemblyError.self) { try Module(text: "; no function\nnil") }
    #expect((error.kind, error.line) == (.outsideFunction, 2))
  }

  @Test func everyInstructionIsWrittenAndRead() throws {
    let operands: [Opcode: String] = [
      .constInt: "const -7", .const: "const 2.5", .true: "const true", .false: "const false",
      .localGet: "local.get 0", .localSet: "local.set 1", .localTee: "local.tee 1", .jump: "jump a",
      .jumpIf: "jump.if a", .jumpUnless: "jump.unless a", .switch: "switch a default a", .call: "call f",
      .callIndirect: "call.indirect 3", .callHost: "call.host h", .arrayNew: "array.new f64",
    ]
    for opcode in Opcode.allCases {
      let line = operands[opcode] ?? opcode.mnemonic
      let module = try Module(text: ".host h args=0\n.fn f args=1 locals=1\na: \(line)\n")
      #expect(module.functions[0].code.first == opcode.rawValue, "\(line)")
    }
  }
}
