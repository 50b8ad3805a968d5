import CEjitShims
import Ejit
import TestSupport
import Testing

/// Threads that change the same places all the time, each op in its own way: nothing is lost. `EJIT_ATOMICS=100000000`
/// says how many atomic operations there shall be in all.
@Suite(.serialized) struct CounterTests {
  private static let (base, step, found, operand, token, errors, v, w) = (
    Register(0), Register(1), Register(2), Register(3), Register(4), Register(5), Register(6), Register(7)
  )
  private static let threads = 4
  /// Bits that a thread has for itself.
  private static func bit(_ thread: Int) -> Immediate { Immediate(1 << thread) }

  /// Where what is changed lies: a line each.
  private enum Place {
    static let (add, sub, narrow, bits, flips, bytes) =
      (64, 128, 192, 256, 320, 384) as (Int32, Int32, Int32, Int32, Int32, Int32)
    static let (token, umax, smax, umin, smin) = (448, 512, 576, 640, 704) as (Int32, Int32, Int32, Int32, Int32)
    static let (cas, casByte, casPair, results) = (768, 832, 896, 1024) as (Int32, Int32, Int32, Int32)
  }

  /// An error is counted unless the comparison holds.
  private static func expect(_ condition: Condition, _ a: Register, _ b: Register, _ label: Label) -> [Instruction] {
    [.branch(condition, a, b, label), .addi(errors, errors, 1), .label(label)]
  }

  private static func at(_ place: Int32) -> Displacement { Displacement(place) }

  /// Additions, whose sum tells.
  private static func sums() -> [Instruction] {
    [
      .movi(operand, 1), .fetch(.add, .relaxed, .u64, found, operand, base, at(Place.add)),
      .fetch(.sub, .acquireRelease, .u32, found, operand, base, at(Place.sub)),
      .rmwAtomic(.add, .release, .u16, operand, base, at(Place.narrow)),
      .rmwAtomic(.sub, .sequential, .u8, operand, base, at(Place.narrow + 2)),
    ]
  }

  /// Bits that nobody else changes: they are found as they were left.
  private static func bits(_ thread: Int) -> [Instruction] {
    let (mine, all) = (bit(thread), Immediate(-1))
    var program: [Instruction] = [
      .movi(operand, mine), .fetch(.or, .sequential, .u64, found, operand, base, at(Place.bits)),
      .andi(found, found, mine), .movi(w, 0),
    ]
    program += expect(.eq, found, w, 1)
    let cleared: [Instruction] = [
      .xori(operand, operand, all), .fetch(.and, .acquire, .u64, found, operand, base, at(Place.bits)),
      .andi(found, found, mine), .movi(w, mine),
    ]
    program += cleared
    program += expect(.eq, found, w, 2)
    let flipped: [Instruction] = [
      .movi(operand, mine), .fetch(.xor, .relaxed, .u32, found, operand, base, at(Place.flips)),
      .shri(found, found, Immediate(thread)), .xor(found, found, step), .andi(found, found, 1), .movi(w, 0),
    ]
    program += flipped
    program += expect(.eq, found, w, 3)
    let bytes: [Instruction] = [
      .rmwAtomic(.or, .relaxed, .u8, operand, base, at(Place.bytes)),
      .rmwAtomic(.xor, .relaxed, .u8, operand, base, at(Place.bytes + 1)),
      .ldAtomic(.acquire, .u8, found, base, at(Place.bytes)), .andi(found, found, mine), .movi(w, mine),
    ]
    program += bytes
    program += expect(.eq, found, w, 4)
    let clearedByte: [Instruction] = [
      .xori(operand, operand, all), .rmwAtomic(.and, .relaxed, .u8, operand, base, at(Place.bytes)),
    ]
    return program + clearedByte
  }

  /// What is exchanged stays among threads and memory; a maximum is never less than what one has put there before.
  private static func extremes(_ thread: Int) -> [Instruction] {
    func one(
      _ operation: AtomicOperation, _ type: MemoryType, _ place: Int32, _ condition: Condition, _ label: Label,
      isMaximum: Bool
    ) -> [Instruction] {
      // Steps count down: a maximum is raised by what is left of a large number.
      var program: [Instruction] = isMaximum ? [.movi(operand, 0x3FFF_FFFF), .sub(operand, operand, step)] : []
      if !isMaximum { program.append(.mov(operand, step)) }
      program.append(.fetch(operation, .sequential, type, found, operand, base, at(place)))
      program.append(isMaximum ? .subi(operand, operand, 1) : .addi(operand, operand, 1))
      return program + expect(condition, found, operand, label)
    }
    var program: [Instruction] = [.fetch(.exchange, .sequential, .u64, token, token, base, at(Place.token))]
    program += one(.umax, .u64, Place.umax, .uge, 5, isMaximum: true)
    program += one(.smax, .s32, Place.smax, .sge, 6, isMaximum: true)
    program += one(.umin, .u32, Place.umin, .ule, 7, isMaximum: false)
    program += one(.smin, .s64, Place.smin, .sle, 8, isMaximum: false)
    program.append(.rmwAtomic(.umax, .relaxed, .u64, operand, base, at(Place.umax)))
    return program
  }

  /// Counters that are compared before they are counted up.
  private static func swaps(_ hasPair: Bool) -> [Instruction] {
    let pair: [Instruction] = [
      .label(12), .ldPair(found, operand, base, at(Place.casPair)), .addi(v, found, 1), .addi(w, operand, 1),
      .casPair(.sequential, v, w, found, operand, v, w, base, at(Place.casPair)), .branch(.ne, v, found, 12),
      .branch(.ne, w, operand, 12),
    ]
    let plain: [Instruction] = [
      .label(10), .ldAtomic(.relaxed, .u64, found, base, at(Place.cas)), .addi(operand, found, 1),
      .casSet(.acquireRelease, .u64, v, w, found, operand, base, at(Place.cas)), .branchi(.eq, w, 0, 10),
      .label(11), .ldAtomic(.relaxed, .u8, found, base, at(Place.casByte)), .addi(operand, found, 1),
      .cas(.acquireRelease, .u8, v, found, operand, base, at(Place.casByte)), .branch(.ne, v, found, 11),
    ]
    return hasPair ? plain + pair : plain
  }

  private static func end(_ thread: Int) -> [Instruction] {
    let results = at(Place.results + Int32(64 * thread))
    return [.subi(step, step, 1), .branchi(.ne, step, 0, 0), .stPair(errors, token, base, results), .ret]
  }

  @Test func countersLoseNothing() throws {
    guard Executable.isSupported else { return }
    let (threads, hasPair) = (
      CounterTests.threads, Target.host.architecture == .aarch64 || Features.detected.contains(.cx16)
    )
    let perStep = hasPair ? 22 : 21
    let total = ejit_environment("EJIT_ATOMICS").flatMap { Int(String(cString: $0)) } ?? 2_000_000
    let steps = total / threads / perStep
    let programs = (0..<threads).map { thread -> [Instruction] in
      var program = ThreadedCode.meeting(threads)
      let head: [Instruction] = [
        .movi(CounterTests.errors, 0), .movi(CounterTests.token, Immediate(1 << (8 * thread))),
        .movi(CounterTests.step, Immediate(steps)), .label(0),
      ]
      program += head
      program += CounterTests.sums()
      program += CounterTests.bits(thread)
      program += CounterTests.extremes(thread)
      program += CounterTests.swaps(hasPair)
      program += CounterTests.end(thread)
      return program
    }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 2048)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    func set(_ place: Int32, _ value: UInt64) {
      memory.storeBytes(of: value, toByteOffset: Int(place), as: UInt64.self)
    }
    // The first flip of each thread finds the lowest bit of the first step.
    set(Place.flips, steps % 2 == 0 ? 0 : (1 << UInt64(threads)) - 1)
    // What a step before the first one would have left.
    for place in [Place.umax, Place.smax] { set(place, UInt64(0x3FFF_FFFF - steps - 1)) }
    set(Place.umin, 0xFFFF_FFFF_0000_0000 | UInt64(steps + 1))
    set(Place.smin, UInt64(steps + 1))
    try ThreadedCode.run(programs, on: memory.baseAddress!)

    func word(_ place: Int32) -> UInt64 { memory.load(fromByteOffset: Int(place), as: UInt64.self) }
    let count = UInt64(threads * steps)
    #expect(word(Place.add) == count)
    #expect(UInt32(truncatingIfNeeded: word(Place.sub)) == 0 &- UInt32(truncatingIfNeeded: count))
    #expect(UInt16(truncatingIfNeeded: word(Place.narrow)) == UInt16(truncatingIfNeeded: count))
    #expect(word(Place.narrow) >> 16 == UInt64(0 &- UInt8(truncatingIfNeeded: count)), "a byte beside the others")
    #expect(word(Place.bits) == 0)
    #expect(word(Place.bytes) & 0xFF == 0)
    #expect(word(Place.bytes) >> 8 == (steps % 2 == 0 ? 0 : 0xF))
    #expect(word(Place.cas) == count)
    #expect(word(Place.casByte) == count & 0xFF)
    #expect(word(Place.umax) == 0x3FFF_FFFE && word(Place.smax) == 0x3FFF_FFFE)
    #expect(word(Place.umin) == 0xFFFF_FFFF_0000_0001 && word(Place.smin) == 1)
    if hasPair { #expect(word(Place.casPair) == count && word(Place.casPair + 8) == count) }
    var tokens = word(Place.token)
    for thread in 0..<threads {
      let results = Place.results + Int32(64 * thread)
      #expect(word(results) == 0, "thread \(thread) found what nobody had left")
      tokens += word(results + 8)
    }
    #expect(tokens == 0x0101_0101)
    print("\(threads) threads, \(threads * steps * perStep) atomic operations, nothing lost")
  }
}
