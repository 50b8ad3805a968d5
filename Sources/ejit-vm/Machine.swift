import EjitVM

/// Making of machines, with errors as this tool tells them.
enum Machine {
  /// `path` and `schedule` are the files that the module and the schedule come from.
  static func make(
    _ module: Module, _ options: Options, path: String, schedule: String? = nil
  ) throws(Failure) -> VM {
    do throws(VMError) {
      return try VM(module, hosts: Hosts.all, options: options)
    } catch {
      if case .schedule(let line) = error, let schedule { throw Failure("\(schedule):\(line): error: \(text(error))") }
      throw Failure("\(path):1: error: \(text(error))")
    }
  }

  private static func text(_ error: VMError) -> String {
    switch error {
    case .refused(let error): error.message
    case .missingHost(let name): "the host function \(name) is not there"
    case .tooManyHosts: "too many host functions"
    case .schedule: "expected a function of the module, the number of a call, larger than before, and a tier"
    case .outOfMemory: "its strings take too much memory"
    case .noStack: "the system gives no memory for frames"
    case .frameTooLarge, .otherFunction: "a function that cannot be replaced"
    }
  }
}
