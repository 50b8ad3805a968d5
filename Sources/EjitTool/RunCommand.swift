import Ejit
import EjitText

/// `ejit run`: calls one function and prints what it returned.
struct RunCommand {
  private let options: RunOptions
  private let arguments: [String]
  private let child: Child?

  init(_ options: RunOptions, arguments: [String], child: Child?) {
    self.options = options
    self.arguments = arguments
    self.child = child
  }

  func run() throws(Failure) -> ExitStatus {
    let source = try Source(path: options.file)
    let call = Call(function: try function(in: source.program), arguments: try callArguments())
    let place = try options.engine.place()
    if let excess = call.excess(on: place.target) {
      throw Failure("ejit: error: too many arguments for \(call.function.name): \(excess)")
    }
    let instructions = try source.instructions()
    if place == .emulator, !source.program.externs.isEmpty { return try runElsewhere(call) }
    if place == .emulator {
      let emulation = Emulation()
      try emulation.add(source, instructions)
      try emulation.add(call)
      return finish(try emulation.finish()[0], of: call, in: source)
    }
    if child == nil, let status = runInChild(source, call) { return status }
    let session = try Session(source, instructions, in: place)
    return finish(session.run(call), of: call, in: source)
  }

  private func function(in program: Program) throws(Failure) -> Program.Function {
    guard let wanted = options.function else { return program.functions[0] }
    if let function = program.function(named: Name(wanted.utf8)) { return function }
    let names = program.functions.map(\.name.description).filter { !$0.isEmpty }.joined(separator: ", ")
    let others = names.isEmpty ? "it has none with a name" : "there are \(names)"
    throw Failure("ejit: error: \(options.file) has no function \(wanted); \(others)")
  }

  /// The arguments in the order that the command line promises.
  private func callArguments() throws(Failure) -> [Run.Argument] {
    var result: [Run.Argument] = []
    if let input = options.input { result.append(.text(try Files.read(input))) }
    if let output = options.output { result.append(.output(byteCount: output)) }
    for text in options.arguments {
      if let bits = Numbers.integer(text) {
        result.append(.integer(bits))
      } else if let number = Run.Argument(float: Array(text.utf8)) {
        result.append(number)
      } else {
        throw Failure.usage("--arg takes a number that fits into 64 bits, not \(text)")
      }
    }
    return result
  }

  /// Has the call made by a child, which prints the result; nil if there can be no child.
  private func runInChild(_ source: Source, _ call: Call) -> ExitStatus? {
    guard let process = Child(progress: "-", skip: 0).start(arguments) else { return nil }
    Console.print(process.output)
    switch process.ending {
    case .exited(let status): return ExitStatus(rawValue: status) ?? .wrongResult
    case .signal(let signal): return finish(.ended(Signals.text(signal)), of: call, in: source)
    }
  }

  private func runElsewhere(_ call: Call) throws(Failure) -> ExitStatus {
    let process = try Runner(for: options.file).run(RunCommand.withoutEngine(arguments))
    Console.print(process.output)
    // A runner that does not understand command lines is not to be mistaken for one that has run this.
    let isResult = String(decoding: process.output, as: UTF8.self).contains("\(text(of: call)) = ")
    switch process.ending {
    case .exited(0) where !isResult:
      throw Failure("ejit: error: the AArch64 runner did not run \(options.file)", .cannotRun)
    case .exited(let status): return ExitStatus(rawValue: status) ?? .wrongResult
    case .signal(let signal):
      throw Failure("ejit: error: the AArch64 runner \(Signals.text(signal))", .wrongResult)
    }
  }

  /// The command line without its `--engine`.
  private static func withoutEngine(_ arguments: [String]) -> [String] {
    var result: [String] = []
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--engine" {
        rest = rest.dropFirst()
      } else if !word.hasPrefix("--engine=") {
        result.append(word)
      }
    }
    return result
  }

  /// Prints how the call ended.
  private func finish(_ ending: Ending, of call: Call, in source: Source) -> ExitStatus {
    switch ending {
    case .returned(let result):
      Console.printLine("\(text(of: call)) = \(call.function.text(of: result))")
      if options.output != nil { Console.printLine(Numbers.hex(result.output)) }
      return .fine
    case .ended(let reason, let instruction):
      let place = instruction ?? call.function.start
      Console.printError(source.message(at: place, "\(text(of: call)) \(reason)"))
      return .wrongResult
    }
  }

  /// The call with buffers by their sizes and numbers as they were written.
  private func text(of call: Call) -> String {
    var written = options.arguments[...]
    return call.text { argument in
      switch argument {
      case .text(let bytes): "input[\(bytes.count)]"
      case .output(let count): "output[\(count)]"
      case .integer, .float, .single: written.popFirst() ?? ""
      }
    }
  }
}
