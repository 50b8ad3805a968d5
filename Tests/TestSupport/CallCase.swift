import Ejit

/// A call with arguments, made by generated code, and what its callee must find.
public struct CallCase: Sendable {
  /// An argument: what it is, and where it comes from.
  public enum Argument: Sendable {
    case register(MemoryType, Int)
    case constant(MemoryType, Imm64)
    case vector(Width, Int)

    /// What it is.
    public var type: ArgumentLayout.Argument {
      switch self {
      case .register(let type, _), .constant(let type, _): .integer(type)
      case .vector(let w, _): .float(w)
      }
    }
  }

  /// How the callee is named.
  public enum Callee: Sendable {
    /// Its address is in this register.
    case register(Int)
    /// Its address lies in the frame, or where this register points.
    case frame, memory(Int)
  }

  /// From left to right.
  public var arguments: [Argument]
  /// How many of them are not variable, in a variadic function.
  public var fixed: Int?
  /// How it is called.
  public var callee: Callee
  /// What the call must leave as it is.
  public var kept: [Int] = []
  /// The same of vector registers.
  public var keptVectors: [Int] = []
  /// Whether the callee takes integers as 64 bits, so that it sees how they were extended.
  public var isWide = false
  /// Registers pushed before the call.
  public var pushed: RegisterSet = []

  /// The run and the call.
  public var program: [Instruction] {
    var program: [Instruction] = []
    for (index, argument) in arguments.enumerated() {
      if index == fixed { program.append(.variadic) }
      switch argument {
      case .register(let type, let a): program.append(.pass(type, Register(a)))
      case .constant(let type, let value): program.append(.passi(type, value))
      case .vector(let w, let a): program.append(.fpass(width: w, VectorRegister(a)))
      }
    }
    if fixed == arguments.count { program.append(.variadic) }
    program += keptVectors.map { .fkeep(VectorRegister($0)) }
    program.append(.keep(RegisterSet(kept.map { Register($0) })))
    let depth = Int32((pushed.registers.count * 8 + 15) & ~15)
    switch callee {
    case .register(let a): program.append(.callr(Register(a)))
    case .frame: program.append(.callm(.at(.sp, CallProgram.calleeOffset + depth)))
    case .memory(let a): program.append(.callm(.at(Register(a), 8)))
    }
    return program
  }
}

/// Cases that nobody thought of, the same each time.
public struct CallCaseGenerator {
  private var state: UInt64
  private let target: Target
  private let registers: [Int]
  private let vectors: [Int]

  /// Cases for `target`, other ones for each `seed`.
  public init(target: Target, seed: UInt64) {
    (self.target, state) = (target, seed)
    registers = target.abi.numbers.filter { $0 != target.abi.framePointer && $0 != 30 }
    vectors = Array(target.abi.vectorNumbers)
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
  private mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  private mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }

  /// One that is random in everything.
  public mutating func random() -> CallCase {
    let isVariadic = below(4) == 0
    // Half of the cases move the argument registers among themselves.
    let isTangled = below(2) == 0
    var arguments: [CallCase.Argument] = []
    let count = below(21)
    let fixed = isVariadic ? 1 + below(4) : nil
    for index in 0..<max(count, fixed ?? 0) {
      let isVariable = index >= fixed ?? .max
      switch below(8) {
      case 0: arguments.append(constant())
      case 1, 2, 3:
        let width: Width = isVariable || below(2) == 0 ? .w64 : .w32
        arguments.append(.vector(width, pick(isTangled ? Array(0..<target.abi.vectorArgumentCount) : vectors)))
      case _:
        arguments.append(
          .register(pick(MemoryType.allCases), pick(isTangled ? Array(0..<target.abi.argumentCount) : registers)))
      }
    }
    var result = CallCase(arguments: arguments, fixed: fixed, callee: callee())
    let lost = target.abi.clobbered.resolved(for: target.abi)?.numbers ?? 0
    let results = target.abi.results
    for number in registers where !results.contains(number) && below(lost >> UInt32(number) & 1 == 1 ? 4 : 8) == 0 {
      result.kept.append(number)
    }
    for number in vectors where !target.abi.vectorResults.contains(number) && below(6) == 0 {
      result.keptVectors.append(number)
    }
    result.isWide = below(2) == 0
    if below(4) == 0 { result.pushed = RegisterSet(registers.filter { _ in below(4) == 0 }.map { Register($0) }) }
    return result
  }

  private mutating func callee() -> CallCase.Callee {
    switch below(3) {
    case 0: .frame
    case 1: .memory(pick(registers))
    case _: .register(pick(registers))
    }
  }

  private mutating func constant() -> CallCase.Argument {
    let type = pick(MemoryType.allCases)
    let bits = next() >> UInt64(pick([0, 0, 16, 32, 48, 56]))
    let unused = UInt64(64 - 8 * type.byteCount)
    let high = bits << unused
    let value = type.isSigned ? Int64(bitPattern: high) >> Int64(unused) : Int64(bitPattern: high >> unused)
    return .constant(type, Imm64(value))
  }

  /// Every permutation of the first `count` argument registers, of integers and of numbers.
  public func permutations(of count: Int) -> [CallCase] {
    func permute(_ rest: [Int]) -> [[Int]] {
      rest.isEmpty ? [[]] : rest.flatMap { first in permute(rest.filter { $0 != first }).map { [first] + $0 } }
    }
    return permute(Array(0..<count)).flatMap { order in
      [
        CallCase(arguments: order.map { .register(.u64, $0) }, callee: .register(order[0])),
        CallCase(arguments: order.map { .register(.s16, $0) }, callee: .register(order[count - 1]), isWide: true),
        CallCase(arguments: order.map { .vector(.w64, $0) }, callee: .frame),
      ]
    }
  }
}
