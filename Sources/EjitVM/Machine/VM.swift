import CEjitShims
import Ejit

/// A machine that runs a module: its functions, their heap, and the tiers that execute them.
///
/// Calls come from one thread at a time; the program itself runs on a thread of the machine.
public final class VM {
  /// The functions as they are now: `replace` changes them.
  public internal(set) var module: Module
  /// How the machine was told to run.
  public let options: Options
  let heap: Heap
  let interpreter: Interpreter
  let tiers: Tiers
  let compiler: Compiler?
  let constantSlots: [Slot]
  let hosts: [HostBinding]
  private let numbers: [String: Int]
  /// Slots that each frame may have.
  let frameLimit: Int
  /// Whether we are on the machine's thread, in a host function.
  private(set) var isRunning = false
  /// Calls that may be nested in the next call from outside or from a host function.
  var depth: Int
  /// An address below which nothing more is called.
  private var nativeStackLimit: UInt = 0
  /// Whether a call is being made: others are inside it.
  private var isNested = false

  /// Slots of all frames together: 1 GB of addresses.
  static let stackSlots = 1 << 26

  /// Throws `VMError.refused` for what the verifier refuses, `missingHost` for a host function that is not in `hosts`.
  public init(
    _ module: Module, hosts: [String: HostBinding] = [:], options: Options = Options()
  ) throws(VMError) {
    let verified = try Self.verify(module)
    self.hosts = try Self.bindings(module, hosts)
    let plan = FramePlan(verified, depthLimit: options.depthLimit)
    guard let stack = SlotStack(slots: plan.slots) else { throw .noStack }
    heap = Heap(stack, limit: options.memoryLimit, every: options.gcEvery)
    constantSlots = try Self.constants(module, heap)
    let policy = try TierPolicy(options, module)
    let codes = Self.lower(verified, constantSlots)
    interpreter = Interpreter(codes, heap: heap, depthLimit: plan.depthLimit, callsLeft: .max, loopsLeft: .max)
    (compiler, tiers) = Self.makeTiers(interpreter, options, policy)
    (self.module, self.options) = (module, options)
    (frameLimit, depth) = (plan.frameLimit, plan.depthLimit)
    var numbers: [String: Int] = [:]
    for (number, function) in module.functions.enumerated() { numbers[function.name] = number }
    self.numbers = numbers
    bindHosts()
  }

  deinit {
    interpreter.tiers = nil
    interpreter.hosts = []
    tiers.detach()
  }

  /// The number of the function with this name, as `call` takes it; nil if the module has none.
  public func number(of name: String) -> Int? { numbers[name] }

  /// Calls the function with this name: see the other `call`.
  public func call(_ name: String, _ arguments: [Value] = []) throws(Trap) -> Value {
    guard let number = numbers[name] else { throw Trap(.indexOutOfRange) }
    return try call(number, arguments)
  }

  /// Calls a function. Throws the trap that it ends with; `indexOutOfRange` if there is no function with this number,
  /// `typeError` if it takes another number of arguments or an array is one of another machine.
  public func call(_ number: Int, _ arguments: [Value] = []) throws(Trap) -> Value {
    guard module.functions.indices.contains(number) else { throw Trap(.indexOutOfRange) }
    guard module.functions[number].arguments == arguments.count else { throw Trap(.typeError) }
    if isRunning { return try callHere(number, arguments) }
    var outcome = Result<Value, Trap>.failure(Trap(.outOfMemory))
    onThread { outcome = $0.result(number, arguments) }
    return try outcome.get()
  }

  /// Runs `body` on the machine's thread: calls of the machine inside it need not start one each. False: the system
  /// gives no thread with a stack of its size, and `body` has not run.
  @discardableResult
  public func onThread(_ body: @escaping (VM) -> Void) -> Bool {
    if isRunning {
      body(self)
      return true
    }
    isRunning = true
    defer { isRunning = false }
    let stackBytes = MachineThread.stackBytes(depthLimit: depth)
    return MachineThread.run(stackBytes: stackBytes) { [unowned(unsafe) self] in
      nativeStackLimit = Self.stackAddress - UInt(stackBytes / 8 * 7)
      body(self)
    }
  }

  private func result(_ number: Int, _ arguments: [Value]) -> Result<Value, Trap> {
    do throws(Trap) { return .success(try callHere(number, arguments)) } catch { return .failure(error) }
  }

  /// On the machine's thread, above the frames that there are.
  private func callHere(_ number: Int, _ arguments: [Value]) throws(Trap) -> Value {
    let base = heap.top
    defer { heap.top = base }
    let isOutermost = !isNested
    isNested = true
    defer { isNested = !isOutermost }
    if depth < 0 || Self.stackAddress < nativeStackLimit { throw Trap(.stackOverflow) }
    for value in arguments {
      guard let slot = try heap.slot(value) else { throw Trap(.outOfMemory) }
      heap.top.pointee = slot
      heap.top += 1
    }
    if isOutermost { crossBoundary() }
    interpreter.timeline?.tick()
    let tag = interpreter.begin(interpreter.functions + number, base, depth)
    if isOutermost { crossBoundary() }
    if tag == .unwound { throw interpreter.takePending() }
    return heap.value(base.pointee)
  }

  /// There are no frames: nobody runs what was replaced, or goes on with it.
  private func crossBoundary() {
    tiers.didCrossBoundary()
    interpreter.codes.forgetReplaced()
  }

  /// About where the native stack ends.
  private static var stackAddress: UInt {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }
}
