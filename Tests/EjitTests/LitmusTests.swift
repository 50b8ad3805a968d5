import Ejit
import TestSupport
import Testing

/// The small programs that memory models are told apart by, on threads of this machine: what an order forbids is never
/// seen. What is allowed may be seen or not; whether it was is printed.
@Suite(.serialized) struct LitmusTests {
  /// Threads over places x and y, each at first 0, and what they loaded.
  struct Litmus: Sendable, CustomTestStringConvertible {
    let name: String
    let threads: [[Instruction]]
    /// Of what was loaded, in the order of the threads, two words each, and of x and y in the end.
    let isStrange: @Sendable ([UInt64], (UInt64, UInt64)) -> Bool
    let isForbidden: Bool
    var testDescription: String { name }
  }

  private static let (line, one, two, first, second) = (Register(0), Register(2), Register(3), Register(4), Register(5))
  private static let (x, y): (Displacement, Displacement) = (0, 64)
  private static let stride = 512

  private static func store(_ order: MemoryOrder, _ place: Displacement, _ value: Register = one) -> Instruction {
    .stAtomic(order, .u64, value, line, place)
  }
  private static func load(_ order: MemoryOrder, _ place: Displacement, _ d: Register = first) -> Instruction {
    .ldAtomic(order, .u64, d, line, place)
  }

  private static func storeBuffering(
    _ name: String, isForbidden: Bool, _ body: (_ mine: Displacement, _ other: Displacement) -> [Instruction]
  ) -> Litmus {
    Litmus(
      name: "store buffering, \(name)", threads: [body(x, y), body(y, x)],
      isStrange: { loaded, _ in loaded[0] == 0 && loaded[2] == 0 }, isForbidden: isForbidden)
  }

  static let all: [Litmus] = [
    storeBuffering("plain", isForbidden: false) { mine, other in
      [.st(.u64, one, .at(line, mine.value)), .ld(.u64, first, .at(line, other.value))]
    },
    storeBuffering("release and acquire", isForbidden: false) { [store(.release, $0), load(.acquire, $1)] },
    storeBuffering("sequential", isForbidden: true) { [store(.sequential, $0), load(.sequential, $1)] },
    storeBuffering("fences", isForbidden: true) { [store(.relaxed, $0), .fence(.sequential), load(.relaxed, $1)] },
    storeBuffering("exchange", isForbidden: true) { mine, other in
      [.fetch(.exchange, .sequential, .u64, second, one, line, mine), load(.sequential, other)]
    },
    storeBuffering("rmwAtomic", isForbidden: true) { mine, other in
      [.rmwAtomic(.add, .sequential, .u64, one, line, mine), load(.sequential, other)]
    },
    storeBuffering("cas", isForbidden: true) { mine, other in
      [
        .movi(two, 0), .cas(.sequential, .u64, second, two, one, line, mine), load(.sequential, other),
        .movi(second, 0),
      ]
    },
    Litmus(
      name: "message passing, release and acquire",
      threads: [[store(.relaxed, x), store(.release, y)], [load(.acquire, y), load(.relaxed, x, second)]],
      isStrange: { loaded, _ in loaded[2] == 1 && loaded[3] == 0 }, isForbidden: true),
    Litmus(
      name: "message passing, fences",
      threads: [
        [store(.relaxed, x), .fence(.release), store(.relaxed, y)],
        [load(.relaxed, y), .fence(.acquire), load(.relaxed, x, second)],
      ],
      isStrange: { loaded, _ in loaded[2] == 1 && loaded[3] == 0 }, isForbidden: true),
    Litmus(
      name: "load buffering",
      threads: [[load(.acquire, x), store(.release, y)], [load(.acquire, y), store(.release, x)]],
      isStrange: { loaded, _ in loaded[0] == 1 && loaded[2] == 1 }, isForbidden: true),
    Litmus(
      name: "independent reads of independent writes",
      threads: [
        [store(.sequential, x)], [store(.sequential, y)], [load(.sequential, x), load(.sequential, y, second)],
        [load(.sequential, y), load(.sequential, x, second)],
      ],
      isStrange: { loaded, _ in loaded[4] == 1 && loaded[5] == 0 && loaded[6] == 1 && loaded[7] == 0 },
      isForbidden: true),
    Litmus(
      name: "two writes each",
      threads: [
        [store(.sequential, x), store(.sequential, y, two)], [store(.sequential, y), store(.sequential, x, two)],
      ],
      isStrange: { _, final in final.0 == 1 && final.1 == 1 }, isForbidden: true),
  ]

  /// The threads go along `count` lines of places, each as fast as it can.
  private func program(_ body: [Instruction], thread: Int, of threads: Int, count: Int) -> [Instruction] {
    let (line, left) = (LitmusTests.line, Register(1))
    let result = Displacement(Int32(128 + 64 * thread))
    var program = ThreadedCode.meeting(threads)
    let head: [Instruction] = [
      .movi(left, Immediate(count)), .label(1), .addi(line, line, Immediate(LitmusTests.stride)),
      .movi(LitmusTests.one, 1), .movi(LitmusTests.two, 2), .movi(LitmusTests.first, 0), .movi(LitmusTests.second, 0),
    ]
    let tail: [Instruction] = [
      .stPair(LitmusTests.first, LitmusTests.second, line, result), .subi(left, left, 1), .branchi(.ne, left, 0, 1),
      .ret,
    ]
    program += head
    program += body
    program += tail
    return program
  }

  @Test(arguments: all) func forbiddenOutcomesAreNeverSeen(_ litmus: Litmus) throws {
    guard Executable.isSupported else { return }
    let (count, stride, threads) = (4000, LitmusTests.stride, litmus.threads.count)
    let programs = litmus.threads.enumerated().map { index, body in
      program(body, thread: index, of: threads, count: count)
    }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: (count + 1) * stride, alignment: 512)
    defer { memory.deallocate() }
    let words = memory.bindMemory(to: UInt64.self)
    var strange = 0
    let rounds = 8
    for _ in 0..<rounds {
      words.update(repeating: 0)
      try ThreadedCode.run(programs, on: memory.baseAddress!)
      for index in 1...count {
        let place = index * stride / 8
        var loaded: [UInt64] = []
        for thread in 0..<threads {
          let result = place + 16 + 8 * thread
          loaded.append(words[result])
          loaded.append(words[result + 1])
        }
        if litmus.isStrange(loaded, (words[place], words[place + 8])) { strange += 1 }
      }
      if strange > 0 { break }
    }
    if litmus.isForbidden { #expect(strange == 0, "seen, and forbidden") }
    let seen = litmus.isForbidden ? "never seen" : strange > 0 ? "seen, and allowed" : "not seen here, and allowed"
    print("\(litmus.name): \(seen) in up to \(rounds * count) runs")
  }
}
