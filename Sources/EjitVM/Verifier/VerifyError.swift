/// Why a module may not be executed, and where.
public struct VerifyError: Error, Equatable, Sendable {
  /// The name of the function; nil if it is about the module.
  public var function: String?
  /// In bytes from the start of the function's code.
  public var offset: Int
  /// Of the instruction there; nil if it is not about one.
  public var mnemonic: String?
  /// What is wrong.
  public var reason: Reason

  /// What a verified module does not have.
  public enum Reason: Equatable, Sendable {
    /// No instruction can be decoded here.
    case undecodable(ModuleError.Kind)
    /// Values on the stack: as many as are taken, and as there are.
    case stackUnderflow(taken: Int, height: Int)
    /// Ways that meet here leave different numbers of values on the stack.
    case heightMismatch(before: Int, now: Int)
    /// Some way here does not set the local that is read.
    case localUnset(Int)
    /// A number that is not below `count`.
    case outOfRange(Subject, number: Int, count: Int)
    /// A jump, or the part of a handler, to where no instruction begins.
    case badTarget(Int)
    /// Execution would continue behind the last instruction.
    case fallsOff
    /// A handler whose range has no instruction.
    case emptyRange(from: Int, to: Int)
    /// More than may be.
    case tooMany(Subject, count: Int, limit: Int)
    /// A name that cannot be written, or that something before has.
    case badName(String)
    case duplicateName(String)
    /// The constant with this number is one with a lower number.
    case duplicateConstant(Int)
  }

  /// What a number counts.
  public enum Subject: String, Sendable {
    case constant, local, function, host, argument, slot, handler
  }
}

extension VerifyError {
  /// What the instruction needs.
  public var expected: String {
    switch reason {
    case .undecodable: "an instruction"
    case .stackUnderflow(let taken, _): "\(taken) values on the stack"
    case .heightMismatch(let before, _): "\(before) values on the stack, as on another way here"
    case .localUnset(let number): "local \(number) set on every way here"
    case .outOfRange(let subject, _, let count): "the number of a \(subject.rawValue) below \(count)"
    case .badTarget: "the offset of an instruction"
    case .fallsOff: "a jump, return or throw at the end"
    case .emptyRange: "a range with an instruction"
    case .tooMany(let subject, _, let limit): "at most \(limit) \(subject.rawValue)s"
    case .badName: "a name of letters, digits, _, . and $ that begins with no digit or dot"
    case .duplicateName: "a name of its own"
    case .duplicateConstant: "every constant once"
    }
  }

  /// What is there instead.
  public var found: String {
    switch reason {
    case .undecodable(let kind): ModuleError(kind, at: 0).message
    case .stackUnderflow(_, let height): "\(height)"
    case .heightMismatch(_, let now): "\(now)"
    case .localUnset: "a way that does not set it"
    case .outOfRange(_, let number, _): "\(number)"
    case .badTarget(let target): "\(target)"
    case .fallsOff: "the end of the code"
    case .emptyRange(let from, let to): "\(from) to \(to)"
    case .tooMany(_, let count, _): "\(count)"
    case .badName(let name), .duplicateName(let name): "\"\(name)\""
    case .duplicateConstant(let number): "number \(number) again"
    }
  }

  /// All of it in one line.
  public var message: String {
    let place = function.map { "\($0), offset \(offset)" }
    let subject = [place, mnemonic].compactMap { $0 }.joined(separator: ": ")
    return (subject.isEmpty ? "" : subject + ": ") + "expected \(expected), found \(found)"
  }
}
