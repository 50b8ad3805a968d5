import CEjitShims
import EjitVM

/// Calls a function of a file.
struct RunCommand {
  let options: RunOptions
  let source: Source
  let module: VerifiedModule
  /// The number of the function.
  let function: Int

  init(_ options: RunOptions) throws(Failure) {
    self.options = options
    source = try Source(options.file)
    module = try source.verified()
    let functions = module.module.functions
    let number =
      if let name = options.function {
        functions.firstIndex { $0.name == name }
      } else {
        functions.firstIndex { $0.name == "main" } ?? functions.indices.first
      }
    guard let number else {
      let name = options.function.map { "the function \($0)" } ?? "any function"
      throw Failure("\(options.file):1: error: the module does not have \(name)")
    }
    function = number
  }

  func run() throws(Failure) {
    let arguments = try arguments().compactMap { Value($0) }
    let vm = try Machine.make(module.module, try settings(), path: options.file, schedule: options.schedule)
    defer { report(vm) }
    do throws(Trap) {
      let value = try vm.call(function, arguments)
      Hosts.flush()
      Console.printLine("\(value)")
    } catch {
      Hosts.flush()
      throw Failure(message(error), .trap)
    }
  }

  private func settings() throws(Failure) -> Options {
    var result = Options()
    switch options.tier {
    case .auto: result.tier = .auto
    case .interpreter: result.tier = .interpreter
    case .jit: result.tier = .jit
    }
    if let threshold = options.threshold { result.threshold = threshold }
    if let every = options.deoptEvery { result.deoptEvery = every }
    if let every = options.gcEvery { result.gcEvery = every }
    if let budget = options.codeBudget { result.codeBudget = budget }
    if let path = options.schedule { result.schedule = try Files.read(path) }
    result.optimizes = options.optimizes
    result.keepsInstructions = options.dumps.contains(.ir)
    return result
  }

  /// What options ask to be told, to standard error.
  private func report(_ vm: VM) {
    if options.dumps.contains(.bytecode) { Console.printError(module.text) }
    if options.dumps.contains(.microops) { Console.printError(vm.microOps) }
    if options.dumps.contains(.code) { Console.printError(vm.compiledCode) }
    if options.dumps.contains(.ir) { Console.printError(vm.instructions) }
    if options.perfMap, vm.writePerfMap(to: "/tmp/perf-\(ejit_process_id()).map") < 0 {
      Console.printError("ejit-vm: error: cannot write the map for perf")
    }
    switch options.stats {
    case .none: break
    case .table: Console.printError(vm.statistics.table)
    case .json: Console.printError(vm.statistics.json)
    }
  }

  /// The kind and the innermost frames of the backtrace.
  private func message(_ trap: Trap) -> String {
    let shown = 20
    let places = trap.backtrace.prefix(shown).map { "\n  at " + source.text(of: $0) }
    let rest = trap.backtrace.count - shown
    return "ejit-vm: trap: \(trap.kind.name)" + places.joined() + (rest > 0 ? "\n  and \(rest) more" : "")
  }

  /// The arguments as values.
  func arguments() throws(Failure) -> [Literal] {
    let expected = module.module.functions[function]
    guard options.arguments.count == expected.arguments else {
      throw .usage("\(expected.name) takes \(expected.arguments) arguments, not \(options.arguments.count)")
    }
    var result: [Literal] = []
    for text in options.arguments {
      guard let literal = try? Literal(text: text.utf8), Value(literal) != nil else {
        throw .usage("\(text) is no value: 42, 1.5, true, false, nil or \"text\" with its quotes")
      }
      result.append(literal)
    }
    return result
  }
}
