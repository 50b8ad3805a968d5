/// The operands of a call, collected until the op comes that closes their run.
struct CallRun: ~Copyable {
  private(set) var arguments = Stack<Argument>()
  /// How many arguments stand before the variable ones; nil: the function takes none.
  private(set) var fixed: Int?
  /// The machine's numbers of the registers that the call would lose and must leave as they are.
  private(set) var kept: UInt32 = 0
  private(set) var keptVectors: UInt32 = 0

  /// One argument.
  struct Argument {
    var source: Source
    var type: ArgumentLayout.Argument
    /// Where it goes, once the call is reached.
    var place = ArgumentLayout.Place.register(0)
  }

  /// Where an argument comes from; registers by the machine's numbers.
  enum Source {
    case register(UInt8)
    case vector(UInt8)
    case constant(UInt64)
  }

  /// Forgets the last call.
  mutating func begin() {
    arguments.removeAll()
    (fixed, kept, keptVectors) = (nil, 0, 0)
  }

  mutating func add(_ source: Source, _ type: ArgumentLayout.Argument) {
    arguments.append(Argument(source: source, type: type))
  }

  mutating func beginVariable() throws(Refusal) {
    if fixed != nil { throw Refusal(.malformedRun) }
    fixed = arguments.count
  }

  /// Refuses a `float` among the variable arguments.
  func checkFloat(_ w: Width) throws(Refusal) {
    if fixed != nil && w == .w32 { throw Refusal(.malformedRun) }
  }

  mutating func keep(_ numbers: UInt32) { kept |= numbers }
  mutating func keep(vectors numbers: UInt32) { keptVectors |= numbers }

  /// Gives each argument its place; returns the layout that says how much they take.
  mutating func layOut(_ abi: ABI) -> ArgumentLayout {
    var layout = ArgumentLayout(abi, isVariadic: fixed != nil)
    for index in 0..<arguments.count {
      if index == fixed { layout.beginVariable() }
      arguments[index].place = layout.next(arguments[index].type)
    }
    return layout
  }
}

/// What is called.
enum CallTarget {
  case absolute(UInt64)
  case register(Register)
  case memory(Address)
  case patchable(SiteID, Label)
}

/// The ops of a run; the call itself is the machine's.
extension Emission {
  mutating func pass(_ type: MemoryType, _ number: UInt8) {
    openCallRun()
    callRun.add(.register(number), .integer(type))
  }

  /// The low bytes of a constant count; in the signed or the unsigned range of its type.
  mutating func pass(_ type: MemoryType, _ value: Imm64) throws(Refusal) {
    try value.check(for: type)
    openCallRun()
    callRun.add(.constant(type.extend(value.bits)), .integer(type))
  }

  mutating func pass(_ w: Width, vector number: UInt8) throws(Refusal) {
    openCallRun()
    try callRun.checkFloat(w)
    callRun.add(.vector(number), .float(w))
  }

  mutating func beginVariable() throws(Refusal) {
    openCallRun()
    try callRun.beginVariable()
  }

  mutating func keep(_ registers: RegisterSet) throws(Refusal) {
    openCallRun()
    let abi = target.abi
    let numbers = try FrameState.numbers(of: registers, abi)
    for number in 0..<32 where numbers >> UInt32(number) & 1 == 1 && !abi.isPreserved(number) {
      if number == abi.number(of: Register.result(0)) || number == abi.number(of: Register.result(1)) {
        throw Refusal(.registerConflict, UInt64(number))
      }
      callRun.keep(1 << UInt32(self.registers[Register(number)]))
    }
  }

  mutating func keep(vector register: VectorRegister) throws(Refusal) {
    let abi = target.abi
    guard let number = abi.number(ofVector: register) else { throw .noSuchRegister(register) }
    openCallRun()
    if abi.isPreservedVector(number) { return }
    for index in 0..<4 where abi.number(ofVector: .result(index)) == number {
      throw Refusal(.registerConflict, UInt64(number))
    }
    callRun.keep(vectors: 1 << UInt32(registers[vector: register]))
  }

  /// How far above the caller's stack pointer the `index`-th argument on the stack lies, in bytes.
  func stackArgument(_ index: UInt32) throws(Refusal) -> Int64 {
    try frame.argument()
    guard index <= UInt32(UInt16.max) else { throw .immediate(Int64(index)) }
    return Int64(target.abi.homeBytes) + 8 * Int64(index)
  }

  private mutating func openCallRun() {
    if run.isNone { callRun.begin() }
    run = .arguments
  }
}

extension MemoryType {
  /// The low bytes of `bits`, extended to 64 bits.
  func extend(_ bits: UInt64) -> UInt64 {
    let unused = UInt64(64 - 8 * byteCount)
    let high = bits << unused
    return isSigned ? UInt64(bitPattern: Int64(bitPattern: high) >> Int64(unused)) : high >> unused
  }
}

extension Address {
  /// The same address, where the stack pointer is `bytes` lower.
  func movedUp(by bytes: Int) throws(Refusal) -> Address {
    guard base == .sp else { return self }
    func moved(_ displacement: Int32) throws(Refusal) -> Int32 {
      guard let sum = Int32(exactly: Int(displacement) + bytes) else {
        throw Refusal(.immediateOutOfRange, UInt64(UInt32(bitPattern: displacement)))
      }
      return sum
    }
    switch form {
    case .base(let displacement): return .at(base, try moved(displacement))
    case .indexed(let shift, let displacement): return .at(base, index, shift: shift, try moved(displacement))
    case .extended(let signedness, let shift, let displacement):
      return .at(base, signedness, index, shift: shift, try moved(displacement))
    case .absolute, .invalid: return self
    }
  }
}
