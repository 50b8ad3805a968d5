import Ejit

/// The instruction streams of the emission benchmark: the same generator and mix for every tool that is compared.
///
/// S1: a loop of ten instructions. S2: its body 1000 times. S3: 10,000 pseudo-random instructions, each branch
/// behind its own comparison, to 256 labels at the end. S4: 20,000 small functions.
struct Stream {
  var instructions: [Instruction] = []
  /// Instructions that are no labels.
  var count = 0

  mutating func push(_ instruction: Instruction) {
    instructions.append(instruction)
    if case .label = instruction { return }
    count += 1
  }
}

/// Marsaglia's xorshift with the shifts 13, 7, 17.
struct Xorshift {
  var state: UInt64 = 12345

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
  mutating func register() -> Register { Register(Int(next() % 14)) }
}

extension Stream {
  static let conditions: [Condition] = [.eq, .ne, .sgt, .sge, .slt, .sle, .ugt, .uge, .ult, .ule]

  private mutating func pushLoop(_ label: UInt32) {
    let (r0, r1, r2, r3) = (Register(0), Register(1), Register(2), Register(3))
    push(.movi(r0, 10000))
    push(.movi(r1, 0))
    push(.movi(r2, 1))
    push(.label(Label(label)))
    push(.add(r1, r1, r0))
    push(.sub(r0, r0, r2))
    push(.cmpi(r0, 0))
    push(.b(.ne, Label(label)))
    push(.mov(r3, r1))
    push(.ret)
  }

  static func s1() -> Stream {
    var stream = Stream()
    stream.pushLoop(0)
    return stream
  }

  static func s2() -> Stream {
    var stream = Stream()
    for label in 0..<1000 { stream.pushLoop(UInt32(label)) }
    return stream
  }

  /// One instruction of kind `kind`; operands in the order in which the generator draws them.
  private static func random(_ kind: UInt64, _ label: UInt32, _ random: inout Xorshift, narrowing: Bool = false)
    -> Instruction
  {
    switch kind {
    case 0, 1, 2, 3:
      let (d, a, b) = (random.register(), random.register(), random.register())
      return switch kind {
      case 0: .add(d, a, b)
      case 1: .sub(d, a, b)
      case 2: .xor(d, a, b)
      default: .mul(d, a, b)
      }
    case 4:
      let (d, a) = (random.register(), random.register())
      return .mov(d, a)
    case 5:
      let d = random.register()
      let value = random.next()
      var bits = value >> (random.next() % 64)
      if narrowing { bits >>= random.next() % 64 }
      return .movi(d, Immediate(bits: bits))
    case 6:
      let (a, b) = (random.register(), random.register())
      return .cmp(a, b)
    case 7:
      let a = random.register()
      return .cmpi(a, Immediate(Int32(truncatingIfNeeded: random.next())))
    case 8: return .b(conditions[Int(random.next() % 10)], Label(label))
    default:
      let (d, a) = (random.register(), random.register())
      let address = Address.at(a, Int32(random.next() % 4096))
      return kind == 9 ? .ld(.u64, d, address) : .st(.u64, d, address)
    }
  }

  static func s3() -> Stream {
    var stream = Stream()
    var generator = Xorshift()
    for _ in 0..<10000 {
      let kind = generator.next() % 11
      if kind == 8 { stream.push(random(6 + generator.next() & 1, 0, &generator)) }
      let label = UInt32(generator.next() % 256)
      stream.push(random(kind, label, &generator))
    }
    for label in 0..<256 { stream.push(.label(Label(UInt32(label)))) }
    stream.push(.ret)
    return stream
  }

  /// The functions of S4, one after the other, and where each begins; the last offset is the end.
  static func s4() -> (stream: Stream, offsets: [Int]) {
    var stream = Stream()
    var generator = Xorshift()
    var offsets: [Int] = []
    for _ in 0..<20000 {
      offsets.append(stream.instructions.count)
      let length = 8 + generator.next() % 23
      for _ in 0..<length - 1 {
        let kind = kind(generator.next() % 20, &generator)
        if kind == 8 { stream.push(random(6 + generator.next() & 1, 0, &generator)) }
        stream.push(random(kind, 0, &generator, narrowing: true))
      }
      stream.push(.label(0))
      stream.push(.ret)
    }
    offsets.append(stream.instructions.count)
    return (stream, offsets)
  }

  /// Loads 20 %, stores 15, arithmetic 40, constants 10, moves 5, comparisons 5, branches 5.
  private static func kind(_ draw: UInt64, _ generator: inout Xorshift) -> UInt64 {
    switch draw {
    case ..<4: 9
    case ..<7: 10
    case ..<10: 0
    case ..<12: 1
    case ..<14: 2
    case ..<15: 3
    case ..<17: 5
    case ..<18: 4
    case ..<19: 6 + generator.next() & 1
    default: 8
    }
  }
}
