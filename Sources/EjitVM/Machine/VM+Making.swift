import Ejit

/// How many frames there is room for.
struct FramePlan {
  /// Slots that a frame may have.
  var frameLimit: Int
  var depthLimit: Int

  /// Room for one frame more than calls may be nested, and for the values that the host puts above them.
  var slots: Int { (depthLimit + 2) * frameLimit + 65_536 }

  init(_ verified: VerifiedModule, depthLimit: Int) {
    let frames = verified.functions.indices.map { number in
      let function = verified.module.functions[number]
      // Every constant is pushed by an instruction of at least a byte.
      return function.arguments + function.locals + function.code.count + verified.functions[number].maximumHeight + 4
    }
    frameLimit = Swift.max(640, Swift.min(frames.max() ?? 0, 1 << 16))
    self.depthLimit = Swift.max(0, Swift.min(depthLimit, VM.stackSlots / frameLimit))
  }
}

extension VM {
  static func verify(_ module: Module) throws(VMError) -> VerifiedModule {
    do throws(VerifyError) { return try module.verify() } catch { throw .refused(error) }
  }

  static func bindings(_ module: Module, _ hosts: [String: HostBinding]) throws(VMError) -> [HostBinding] {
    guard module.hosts.count <= 1 << 16 else { throw .tooManyHosts }
    var result: [HostBinding] = []
    for host in module.hosts {
      guard let binding = hosts[host.name] else { throw .missingHost(host.name) }
      result.append(binding)
    }
    return result
  }

  /// The module's constants as values; its strings live as long as the heap.
  static func constants(_ module: Module, _ heap: Heap) throws(VMError) -> [Slot] {
    var slots: [Slot] = []
    for constant in module.constants {
      switch constant {
      case .float(let bits): slots.append(Slot(bits, .float))
      case .function(let number): slots.append(Slot(Int64(number)))
      case .string(let bytes):
        guard let object = bytes.withUnsafeBytes({ heap.string($0) }) else { throw .outOfMemory }
        heap.permanent.append(object)
        slots.append(Slot(object))
      }
    }
    return slots
  }

  static func lower(_ verified: VerifiedModule, _ constants: [Slot]) -> LoadedCodes {
    var codes = LoadedCodes()
    for number in verified.module.functions.indices {
      codes.append(LoadedCode(function: number, Lowering.lower(number, of: verified, constants)))
    }
    return codes
  }

  /// Where there is no memory for code there is no compiler.
  static func makeTiers(
    _ interpreter: Interpreter, _ options: Options, _ policy: TierPolicy
  ) -> (Compiler?, Tiers) {
    let arena = options.tier == .interpreter || options.codeMemory == .none ? nil : arena(options)
    let tiers = Tiers(interpreter.functions, count: interpreter.functionCount, arena: arena, policy: policy)
    var compiler = arena == nil ? nil : Compiler(interpreter.codes.current.map { $0.micro })
    compiler?.optimizes = options.optimizes
    compiler?.keepsPrograms = options.keepsInstructions
    do throws(EjitError) { try tiers.attach(interpreter, compiler) } catch { compiler = nil }
    if compiler == nil { for number in 0..<interpreter.functionCount { tiers.stopCounting(number) } }
    interpreter.tiers = tiers
    return (compiler, tiers)
  }

  private static func arena(_ options: Options) -> CodeArena? {
    do throws(SystemError) {
      return try CodeArena(capacity: Swift.max(options.codeBudget * 2, 1 << 20))
    } catch {
      return nil
    }
  }
}

extension TierPolicy {
  init(_ options: Options, _ module: Module) throws(VMError) {
    self.init()
    threshold = options.tier == .jit ? 0 : options.threshold
    codeBudget = options.codeBudget
    if options.deoptEvery > 0 { forced = .every(options.deoptEvery) }
    if let mode = options.forcedExits { forced = mode }
    guard let text = options.schedule else { return }
    do throws(Schedule.ParseError) {
      schedule = try Schedule(text) { name in module.functions.firstIndex { Array($0.name.utf8) == name } }
    } catch {
      throw .schedule(line: error.line)
    }
  }
}
