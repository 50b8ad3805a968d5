import Ejit
import EjitInterpreter
import Testing

/// Atomic ops on the reference machine: values written down by hand, alignment, other threads' view left aside.
@Suite struct AtomicTests {
  /// The registers d and e, and the 16 bytes, from 80 91 A2 … FF 10 … on, that `program` was given at `a`.
  private func outcome(
    _ program: [Instruction], _ values: UInt64...
  ) throws -> (d: UInt64?, e: UInt64?, bytes: [UInt8]) {
    try MemoryTests.with(MemoryTests.bytes) { base, buffer throws in
      var machine = try Interpreter(program: program + [.ret], target: .x86_64)
      _ = try machine.run(arguments: [base] + values, memory: [unsafe MemoryRange(buffer)])
      return (machine[d], machine[e], Array(buffer))
    }
  }

  /// On 0xB3A2, at 2, with 0x283D.
  @Test(
    arguments: [
      (.add, 0xDBDF), (.sub, 0x8B65), (.and, 0x2020), (.or, 0xBBBF), (.xor, 0x9B9F), (.exchange, 0x283D),
      (.smin, 0xB3A2), (.smax, 0x283D), (.umin, 0x283D), (.umax, 0xB3A2),
    ] as [(AtomicOperation, UInt16)])
  func changesMemoryAndFindsWhatWasThere(_ operation: AtomicOperation, _ expected: UInt16) throws {
    let result = [UInt8(truncatingIfNeeded: expected), UInt8(expected >> 8)]
    let fetched = try outcome([.fetch(operation, .sequential, .s16, d, b, a, 2)], 0xFFFF_283D)
    #expect(fetched.bytes == MemoryTests.bytes[..<2] + result + MemoryTests.bytes[4...])
    #expect(fetched.d == 0xFFFF_FFFF_FFFF_B3A2)
    let updated = try outcome([.rmwAtomic(operation, .relaxed, .u16, b, a, 2)], 0xFFFF_283D)
    #expect(updated.bytes == fetched.bytes)
  }

  @Test func loadsAndStores() throws {
    let loaded = try outcome([.ldAtomic(.acquire, .s16, d, a, 2), .ldAtomic(.sequential, .u32, e, a, 4)])
    #expect(loaded.d == 0xFFFF_FFFF_FFFF_B3A2 && loaded.e == 0xF7E6_D5C4)
    let stored = try outcome([.stAtomic(.release, .u16, b, a, 2), .stAtomic(.sequential, .u8, b, a, 5)], 0x1234)
    #expect(stored.bytes[2...3] == [0x34, 0x12] && stored.bytes[5] == 0x34)
    #expect(stored.bytes[4] == MemoryTests.bytes[4])
  }

  @Test func comparesTheBytesOfItsType() throws {
    let done = try outcome([.casSet(.sequential, .u16, d, e, b, c, a, 2)], 0xFFFF_B3A2, 0x1111)
    #expect(done.d == 0xB3A2 && done.e == 1 && done.bytes[2...3] == [0x11, 0x11])
    let refused = try outcome([.casSet(.sequential, .s8, d, e, b, c, a, 2)], 0xB3A3, 0x1111)
    #expect(refused.d == 0xFFFF_FFFF_FFFF_FFA2 && refused.e == 0 && refused.bytes == MemoryTests.bytes)
    let alone = try outcome([.cas(.relaxed, .u64, d, b, c, a, 8)], 0x7F6E_5D4C_3B2A_1908, 0x2222_2222_2222_2222)
    #expect(alone.d == 0x7F6E_5D4C_3B2A_1908 && alone.bytes[8...] == [0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22])
  }

  @Test func pairsAreOneValue() throws {
    let (low, high) = (0xF7E6_D5C4_B3A2_9180 as UInt64, 0x7F6E_5D4C_3B2A_1908 as UInt64)
    let swapped = try outcome([.casPair(.sequential, d, e, b, c, c, b, a, 0)], low, high)
    #expect(swapped.d == low && swapped.e == high)
    #expect(swapped.bytes == Array(MemoryTests.bytes[8...]) + Array(MemoryTests.bytes[..<8]))
    let refused = try outcome([.casPair(.sequential, d, e, b, c, c, b, a, 0)], low, high ^ 1)
    #expect(refused.d == low && refused.e == high && refused.bytes == MemoryTests.bytes)
  }

  /// What is not aligned has no result on all machines, so it has none here.
  @Test func onlyAlignedPlacesHaveResults() throws {
    let accesses: [(Instruction, UInt64)] = [
      (.ldAtomic(.relaxed, .u16, d, a, 1), 1), (.stAtomic(.relaxed, .u32, d, a, 2), 2),
      (.fetch(.add, .relaxed, .u64, d, d, a, 4), 4), (.rmwAtomic(.add, .relaxed, .u64, d, a, 1), 1),
      (.cas(.relaxed, .u32, d, d, d, a, 1), 1), (.casPair(.relaxed, d, e, d, e, d, e, a, 8), 8),
    ]
    try MemoryTests.with(MemoryTests.bytes + MemoryTests.bytes) { base, buffer throws in
      let memory = [unsafe MemoryRange(buffer)]
      for (instruction, offset) in accesses {
        let found = fault([instruction, .ret], base, memory: memory)
        #expect(found == Fault(.undefinedResult, instruction: 0, address: base + offset), "\(instruction)")
      }
    }
  }
}
