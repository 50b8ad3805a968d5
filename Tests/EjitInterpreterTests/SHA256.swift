import Ejit
import EjitInterpreter

/// The compression of one block of SHA-256, as a program. FIPS 180-4, §6.2.2.
enum SHA256 {
  static let initial: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]

  /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
  static let constants: [UInt32] = (2...311).filter { n in (2..<n).allSatisfy { n % $0 != 0 } }.map { prime in
    // The cube root, scaled by 2^32: the largest x with x³ ≤ prime · 2^96, found bit by bit.
    var root: UInt64 = 0
    for bit in (0..<35).reversed() {
      let tried = root | 1 << UInt64(bit)
      let square = tried.multipliedFullWidth(by: tried)
      let cube = (square.high &* tried, square.low.multipliedFullWidth(by: tried))
      let high = cube.0 &+ cube.1.high
      if high < UInt64(prime) << 32 || (high == UInt64(prime) << 32 && cube.1.low == 0) { root = tried }
    }
    return UInt32(truncatingIfNeeded: root)
  }

  /// Argument 0: the state, 1: the block, 2: the constants. The schedule lies on the stack.
  static let program: [Instruction] =
    [.enter(256, saving: [.saved(0), .saved(1), .saved(2), .saved(3)]), .movi(e, 0)] + schedule + rounds
    + [.leave, .ret]

  private static let x = Register.saved(1)
  private static let y = Register.saved(2)
  private static let z = Register.saved(3)

  /// `x` = the exclusive or of `word` rotated or, the last time if so wanted, shifted right.
  private static func sigma(
    _ word: Register, _ counts: (Int, Int, Int), shifted: Bool, into x: Register
  ) -> [Instruction] {
    let last = Immediate(counts.2)
    return [
      .rotri(width: .w32, x, word, Immediate(counts.0)), .rotri(width: .w32, d, word, Immediate(counts.1)),
      .xor(width: .w32, x, x, d), shifted ? .shri(width: .w32, d, word, last) : .rotri(width: .w32, d, word, last),
      .xor(width: .w32, x, x, d),
    ]
  }

  private static let schedule: [Instruction] = firstWords + otherWords
  private static let firstWords: [Instruction] = [
    .label(0), .ld(.u32, x, .at(b, e, shift: 2)), .bswap(width: .w32, x, x), .st(.u32, x, .at(.sp, e, shift: 2)),
    .addi(e, e, 1), .branchi(.ult, e, 16, 0), .label(1),
  ]
  private static let otherWords: [Instruction] =
    [.ld(.u32, y, .at(.sp, e, shift: 2, -8))] + sigma(y, (17, 19, 10), shifted: true, into: x)
    + [.ld(.u32, y, .at(.sp, e, shift: 2, -60))] + sigma(y, (7, 18, 3), shifted: true, into: z) + sumOfWords
  private static let sumOfWords: [Instruction] = [
    .add(width: .w32, x, x, z), .ld(.u32, y, .at(.sp, e, shift: 2, -28)), .add(width: .w32, x, x, y),
    .ld(.u32, y, .at(.sp, e, shift: 2, -64)), .add(width: .w32, x, x, y), .st(.u32, x, .at(.sp, e, shift: 2)),
    .addi(e, e, 1), .branchi(.ult, e, 64, 1),
  ]

  /// The working variables a…h lie at 32…63 of the state and move up by one word a round.
  private static let rounds: [Instruction] =
    words { [.ld(.u32, x, .at(a, $0)), .st(.u32, x, .at(a, $0 + 32))] } + [.movi(e, 0), .label(2)] + sumOfE + sumOfA
    + Array(words { [.st(.u32, y, .at(a, $0 + 36)), .ld(.u32, y, .at(a, $0 + 32))] }.dropLast(2).reversed())
    + nextRound
    + words {
      [
        .ld(.u32, x, .at(a, $0)), .ld(.u32, y, .at(a, $0 + 32)), .add(width: .w32, x, x, y), .st(.u32, x, .at(a, $0)),
      ]
    }
  /// `x` = h + Σ1(e) + Ch(e, f, g) + constant + word.
  private static let sumOfE: [Instruction] =
    [.ld(.u32, y, .at(a, 48))] + sigma(y, (6, 11, 25), shifted: false, into: x) + chosen
  private static let chosen: [Instruction] = [
    .ld(.u32, d, .at(a, 52)), .and(width: .w32, d, d, y), .add(width: .w32, x, x, d), .ld(.u32, d, .at(a, 56)),
    .andn(width: .w32, d, d, y), .add(width: .w32, x, x, d), .ld(.u32, d, .at(a, 60)), .add(width: .w32, x, x, d),
    .ld(.u32, d, .at(c, e, shift: 2)), .add(width: .w32, x, x, d), .ld(.u32, d, .at(.sp, e, shift: 2)),
    .add(width: .w32, x, x, d),
  ]
  /// `z` = Σ0(a) + Maj(a, b, c).
  private static let sumOfA: [Instruction] =
    [.ld(.u32, y, .at(a, 32))] + sigma(y, (2, 13, 22), shifted: false, into: z) + majority
  private static let majority: [Instruction] = [
    .ld(.u32, b, .at(a, 36)), .ld(.u32, d, .at(a, 40)), .xor(b, b, d), .and(b, b, y), .ld(.u32, y, .at(a, 36)),
    .and(d, d, y), .xor(b, b, d), .add(width: .w32, z, z, b),
  ]
  private static let nextRound: [Instruction] = [
    .add(width: .w32, z, z, x), .st(.u32, z, .at(a, 32)), .ld(.u32, y, .at(a, 48)), .add(width: .w32, y, y, x),
    .st(.u32, y, .at(a, 48)), .addi(e, e, 1), .branchi(.ult, e, 64, 2),
  ]

  /// `body` for the offset of each of eight words.
  private static func words(_ body: (Int32) -> [Instruction]) -> [Instruction] {
    (0..<8).flatMap { body(4 * $0) }
  }

  /// Runs the program over one block of 64 bytes.
  static func compress(_ block: [UInt8], into state: inout [UInt32]) throws {
    var words = state + [UInt32](repeating: 0, count: 8)
    try words.withUnsafeMutableBytes { words in
      try block.withUnsafeBytes { block in
        try constants.withUnsafeBytes { constants in
          var machine = try Interpreter(program: program)
          _ = try machine.run(
            arguments: [
              CallTests.address(words.baseAddress), CallTests.address(block.baseAddress),
              CallTests.address(constants.baseAddress),
            ],
            memory: [unsafe MemoryRange(words), unsafe MemoryRange(block), unsafe MemoryRange(constants)],
            fuel: 10_000)
        }
      }
    }
    state = Array(words.prefix(8))
  }
}
