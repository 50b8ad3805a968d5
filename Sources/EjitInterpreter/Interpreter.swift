import Ejit

/// The reference machine: executes a program without generating code.
///
/// Registers are those of the target, resolved through its calling convention, so that names alias exactly as they
/// do there. Loads and stores reach the memory that the caller lists and a stack of the interpreter's own; anything
/// else is a `Fault`, never a trap. Calls of C functions are trusted like those of compiled code.
///
/// What compiled code leaves undefined has a recognisable value here (`undefined(_:)`): registers at the start that
/// carry no argument, and registers that a call does not preserve.
///
/// Addresses of code are numbers that no memory has. A program gets them from its caller (`address(of:)`), from `adr` or
/// from `dataAddress`; jumps and calls through registers and memory accept them. A C function can be called, but not
/// jumped to. Data of the program lies at real addresses, where it may be read but not written.
///
/// Hot code lies before cold code, and control that runs off the end of one instruction comes to the one that lies
/// behind it.
public struct Interpreter: ~Copyable {
  /// The machine whose registers and calling convention the program sees.
  public let target: Target
  /// Instructions executed by the last run, labels included.
  public private(set) var steps: UInt64 = 0
  /// Whether the program may call C functions; else a call of one is the fault `callRefused`.
  public var allowsHostCalls = true

  var resolution: Resolution
  let slots: RegisterSlots
  let registers: UnsafeMutablePointer<UInt64>
  /// The low 64 bits of the floating-point registers.
  let vectors: UnsafeMutablePointer<UInt64>
  let stack: UnsafeMutableRawBufferPointer

  /// Takes over `program`, which is refused for the same reasons, with the same errors, as by an `Assembler`. `raw`,
  /// which only the machine understands, is `missingFeature`.
  ///
  /// - Parameter stackSize: bytes of stack, rounded to a multiple of 16 between 4 KiB and 1 GiB.
  public init(
    program: [Instruction], target: Target = .host, features: Features? = nil, stackSize: Int = 1 << 18
  ) throws(EjitError) {
    var assembler = Assembler(target: target, features: features)
    try assembler.assemble(program.span)
    for index in program.indices {
      if case .raw = program[index] { throw EjitError(.missingFeature, instruction: index) }
    }
    let gaps = try assembler.gapsOfZeros(in: program)
    let size = max(min(stackSize, 1 << 30), 4096) & ~15
    slots = RegisterSlots(target.abi)
    resolution = Resolution(program, gaps: gaps, registers: slots)
    registers = .allocate(capacity: RegisterSlots.count)
    registers.initialize(repeating: 0, count: RegisterSlots.count)
    vectors = .allocate(capacity: RegisterSlots.count)
    vectors.initialize(repeating: 0, count: RegisterSlots.count)
    stack = .allocate(byteCount: size, alignment: 16)
    stack.initializeMemory(as: UInt8.self, repeating: 0xDE)
    self.target = target
  }

  /// The same, for a program that lies elsewhere; it is copied.
  public init(
    program: Span<Instruction>, target: Target = .host, features: Features? = nil, stackSize: Int = 1 << 18
  ) throws(EjitError) {
    let copy = program.withUnsafeBufferPointer { Array($0) }
    try self.init(program: copy, target: target, features: features, stackSize: stackSize)
  }

  deinit {
    slots.base.deallocate()
    registers.deallocate()
    vectors.deallocate()
    stack.deallocate()
    resolution.data.bytes.deallocate()
  }

  /// Runs from `entry` (by default the first instruction of the hot code) until the program returns.
  ///
  /// - Parameters:
  ///   - arguments: the integer arguments; those for which there is no register lie on the stack.
  ///   - floats: the bits of the floating-point arguments, as many as travel in registers; others are left out.
  ///   - memory: what loads and stores may reach besides the stack.
  ///   - fuel: how many instructions may be executed, labels included.
  /// - Returns: the first result; `subscript` has the others and every other register.
  public mutating func run(
    entry: Label? = nil, arguments: [UInt64] = [], floats: [UInt64] = [], memory: [MemoryRange] = [],
    fuel: UInt64 = .max
  ) throws(Fault) -> UInt64 {
    steps = 0
    var start = 0
    if let entry {
      guard let index = resolution.index(of: entry) else {
        throw Fault(.unboundEntry, instruction: -1, address: UInt64(entry.number))
      }
      start = Int(index)
    }
    let data = UnsafeRawBufferPointer(resolution.data.bytes)
    let ranges = [unsafe MemoryRange(stack), unsafe MemoryRange(data)] + memory
    return try resolution.program.withUnsafeBufferPointer { program throws(Fault) in
      try resolution.operands.withUnsafeBufferPointer { operands throws(Fault) in
        try ranges.withUnsafeBufferPointer { ranges throws(Fault) in
          var machine = Machine(self, program: program, operands: operands, ranges: ranges, fuel: fuel)
          defer { steps = fuel - machine.fuel }
          try machine.begin(arguments, floats: floats)
          try machine.execute(from: start)
          return machine[Register.result(0)]
        }
      }
    }
  }

  /// What `register` holds after the last run, or nil if the target has none of that name.
  public subscript(register: Register) -> UInt64? {
    let slot = slots[register]
    return slot == RegisterSlots.invalid ? nil : registers[slot]
  }

  /// The low 64 bits of `register` after the last run, or nil if the target has none of that name.
  public subscript(vector register: VectorRegister) -> UInt64? {
    let slot = slots[vector: register]
    return slot == RegisterSlots.invalid ? nil : vectors[slot]
  }

  /// What `jr`, `jm`, `callr` and `callm` take for the address of `label`, or where the data behind it lies; if the
  /// program binds it.
  public func address(of label: Label) -> UInt64? { resolution.address(of: label) }

  /// Gives every `ldPatchable` with this number the value `bits`, for the runs that follow.
  public mutating func setPatchable(_ id: SiteID, to bits: UInt64) { resolution.patch(id, bits: bits) }

  /// Lets every patchable jump, call and `patchableNop` with this number lead to `label`, which the program must bind,
  /// or nil: where it led at first, for the runs that follow.
  public mutating func setPatchable(_ id: SiteID, to label: Label?) {
    resolution.patch(id, place: label.flatMap { resolution.index(of: $0) })
  }

  /// The addresses of the stack, the highest first used.
  public var stackAddresses: Range<UInt64> {
    let base = UInt64(UInt(bitPattern: stack.baseAddress))
    return base..<base + UInt64(stack.count)
  }

  /// What register `number` holds when nothing defines what it holds.
  public static func undefined(_ number: Int) -> UInt64 {
    0xDEAD_C0DE_DEAD_0000 | UInt64(UInt16(truncatingIfNeeded: number))
  }

  /// What floating-point register `number` holds when nothing defines what it holds: no NaN in either width.
  public static func undefined(vector number: Int) -> UInt64 {
    0xDEAD_F10A_DEAD_1000 | UInt64(UInt8(truncatingIfNeeded: number))
  }
}

extension Assembler {
  /// The `align`s of `program`, which this assembler accepts, that lay down zeros: there is a gap, and it follows data.
  fileprivate mutating func gapsOfZeros(in program: [Instruction]) throws(EjitError) -> [Int] {
    let alignments = program.indices.filter { if case .align = program[$0] { true } else { false } }
    if alignments.isEmpty { return [] }
    reset()
    var map = InstructionMap()
    try append(program.span, to: &map)
    try finish(&map)
    return withCode { code in
      alignments.filter { index in
        guard case .align(let bytes) = program[index] else { return false }
        let start = map.offset(of: index)
        let end = (start + Int(bytes) - 1) & -Int(bytes)
        // Instructions that do nothing have other bytes too.
        return start < end && (start..<end).allSatisfy { code[$0] == 0 }
      }
    }
  }
}
