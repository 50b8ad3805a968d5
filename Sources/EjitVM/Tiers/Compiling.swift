import Ejit

/// The compiler as the tiers see it.
protocol Compiling: AnyObject {
  /// For each slot below the height at a word (nil: for each argument) whether its value is still needed there.
  func neededSlots(_ function: Int, at word: Int?) -> [Bool]

  /// Whether the function as it is now has so many micro-ops: a frame may still run what was replaced.
  func isWord(_ index: Int, of function: Int) -> Bool

  /// For each micro-op of the function as it is now the offset in its bytecode.
  func offsets(of function: Int) -> [UInt32]

  /// Micro-ops of the function, and of those it calls, in which the interpreter keeps the types that it saw.
  func profiledPlaces(_ function: Int) -> [Profile.Place]

  /// Makes code and puts it into the arena.
  func compile(_ request: Compilation) throws(CompileFailure) -> CompiledCode
}

/// What is to be compiled, and how.
struct Compilation {
  var specialisation: Specialisation
  var profile: Profile
  /// The number of the code's first exit.
  var firstExit: Int
  /// What `CompiledCode.otherwise` holds at first.
  var otherwise: UInt
  var services: Services
  var arena: CodeArena
  /// Of calls with arguments in registers; nil: the arguments of other functions are in slots.
  var links: CallLinks?
  /// Entries after which code that takes any type from somewhere is renewed; 0: never.
  var entriesLeft: Int
  /// nil: no exit is taken but by need.
  var forced: ForcedExits?
  /// Where the code counts time; nil: nowhere.
  var clock: UnsafeMutablePointer<Int64>?
  /// All calls go through `Services.entries`, where they are counted: nothing is inlined.
  var isScheduled: Bool
}

/// Why there is no code.
enum CompileFailure: Error {
  /// The function is none that can be compiled; asking again is of no use.
  case unsuitable
  /// There is no memory for code, or the system refused it.
  case memory(EjitError)
}
