import CEjitShims
import EjitVM

/// What counting calls and loops costs the interpreter: the same loop with and without, in turns.
struct VMCounters {
  private static let names = ["fib", "sumxor", "collatz", "sieve", "mandel"]

  /// Adds the time of each and the ratio of their minima; the line that says how much it is, with the geometric mean.
  static func measure(rounds: Int, isSmall: Bool, _ report: inout Report) -> String {
    var texts: [String] = []
    var ratios: [Double] = []
    for name in names {
      let program = VMProgram(name, isSmall: isSmall)
      var (counted, uncounted) = (Measurement(), Measurement())
      for round in 0..<2 * rounds {
        let counts = round & 1 == 0
        let sample = program.run(on: program.machine(.interpreter), counts: counts)
        if sample.result != program.expected { fail("\(name) = \(sample.result), not \(program.expected)") }
        if counts { counted.add(sample.nanoseconds) } else { uncounted.add(sample.nanoseconds) }
      }
      report.add("ejit_interpreter", "\(name)_counted_ms_min", counted.minimum / 1_000_000)
      report.add("ejit_interpreter", "\(name)_uncounted_ms_min", uncounted.minimum / 1_000_000)
      ratios.append(counted.minimum / uncounted.minimum)
      report.add("ejit_interpreter", "\(name)_counters", ratios[ratios.count - 1])
      texts.append("\(name) \(Report.short(ratios[ratios.count - 1]))")
    }
    let mean = VMTable.geometricMean(ratios)
    report.add("geomean", "counters", mean)
    return "time with counters / without: geomean \(Report.short(mean)), " + texts.joined(separator: ", ")
  }
}
