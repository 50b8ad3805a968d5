/// What the process tells its caller.
enum ExitStatus: Int32 {
  case fine = 0
  /// A program trapped, or a bundled one had a wrong result.
  case trap = 1
  /// A file or command line that is refused.
  case refused = 2
}

/// Why a command gave up: the lines for standard error, and the status.
struct Failure: Error {
  let message: String
  let status: ExitStatus

  init(_ message: String, _ status: ExitStatus = .refused) { (self.message, self.status) = (message, status) }

  /// A command line that cannot be understood.
  static func usage(_ message: String) -> Failure { Failure("ejit-vm: error: \(message) (ejit-vm --help says more)") }
}

enum Tool {
  /// Runs one command line.
  static func run(_ arguments: [String]) -> ExitStatus {
    do throws(Failure) {
      switch try Command(arguments) {
      case .help: Console.print(Usage.text)
      case .table: return try TableCommand().run()
      case .run(let options): try RunCommand(options).run()
      case .check(let file): _ = try Source(file).verified()
      case .assemble(let file, let out): try Files.write(try encoded(Source(file)), to: out)
      case .disassemble(let file): Console.print(try Source(file).verified().text)
      }
      return .fine
    } catch {
      Console.printError(error.message)
      return error.status
    }
  }

  private static func encoded(_ source: Source) throws(Failure) -> [UInt8] {
    let module = try source.verified().module
    guard let bytes = try? module.encode() else { throw Failure("\(source.path):1: error: the module is too large") }
    return bytes
  }
}
