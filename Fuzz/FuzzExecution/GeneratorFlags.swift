import Ejit

/// Flags: an op that leaves them, then ops that keep or ask them.
extension Generator {
  private enum Flags {
    case comparison, addition, test, borrowed

    var conditions: [Condition] {
      switch self {
      case .comparison: Generator.ofComparison
      case .addition: Generator.ofAddition
      case .test: Generator.ofTest
      case .borrowed: Generator.ofBorrow
      }
    }
  }

  // `Condition` lists them.
  private static let ofComparison = Condition.allCases.filter { $0 != .carry && $0 != .noCarry }
  private static let ofTest: [Condition] = [.eq, .ne, .negative, .nonNegative]
  private static let ofAddition = ofTest + [.carry, .noCarry, .overflow, .noOverflow]
  private static let ofBorrow = ofTest + [.borrow, .noBorrow, .overflow, .noOverflow]

  mutating func flagChain() {
    var flags = producer()
    for _ in 0...decisions.below(6) {
      let condition = decisions.pick(flags.conditions)
      switch decisions.below(8) {
      case 0: neutral()
      case 1: emit(.b(condition, forward()))
      case 2, 3: emit(.sel(width: decisions.width(), register(), condition, source(), source()))
      case 4: emit(.setcc(register(), condition))
      default: flags = successor(of: flags, condition)
      }
    }
  }

  private mutating func producer() -> Flags {
    let (w, d, a, b) = (decisions.width(), register(), source(), source())
    let value = Immediate(bits: decisions.immediate(w))
    switch decisions.below(8) {
    case 0: return left(.comparison, .cmp(width: w, a, b))
    case 1: return left(.comparison, .cmpi(width: w, a, value))
    case 2: return left(.test, .test(width: w, a, b))
    case 3: return left(.test, .testi(width: w, a, value))
    case 4: return left(.addition, .addFlags(width: w, d, a, b))
    case 5: return left(.comparison, .subFlags(width: w, d, a, b))
    case 6: return left(.addition, .addiFlags(width: w, d, a, value))
    default: return left(.comparison, .subiFlags(width: w, d, a, value))
    }
  }

  /// An op that asks flags and leaves others.
  private mutating func successor(of flags: Flags, _ condition: Condition) -> Flags {
    let (w, d, a, b) = (decisions.width(), register(), source(), source())
    let outcome = Outcome(rawValue: decisions.byte() % 3) ?? .less
    switch (flags, decisions.below(4)) {
    case (_, 0): return left(.comparison, .ccmp(width: w, condition, outcome, a, b))
    case (_, 1), (.test, _):
      return left(.comparison, .ccmpi(width: w, condition, outcome, a, Immediate(bits: decisions.immediate(w))))
    case (.comparison, 2), (.borrowed, 2): return left(.comparison, .sbb(width: w, d, a, b))
    case (.addition, 2): return left(.addition, .adc(width: w, d, a, b))
    case (.comparison, _), (.borrowed, _): return left(.addition, .borrowToCarry)
    case (.addition, _): return left(.borrowed, .carryToBorrow)
    }
  }

  private mutating func left(_ flags: Flags, _ instruction: Instruction) -> Flags {
    emit(instruction)
    return flags
  }

  private typealias Two = @Sendable (Width, Register, Register) -> Instruction
  private static let twos: [Two] = [
    Instruction.mov, Instruction.not, Instruction.bswap, Instruction.sext8, Instruction.sext16, Instruction.sext32,
    Instruction.zext8, Instruction.zext16, Instruction.zext32,
  ]

  /// An op that keeps the flags.
  private mutating func neutral() {
    let (w, type) = (decisions.width(), decisions.type())
    switch decisions.below(10) {
    case 0: emit(.movi(width: w, register(), Immediate(bits: decisions.immediate(w))))
    case 1:
      let address = address(type.byteCount)
      emit(.ld(type, register(), address))
    case 2:
      let address = address(type.byteCount)
      emit(.st(type, source(), address))
    case 3:
      let offset = Displacement(Int32(decisions.byte()))
      emit(.sti(type, base, offset, Imm64(bits: decisions.fitted(type.byteCount))))
    case 4: emit(.lea(width: w, register(), .at(source(), source(), shift: 2, decisions.displacement())))
    case 5: emit(decisions.byte() & 1 == 0 ? .nop : .mark(UInt32(program.count)))
    case 6, 7: floatNeutral()
    default: emit(decisions.pick(Generator.twos)(w, register(), source()))
    }
  }
}
