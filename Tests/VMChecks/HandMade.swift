#if INTERNALS
  @testable import EjitVM
  import Ejit

  /// A machine whose compiler is a function of the check, and whose interpreter knows a few operations and tells what it was
  /// asked to do.
  final class HandMade: Execution, Compiling {
    let tiers: Tiers
    let states: UnsafeMutablePointer<FunctionState>
    let slots: UnsafeMutablePointer<Slot>
    let codes: [[Word]]
    private var memory: [LoadedCode] = []

    /// What `execute` was asked for.
    struct Request: Equatable {
      var function: Int
      var word: Int
      var base: Int
      var depth: Int
    }
    var requests: [Request] = []
    var places: [Trap.Place] = []
    var raised: Trap.Kind?
    /// Functions that have a handler, with the word it leads to.
    var handlers: [Int: Int] = [:]
    var onStep: ((UnsafeMutablePointer<Slot>, Int) -> Bool)?
    /// In place of the interpreter, if set.
    var onExecute: ((Request, UnsafeMutablePointer<Slot>) -> Tag?)?
    /// Makes the code of a specialisation.
    var make: ((inout Maker) throws(CompileFailure) -> Void)?
    var needed: ((Int) -> [Bool])?
    var failure: CompileFailure?

    static let constant = Slot(0x0BAD_CAFE, .float)

    /// Functions with these arguments and words; two locals, then one constant, then the stack.
    init(
      _ functions: [(arguments: Int, words: [Word])], capacity: Int = 1 << 20, policy: TierPolicy = TierPolicy(),
      hasMemory: Bool = true
    ) {
      codes = functions.map { $0.words }
      states = .allocate(capacity: functions.count)
      slots = .allocate(capacity: 1 << 20)
      slots.initialize(repeating: .nil, count: 1 << 20)
      for (number, function) in functions.enumerated() {
        let loaded = LoadedCode(
          function: number,
          MicroCode(
            words: function.words, arguments: function.arguments, locals: 2, constants: [Self.constant], frame: 8))
        memory.append(loaded)
        (states + number).initialize(to: FunctionState(number, loaded, callsLeft: 0, loopsLeft: 0))
      }
      let arena = hasMemory ? try? CodeArena(capacity: capacity) : nil
      tiers = Tiers(states, count: functions.count, arena: arena, policy: policy)
      try? tiers.attach(self, self)
    }

    /// To be called at the end: the two refer to each other.
    func close() { tiers.detach() }

    deinit {
      states.deallocate()
      slots.deallocate()
    }

    // MARK: Compiling

    func neededSlots(_ function: Int, at word: Int?) -> [Bool] {
      needed?(function) ?? [Bool](repeating: true, count: word == nil ? Int(states[function].arguments) : 2)
    }

    func isWord(_ index: Int, of function: Int) -> Bool { codes[function].indices.contains(index) }

    func offsets(of function: Int) -> [UInt32] { codes[function].indices.map { UInt32($0) } }
    func profiledPlaces(_ function: Int) -> [Profile.Place] { [] }

    func compile(_ request: Compilation) throws(CompileFailure) -> CompiledCode {
      if let failure { throw failure }
      var maker = Maker(request)
      try make?(&maker)
      return try maker.code()
    }

    // MARK: Execution

    func execute(
      _ function: Int, _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
    ) -> Tag {
      let request = Request(function: function, word: code - states[function].code, base: base - slots, depth: depth)
      requests.append(request)
      if let onExecute, let tag = onExecute(request, base) { return tag }
      return interpret(function, code, base, depth)
    }

    func step(_ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> Bool {
      onStep?(base, depth) ?? true
    }

    func jump(
      _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
    ) -> UnsafePointer<LoadedWord>? {
      onStep?(base, depth) ?? true ? code + 1 + code.pointee.word.signedC : nil
    }

    func unwind(
      _ function: Int, _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>
    ) -> UnsafePointer<LoadedWord>? {
      if let word = handlers[function] { return states[function].code + word }
      places.append(Trap.Place(function: function, offset: code - states[function].code))
      return nil
    }

    func element(_ array: Slot, _ index: Slot) -> Slot? { nil }
    func raise(_ kind: Trap.Kind) { raised = kind }

    /// Calls go through the tiers, as those of the interpreter do.
    func interpret(_ function: Int, _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int)
      -> Tag
    {
      var pc = code
      while true {
        let word = pc.pointee.word
        pc += 1
        switch word.op {
        case .move: base[word.a] = base[word.b]
        case .loadInt: base[word.a] = Slot(Int64(word.wide))
        case .addI: base[word.a] = Slot(base[word.b].int &+ Int64(word.signedC))
        case .add: base[word.a] = Slot(base[word.b].int &+ base[word.c].int)
        case .jumpEqI: if base[word.a].int == Int64(word.signedB) { pc += word.signedC }
        case .jump: pc += word.wide
        case .return:
          base[0] = base[word.a]
          return Tag(rawValue: base[0].tag)!
        case .call: if call(word.wide, base + word.a, depth - 1) == .unwound { return .unwound }
        default: preconditionFailure("no operation of this interpreter")
        }
      }
    }

    private func call(_ function: Int, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> Tag {
      switch tiers.callOut(function, base, depth) {
      case .returned(let tag): return tag
      case .interpret(let code): return interpret(function, code, base, depth)
      }
    }
  }

  /// Makes compiled code by hand: what all functions have in common.
  struct Maker {
    let request: Compilation
    var body: [Instruction] = []
    var exits = ExitTable()
    /// Beside the function itself.
    var inlined: Set<Int> = []

    init(_ request: Compilation) { self.request = request }

    private static let otherwise: Label = 1000
    static let done: Label = 1001
    private static func stub(_ exit: Int) -> Label { Label(2000 + UInt32(exit)) }

    /// An exit; the label to jump to.
    mutating func exit(_ exit: Exit) -> Label {
      exits.append(exit)
      return Self.stub(exits.count - 1)
    }

    /// One frame of this function.
    func frame(word: Int, _ values: [Exit.Value]) -> Exit.Frame {
      Exit.Frame(function: request.specialisation.function, word: word, base: 0, values: values)
    }

    /// Goes on if `ok`, an instruction that jumps to `exit` otherwise; taken when its counter says so.
    mutating func passes(_ exit: Label) {
      guard let forced = request.forced else { return }
      let number = request.firstExit + Int(exit.number) - 2000
      let cell = UInt64(UInt(bitPattern: forced.cell(number)))
      let register = Register.argument(5)
      body += [.movi(register, Immediate(bits: cell)), .decBranch(.eq, register, 0, 1, exit)]
    }

    func code() throws(CompileFailure) -> CompiledCode {
      let cell = UnsafeMutablePointer<UInt>.allocate(capacity: 1)
      cell.initialize(to: request.otherwise)
      var exits = exits
      let depthExit = exits.count
      exits.append(Exit(reason: .depth, frames: []))
      var assembler = Assembler()
      do throws(EjitError) {
        try assembler.assemble(program(cell, depthExit))
        let block = try request.arena.add(assembler)
        return CompiledCode(
          request.specialisation, block, entry: 0, exits: exits, firstExit: request.firstExit,
          functions: inlined.union([request.specialisation.function]), otherwise: cell)
      } catch {
        cell.deallocate()
        throw .memory(error)
      }
    }

    /// Checks the tags, counts the frame, and ends with the exits. The body jumps or falls to `done` with its result in
    /// `payload` and `tag`.
    private func program(_ cell: UnsafeMutablePointer<UInt>, _ depthExit: Int) -> [Instruction] {
      var code: [Instruction] = [.entry(0)]
      if case .start = request.specialisation.entry {
        for (slot, tag) in request.specialisation.tags.enumerated() {
          guard let tag else { continue }
          code.append(
            .branchMemi(
              .ne, Convention.base, Displacement(Int32(16 * slot + 8)), Displacement(Int32(tag.rawValue)),
              Self.otherwise,
              .u64))
        }
      }
      code += [.enter(0), .subi(Convention.depth, Convention.depth, 1)]
      code += [.branchi(.slt, Convention.depth, 0, Self.stub(depthExit))]
      code += body + [.label(Self.done), .addi(Convention.depth, Convention.depth, 1), .leave, .ret]
      for index in 0...depthExit {
        code += [
          .label(Self.stub(index)),
          .movi(Convention.callee, Immediate(request.firstExit + index)),
          .call(Immediate(bits: UInt64(request.services.exit))), .addi(Convention.depth, Convention.depth, 1), .leave,
          .ret,
        ]
      }
      let address = UInt64(UInt(bitPattern: cell))
      return code + [.label(Self.otherwise), .jm(.absolute(address))]
    }

    // MARK: Pieces of bodies

    /// Calls a function whose frame begins at slot `slot`; a throw or trap goes to `unwound`.
    mutating func call(_ function: Int, at slot: Int, unwound: Label) {
      let base = Convention.base
      body += [
        .addi(base, base, Immediate(16 * slot)), .movi(Convention.callee, Immediate(function)),
        .callm(.absolute(UInt64(UInt(bitPattern: request.services.entries + function)))),
        .subi(base, base, Immediate(16 * slot)),
        .branchi(.eq, Convention.tag, Imm64(bits: Tag.unwound.rawValue), unwound),
      ]
    }

    mutating func step(_ code: UnsafePointer<LoadedWord>, unwound: Label) {
      body += [
        .movi(Convention.callee, Immediate(bits: UInt64(UInt(bitPattern: code)))),
        .call(Immediate(bits: UInt64(request.services.step))), .branchi(.ne, .result(0), 0, unwound),
      ]
    }
  }
#endif
