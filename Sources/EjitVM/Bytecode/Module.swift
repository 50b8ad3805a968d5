/// Functions with their constants, as they are exchanged: nothing is known of it but that it has the shape of a module.
/// `verify` says whether it may be executed.
public struct Module: Equatable, Sendable {
  /// What `const` pushes, by numbers; each one once.
  public var constants: [Constant] = []
  /// By numbers, with names of their own.
  public var functions: [Function] = []
  /// What `call.host` calls, by numbers, with names of their own.
  public var hosts: [Host] = []

  /// Without anything.
  public init() {}

  /// What `const` pushes.
  public enum Constant: Hashable, Sendable {
    /// The bits of a `Double`.
    case float(UInt64)
    case string([UInt8])
    /// The number of a function, for `call.indirect`: an integer when pushed.
    case function(UInt32)
  }

  /// A function: every call takes `arguments` values and leaves one.
  public struct Function: Equatable, Sendable {
    /// Letters, digits, `_`, `.` and `$`; not a digit or a dot first.
    public var name: String
    /// How many it takes, 0 to 30,000; they are its first locals.
    public var arguments: Int
    /// Locals beyond the arguments; they hold nothing before they are set.
    public var locals: Int
    /// Instructions: see `Opcode`.
    public var code: [UInt8] = []
    /// At most 1000.
    public var handlers: [Handler] = []

    /// Without instructions.
    public init(name: String, arguments: Int, locals: Int) {
      (self.name, self.arguments, self.locals) = (name, arguments, locals)
    }
  }

  /// What is thrown by an instruction in `from ..< to` continues at `target` with the thrown value alone on the stack;
  /// of several that fit the first one is taken. Offsets in the code, in bytes.
  public struct Handler: Equatable, Sendable {
    /// The first offset that is covered.
    public var from: Int
    /// The first offset behind it that is not covered.
    public var to: Int
    /// Where execution continues.
    public var target: Int

    /// A handler of what `from ..< to` throws.
    public init(from: Int, to: Int, target: Int) { (self.from, self.to, self.target) = (from, to, target) }
  }

  /// A function that the module expects its host to have.
  public struct Host: Hashable, Sendable {
    /// As that of a function.
    public var name: String
    /// How many it takes, 0 to 30,000.
    public var arguments: Int

    /// The function with this name and number of arguments.
    public init(name: String, arguments: Int) { (self.name, self.arguments) = (name, arguments) }
  }
}
