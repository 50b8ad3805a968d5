/// What a module's host function is in this process.
public enum HostBinding {
  /// Swift, on the machine's own thread; may call the machine.
  case closure((VM, [Value]) throws(HostError) -> Value)
  /// A C function.
  case c(CFunction)
}

/// Why a host function has no result.
public enum HostError: Error {
  /// A value that handlers of the program can catch.
  case thrown(Value)
  /// A trap that a call of the machine ended with, which goes on through the program.
  case trap(Trap)
  /// Anything else: `Trap.Kind.hostFailure`.
  case failed
}

/// A C function by its address, and what it takes and returns.
public struct CFunction: Sendable {
  /// What a parameter is in C.
  public enum Parameter: Sendable {
    /// 64 bits; also takes a Bool.
    case int
    /// `double`; also takes an int.
    case float
    /// `const char *`, ended by NUL, that lives as long as the call.
    case string
  }

  /// What the function returns in C.
  public enum Result: Sendable {
    /// 64 bits, and 32 bits with sign.
    case int, int32
    case float
    /// nil
    case none
  }

  /// Where the function is.
  public var address: UInt
  /// Of a variadic function the named ones; the others are passed as what they are: ints, floats, strings.
  public var parameters: [Parameter]
  /// Whether more arguments may follow the named ones.
  public var isVariadic: Bool
  /// What it returns.
  public var result: Result

  /// The function at an address, which lives as long as the machine.
  public init(address: UInt, parameters: [Parameter], isVariadic: Bool = false, result: Result) {
    (self.address, self.parameters) = (address, parameters)
    (self.isVariadic, self.result) = (isVariadic, result)
  }
}
