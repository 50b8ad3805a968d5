import Ejit

/// Compiles functions, one specialisation at a time, in storage that it keeps.
final class Compiler: Compiling {
  let unit: CompilationUnit
  private var assembler: Assembler
  var keepsPrograms = false
  /// Whether constants are folded, and what nobody reads is left out; guards and types are as they are without.
  var optimizes = true
  /// For tests: each allocation is proved.
  var provesAllocations = false
  /// What was wrong with those that were.
  private(set) var disproofs: [AllocationProof.Failure] = []

  init(_ codes: [MicroCode], target: Target = .host, features: Features? = nil) {
    unit = CompilationUnit(codes)
    assembler = Assembler(target: target, features: features)
  }

  func neededSlots(_ function: Int, at word: Int?) -> [Bool] {
    let code = unit.codes[function]
    let count = word.map { Int(code.heights[$0]) } ?? code.arguments
    guard let live = unit.liveness(of: function) else { return [Bool](repeating: true, count: count) }
    return (0..<count).map { live.isLive($0, before: word ?? 0) }
  }

  func isWord(_ index: Int, of function: Int) -> Bool { unit.codes[function].words.indices.contains(index) }

  func offsets(of function: Int) -> [UInt32] { unit.codes[function].offsets }

  func profiledPlaces(_ function: Int) -> [Profile.Place] {
    unit.shapes[function].callees.union([function]).flatMap { function in
      unit.shapes[function].profiled.map { Profile.Place(function: function, word: $0) }
    }
  }

  func compile(_ request: Compilation) throws(CompileFailure) -> CompiledCode {
    // The entries that are left lie behind it.
    let otherwise = UnsafeMutablePointer<UInt>.allocate(capacity: 2)
    otherwise.initialize(to: request.otherwise)
    (otherwise + 1).initialize(to: UInt(request.entriesLeft))
    do throws(CompileFailure) {
      let draft = try draft(request, otherwise: UInt(bitPattern: otherwise))
      let code = CompiledCode(
        request.specialisation, try publish(in: request.arena), entry: draft.entry,
        registerEntry: draft.registerEntry, exits: draft.exits, firstExit: request.firstExit,
        functions: draft.functions, otherwise: otherwise)
      if keepsPrograms { code.program = draft.program }
      return code
    } catch {
      otherwise.deallocate()
      throw error
    }
  }

  /// A program for a specialisation, lowered but not published.
  struct Draft {
    var program: [Instruction]
    var exits: ExitTable
    /// Offset of the entry in the code, in bytes.
    var entry: Int
    /// Of the one with the arguments in registers; nil: there is none.
    var registerEntry: Int?
    var functions: Set<Int>
  }

  /// Compiles a function for what the request says. The code stands in the assembler until the next one; at `otherwise`
  /// is the address to go on at where a tag at the start is another one, and behind it the count of entries that are left.
  func draft(_ request: Compilation, otherwise: UInt) throws(CompileFailure) -> Draft {
    let specialisation = request.specialisation
    var (isStart, word) = (true, 0)
    if case .loop(let at) = specialisation.entry { (isStart, word) = (false, at) }
    unit.use(request.profile)
    let flow = FlowBuilder.flow(
      unit, function: specialisation.function, from: word, inlines: !request.isScheduled,
      countsTime: request.clock != nil)
    guard let live = FlowLiveness(unit, flow) else { throw .unsuitable }
    var types = TypeFlow(
      unit, flow, request.profile, tags: specialisation.tags, isStart: isStart,
      callsItself: isStart && !request.isScheduled, optimizes: optimizes)
    types.solve()
    var webs = Webs(types, live)
    let registers = RegisterPlan(assembler.target.abi)
    webs.addHints(types, registers)
    let allocation = Allocation(webs, operations: flow.operations.count, registers)
    if provesAllocations {
      do throws(AllocationProof.Failure) {
        try AllocationProof.check(types, live, webs, allocation)
      } catch {
        disproofs.append(error)
      }
    }
    let entriesLeft = otherwise + UInt(MemoryLayout<UInt>.size)
    var generator = Generator(
      types, live, webs, allocation, request.services, specialisation, links: request.links,
      firstExit: request.firstExit, otherwise: otherwise,
      entriesLeft: request.entriesLeft > 0 && types.isUnsure ? entriesLeft : nil, forced: request.forced,
      clock: request.clock, narrowsDivision: assembler.target.architecture == .x86_64)
    let entries = generator.generate()
    do throws(EjitError) {
      try assembler.assemble(generator.program.span)
    } catch {
      throw .unsuitable
    }
    guard let entry = assembler.offset(of: entries.slots) else { throw .unsuitable }
    return Draft(
      program: generator.program, exits: generator.exits, entry: entry,
      registerEntry: generator.registerEntry.flatMap { assembler.offset(of: $0) }, functions: flow.functions)
  }

  private func publish(in arena: CodeArena) throws(CompileFailure) -> CodeArena.Block {
    do throws(EjitError) { return try arena.add(assembler) } catch { throw .memory(error) }
  }
}
