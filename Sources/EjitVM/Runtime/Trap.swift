/// Why execution ended without a result.
public struct Trap: Error, Equatable, Sendable {
  /// What happened.
  public var kind: Kind
  /// Innermost frame first.
  public var backtrace: [Place] = []

  /// A trap that has not left any frame yet.
  public init(_ kind: Kind) { self.kind = kind }

  /// What may happen.
  public enum Kind: UInt8, Error, CaseIterable, Sendable {
    case divisionByZero, divisionOverflow, arithmeticOverflow, typeError, indexOutOfRange
    /// Too many calls inside each other.
    case stackOverflow
    /// `throw` without a handler around it.
    case unhandledThrow
    /// `to.int` of a NaN or of what no `Int64` is near.
    case conversion
    /// More memory than the machine may have.
    case outOfMemory
    /// A host function that failed otherwise than by throwing a value.
    case hostFailure
  }

  /// An instruction: a function's number in the module and the offset in its code, in bytes.
  public struct Place: Hashable, Sendable {
    /// The function's number in the module.
    public var function: Int
    /// In bytes from the start of the function's code.
    public var offset: Int

    /// The place of an instruction.
    public init(function: Int, offset: Int) { (self.function, self.offset) = (function, offset) }
  }
}
