import Ejit

extension Instruction {
  /// The instruction that was taken apart as `statement`; nil if the operands are not those that its op takes.
  public init?(_ statement: Statement) {
    var list = OperandList(statement)
    do throws(OperandList.Mismatch) {
      self = try Instruction(statement.mnemonic, from: &list)
    } catch {
      return nil
    }
    guard list.isExhausted else { return nil }
  }
}

extension Statement {
  /// An op with its operands; whether they fit is judged by `Instruction.init(_:)`.
  public init(_ mnemonic: Mnemonic, width: Width? = nil, operands: [Operand]) {
    self.mnemonic = mnemonic
    self.width = width
    self.operands = operands
  }

  /// The statement with the address of a C function where it has a place for one.
  func replacingPointer(by address: UInt64) -> Statement {
    var copy = self
    for (index, operand) in operands.enumerated() {
      if case .pointer = operand { copy.operands[index] = .pointer(address) }
    }
    return copy
  }
}

/// Operands read from a list.
private struct OperandList: OperandReader {
  struct Mismatch: Error {}
  typealias Failure = Mismatch

  private let statement: Statement
  private var index = 0
  private var widthIsRead = false

  init(_ statement: Statement) { self.statement = statement }

  /// Whether everything that the statement has was asked for.
  var isExhausted: Bool { index == statement.operands.count && (widthIsRead || statement.width == nil) }

  private mutating func next() throws(Mismatch) -> Operand {
    guard index < statement.operands.count else { throw Mismatch() }
    index += 1
    return statement.operands[index - 1]
  }

  mutating func width() -> Width {
    widthIsRead = true
    return statement.width ?? .w64
  }
  mutating func register() throws(Mismatch) -> Register {
    guard case .register(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func immediate() throws(Mismatch) -> UInt64 {
    guard case .immediate(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func pointer() throws(Mismatch) -> UInt64 {
    guard case .pointer(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func count() throws(Mismatch) -> UInt8 {
    guard case .count(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func int32() throws(Mismatch) -> Int32 {
    guard case .int32(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func uint32() throws(Mismatch) -> UInt32 {
    guard case .uint32(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func label() throws(Mismatch) -> Label {
    guard case .label(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func condition() throws(Mismatch) -> Condition {
    guard case .condition(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func memoryType() throws(Mismatch) -> MemoryType {
    guard case .memoryType(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func signedness() throws(Mismatch) -> Signedness {
    guard case .signedness(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func shift() throws(Mismatch) -> Shift {
    guard case .shift(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func address() throws(Mismatch) -> Address {
    guard case .address(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func memory() throws(Mismatch) -> Operand.Memory {
    guard case .memory(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func registers() throws(Mismatch) -> RegisterSet {
    guard case .registers(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func savedVectors() throws(Mismatch) -> UInt8 {
    guard case .savedVectors(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func registerList() throws(Mismatch) -> RegisterSet {
    guard case .registerList(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func outcome() throws(Mismatch) -> Outcome {
    guard case .outcome(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func memoryOperation() throws(Mismatch) -> MemoryOperation {
    guard case .memoryOperation(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func memoryOrder() throws(Mismatch) -> MemoryOrder {
    guard case .memoryOrder(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func atomicOperation() throws(Mismatch) -> AtomicOperation {
    guard case .atomicOperation(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func prefetchAccess() throws(Mismatch) -> PrefetchAccess {
    guard case .prefetchAccess(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func cacheLevel() throws(Mismatch) -> CacheLevel {
    guard case .cacheLevel(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func codeSection() throws(Mismatch) -> CodeSection {
    guard case .codeSection(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func dataType() throws(Mismatch) -> DataType {
    guard case .dataType(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func datum(_ type: DataType) throws(Mismatch) -> UInt64 {
    guard case .datum(let value, type) = try next() else { throw Mismatch() }
    return value
  }
  mutating func vector() throws(Mismatch) -> VectorRegister {
    guard case .vector(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func floatCondition() throws(Mismatch) -> FloatCondition {
    guard case .floatCondition(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func rounding() throws(Mismatch) -> Rounding {
    guard case .rounding(let value) = try next() else { throw Mismatch() }
    return value
  }
  mutating func floatType() throws(Mismatch) -> FloatType {
    guard case .floatType(let value) = try next() else { throw Mismatch() }
    return value
  }
}
