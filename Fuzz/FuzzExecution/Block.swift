import Ejit
import FloatInputs

/// The memory of one program, at an address that the program knows.
///
/// The address is the same on every machine that executes the program, so that addresses are values like others.
struct Block {
  let address: UInt64

  /// Bytes for the loads and stores of the program.
  static let scratch = 1024
  /// Words that count loops; each loop has its own.
  static let counters = scratch
  static let counterCount = 32
  /// What the registers hold at the start, then what they hold at the end, by number.
  static let registers = counters + 8 * counterCount
  /// The floating-point registers in the same way.
  static let vectors = registers + 8 * 32
  /// What is compared ends here.
  static let compared = vectors + 8 * 32
  /// Registers that belong to the caller.
  static let preserved = compared
  /// The caller's stack pointer.
  static let stackPointer = preserved + 8 * 16
  /// Not 0 after a fault that nothing in the program recovers from.
  static let crashed = stackPointer + 8
  static let count = crashed + 8

  /// What a block holds before the program runs.
  static func fill(_ bytes: UnsafeMutableRawBufferPointer, seed: UInt64) {
    var random = SplitMix(seed)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    for offset in stride(from: 0, to: scratch, by: 8) {
      bytes.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
    }
    for number in 0..<32 { bytes.storeBytes(of: random.edge(), toByteOffset: registers + 8 * number, as: UInt64.self) }
    var numbers = RandomNumbers(seed: seed)
    for number in 0..<32 {
      // A number of either width; as one of the other it is one more kind.
      let bits = numbers.number(numbers.bits() & 1 == 0 ? .w64 : .w32)
      bytes.storeBytes(of: bits, toByteOffset: vectors + 8 * number, as: UInt64.self)
    }
  }

  /// Where a floating-point register, which is named by number, has its word.
  static func vector(_ register: VectorRegister) -> Int { vectors + 8 * Int(register.rawValue) }

  func address(_ offset: Int) -> UInt64 { address &+ UInt64(bitPattern: Int64(offset)) }
}

/// Random numbers from a seed. Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
struct SplitMix {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// Often 0, 1, −1, the smallest and greatest numbers of either width, or near a power of two.
  mutating func edge() -> UInt64 {
    let (choice, power) = (next(), UInt64(1) << (next() & 63))
    switch choice & 15 {
    case 0: return 0
    case 1: return 1
    case 2: return .max
    case 3: return 1 << 63
    case 4: return 1 << 63 - 1
    case 5: return 0x8000_0000 | choice & 1 << 63
    case 6: return 0x7FFF_FFFF | choice & ~0 << 32
    case 7: return 0xFFFF_FFFF
    case 8: return power
    case 9: return power &- 1
    case 10: return 0 &- power
    case 11: return choice >> 60
    default: return next()
    }
  }
}
