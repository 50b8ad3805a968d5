import Ejit
import EjitText

/// Numbers that look random and are the same in every run. SplitMix64, Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", figure 16.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
  mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }

  /// Any number of bits is as likely as any other.
  mutating func bits() -> UInt64 { next() >> UInt64(below(64)) &* pick([1, .max]) }
}

/// Operands of every sort, those that no machine accepts too.
struct RandomOperands: OperandReader {
  var random: SplitMix64
  var labelCount: UInt32 = 40
  var forcedWidth: Width?

  mutating func width() -> Width { forcedWidth ?? random.pick(Width.allCases) }
  mutating func register() -> Register { Register(rawValue: UInt8(truncatingIfNeeded: random.next())) }
  mutating func immediate() -> UInt64 { random.bits() }
  mutating func pointer() -> UInt64 { random.bits() }
  mutating func count() -> UInt8 { UInt8(truncatingIfNeeded: random.next()) }
  mutating func int32() -> Int32 { Int32(truncatingIfNeeded: random.bits()) }
  mutating func uint32() -> UInt32 { UInt32(truncatingIfNeeded: random.bits()) }
  mutating func label() -> Label { random.below(20) == 0 ? Label(uint32()) : Label(uint32() % labelCount) }
  mutating func condition() -> Condition { random.pick(Condition.allCases) }
  mutating func memoryType() -> MemoryType { random.pick(MemoryType.allCases) }
  mutating func signedness() -> Signedness { random.pick(Signedness.allCases) }
  mutating func shift() -> Shift { random.pick(Shift.allCases) }
  mutating func outcome() -> Outcome { random.pick(Outcome.allCases) }
  mutating func memoryOperation() -> MemoryOperation { random.pick(MemoryOperation.allCases) }
  mutating func memoryOrder() -> MemoryOrder { random.pick(MemoryOrder.allCases) }
  mutating func atomicOperation() -> AtomicOperation { random.pick(AtomicOperation.allCases) }
  mutating func prefetchAccess() -> PrefetchAccess { random.pick(PrefetchAccess.allCases) }
  mutating func cacheLevel() -> CacheLevel { random.pick(CacheLevel.allCases) }
  mutating func codeSection() -> CodeSection { random.pick(CodeSection.allCases) }
  mutating func dataType() -> DataType { random.pick(DataType.allCases) }
  mutating func memory() -> Operand.Memory { Operand.Memory(base: register(), displacement: Displacement(int32())) }

  /// All forms, and an index shift that does not exist.
  mutating func address() -> Address {
    switch random.below(4) {
    case 0: .at(register(), int32())
    case 1: .at(register(), register(), shift: random.below(6), int32())
    case 2: .at(register(), random.pick(Signedness.allCases), register(), shift: random.below(6), int32())
    default: .absolute(random.bits())
    }
  }

  /// Any bits: of a float numbers of every size, NaNs with a payload, and more bits than it has.
  mutating func datum(_ type: DataType) -> UInt64 {
    let bits = random.pick([random.bits(), random.next(), random.next() | 0x7FF0_0000_0000_0000])
    return type == .f32 && random.below(4) > 0 ? UInt64(UInt32(truncatingIfNeeded: bits)) : bits
  }

  mutating func savedVectors() -> UInt8 { random.below(2) == 0 ? 0 : UInt8(random.below(256)) }
  mutating func vector() -> VectorRegister { VectorRegister(rawValue: UInt8(truncatingIfNeeded: random.next())) }
  mutating func floatCondition() -> FloatCondition { random.pick(FloatCondition.allCases) }
  mutating func rounding() -> Rounding { random.pick(Rounding.allCases) }
  mutating func floatType() -> FloatType { random.pick(FloatType.allCases) }
  mutating func registerList() -> RegisterSet { registers() }
  mutating func registers() -> RegisterSet {
    var set = RegisterSet()
    for _ in 0..<random.below(5) { set.insert(register()) }
    return set
  }

  mutating func program(count: Int) -> [Instruction] {
    var instructions: [Instruction] = []
    for _ in 0..<count {
      let mnemonic = random.pick(Mnemonic.allCases)
      instructions.append(Instruction(mnemonic, from: &self))
    }
    return instructions
  }
}
