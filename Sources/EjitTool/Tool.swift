/// What the process tells its caller.
enum ExitStatus: Int32 {
  case fine = 0
  /// A result was wrong, or a program was ended.
  case wrongResult = 1
  /// The command line, or a file that cannot be read as what it should be.
  case usage = 2
  /// This engine cannot run here.
  case cannotRun = 3
}

/// Why a command gave up: the line for standard error, and the status.
struct Failure: Error {
  let message: String
  let status: ExitStatus

  init(_ message: String, _ status: ExitStatus = .usage) {
    self.message = message
    self.status = status
  }
}

enum Tool {
  /// Runs one command line.
  static func run(_ arguments: [String]) -> ExitStatus {
    let (child, rest) = Child.split(arguments)
    if child != nil {
      Externs.endWithParent()
      Externs.crashSilently()
    }
    do throws(Failure) {
      switch try Command(rest) {
      case .help:
        Console.print(Usage.text)
        return .fine
      case .run(let options): return try RunCommand(options, arguments: rest, child: child).run()
      case .test(let options): return try TestCommand(options, arguments: rest, child: child).run()
      case .lower(let options): return try LowerCommand(options).run()
      }
    } catch {
      Console.printError(error.message)
      return error.status
    }
  }
}
