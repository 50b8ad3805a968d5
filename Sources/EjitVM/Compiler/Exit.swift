/// A place where compiled code is left in its middle: what the interpreter needs to go on there.
struct Exit: Equatable {
  var reason: Reason
  /// Outermost first: the compiled function, then the callees that were inlined at that place.
  var frames: [Frame]

  enum Reason: UInt8, CaseIterable {
    /// The result of a call has another type than was expected; the profile learns of it.
    case resultType
    /// An element of an array of values has another type.
    case elementType
    /// The operation traps, or does something that compiled code leaves to the interpreter: it is executed again there.
    case slow
    /// Nothing was known of this place when the code was made: it was never reached.
    case unreached
    /// The limit of nested calls is reached, before the frame has begun.
    case depth
    /// A call was left by a value thrown or a trap: the innermost frame's word is the call.
    case unwound
    /// A test asked for it.
    case forced
    /// The code allows for any type somewhere, and was entered often: it is made again for the types that come now.
    case renewed
  }

  /// One frame of the interpreter.
  struct Frame: Equatable {
    /// Number of the function.
    var function: Int
    /// The micro-op that is executed next; in frames that are not innermost, the call they are in.
    var word: Int
    /// Where the frame begins, in slots from the base of the compiled function.
    var base: Int
    /// Slots of the frame, by its own numbers, that hold a value that is still needed; others hold anything.
    var values: [Value]
  }

  struct Value: Equatable {
    var slot: Int
    var location: Location
  }

  /// Where a value is when the exit is taken. Registers by `Register(number)`, `VectorRegister(number)`.
  enum Location: Equatable {
    case register(Int, Tag)
    case vector(Int)
    /// The slot holds the payload already, but not this tag.
    case memory(Tag)
    /// The slot holds payload and tag already.
    case slot
    case constant(Slot)
    /// A result as it was returned: payload in `result(0)`, tag in `result(1)`.
    case result
  }
}
