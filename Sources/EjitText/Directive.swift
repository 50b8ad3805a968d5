import Ejit

/// A comment that says how a program is to be tested.
///
/// Two directives are equal if they say the same at the same place among the instructions.
public struct Directive: Sendable {
  /// What is to be tested.
  public enum Kind: Equatable, Sendable {
    case run(Run)
    case error(ExpectedError)
    case bytes(ExpectedBytes)
  }

  /// What is to be tested.
  public let kind: Kind
  /// How many instructions stand before it in the file; that on the same line counts.
  public let place: Int
  /// Where it was written.
  public let position: SourcePosition
}

extension Directive: Equatable {
  /// Whether two directives say the same.
  public static func == (a: Directive, b: Directive) -> Bool { a.kind == b.kind && a.place == b.place }
}

/// `; run: NAME(1, "text", out 8) == 3 => 00 …`: a call, and what must come of it.
public struct Run: Equatable, Sendable {
  /// An argument, as written.
  public enum Argument: Equatable, Sendable {
    /// 64 bits.
    case integer(UInt64)
    /// A double.
    case float(FloatLiteral)
    /// A `Float`: a number with `f` behind it.
    case single(FloatLiteral)
    /// Two arguments: the address of these bytes, and how many they are.
    case text([UInt8])
    /// The address of so many zero bytes.
    case output(byteCount: Int)
  }

  /// What the result is compared with.
  public enum Value: Equatable, Sendable {
    /// `==`: all 64 bits of an integer result.
    case integer(UInt64)
    /// `==` of a function that returns a floating-point number: as numbers, so that −0 equals 0 and no NaN is equal.
    case number(FloatLiteral)
    /// `==f`: bit for bit, but any NaN equals any NaN. An integer result is taken for the bits of a double.
    case bits(FloatLiteral)
  }

  /// The index of the function in `Program.functions`.
  public let function: Int
  /// The arguments.
  public let arguments: [Argument]
  /// What the result must be, where `==` or `==f` says so.
  public let value: Value?
  /// What all `out` arguments, one after the other, must hold afterwards, where `=>` says so.
  public let output: [UInt8]?

  /// How many bytes the `out` arguments of one call may have together.
  public static let maximumOutput = 1 << 24

  /// A call of the function at index `function`.
  public init(function: Int, arguments: [Argument], value: Value?, output: [UInt8]?) {
    self.function = function
    self.arguments = arguments
    self.value = value
    self.output = output
  }
}

/// `; error: KIND`: the instruction on this line must be refused.
public struct ExpectedError: Equatable, Sendable {
  /// The kind; nil: `any`.
  public let kind: EjitError.Kind?
  /// The index of the instruction.
  public let instruction: Int

  /// `kind`, or any for nil, at the instruction of this index.
  public init(kind: EjitError.Kind?, instruction: Int) {
    self.kind = kind
    self.instruction = instruction
  }
}

/// `; bytes x86-64: 48 89 f8`: the code of the function above. Several for one function and machine are one
/// listing, in their order.
public struct ExpectedBytes: Equatable, Sendable {
  /// The machine.
  public let architecture: Target.Architecture
  /// The index of the function in `Program.functions`.
  public let function: Int
  /// The code.
  public let bytes: [UInt8]

  /// The code of the function at index `function`.
  public init(architecture: Target.Architecture, function: Int, bytes: [UInt8]) {
    self.architecture = architecture
    self.function = function
    self.bytes = bytes
  }
}
