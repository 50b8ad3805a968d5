import Ejit
import EjitInterpreter
import Testing

@Suite struct MemoryTests {
  /// Bytes at known addresses, with what the program may reach of them.
  static func with<R>(
    _ bytes: [UInt8], _ body: (UInt64, UnsafeMutableRawBufferPointer) throws -> R
  ) rethrows -> R {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    return try body(UInt64(UInt(bitPattern: buffer.baseAddress)), buffer)
  }

  /// 80 91 A2 B3 C4 D5 E6 F7 …, little-endian.
  static let bytes: [UInt8] = (0..<16).map { 0x80 &+ 0x11 &* $0 }

  @Test(
    arguments: [
      (.u8, 0x91), (.u16, 0xA291), (.u32, 0xC4B3_A291), (.u64, 0x08F7_E6D5_C4B3_A291), (.s8, 0xFFFF_FFFF_FFFF_FF91),
      (.s16, 0xFFFF_FFFF_FFFF_A291), (.s32, 0xFFFF_FFFF_C4B3_A291), (.s64, 0x08F7_E6D5_C4B3_A291),
    ] as [(MemoryType, UInt64)])
  func loadsExtended(_ type: MemoryType, _ expected: UInt64) throws {
    try MemoryTests.with(MemoryTests.bytes) { base, buffer throws in
      let memory = [unsafe MemoryRange(UnsafeRawBufferPointer(buffer))]
      // The same byte, by every form of address, one of them with an index that wraps around.
      let programs: [[Instruction]] = [
        [.ld(type, .result(0), .at(a, 1)), .ret], [.ld(type, .result(0), .at(b, -3)), .ret],
        [.ld(type, .result(0), .at(b, c, shift: 3, 5)), .ret], [.ld(type, .result(0), .absolute(base + 1)), .ret],
        [.movi(d, Immediate(bits: 1 << 63)), .ld(type, .result(0), .at(a, d, shift: 1, 1)), .ret],
        [.ld(type, a, .at(a, 1)), .mov(.result(0), a), .ret],
      ]
      for program in programs {
        #expect(try run(program, base, base + 4, UInt64.max, memory: memory) == expected)
      }
      var machine = try Interpreter(program: Row.taken(.branchMem(.eq, a, 1, b, 0, type)) + [.ret])
      for (value, taken): (UInt64, UInt64) in [(expected, 1), (expected ^ 1 << 63, 0)] {
        _ = try machine.run(arguments: [base, value], memory: memory)
        #expect(machine[e] == taken)
      }
    }
  }

  @Test(arguments: MemoryType.allCases) func storesLowBytes(_ type: MemoryType) throws {
    try MemoryTests.with(MemoryTests.bytes) { base, buffer throws in
      let memory = [unsafe MemoryRange(buffer)]
      var expected = MemoryTests.bytes
      expected.replaceSubrange(3..<3 + type.byteCount, with: [1, 2, 3, 4, 5, 6, 7, 8].prefix(type.byteCount))
      _ = try run([.st(type, b, .at(a, 3)), .ret], base, 0x0807_0605_0403_0201, memory: memory)
      #expect(Array(buffer) == expected)
      let ones: [UInt8] = .init(repeating: 0xFF, count: type.byteCount)
      expected.replaceSubrange(5..<5 + type.byteCount, with: ones)
      _ = try run([.sti(type, a, 5, -1), .ret], base, memory: memory)
      #expect(Array(buffer) == expected)
    }
  }

  /// The loaded value, here all ones, is compared as 64 bits, after extension.
  @Test(
    arguments: [
      (.u32, .eq, -1, 0), (.s32, .eq, -1, 1), (.u32, .sgt, 0, 1), (.s32, .slt, 0, 1), (.u8, .ult, 256, 1),
      (.s8, .ult, 256, 0), (.u16, .ne, 0xFFFF, 0), (.s16, .uge, -1, 1),
    ] as [(MemoryType, Condition, Displacement, UInt64)])
  func comparesMemoryAs64Bits(
    _ type: MemoryType, _ condition: Condition, _ value: Displacement, _ taken: UInt64
  ) throws {
    let program = Row.taken(.branchMemi(condition, a, 0, value, 0, type)) + [.ret]
    let found = try MemoryTests.with([0xFF, 0xFF, 0xFF, 0xFF]) { base, buffer in
      var machine = try Interpreter(program: program)
      _ = try machine.run(arguments: [base], memory: [unsafe MemoryRange(buffer)])
      return machine[e]
    }
    #expect(found == taken)
  }

  /// An access must lie in one range; the first byte that does not is refused, at either end.
  @Test(arguments: MemoryType.allCases) func keepsInsideRanges(_ type: MemoryType) throws {
    let size = UInt64(type.byteCount)
    MemoryTests.with(.init(repeating: 0, count: 32)) { base, _ in
      let range = unsafe MemoryRange(base: base + 8, count: 16, isWritable: true)
      let fixed = unsafe MemoryRange(base: base + 24, count: 8, isWritable: false)
      for offset in 0..<31 as Range<UInt64> {
        let isWritable = offset >= 8 && offset + size <= 24
        let isReadable = isWritable || offset >= 24 && offset + size <= 32
        let (load, store) = ([Instruction.ld(type, d, .at(a)), .ret], [Instruction.st(type, d, .at(a)), .ret])
        #expect(fault(load, base + offset, memory: [range, fixed])?.kind == (isReadable ? nil : .unreadable))
        let found = fault([.nop] + store, base + offset, memory: [range, fixed])
        #expect(found == (isWritable ? nil : Fault(.unwritable, instruction: 1, address: base + offset)))
      }
    }
  }

  /// Neither a range nor an access reaches around the end of the address space.
  @Test func endsWithTheAddressSpace() {
    let whole = unsafe MemoryRange(base: 0, count: .max, isWritable: false)
    #expect(whole.base == 1)
    #expect(whole.count == UInt64.max - 1)
    let last = unsafe MemoryRange(base: .max - 3, count: 100, isWritable: false)
    #expect(last.count == 4)
    let none = unsafe MemoryRange(base: 0, count: 0, isWritable: true)
    for (address, type) in [(UInt64.max - 3, MemoryType.u64), (.max - 6, .u64), (.max, .u16), (0, .u8), (2, .u8)] {
      let found = fault([.ld(type, d, .at(a)), .ret], address, memory: [last, none])
      #expect(found == Fault(.unreadable, instruction: 0, address: address))
    }
    let empty = unsafe MemoryRange(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(fault([.ld(.u8, d, .at(a)), .ret], 0, memory: [empty])?.kind == .unreadable)
  }
}

/// The fault in which `program` ends, if it does.
func fault(
  _ program: [Instruction], _ arguments: UInt64..., on target: Target = .host, memory: [MemoryRange] = [],
  fuel: UInt64 = 1_000_000
) -> Fault? {
  guard var machine = try? Interpreter(program: program, target: target, stackSize: 4096) else {
    return Fault(.unboundEntry, instruction: -2)
  }
  do throws(Fault) {
    _ = try machine.run(arguments: arguments, memory: memory, fuel: fuel)
    return nil
  } catch {
    return error
  }
}
