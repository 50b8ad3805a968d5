import Ejit
import EjitText
import Testing

/// Printing, then parsing, gives the same.
@Suite struct RoundTripTests {
  @Test(arguments: Width.allCases) func ofEveryOp(_ width: Width) throws {
    var operands = RandomOperands(random: SplitMix64(2), forcedWidth: width)
    var differing: [Mnemonic] = []
    for mnemonic in Mnemonic.allCases {
      for _ in 0..<50 {
        let instruction = Instruction(mnemonic, from: &operands)
        let text = Program([instruction]).text
        let isNarrow = text.contains("\(mnemonic.name).w")
        let isSame =
          try Program(parsing: text).instructions == [instruction]
          && isNarrow == (mnemonic.hasWidth && width == .w32)
        if !isSame { differing.append(mnemonic) }
      }
    }
    #expect(differing == [])
  }

  @Test func ofRandomPrograms() throws {
    var operands = RandomOperands(random: SplitMix64(3))
    for _ in 0..<20 {
      let program = Program(operands.program(count: 5000))
      let parsed = try Program(parsing: program.utf8)
      #expect(parsed == program)
      #expect(parsed.positions.count == 5000)
    }
  }

  /// Names for some labels, in an order that a parser would not choose; or in that order.
  @Test(arguments: [true, false]) func ofNamedLabels(_ inOrder: Bool) throws {
    var operands = RandomOperands(random: SplitMix64(4), labelCount: 12)
    for _ in 0..<50 {
      let named = (0..<6).map { Label(inOrder ? $0 : operands.random.pick([3, 7]) * $0) }
      var names: [Label: Name] = [:]
      for label in named { names[label] = Name("place\(label.number)".utf8) }
      let body = inOrder ? named.map { .label($0) } + [.j(9), .j(6)] : operands.program(count: 60)
      let program = Program(body, names: names, results: [named[3]: .f64])
      let text = program.text
      #expect(try Program(parsing: text) == program)
      #expect(text.contains(" = L") == !inOrder)
    }
  }

  @Test func ofEveryValueOfARegister() throws {
    let moves: [Instruction] = (0...255).map { .mov(Register(rawValue: $0), .sp) }
    #expect(try Program(parsing: Program(moves).utf8).instructions == moves)
  }

  @Test func ofTheEndsOfEveryRange() throws {
    var instructions: [Instruction] = []
    for bits: UInt64 in [0, 1, 1 << 31, 1 << 32 - 1, 1 << 32, 1 << 63 - 1, 1 << 63, .max, 0 &- 1 << 31, 0 &- 1 << 32] {
      instructions += [.movi(.argument(15), Immediate(bits: bits)), .jm(.absolute(bits)), .call(Immediate(bits: bits))]
    }
    for value: Int32 in [.min, -1, 0, 1, .max] {
      instructions += [.jm(.at(.sp, value)), .jm(.at(.sp, .saved(3), shift: 3, value)), .enter(value)]
      instructions += [.jm(.at(.sp, .saved(3), shift: 4, value)), .sti(.s8, .sp, Displacement(value), 0)]
    }
    for label: UInt32 in [0, .max] { instructions += [.label(Label(label)), .entry(Label(label)), .mark(label)] }
    #expect(try Program(parsing: Program(instructions).utf8).instructions == instructions)
  }
}
