import Ejit
import EjitText

/// `ejit test`: runs the directives of files.
struct TestCommand {
  private let options: TestOptions
  private let arguments: [String]
  private let child: Child?

  init(_ options: TestOptions, arguments: [String], child: Child?) {
    self.options = options
    self.arguments = arguments
    self.child = child
  }

  func run() throws(Failure) -> ExitStatus {
    let place = try options.engine.place()
    if place == .emulator { _ = try Runner.emulator() }
    var paths: [String] = []
    for path in options.paths { paths += try Files.sources(below: path) }
    var tally = Tally()
    var sources: [Source] = []
    for path in paths {
      let text = try Files.read(path)
      do throws(Failure) {
        sources.append(try Source(path: path, text: text))
      } catch {
        // In a child the process that waits for it has said so.
        if child == nil { tally.add(error.message) }
      }
    }
    if let child { return runCases(of: sources, in: place, for: child).status }
    tally.add(try test(sources, in: place))
    Console.printLine(tally.text)
    return tally.status
  }

  private func test(_ sources: [Source], in place: Engine.Place) throws(Failure) -> Tally {
    var tally = Tally()
    var here: [Source] = []
    for source in sources {
      if place == .emulator, source.needsRunner {
        tally.add(TestCommand.testElsewhere(source))
      } else {
        here.append(source)
      }
    }
    for source in here { tally.add(Refusals.test(source)) }
    for source in here { tally.add(Listings.test(source)) }
    switch place {
    case .emulator: tally.add(try TestCommand.emulate(here))
    case .machine, .interpreter: tally.add(try runInChildren(here, in: place))
    }
    return tally
  }

  /// How long one case may take, in seconds.
  private static let limit: UInt32 = 100

  // MARK: In this process

  /// Runs the cases in this process, which one of them may end.
  private func runCases(of sources: [Source], in place: Engine.Place, for child: Child) -> Tally {
    var tally = Tally()
    var skip = child.skip
    for source in sources {
      let cases = TestCase.all(of: source).dropFirst(skip)
      skip -= min(skip, TestCase.all(of: source).count)
      if cases.isEmpty { continue }
      do throws(Failure) {
        let instructions = source.instructions(try source.instructions())
        let session = try Session(source, instructions, in: place)
        for test in cases {
          tally.add(TestCommand.run(test, in: session, target: place.target))
          child.report(tally)
        }
      } catch {
        for test in cases { tally.add(test.complaint(error)) }
        child.report(tally)
      }
    }
    return tally
  }

  private static func run(_ test: TestCase, in session: Session, target: Target) -> String? {
    if let excess = test.call.excess(on: target) { return test.complaint(.ended("has \(excess)")) }
    Externs.limit(seconds: UInt64(limit))
    defer { Externs.limit(seconds: 0) }
    return test.complaint(session.run(test.call))
  }

  // MARK: In children

  /// Has the cases run by children. One that ends has come to a case that crashes; the next goes on behind it.
  private func runInChildren(_ sources: [Source], in place: Engine.Place) throws(Failure) -> Tally {
    let cases = sources.flatMap { TestCase.all(of: $0) }
    var tally = Tally()
    if cases.isEmpty { return tally }
    let progress = try Files.temporary()
    defer { Files.remove(progress) }
    while tally.count < cases.count {
      let child = Child(progress: progress, skip: tally.count)
      try Files.write([], to: progress)
      guard let process = child.start(arguments) else {
        tally.add(runCases(of: sources, in: place, for: child))
        break
      }
      Console.print(process.output)
      tally.add(child.readTally())
      if tally.count >= cases.count { break }
      let test = cases[tally.count]
      switch process.ending {
      case .signal(let signal): tally.add(test.complaint(.ended(Signals.text(signal))))
      case .exited(let status): throw Failure(test.complaint(Failure("its process ended with status \(status)")))
      }
    }
    return tally
  }

  // MARK: Under an emulator

  /// Runs the cases of all files in one process, or as few as can hold them.
  private static func emulate(_ sources: [Source]) throws(Failure) -> Tally {
    let emulation = Emulation(secondsPerCall: limit)
    var tally = Tally()
    var added: [TestCase] = []
    for source in sources {
      let cases = TestCase.all(of: source)
      if cases.isEmpty { continue }
      do throws(Failure) {
        try emulation.add(source, source.instructions(source.program.instructions))
      } catch {
        for test in cases { tally.add(test.complaint(error)) }
        continue
      }
      for test in cases {
        if let excess = test.call.excess(on: .aarch64) {
          tally.add(test.complaint(.ended("has \(excess)")))
        } else {
          try emulation.add(test.call)
          added.append(test)
        }
      }
    }
    for (test, ending) in zip(added, try emulation.finish()) { tally.add(test.complaint(ending)) }
    return tally
  }

  /// Has a whole file tested by the AArch64 runner, whose last line says what came of it.
  private static func testElsewhere(_ source: Source) -> Tally {
    do throws(Failure) {
      let process = try Runner(for: source.path).run(["test", source.path])
      if let tally = Tally(lastLineOf: process.output), tally.count == source.checkCount { return tally }
      throw Failure("ejit: error: the AArch64 runner did not test \(source.path)", .cannotRun)
    } catch {
      Console.printError(error.message)
      return Tally(isIncomplete: true)
    }
  }
}

extension Source {
  /// Whether the program calls C functions when it is tested.
  fileprivate var needsRunner: Bool { !program.externs.isEmpty && !TestCase.all(of: self).isEmpty }

  /// How many checks this file asks for.
  fileprivate var checkCount: Int {
    TestCase.all(of: self).count + Refusals.all(of: self).count + Listings.all(of: self).count
  }
}
