import EjitVM

extension RandomModule {
  /// What came of comparing all configurations with the interpreter wherever compiled code is left.
  package struct ReplayReport {
    /// Exits that were compared.
    package var exits = 0
    /// What differs first, with all that is needed to repeat it; nil: nothing.
    package var text: String?
  }

  package func replay() -> ReplayReport {
    var report = ReplayReport()
    var steps = 0
    guard comparison.expected(steps: &steps) != nil else { return report }
    for configuration in configurations where report.text == nil {
      let replay = comparison.replay(configuration)
      report.exits += replay.compared
      guard let difference = replay.differences.first else { continue }
      report.text = "\(comparison.text)\(configuration.name)\n\(difference)\n"
    }
    return report
  }
}

extension Comparison {
  fileprivate func replay(_ configuration: Configuration) -> Replay {
    let experiment = Experiment(module.module, hosts: Hosts.machine, options: configuration.options) { machine in
      "\(outcomes(machine))"
    }
    do throws(VMError) { return try Replay.run(experiment) } catch { fatalError("no machine: \(error)") }
  }
}
