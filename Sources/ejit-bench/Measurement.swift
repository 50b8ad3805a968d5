import CEjitShims

/// Times of repetitions of one piece of work, in nanoseconds per unit.
struct Measurement {
  private var samples: [Double] = []

  /// Runs `work` `inner` times; one sample of thread time per `units`.
  mutating func sample(inner: Int, units: Int, _ work: () -> Void) {
    let start = ejit_thread_cpu_nanoseconds()
    for _ in 0..<inner { work() }
    samples.append(Double(ejit_thread_cpu_nanoseconds() - start) / Double(inner * units))
  }

  mutating func add(_ nanoseconds: Double) { samples.append(nanoseconds) }

  var median: Double {
    let sorted = samples.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
  }
  var minimum: Double { samples.min() ?? .nan }
}

/// Keeps the optimizer from knowing where a value comes from.
@inline(never) func opaque<T>(_ value: T) -> T { value }
