/// Which tier runs which call of which function: for runs that can be repeated exactly.
///
/// As text: a line `FUNCTION NTH-CALL TIER` for each change, calls counted from 1, the tier one of `interpreter`, `jit` and
/// `osr` (begins in the interpreter, and goes over to compiled code at the first jump backwards). A line holds for this
/// call and those behind it until another line; calls before the first one are interpreted. `;` starts a comment.
struct Schedule {
  enum Tier: UInt8 { case interpreter, jit, osr }

  struct Change: Equatable {
    var call: Int
    var tier: Tier
  }

  /// Why a text is no schedule, and in which line, from 1.
  struct ParseError: Error, Equatable {
    var line: Int
    var kind: Kind

    enum Kind: UInt8 {
      /// Not three words.
      case malformed
      case unknownFunction
      /// Not a number from 1 up.
      case badCall
      case unknownTier
      /// Calls of a function are to be named in ascending order, each once.
      case notAscending
    }
  }

  /// For each function, ascending.
  private(set) var changes: [Int: [Change]] = [:]

  init() {}

  /// Reads a text; `number` finds a function by its name.
  init(_ text: [UInt8], number: ([UInt8]) -> Int?) throws(ParseError) {
    var line = 1
    for bytes in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let words = bytes.prefix { $0 != UInt8(ascii: ";") }
        .split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
      do throws(Refusal) {
        if !words.isEmpty { try add(words.map { Array($0) }, number) }
      } catch {
        throw ParseError(line: line, kind: error.kind)
      }
      line += 1
    }
  }

  private struct Refusal: Error { var kind: ParseError.Kind }

  private mutating func add(_ words: [[UInt8]], _ number: ([UInt8]) -> Int?) throws(Refusal) {
    guard words.count == 3 else { throw Refusal(kind: .malformed) }
    guard let function = number(words[0]) else { throw Refusal(kind: .unknownFunction) }
    guard let call = Self.number(words[1]) else { throw Refusal(kind: .badCall) }
    guard let tier = Self.tier(words[2]) else { throw Refusal(kind: .unknownTier) }
    if let last = changes[function]?.last, last.call >= call { throw Refusal(kind: .notAscending) }
    changes[function, default: []].append(Change(call: call, tier: tier))
  }

  private static func number(_ bytes: [UInt8]) -> Int? {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard bytes.count <= 18, bytes.allSatisfy({ digits.contains($0) }) else { return nil }
    let value = bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    return value > 0 ? value : nil
  }

  private static func tier(_ bytes: [UInt8]) -> Tier? {
    if bytes == Array("interpreter".utf8) { return .interpreter }
    if bytes == Array("jit".utf8) { return .jit }
    return bytes == Array("osr".utf8) ? .osr : nil
  }

  /// The tier of a function's `call`-th call, from 1.
  func tier(_ function: Int, call: Int) -> Tier {
    changes[function]?.last { $0.call <= call }?.tier ?? .interpreter
  }
}
