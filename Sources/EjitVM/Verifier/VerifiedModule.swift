/// A module that may be executed, and what the verifier learned of it.
public struct VerifiedModule: Equatable, Sendable {
  /// What was verified.
  public let module: Module
  /// In the order of the module's functions.
  let functions: [VerifiedFunction]
}

/// A function that may be executed.
struct VerifiedFunction: Equatable, Sendable {
  /// For each offset in the code how many values are on the stack before the instruction there; -1 where none begins,
  /// or it is never reached. A handler whose target is never reached
  /// never catches anything: its range is never reached, or handlers before it cover what is.
  let heights: [Int32]
  /// The greatest height, also between a call's arguments and its result.
  let maximumHeight: Int
}
