/// How a machine runs its functions.
public struct Options: Sendable {
  /// Which code runs.
  public enum Tier: Sendable {
    /// Interprets, and compiles what is called or repeated often.
    case auto
    /// Never compiles.
    case interpreter
    /// Compiles each function at its first call.
    case jit
  }

  /// Where compiled code may lie.
  public enum CodeMemory: Sendable {
    case system
    /// Nowhere, as in a process that may not make memory executable: everything is interpreted.
    case none
  }

  /// Which code runs.
  public var tier = Tier.auto
  /// Calls of a function, or rounds of its loops, before it is compiled.
  public var threshold = 1000
  /// Calls that may be nested; one more is a trap. Frames of more than 640 slots lower it.
  public var depthLimit = 100_000
  /// Bytes that strings and arrays may take.
  public var memoryLimit = 1 << 30
  /// A collection precedes every Nth allocation; 0: only those that memory asks for.
  public var gcEvery = 0
  /// Bytes of compiled code.
  public var codeBudget = 16 << 20
  /// Compiled code is left, without need, at every Nth place where it could be; 0: never.
  public var deoptEvery = 0
  /// Lines `FUNCTION NTH-CALL TIER`: the tier of each call, in place of counting.
  public var schedule: [UInt8]?
  /// Whether compiled code is improved beyond what its types allow.
  public var optimizes = true
  /// Where compiled code may lie.
  public var codeMemory = CodeMemory.system
  /// Whether the instructions that compiled code was made of are kept, for `VM.instructions`.
  public var keepsInstructions = false
  /// Exits that are taken without need, in place of `deoptEvery`.
  var forcedExits: ForcedExits.Mode?

  /// What the tool does without options.
  public init() {}
}
