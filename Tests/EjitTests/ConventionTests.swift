import Ejit
import TestSupport
import Testing

/// Row H1: five calling conventions as values, each against clang's output for the same signatures.
@Suite struct ConventionTests {
  struct Convention: Sendable, CustomTestStringConvertible {
    let target: Target
    let triple: String
    var testDescription: String { triple }
  }

  static let conventions = [
    Convention(target: .x86_64, triple: "x86_64-linux-gnu"),
    Convention(target: .x86_64Windows, triple: "x86_64-pc-windows-msvc"),
    Convention(target: .aarch64, triple: "aarch64-linux-gnu"),
    Convention(target: .aarch64Apple, triple: "arm64-apple-macos"),
    Convention(target: .aarch64Windows, triple: "aarch64-pc-windows-msvc"),
  ]

  @Test(arguments: conventions) func argumentsLieWhereClangPutsThem(_ convention: Convention) throws {
    guard hasTools(.clang, .objcopy, .objdump) else { return }
    let comparison = try ArgumentComparison(convention.target, triple: convention.triple)
    #expect(comparison.differences == [])
    #expect(comparison.count > 250)
  }

  @Test func vectorRegistersAreThoseOfTheCallingConvention() {
    let arm = [ABI.aapcs64, .appleARM64, .windowsARM64]
    for abi in arm {
      #expect(abi.vectorArgumentCount == 8 && abi.vectorResults == [0, 1, 2, 3] && abi.savedVectors == Array(8...15))
      #expect(abi.temporaryVectors == Array(16...30) && abi.clobberedVectors == 0x7FFF_00FF && abi.homeBytes == 0)
      #expect(abi.numbers == ABI.aapcs64.numbers && abi.saved == ABI.aapcs64.saved && abi.results == [0, 1])
    }
    #expect(ABI.sysV.savedVectors == [] && ABI.sysV.clobberedVectors == 0x7FFF && ABI.sysV.vectorResults == [0, 1])
    #expect(ABI.win64.savedVectors == Array(5...14) && ABI.win64.clobberedVectors == 0x1F && ABI.win64.homeBytes == 32)
    #expect(ABI.sysV.vectorArgumentCount == 8 && ABI.win64.vectorArgumentCount == 4)
  }

  /// Windows x64 preserves xmm6 and up whole, of which number 5 is the last; what is saved lies below the saved registers, aligned.
  @Test func framesForWindowsSaveVectorRegisters() throws {
    guard hasTools(.objcopy, .objdump) else { return }
    var assembler = Assembler(target: .x86_64Windows, features: .baseline)
    try assembler.assemble([.enter(40, saving: [Register(6)], vectors: 3), .leave, .ret])
    let code = try Disassembler.disassemble([assembler.copyCode()], for: .x86_64)
    #expect(
      code[0]?.map(\.text) == [
        "push rbp", "mov rbp, rsp", "push rbx", "sub rsp, 0x68", "movaps xmmword ptr [rbp - 0x20], xmm15",
        "movaps xmmword ptr [rbp - 0x30], xmm6", "movaps xmmword ptr [rbp - 0x40], xmm7",
        "movaps xmm15, xmmword ptr [rbp - 0x20]", "movaps xmm6, xmmword ptr [rbp - 0x30]",
        "movaps xmm7, xmmword ptr [rbp - 0x40]", "lea rsp, [rbp - 0x8]", "pop rbx", "pop rbp", "ret",
      ])
  }
}
