import EjitVM

/// Making of machines, with errors as this tool tells them.
enum Machine {
  static func make(_ module: Module, _ options: Options, path: String) throws(Failure) -> VM {
    do throws(VMError) {
      return try VM(module, hosts: Hosts.all, options: options)
    } catch {
      throw Failure("\(path):1: error: \(text(error))")
    }
  }

  private static func text(_ error: VMError) -> String {
    switch error {
    case .refused(let error): error.message
    case .missingHost(let name): "the host function \(name) is not there"
    case .tooManyHosts: "too many host functions"
    case .schedule(let line): "line \(line) of the schedule cannot be read"
    case .outOfMemory: "its strings take too much memory"
    case .noStack: "the system gives no memory for frames"
    case .frameTooLarge, .otherFunction: "a function that cannot be replaced"
    }
  }
}
