import Ejit

/// A command line, understood.
enum Command {
  case help
  case run(RunOptions)
  case test(TestOptions)
  case lower(LowerOptions)
}

struct RunOptions {
  var file = ""
  var function: String?
  var input: String?
  var output: Int?
  /// Each `--arg`, as written.
  var arguments: [String] = []
  var engine = Engine.native
}

struct TestOptions {
  var paths: [String] = []
  var engine = Engine.native
}

struct LowerOptions {
  var file = ""
  var target = Target.host
  var features = Features.baseline
  var out: String?
}

extension Command {
  init(_ arguments: [String]) throws(Failure) {
    guard let command = arguments.first else { throw Failure("ejit: error: no command\n\(Usage.text)") }
    if arguments.contains(where: { $0 == "--help" || $0 == "-h" }) || command == "help" {
      self = .help
      return
    }
    var words = Words(arguments.dropFirst())
    switch command {
    case "run": self = .run(try RunOptions(&words))
    case "test": self = .test(try TestOptions(&words))
    case "lower": self = .lower(try LowerOptions(&words))
    default: throw Failure.usage("there is no command \(command); there are run, test and lower")
    }
  }
}

extension Failure {
  /// A command line that cannot be understood.
  static func usage(_ message: String) -> Failure { Failure("ejit: error: \(message) (ejit --help says more)") }
}

/// The words of a command line behind the command, taken apart into options with values and the rest.
struct Words {
  private var rest: ArraySlice<String>
  private var given: Set<String> = []

  enum Word {
    case plain(String)
    case option(String, value: String)
  }

  init(_ words: ArraySlice<String>) { rest = words }

  /// The next word; an option takes the word behind it, or what follows its `=`. Only `--arg` may be repeated.
  mutating func next() throws(Failure) -> Word? {
    guard let word = rest.popFirst() else { return nil }
    guard word.hasPrefix("-"), word != "-" else { return .plain(word) }
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = parts[0]
    guard Words.options.contains(name) else { throw Failure.usage("there is no option \(name)") }
    guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
      throw Failure.usage("\(name) needs a value")
    }
    guard given.insert(name).inserted || name == "--arg" else { throw Failure.usage("\(name) is given twice") }
    return .option(name, value: value)
  }

  private static let options: Set<String> = [
    "--input", "--output", "--arg", "--engine", "--target", "--features", "--out",
  ]
}

extension RunOptions {
  init(_ words: inout Words) throws(Failure) {
    var plain: [String] = []
    while let word = try words.next() {
      switch word {
      case .plain(let word): plain.append(word)
      case .option("--input", let value): input = value
      case .option("--output", let value): output = try RunOptions.byteCount(value)
      case .option("--arg", let value): arguments.append(value)
      case .option("--engine", let value): engine = try Engine(named: value)
      case .option(let name, _): throw Failure.usage("ejit run has no option \(name)")
      }
    }
    guard let file = plain.first else { throw Failure.usage("ejit run needs a FILE") }
    guard plain.count <= 2 else { throw Failure.usage("ejit run takes a FILE and a FUNCTION, not also \(plain[2])") }
    self.file = file
    function = plain.dropFirst().first
  }

  /// How many bytes `--output` may ask for.
  static let maximumOutput = 1 << 27

  private static func byteCount(_ text: String) throws(Failure) -> Int {
    guard let bits = Numbers.integer(text), bits <= UInt64(maximumOutput) else {
      throw Failure.usage("--output takes a number of bytes from 0 to \(maximumOutput), not \(text)")
    }
    return Int(bits)
  }
}

extension TestOptions {
  init(_ words: inout Words) throws(Failure) {
    while let word = try words.next() {
      switch word {
      case .plain(let word): paths.append(word)
      case .option("--engine", let value): engine = try Engine(named: value)
      case .option(let name, _): throw Failure.usage("ejit test has no option \(name)")
      }
    }
    guard !paths.isEmpty else { throw Failure.usage("ejit test needs a PATH") }
  }
}

extension LowerOptions {
  init(_ words: inout Words) throws(Failure) {
    var plain: [String] = []
    var list: String?
    while let word = try words.next() {
      switch word {
      case .plain(let word): plain.append(word)
      case .option("--target", "x86-64"): target = .x86_64
      case .option("--target", "aarch64"): target = .aarch64
      case .option("--target", let value): throw Failure.usage("--target is x86-64 or aarch64, not \(value)")
      case .option("--features", let value): list = value
      case .option("--out", let value): out = value
      case .option(let name, _): throw Failure.usage("ejit lower has no option \(name)")
      }
    }
    guard let file = plain.first else { throw Failure.usage("ejit lower needs a FILE") }
    guard plain.count == 1 else { throw Failure.usage("ejit lower takes one FILE, not also \(plain[1])") }
    self.file = file
    if let list { features = try Features(list: list, for: target) }
  }
}

extension Features {
  /// All names, for messages.
  static var list: String { all.map { "\($0.name)" }.joined(separator: ", ") }

  fileprivate init(list: String, for target: Target) throws(Failure) {
    self = []
    for word in list.split(separator: ",").map(String.init) {
      if word == "host" {
        formUnion(.best(for: target))
      } else if let known = Features.all.first(where: { "\($0.name)" == word }) {
        insert(known.feature)
      } else {
        throw Failure.usage("there is no feature \(word); there are \(Features.list)")
      }
    }
  }
}
