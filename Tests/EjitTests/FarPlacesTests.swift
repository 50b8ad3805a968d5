import Ejit
import EjitImage
import TestSupport
import Testing

/// Rows G2, G6, G14, G15, E5, K3: places that lie farther away than the short form of what leads to them reaches
/// (AArch64: 32 KiB for TBZ, 1 MiB for B.cond, ADR and LDR literal), in both directions and across sections.
@Suite struct FarPlacesTests {
  private static let (a, r, t) = (Register.argument(0), Register.result(0), Register.temporary(0))

  /// A program, and what it returns for arguments.
  struct Sample: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let program: [Instruction]
    let answers: [(argument: UInt64, result: UInt64)]
  }

  private static let (f, g) = (VectorRegister.argument(0), VectorRegister.argument(1))

  private static func far(_ bytes: UInt32, over label: Label) -> [Instruction] {
    [.j(label), .zeros(bytes), .label(label)]
  }

  static let samples: [Sample] = [100_000, 1 << 20, 3 << 20].flatMap { (gap: UInt32) -> [Sample] in
    [
      Sample(
        testDescription: "loads and addresses forward over \(gap)",
        program: [
          .ldLabel(.u64, r, 1), .ldLabel(.s32, t, 2), .add(r, r, t), .ldLabel(.u8, t, 3), .add(r, r, t),
          .adr(t, 1), .ld(.u16, t, .at(t)), .add(r, r, t), .ldConstant(t, 0x1234_5678_9ABC_DEF0), .add(r, r, t),
          .ldPatchable(7, 0x100_0000_0000, t), .add(r, r, t), .ret, .zeros(gap), .label(1),
          .data(.u64, 0x1122_3344_5566_7788),
          .label(2), .data(.u32, 0xFFFF_FFF0), .data(.u8, 9), .label(3), .data(.u8, 0x80), .align(4),
        ],
        answers: [
          (0, 0x1122_3344_5566_7788 &- 16 &+ 0x80 &+ 0x7788 &+ 0x1234_5678_9ABC_DEF0 &+ 0x100_0000_0000)
        ]),
      Sample(
        testDescription: "loads and addresses backward over \(gap)",
        program: [
          .j(9), .label(1), .data(.u64, 0x1122_3344_5566_7788), .label(2), .data(.u32, 0xFFFF_FFF0), .data(.u8, 9),
          .label(3), .data(.u64, 0x80), .zeros(gap), .align(4), .label(9), .ldLabel(.u64, r, 1), .ldLabel(.s32, t, 2),
          .add(r, r, t), .ldLabel(.u64, t, 3), .add(r, r, t), .adr(t, 1), .ld(.u16, t, .at(t)), .add(r, r, t), .ret,
        ],
        answers: [(0, 0x1122_3344_5566_7788 &- 16 &+ 0x80 &+ 0x7788)]),
      Sample(
        testDescription: "guards before and behind \(gap)",
        program: [.guardi(.ult, a, 10, 77, 1), .guard(.ne, a, a, 78, 1)] + far(gap, over: 2) + [
          .guardi(.ult, a, 5, 79, 1), .movi(r, 1), .ret, .section(.cold), .label(1), .mov(r, t), .ret,
        ],
        answers: [(12, 77), (3, 78)]),
      Sample(
        testDescription: "a late guard behind \(gap)",
        program: far(gap, over: 2) + [
          .guardi(.ult, a, 5, 79, 1), .movi(r, 1), .ret, .section(.cold), .label(1), .mov(r, t), .ret,
        ],
        answers: [(12, 79), (4, 1)]),
      Sample(
        testDescription: "branches that wait while \(gap) of data come",
        program: [
          .branchBit(.ne, a, 3, 1), .branchi(.eq, a, 1, 1), .branchBit(.ne, a, 2, 3), .movi(r, 0), .ret, .zeros(gap),
          .label(1), .addi(r, a, 100), .ret, .align(4096), .label(3), .addi(r, a, 200), .ret,
        ],
        answers: [(0, 0), (8, 108), (1, 101), (4, 204)]),
      Sample(
        testDescription: "branches between sections that are \(gap) long",
        program: [
          .branchBit(.ne, a, 3, 1), .branchi(.eq, a, 1, 1), .movi(r, 7), .ret, .section(.cold), .label(1),
          .addi(r, a, 100), .branchBit(.ne, a, 3, 2), .branchi(.eq, r, 101, 2), .ret, .zeros(gap), .section(.hot),
          .zeros(gap), .label(2), .addi(r, r, 1000), .ret,
        ],
        answers: [(0, 7), (8, 1108), (1, 1101)]),
      Sample(
        testDescription: "a jump table whose places are \(gap) away",
        program: [
          .tableEntry(1), .tableEntry(2), .jumpTable(a, 3), .zeros(gap), .label(1), .movi(r, 10), .ret, .section(.cold),
          .zeros(gap), .label(2), .movi(r, 11), .ret, .label(3), .movi(r, 12), .ret,
        ],
        answers: [(0, 10), (1, 11), (2, 12), (.max, 12)]),
    ] + floats(gap)
  }

  /// Numbers behind labels, in and in the middle of words, and behind the code; comparisons.
  private static func floats(_ gap: UInt32) -> [Sample] {
    let (two, three) = (Immediate(bits: 2.0.bitPattern), 3.0.bitPattern)
    return [
      Sample(
        testDescription: "numbers forward over \(gap)",
        program: [
          .fldLabel(f, 1), .fbits(r, f), .fldLabel(width: .w32, g, 2), .fbits(width: .w32, t, g), .add(r, r, t),
          .fldLabel(g, 3), .fbits(t, g), .add(r, r, t), .fmovi(f, Immediate(bits: 0.1.bitPattern)), .fbits(t, f),
          .add(r, r, t), .fmovi(width: .w32, g, 0x1234_5678), .fbits(width: .w32, t, g), .add(r, r, t), .ret,
          .zeros(gap), .label(1), .data(.u64, 0x1122_3344_5566_7788), .label(2), .data(.u32, 0xFFFF_FFF0),
          .data(.u8, 9), .label(3), .data(.u64, 0x80), .data(.u8, 9), .align(4),
        ],
        answers: [(0, 0x1122_3344_5566_7788 &+ 0xFFFF_FFF0 &+ 0x80 &+ 0.1.bitPattern &+ 0x1234_5678)]),
      Sample(
        testDescription: "numbers backward over \(gap)",
        program: [
          .j(9), .label(1), .data(.u64, 0x1122_3344_5566_7788), .label(2), .data(.u32, 0xFFFF_FFF0), .data(.u8, 9),
          .label(3), .data(.u64, 0x80), .zeros(gap), .align(4), .label(9), .fldLabel(f, 1), .fbits(r, f),
          .fldLabel(width: .w32, g, 2), .fbits(width: .w32, t, g), .add(r, r, t), .fldLabel(g, 3), .fbits(t, g),
          .add(r, r, t), .ret,
        ],
        answers: [(0, 0x1122_3344_5566_7788 &+ 0xFFFF_FFF0 &+ 0x80)]),
      Sample(
        testDescription: "canonical numbers before and behind \(gap)",
        program: [.fsetBits(f, a), .fcanon(f, f)] + far(gap, over: 2) + [
          .fcanon(width: .w32, g, f), .fcanon(g, f), .fbits(r, g), .ret,
        ],
        answers: [(0xFFF0_0000_0000_0001, 0x7FF8_0000_0000_0000), (three, three)]),
      Sample(
        testDescription: "canonical numbers in cold code behind \(gap)",
        program: [
          .fsetBits(f, a), .fcanon(f, f), .fsetBits(g, a), .j(1), .zeros(gap), .section(.cold), .label(1),
          .fcanon(f, g),
          .fcanon(g, g), .fbits(r, f), .fbits(t, g), .add(r, r, t), .ret,
        ],
        answers: [(0xFFF8_0000_0000_0001, 0xFFF0_0000_0000_0000), (1, 2)]),
      Sample(
        testDescription: "floats compared before \(gap)",
        program: [
          .fsetBits(f, a), .fmovi(g, two), .fbranch(.one, f, g, 1), .movi(r, 1), .ret, .zeros(gap), .label(1),
          .movi(r, 2), .ret,
        ],
        answers: [(two.bits, 1), (three, 2), (1.0.bitPattern, 2), (0x7FF8 << 48, 1)]),
      Sample(
        testDescription: "floats compared behind \(gap)",
        program: [
          .j(9), .label(1), .movi(r, 2), .ret, .zeros(gap), .align(4), .label(9), .fsetBits(f, a), .fmovi(g, two),
          .fbranch(.ueq, f, g, 1), .movi(r, 1), .ret,
        ],
        answers: [(two.bits, 2), (three, 1), (1.0.bitPattern, 1), (0x7FF8 << 48, 2)]),
    ]
  }

  @Test(arguments: samples) func farPlacesAreReachedHere(_ sample: Sample) throws {
    typealias Function = @convention(c) (UInt64) -> UInt64
    let code = try Executable(sample.program)
    for (argument, result) in sample.answers {
      #expect(unsafe code.withEntry(as: Function.self) { $0(argument) } == result)
    }
  }

  @Test(arguments: samples) func farPlacesAreReachedOnAArch64(_ sample: Sample) throws {
    guard isAvailable(TestMachine(target: .aarch64, features: .baseline)) else { return }
    var assembler = Assembler(target: .aarch64)
    try assembler.assemble(sample.program.span)
    var image = AArch64Image()
    let entry = try assembler.withCode { code in
      try image.addCode(code, alignment: assembler.alignment) { unsafe assembler.relocate($0, to: $1) }
    }
    let calls = try sample.answers.map { try image.addCall(entry, [$0.argument]) }
    let results = try image.run()
    for (call, answer) in zip(calls, sample.answers) { #expect(results[call].x0 == answer.result) }
  }
}
