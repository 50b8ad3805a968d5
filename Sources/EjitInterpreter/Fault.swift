/// Why a run ended before the program returned. The registers keep what they held at that point.
public struct Fault: Error, Equatable, Sendable {
  /// What went wrong.
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// A load from bytes that do not all lie in one memory range.
    case unreadable
    /// A store to bytes that do not all lie in one writable memory range.
    case unwritable
    /// A jump or call to what is neither the address of a label (`Interpreter.address(of:)`) nor, for a call, that
    /// of a C function.
    case badJump
    /// A return where the stack does not hold the return address of a matching call. Address: what it holds.
    case badReturn
    /// A frame, call or argument beyond what the stack has room for. Address: where it would have begun.
    case stackOverflow
    /// More steps than the caller allowed.
    case outOfFuel
    /// Control ran off the end of the program: of its cold code, or of its hot code if there is no cold code.
    case endOfProgram
    /// Control came to data, or to the zeros with which `align` fills a gap behind data. Address: that of the data.
    case executedData
    /// Operands for which the op defines no result: a division, or an atomic access that is not aligned. Address: that of
    /// the access.
    case undefinedResult
    /// `trap`. Address: its code.
    case trap
    /// `unreachable`.
    case unreachable
    /// `breakpoint`.
    case breakpoint
    /// A call of a C function, which the caller has not allowed or this machine cannot make.
    case callRefused
    /// A run was to begin at a label that the program does not bind. Address: its number.
    case unboundEntry
  }

  /// What went wrong.
  public let kind: Kind
  /// The index of the instruction that could not be executed; the count of the program for `endOfProgram`, -1 where
  /// no instruction was reached.
  public let instruction: Int
  /// The address that the kind names.
  public let address: UInt64

  /// A fault of `kind` at `instruction`.
  public init(_ kind: Kind, instruction: Int, address: UInt64 = 0) {
    self.kind = kind
    self.instruction = instruction
    self.address = address
  }

  init(_ cause: Cause, instruction: Int) {
    self.init(cause.kind, instruction: instruction, address: cause.address)
  }

  /// A fault before the loop that knows the instruction has put its index to it.
  struct Cause: Error {
    let kind: Kind
    var address: UInt64 = 0
  }
}
