/// When code is made and when it is given up.
struct TierPolicy {
  /// Calls of a function, or jumps backwards in it, before it is compiled; 0: at the first one.
  var threshold = 1000
  /// Bytes of compiled code that may be entered at once.
  var codeBudget = 16 << 20
  /// How often a guard may fail before the code is made again for what was seen there.
  var failures = 3
  /// How often the code of a function may be made again before it is left to the interpreter.
  var recompilations = 16
  /// Entries of code that takes any type from somewhere until it is made again for what comes then; each time twice as
  /// many.
  var renewal = 1000
  /// Calls with arguments that no version takes before another one is made.
  var misses = 10
  /// Versions for the start of a function, and for each loop. The last one assumes no more than all have in common.
  var versions = 4
  /// How functions are run instead of by counting.
  var schedule: Schedule?
  /// Exits that are taken without need.
  var forced: ForcedExits.Mode?
}
