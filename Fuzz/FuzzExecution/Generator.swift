import Ejit

/// Makes a program of decisions: one that the assembler accepts, that ends, and that leaves the same in its block on
/// every machine.
///
/// What differs between machines never stays in a register: addresses of code and data, of the stack, what a call
/// does not preserve. Between two statements every free register holds a value that all machines agree on.
struct Generator {
  var decisions: Decisions
  let target: Target
  let block: Block
  /// Functions to call, and permission to fault at fault sites; nil where the program runs elsewhere.
  let host: HostFunctions?
  /// The register that holds the address of the block.
  let base: Register
  /// Two registers that count loops and that routines leave alone.
  let counters: [Register]

  var program: [Instruction] = []
  /// Numbers of the registers that a statement may change.
  var free: [UInt8] = []
  private var recent: [2 of Register] = [Register(0), Register(0)]
  /// Labels that branches lead to and that must be bound, for each scope that is open.
  var awaited: [[Label]] = []
  /// The outermost scope that a branch may lead to.
  var reach = 0
  private var labels: UInt32 = 1
  private var loops = 0
  /// Optional features that an op asked for.
  var needs: Features = []
  var activity = Activity.leaf
  /// Bytes of the frame that hold something, and bytes pushed.
  var frame = 0
  var pushed = 0
  var section = CodeSection.hot
  var routines: [Routine] = []
  /// The first routine that may be called from here.
  var callable = 0
  /// Data that loads refer to, to be laid down behind the code.
  var pendingData: [PendingData] = []

  /// What kind of code this is.
  enum Activity { case leaf, inFrame, inSubroutine }

  /// A function of the host program that mixes so many arguments.
  struct HostFunctions {
    let mix6: UInt64
    let mix8: UInt64
    /// A C function of two integers and ten numbers, with a number as result.
    let mixNumbers: UInt64
  }

  init(_ decisions: Decisions, target: Target, block: Block, host: HostFunctions?) {
    self.decisions = decisions
    (self.target, self.block, self.host) = (target, block, host)
    let temporary = target.abi.temporaries[0]
    let bases = target.abi.numbers.filter { $0 != temporary && $0 != target.abi.framePointer && $0 != 30 }
    base = Register(self.decisions.pick(bases))
    let saved = target.abi.saved.map { Register($0) }.filter { [base] in $0 != base }
    counters = [saved[0], saved[saved.count - 1]]
    program.reserveCapacity(512)
  }

  /// A register that may be changed; often one that was named just before, sometimes by its role.
  mutating func register() -> Register {
    let choice = decisions.byte()
    if choice >= 224 { return recent[Int(choice & 1)] }
    let number = Int(free[Int(choice) % free.count])
    let register = choice & 7 == 7 ? role(number) : Register(number)
    recent[1] = recent[0]
    recent[0] = register
    return register
  }

  /// A register whose value all machines agree on.
  mutating func source() -> Register {
    let register = register()
    return decisions.chance(1, in: 32) ? base : register
  }

  /// One that may be changed, by number, and none of these.
  mutating func register(not others: Register...) -> Register {
    let numbers = others.map { target.abi.number(of: $0) }
    let start = decisions.below(free.count)
    for step in 0..<free.count {
      let number = Int(free[(start + step) % free.count])
      if !numbers.contains(number) { return Register(number) }
    }
    return Register(Int(free[0]))
  }

  func same(_ a: Register, _ b: Register) -> Bool { target.abi.number(of: a) == target.abi.number(of: b) }

  private func role(_ number: Int) -> Register {
    if number < target.abi.argumentCount { return .argument(number) }
    if let index = target.abi.saved.firstIndex(of: number) { return .saved(index) }
    if let index = target.abi.temporaries.firstIndex(of: number) { return .temporary(index) }
    return target.abi.results.firstIndex(of: number).map { .result($0) } ?? Register(number)
  }

  /// What was named just before may no longer be free.
  mutating func setFree(_ numbers: [UInt8]) {
    free = numbers
    recent = [Register(Int(free[0])), Register(Int(free[free.count - 1]))]
  }

  /// Whether ops may be used that need `feature`, on the machine that has it; the program then runs on no other.
  mutating func canUse(_ feature: Features) -> Bool {
    if target.architecture != .x86_64 { return true }
    guard Features.detected.contains(feature), decisions.byte() & 3 == 0 else { return false }
    needs.formUnion(feature)
    return true
  }

  mutating func emit(_ instruction: Instruction) { program.append(instruction) }
  mutating func emit(_ instructions: Instruction...) { program += instructions }

  mutating func newLabel() -> Label {
    labels += 1
    return Label(labels)
  }

  /// The offset of a counter that no other loop has, as long as there are any.
  mutating func newCounter() -> Displacement? {
    guard loops < Block.counterCount else { return nil }
    loops += 1
    return Displacement(Int32(Block.counters + 8 * (loops - 1)))
  }

  /// Sets registers to what all machines agree on.
  mutating func define(_ registers: Register...) {
    for register in registers { emit(.movi(register, Immediate(bits: decisions.value()))) }
  }

  /// A label further down, in any scope that may be left from here.
  mutating func forward() -> Label {
    let scope = awaited.count - 1 - decisions.below(min(awaited.count - reach, 3))
    if !awaited[scope].isEmpty, decisions.byte() & 1 == 1 { return awaited[scope][0] }
    let label = newLabel()
    awaited[scope].append(label)
    return label
  }

  /// Statements in a scope of their own: what branches inside lead to is bound there.
  mutating func scope(_ count: Int, depth: Int) {
    awaited.append([])
    for _ in 0..<count {
      if decisions.isAtEnd { break }
      statement(depth: depth)
      if let label = awaited[awaited.count - 1].first, decisions.byte() & 3 == 0 {
        awaited[awaited.count - 1].removeFirst()
        emit(.label(label))
      }
    }
    for label in awaited.removeLast() { emit(.label(label)) }
  }
}
