import Ejit
import TestSupport
import Testing

/// What float ops read behind the code on x86-64: constants of 8 bytes, and of 16 that begin at multiples of that, each
/// once, whatever lies before and between.
@Suite struct FloatConstantTests {
  private let a = VectorRegister(9)
  private let b = VectorRegister(10)

  @Test func constantsAreShared() throws {
    var assembler = Assembler(target: .x86_64, features: .baseline)
    func tail(_ program: [Instruction]) throws -> Int {
      try assembler.assemble((program + [.align(16), .mark(1)]).span)
      let end = assembler.marks.offset(of: 1)!
      return assembler.count - end
    }
    #expect(try tail([.fadd(a, a, b)]) == 0)
    #expect(try tail([.fmovi(a, 5), .fmovi(b, 5), .ldConstant(Register(1), 5)]) == 8)
    #expect(try tail([.fneg(a, a), .fneg(b, b), .fcopysign(a, a, b)]) == 2 * 16)
    #expect(try tail([.fneg(a, a), .fneg(width: .w32, a, a), .fabs(width: .w32, b, b)]) == 3 * 16)
    // A word, its gap and 16 bytes; the same word in front of itself is none of 16 bytes.
    #expect(try tail([.ldConstant(Register(1), 0x4000_0000_0000_0000), .fneg(a, a)]) == 8 + 8 + 16)
    #expect(try tail([.fmovi(a, Immediate(bits: 1 << 63)), .fneg(a, a), .fmovi(b, 5)]) == 8 + 8 + 16 + 8)
  }

  /// Constants are looked for by a hash: the high half of a product, which these two have in common.
  @Test func constantsOfOneHashStayApart() throws {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var inverse = factor
    for _ in 0..<6 { inverse = inverse &* (2 &- factor &* inverse) }
    let first: UInt64 = 0x8123_4567_89AB_CDEF
    let second = (first &* factor ^ 1) &* inverse
    #expect(first != second && (first &* factor) >> 32 == (second &* factor) >> 32)
    var assembler = Assembler(target: .x86_64, features: .baseline)
    let loads = [first, second, first].map { Instruction.ldConstant(Register(9), Imm64(bits: $0)) }
    try assembler.assemble(loads.span)
    let code = assembler.copyCode()
    let words = code.suffix(16).withUnsafeBytes { bytes in
      [0, 8].map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self) }
    }
    #expect(words == [first, second])
  }

  @Test func codeSaysWhatItMustBeAlignedTo() throws {
    var assembler = Assembler(target: .x86_64, features: .baseline)
    for (program, alignment): ([Instruction], Int) in [
      ([.fadd(a, a, b)], 1), ([.fmovi(a, 5)], 8), ([.fneg(a, a)], 16), ([.fmovi(a, 0)], 1), ([.fabs(a, a)], 16),
    ] {
      try assembler.assemble(program.span)
      let found = assembler.alignment
      #expect(found == alignment)
    }
  }

  #if arch(x86_64)
    /// Behind code of every length, in both sections, among words and a jump table.
    @Test func constantsAreFoundBehindAnyCode() throws {
      guard Executable.isSupported else { return }
      typealias Function = @convention(c) (UInt64, Double) -> Double
      let (index, x) = (Register.argument(0), VectorRegister.argument(0))
      for features in [Features.baseline, .detected] {
        for gap: UInt32 in 0..<33 {
          var assembler = Assembler(features: features)
          let head: [Instruction] = [
            .nops(gap), .ldConstant(Register(6), 0x100_0000_0000), .tableEntry(1), .tableEntry(2), .tableEntry(3),
            .jumpTable(index, 4), .label(1), .fneg(x, x), .ret,
          ]
          let rest: [Instruction] = [
            .section(.cold), .label(2), .fabs(x, x), .ret, .nops(gap & 5), .label(3), .fround(.nearestAway, x, x), .ret,
            .section(.hot), .label(4), .fmovi(x, Immediate(bits: (0.1).bitPattern)), .ret,
          ]
          try assembler.assemble((head + rest).span)
          let code = try Executable(assembler)
          let results = unsafe code.withEntry(as: Function.self) { f in
            (0..<4).map { f($0, -2.5) }
          }
          #expect(results == [2.5, 2.5, -3, 0.1])
        }
      }
    }
  #endif
}
