import Ejit
import EjitText

/// Operands by a number: each takes its digit, of as many values as it has. Numbers below `size` give all combinations,
/// each of them once if the op has no address (whose forms have different numbers of digits).
struct Digits: OperandReader {
  let lists: OperandValues
  let mnemonic: Mnemonic
  private var rest: UInt64 = 0
  private(set) var size: UInt64 = 1
  private var length: UInt8?
  private var isNarrow = false

  init(_ mnemonic: Mnemonic, _ lists: OperandValues) { (self.mnemonic, self.lists) = (mnemonic, lists) }

  mutating func instruction(_ number: UInt64) -> Instruction {
    (rest, size, length, isNarrow) = (number, 1, nil, false)
    return Instruction(mnemonic, from: &self)
  }

  /// What is left of the number, for choices that are no operands.
  mutating func pick<T>(_ list: [T]) -> T {
    let count = UInt64(list.count)
    size = size.multipliedReportingOverflow(by: count).overflow ? .max : size * count
    defer { rest /= count }
    return list[Int(rest % count)]
  }

  mutating func width() -> Width {
    let width = pick(Width.allCases)
    isNarrow = width == .w32
    return width
  }
  mutating func register() -> Register { pick(lists.registers) }
  mutating func immediate() -> UInt64 {
    switch mnemonic {
    case .shli, .shri, .sari, .rotli, .rotri: pick(lists.counts)
    case _: pick(isNarrow ? lists.narrow : lists.immediates)
    }
  }
  mutating func pointer() -> UInt64 { pick(lists.immediates) }
  mutating func count() -> UInt8 {
    if let length { return length }
    switch mnemonic {
    case .ubfx, .sbfx, .bfi:
      let field = pick(lists.fields)
      length = field.1
      return field.0
    case _: return UInt8(pick(lists.counts))
    }
  }
  mutating func int32() -> Int32 {
    mnemonic == .enter ? pick(lists.frames) : pick(lists.displacements)
  }
  mutating func uint32() -> UInt32 {
    switch mnemonic {
    case .nops, .align: pick(lists.gaps)
    case .zeros: pick(lists.sizes)
    case _: UInt32(truncatingIfNeeded: pick(lists.ids))
    }
  }
  mutating func label() -> Label { 0 }
  mutating func condition() -> Condition {
    switch mnemonic {
    case .b, .sel, .setcc, .ccmp, .ccmpi: pick(Condition.allCases)
    case .branchTest, .branchTesti, .decBranch, .branchBit: pick([.eq, .ne, .negative, .nonNegative])
    case _: pick(OperandValues.orderings)
    }
  }
  mutating func memoryType() -> MemoryType { pick(MemoryType.allCases) }
  mutating func signedness() -> Signedness { pick(Signedness.allCases) }
  mutating func shift() -> Shift { pick(Shift.allCases) }
  mutating func outcome() -> Outcome { pick(Outcome.allCases) }
  mutating func memoryOperation() -> MemoryOperation { pick(MemoryOperation.allCases) }
  mutating func memoryOrder() -> MemoryOrder { pick(MemoryOrder.allCases) }
  mutating func atomicOperation() -> AtomicOperation { pick(AtomicOperation.allCases) }
  mutating func prefetchAccess() -> PrefetchAccess { pick(PrefetchAccess.allCases) }
  mutating func cacheLevel() -> CacheLevel { pick(CacheLevel.allCases) }
  mutating func dataType() -> DataType { pick(DataType.allCases) }
  mutating func codeSection() -> CodeSection { pick(CodeSection.allCases) }
  mutating func datum(_ type: DataType) -> UInt64 { pick(lists.immediates) }
  mutating func address() -> Address {
    let shifts = [0, 1, 2, 3]
    switch pick([0, 1, 2, 3, 4, 5]) {
    case 0: return .at(pick(lists.bases), pick(lists.displacements))
    case 1: return .absolute(pick(lists.immediates))
    case 2: return .at(pick(lists.bases), .signed, register(), shift: pick(shifts), pick(lists.displacements))
    case 3: return .at(pick(lists.bases), .unsigned, register(), shift: pick(shifts), pick(lists.displacements))
    case _: return .at(pick(lists.bases), register(), shift: pick(shifts), pick(lists.displacements))
    }
  }
  mutating func memory() -> Operand.Memory {
    let base: Register =
      switch mnemonic {
      case .ldPre, .ldPost, .stPre, .stPost, .fldPre, .fldPost, .fstPre, .fstPost: register()
      case _: pick(lists.bases)
      }
    return Operand.Memory(base: base, displacement: Displacement(pick(lists.displacements)))
  }
  mutating func registers() -> RegisterSet {
    RegisterSet(numbers: UInt32(truncatingIfNeeded: pick(lists.savedSets)))
  }
  mutating func savedVectors() -> UInt8 { 0 }
  mutating func registerList() -> RegisterSet {
    RegisterSet(numbers: UInt32(truncatingIfNeeded: pick(lists.sets)))
  }
  mutating func vector() -> VectorRegister { pick(lists.vectors) }
  mutating func floatCondition() -> FloatCondition { pick(FloatCondition.allCases) }
  mutating func rounding() -> Rounding { pick(Rounding.allCases) }
  mutating func floatType() -> FloatType { pick(FloatType.allCases) }
}

/// The values that operands take.
struct OperandValues {
  let registers: [Register]
  let vectors: [VectorRegister]
  /// Registers that may be the base of an address.
  let bases: [Register]
  let savedSets: [UInt64]
  let sets: [UInt64]
  let immediates = OperandValues.allImmediates
  /// Those that 32-bit ops take, and a few that they refuse.
  let narrow = OperandValues.allImmediates.filter {
    Int64(bitPattern: $0) >= -1 << 31 && $0 <= 1 << 33 || $0 > ~0 << 31
  }
  let displacements = OperandValues.allDisplacements
  let counts = (0..<64).map { UInt64($0) }
  let fields = (0..<64).flatMap { p in (1...64 - p).map { (UInt8(p), UInt8($0)) } }
  static let orderings = Condition.allCases.filter(\.isOrdering)
  let frames: [Int32] =
    (1...80).map { 272 * $0 } + [
      0, 8, 16, 24, 512, 4080, 4096, 4112, 8192, 8208, 12288, 16384, 20000, 1 << 20, 1 << 24,
    ]
  let ids: [UInt64] = [0, 1, 9, 255, 4096, 65535, 65536, 0x12345, 0xFFFF_FFFF]

  let gaps =
    Array(0...80) + [124, 128, 132, 256, 512, 1024, 2044, 2048, 2052, 4092, 4095, 4096, 4097, 8192, UInt32.max]
  let sizes = Array(0...80) + [4096, 65535, 1 << 20, 1 << 24, 1 << 24 + 1, UInt32.max]

  init(_ abi: ABI) {
    registers = abi.numbers.map { Register($0) }
    vectors = abi.vectorNumbers.map { VectorRegister($0) }
    bases = registers + [.sp]
    let saved = abi.saved.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
    let all = abi.numbers.filter { $0 != abi.framePointer }.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
    savedSets = OperandValues.subsets(of: saved, 64)
    sets = OperandValues.subsets(of: all, 2048)
  }

  /// Each member alone, and others spread over all subsets.
  private static func subsets(of set: UInt64, _ count: UInt64) -> [UInt64] {
    let single = (0..<32).map { UInt64(1) << UInt64($0) }.filter { $0 & set != 0 }
    return [0, set] + single + (1..<count).map { ($0 &* 0x9E37_79B9_7F4A_7C15) >> 20 & set }
  }

  /// Borders of every power of two, both signs, and patterns.
  private static let allImmediates: [UInt64] = {
    var values: Set<UInt64> = [0, .max, 0x1234_5678_9ABC_DEF0, 0x1234, 0x12_3456, 0x1234_5678, 0xFFFF_EDCB, 0xABC_D000]
    for bit in 0..<UInt64(64) {
      let power: UInt64 = 1 << bit
      values.formUnion([power, power &- 1, power &+ 1, 0 &- power, ~power, 0 &- power &- 1])
    }
    for pattern in [
      0x5555_5555_5555_5555, 0x0F0F_0F0F_0F0F_0F0F, 0x00FF_00FF_00FF_00FF, 0x0000_FFFF_0000_FFFF,
      0x7F7F_0000_0000_7F7F, 0xFFFF_1234_FFFF_FFFF, 0x0000_1234_0000_5678, 0x00FF_F000_00FF_F123,
    ] as [UInt64] { values.formUnion([pattern, ~pattern, pattern >> 32]) }
    var random: UInt64 = 1
    for bits in 0..<UInt64(768) {
      random = random &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
      values.insert(random >> (bits % 64))
    }
    return values.sorted()
  }()

  /// Borders of what the machines hold: 7, 8, 9, 12, 16, 24, 31 bits, scaled or not.
  private static let allDisplacements: [Int32] = {
    var values: Set<Int32> = [
      0, .min, .max, .max - 7, .min + 7, 0x12345, -0x12345, 0x1234567, -0x1234567, 100_000, 6, 33,
    ]
    for power in [1, 2, 4, 8, 64, 128, 256, 504, 512, 4096, 8192, 16384, 32768, 65536, 1 << 20, 1 << 24] as [Int32] {
      for near in [-8, -4, -2, -1, 0, 1, 4, 8] as [Int32] { values.formUnion([power + near, -power + near]) }
    }
    return values.sorted()
  }()
}
