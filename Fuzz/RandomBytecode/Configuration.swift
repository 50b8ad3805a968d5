import EjitVM
import FuzzInput

/// A way to run a module.
struct Configuration {
  let name: String
  let options: Options

  static let depthLimit = 50

  private init(_ name: String, _ change: (inout Options) -> Void) {
    var options = Options()
    (options.depthLimit, options.codeBudget) = (Self.depthLimit, 1 << 19)
    change(&options)
    (self.name, self.options) = (name, options)
  }

  static let interpreter = Configuration("interpreter") { $0.tier = .interpreter }
  static let jit = Configuration("jit") { $0.tier = .jit }

  /// One of those that take turns.
  static func any(from source: inout FuzzBytes) -> Configuration {
    switch source.below(10) {
    case 0...2:
      let threshold = source.pick([0, 1, 2, 5, 20])
      return Configuration("auto, threshold \(threshold)") { $0.threshold = threshold }
    case 3...5:
      let (every, threshold) = (source.pick([1, 2, 3, 5, 7, 11]), source.pick([0, 1, 3]))
      return Configuration("auto, threshold \(threshold), an exit at every \(every)") {
        ($0.threshold, $0.deoptEvery) = (threshold, every)
      }
    case 6:
      let tier = source.chance(1, in: 4) ? Options.Tier.interpreter : .jit
      return Configuration("\(tier), collects each time") { ($0.tier, $0.gcEvery) = (tier, 1) }
    case 7: return Configuration("jit, not optimized") { ($0.tier, $0.optimizes) = (.jit, false) }
    case 8:
      let every = source.pick([1, 2, 3])
      return Configuration("jit, collects each time, an exit at every \(every)") {
        ($0.tier, $0.gcEvery, $0.deoptEvery) = (.jit, 1, every)
      }
    default:
      let text = schedule(from: &source)
      return Configuration("schedule:\n\(text)") { $0.schedule = Array(text.utf8) }
    }
  }

  private static func schedule(from source: inout FuzzBytes) -> String {
    var text = ""
    for (name, _) in ModuleGenerator.signatures {
      var call = 0
      for _ in 0..<source.below(4) {
        call += 1 + source.below(3)
        text += "\(name) \(call) \(source.pick(["jit", "osr", "interpreter", "jit"]))\n"
      }
    }
    return text
  }
}
