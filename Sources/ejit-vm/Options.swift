/// A command line, understood.
enum Command {
  case help
  /// No command: the bundled programs.
  case table
  case run(RunOptions)
  case check(file: String)
  case assemble(file: String, out: String)
  case disassemble(file: String)
}

extension Command {
  init(_ arguments: [String]) throws(Failure) {
    guard let command = arguments.first else {
      self = .table
      return
    }
    let rest = arguments.dropFirst()
    switch command {
    case "help", "--help", "-h": self = .help
    case "run": self = .run(try RunOptions(rest))
    case "check": self = .check(file: try Command.file(rest, command))
    case "disasm": self = .disassemble(file: try Command.file(rest, command))
    case "asm": self = try Command.assembly(rest)
    default: throw .usage("there is no command \(command); there are run, check, asm and disasm")
    }
  }

  private static func file(_ words: ArraySlice<String>, _ command: String) throws(Failure) -> String {
    guard let file = words.first, words.count == 1 else { throw .usage("\(command) takes one FILE") }
    return file
  }

  private static func assembly(_ words: ArraySlice<String>) throws(Failure) -> Command {
    var words = words
    guard let option = words.firstIndex(of: "-o"), option + 1 < words.endIndex else {
      throw .usage("asm needs -o OUT")
    }
    let out = words[option + 1]
    words.removeSubrange(option...option + 1)
    return .assemble(file: try file(words, "asm"), out: out)
  }
}

/// `ejit-vm run`
struct RunOptions {
  var file = ""
  /// nil: `main`, else the first one.
  var function: String?
  /// As written.
  var arguments: [String] = []

  var tier = Tier.auto
  var threshold: Int?
  var deoptEvery: Int?
  var gcEvery: Int?
  var codeBudget: Int?
  var schedule: String?
  var stats = Stats.none
  var dumps: Set<Dump> = []
  var perfMap = false
  var optimizes = true

  enum Tier: String { case auto, interpreter, jit }
  enum Stats { case none, table, json }
  enum Dump: String, CaseIterable { case bytecode, microops, ir, code }

  /// Options stand before FILE; behind it are FUNCTION and arguments, which may begin with a minus.
  init(_ words: ArraySlice<String>) throws(Failure) {
    var words = words
    while let word = words.first, word.hasPrefix("-") {
      words.removeFirst()
      try read(word, &words)
    }
    guard let file = words.popFirst() else { throw .usage("run needs a FILE") }
    self.file = file
    function = words.popFirst()
    arguments = Array(words)
  }

  private mutating func read(_ option: String, _ words: inout ArraySlice<String>) throws(Failure) {
    switch option {
    case "--tier":
      let value = try RunOptions.value(option, &words)
      guard let tier = Tier(rawValue: value) else { throw .usage("--tier is auto, interpreter or jit, not \(value)") }
      self.tier = tier
    case "--threshold": threshold = try RunOptions.number(option, &words)
    case "--deopt-every": deoptEvery = try RunOptions.number(option, &words)
    case "--gc-every": gcEvery = try RunOptions.number(option, &words)
    case "--code-budget": codeBudget = try RunOptions.number(option, &words)
    case "--schedule": schedule = try RunOptions.value(option, &words)
    case "--dump": try readDumps(try RunOptions.value(option, &words))
    case "--perf-map": perfMap = true
    case "--no-opt": optimizes = false
    case "--stats":
      stats = words.first == "json" ? .json : .table
      if stats == .json { words.removeFirst() }
    default: throw .usage("run has no option \(option)")
    }
  }

  private mutating func readDumps(_ list: String) throws(Failure) {
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let dump = Dump(rawValue: String(word)) else {
        throw .usage("--dump takes bytecode, microops, ir and code, not \(word)")
      }
      dumps.insert(dump)
    }
  }

  private static func value(_ option: String, _ words: inout ArraySlice<String>) throws(Failure) -> String {
    guard let value = words.popFirst() else { throw .usage("\(option) needs a value") }
    return value
  }

  /// A number from 1 on.
  private static func number(_ option: String, _ words: inout ArraySlice<String>) throws(Failure) -> Int {
    let value = try value(option, &words)
    guard let number = Int(value), number > 0 else { throw .usage("\(option) takes a number from 1 on, not \(value)") }
    return number
  }
}
