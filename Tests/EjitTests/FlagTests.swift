import Ejit
import EjitText
import TestSupport
import Testing

/// IR rule S-F1: flags reach those that ask for them across neutral ops and nothing else, under the conditions that
/// their producer defines and no others.
@Suite struct FlagTests {
  /// The ops that leave flags alone, as the IR publishes them.
  static let neutral: Set<Mnemonic> = [
    .mov, .movi, .ld, .st, .sti, .lea, .not, .bswap, .nop, .mark, .b, .sel, .setcc, .sext8, .sext16, .sext32, .zext8,
    .zext16, .zext32, .fence, .fmov, .fmovi, .fbits, .fsetBits, .fld, .fst,
  ]

  private static let r = (0..<8).map { Register($0) }

  /// Every op, in a form that is accepted behind `cmp` or, where it asks for a carry, behind an addition.
  private func instances(_ op: Mnemonic) -> [Instruction] {
    var lists = OperandLists()
    (lists.conditions, lists.label, lists.displacements) = ([.eq], 9, [8])
    return op.instances(registers: FlagTests.r, lists)
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func onlyNeutralOpsLetFlagsPass(target: Target) {
    var assembler = Assembler(target: target, features: [.cx16, .fma3, .f16c])
    for op in Mnemonic.allCases {
      for instruction in instances(op) {
        let producer = Instruction.addFlags(FlagTests.r[0], FlagTests.r[1], FlagTests.r[2])
        let isSub = op == .sbb || op == .borrowToCarry
        let before: [Instruction] = [.label(9), .enter(0), producer] + (isSub ? [.carryToBorrow] : [])
        if op.needsItsPlace { continue }  // below
        let program = before + [instruction, .setcc(FlagTests.r[3], .eq)]
        let error = refusal { () throws(EjitError) in try assembler.append(program.span) }
        assembler.reset()
        let passes = FlagTests.neutral.contains(op) || !op.leftConditions.isEmpty
        let isRight = passes ? error == nil : error == EjitError(.flagsClobbered, instruction: program.count - 1)
        if !isRight {
          Issue.record("\(target.abi): behind \(instruction.text): \(error.map { "\($0)" } ?? "accepted")")
        }
      }
    }
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func flagsDoNotCrossPlacesWhereControlMayEnterOrLeave(target: Target) {
    var assembler = Assembler(target: target, features: .baseline)
    let (cmp, set) = (Instruction.cmp(FlagTests.r[0], FlagTests.r[1]), Instruction.setcc(FlagTests.r[2], .eq))
    let programs: [[Instruction]] = [
      [cmp, .label(1), set], [cmp, .entry(1), set], [cmp, .ret, set], [cmp, .enter(0), set],
      [.enter(0), cmp, .leave, set], [.subroutine, cmp, .fastRet, set], [cmp, .subroutine, set],
      [cmp, .j(1), .label(1), set], [.enter(0), .push([]), cmp, .pop([]), set],
      [cmp, .tableEntry(1), .jumpTable(FlagTests.r[3], 1), .label(1), set],
      [cmp, .faultSite(3, 1), .ld(.u8, FlagTests.r[3], .at(FlagTests.r[4])), .label(1), set],
      [cmp, .tailCall(0x1234), set],
    ]
    for program in programs {
      let error = refusal { () throws(EjitError) in try assembler.append(program.span) }
      assembler.reset()
      #expect(error == EjitError(.flagsClobbered, instruction: program.count - 1), "\(program.map(\.text))")
    }
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func eachProducerDefinesItsConditionsAndNoOthers(target: Target) {
    var assembler = Assembler(target: target, features: .baseline)
    for op in Mnemonic.allCases where !op.leftConditions.isEmpty {
      let add = Instruction.addFlags(FlagTests.r[0], FlagTests.r[1], FlagTests.r[2])
      let head: [Instruction] =
        switch op {
        case .adc, .carryToBorrow: [add]
        case .sbb: [add, .carryToBorrow]
        case .ccmp, .ccmpi: [add]
        case .borrowToCarry: [.cmp(FlagTests.r[0], FlagTests.r[1])]
        default: []
        }
      for producer in instances(op) {
        for condition in Condition.allCases {
          let consumers: [Instruction] = [
            .b(condition, 3), .setcc(FlagTests.r[3], condition),
            .sel(FlagTests.r[3], condition, FlagTests.r[4], FlagTests.r[5]),
          ]
          for consumer in consumers {
            let program = head + [producer, consumer]
            let error = refusal { () throws(EjitError) in try assembler.append(program.span) }
            assembler.reset()
            let expected =
              op.leftConditions.contains(condition)
              ? nil : EjitError(.badCondition, instruction: program.count - 1, detail: UInt64(condition.rawValue))
            if error != expected {
              Issue.record("\(target.abi): \(program.map(\.text)): \(error.map { "\($0)" } ?? "accepted")")
            }
          }
        }
      }
    }
  }

  /// Neutral ops do not only pass for neutral: their code, whatever it needs, leaves the machine's flags alone.
  @Test(arguments: TestMachine.all) func codeOfNeutralOpsKeepsFlags(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var snippets: [Snippet] = []
    var lists = OperandLists()
    lists.immediates = EdgeValues.immediates
    lists.addresses =
      AddressShape.all([0, 1, -1, 4096, -4096, 8190, 1 << 20, .max, .min]) + [.absolute(0x1234_5678_9ABC_DEF1)]
    let (a, b, flag) = (Register(machine.registers[9]), Register(machine.registers[10]), machine.registers[11])
    for op in FlagTests.neutral where op.family == .value || op.family == .float && !op.reachesMemory {
      let registers =
        op.registerCount() < 3 ? [Register(4), Register(5), Register(6)] : [Register(4), Register(5), Register(5)]
      for instruction in op.instances(registers: registers, lists) {
        let body: [Instruction] = [.cmp(a, b), instruction, .setcc(Register(flag), .sge)]
        let sources = [a, b].map { Int($0.rawValue) }
        snippets.append(
          Snippet(instruction, body: body, sources: sources, vectors: [[5, 5], [1, ~0], [1 << 63, 1]]))
      }
    }
    let report = try Harness(machine).run(snippets)
    for failure in report.failures { Issue.record("\(failure)") }
    #expect(report.executions > 900)
  }

  @Test(arguments: TestMachine.all.filter { $0.features == .baseline })
  func codeOfLoadsAndStoresKeepsFlags(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    let harness = try Harness(machine, data: MemorySweep.data)
    var sweep = MemorySweep(machine, dataAddress: harness.dataAddress)
    var snippets: [Snippet] = []
    for op in [Mnemonic.ld, .st, .sti, .fld, .fst] {
      for snippet in sweep.snippets(of: op) {
        let free = machine.registers.filter { !snippet.registers.contains($0) }
        let (a, b, flag) = (Register(free[1]), Register(free[2]), Register(free[3]))
        // A difference of patterns whose comparison is known: a < b, both unsigned.
        let body: [Instruction] = [.cmp(a, b), snippet.subject, .setcc(flag, .ult)]
        snippets.append(snippet.replacingBody(body))
      }
    }
    let report = try harness.run(snippets)
    for failure in report.failures { Issue.record("\(failure)") }
    #expect(report.executions > 1000)
  }
}

extension Mnemonic {
  /// Whether it may not stand between a flag setter in a frame and what asks for the flags.
  fileprivate var needsItsPlace: Bool {
    switch self {
    case .enter, .leave, .label, .entry, .ret, .fastRet, .pop, .tailCall, .tableEntry, .jumpTable, .faultSite: true
    case _: false
    }
  }
}
