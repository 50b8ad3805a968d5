import Ejit

/// A type that payloads of instructions are made of: how its values are read and listed.
protocol OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Self
  func append(to statement: inout Statement)
}

/// The bits of a constant that may be the address of a C function.
struct Pointer {
  let value: Immediate
}

/// The registers that are pushed or popped: written without `saving`, and even if there are none.
struct RegisterList {
  let set: RegisterSet
}

/// How many vector registers a frame saves: written behind `vectors`, and only if there are any.
struct SavedVectors {
  let count: UInt8
}

/// The bits of a constant, and the type that says how they are written.
struct Datum {
  let bits: UInt64
  let type: DataType
}

/// The width and a constant of it, which is written as a floating-point number.
struct FloatConstant {
  let width: Width
  let bits: UInt64

  var type: DataType { width == .w64 ? .f64 : .f32 }
}

extension Width: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Width { try reader.width() }
  func append(to statement: inout Statement) { statement.width = self }
}

extension Register: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Register {
    try reader.register()
  }
  func append(to statement: inout Statement) { statement.operands.append(.register(self)) }
}

extension Immediate: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Immediate {
    try Immediate(bits: reader.immediate())
  }
  func append(to statement: inout Statement) { statement.operands.append(.immediate(bits)) }
}

extension Imm64: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Imm64 {
    try Imm64(bits: reader.immediate())
  }
  func append(to statement: inout Statement) { statement.operands.append(.immediate(bits)) }
}

extension Pointer: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Pointer {
    try Pointer(value: Immediate(bits: reader.pointer()))
  }
  func append(to statement: inout Statement) { statement.operands.append(.pointer(value.bits)) }
}

extension UInt8: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> UInt8 {
    try reader.count()
  }
  func append(to statement: inout Statement) { statement.operands.append(.count(self)) }
}

extension Int32: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Int32 {
    try reader.int32()
  }
  func append(to statement: inout Statement) { statement.operands.append(.int32(self)) }
}

extension Displacement: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Displacement {
    try Displacement(reader.int32())
  }
  func append(to statement: inout Statement) { statement.operands.append(.int32(value)) }
}

extension UInt32: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> UInt32 {
    try reader.uint32()
  }
  func append(to statement: inout Statement) { statement.operands.append(.uint32(self)) }
}

extension Label: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Label {
    try reader.label()
  }
  func append(to statement: inout Statement) { statement.operands.append(.label(self)) }
}

extension Condition: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Condition {
    try reader.condition()
  }
  func append(to statement: inout Statement) { statement.operands.append(.condition(self)) }
}

extension MemoryType: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> MemoryType {
    try reader.memoryType()
  }
  func append(to statement: inout Statement) { statement.operands.append(.memoryType(self)) }
}

extension Signedness: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Signedness {
    try reader.signedness()
  }
  func append(to statement: inout Statement) { statement.operands.append(.signedness(self)) }
}

extension Shift: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Shift {
    try reader.shift()
  }
  func append(to statement: inout Statement) { statement.operands.append(.shift(self)) }
}

extension Address: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Address {
    try reader.address()
  }
  func append(to statement: inout Statement) { statement.operands.append(.address(self)) }
}

extension Operand.Memory: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Operand.Memory {
    try reader.memory()
  }
  func append(to statement: inout Statement) { statement.operands.append(.memory(self)) }
}

extension RegisterSet: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> RegisterSet {
    try reader.registers()
  }
  func append(to statement: inout Statement) { statement.operands.append(.registers(self)) }
}

extension RegisterList: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> RegisterList {
    try RegisterList(set: reader.registerList())
  }
  func append(to statement: inout Statement) { statement.operands.append(.registerList(set)) }
}

extension SavedVectors: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> SavedVectors {
    try SavedVectors(count: reader.savedVectors())
  }
  func append(to statement: inout Statement) { statement.operands.append(.savedVectors(count)) }
}

extension SiteID: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> SiteID {
    try SiteID(reader.uint32())
  }
  func append(to statement: inout Statement) { statement.operands.append(.uint32(number)) }
}

/// The type and the constant: two operands, the second written as the first says.
extension Datum: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Datum {
    let type = try reader.dataType()
    return try Datum(bits: reader.datum(type), type: type)
  }
  func append(to statement: inout Statement) {
    statement.operands.append(.dataType(type))
    statement.operands.append(.datum(bits, type))
  }
}

extension FloatConstant: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> FloatConstant {
    let width = try reader.width()
    return try FloatConstant(width: width, bits: reader.datum(width == .w64 ? .f64 : .f32))
  }
  func append(to statement: inout Statement) {
    statement.width = width
    statement.operands.append(.datum(bits, type))
  }
}

extension Outcome: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Outcome {
    try reader.outcome()
  }
  func append(to statement: inout Statement) { statement.operands.append(.outcome(self)) }
}

extension MemoryOperation: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> MemoryOperation {
    try reader.memoryOperation()
  }
  func append(to statement: inout Statement) { statement.operands.append(.memoryOperation(self)) }
}

extension MemoryOrder: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> MemoryOrder {
    try reader.memoryOrder()
  }
  func append(to statement: inout Statement) { statement.operands.append(.memoryOrder(self)) }
}

extension AtomicOperation: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> AtomicOperation {
    try reader.atomicOperation()
  }
  func append(to statement: inout Statement) { statement.operands.append(.atomicOperation(self)) }
}

extension PrefetchAccess: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> PrefetchAccess {
    try reader.prefetchAccess()
  }
  func append(to statement: inout Statement) { statement.operands.append(.prefetchAccess(self)) }
}

extension CacheLevel: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> CacheLevel {
    try reader.cacheLevel()
  }
  func append(to statement: inout Statement) { statement.operands.append(.cacheLevel(self)) }
}

extension CodeSection: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> CodeSection {
    try reader.codeSection()
  }
  func append(to statement: inout Statement) { statement.operands.append(.codeSection(self)) }
}

extension VectorRegister: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> VectorRegister {
    try reader.vector()
  }
  func append(to statement: inout Statement) { statement.operands.append(.vector(self)) }
}

extension FloatCondition: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> FloatCondition {
    try reader.floatCondition()
  }
  func append(to statement: inout Statement) { statement.operands.append(.floatCondition(self)) }
}

extension Rounding: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> Rounding {
    try reader.rounding()
  }
  func append(to statement: inout Statement) { statement.operands.append(.rounding(self)) }
}

extension FloatType: OperandValue {
  static func read<R: OperandReader>(from reader: inout R) throws(R.Failure) -> FloatType {
    try reader.floatType()
  }
  func append(to statement: inout Statement) { statement.operands.append(.floatType(self)) }
}
