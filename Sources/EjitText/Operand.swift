import Ejit

/// What may stand where an op takes an operand.
public enum OperandKind: UInt8, CaseIterable, Sendable {
  /// `r9`, `arg0`, `res0`, `saved0`, `tmp0`, `sp`.
  case register
  /// A constant of 64 bits.
  case immediate
  /// A constant of 64 bits, or the name of an `extern`: its address.
  case pointer
  /// A number from 0 to 255: a shift count, a bit, a length.
  case count
  /// A signed number of 32 bits.
  case int32
  /// An unsigned number of 32 bits.
  case uint32
  /// The name of a place in the program, or `L` and its number.
  case label
  /// `eq`, `slt`, …
  case condition
  /// `u8` … `s64`.
  case memoryType
  /// `signed` or `unsigned`.
  case signedness
  /// `shl`, `shr` or `sar`.
  case shift
  /// `[base + index << shift + displacement]`, the index perhaps behind `uxtw` or `sxtw`, or `[absolute]`.
  case address
  /// `[base + displacement]`.
  case memory
  /// `saving {r9, saved0}`; nothing for the empty set.
  case registers
  /// `vectors 3`; nothing for none.
  case savedVectors
  /// `{r9, saved0}`.
  case registerList
  /// `less`, `equal` or `greater`.
  case outcome
  /// `add`, `sub`, `and`, `or` or `xor`.
  case memoryOperation
  /// `relaxed`, `acquire`, `release`, `acquireRelease` or `sequential`.
  case memoryOrder
  /// `add`, `sub`, `and`, `or`, `xor`, `exchange`, `smin`, `smax`, `umin` or `umax`.
  case atomicOperation
  /// `read` or `write`.
  case prefetchAccess
  /// `l1`, `l2`, `l3` or `stream`.
  case cacheLevel
  /// `hot` or `cold`.
  case codeSection
  /// `u8`, `u16`, `u32`, `u64`, `f32` or `f64`.
  case dataType
  /// A constant of the data type before it, or of an op on floats as wide as the op: of 64 bits, or a floating-point
  /// number.
  case datum
  /// `v9`, `farg0`, `fres0`, `fsaved0`, `ftmp0`.
  case vector
  /// `oeq`, `uno`, …
  case floatCondition
  /// `floor`, `ceil`, `trunc`, `nearestEven` or `nearestAway`.
  case rounding
  /// `f64` or `f32`.
  case floatType
}

/// An operand of an instruction: the kind, and what stands there.
public enum Operand: Hashable, Sendable {
  case register(Register)
  case immediate(UInt64)
  case pointer(UInt64)
  case count(UInt8)
  case int32(Int32)
  case uint32(UInt32)
  case label(Label)
  case condition(Condition)
  case memoryType(MemoryType)
  case signedness(Signedness)
  case shift(Shift)
  case address(Address)
  case memory(Memory)
  case registers(RegisterSet)
  case savedVectors(UInt8)
  case registerList(RegisterSet)
  case outcome(Outcome)
  case memoryOperation(MemoryOperation)
  case memoryOrder(MemoryOrder)
  case atomicOperation(AtomicOperation)
  case prefetchAccess(PrefetchAccess)
  case cacheLevel(CacheLevel)
  case codeSection(CodeSection)
  case dataType(DataType)
  case datum(UInt64, DataType)
  case vector(VectorRegister)
  case floatCondition(FloatCondition)
  case rounding(Rounding)
  case floatType(FloatType)

  /// A place in memory of the ops that take a base register and a displacement, but no index.
  public struct Memory: Hashable, Sendable {
    /// The base register.
    public let base: Register
    /// The displacement in bytes.
    public let displacement: Displacement

    /// `[base + displacement]`.
    public init(base: Register, displacement: Displacement) {
      self.base = base
      self.displacement = displacement
    }
  }

  /// What kind of operand this is.
  public var kind: OperandKind {
    switch self {
    case .register: .register
    case .immediate: .immediate
    case .pointer: .pointer
    case .count: .count
    case .int32: .int32
    case .uint32: .uint32
    case .label: .label
    case .condition: .condition
    case .memoryType: .memoryType
    case .signedness: .signedness
    case .shift: .shift
    case .address: .address
    case .memory: .memory
    case .registers: .registers
    case .savedVectors: .savedVectors
    case .registerList: .registerList
    case .outcome: .outcome
    case .memoryOperation: .memoryOperation
    case .memoryOrder: .memoryOrder
    case .atomicOperation: .atomicOperation
    case .prefetchAccess: .prefetchAccess
    case .cacheLevel: .cacheLevel
    case .codeSection: .codeSection
    case .dataType: .dataType
    case .datum: .datum
    case .vector: .vector
    case .floatCondition: .floatCondition
    case .rounding: .rounding
    case .floatType: .floatType
    }
  }
}

/// Where the operands of an instruction come from: a text, a list, random numbers, the bytes of a fuzzer.
///
/// An op asks for what it takes, in the order of its payload (`Instruction.init(_:from:)`). So whoever can make one
/// operand of each kind can make every instruction.
public protocol OperandReader {
  /// What goes wrong; `Never`, where nothing can.
  associatedtype Failure: Error

  /// The width. Asked at most once, but not always first.
  mutating func width() throws(Failure) -> Width
  /// The next operand, a register.
  mutating func register() throws(Failure) -> Register
  /// The next operand, the bits of a constant.
  mutating func immediate() throws(Failure) -> UInt64
  /// The next operand, the bits of a constant that may be the address of a C function.
  mutating func pointer() throws(Failure) -> UInt64
  /// The next operand, a small number.
  mutating func count() throws(Failure) -> UInt8
  /// The next operand, a signed number of 32 bits.
  mutating func int32() throws(Failure) -> Int32
  /// The next operand, an unsigned number of 32 bits.
  mutating func uint32() throws(Failure) -> UInt32
  /// The next operand, a label.
  mutating func label() throws(Failure) -> Label
  /// The next operand, a condition.
  mutating func condition() throws(Failure) -> Condition
  /// The next operand, what a load or store moves.
  mutating func memoryType() throws(Failure) -> MemoryType
  /// The next operand, how an overflow check reads.
  mutating func signedness() throws(Failure) -> Signedness
  /// The next operand, the way to shift.
  mutating func shift() throws(Failure) -> Shift
  /// The next operand, an address.
  mutating func address() throws(Failure) -> Address
  /// The next operand, an address without index.
  mutating func memory() throws(Failure) -> Operand.Memory
  /// The next operand, the registers that a frame saves.
  mutating func registers() throws(Failure) -> RegisterSet
  /// The next operand, how many vector registers a frame saves.
  mutating func savedVectors() throws(Failure) -> UInt8
  /// The next operand, the registers that are pushed or popped.
  mutating func registerList() throws(Failure) -> RegisterSet
  /// The next operand, what a comparison that is not made leaves.
  mutating func outcome() throws(Failure) -> Outcome
  /// The next operand, what is done to a value in memory.
  mutating func memoryOperation() throws(Failure) -> MemoryOperation
  /// The next operand, what is promised to other threads.
  mutating func memoryOrder() throws(Failure) -> MemoryOrder
  /// The next operand, what is done to a value in memory at once.
  mutating func atomicOperation() throws(Failure) -> AtomicOperation
  /// The next operand, what is prefetched for.
  mutating func prefetchAccess() throws(Failure) -> PrefetchAccess
  /// The next operand, how near a line shall come.
  mutating func cacheLevel() throws(Failure) -> CacheLevel
  /// The next operand, a section of the code.
  mutating func codeSection() throws(Failure) -> CodeSection
  /// The next operand, how a number is laid down.
  mutating func dataType() throws(Failure) -> DataType
  /// The next operand, the bits of a constant that is laid down as `type`.
  mutating func datum(_ type: DataType) throws(Failure) -> UInt64
  /// The next operand, a floating-point register.
  mutating func vector() throws(Failure) -> VectorRegister
  /// The next operand, how two floating-point numbers compare.
  mutating func floatCondition() throws(Failure) -> FloatCondition
  /// The next operand, how a number is rounded to an integer.
  mutating func rounding() throws(Failure) -> Rounding
  /// The next operand, a floating-point format.
  mutating func floatType() throws(Failure) -> FloatType
}
