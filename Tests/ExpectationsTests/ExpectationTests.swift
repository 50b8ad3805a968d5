import Ejit
import Testing

@testable import Expectations

/// The sweep and the fuzzer of encodings find what they are for.
@Suite(.enabled(if: LLVMDisassembler(for: .x86_64) != nil, "needs LLVM's library"))
struct ExpectationTests {
  /// Ops without bits that the machine ignores.
  private let ops: [Instruction] = {
    let (d, a, b, c) = (Register(12), Register(11), Register(10), Register(9))
    return [
      .add(d, a, b), .add(width: .w32, d, d, b), .sub(d, a, b), .addi(d, a, 0x123), .andi(d, a, 0xFF0),
      .madd(d, a, b, c), .shli(d, a, 5), .ubfx(d, a, 3, 7), .ld(.u64, d, .at(a, b, shift: 2, 0x80)),
      .st(.u16, d, .at(a, 0x84)), .select(d, .slt, a, b, c, Register(5)), .clz(d, a), .branch(.ult, a, b, 0),
    ]
  }()

  @Test func aWrongBitIsNoticed() throws {
    for target in [Target.x86_64, .aarch64] {
      let verifier = try #require(Verifier(target: target, features: .baseline))
      for op in ops { #expect(verifier.unnoticedBits(of: op) == [], "\(op) on \(target.architecture)") }
    }
  }

  @Test func aWrongByteOfWhatIsNoInstructionIsNoticed() throws {
    for target in [Target.x86_64, .aarch64] {
      let verifier = try #require(Verifier(target: target, features: .baseline))
      for op in [.data(.u16, 0x1234), .data(.f64, 5), .dataAddress(7), .zeros(9), .raw(0x1234_5678, 4)] as [Instruction]
      {
        #expect(verifier.unnoticedBits(of: op) == [], "\(op) on \(target.architecture)")
      }
      // Other no-operations do nothing either.
      let unnoticed = verifier.unnoticedBits(of: .nops(16))
      #expect(!unnoticed.contains(-1) && unnoticed.count < 100, "\(target.architecture)")
      for op in [.nops(8), .align(64), .section(.cold), .section(.hot), .tableEntry(1), .faultSite(3, 2)]
        as [Instruction]
      {
        guard case .agrees = verifier.check(op) else {
          Issue.record("\(op) on \(target.architecture)")
          continue
        }
      }
      for op in [.nops(4097), .align(3), .align(8192), .zeros(1 << 24 + 1), .data(.u8, 256), .raw(1, 9)]
        as [Instruction]
      {
        guard case .refused = verifier.check(op) else {
          Issue.record("\(op) on \(target.architecture)")
          continue
        }
      }
    }
  }

  @Test func anythingLoweredThatMustBeRefusedIsNoticed() throws {
    let verifier = try #require(Verifier(target: .x86_64, features: .baseline))
    guard case .refused = verifier.check(.shli(Register(1), Register(2), 64)) else {
      Issue.record("a count of the width")
      return
    }
  }

  /// On Windows other registers have the same numbers: fewer of each op show it.
  @Test(arguments: [(Target.x86_64, 800, 50_000), (.x86_64Windows, 80, 5_000), (.aarch64, 800, 50_000)])
  func aSampleOfEveryOpAgrees(on target: Target, _ limit: Int, _ least: Int) throws {
    var sweep = EncodingSweep(target: target, slice: (0, 1))
    sweep.limit = UInt64(limit)
    var compared = 0
    let ran = sweep.run { row in
      compared += row.compared
      #expect(row.mismatches == 0, "\(row.name): \(row.example ?? "")")
    }
    #expect(ran && compared > least)
    #expect(sweep.distinct() > least / 5 * 4)
  }

  /// LLVM's own assembler wrote these words: `abs x12, x11; cnt w12, w11; smax x12, x11, x10; umin w12, w11, w10`.
  @Test func scalarExtensionsAreRead() {
    let words: [(UInt32, String)] = [
      (0xDAC0_216C, "abs x12, x11"), (0x5AC0_1D6C, "cnt w12, w11"), (0x9ACA_616C, "smax x12, x11, x10"),
      (0x1ACA_6D6C, "umin w12, w11, w10"), (0xDAC0_196C, "ctz x12, x11"), (0x1ACA_696C, "smin w12, w11, w10"),
      (0x9ACA_656C, "umax x12, x11, x10"),
    ]
    for (word, text) in words {
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
      #expect(bytes.withUnsafeBufferPointer { CSSC.text(of: $0) } == Array(text.utf8))
    }
  }
}
