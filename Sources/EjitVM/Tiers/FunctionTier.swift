/// What the tiers know of a function beside its counters.
struct FunctionTier {
  /// Never compiled again, until `clear`.
  var isLeftToInterpreter = false
  /// Why; nil: it is not.
  var reason: Reason?
  /// How often its code was made again.
  var recompilations = 0
  /// How often it was made again in the hope for fewer types.
  var renewals = 0
  /// Calls that no version took since the last one was made.
  var misses = 0
  /// By what the threshold is multiplied: grows with each eviction and each refusal of memory.
  var patience: Int64 = 1
  /// Calls that a schedule has seen.
  var calls = 0

  enum Reason: UInt8 {
    /// The compiler does not take it.
    case unsuitable
    /// Its guards kept failing.
    case guards
    /// Its code alone is larger than the budget.
    case budget

    /// As statistics show it.
    var text: String {
      switch self {
      case .unsuitable: "unsuitable"
      case .guards: "guards"
      case .budget: "budget"
      }
    }
  }
}
