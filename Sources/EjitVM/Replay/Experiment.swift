/// A program that is run again and again, each time by a machine of its own.
public struct Experiment {
  let module: Module
  let hosts: [String: HostBinding]
  let options: Options
  let run: (VM) -> String

  /// `run` uses a machine and says what came of it, always the same if the machine works; `options` tell the machines when
  /// to compile.
  public init(
    _ module: Module, hosts: [String: HostBinding] = [:], options: Options, run: @escaping (VM) -> String
  ) {
    (self.module, self.hosts, self.options, self.run) = (module, hosts, options, run)
  }

  /// A call of one function.
  public init(_ module: Module, options: Options, function: String, arguments: [Value]) {
    self.init(module, options: options) { machine in
      do throws(Trap) {
        return try machine.call(function, arguments).description
      } catch {
        return error.backtrace.reduce("trap \(error.kind.rawValue)") { "\($0) \($1.function):\($1.offset)" }
      }
    }
  }

  /// A machine that only interprets.
  func interpreter() throws(VMError) -> VM {
    var options = options
    options.tier = .interpreter
    options.schedule = nil
    return try VM(module, hosts: hosts, options: options)
  }

  /// A machine whose code is left where `forced` says it.
  func compiler(_ forced: ForcedExits.Mode?) throws(VMError) -> VM {
    var options = options
    options.forcedExits = forced
    return try VM(module, hosts: hosts, options: options)
  }

  /// An exit, and its `pass`-th pass.
  struct Pass {
    /// By its number among those of the program, in the order in which its code is made.
    var exit: Int
    /// From 1.
    var pass: Int

    var forced: ForcedExits.Mode { .single(exit: exit, pass: pass) }
  }

  /// How often exits were passed in all.
  static func count(_ machine: VM) -> Int {
    (0..<machine.tiers.nextExit).reduce(0) { $0 + (machine.tiers.forced?.passes($1) ?? 0) }
  }

  /// The first, the second and the last pass of each exit that the program passes, as a machine has counted them.
  static func passes(_ machine: VM) -> [Pass] {
    (0..<machine.tiers.nextExit).flatMap { exit in
      let last = machine.tiers.forced?.passes(exit) ?? 0
      let passes = last > 0 ? Set([1, min(2, last), last]) : []
      return passes.sorted().map { Pass(exit: exit, pass: $0) }
    }
  }
}
