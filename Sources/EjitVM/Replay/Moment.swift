/// A moment of a run at which compiled code was left, in a form that other machines with the same module understand.
struct Moment {
  /// Of the `Timeline`.
  var time: Int64
  var place: Place
  /// Of the outermost frame of the exit, in slots from the bottom of all frames.
  var base: Int
  /// The slots, from `base`, that hold values that are still needed.
  var slots: [Int]
  /// What they hold.
  var values: Picture

  /// Where the innermost frame is.
  struct Place: Equatable {
    /// The frame: how many calls may be nested in it.
    var depth: Int
    var function: Int
    /// What is executed next.
    var word: Int
    /// The word was not executed to its end: a throw or a trap leaves it.
    var isLeft: Bool
  }

  /// A run that came to this moment with other values, or not at all.
  struct Difference {
    var moment: Moment
    /// nil: it did not come there.
    var found: Picture?
  }
}

extension Moment.Difference: CustomStringConvertible {
  var description: String {
    let place = moment.place
    let found = found.map { "\($0)" } ?? "not reached"
    return "time \(moment.time) function \(place.function) word \(place.word) slots \(moment.slots): \(moment.values), "
      + "interpreted: \(found)"
  }
}
