import Foundation
import Testing

/// `ejit lower`: the listing and the bytes. Expected bytes and texts are those of clang and llvm-objdump.
@Suite struct LowerTests {
  private static let program = """
    function store
      mov arg3, arg1
    again:
      st u8, arg3, [arg0]
      j again
      ret
    """

  @Test func printsOffsetBytesAndInstruction() throws {
    try Folder.with { folder in
      let file = try folder.write(LowerTests.program, to: "store.ejit")
      let out = folder.path("code")
      try ToolProcess(
        "lower", file, "--target", "aarch64", "--out", out, environment: ["PATH": folder.path]
      ).expect(
        0,
        output: """
               0                                   function store
               0  e3 03 01 aa                        mov arg3, arg1
               4                                   again:
               4  03 00 00 39                        st u8, arg3, [arg0]
               8  ff ff ff 17                        j again
               c  c0 03 5f d6                        ret

          """)
      let words: [UInt32] = [0xAA01_03E3, 0x3900_0003, 0x17FF_FFFF, 0xD65F_03C0]
      #expect(try folder.data("code") == words.withUnsafeBytes { Data($0) })
    }
  }

  @Test(.enabled(if: Available.disassembler)) func printsTheDisassembly() throws {
    try Folder.with { folder in
      let file = try folder.write(LowerTests.program, to: "store.ejit")
      try ToolProcess("lower", file, "--target", "x86-64").expect(
        0,
        output: """
               0                                   function store
               0  48 89 f1                           mov arg3, arg1                          mov rcx, rsi
               3                                   again:
               3  88 0f                              st u8, arg3, [arg0]                     mov byte ptr [rdi], cl
               5  eb fc                              j again                                 jmp 0x3
               7  c3                                 ret                                     ret

          """)
    }
  }

  @Test func featuresChangeTheCode() throws {
    try Folder.with { folder in
      let file = try folder.write("  popcnt res0, arg0\n  ret\n", to: "weigh.ejit")
      let out = folder.path("code")
      func code(_ options: String...) throws -> Data {
        let process = try ToolProcess(["lower", file, "--target", "x86-64", "--out", out] + options)
        #expect(process.status == 0 && process.errors == "")
        return try folder.data("code")
      }
      let popcnt = Data([0xF3, 0x48, 0x0F, 0xB8, 0xC7, 0xC3])  // popcnt rax, rdi; ret
      #expect(try code("--features", "lzcnt,popcnt") == popcnt)
      #expect(try code() != popcnt)
      #expect(try code("--features", "") == code())
      #expect(try !code("--features", "host").isEmpty)
    }
  }

  @Test func listsEveryProgramForBothTargets() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: Repository.programs) {
      for target in ["x86-64", "aarch64"] where !["errors.ejit", "malformed.ejit"].contains(name) {
        let file = "\(Repository.programs)/\(name)"
        let process = try ToolProcess("lower", file, "--target", target, environment: ["PATH": "/nonexistent"])
        #expect(process.status == 0 && process.errors == "", "\(name) \(target)")
      }
    }
    let errors = Repository.program("errors")
    let refusal = "\(errors):5:3: error: noSuchRegister: the target has no such register (x86-64)\n"
    try ToolProcess("lower", errors, "--target", "x86-64").expect(2, output: "", errors: refusal)
  }
}
