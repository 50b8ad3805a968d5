import CEjitShims
import EjitVM
import VMPrograms

/// The bundled programs in both tiers, and once more with compiled code left in its middle, as a table.
struct TableCommand {
  /// Compiled code is left at every so many of the places where it could be.
  private static let deoptEvery = 100_003
  private static let rounds = 3

  func run() throws(Failure) -> ExitStatus {
    Console.printLine(row("program", "interpreter", "jit", "speed-up", "exits", "deoptimized", "exits"))
    var isRight = true
    for program in BundledProgram.all {
      guard let check = program.checks.first(where: { $0.purpose == .table }),
        let module = try? Module(text: program.text)
      else { continue }
      // In turns, and the best of each: other work on the machine meets all three alike.
      var (interpreted, compiled, left) = (Measurement(), Measurement(), Measurement())
      for _ in 0..<TableCommand.rounds {
        try interpreted.add(run(module, check, tier: .interpreter))
        try compiled.add(run(module, check, tier: .auto))
        try left.add(run(module, check, tier: .auto, deoptEvery: TableCommand.deoptEvery))
      }
      let isSame = interpreted.isRight && compiled.isRight && left.isRight
      isRight = isRight && isSame
      let ratio = Double(interpreted.nanoseconds) / Double(max(1, compiled.nanoseconds))
      let line = row(
        program.name, milliseconds(interpreted.nanoseconds), milliseconds(compiled.nanoseconds), "\(tenths(ratio))x",
        "\(compiled.exits)", milliseconds(left.nanoseconds), "\(left.exits)")
      Console.printLine(line + (isSame ? "" : "  wrong result"))
    }
    return isRight ? .fine : .trap
  }

  /// Processor time of a fresh machine's first run, exits in it, and whether every run was right.
  private struct Measurement {
    var nanoseconds = UInt64.max
    var exits = 0
    var isRight = true

    mutating func add(_ run: Measurement) {
      nanoseconds = min(nanoseconds, run.nanoseconds)
      exits = run.exits
      isRight = isRight && run.isRight
    }
  }

  private func run(
    _ module: Module, _ check: ProgramCheck, tier: Options.Tier, deoptEvery: Int = 0
  ) throws(Failure) -> Measurement {
    var options = Options()
    options.tier = tier
    options.deoptEvery = deoptEvery
    let vm = try Machine.make(module, options, path: "a bundled program")
    let arguments = check.arguments.compactMap { Value($0) }
    var (result, time) = (Value?.none, UInt64.max)
    vm.onThread { vm in
      let start = ejit_thread_cpu_nanoseconds()
      result = try? vm.call(check.function, arguments)
      time = ejit_thread_cpu_nanoseconds() - start
    }
    let exits = vm.statistics.functions.reduce(0) { $0 + $1.exits.reduce(0) { $0 + $1.count } }
    var isRight = false
    if case .value(let literal) = check.outcome { isRight = result == Value(literal) }
    return Measurement(nanoseconds: time, exits: exits, isRight: isRight)
  }

  private func milliseconds(_ nanoseconds: UInt64) -> String { "\(tenths(Double(nanoseconds) / 1e6)) ms" }
  private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private func row(_ name: String, _ columns: String...) -> String {
    let padding = String(repeating: " ", count: max(0, 12 - name.count))
    return name + padding + columns.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
  }
}
