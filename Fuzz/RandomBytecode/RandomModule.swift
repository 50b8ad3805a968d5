import EjitVM
import FuzzInput

/// An input of the fuzz target: a module, calls of it, and the configurations that are compared.
package struct RandomModule {
  let comparison: Comparison
  let configurations: [Configuration]

  /// Any bytes are one.
  package init(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
    var source = FuzzBytes(bytes, count)
    configurations = [.interpreter, .jit] + (0..<3).map { _ in Configuration.any(from: &source) }
    let calls = Calls(from: &source)
    var generator = ModuleGenerator(source)
    let module = generator.generate()
    do throws(VerifyError) {
      comparison = Comparison(module: try module.verify(), calls: calls)
    } catch {
      fatalError("a module made to be good is refused: \(error)")
    }
  }

  /// The random input with this number.
  package init(seed: UInt64, index: UInt64) {
    var random = SplitMix(seed &+ index &* 0x9E37_79B9)
    let bytes = (0..<(64 + Int(random.next() % 700))).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    self.init(bytes, bytes.count)
  }

  /// What became of an input.
  package struct Report {
    /// Instructions of the reference machine.
    package var steps = 0
    /// Whether a call had a result.
    package var isGood = false
    var difference: Difference?

    /// What differs first, with all that is needed to repeat it; nil: nothing.
    package var text: String? { difference?.text }
    /// The same, as small as it can be made.
    package var smallText: String? { difference.map { Reduction($0).smallest.text } }
  }

  /// Runs all calls on the reference machine, then with each configuration.
  package func check() -> Report {
    var report = Report()
    guard let expected = comparison.expected(steps: &report.steps) else { return report }
    report.isGood = expected.contains { if case .value = $0 { true } else { false } }
    for configuration in configurations where report.difference == nil {
      report.difference = comparison.difference(configuration, expected)
    }
    return report
  }
}

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", figure 16.
struct SplitMix {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
