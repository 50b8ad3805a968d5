import Ejit

/// The state of one run: pointers to what the interpreter owns, and what changes with each step.
struct Machine {
  let program: UnsafePointer<Instruction>
  let count: Int
  let operands: UnsafePointer<UInt32>
  let resolution: Resolution
  let slots: RegisterSlots
  let registers: UnsafeMutablePointer<UInt64>
  /// The low 64 bits of the floating-point registers.
  let vectors: UnsafeMutablePointer<UInt64>
  let ranges: UnsafeBufferPointer<MemoryRange>
  let target: Target
  let allowsHostCalls: Bool
  /// The slot of the frame pointer.
  let framePointer: Int
  /// Bit n: a call does not preserve register number n.
  let dying: UInt32
  var flags = Flags()
  /// Instructions that may still be executed.
  var fuel: UInt64

  init(
    _ interpreter: borrowing Interpreter, program: UnsafeBufferPointer<Instruction>,
    operands: UnsafeBufferPointer<UInt32>, ranges: UnsafeBufferPointer<MemoryRange>, fuel: UInt64
  ) {
    // An empty program is never read: its first step is already behind its end.
    self.program = program.baseAddress ?? UnsafePointer(bitPattern: 8)!
    self.operands = operands.baseAddress ?? UnsafePointer(bitPattern: 8)!
    count = program.count
    resolution = interpreter.resolution
    slots = interpreter.slots
    registers = interpreter.registers
    vectors = interpreter.vectors
    self.ranges = ranges
    target = interpreter.target
    allowsHostCalls = interpreter.allowsHostCalls
    framePointer = target.abi.framePointer
    dying = target.abi.numbers.reduce(0) { [abi = target.abi] mask, number in
      abi.isPreserved(number) ? mask : mask | 1 << UInt32(number)
    }
    self.fuel = fuel
  }

  /// A register, by number or role, or `sp`.
  @inline(__always) subscript(register: Register) -> UInt64 {
    get { registers[slots[register]] }
    nonmutating set { registers[slots[register]] = newValue }
  }

  /// The low 64 bits of a floating-point register, by number or role.
  @inline(__always) subscript(register: VectorRegister) -> UInt64 {
    get { vectors[slots[vector: register]] }
    nonmutating set { vectors[slots[vector: register]] = newValue }
  }

  @inline(__always) var stackPointer: UInt64 {
    get { registers[RegisterSlots.stackPointer] }
    nonmutating set { registers[RegisterSlots.stackPointer] = newValue }
  }

  /// Where the branch at `index` leads.
  @inline(__always) func target(of index: Int) -> Int { Int(operands[index]) }

  /// The 64 bits that the operand of the instruction at `index` stands for.
  func word(of index: Int) -> UInt64 { resolution.words[Int(operands[index])] }

  /// Fills what a call does not preserve.
  func loseRegisters() {
    for number in 0..<32 where dying >> UInt32(number) & 1 == 1 {
      registers[number] = Interpreter.undefined(number)
    }
    for number in target.abi.vectorNumbers where !target.abi.isPreservedVector(number) {
      vectors[number] = Interpreter.undefined(vector: number)
    }
  }
}

/// Memory.
extension Machine {
  /// The little-endian value of `type` at `address`, extended to 64 bits.
  @inline(__always) func load(_ type: MemoryType, _ address: UInt64) throws(Fault.Cause) -> UInt64 {
    let size = UInt64(type.byteCount)
    guard ranges.contains(where: { $0.contains(address, size) }) else {
      throw Fault.Cause(kind: .unreadable, address: address)
    }
    let bytes = UnsafeRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped
    return switch type {
    case .u8: UInt64(bytes.loadUnaligned(as: UInt8.self))
    case .u16: UInt64(UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self)))
    case .u32: UInt64(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    case .u64, .s64: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    case .s8: Semantics.extended(.s8, UInt64(bytes.loadUnaligned(as: UInt8.self)))
    case .s16: Semantics.extended(.s16, UInt64(UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self))))
    case .s32: Semantics.extended(.s32, UInt64(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))))
    }
  }

  /// The low bytes of `value` become the little-endian value at `address`.
  @inline(__always) func store(
    _ type: MemoryType, _ value: UInt64, _ address: UInt64
  ) throws(Fault.Cause) {
    try requireWritable(type, address)
    let bytes = UnsafeMutableRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped
    switch type {
    case .u8, .s8: bytes.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
    case .u16, .s16: bytes.storeBytes(of: UInt16(truncatingIfNeeded: value).littleEndian, as: UInt16.self)
    case .u32, .s32: bytes.storeBytes(of: UInt32(truncatingIfNeeded: value).littleEndian, as: UInt32.self)
    case .u64, .s64: bytes.storeBytes(of: value.littleEndian, as: UInt64.self)
    }
  }

  @inline(__always) func requireWritable(_ type: MemoryType, _ address: UInt64) throws(Fault.Cause) {
    let size = UInt64(type.byteCount)
    guard ranges.contains(where: { $0.isWritable && $0.contains(address, size) }) else {
      throw Fault.Cause(kind: .unwritable, address: address)
    }
  }

  /// Two words, one behind the other.
  func loadPair(_ w: Width, _ address: UInt64) throws(Fault.Cause) -> (UInt64, UInt64) {
    let type = w.memoryType
    let first = try load(type, address)
    return (first, try load(type, address &+ UInt64(type.byteCount)))
  }

  /// Stores two words, one behind the other, or none.
  func storePair(_ w: Width, _ a: UInt64, _ b: UInt64, _ address: UInt64) throws(Fault.Cause) {
    let type = w.memoryType
    try requireWritable(type, address)
    try store(type, b, address &+ UInt64(type.byteCount))
    try store(type, a, address)
  }

  /// What `change` makes of the value at `address` takes its place.
  @discardableResult @inline(__always) func change(
    _ type: MemoryType, _ address: UInt64, _ change: (UInt64) -> UInt64
  ) throws(Fault.Cause) -> UInt64 {
    let result = change(try load(type, address))
    try store(type, result, address)
    return result
  }

  /// Where an address points.
  @inline(__always) func resolve(_ address: Address) -> UInt64 {
    switch address.form {
    case .base(let displacement): Semantics.address(self[address.base], displacement)
    case .indexed(let shift, let displacement):
      Semantics.address(self[address.base], index: self[address.index], shift: shift, displacement)
    case .extended(let signedness, let shift, let displacement):
      Semantics.address(
        self[address.base], index: Semantics.index(signedness, self[address.index]), shift: shift, displacement)
    case .absolute(let bits): bits
    case .invalid: 0  // Refused by the assembler.
    }
  }

  /// `base + displacement`.
  @inline(__always) func resolve(_ base: Register, _ displacement: Displacement) -> UInt64 {
    Semantics.address(self[base], displacement.value)
  }
}

extension Width {
  /// A word of this width, without sign.
  var memoryType: MemoryType { self == .w64 ? .u64 : .u32 }
}
