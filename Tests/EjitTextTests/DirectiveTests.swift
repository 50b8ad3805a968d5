import Ejit
import EjitText
import Testing

@Suite struct DirectiveTests {
  private static let program = """
    function f
      ret
    function g -> f64
      ret
    function h -> f32
      ret

    """

  private static func literal(_ text: String) -> FloatLiteral { FloatLiteral(Array(text.utf8))! }

  private static func run(
    _ function: Int, _ arguments: [Run.Argument] = [], _ value: Run.Value? = nil, _ output: [UInt8]? = nil
  ) -> Directive.Kind {
    .run(Run(function: function, arguments: arguments, value: value, output: output))
  }

  /// Behind the functions f, g -> f64 and h -> f32.
  static let rows: [(String, Directive.Kind)] = [
    ("; run: f(1, 2) == 3", run(0, [.integer(1), .integer(2)], .integer(3))),
    (";run:f()==-1", run(0, [], .integer(.max))),
    (
      "; run: f(-1, 0xff, 18446744073709551615) == 0x10",
      run(0, [.integer(.max), .integer(255), .integer(.max)], .integer(16))
    ),
    ("; run: () == 1", run(0, [], .integer(1))),
    (
      "; run: f(1.5, -inf, nan) ==f 1e3",
      run(0, [.float(literal("1.5")), .float(literal("-inf")), .float(literal("nan"))], .bits(literal("1000")))
    ),
    (
      "; run: f(1.5f, -inff, -0.1e1f, 2f, inf) == 0",
      run(
        0,
        [
          .single(literal("1.5")), .single(literal("-inf")), .single(literal("-1")), .single(literal("2")),
          .float(literal("inf")),
        ],
        .integer(0))
    ),
    ("; run: g() ==f nan", run(1, [], .bits(literal("nan")))),
    ("; run: g() == 1.25", run(1, [], .number(literal("1.25")))),
    ("; run: h() == 3", run(2, [], .number(literal("3")))),
    (
      "; run: f(\"a;\\n\\\\\\\"\\x00\\xFf\\0é\") == 0",
      run(0, [.text(Array("a;\n\\\"\0".utf8) + [0xFF, 0] + Array("é".utf8))], .integer(0))
    ),
    ("; run: f(\"\", out 2) => 00 fF", run(0, [.text([]), .output(byteCount: 2)], nil, [0, 255])),
    (
      "; run: f(out 1, 7, out 2) == 0 => 0001 02",
      run(0, [.output(byteCount: 1), .integer(7), .output(byteCount: 2)], .integer(0), [0, 1, 2])
    ),
    ("; run: f(out 16777216) == 0", run(0, [.output(byteCount: 1 << 24)], .integer(0))),
    ("; run: f() == 3 ; said again, for f() == 4", run(0, [], .integer(3))),
    ("; bytes x86-64: 48 89 f8", .bytes(ExpectedBytes(architecture: .x86_64, function: 2, bytes: [0x48, 0x89, 0xF8]))),
    (
      "; bytes aarch64: c0035fd6 ; ret",
      .bytes(ExpectedBytes(architecture: .aarch64, function: 2, bytes: [0xC0, 0x03, 0x5F, 0xD6]))
    ),
    ("  ret ; error: any", .error(ExpectedError(kind: nil, instruction: 6))),
    ("x: ;error:badFrame", .error(ExpectedError(kind: .badFrame, instruction: 6))),
  ]

  @Test func saysHowToTest() throws {
    var differing: [String] = []
    for (text, kind) in DirectiveTests.rows {
      let parsed = try Program(parsing: DirectiveTests.program + text)
      let again = try Program(parsing: parsed.text)
      if parsed.directives.map(\.kind) != [kind] || again != parsed { differing.append(text) }
    }
    #expect(differing == [])
  }

  @Test func namesEveryKindOfError() throws {
    let text = EjitError.Kind.allCases.map { "nop ; error: \($0)\n" }.joined()
    let kinds = try Program(parsing: text).directives.map(\.kind)
    let expected = EjitError.Kind.allCases.enumerated().map { ExpectedError(kind: $0.element, instruction: $0.offset) }
    #expect(kinds == expected.map { .error($0) })
  }

  @Test func leavesOtherCommentsAlone() throws {
    for comment in ["; runs: x", ";; run: x", "; see run: f()", "; Error: x", "; bytes, x", "; error", ";", "; run f("]
    {
      #expect(try Program(parsing: "ret \(comment)").directives.isEmpty)
    }
  }

  /// In the order of the file and at their places, several to a line, whatever stands between.
  @Test func keepsOrderAndPlaces() throws {
    let program = try Program(
      parsing: """
        ; run: f() == 1
        nop ; run: g() == 2 ; error: any ; error: badFrame ; run: f() == 3
        ; run: f() == 4
        function f  ; error: duplicateLabel
        ; bytes x86-64: 90
        function g
        ret
        ; bytes x86-64: c3 ; bytes aarch64: c0 03 5f d6
        ; run: g() == 5
        """)
    #expect(program.directives.map(\.place) == [0, 1, 1, 1, 1, 1, 2, 2, 4, 4, 4])
    #expect(
      program.directives.map { "\($0.position.line):\($0.position.column)" } == [
        "1:3", "2:7", "2:23", "2:36", "2:54", "3:3", "4:15", "5:3", "8:3", "8:22", "9:3",
      ])
    #expect(try Program(parsing: program.text) == program)
  }

  @Test func mayNameAFunctionByItsNumber() throws {
    let program = try Program(parsing: "; run: L5() == 1\n; run: f() == 1\nfunction L5\nlabel f = L5\nret")
    #expect(program.functions[0].name == "f")
    #expect(try Program(parsing: program.text) == program)
  }
}
