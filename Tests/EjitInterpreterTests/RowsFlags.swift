import Ejit
import EjitInterpreter

extension Row {
  /// Carry chains, comparisons, and what asks for their flags.
  static let flags: [Row] = [
    chain(
      "addFlags", .choice(afterAddition), { w, v in Semantics.addFlags(w, v.a, v.b) },
      [{ w, _ in [.addFlags(width: w, d, a, b)] }, { w, v in [.addiFlags(width: w, d, a, immediate(w, v.b))] }]),
    chain(
      "subFlags", .choice(afterComparison), { w, v in Semantics.subFlags(w, v.a, v.b) },
      [{ w, _ in [.subFlags(width: w, d, a, b)] }, { w, v in [.subiFlags(width: w, d, a, immediate(w, v.b))] }]),
    // A carry: −1 added to c overflows unless c is 0. A borrow: c taken from 0.
    chain(
      "adc", .chain(afterAddition), { w, v in Semantics.adc(w, v.a, v.b, carry: v.c != 0) },
      [{ w, _ in [.addiFlags(e, c, -1), .adc(width: w, d, a, b)] }]),
    chain(
      "sbb", .chain(afterComparison), { w, v in Semantics.sbb(w, v.a, v.b, borrow: v.c != 0) },
      [{ w, _ in [.movi(e, 0), .subFlags(e, e, c), .sbb(width: w, d, a, b)] }]),
    Row(
      name: "cmp", shape: .choice(afterComparison), compares: (false, true),
      definition: { w, v in
        (0, Semantics.setcc(Semantics.subFlags(w, v.a, v.b).flags, condition(v)))
      },
      programs: [
        { w, v in [.cmp(width: w, a, b), .setcc(e, condition(v))] },
        { w, v in [.cmpi(width: w, a, immediate(w, v.b)), .setcc(e, condition(v))] },
        { w, v in taken(.cmp(width: w, a, b), .b(condition(v), 0)) },
      ]),
    Row(
      name: "test", shape: .choice(afterTest), compares: (false, true),
      definition: { w, v in (0, Semantics.setcc(Semantics.testFlags(w, v.a, v.b), condition(v))) },
      programs: [
        { w, v in [.test(width: w, a, b), .setcc(e, condition(v))] },
        { w, v in [.testi(width: w, a, immediate(w, v.b)), .setcc(e, condition(v))] },
      ]),
    Row(
      name: "ccmp", shape: .conditional(afterComparison), compares: (false, true),
      definition: { w, v in
        let flags = Semantics.subFlags(w, v.a, v.c).flags
        return (0, Semantics.setcc(Semantics.ccmp(w, flags, .ult, Outcome.allCases[v.l], v.a, v.b), condition(v)))
      },
      programs: [
        { w, v in
          [
            .cmp(width: w, a, c), .ccmp(width: w, .ult, Outcome.allCases[v.l], a, b), .setcc(e, condition(v)),
          ]
        },
        { w, v in
          [
            .cmp(width: w, a, c), .ccmpi(width: w, .ult, Outcome.allCases[v.l], a, immediate(w, v.b)),
            .setcc(e, condition(v)),
          ]
        },
      ]),
    Row(
      name: "carryToBorrow", shape: .quaternary,
      definition: { w, v in
        let flags = Semantics.carryToBorrow(Semantics.addFlags(w, v.a, v.b).flags)
        return (Semantics.sbb(w, v.c, v.d, borrow: flags.borrow).value, 0)
      },
      programs: [{ w, _ in [.addFlags(width: w, e, a, b), .carryToBorrow, .sbb(width: w, d, c, d)] }]),
    Row(
      name: "borrowToCarry", shape: .quaternary,
      definition: { w, v in
        let flags = Semantics.borrowToCarry(Semantics.subFlags(w, v.a, v.b).flags)
        return (Semantics.adc(w, v.c, v.d, carry: flags.carry).value, 0)
      },
      programs: [{ w, _ in [.subFlags(width: w, e, a, b), .borrowToCarry, .adc(width: w, d, c, d)] }]),
    overflow("addOverflow", Semantics.addOverflow, Instruction.addOverflow, Instruction.addOverflowSet),
    overflow("subOverflow", Semantics.subOverflow, Instruction.subOverflow, Instruction.subOverflowSet),
    overflow("mulOverflow", Semantics.mulOverflow, Instruction.mulOverflow, Instruction.mulOverflowSet),
  ]

  static let afterComparison = Condition.allCases.map { Int($0.rawValue) }.filter { $0 != 10 && $0 != 11 }
  static let afterAddition = [0, 1, 10, 11, 14, 15, 16, 17]
  static let afterTest = [0, 1, 16, 17]
  static let orderings = Array(0..<10)
  static func condition(_ v: Operands) -> Condition { Condition(rawValue: UInt8(v.k))! }

  private static func chain(
    _ name: String, _ shape: Operands.Shape,
    _ f: @escaping @Sendable (Width, Operands) -> (value: UInt64, flags: Flags),
    _ programs: [@Sendable (Width, Operands) -> [Instruction]]
  ) -> Row {
    Row(
      name: name, shape: shape, compares: (true, true),
      definition: { w, v in
        let (value, flags) = f(w, v)
        return (value, Semantics.setcc(flags, condition(v)))
      },
      programs: programs.map { program in { w, v in program(w, v) + [.setcc(e, condition(v))] } })
  }

  private static func overflow(
    _ name: String,
    _ f: @escaping @Sendable (Width, UInt64, UInt64, Signedness) -> (value: UInt64, overflow: Bool),
    _ branch: @escaping @Sendable (Width, Register, Register, Register, Signedness, Label) -> Instruction,
    _ set: @escaping @Sendable (Width, Register, Register, Register, Register, Signedness) -> Instruction
  ) -> Row {
    Row(
      name: name, shape: .choice([0, 1]), compares: (true, true),
      definition: { w, v in
        let (value, overflow) = f(w, v.a, v.b, Signedness.allCases[v.k])
        return (value, overflow ? 1 : 0)
      },
      programs: [
        { w, v in [set(w, d, e, a, b, Signedness.allCases[v.k])] },
        { w, v in [set(w, a, b, a, b, Signedness.allCases[v.k]), .mov(d, a), .mov(e, b)] },
        { w, v in taken(branch(w, d, a, b, Signedness.allCases[v.k], 0)) },
      ])
  }

  /// Comparisons that carry their own operands.
  static let comparisons: [Row] = [
    Row(
      name: "branch", shape: .choice(orderings), compares: (false, true),
      definition: { w, v in (0, Semantics.holds(w, condition(v), v.a, v.b) ? 1 : 0) },
      programs: [
        { w, v in taken(.branch(width: w, condition(v), a, b, 0)) },
        { w, v in taken(.branchi(condition(v), a, imm64(w, v.b), 0, width: w)) },
      ]),
    Row(
      name: "branchTest", shape: .choice(afterTest), compares: (false, true),
      definition: { w, v in (0, Semantics.testHolds(w, condition(v), v.a, v.b) ? 1 : 0) },
      programs: [
        { w, v in taken(.branchTest(width: w, condition(v), a, b, 0)) },
        { w, v in taken(.branchTesti(condition(v), a, imm64(w, v.b), 0, width: w)) },
      ]),
    Row(
      name: "branchBit", shape: .bit, compares: (false, true),
      definition: { w, v in (0, Semantics.bitHolds(w, condition(v), v.a, UInt8(v.l)) ? 1 : 0) },
      programs: [{ w, v in taken(.branchBit(width: w, condition(v), a, UInt8(v.l), 0)) }]),
    Row(
      name: "set", shape: .choice(orderings),
      definition: { w, v in (Semantics.set(w, condition(v), v.a, v.b), 0) },
      programs: [
        { w, v in [.set(width: w, d, condition(v), a, b)] },
        { w, v in [.seti(width: w, d, condition(v), a, immediate(w, v.b))] },
      ]),
    Row(
      name: "setMask", shape: .choice(orderings),
      definition: { w, v in (Semantics.setMask(w, condition(v), v.a, v.b), 0) },
      programs: [
        { w, v in [.setMask(width: w, d, condition(v), a, b)] },
        { w, v in [.setMaski(width: w, d, condition(v), a, immediate(w, v.b))] },
      ]),
    Row(
      name: "select", shape: .select(orderings),
      definition: { w, v in (Semantics.select(w, condition(v), v.a, v.b, v.c, v.d), 0) },
      programs: [
        { w, v in [.select(width: w, d, condition(v), a, b, c, d)] },
        { w, v in [.selecti(width: w, d, condition(v), a, immediate(w, v.b), c, d)] },
        { w, v in [.selectElse(width: w, d, condition(v), a, b, c, imm64(w, v.d))] },
        { w, v in [.cmp(width: w, a, b), .sel(width: w, d, condition(v), c, d)] },
      ]),
  ]
}
