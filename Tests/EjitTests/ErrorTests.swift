import Ejit
import EjitText
import TestSupport
import Testing

/// What bad input gets: the kind of error, the index of the instruction to blame, nothing emitted, and an assembler
/// that serves the next program as if nothing had happened.
@Suite struct ErrorTests {
  static let targets: [Target] = [.x86_64, .x86_64Windows, .aarch64]

  @Test(arguments: targets) func kindAndIndexAreReported(on target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    for row in ErrorTests.rows {
      let error = refusal { () throws(EjitError) in try assembler.assemble(row.program.span) }
      let isRight = error?.kind == row.kind && error?.instruction == row.index
      if !isRight || row.detail != nil && error?.detail != row.detail {
        Issue.record("\(target.abi): \(row.program.map(\.text)): \(error.map { "\($0)" } ?? "accepted")")
      }
      try expectReusable(&assembler)
    }
  }

  /// Every op, every register field: a number or role that is not there, and `sp` where it may not stand.
  @Test(arguments: targets) func everyRegisterFieldIsChecked(on target: Target) throws {
    var missing = [
      Register(40), Register(63), Register(rawValue: 0xFF), Register(rawValue: 0x81), .result(5), .saved(15),
    ]
    missing +=
      target.architecture == .x86_64
      ? [Register(14), .argument(7)] : [Register(16), Register(17), Register(18), Register(31)]
    var assembler = Assembler(target: target, features: .baseline)
    var count = 0
    for op in Mnemonic.allCases {
      for form in [AddressShape.base(8), .indexed(shift: 1, 8)] {
        var lists = OperandLists()
        (lists.addresses, lists.conditions) = ([form], [.eq])
        let fields = op.registerCount(lists)
        for field in 0..<fields {
          for (bad, kind) in missing.map({ ($0, EjitError.Kind.noSuchRegister) }) + [(.sp, .stackPointerNotAllowed)] {
            var registers = (0..<fields).map { Register($0) }
            registers[field] = bad
            for instruction in op.instances(registers: registers, lists) {
              if bad == .sp && instruction.mayHaveStackPointer(in: field) { continue }
              let before: [Instruction] =
                op.family == .consumer ? [.addFlags(Register(0), Register(0), Register(0))] : [.nop]
              let context: [Instruction] =
                switch op {
                case .sbb: before + [.carryToBorrow]
                case .jumpTable: [.enter(0), .tableEntry(0)]
                case _: op.family == .control ? [.enter(0)] : before
                }
              let program = context + [instruction]
              let error = refusal { () throws(EjitError) in try assembler.assemble(program.span) }
              count += 1
              let isRight = error?.kind == kind && error?.instruction == program.count - 1
              if isRight && (kind != .noSuchRegister || error?.detail == UInt64(bad.rawValue)) { continue }
              Issue.record("\(target.abi): \(instruction.text): \(error.map { "\($0)" } ?? "accepted")")
            }
          }
        }
      }
    }
    #expect(count > 1000)
  }

  /// Every `.w` op with an immediate: −2^31 … 2^32 − 1, and nothing beyond.
  @Test(arguments: targets) func immediatesOfNarrowOpsAreChecked(on target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    let r = Register(1)
    func all(_ value: Int) -> [Instruction] {
      let (v, w) = (Immediate(value), Imm64(value))
      return [
        .movi(width: .w32, r, v), .addi(width: .w32, r, r, v), .subi(width: .w32, r, r, v), .andi(width: .w32, r, r, v),
        .ori(width: .w32, r, r, v), .xori(width: .w32, r, r, v), .muli(width: .w32, r, r, v),
        .addiFlags(width: .w32, r, r, v), .subiFlags(width: .w32, r, r, v), .cmpi(width: .w32, r, v),
        .testi(width: .w32, r, v), .seti(width: .w32, r, .eq, r, v), .setMaski(width: .w32, r, .eq, r, v),
        .selecti(width: .w32, r, .eq, r, v, r, r), .selectElse(width: .w32, r, .eq, r, r, r, w),
        .branchi(.eq, r, w, 0, width: .w32), .branchTesti(.eq, r, w, 0, width: .w32),
        .ccmpi(width: .w32, .eq, .less, r, v),
      ]
    }
    for value in [-1 << 31, 1 << 32 - 1] {
      for instruction in all(value) { try assembler.assemble([.label(0), .cmp(r, r), instruction].span) }
    }
    for value in [-1 << 31 - 1, 1 << 32, Int.max, Int.min] {
      for instruction in all(value) {
        let program: [Instruction] = [.label(0), .cmp(r, r), instruction]
        let error = refusal { () throws(EjitError) in try assembler.assemble(program.span) }
        if error?.kind == .immediateOutOfRange && error?.instruction == 2 { continue }
        Issue.record("\(target.abi): \(instruction.text): \(error.map { "\($0)" } ?? "accepted")")
      }
    }
  }

  @Test(arguments: targets) func framePointerIsNoDestinationInAFrame(on target: Target) throws {
    let pointer = Register(target.abi.framePointer)
    var assembler = Assembler(target: target, features: .baseline)
    var lists = OperandLists()
    lists.conditions = [.eq]
    for op in Mnemonic.allCases {
      for field in op.destinations {
        var registers = (0..<op.registerCount()).map { Register($0) }
        registers[field] = pointer
        for instruction in op.instances(registers: registers, lists) {
          let flags: [Instruction] =
            [.addFlags(Register(0), Register(0), Register(0))] + (op == .sbb ? [.carryToBorrow] : [])
          let program = [.enter(0), .label(0)] + flags + [instruction]
          let error = refusal { () throws(EjitError) in try assembler.assemble(program.span) }
          if error?.kind == .registerConflict && error?.instruction == program.count - 1 { continue }
          Issue.record("\(target.abi): \(instruction.text): \(error.map { "\($0)" } ?? "accepted")")
        }
      }
    }
  }

  @Test(arguments: targets) func errorsStickUntilReset(on target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    let bad = [Instruction.nop, .shli(Register(0), Register(0), 99)]
    let first = refusal { () throws(EjitError) in try assembler.append(bad.span) }
    let second = refusal { () throws(EjitError) in try assembler.append([Instruction.nop].span) }
    let third = refusal { () throws(EjitError) in try assembler.finish() }
    #expect(first?.kind == .immediateOutOfRange && first?.instruction == 1)
    #expect(second == first && third == first)
    #expect(assembler.withCode { $0.count } == 0, "a program that was refused has code")
    assembler.reset()
    try expectReusable(&assembler)
  }

  @Test func indexCountsOverPiecesOfAProgram() {
    for target in ErrorTests.targets {
      var assembler = Assembler(target: target, features: .baseline)
      let nops = [Instruction](repeating: .nop, count: 100)
      let error = refusal { () throws(EjitError) in
        try assembler.append(nops.span)
        try assembler.append(contentsOf: nops)
        try assembler.append([Instruction.nop, .leave].span)
      }
      #expect(error == EjitError(.badFrame, instruction: 201))
    }
  }

  /// CMPXCHG16B is no part of the first x86-64; AArch64 has pairs from the start.
  @Test(arguments: targets) func featuresThatAnOpNeedsAreAskedFor(on target: Target) throws {
    let r = (0..<7).map { Register($0) }
    let v = (9..<13).map { VectorRegister($0) }
    let needing: [(Instruction, Features)] = [
      (.casPair(.sequential, r[0], r[1], r[2], r[3], r[4], r[5], r[6], 16), .cx16),
      (.fma(v[0], v[1], v[2], v[3]), .fma3), (.fms(width: .w32, v[0], v[1], v[2], v[3]), .fma3),
      (.fnma(width: .w32, v[0], v[1], v[2], v[3]), .fma3), (.fnms(v[0], v[1], v[2], v[3]), .fma3),
      (.fwidenHalf(v[0], v[1]), .f16c), (.fnarrowHalf(v[0], v[1]), .f16c),
    ]
    for (op, feature) in needing {
      let program = [.nop, op]
      for features in [Features.baseline, feature] {
        var assembler = Assembler(target: target, features: features)
        let error = refusal { () throws(EjitError) in try assembler.assemble(program.span) }
        let isMissing = target.architecture == .x86_64 && features == .baseline
        let expected = EjitError(.missingFeature, instruction: 1, detail: UInt64(feature.rawValue))
        #expect(error == (isMissing ? expected : nil))
      }
    }
  }

  /// Floating-point registers that a target lacks are refused in every field of every op.
  @Test(arguments: targets) func everyVectorFieldIsChecked(on target: Target) throws {
    let limit = target.abi.vectorNumbers.upperBound
    let missing = [
      VectorRegister(limit), VectorRegister(63), VectorRegister(rawValue: 0x80), .argument(8), .result(15),
    ]
    var assembler = Assembler(target: target, features: [.cx16, .fma3, .f16c, .avx])
    var count = 0
    for op in Mnemonic.allCases where op.family == .float || op == .fldLabel {
      for (field, bad) in (0..<op.vectorCount).flatMap({ field in missing.map { (field, $0) } }) {
        var lists = OperandLists()
        lists.vectors[field] = bad
        let registers = (0..<op.registerCount(lists)).map { Register($0) }
        for instruction in op.instances(registers: registers, lists) {
          let program = [.label(0), instruction]
          let error = refusal { () throws(EjitError) in try assembler.assemble(program.span) }
          count += 1
          if error == EjitError(.noSuchRegister, instruction: 1, detail: UInt64(bad.rawValue)) { continue }
          Issue.record("\(target.abi): \(instruction.text): \(error.map { "\($0)" } ?? "accepted")")
        }
      }
    }
    #expect(count > 900)
  }

  @Test func errorsAreSmall() {
    #expect(MemoryLayout<EjitError>.size <= 16)
    let kinds = Set(ErrorTests.rows.map(\.kind))
    // Tested where they arise: registers in this suite, reach in BranchRangeTests, features and entries in
    // ExecutableTests, full arenas and the system in ArenaTests, code that is not aligned in DataTests.
    let elsewhere: Set<EjitError.Kind> = [
      .noSuchRegister, .outOfReach, .missingFeature, .unalignedEntry, .arenaFull, .system,
    ]
    #expect(kinds.union(elsewhere) == Set(EjitError.Kind.allCases))
  }

  /// The assembler lowers a program as a fresh one does.
  private func expectReusable(_ assembler: inout Assembler) throws {
    let program: [Instruction] = [
      .label(5), .add(Register(0), Register(1), Register(2)), .branchi(.eq, Register(0), 3, 5), .ret,
    ]
    try assembler.assemble(program.span)
    var fresh = Assembler(target: assembler.target, features: assembler.features)
    try fresh.assemble(program.span)
    let (found, expected) = (bytes(of: assembler), bytes(of: fresh))
    if found != expected { Issue.record("after an error: \(hexBytes(found)), not \(hexBytes(expected))") }
  }
}

/// The finished code.
func bytes(of assembler: borrowing Assembler) -> [UInt8] {
  assembler.withCode { code in code.withUnsafeBufferPointer { [UInt8]($0) } }
}

extension Instruction {
  /// IR rule S-P2: base of addresses, `mov` of 64 bits.
  fileprivate func mayHaveStackPointer(in field: Int) -> Bool {
    switch self {
    case .mov(let w, _, _): w == .w64
    case .lea, .ld, .st, .ldSwapped, .stSwapped, .rmw: field == 1
    case .sti, .branchMem, .branchMemi, .jm, .callm, .rmwi, .decBranch, .prefetch, .fld, .fst, .fldPair, .fstPair:
      field == 0
    case .ldPair, .stPair, .fetch: field == 2
    case .ldAtomic, .stAtomic, .rmwAtomic: field == 1
    case .cas: field == 3
    case .casSet: field == 4
    case .casPair: field == 6
    default: false
    }
  }
}
