/// What the tiers of a machine have done up to now.
public struct Statistics: Sendable {
  /// By number.
  public var functions: [Function] = []
  /// Bytes of compiled code that may be entered now.
  public var codeBytes = 0
  /// Bytes of compiled code that is kept only for frames that may return into it.
  public var retiredBytes = 0
  /// Bytes that strings and arrays take, those too that no collection has found unused yet.
  public var heapBytes = 0
  /// Strings and arrays that were ever made.
  public var allocations = 0
  /// How often unused ones were looked for.
  public var collections = 0

  /// Of one function, with all code that was ever made for it.
  public struct Function: Sendable {
    /// As the module names it.
    public var name: String
    /// Calls by the interpreter and by the host; compiled code calls compiled code without counting.
    public var calls: Int
    /// How often the interpreter and the host entered its code, for a call or in a loop.
    public var entries: Int
    /// How often it was compiled.
    public var compilations: Int
    /// How often its code was given up because guards in it kept failing.
    public var recompilations: Int
    /// Code that may be entered now: for its start with different types of arguments, and for its loops.
    public var versions: Int
    /// How often its code had to make room for other code.
    public var evictions: Int
    /// Time spent on compiling it, in nanoseconds.
    public var compileNanoseconds: UInt64
    /// Bytes of all its code.
    public var codeBytes: Int
    /// Bytes of the tables of exits of all its code.
    public var tableBytes: Int
    /// Why it is not compiled any more: `unsuitable`, `guards` or `budget`; nil: it is.
    public var leftToInterpreter: String?
    /// Where its code was left, and how often; those left most often first.
    public var exits: [Exit]
  }

  /// A place where compiled code was left.
  public struct Exit: Sendable {
    /// The function that the place is in: the compiled one, or one that became part of its code.
    public var function: String
    /// The instruction's offset in that function's bytecode, as it was when the code was left.
    public var offset: Int
    /// Why: `result type`, `element type`, `slow`, `unreached`, `depth`, `unwound`, `forced` or `renewed`.
    public var reason: String
    /// How often.
    public var count: Int
  }
}

extension Statistics {
  /// A line for each function that was called or compiled, and one for each place where its code was left.
  public var table: String {
    var text = "compiled code: \(codeBytes) bytes, \(retiredBytes) retired\n"
    text += "heap: \(heapBytes) bytes, \(allocations) allocations, \(collections) collections\n"
    for function in functions where function.calls > 0 || function.compilations > 0 {
      text += "\(function.name): \(function.calls) calls, \(function.entries) entries, "
      text += "\(function.compilations) compiled, \(function.recompilations) again, "
      text += "\(function.versions) versions, \(function.evictions) evicted, \(function.compileNanoseconds / 1000) us, "
      text += "\(function.codeBytes) bytes, \(function.tableBytes) of exits"
      if let reason = function.leftToInterpreter { text += ", left to the interpreter: \(reason)" }
      text += "\n"
      for exit in function.exits { text += "  \(exit.count) × \(exit.reason) in \(exit.function) at \(exit.offset)\n" }
    }
    return text
  }

  /// The same as one JSON object.
  public var json: String {
    let functions = functions.map { $0.json }.joined(separator: ",")
    return "{\"codeBytes\":\(codeBytes),\"retiredBytes\":\(retiredBytes),\"heapBytes\":\(heapBytes),"
      + "\"allocations\":\(allocations),\"collections\":\(collections),\"functions\":[\(functions)]}"
  }

  fileprivate static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: bytes += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
  }
}

extension Statistics.Function {
  fileprivate var json: String {
    let exits = exits.map { $0.json }.joined(separator: ",")
    let reason = leftToInterpreter.map { Statistics.quoted($0) } ?? "null"
    return "{\"name\":\(Statistics.quoted(name)),\"calls\":\(calls),\"entries\":\(entries),"
      + "\"compilations\":\(compilations),\"recompilations\":\(recompilations),"
      + "\"versions\":\(versions),\"evictions\":\(evictions),\"compileNanoseconds\":\(compileNanoseconds),"
      + "\"codeBytes\":\(codeBytes),\"tableBytes\":\(tableBytes),\"leftToInterpreter\":\(reason),\"exits\":[\(exits)]}"
  }
}

extension Statistics.Exit {
  fileprivate var json: String {
    "{\"function\":\(Statistics.quoted(function)),\"offset\":\(offset),\"reason\":\(Statistics.quoted(reason)),"
      + "\"count\":\(count)}"
  }
}
