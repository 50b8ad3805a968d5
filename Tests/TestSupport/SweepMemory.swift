import Ejit
import EjitInterpreter
import EjitText

/// Loads, stores and what else reaches memory: every type, displacement border, index shift and alias pattern, at
/// addresses that are not aligned. A store has thirty-two bytes for itself; loads read words that nobody writes.
public struct MemorySweep {
  /// What the machine's memory must hold before.
  public static let data: [UInt8] = {
    var bytes: [UInt8] = []
    for value in EdgeValues.all { bytes += (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) } }
    return bytes + [UInt8](repeating: 0xA5, count: readable - bytes.count + storeCapacity * storeStride)
  }()
  static let readable = 2048
  static let storeStride = 32
  static let storeCapacity = 100_000

  var sweep: Sweep
  let dataAddress: UInt64
  var stores = 0

  /// Sweeps over memory that holds `data` at `dataAddress`.
  public init(_ machine: TestMachine, dataAddress: UInt64) {
    sweep = Sweep(machine)
    self.dataAddress = dataAddress
  }

  /// The snippets of a memory op.
  public mutating func snippets(of op: Mnemonic) -> [Snippet] {
    switch op {
    case .ld, .st, .ldSwapped, .stSwapped, .prefetch, .fld, .fst: accesses(op)
    case .rmw: accesses(op) + updates()
    case .sti: immediateStores()
    case .rmwi: immediateUpdates()
    case .ldPre, .ldPost, .stPre, .stPost, .ldPair, .stPair, .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair:
      offsets(op)
    case .branchMem, .branchMemi: comparisons(op)
    case .decBranch: countdowns()
    case .ldAtomic, .stAtomic, .fetch, .rmwAtomic, .cas, .casSet, .casPair: atomics(op)
    default: []
    }
  }

  // MARK: Addresses

  /// Where an access goes: somewhere to read, or a place of its own to write.
  mutating func place(_ op: Mnemonic, _ index: Int) -> UInt64 {
    if op.onlyReads { return dataAddress + UInt64(index * 3 % 600) }
    precondition(stores < MemorySweep.storeCapacity, "more stores than places")
    stores += 1
    return dataAddress + UInt64(MemorySweep.readable + (stores - 1) * MemorySweep.storeStride + stores % 8)
  }

  /// What base and index must hold for `address` to be `place`; nil if no value of one register for both does it.
  private func inputs(_ address: Address, _ place: UInt64, index: UInt64) -> [(Int, UInt64)]? {
    let base = address.base.slot
    switch address.form {
    case .base(let n): return [(base, place &- UInt64(bitPattern: Int64(n)))]
    case .indexed(let shift, let n):
      let sum = place &- UInt64(bitPattern: Int64(n))
      if address.base == address.index {
        let factor = 1 + UInt64(1) << UInt64(shift)
        return sum % factor == 0 && Int64(bitPattern: sum) > 0 ? [(base, sum / factor)] : nil
      }
      return [(base, sum &- index << UInt64(shift)), (address.index.slot, index)]
    case .extended(let sign, let shift, let n):
      let sum = place &- UInt64(bitPattern: Int64(n))
      guard address.base == address.index else {
        return [(base, sum &- Semantics.index(sign, index) << UInt64(shift)), (address.index.slot, index)]
      }
      guard let low = MemorySweep.lowHalf(sum, shift) else { return nil }
      return [(base, sum &- Semantics.index(sign, low) << UInt64(shift))]
    case .absolute, .invalid: return []
    }
  }

  /// The low half of x, where x + (its low half << shift) = sum: the sum divided by 1 + 2^shift, modulo 2^32.
  private static func lowHalf(_ sum: UInt64, _ shift: Int) -> UInt64? {
    let low = UInt32(truncatingIfNeeded: sum)
    if shift == 0 { return low % 2 == 0 ? UInt64(low / 2) : nil }
    let factor = 1 + UInt32(1) << UInt32(shift)
    // Newton's iteration: each step doubles the number of bits that are right, from three on.
    let inverse = (0..<4).reduce(factor) { inverse, _ in inverse &* (2 &- factor &* inverse) }
    return UInt64(low &* inverse)
  }

  private static let indices: [UInt64] = [0, 1, ~0, 0x1_0000_0007, 0x8000_0000, 0xFFFF_FFFF_0000_0003]

  // MARK: Ops with a full address

  private mutating func accesses(_ op: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    var lists = OperandLists()
    lists.types = MemoryType.allCases
    (lists.accesses, lists.levels) = (PrefetchAccess.allCases, CacheLevel.allCases)
    for (index, (shape, registers)) in shapes(op).enumerated() {
      lists.addresses = [shape]
      lists.operations = [MemoryOperation.allCases[index % 5]]
      lists.vectors = sweep.distinctVectors(op.vectorCount, rotation: index % sweep.machine.vectors.count)
      for instruction in op.instances(registers: registers, lists) {
        if let snippet = access(op, instruction, snippets.count) { snippets.append(snippet) }
      }
    }
    return snippets
  }

  /// Every displacement with and without index, then a few under every alias pattern and in every register.
  private func shapes(_ op: Mnemonic) -> [(AddressShape, [Register])] {
    let count = op == .prefetch || op.vectorCount > 0 ? 2 : 3
    let apart = sweep.distinct(count, rotation: 2)
    var shapes = AddressShape.all(EdgeValues.displacements).map { ($0, apart) }
    for registers in sweep.aliases(count - 1) { shapes += [(.base(0), registers), (.base(-129), registers)] }
    for (index, registers) in sweep.aliases(count).enumerated() {
      let (shift, other) = (index % 4, (index + 1) % 4)
      shapes += [(.indexed(shift: shift, 0), registers), (.indexed(shift: other, 300), registers)]
      shapes += [(.extended(.signed, shift: shift, 0), registers), (.extended(.unsigned, shift: other, 0), registers)]
      shapes += [(.extended(.signed, shift: other, -300), registers)]
    }
    for rotation in sweep.machine.registers.indices {
      let registers = sweep.distinct(count, rotation: rotation)
      shapes += [(.base(0), registers), (.base(8), registers), (.base(-4096), registers)]
      shapes += [(.indexed(shift: 0, 0), registers), (.indexed(shift: 3, 40), registers)]
      shapes += [(.extended(.unsigned, shift: 0, 0), registers), (.extended(.signed, shift: 3, 0), registers)]
    }
    for offset in 0..<6 { shapes.append((.absolute(UInt64(offset)), apart)) }
    return shapes
  }

  private mutating func access(_ op: Mnemonic, _ instruction: Instruction, _ index: Int) -> Snippet? {
    let place = place(op, index)
    guard let (address, stored) = instruction.access else { return nil }
    if case .absolute = address.form {
      return Snippet(
        instruction.replacing(.absolute(place)), sources: stored.map { [$0] } ?? [],
        values: stored == nil ? [] : [[0x8182_8384_8586_8788]])
    }
    guard var inputs = inputs(address, place, index: MemorySweep.indices[index % MemorySweep.indices.count])
    else { return nil }
    if let stored, !inputs.contains(where: { $0.0 == stored }) {
      inputs.append((stored, EdgeValues.some[index % 19]))
    }
    return Snippet(instruction, sources: inputs.map(\.0), vectors: [inputs.map(\.1)])
  }

  /// Every operation on every type, several times on one place.
  private mutating func updates() -> [Snippet] {
    var lists = OperandLists()
    (lists.types, lists.operations, lists.addresses) = (MemoryType.allCases, MemoryOperation.allCases, [.base(24)])
    let registers = sweep.distinct(2, rotation: 4)
    return Mnemonic.rmw.instances(registers: registers, lists).map { instruction in
      let base = place(.rmw, 0) &- 24
      return Snippet(
        instruction, sources: [registers[1].slot, registers[0].slot], values: [[base], EdgeValues.some])
    }
  }

  // MARK: Comparisons

  mutating func comparisons(_ op: Mnemonic) -> [Snippet] {
    var snippets: [Snippet] = []
    var lists = OperandLists()
    lists.types = MemoryType.allCases
    lists.conditions = Condition.allCases
    lists.displacements = op == .branchMemi ? [0, 1, -1, 127, -128, 128, 255, 256, 32768, .max, .min] : [16]
    compare(op, sweep.distinct(2, rotation: 2), lists, in: &snippets)
    (lists.conditions, lists.displacements) = ([.ugt, .slt], EdgeValues.displacements)
    if op == .branchMemi { lists.displacements = [0, 255, -4097, 1 << 24] }
    compare(op, sweep.distinct(2, rotation: 5), lists, in: &snippets)
    (lists.conditions, lists.displacements) = ([.ule, .ne], [8])
    for registers in sweep.aliases(2) + sweep.machine.registers.indices.map({ sweep.distinct(2, rotation: $0) }) {
      compare(op, registers, lists, in: &snippets)
    }
    return snippets
  }

  private mutating func compare(
    _ op: Mnemonic, _ registers: [Register], _ lists: OperandLists, in snippets: inout [Snippet]
  ) {
    for var instruction in op.instances(registers: registers, lists) {
      let target = sweep.label()
      switch instruction {
      case .branchMem(let c, let base, let n, let b, _, let type): instruction = .branchMem(c, base, n, b, target, type)
      case .branchMemi(let c, let base, let n, let v, _, let type):
        instruction = .branchMemi(c, base, n, v, target, type)
      default: preconditionFailure("no comparison with memory")
      }
      let (register, displacement) = instruction.offset!
      let named = Statement(instruction).registers
      let marker = sweep.machine.registers.reversed().first { !named.contains(Register($0)) }!
      let body = sweep.arms(instruction, marker: Register(marker))[snippets.count % 2]
      let base = register.slot
      let others = named.map { $0.slot }.filter { $0 != base }
      let vectors = (0..<6).map { row -> [UInt64] in
        let word = (row * 11 + snippets.count) % EdgeValues.all.count
        let address = dataAddress + UInt64(8 * word) &- UInt64(bitPattern: Int64(displacement))
        // Every third time what is compared is what was loaded, every third time its neighbour.
        let value = EdgeValues.all[word] &+ UInt64(row % 3 == 2 ? 1 : 0)
        return [address] + others.map { _ in row % 3 == 0 ? EdgeValues.some[(row + word) % 19] : value }
      }
      snippets.append(Snippet(instruction, body: body, sources: [base] + others, vectors: vectors))
    }
  }
}

extension Mnemonic {
  /// Whether this leaves memory as it is.
  fileprivate var onlyReads: Bool {
    [.ld, .ldSwapped, .ldPre, .ldPost, .ldPair, .prefetch, .fld, .fldPre, .fldPost, .fldPair].contains(self)
  }
}

extension Instruction {
  /// The address of an op that takes a full one, and the slot of the register whose contents go there.
  fileprivate var access: (address: Address, stored: Int?)? {
    switch self {
    case .ld(_, _, let address), .ldSwapped(_, _, let address), .prefetch(_, _, let address), .fld(_, _, let address):
      (address, nil)
    case .st(_, let a, let address), .stSwapped(_, let a, let address), .rmw(_, _, let a, let address):
      (address, a.slot)
    case .fst(_, let a, let address): (address, a.slot)
    default: nil
    }
  }

  /// The same op with another address.
  fileprivate func replacing(_ address: Address) -> Instruction {
    switch self {
    case .ld(let type, let d, _): .ld(type, d, address)
    case .ldSwapped(let type, let d, _): .ldSwapped(type, d, address)
    case .prefetch(let access, let level, _): .prefetch(access, level, address)
    case .st(let type, let a, _): .st(type, a, address)
    case .fld(let w, let d, _): .fld(width: w, d, address)
    case .fst(let w, let a, _): .fst(width: w, a, address)
    case .stSwapped(let type, let a, _): .stSwapped(type, a, address)
    case .rmw(let operation, let type, let a, _): .rmw(operation, type, a, address)
    default: preconditionFailure("no op with a full address")
    }
  }

  /// Base and displacement of an op that takes no index. Behind the base comes what is added to it later.
  var offset: (base: Register, displacement: Int32)? {
    switch self {
    case .sti(_, let base, let n, _), .rmwi(_, let base, let n, _, _), .branchMem(_, let base, let n, _, _, _),
      .branchMemi(_, let base, let n, _, _, _), .decBranch(_, let base, let n, _, _, _), .ldPre(_, _, let base, let n),
      .stPre(_, _, let base, let n), .ldPair(_, _, _, let base, let n), .stPair(_, _, _, let base, let n),
      .fldPre(_, _, let base, let n), .fstPre(_, _, let base, let n), .fldPair(_, _, _, let base, let n),
      .fstPair(_, _, _, let base, let n):
      (base, n.value)
    case .ldPost(_, _, let base, _), .stPost(_, _, let base, _), .fldPost(_, _, let base, _),
      .fstPost(_, _, let base, _):
      (base, 0)
    case .ldAtomic(_, _, _, let base, let n), .stAtomic(_, _, _, let base, let n),
      .fetch(_, _, _, _, _, let base, let n),
      .rmwAtomic(_, _, _, _, let base, let n), .cas(_, _, _, _, _, let base, let n),
      .casSet(_, _, _, _, _, _, let base, let n), .casPair(_, _, _, _, _, _, _, let base, let n):
      (base, n.value)
    default: nil
    }
  }
}
