import Ejit
import EjitInterpreter
import Testing

/// Every op over the borders of its operands, in both widths: the definition and the interpreter against the model.
@Suite(.enabled(if: Model.compiled != nil, "clang, which compiles the model, is not here"))
struct OpTests {
  static let rows = Row.integers + Row.divisions + Row.flags + Row.comparisons + Row.floats

  @Test(arguments: rows) func isDefinedAsTheModelSays(_ row: Row) throws {
    let model = try #require(Model.compiled?.function(row.name))
    let difference = row.difference(model, row.definition)
    #expect(difference == nil)
  }

  @Test(arguments: rows) func executesAsTheModelSays(_ row: Row) throws {
    let model = try #require(Model.compiled?.function(row.name))
    // The definition has met all cases; about 200 find a wrong operand. Odd, not to fall into step with them.
    let step = Operands.all(row.shape, .w32).count / 200 | 1
    for program in row.programs {
      var runs = Runs(program)
      let difference = try row.difference(model, step: step) { w, v in try runs.results(w, v) }
      #expect(difference == nil)
    }
  }

  /// Runs of one program of a row. A machine is made anew only when the program differs from the last one.
  struct Runs: ~Copyable {
    let program: @Sendable (Width, Operands) -> [Instruction]
    var interpreter: Interpreter?
    var last: [Instruction] = []

    init(_ program: @escaping @Sendable (Width, Operands) -> [Instruction]) { self.program = program }

    mutating func results(_ w: Width, _ v: Operands) throws -> Row.Results {
      let current = [.mov(d, .argument(3))] + program(w, v) + [.ret]
      if current != last {
        interpreter = try Interpreter(program: current, stackSize: 4096)
        last = current
      }
      guard var machine = interpreter.take() else { return (0, 0) }
      let operands = [v.a, v.b, v.c, v.d]
      _ = try machine.run(arguments: operands, floats: operands, fuel: 100)
      let results = (machine[d] ?? 0, machine[e] ?? 0)
      interpreter = consume machine
      return results
    }
  }
}
