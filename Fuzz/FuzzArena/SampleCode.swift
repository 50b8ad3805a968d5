import ExecutableMemory

/// A function that returns 1, or 2 once its site was changed. Bytes and comments are llvm-objdump's reading of what
/// clang assembled.
struct SampleCode: Sendable {
  let bytes: [UInt8]
  let site: PatchSite
  /// Where a branch at the site leads to return 1, and to return 2; not of constants.
  var first: UInt = 0
  var second: UInt = 0

  /// Bytes of a branch.
  #if arch(x86_64)
    static let siteLength = 5
  #elseif arch(arm64)
    static let siteLength = 4
  #endif

  #if arch(x86_64)
    private static let returns: [UInt8] = [
      0xB8, 0x01, 0x00, 0x00, 0x00,  // movl $1, %eax
      0xC3,  // retq
      0xB8, 0x02, 0x00, 0x00, 0x00,  // movl $2, %eax
      0xC3,  // retq
    ]
    private static let pad: [UInt8] = [0x90, 0x90, 0x90]  // nop; nop; nop
    static let jump = SampleCode(
      bytes: pad + [0xE9, 0x00, 0x00, 0x00, 0x00] /* jmp .+5 */ + returns,
      site: PatchSite(id: 1, offset: 3, kind: .jump), first: 8, second: 14)
    static let nop = SampleCode(
      bytes: pad + [0x0F, 0x1F, 0x44, 0x00, 0x00] /* nopl (%rax,%rax) */ + returns,
      site: PatchSite(id: 2, offset: 3, kind: .nop), first: 8, second: 14)
    static let constant = SampleCode(
      bytes: [
        0x48, 0x8B, 0x05, 0x01, 0x00, 0x00, 0x00,  // movq 1(%rip), %rax
        0xC3,  // retq
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // .quad 1
      ], site: PatchSite(id: 3, offset: 8, kind: .constant))
  #elseif arch(arm64)
    private static let returns: [UInt8] = [
      0x20, 0x00, 0x80, 0x52, 0xC0, 0x03, 0x5F, 0xD6,  // mov w0, #1; ret
      0x40, 0x00, 0x80, 0x52, 0xC0, 0x03, 0x5F, 0xD6,  // mov w0, #2; ret
    ]
    static let jump = SampleCode(
      bytes: [0x01, 0x00, 0x00, 0x14] /* b .+4 */ + returns, site: PatchSite(id: 1, offset: 0, kind: .jump),
      first: 4, second: 12)
    static let nop = SampleCode(
      bytes: [0x1F, 0x20, 0x03, 0xD5] /* nop */ + returns, site: PatchSite(id: 2, offset: 0, kind: .nop),
      first: 4, second: 12)
    static let constant = SampleCode(
      bytes: [
        0x40, 0x00, 0x00, 0x58,  // ldr x0, .+8
        0xC0, 0x03, 0x5F, 0xD6,  // ret
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // .quad 1
      ], site: PatchSite(id: 3, offset: 8, kind: .constant))
  #endif

  static let all = [jump, nop, constant]
}
