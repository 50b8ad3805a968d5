import Ejit
import EjitText

/// Every op in the forms that decide about its encoding: widths, alias patterns, each special register in each field,
/// immediates and displacements at their borders, conditions.
public struct Listing {
  let target: Target
  private let sweep: Sweep
  private let hazards: [Int]
  /// Registers above 7 in the machine's numbering, and some below.
  let high: [Register]
  let low: [Register]
  private var many: [Register] { high + low }
  var items: [ListedInstruction] = []

  /// The instructions listed for a target, in the order of the ops.
  public static func instructions(for target: Target) -> [ListedInstruction] {
    var listing = Listing(target)
    for op in Mnemonic.allCases { listing.add(op) }
    return listing.items
  }

  private init(_ target: Target) {
    self.target = target
    let machine = TestMachine(target: target, features: .baseline)
    (sweep, hazards) = (Sweep(machine), machine.hazards)
    let isX86 = target.architecture == .x86_64
    high = (isX86 ? [12, 11, 10, 9, 4] : [27, 14, 23, 11, 19]).map { Register($0) }  // r15 r14 r13 r12 r8
    low = (isX86 ? [13, 0, 1, 8, 6] : [0, 1, 2, 3, 4]).map { Register($0) }  // rbp rdi rsi rbx rax
  }

  private mutating func add(_ op: Mnemonic) {
    if op.family == .control { return addControl(op) }
    if op.family == .float { addVectors(op) }
    let isShift = [Mnemonic.shli, .shri, .sari, .rotli, .rotri].contains(op)
    var plain = plainLists(op)
    let count = op.registerCount(plain)
    for registers in aliases(count) {
      for instruction in op.instances(registers: registers, plain) { add(op, instruction) }
    }
    plain.widths = [.w64]
    for registers in special(count) {
      for instruction in op.instances(registers: registers, plain) { add(op, instruction) }
    }
    for lists in borders(op, isShift: isShift) {
      for instruction in op.instances(registers: many, lists) { add(op, instruction) }
    }
  }

  /// Floating-point registers above 7, every way to be equal, and each register in each field.
  private mutating func addVectors(_ op: Mnemonic) {
    let count = op.vectorCount
    let registers = Array(many[..<op.registerCount()])
    let limit = target.abi.vectorNumbers.count
    let first = VectorRegister(limit - 1).rawValue
    for classes in aliases(count).map({ Listing.classes(of: $0) }) {
      var lists = plainLists(op)
      lists.vectors = classes.map { VectorRegister(rawValue: first - UInt8($0)) }
      for instruction in op.instances(registers: registers, lists) { add(op, instruction) }
    }
    for number in target.abi.vectorNumbers {
      var lists = plainLists(op)
      lists.widths = [.w64]
      lists.vectors = (0..<count).map { VectorRegister((number + 3 * $0) % limit) }
      for instruction in op.instances(registers: registers, lists) { add(op, instruction) }
    }
  }

  /// For each register the place of the first that equals it.
  private static func classes(of registers: [Register]) -> [Int] {
    registers.map { registers.firstIndex(of: $0)! }
  }

  private func plainLists(_ op: Mnemonic) -> OperandLists {
    var lists = OperandLists()
    lists.conditions = [.branchBit, .branchTest, .branchTesti].contains(op) ? [.ne] : [op == .setcc ? .eq : .ult]
    if op.family == .memory { lists.types = [.u8, .u64] }
    if op == .decBranch { lists.conditions = [.ne] }
    if op == .lea { lists.addresses = [.indexed(shift: 2, 16)] }
    return lists
  }

  /// All ways to be equal of up to three registers, the usual ones of more.
  private func aliases(_ count: Int) -> [[Register]] {
    let classes: [[Int]]
    switch count {
    case 0: return [[]]
    case 1: classes = [[0]]
    case 2: classes = [[0, 1], [0, 0]]
    case 3: classes = [[0, 1, 2], [0, 0, 1], [0, 1, 0], [0, 1, 1], [0, 0, 0]]
    case 7:
      classes = [
        [0, 1, 2, 3, 4, 5, 6], [0, 1, 0, 1, 2, 3, 4], [0, 1, 2, 3, 1, 0, 4], [0, 1, 2, 0, 3, 4, 5],
        [0, 1, 2, 3, 4, 5, 0],
        [0, 1, 2, 2, 2, 2, 2],
      ]
    case 4:
      classes = [
        [0, 1, 2, 3], [0, 0, 1, 2], [0, 1, 0, 2], [0, 1, 2, 0], [0, 1, 2, 2], [0, 1, 0, 1], [0, 0, 0, 0],
      ]
    default:
      classes = [
        [0, 1, 2, 3, 4], [0, 0, 1, 2, 3], [0, 1, 2, 0, 3], [0, 1, 2, 3, 0], [0, 1, 2, 3, 3], [0, 0, 0, 0, 0],
      ]
    }
    return classes.map { $0.map { many[$0] } }
  }

  /// Low registers, and each of those that the machine's instructions use in secret in each field.
  private func special(_ count: Int) -> [[Register]] {
    var result = count == 0 ? [] : [Array((low + high)[..<count])]
    for hazard in hazards {
      for field in 0..<count {
        var registers = Array(many[..<count])
        registers[field] = Register(hazard)
        result.append(registers)
      }
    }
    return result
  }

  private func borders(_ op: Mnemonic, isShift: Bool) -> [OperandLists] {
    var result: [OperandLists] = []
    func with(_ change: (inout OperandLists) -> Void) {
      var lists = plainLists(op)
      change(&lists)
      result.append(lists)
    }
    if op.family == .memory { with { $0.types = MemoryType.allCases } }
    for operand in EdgeValues.unique(op.operands) {
      switch operand {
      case .immediate, .pointer:
        if isShift { with { $0.shiftCounts = [0, 1, 31, 32, 63] } }
        if !isShift { with { lists in (lists.immediates, lists.types) = (immediates, MemoryType.allCases) } }
      case .count: with { $0.counts = [0, 1, 3, 4, 31, 32, 63] }
      case .condition: with { $0.conditions = Condition.allCases }
      case .signedness: with { $0.signednesses = [.unsigned] }
      case .shift: with { $0.shifts = [.shr, .sar] }
      case .int32, .memory: with { lists in (lists.displacements, lists.types) = (displacements, [.u64, .s16]) }
      case .address:
        with { lists in (lists.addresses, lists.types) = (displacements.map { .base($0) }, [.u64, .s16]) }
        with { lists in (lists.addresses, lists.types) = (AddressShape.all([0, -8, 40000]), [.u64, .u8]) }
        with { lists in
          (lists.addresses, lists.types) = (
            [0x1000, 0x7FFF_FFFF, 0x8000_0000, 0x1234_5678_9ABC].map { .absolute($0) }, [.u32]
          )
        }
      case .outcome: with { $0.outcomes = Outcome.allCases }
      case .memoryOperation:
        with { lists in (lists.operations, lists.types) = (MemoryOperation.allCases, MemoryType.allCases) }
      case .memoryOrder: with { lists in (lists.orders, lists.types) = (MemoryOrder.allCases, [.u32]) }
      case .atomicOperation:
        with { lists in (lists.atomics, lists.types) = (AtomicOperation.allCases, MemoryType.allCases) }
        with { lists in
          (lists.atomics, lists.types, lists.displacements) = (AtomicOperation.allCases, [.u8, .s16, .u64], [0])
        }
      case .prefetchAccess, .cacheLevel:
        with { lists in (lists.accesses, lists.levels) = (PrefetchAccess.allCases, CacheLevel.allCases) }
      case .floatCondition: with { $0.floatConditions = FloatCondition.allCases }
      case .rounding: with { $0.roundings = Rounding.allCases }
      case .floatType:
        with { lists in (lists.floatTypes, lists.signednesses) = (FloatType.allCases, Signedness.allCases) }
      case .datum:
        with { lists in (lists.widths, lists.immediates) = ([.w64], numbers.map(\.bitPattern) + [0x7FF8_0000_FFFF_0001])
        }
        with { lists in
          (lists.widths, lists.immediates) = ([.w32], numbers.map { UInt64(Float($0).bitPattern) } + [0x7FC0_0001])
        }
      case .register, .uint32, .label, .memoryType, .dataType, .codeSection, .registers, .registerList, .savedVectors,
        .vector:
        break
      }
    }
    if op.operands.contains(.condition) && op.operands.contains(.immediate) {
      with { lists in
        (lists.immediates, lists.conditions, lists.widths) = ([0, 1, ~0, 128, 1 << 63], Condition.allCases, [.w64])
        lists.types = MemoryType.allCases
      }
    }
    if [.ubfx, .sbfx, .bfi].contains(op) {
      with {
        $0.fields = [(0, 1), (0, 8), (0, 16), (0, 31), (0, 32), (31, 1), (5, 27), (32, 32), (63, 1), (0, 64), (24, 8)]
      }
    }
    return result
  }

  private var immediates: [UInt64] {
    let near: [Int64] = [
      0, 1, -1, 127, 128, -128, -129, 255, 4095, 4096, -4095, -4096, 4097, 0xFF_F000, 0x12_3456, 65535,
    ]
    let far: [Int64] = [65536, -65537, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, -0x8000_0000, -0x8000_0001, .max, .min]
    // As 16 and 32 bits −128 and −129: one fits a byte with sign, one does not.
    let narrow: [Int64] = [0xFF80, 0xFF7F, 0xFFFF_FF80, 0xFFFF_FF7F, 0x7FFF, 0x8000, -0x8000, -0x8001]
    let bits: [UInt64] = [0x5555_5555_5555_5555, 0x5555_5555, 0xFF00_FF00, 0x1_0000_0000, 0x1234_0000_5678_0000]
    return (near + far + narrow).map { UInt64(bitPattern: $0) } + bits + [0xFFFF_FFFF_1234_FFFF, 0x1234_5678_9ABC_DEF0]
  }

  /// Of few and of many bits; those that AArch64 holds, at their borders.
  private var numbers: [Double] {
    [
      0, -0.0, 1, -1, 0.5, 0.125, -0.1328125, 0.1171875, 31, -31, 32, 100, 0.1, 1e10, 0x1p-126, 0x1.fffffep127,
      .infinity, .nan,
    ]
  }

  private var displacements: [Int32] {
    [
      0, 1, -1, 127, 128, -128, -129, 255, 256, -256, -257, 4095, 4096, 8190, 8192, 32760, 32768, 65536, 0x1_2F01, .max,
      .min,
    ]
  }

  // MARK: Context

  private mutating func add(_ op: Mnemonic, _ instruction: Instruction) {
    let (r, s) = (low[2], low[3])
    let heads: [[Instruction]] =
      switch op {
      case .adc, .carryToBorrow: [[.addFlags(r, r, s)]]
      case .sbb, .borrowToCarry: [[.subFlags(r, r, s)]]
      case .b, .sel, .setcc, .ccmp, .ccmpi:
        [[.cmp(r, s)], [.addFlags(r, r, s)], [.addFlags(r, r, s), .carryToBorrow]].filter { head in
          let condition = Statement(instruction).condition
          return condition.map { Statement(head.last!).mnemonic.leftConditions.contains($0) } ?? false
        }
      default: [[]]
      }
    guard let head = heads.first else { return }
    items.append(ListedInstruction(head, instruction, [.label(0)]))
  }
}

extension Statement {
  /// The condition among the operands.
  fileprivate var condition: Condition? {
    for case .condition(let condition) in operands { return condition }
    return nil
  }
}
