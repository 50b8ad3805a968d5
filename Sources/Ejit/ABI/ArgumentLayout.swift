/// Where the arguments of a C function are: told their types from left to right, says the place of each.
///
/// Sources: System V ABI for x86-64, §3.2.3 and §3.5.7; AAPCS64, §6.8.2; Microsoft, "x64 calling convention" and
/// "Overview of ARM64 ABI conventions"; Apple, "Writing ARM64 code for Apple platforms".
public struct ArgumentLayout: Sendable {
  /// What an argument is.
  public enum Argument: Hashable, Sendable {
    /// An integer or a pointer of this type.
    case integer(MemoryType)
    /// A `float` (32 bits) or a `double`.
    case float(Width)

    /// Bytes of its type.
    var byteCount: Int {
      switch self {
      case .integer(let type): type.byteCount
      case .float(let w): w.bits / 8
      }
    }

    fileprivate var isFloat: Bool { if case .float = self { true } else { false } }
  }

  /// Where an argument is.
  public enum Place: Hashable, Sendable {
    /// In the register with this number.
    case register(Int)
    /// In the vector register with this number.
    case vector(Int)
    /// In the register and in the vector register with these numbers: a number, the callee of which may look for it in
    /// either.
    case both(Int, vector: Int)
    /// On the stack, `offset` bytes above the stack pointer that the call finds, in `bytes` bytes.
    case stack(offset: Int, bytes: Int)
  }

  private let abi: ABI
  private let isVariadic: Bool
  /// Whether the variable arguments have begun.
  private var isVariable = false
  private var position = 0
  private var integers = 0
  private var vectors = 0
  private var end: Int

  /// No argument yet, of a function that takes variable ones (`...`) or not.
  public init(_ abi: ABI, isVariadic: Bool = false) {
    (self.abi, self.isVariadic) = (abi, isVariadic)
    end = abi.homeBytes
  }

  /// Vector registers that carry arguments so far. A variadic function of System V finds their number in al.
  public var vectorRegisterCount: Int { vectors }

  /// Bytes of stack that the arguments so far need at the call, a multiple of 16; on Windows x64 with the homes of the
  /// register arguments.
  public var stackBytes: Int { (end + 15) & ~15 }

  /// The arguments behind are the variable ones.
  public mutating func beginVariable() { isVariable = true }

  /// The place of the next argument.
  public mutating func next(_ argument: Argument) -> Place {
    switch abi {
    case .sysV, .aapcs64: inOwnRegisters(argument) ?? onStack(8)
    case .win64: byPosition(argument)
    case .appleARM64:
      isVariable ? onStack(8) : inOwnRegisters(argument) ?? onStack(argument.byteCount)
    case .windowsARM64:
      // "SIMD and floating-point registers aren't used", nor for the arguments that are not variable.
      (isVariadic ? inRegister() : inOwnRegisters(argument)) ?? onStack(8)
    }
  }

  /// Integers and numbers each take the next register of their kind.
  private mutating func inOwnRegisters(_ argument: Argument) -> Place? {
    guard argument.isFloat else { return inRegister() }
    guard vectors < abi.vectorArgumentCount else { return nil }
    vectors += 1
    return .vector(vectors - 1)
  }

  private mutating func inRegister() -> Place? {
    guard integers < abi.argumentCount else { return nil }
    integers += 1
    return .register(integers - 1)
  }

  /// The n-th argument is in the n-th register of its kind, or in the n-th word of the stack: the homes of the first
  /// four are there.
  private mutating func byPosition(_ argument: Argument) -> Place {
    defer { position += 1 }
    guard position < abi.argumentCount else { return onStack(8) }
    guard argument.isFloat else { return .register(position) }
    vectors += 1
    return isVariadic ? .both(position, vector: position) : .vector(position)
  }

  /// The next place on the stack that is aligned to its size, a power of two.
  private mutating func onStack(_ bytes: Int) -> Place {
    let offset = (end + bytes - 1) & -bytes
    end = offset + bytes
    return .stack(offset: offset, bytes: bytes)
  }
}
