import Ejit
import EjitInterpreter
import Testing

/// Every op over the borders of its operands, in both widths: the definition and the interpreter against the model.
@Suite(.enabled(if: Model.compiled != nil, "clang, which compiles the model, is not here"))
struct OpTests {
  static let rows = Row.integers + Row.flags + Row.comparisons

  @Test(arguments: rows) func isDefinedAsTheModelSays(_ row: Row) throws {
    let model = try #require(Model.compiled?.function(row.name))
    let difference = row.difference(model) { w, v in [row.definition(w, v)] }
    #expect(difference == nil)
  }

  @Test(arguments: rows) func executesAsTheModelSays(_ row: Row) throws {
    let model = try #require(Model.compiled?.function(row.name))
    for (index, program) in row.programs.enumerated() {
      var runs = Runs(program)
      let difference = try row.difference(model) { w, v in try runs.results(w, v, index) }
      #expect(difference == nil)
      #expect(runs.count > 50)
    }
  }

  /// Runs of one program of a row. A machine is made anew only when the program differs from the last one.
  struct Runs: ~Copyable {
    let program: @Sendable (Width, Operands) -> [Instruction]
    var interpreter: Interpreter?
    var last: [Instruction] = []
    var tried = 0
    var count = 0

    init(_ program: @escaping @Sendable (Width, Operands) -> [Instruction]) { self.program = program }

    /// Nothing, where this case is left out: one in 17 is enough, as the definition has met them all.
    mutating func results(_ w: Width, _ v: Operands, _ index: Int) throws -> [Row.Results] {
      tried += 1
      guard tried % 17 == 1 else { return [] }
      count += 1
      let current = [.mov(d, .argument(3))] + program(w, v) + [.ret]
      if current != last {
        interpreter = try Interpreter(program: current, stackSize: 4096)
        last = current
      }
      guard var machine = interpreter.take() else { return [] }
      _ = try machine.run(arguments: [v.a, v.b, v.c, v.d])
      let results = (machine[d] ?? 0, machine[e] ?? 0)
      interpreter = consume machine
      return [results]
    }
  }
}
