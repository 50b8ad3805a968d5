import Ejit
import EjitText
import TestSupport
import Testing

/// How many machine instructions an op becomes: no more than an optimizing compiler needs (the costs of the contract),
/// and as few as were reached. Registers are those in which the machine's own instruction works, so what preserving
/// others takes is not counted, but where an op of ours must preserve what a compiler would not: the last summand.
@Suite struct InstructionCountTests {
  /// An op of each machine and how many instructions it may take: x86-64 without and with BMI2, LZCNT, POPCNT, MOVBE.
  struct Cost: Sendable {
    let x86_64: Instruction
    let baseline: Int
    let best: Int
    let aarch64: Instruction
    let count: Int

    init(_ x86_64: Instruction, _ baseline: Int, _ best: Int, _ aarch64: Instruction, _ count: Int) {
      (self.x86_64, self.baseline, self.best, self.aarch64, self.count) = (x86_64, baseline, best, aarch64, count)
    }

    /// The same op on both machines.
    init(_ op: Instruction, _ baseline: Int, _ best: Int, _ count: Int) { self.init(op, baseline, best, op, count) }
  }

  private static let (d, a, b, c) = (Register(9), Register(10), Register(11), Register(12))
  /// rax, rdx, rcx.
  private static let (rax, rdx, rcx) = (Register(6), Register(2), Register(3))

  private static let arithmetic: [Cost] = [
    Cost(.add(d, a, b), 1, 1, 1), Cost(.addi(d, a, 0x12345), 1, 1, 2), Cost(.movi(d, 0x1234_5678_9ABC_DEF0), 1, 1, 4),
    Cost(.lea(d, .at(a, b, shift: 3, 16)), 1, 1, 2), Cost(.madd(d, a, b, c), 3, 3, 1),
    Cost(.umulh(rdx, rax, b), 3, 2, .umulh(d, a, b), 1), Cost(.addOverflowSet(d, c, a, b, .unsigned), 4, 4, 2),
    Cost(.select(d, .slt, a, b, d, c), 2, 2, 2), Cost(.set(d, .slt, a, b), 3, 3, 2),
  ]

  private static let bits: [Cost] = [
    Cost(.shl(d, a, rcx), 2, 1, .shl(d, a, b), 1), Cost(.rotl(d, a, rcx), 2, 2, .rotl(d, a, b), 2),
    Cost(.rotr(d, a, rcx), 2, 2, .rotr(d, a, b), 1), Cost(.clz(d, a), 3, 1, 1), Cost(.ctz(d, a), 2, 1, 2),
    Cost(.popcnt(d, a), 16, 1, 4), Cost(.popcnt(width: .w32, d, a), 16, 1, 4), Cost(.cls(d, a), 5, 4, 1),
    Cost(.bitrev(d, a), 18, 18, 1), Cost(.bitrev(width: .w32, d, a), 18, 18, 1),
    Cost(.bswap(d, a), 2, 2, 1), Cost(.ubfx(d, a, 5, 12), 3, 3, 1), Cost(.bfi(d, a, 5, 12), 3, 3, 1),
  ]

  // Total: what the hot path has and two cold stubs. The machine overwrites rax and rdx, and each of them that is no
  // destination is kept. That takes two instructions, there and back. Where the result goes to another register, these
  // two bring it there as well (`mov d, rax` … `xchg d, rax`); and they bring the dividend to rax if it comes from there
  // (`xchg` both times). Fewer are impossible: both values must outlive the division. A program that needs neither
  // names both as destinations.
  private static let division: [Cost] = [
    Cost(.sdivUnchecked(rax, rax, b), 2 + 2, 2 + 2, .sdivUnchecked(d, a, b), 1),
    Cost(.udivUnchecked(rax, rax, b), 2 + 2, 2 + 2, .udivUnchecked(d, a, b), 1),
    Cost(.sremUnchecked(rdx, rax, b), 2 + 2, 2 + 2, .sremUnchecked(d, a, b), 2),
    Cost(.sdivUnchecked(d, a, b), 3 + 4, 3 + 4, 1), Cost(.sremUnchecked(d, a, b), 3 + 4, 3 + 4, 2),
    Cost(.udivUnchecked(d, d, b), 2 + 4, 2 + 4, 1), Cost(.udivUnchecked(d, d, rax), 2 + 4, 2 + 4, 1),
    Cost(.uremUnchecked(d, d, rdx), 3 + 4, 3 + 4, 2), Cost(.udivUnchecked(d, a, d), 4 + 4, 4 + 4, 1),
    Cost(.udiv(rax, rax, b), 6 + 2, 6 + 2, .udiv(d, a, b), 1),
    Cost(.sdiv(rax, rax, b), 7 + 2, 7 + 2, .sdiv(d, a, b), 1),
    Cost(.sdivmod(rax, rdx, rax, b), 10, 10, .sdivmod(d, c, a, b), 2),
    Cost(.sdivmod(d, c, a, b), 12 + 4, 12 + 4, 2), Cost(.udivmod(d, c, a, b), 8 + 4, 8 + 4, 2),
    Cost(.srem(rdx, rax, b), 9 + 2, 9 + 2, .srem(d, a, b), 2),
    Cost(.udivChecked(rax, rax, b, 0), 4 + 2, 4 + 2, .udivChecked(d, a, b, 0), 2),
    Cost(.sdivChecked(rax, rax, b, 0), 12 + 2, 12 + 2, .sdivChecked(d, a, b, 0), 5),
    Cost(.udivWideUnchecked(rax, rdx, rdx, rax, b), 1, 1, .udivWideUnchecked(d, c, a, c, b), 40),
  ]

  private static let memory: [Cost] = [
    Cost(.ld(.s16, d, .at(a, 16)), 1, 1, 1), Cost(.ld(.u64, d, .at(a, 0x7FFF_FFF0)), 1, 1, 2),
    Cost(.ld(.u32, d, .at(a, .unsigned, b, shift: 2)), 2, 2, 1), Cost(.ld(.u32, d, .at(a, .signed, b)), 2, 2, 1),
    Cost(.ldPre(.u64, d, a, 8), 2, 2, 1), Cost(.ldPost(.u64, d, a, 8), 2, 2, 1), Cost(.stPre(.u32, d, a, 8), 2, 2, 1),
    Cost(.stPost(.u8, d, a, -8), 2, 2, 1), Cost(.ldPair(d, c, a, 16), 2, 2, 1), Cost(.stPair(d, c, a, 16), 2, 2, 1),
    Cost(.ldSwapped(.u64, d, .at(a)), 2, 1, 2), Cost(.stSwapped(.u32, d, .at(a)), 3, 1, 2),
    Cost(.rmw(.add, .u64, d, .at(a, 8)), 1, 1, 3), Cost(.rmwi(.sub, a, 8, 1, .u32), 1, 1, 3),
    Cost(.decBranch(.ne, a, 8, 1, 0), 2, 2, 4), Cost(.prefetch(.read, .l1, .at(a, 8)), 1, 1, 1),
    Cost(.ldLabel(.u64, d, 0), 1, 1, 1), Cost(.adr(d, 0), 1, 1, 1), Cost(.ldConstant(d, 0x1234_5678_9ABC), 1, 1, 1),
    Cost(.sti(.u32, a, 8, 0), 1, 1, 1),
  ]

  // A sequential store keeps its operand, and so does what is negated or worked on in a loop, which a compiler's does
  // not: one more. rax is kept, which takes two, unless it is the destination.
  private static let atomics: [Cost] = [
    Cost(.ldAtomic(.acquire, .u64, d, a, 8), 1, 1, .ldAtomic(.acquire, .u64, d, a, 0), 1),
    Cost(.ldAtomic(.sequential, .u32, d, a, 8), 1, 1, .ldAtomic(.sequential, .u32, d, a, 0), 1),
    Cost(.stAtomic(.release, .u64, d, a, 8), 1, 1, .stAtomic(.release, .u64, d, a, 0), 1),
    Cost(.stAtomic(.sequential, .u64, d, a, 8), 1 + 1, 1 + 1, .stAtomic(.sequential, .u64, d, a, 0), 1),
    Cost(.fetch(.add, .sequential, .u64, d, b, a, 0), 2, 2, 5), Cost(.fetch(.add, .relaxed, .u32, d, b, a, 0), 2, 2, 5),
    Cost(.fetch(.exchange, .sequential, .u64, d, b, a, 0), 2, 2, 5),
    Cost(.fetch(.and, .sequential, .u64, rax, b, a, 0), 5, 5, .fetch(.and, .sequential, .u64, d, b, a, 0), 5),
    Cost(.fetch(.xor, .sequential, .u64, d, b, a, 0), 5 + 3, 5 + 3, 5),
    Cost(.rmwAtomic(.or, .sequential, .u64, b, a, 0), 1, 1, 5),
    Cost(.cas(.sequential, .u64, rax, b, c, a, 0), 2, 2, .cas(.sequential, .u64, d, b, c, a, 0), 7),
    Cost(
      .casSet(.sequential, .u64, rax, d, b, c, a, 0), 2 + 2, 2 + 2, .casSet(.sequential, .u64, d, rax, b, c, a, 0), 7),
    Cost(.fence(.sequential), 1, 1, 1), Cost(.fence(.acquire), 0, 0, 1), Cost(.pause, 1, 1, 1),
  ]

  private static let control: [Cost] = [
    Cost(.branch(.slt, a, b, 0), 2, 2, 2), Cost(.branchi(.eq, a, 0, 0), 2, 2, 1),
    Cost(.branchBit(.ne, a, 5, 0), 2, 2, 1),
    Cost(.guardi(.slt, a, 5, 7, 0), 2, 2, 2), Cost(.trap(7), 1, 1, 1), Cost(.patchableNop(7), 1, 1, 1),
    Cost(.tailCall(0x1234_5678), 2, 2, 3),
  ]

  @Test(arguments: [Target.x86_64, .aarch64]) func opsTakeNoMoreInstructionsThanTheContractSays(target: Target) throws {
    guard hasTools(.objcopy, .objdump) else { return }
    let isX86 = target.architecture == .x86_64
    let costs =
      [Self.arithmetic, Self.bits, Self.division, Self.memory, Self.atomics, Self.control].flatMap(\.self)
      + (isX86 ? [] : Self.aarch64Floats.map { Cost($0.op, .max, .max, $0.count) })
    for features in isX86 ? [Features.baseline, [.bmi1, .bmi2, .lzcnt, .popcnt, .movbe]] : [.baseline] {
      var assembler = Assembler(target: target, features: features)
      let ops = costs.map { isX86 ? $0.x86_64 : $0.aarch64 }
      let codes = try ops.map { op in
        try assembler.assemble([.mark(1), op, .mark(2), .label(0)].span)
        let (start, end) = (assembler.marks.offset(of: 1)!, assembler.marks.offset(of: 2)!)
        return Array(assembler.copyCode()[start..<end])
      }
      let readings = try Disassembler.disassemble(codes, for: target.architecture)
      for (index, reading) in readings.enumerated() {
        let cost = costs[index]
        let limit = isX86 ? features == .baseline ? cost.baseline : cost.best : cost.count
        let text = reading.map { $0.map(\.text).joined(separator: "; ") } ?? "no instructions"
        if (reading?.count ?? .max) > limit {
          Issue.record("\(target.abi): \(ops[index].text): more than \(limit): \(text)")
        }
      }
    }
  }
}
