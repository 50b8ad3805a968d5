/// What the times of the machines are beside each other.
struct VMTable {
  let tools: [String]
  let cells: [String: [String: VMBenchmark.Cell]]

  private func minimum(_ program: String, _ tool: String) -> Double? { cells[program]?[tool]?.time.minimum }

  /// Every time in milliseconds, and the ratios.
  func add(to report: inout Report) {
    for name in VMBenchmark.names {
      for tool in tools {
        guard let cell = cells[name]?[tool] else { continue }
        let column = tool.split(separator: " ").joined(separator: "_")
        report.add(column, "\(name)_ms_min", cell.time.minimum / 1_000_000)
        report.add(column, "\(name)_ms_median", cell.time.median / 1_000_000)
      }
    }
    for (metric, ratio) in geomeans { report.add("geomean", metric, ratio) }
  }

  /// The programs that compute with numbers, which is all of the thirteen but the two that only call.
  private static let numeric = VMBenchmark.names.filter { $0 != "fib" && $0 != "ack" }

  /// How many times faster the second machine of each pair is than the first.
  var geomeans: [(metric: String, value: Double)] {
    let (own, jit) = (VMBenchmark.interpreter, VMBenchmark.jit)
    let rows: [(String, [String], String, String)] = [
      ("interpreter/jit", VMBenchmark.names, own, jit), ("interpreter/jit_numeric", VMTable.numeric, own, jit),
      ("interpreter/jit_sumxor", ["sumxor"], own, jit), ("jit/luajit", VMBenchmark.names, jit, "luajit"),
      ("jit/gcc", VMBenchmark.names, jit, "gcc -O2"),
      ("luajit_joff/interpreter", ["fib", "collatz", "mandel", "sieve"], "luajit -joff", own),
    ]
    return rows.compactMap { metric, programs, a, b in ratio(programs, a, b).map { (metric, $0) } }
  }

  /// Of how many programs the JIT is faster than luajit.
  var wins: Int {
    VMBenchmark.names.count { name in
      guard let own = minimum(name, VMBenchmark.jit), let other = minimum(name, "luajit") else { return false }
      return own < other
    }
  }

  private func ratio(_ programs: [String], _ a: String, _ b: String) -> Double? {
    var ratios: [Double] = []
    for program in programs {
      guard let x = minimum(program, a), let y = minimum(program, b), x > 0, y > 0 else { return nil }
      ratios.append(x / y)
    }
    return VMTable.geometricMean(ratios)
  }

  /// Of some positive numbers.
  static func geometricMean(_ values: [Double]) -> Double { root(values.reduce(1, *), values.count) }

  /// The positive `count`-th root, by Newton's method.
  private static func root(_ value: Double, _ count: Int) -> Double {
    var x = max(1, value)
    for _ in 0..<2000 {
      let next = (Double(count - 1) * x + value / power(x, count - 1)) / Double(count)
      if next >= x { break }
      x = next
    }
    return x
  }

  private static func power(_ value: Double, _ count: Int) -> Double {
    (0..<count).reduce(1) { product, _ in product * value }
  }

  /// The line that ends the report.
  var summary: String {
    let parts = geomeans.map { "\($0.metric) \(Report.short($0.value))" }
    let won = tools.contains("luajit") ? ["faster than luajit on \(wins) of \(VMBenchmark.names.count)"] : []
    return "geomean " + (parts + won).joined(separator: ", ")
  }
}
