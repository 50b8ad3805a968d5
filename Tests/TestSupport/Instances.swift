import Ejit
import EjitText

/// The values that operands take turns in; each list multiplies the instances.
public struct OperandLists {
  /// Widths, where an op has one.
  public var widths: [Width] = [.w64, .w32]
  /// 64-bit constants.
  public var immediates: [UInt64] = [0x1234]
  /// Shift counts of immediate shifts.
  public var shiftCounts: [UInt64] = [5]
  /// Counts and bits in a byte.
  public var counts: [UInt8] = [5]
  /// Bit fields, where `length` nil stands for those of the width.
  public var fields: [(position: UInt8, length: UInt8)] = [(3, 7)]
  /// Conditions; those that an op does not take are left out.
  public var conditions: [Condition] = [.ult]
  /// What is loaded and stored.
  public var types: [MemoryType] = [.u64]
  /// How overflow checks read.
  public var signednesses: [Signedness] = [.signed]
  /// How second operands are shifted.
  public var shifts: [Shift] = [.shl]
  /// What a conditional comparison leaves where it does not compare.
  public var outcomes: [Outcome] = [.less]
  /// What is done to memory.
  public var operations: [MemoryOperation] = [.add]
  /// What atomic ops promise; those that an op does not have are left out.
  public var orders: [MemoryOrder] = [.sequential]
  /// What is done to memory at once.
  public var atomics: [AtomicOperation] = [.add]
  /// What is prefetched for.
  public var accesses: [PrefetchAccess] = [.read]
  /// How near to prefetch.
  public var levels: [CacheLevel] = [.l1]
  /// How floats compare.
  public var floatConditions: [FloatCondition] = [.olt]
  /// How floats are rounded to integers.
  public var roundings: [Rounding] = [.floor]
  /// Formats of floats.
  public var floatTypes: [FloatType] = [.f64]
  /// The floating-point registers of an op, in the order of the payload.
  public var vectors: [VectorRegister] = [12, 9, 14, 10, 13, 11, 8].map { VectorRegister($0) }
  /// Displacements of ops without index.
  public var displacements: [Int32] = [16]
  /// Addresses without their registers.
  public var addresses: [AddressShape] = [.base(16)]
  /// The label of branches.
  public var label = Label(0)

  /// One value in each list.
  public init() {}
}

/// An address, its registers left open.
public enum AddressShape {
  /// `base + displacement`.
  case base(Int32)
  /// `base + index << shift + displacement`.
  case indexed(shift: Int, Int32)
  /// `base + (index, 32 bits extended) << shift + displacement`.
  case extended(Signedness, shift: Int, Int32)
  /// Without registers.
  case absolute(UInt64)

  /// All shifts and extensions with these displacements, and no index.
  public static func all(_ displacements: [Int32]) -> [AddressShape] {
    displacements.map { .base($0) }
      + displacements.flatMap { n in
        (0...3).flatMap {
          [.indexed(shift: $0, n), .extended(.unsigned, shift: $0, n), .extended(.signed, shift: $0, n)]
        }
      }
  }
}

extension Mnemonic {
  /// Every instance of this op whose operands come from `lists` and whose registers, in the order of the payload, from
  /// the front of `registers`. What the op refuses by its definition is left out.
  public func instances(registers: [Register], _ lists: OperandLists) -> [Instruction] {
    var odometer = Odometer(lists: lists, registers: registers, mnemonic: self)
    var result: [Instruction] = []
    repeat {
      odometer.begin()
      let instruction = Instruction(self, from: &odometer)
      if instruction.isLegal { result.append(instruction) }
    } while odometer.advance()
    return result
  }

  /// How many registers an instance takes, the first address in `lists` being the form of address.
  public func registerCount(_ lists: OperandLists = OperandLists()) -> Int {
    var odometer = Odometer(lists: lists, registers: [Register](repeating: Register(0), count: 16), mnemonic: self)
    odometer.begin()
    _ = Instruction(self, from: &odometer)
    return odometer.registerCount
  }

  /// How many floating-point registers an instance takes.
  public var vectorCount: Int {
    var odometer = Odometer(
      lists: OperandLists(), registers: [Register](repeating: Register(0), count: 16), mnemonic: self)
    odometer.begin()
    _ = Instruction(self, from: &odometer)
    return odometer.vectorCount
  }
}

/// Gives operands out, one combination after the other: the last asked turns fastest.
private struct Odometer: OperandReader {
  let lists: OperandLists
  let pool: [Register]
  let mnemonic: Mnemonic
  private var digits: [Int] = []
  private var sizes: [Int] = []
  private var place = 0
  private(set) var registerCount = 0
  private(set) var vectorCount = 0
  private var fieldLength: UInt8?

  init(lists: OperandLists, registers: [Register], mnemonic: Mnemonic) {
    (self.lists, pool, self.mnemonic) = (lists, registers, mnemonic)
  }

  mutating func begin() { (place, registerCount, vectorCount, fieldLength) = (0, 0, 0, nil) }

  mutating func advance() -> Bool {
    while let digit = digits.last {
      if digit + 1 < sizes[digits.count - 1] {
        digits[digits.count - 1] += 1
        return true
      }
      digits.removeLast()
      sizes.removeLast()
    }
    return false
  }

  private mutating func pick<T>(_ list: [T]) -> T {
    if place == digits.count {
      digits.append(0)
      sizes.append(list.count)
    }
    defer { place += 1 }
    return list[digits[place]]
  }

  mutating func width() -> Width { pick(lists.widths) }
  mutating func register() -> Register {
    defer { registerCount += 1 }
    return pool[registerCount]
  }
  mutating func vector() -> VectorRegister {
    defer { vectorCount += 1 }
    return lists.vectors[vectorCount]
  }
  mutating func floatCondition() -> FloatCondition { pick(lists.floatConditions) }
  mutating func rounding() -> Rounding { pick(lists.roundings) }
  mutating func floatType() -> FloatType { pick(lists.floatTypes) }
  mutating func immediate() -> UInt64 { pick(mnemonic.takesShiftCount ? lists.shiftCounts : lists.immediates) }
  mutating func pointer() -> UInt64 { pick(lists.immediates) }
  mutating func count() -> UInt8 {
    if mnemonic == .raw { return 4 }
    guard mnemonic.takesField else { return pick(lists.counts) }
    if let length = fieldLength { return length }
    let field = pick(lists.fields)
    fieldLength = field.length
    return field.position
  }
  mutating func int32() -> Int32 { pick(lists.displacements) }
  /// A number that every op takes which takes one: a count, an alignment, an id.
  mutating func uint32() -> UInt32 { 16 }
  mutating func label() -> Label { lists.label }
  mutating func condition() -> Condition { pick(lists.conditions.isEmpty ? [.eq] : lists.conditions) }
  mutating func memoryType() -> MemoryType { pick(lists.types) }
  mutating func signedness() -> Signedness { pick(lists.signednesses) }
  mutating func shift() -> Shift { pick(lists.shifts) }
  mutating func outcome() -> Outcome { pick(lists.outcomes) }
  mutating func memoryOperation() -> MemoryOperation { pick(lists.operations) }
  mutating func memoryOrder() -> MemoryOrder { pick(lists.orders) }
  mutating func atomicOperation() -> AtomicOperation { pick(lists.atomics) }
  mutating func prefetchAccess() -> PrefetchAccess { pick(lists.accesses) }
  mutating func cacheLevel() -> CacheLevel { pick(lists.levels) }
  mutating func dataType() -> DataType { .u64 }
  mutating func codeSection() -> CodeSection { .cold }
  mutating func datum(_ type: DataType) -> UInt64 { pick(lists.immediates) }
  mutating func address() -> Address {
    switch pick(lists.addresses) {
    case .base(let n): .at(register(), n)
    case .indexed(let shift, let n): .at(register(), register(), shift: shift, n)
    case .extended(let sign, let shift, let n): .at(register(), sign, register(), shift: shift, n)
    case .absolute(let bits): .absolute(bits)
    }
  }
  mutating func memory() -> Operand.Memory {
    Operand.Memory(base: register(), displacement: Displacement(pick(lists.displacements)))
  }
  mutating func registers() -> RegisterSet { [] }
  mutating func savedVectors() -> UInt8 { 0 }
  mutating func registerList() -> RegisterSet { [] }
}

extension Mnemonic {
  fileprivate var takesShiftCount: Bool { [.shli, .shri, .sari, .rotli, .rotri].contains(self) }
  fileprivate var takesField: Bool { [.ubfx, .sbfx, .bfi].contains(self) }
}

extension Instruction {
  /// Whether the definition of the op allows these operands (registers of destinations included).
  public var isLegal: Bool {
    let statement = Statement(self)
    let width = statement.width ?? .w64
    for operand in statement.operands {
      switch operand {
      case .immediate(let bits), .pointer(let bits): if !isLegal(Int64(bitPattern: bits), width) { return false }
      case .condition(let condition): if !statement.mnemonic.takes(condition) { return false }
      case .count(let count): if count > width.bits { return false }
      case .datum(let bits, .f32): if bits >> 32 != 0 { return false }
      case .register, .int32, .uint32, .label, .memoryType, .signedness, .shift, .outcome, .memoryOperation,
        .memoryOrder, .atomicOperation, .prefetchAccess, .cacheLevel, .dataType, .datum, .codeSection, .address,
        .memory, .registers, .registerList, .savedVectors, .vector, .floatCondition, .rounding, .floatType:
        break
      }
    }
    switch self {
    case .fmovi(.w32, _, let bits): return bits.size != .wide
    case .ubfx(let w, _, _, let p, let n), .sbfx(let w, _, _, let p, let n), .bfi(let w, _, _, let p, let n):
      return n > 0 && Int(p) + Int(n) <= w.bits
    case .addShifted(let w, _, _, _, _, let n), .subShifted(let w, _, _, _, _, let n), .funneli(let w, _, _, _, let n),
      .branchBit(let w, _, _, let n, _):
      return Int(n) < w.bits
    case .smulWide(_, let d, let e, _, _), .umulWide(_, let d, let e, _, _), .addOverflowSet(_, let d, let e, _, _, _),
      .subOverflowSet(_, let d, let e, _, _, _), .mulOverflowSet(_, let d, let e, _, _, _),
      .sdivmod(_, let d, let e, _, _), .udivmod(_, let d, let e, _, _), .udivWideChecked(_, let d, let e, _, _, _, _),
      .udivWideUnchecked(_, let d, let e, _, _, _), .ldPair(_, let d, let e, _, _), .ldPre(_, let d, let e, _),
      .ldPost(_, let d, let e, _), .stPre(_, let d, let e, _), .stPost(_, let d, let e, _),
      .casSet(_, _, let d, let e, _, _, _, _), .casPair(_, let d, let e, _, _, _, _, _, _):
      return d != e
    case .fldPair(_, let d, let e, _, _): return d != e
    case .ldAtomic(let order, _, _, _, _): return order == .relaxed || order == .acquire || order == .sequential
    case .stAtomic(let order, _, _, _, _): return order == .relaxed || order == .release || order == .sequential
    default: return true
    }
  }

  private func isLegal(_ value: Int64, _ width: Width) -> Bool {
    switch self {
    case .shli, .shri, .sari, .rotli, .rotri: (0..<Int64(width.bits)).contains(value)
    case .sti(let type, _, _, _) where type.byteCount < 8, .rmwi(_, _, _, _, let type) where type.byteCount < 8:
      (-1 << Int64(8 * type.byteCount - 1)..<1 << Int64(8 * type.byteCount)).contains(value)
    default: width == .w64 || (-1 << 31..<1 << 32).contains(value)
    }
  }
}

extension Mnemonic {
  fileprivate func takes(_ condition: Condition) -> Bool {
    switch self {
    case .branchBit: condition == .eq || condition == .ne
    case .branchTest, .branchTesti, .decBranch: [.eq, .ne, .negative, .nonNegative].contains(condition)
    case .b, .sel, .setcc, .ccmp, .ccmpi: true
    default: condition.isOrdering
    }
  }
}
