import Ejit
import EjitText
import Testing

@Suite struct ProgramTests {
  static let text = """
    extern printf
    extern puts
    ; a comment, first of all
    function first
      movi r0, printf  ; runs: no directive
      call puts
    again:
      j last
    function last -> f64
      j again
      call printf
    function L9 -> f32
    """

  @Test func hasFunctionsAndLabels() throws {
    let program = try Program(parsing: ProgramTests.text)
    #expect(
      program.functions.map { "\($0.name) \($0.start) \($0.result.name)" } == [
        "first 0 integer", "last 5 f64", "L9 8 f32",
      ])
    #expect(program.labels.map { "\($0.name) \($0.label.number)" } == ["first 0", "again 1", "last 2"])
    #expect(program.instructions[4] == .j(2))
    #expect(program.function(named: "last")?.label == 2)
    #expect(program.name(of: 1) == "again" && program.name(of: 77) == "L77")
  }

  @Test func isOneUnnamedFunctionWithoutOthers() throws {
    for (text, starts) in [("", [0]), ("ret", [0]), ("nop\nfunction f", [0, 1]), ("x:\nret", [0])] {
      let program = try Program(parsing: text)
      #expect(program.functions.map(\.start) == starts)
      #expect(program.functions[0].name == "" && program.functions[0].label == nil)
    }
  }

  @Test func knowsWhereInstructionsStand() throws {
    let program = try Program(parsing: "\r\n  nop\r\n\tret ; x\n\nL1:\n a :\n  function f")
    #expect(program.positions.map { "\($0.line):\($0.column)" } == ["2:3", "3:2", "5:1", "6:2", "7:3"])
    let error = EjitError(.badFrame, instruction: 1)
    #expect(program.position(of: error)?.rendered(file: "a.ejit", message: "x") == "a.ejit:3:2: error: x")
    #expect(program.position(of: EjitError(.arenaFull)) == nil)
    #expect(program.position(of: EjitError(.badFrame, instruction: 5)) == nil)
  }

  @Test func numbersNamesAroundNumbersWritten() throws {
    let program = try Program(parsing: "j a\nj L1\nj b ; L2 is free, being a comment\nj L0\nlabel c = L7\nj c\nj L7")
    #expect(program.instructions == [.j(2), .j(1), .j(3), .j(0), .j(7), .j(7)])
  }

  @Test func leavesOutNamesThatCannotBeWritten() throws {
    let names: [Label: Name] = [1: "L5", 2: "two words", 3: "", 4: "same", 5: "same", 6: "ok", 7: "é"]
    let program = Program((1...7).map { .label(Label($0)) }, names: names)
    #expect(program.labels.map { "\($0.name)" } == ["same", "ok"])
    #expect(try Program(parsing: program.text) == program)
  }

  @Test func resolvesExterns() throws {
    let program = try Program(parsing: ProgramTests.text)
    #expect(program.externs == ["printf", "puts"])
    #expect(program.externUses.map { [$0.instruction, $0.extern] } == [[1, 0], [2, 1], [7, 0]])
    let resolved = try program.instructions { $0 == "puts" ? 0x8000_0000_0000_0001 : 12 }
    #expect(resolved[1] == .movi(Register(0), 12))
    #expect(resolved[2] == .call(Immediate(bits: 0x8000_0000_0000_0001)) && resolved[7] == .call(12))
    #expect(throws: Program.UnresolvedExtern.self) { try program.instructions { $0 == "puts" ? nil : 1 } }
    #expect(try Program(parsing: program.text) == program)
  }

  /// Lists what parsing must keep apart; each differs from each other.
  @Test func differsByWhatItSays() throws {
    let texts = [
      "", "ret", "function f", "function g", "function f -> f64", "extern f", "f:", "ret ; error: any",
      "ret ; error: badFrame", "ret\n; run: () == 1", "ret\n; run: () == 2", "; run: () == 1\nret", "call 0",
      "call f\nextern f", "ret\n; bytes x86-64: c3", "ret\n; bytes aarch64: c3",
    ]
    let programs = try texts.map { try Program(parsing: $0) }
    for (index, program) in programs.enumerated() {
      #expect(programs.indices.filter { programs[$0] == program } == [index])
    }
  }

  @Test func readsSpans() throws {
    let bytes: [UInt8] = Array("ret".utf8)
    #expect(try Program(parsing: bytes.span).instructions == [.ret])
  }
}
