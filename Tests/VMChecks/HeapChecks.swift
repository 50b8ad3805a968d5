import EjitVM
import VMPrograms

/// Strings that nobody needs any more give their memory back, in every tier; `ejit-bench memory` makes ten million.
enum HeapChecks {
  static func run(_ tally: inout Tally) {
    for tier in [Options.Tier.interpreter, .auto, .jit] {
      guard let vm = ManyStrings.machine(tier) else {
        tally.expect(false, "a machine")
        continue
      }
      // Five times as many as there is memory for.
      for _ in 0..<2 { tally.expect(ManyStrings.run(300_000, on: vm), "strings") }
      let statistics = vm.statistics
      tally.expect(statistics.allocations > 600_000 && statistics.collections > 4, "collections")
      tally.expect(statistics.heapBytes <= 8 << 20, "what is left")
    }
  }
}
