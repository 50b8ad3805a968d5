import EjitVM
import Testing

/// Functions whose jumps and tables do not fit into the fields of a micro-op.
@Suite struct LongFunctionTests {
  /// A table with more rows than a distance of 16 bits reaches over, which all lead behind it.
  static let filling = "local.get 0\nswitch " + String(repeating: "n ", count: 33_000) + "default n\nn:\n"

  /// Each kind of conditional jump over them and back, and a fused one that has no inverse.
  static let jumps = [
    "local.get 0\nlocal.get 1\nlt\njump.if", "local.get 0\nlocal.get 1\nlt\njump.unless",
    "local.get 0\nconst 5\neq\njump.if", "local.get 0\nconst 5\ngt\nnot\njump.if", "local.get 2\njump.if",
    "local.get 2\njump.unless", "local.get 0\nlocal.get 1\nlt.u\njump.if",
    "local.get 0\nlocal.get 1\nle.u\njump.unless",
  ]

  static func function(_ name: String, _ jump: String) -> String {
    """
    .fn \(name) args=2 locals=1
    local.get 0
    const 5
    ne
    local.set 2
    \(jump) far
    back:
    \(filling)
    local.get 0
    return
    far:
    local.get 1
    const -1
    eq
    jump.if end
    const -1
    local.set 1
    local.get 0
    const 1000000
    add
    local.set 0
    jump back
    end:
    const 0
    return

    """
  }

  /// Where the jump is taken a million is added.
  @Test(arguments: jumps.indices) func jumpsReachOver(_ index: Int) throws {
    let module = try Module(text: Array(LongFunctionTests.function("f", LongFunctionTests.jumps[index]).utf8))
    let machines = try [Options.Tier.interpreter, .jit].map { tier in
      var options = Options()
      options.tier = tier
      return try VM(module, options: options)
    }
    for (a, b): (Int64, Int64) in [(1, 2), (2, 1), (5, 5), (5, 9), (9, 5), (-3, 4)] {
      let isTaken =
        switch index {
        case 0: a < b
        case 1: !(a < b)
        case 2: a == 5
        case 3: a <= 5
        case 4: a != 5
        case 5: a == 5
        case 6: UInt64(bitPattern: a) < UInt64(bitPattern: b)
        default: UInt64(bitPattern: a) > UInt64(bitPattern: b)
        }
      for vm in machines { #expect(try vm.call("f", [.int(a), .int(b)]) == .int(a + (isTaken ? 1_000_000 : 0))) }
    }
  }

  /// A loop as long: its fused increment, comparison and jump has no inverse.
  @Test func loopsReachBack() throws {
    let text = """
      .fn f args=2 locals=1
      const 0
      local.set 2
      again:
      \(LongFunctionTests.filling)
      local.get 2
      const 1
      add
      local.set 2
      local.get 2
      local.get 1
      lt
      jump.if again
      local.get 0
      return
      """
    for tier in [Options.Tier.interpreter, .auto, .jit] {
      var options = Options()
      (options.tier, options.threshold) = (tier, 2)
      #expect(try VM(Module(text: Array(text.utf8)), options: options).call("f", [.int(7), .int(5)]) == .int(7))
    }
  }

  /// Three tables, as each has at most 65,535 rows: the first and last row of each, and what is in none.
  @Test func tablesAreSplit() throws {
    let rows = 140_000
    // Rows lead to five places in turn.
    let labels = (0..<rows).map { "l\($0 % 5)" }.joined(separator: " ")
    let places = (0..<5).map { "l\($0):\nconst \($0)\nreturn\n" }.joined()
    let text = ".fn f args=1 locals=0\nlocal.get 0\nswitch \(labels) default d\n\(places)d:\nconst -1\nreturn\n"
    let module = try Module(text: Array(text.utf8))
    for tier in [Options.Tier.interpreter, .jit] {
      var options = Options()
      options.tier = tier
      let vm = try VM(module, options: options)
      for index in [0, 1, 65_534, 65_535, 65_536, 131_069, 131_070, 131_071, rows - 1] {
        #expect(try vm.call("f", [.int(Int64(index))]) == .int(Int64(index % 5)))
      }
      for index in [-1, .min, .max, Int64(rows), Int64(rows) + 65_535] {
        #expect(try vm.call("f", [.int(index)]) == .int(-1))
      }
      #expect(throws: Trap.self) { try vm.call("f", [.float(1)]) }
    }
  }
}
