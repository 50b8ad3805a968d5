import CEjitShims

/// A process of this tool in which programs may crash: `ejit --child PROGRESS SKIP` and a command line.
///
/// Machine code of this machine runs with all rights of its process, and may end it. So the process that a user starts
/// has the calls made by a child, and reports how that ended. For a debugger: `ejit --child - 0 run FILE`.
struct Child {
  /// A file to which the child writes how many checks have passed and failed; `-`: none.
  let progress: String
  /// How many checks to leave out.
  let skip: Int

  /// What a child is told, if this process is one, and the command line behind it.
  static func split(_ arguments: [String]) -> (Child?, [String]) {
    guard arguments.count >= 3, arguments[0] == "--child", let skip = Int(arguments[2]) else {
      return (nil, arguments)
    }
    return (Child(progress: arguments[1], skip: max(skip, 0)), Array(arguments.dropFirst(3)))
  }

  /// Runs a command line in a child; nil if none can be started.
  func start(_ arguments: [String]) -> Subprocess? {
    // Linux has the path of this program here, wherever it was started from.
    let path = Files.executable("/proc/self/exe") ?? CommandLine.arguments.first ?? "ejit"
    return Subprocess([path, "--child", progress, "\(skip)"] + arguments)
  }

  /// Tells the process that waits how far this child has come.
  func report(_ tally: Tally) {
    if progress == "-" { return }
    // If it cannot be written, the checks that follow a crash are made again.
    _ = try? Files.write(Array("\(tally.passed) \(tally.failed)".utf8), to: progress)
  }

  /// How far the child came.
  func readTally() -> Tally {
    let text = (try? Files.read(progress)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let numbers = text.split(separator: " ").compactMap { Int($0) }
    return numbers.count == 2 ? Tally(passed: numbers[0], failed: numbers[1]) : Tally()
  }
}
