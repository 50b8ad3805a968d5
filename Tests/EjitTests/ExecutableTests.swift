import Ejit
import TestSupport
import Testing

/// Rows N1, N2 and N4: what depends on the host is refused before anything is mapped, features are values, and entry
/// points are checked.
@Suite struct ExecutableTests {
  private let program: [Instruction] = [
    .movi(.result(0), 1), .ret, .label(5), .popcnt(.result(0), .argument(0)), .ret,
  ]

  private func error(of body: () throws -> Void) -> EjitError? {
    do {
      try body()
      return nil
    } catch { return error as? EjitError }
  }

  @Test func codeOfAnotherMachineIsRefused() throws {
    let other: Target = Target.host.architecture == .x86_64 ? .aarch64 : .x86_64
    var assembler = Assembler(target: other)
    #expect(assembler.features == .baseline, "the host's features are no other target's")
    try assembler.assemble(program.span)
    #expect(error { _ = try Executable(assembler) }?.kind == .missingFeature)
    let arena = try CodeArena(capacity: 1 << 16)
    #expect(error { _ = try arena.add(assembler) }?.kind == .missingFeature)
  }

  @Test func featuresThatTheHostLacksAreRefusedByName() throws {
    let lacking: Features = Target.host.architecture == .x86_64 ? [.cssc, .flagM] : [.bmi1, .popcnt]
    var assembler = Assembler(target: .host, features: Features.detected.union(lacking))
    try assembler.assemble([Instruction.ret].span)
    #expect(error { _ = try Executable(assembler) } == EjitError(.missingFeature, detail: UInt64(lacking.rawValue)))
  }

  @Test func loweringDependsOnTheFeaturesGivenAndNothingElse() throws {
    for target in [Target.x86_64, .aarch64] {
      for features in [
        Features.baseline, [.bmi1], [.bmi2], [.lzcnt], [.popcnt], [.flagM], [.bmi1, .bmi2, .lzcnt, .popcnt],
      ] {
        var first = Assembler(target: target, features: features)
        var second = Assembler(target: target, features: features)
        try first.assemble(program.span)
        try second.assemble(program.span)
        #expect(bytes(of: first) == bytes(of: second))
        #expect(first.features == features)
      }
    }
  }

  @Test func entriesAreCheckedBeforeTheyAreCalled() throws {
    typealias Function = @convention(c) (UInt64) -> UInt64
    let code = try Executable(program)
    #expect(unsafe code.withEntry(as: Function.self) { $0(7) } == 1)
    #expect(try unsafe code.withEntry(at: 5, as: Function.self) { $0(7) } == 3)
    #expect(
      error { try unsafe code.withEntry(at: 6, as: Function.self) { _ in } } == EjitError(.unboundLabel, detail: 6))
    for offset in [-1, code.count, code.count + 16, Int.max, Int.min] {
      let expected = EjitError(.unalignedEntry, detail: UInt64(bitPattern: Int64(offset)))
      #expect(error { try unsafe code.withEntry(atOffset: offset, as: Function.self) { _ in } } == expected)
    }
    #expect(code.offset(of: 5) != nil && code.offset(of: 6) == nil)
  }

  @Test func errorsOfTheSystemKeepTheirNumber() throws {
    let arena = try CodeArena(capacity: 1 << 16)
    var assembler = Assembler()
    try assembler.assemble([Instruction](repeating: .movi(.result(0), 0x1234_5678_9ABC_DEF0), count: 20_000).span)
    #expect(error { _ = try arena.add(assembler) } == EjitError(.arenaFull))
    #expect(EjitError(.arenaFull).instruction == nil)
    let refused = #expect(throws: SystemError.self) { _ = try CodeArena(capacity: 1 << 60) }
    #expect(refused.map { EjitError($0) } == EjitError(.system, detail: 12))  // ENOMEM
  }

  @Test func rolesAreThoseOfTheCallingConvention() {
    // System V AMD64 ABI, figure 3.4; Windows x64 calling convention; AAPCS64, section 6.1.1.
    let rows: [(ABI, [Int], [Int], [Int], Int)] = [
      (.sysV, [0, 1, 2, 3, 4, 5], [6, 2], [8, 9, 10, 11, 12], 13),
      (.win64, [0, 1, 2, 3], [4], [6, 7, 8, 9, 10, 11, 12], 13),
      (.aapcs64, [0, 1, 2, 3, 4, 5, 6, 7], [0, 1], Array(19...28), 29),
    ]
    for (abi, arguments, results, saved, frame) in rows {
      #expect((0..<8).compactMap { abi.number(of: .argument($0)) } == arguments)
      #expect((0..<8).compactMap { abi.number(of: .result($0)) } == results)
      #expect((0..<16).compactMap { abi.number(of: .saved($0)) } == saved)
      #expect(abi.framePointer == frame && abi.number(of: .sp) == nil)
      for number in abi.numbers { #expect(abi.isPreserved(number) == (saved + [frame]).contains(number)) }
      #expect(abi.temporaries.allSatisfy { !abi.isPreserved($0) && !arguments.contains($0) && !results.contains($0) })
    }
    #expect(ABI.aapcs64.numbers.allSatisfy { ![16, 17, 18, 31].contains($0) }, "scratch, platform and zero register")
  }
}
