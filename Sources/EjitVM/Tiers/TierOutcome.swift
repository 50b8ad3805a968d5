/// How a frame goes on that the interpreter gave to compiled code.
enum TierOutcome: Equatable {
  /// It has returned: the result is in its first slot; or it was left by a throw or a trap.
  case returned(Tag)
  /// The interpreter goes on with it at this micro-op; all slots that are needed there are set, constants too.
  case interpret(UnsafePointer<LoadedWord>)
}
