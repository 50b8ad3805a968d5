import CEjitShims
import Ejit

/// Decides which functions run as compiled code, and runs it: makes, enters, leaves, counts and retires versions.
///
/// The interpreter asks at calls and jumps backwards whose counters have run out; compiled code comes here through the
/// trampolines. Without memory for code everything is interpreted.
final class Tiers {
  let policy: TierPolicy
  let states: UnsafeMutablePointer<FunctionState>
  let functionCount: Int
  /// Where calls of compiled code go, for each function.
  let entries: UnsafeMutablePointer<UInt>
  let native: UnsafeMutablePointer<NativeState>
  /// Where calls go whose arguments are in registers.
  let links: CallLinks
  /// nil: the system lets this process have no executable memory.
  let arena: CodeArena?
  private(set) var trampolines: Trampolines?
  let forced: ForcedExits?

  /// Set from `attach` to `detach`: both refer to this.
  private(set) var execution: (any Execution)?
  private(set) var compiler: (any Compiling)?

  var versions: Versions
  var profile = Profile()
  var functions: [FunctionTier]
  var statistics: TierStatistics
  /// The number of the next exit.
  var nextExit = 0
  var versionCount = 0
  /// `versions.retiredBytes` after the last search for code that can be freed.
  var retiredBytesKept = 0
  /// Where the frame goes on that was left last, when it is the interpreter's that entered it.
  var resumption: UnsafePointer<LoadedWord>?
  /// Under a schedule the tiers of the frames that there are, by their depths.
  var scheduledTiers: [Int: Schedule.Tier] = [:]
  /// Where the moments at which code is left are kept, and time is counted.
  var timeline: Timeline?

  /// `arena` nil: nothing is compiled.
  init(
    _ states: UnsafeMutablePointer<FunctionState>, count: Int, arena: CodeArena?, policy: TierPolicy = TierPolicy()
  ) {
    self.policy = policy
    self.states = states
    functionCount = count
    links = CallLinks(functions: count)
    self.arena = arena
    entries = .allocate(capacity: max(1, count))
    unsafe entries.initialize(repeating: 0, count: max(1, count))
    native = .allocate(capacity: 1)
    unsafe native.initialize(to: NativeState())
    forced = policy.forced.map { ForcedExits($0) }
    versions = Versions(functions: count)
    functions = [FunctionTier](repeating: FunctionTier(), count: count)
    statistics = TierStatistics(functions: count)
    for function in 0..<count {
      statistics.functions[function].granted = unsafe states[function].callsLeft
      resetCounters(function)
    }
  }

  deinit {
    for version in versions.all { try? arena?.free(version.code.block) }
    if let trampolines { try? arena?.free(trampolines.block) }
    unsafe entries.deallocate()
    unsafe native.deallocate()
  }

  /// From now on there are frames to run. Throws what the arena says of the trampolines; then all is interpreted.
  func attach(_ execution: any Execution, _ compiler: (any Compiling)?) throws(EjitError) {
    self.execution = execution
    self.compiler = compiler
    guard let arena, compiler != nil else { return }
    let made = try Trampolines(arena, native, callees)
    trampolines = made
    for function in 0..<functionCount { unsafe entries[function] = made.interpret }
  }

  /// Lets go of what refers to this.
  func detach() {
    execution = nil
    compiler = nil
  }

  var services: Services? {
    guard let trampolines else { return nil }
    return unsafe Services(
      entries: entries, functions: states, exit: trampolines.exit, step: trampolines.step, test: trampolines.test)
  }

  /// Counting begins again.
  func resetCounters(_ function: Int) {
    let patience = functions[function].patience
    let count = Int64(policy.threshold) * patience
    setCallsLeft(function, policy.schedule == nil ? count : 0)
    unsafe states[function].loopsLeft = policy.schedule == nil ? count : .max
  }

  /// The interpreter does not ask again.
  func stopCounting(_ function: Int) {
    setCallsLeft(function, .max)
    unsafe states[function].loopsLeft = .max
  }

  /// From now on so many calls are counted before the interpreter asks.
  func setCallsLeft(_ function: Int, _ count: Int64) {
    unsafe statistics.functions[function].granted &+= count &- states[function].callsLeft
    unsafe states[function].callsLeft = count
  }

  // MARK: Entering

  /// A function is about to begin with its arguments in slots; `depth` is its own frame's.
  func callOut(_ function: Int, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> TierOutcome {
    guard let trampolines, let version = version(function, base, depth) else {
      return .interpret(unsafe states[function].code)
    }
    return enter(version, base, depth, trampolines)
  }

  /// A loop is about to begin again at `code`.
  func loopOut(
    _ function: Int, _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> TierOutcome {
    guard let trampolines, let version = loopVersion(function, code, base, depth) else { return .interpret(code) }
    return enter(version, base, depth, trampolines)
  }

  private typealias Enter = @convention(c) (UInt, UnsafeMutableRawPointer, Int, UInt) -> UInt64

  private func enter(
    _ version: Version, _ base: UnsafeMutablePointer<Slot>, _ depth: Int, _ trampolines: Trampolines
  ) -> TierOutcome {
    version.entries &+= 1
    let call = unsafe unsafeBitCast(UnsafeRawPointer(bitPattern: trampolines.enter), to: Enter.self)
    // Compiled code counts the frame itself when it begins.
    let tag = unsafe call(version.code.address, base, depth + 1, UInt(version.specialisation.function))
    if tag == Tiers.resumed, let code = resumption {
      resumption = nil
      return .interpret(code)
    }
    return .returned(Tag(rawValue: tag)!)
  }

  /// In place of a tag: the frame was left in its middle, and whoever entered it goes on with it.
  static let resumed: UInt64 = 64
}
