import Ejit
import EjitInterpreter
import Testing

/// Loads and stores that do more than one thing, the stack among them.
@Suite struct MemoryFormTests {
  /// The registers a, d and e after `program`, and the 16 bytes, from 80 91 A2 … FF 10 … on, that it was given at `a`.
  private func outcome(
    _ program: [Instruction], _ values: UInt64...
  ) throws -> (moved: UInt64?, d: UInt64?, e: UInt64?, bytes: [UInt8]) {
    try MemoryTests.with(MemoryTests.bytes) { base, buffer throws in
      var machine = try Interpreter(program: program + [.ret], target: .x86_64)
      _ = try machine.run(arguments: [base] + values, memory: [unsafe MemoryRange(buffer)])
      return (machine[a].map { $0 &- base }, machine[d], machine[e], Array(buffer))
    }
  }

  @Test func updatesTheBase() throws {
    let pre = try outcome([.ldPre(.u16, d, a, 2)])
    #expect(pre.moved == 2 && pre.d == 0xB3A2)
    let post = try outcome([.ldPost(.s8, d, a, -70_000)])
    #expect(post.moved == 0 &- 70_000 && post.d == 0xFFFF_FFFF_FFFF_FF80)
    let stored = try outcome([.stPre(.u16, b, a, 3), .stPost(.u8, c, a, 5)], 0x1111, 0x22)
    #expect(stored.moved == 8)
    #expect(stored.bytes == MemoryTests.bytes[..<3] + [0x22, 0x11] + MemoryTests.bytes[5...])
  }

  @Test func movesPairs() throws {
    let words = try outcome([.ldPair(d, e, a, 0)])
    #expect(words.d == 0xF7E6_D5C4_B3A2_9180 && words.e == 0x7F6E_5D4C_3B2A_1908)
    let halves = try outcome([.ldPair(width: .w32, d, a, a, 1), .mov(e, a)])
    #expect(halves.d == 0xC4B3_A291 && halves.e == 0x08F7_E6D5)
    let stored = try outcome([.stPair(width: .w32, b, b, a, 4)], 0x9999_9999_1234_5678)
    #expect(
      stored.bytes == MemoryTests.bytes[..<4] + [0x78, 0x56, 0x34, 0x12, 0x78, 0x56, 0x34, 0x12]
        + MemoryTests.bytes[12...])
    // One word inside and one outside: neither is touched.
    try MemoryTests.with(MemoryTests.bytes) { base, buffer throws in
      let memory = [unsafe MemoryRange(buffer)]
      for offset in [-8, 8] as [Displacement] {
        let place = base &+ UInt64(bitPattern: offset.value > 0 ? 16 : -8)
        #expect(
          fault([.stPair(b, b, a, offset), .ret], base, 0, memory: memory)
            == Fault(.unwritable, instruction: 0, address: place))
        #expect(
          fault([.ldPair(d, e, a, offset), .ret], base, memory: memory)
            == Fault(.unreadable, instruction: 0, address: place))
      }
      #expect(Array(buffer) == MemoryTests.bytes)
    }
  }

  @Test(
    arguments: [
      (.u8, 0x80), (.u16, 0x8091), (.u32, 0x8091_A2B3), (.u64, 0x8091_A2B3_C4D5_E6F7), (.s16, 0xFFFF_FFFF_FFFF_8091),
      (.s32, 0xFFFF_FFFF_8091_A2B3), (.s64, 0x8091_A2B3_C4D5_E6F7),
    ] as [(MemoryType, UInt64)])
  func swapsBytes(_ type: MemoryType, _ expected: UInt64) throws {
    let loaded = try outcome([.ldSwapped(type, d, .at(a)), .stSwapped(type, d, .at(a, 8))])
    #expect(loaded.d == expected)
    let count = type.byteCount
    #expect(loaded.bytes[8..<8 + count] == MemoryTests.bytes[..<count])
    #expect(loaded.bytes[(8 + count)...] == MemoryTests.bytes[(8 + count)...])
  }

  /// On 0xB3A2, at 2, with 0x283D.
  @Test(
    arguments: [
      (.add, 0xDBDF), (.sub, 0x8B65), (.and, 0x2020), (.or, 0xBBBF), (.xor, 0x9B9F),
    ] as [(MemoryOperation, UInt16)])
  func changesMemory(_ operation: MemoryOperation, _ expected: UInt16) throws {
    let result = [UInt8(truncatingIfNeeded: expected), UInt8(expected >> 8)]
    let register = try outcome([.rmw(operation, .u16, b, .at(a, 2))], 0xFFFF_283D)
    #expect(register.bytes == MemoryTests.bytes[..<2] + result + MemoryTests.bytes[4...])
    let immediate = try outcome([.rmwi(operation, a, 2, 0x283D, .s16)])
    #expect(immediate.bytes == register.bytes)
  }

  @Test func countsDownInMemory() throws {
    let loop: [Instruction] = [
      .sti(.u64, a, 0, 3), .movi(e, 0), .label(0), .addi(e, e, 1), .decBranch(.ne, a, 0, 1, 0),
    ]
    let counted = try outcome(loop)
    #expect(counted.e == 3 && counted.bytes[..<8] == [0, 0, 0, 0, 0, 0, 0, 0])
    // The sign is that of 32 bits, and the word above stays.
    let narrow: [Instruction] = [
      .sti(.u64, a, 0, 0x7_0000_0001), .movi(e, 0), .label(0), .addi(e, e, 1),
      .decBranch(.nonNegative, a, 0, 1, 0, width: .w32), .ld(.u64, d, .at(a)),
    ]
    let ended = try outcome(narrow)
    #expect(ended.e == 2 && ended.d == 0x7_FFFF_FFFF)
    let other = try outcome([
      .decBranch(.negative, a, 0, -1, 0), .movi(e, 5), .label(0), .prefetch(.read, .l1, .absolute(0)),
    ])
    #expect(other.bytes[0] == 0x81)
  }

  /// Memory that may be read only faults as a store, and holds what it held.
  @Test func changesNothingOnFaults() throws {
    try MemoryTests.with(MemoryTests.bytes) { base, buffer throws in
      let memory = [unsafe MemoryRange(UnsafeRawBufferPointer(buffer))]
      let writes: [Instruction] = [
        .stPre(.u8, b, a, 1), .stPost(.u64, b, a, 1), .stPair(b, b, a, 0), .stSwapped(.u16, b, .at(a)),
        .rmw(.add, .u32, b, .at(a)), .rmwi(.add, a, 0, 1, .u8), .decBranch(.eq, a, 0, 1, 0),
      ]
      for write in writes {
        var machine = try Interpreter(program: [write, .label(0), .ret])
        #expect(throws: Fault.self) { try machine.run(arguments: [base, 5], memory: memory) }
        #expect(machine[a] == base)
        #expect(fault([write, .label(0), .ret], base, 5, memory: memory)?.kind == .unwritable)
      }
    }
  }

  /// The lowest number lies at `sp`; an odd one leaves a word free above.
  @Test(arguments: targets) func pushesRegisters(_ target: Target) throws {
    let set: RegisterSet = [e, a, .saved(1)]
    let program: [Instruction] = [
      .enter(16, saving: [e, .saved(1)]), .movi(e, 7), .movi(.saved(1), 9), .sti(.u64, .sp, 0, 1), .mov(b, .sp),
      .push(set), .mov(c, .sp), .sub(b, b, c), .ld(.u64, c, .at(.sp)), .ld(.u64, d, .at(.sp, 16)), .movi(e, 0),
      .movi(a, 0), .pop(set), .mul(d, d, e), .add(d, d, a), .add(d, d, c), .ld(.u64, c, .at(.sp)), .add(d, d, c),
      .mul(.result(0), d, b), .leave, .ret,
    ]
    #expect(try run(program, 5, on: target) == (9 * 7 + 5 + 5 + 1) * 32)
    let empty: [Instruction] = [
      .enter(0), .mov(a, .sp), .push([]), .pop([]), .mov(b, .sp), .leave, .sub(.result(0), a, b), .ret,
    ]
    #expect(try run(empty, on: target) == 0)
    let endless: [Instruction] = [.enter(0), .label(0), .push([a]), .j(0)]
    #expect(fault(endless)?.kind == .stackOverflow)
    #expect(fault([.enter(0), .push([a]), .mov(.sp, a), .pop([a]), .leave, .ret], 64)?.kind == .unreadable)
  }
}
