import ExecutableMemory

/// A function with a place that may be changed. Bytes and comments are llvm-objdump's reading of what clang assembled.
struct PatchCode: Sendable {
  let code: [UInt8]
  let site: PatchSite
  /// What returns 1, where execution goes at first, and what returns 2; not of constants.
  let first: UInt
  let second: UInt

  init(_ code: [UInt8], _ kind: PatchSite.Kind, at offset: UInt32, first: UInt = 0, second: UInt = 0) {
    self.code = code
    site = PatchSite(id: 77, offset: offset, kind: kind)
    self.first = first
    self.second = second
  }

  #if arch(x86_64)
    static let jump = PatchCode(
      [
        0x90, 0x90, 0x90,  // nop; nop; nop
        0xe9, 0x00, 0x00, 0x00, 0x00,  // jmp first
        0xb8, 0x01, 0x00, 0x00, 0x00,  // first: movl $1, %eax
        0xc3,  // retq
        0xb8, 0x02, 0x00, 0x00, 0x00,  // second: movl $2, %eax
        0xc3,  // retq
      ], .jump, at: 3, first: 8, second: 14)

    static let call = PatchCode(
      [
        0x90, 0x90, 0x90,  // nop; nop; nop
        0xe8, 0x01, 0x00, 0x00, 0x00,  // callq first
        0xc3,  // retq
        0xb8, 0x01, 0x00, 0x00, 0x00,  // first: movl $1, %eax
        0xc3,  // retq
        0xb8, 0x02, 0x00, 0x00, 0x00,  // second: movl $2, %eax
        0xc3,  // retq
      ], .call, at: 3, first: 9, second: 15)

    static let nop = PatchCode(
      [
        0x90, 0x90, 0x90,  // nop; nop; nop
        0x0f, 0x1f, 0x44, 0x00, 0x00,  // nopl (%rax,%rax)
        0xb8, 0x01, 0x00, 0x00, 0x00,  // first: movl $1, %eax
        0xc3,  // retq
        0xb8, 0x02, 0x00, 0x00, 0x00,  // second: movl $2, %eax
        0xc3,  // retq
      ], .nop, at: 3, first: 8, second: 14)

    static let constant = PatchCode(
      [
        0x48, 0x8b, 0x05, 0x01, 0x00, 0x00, 0x00,  // movq 1(%rip), %rax
        0xc3,  // retq
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // .quad 1
      ], .constant, at: 8)
  #elseif arch(arm64)
    static let jump = PatchCode(
      Code.bytes([
        0xd503_201f,  // nop
        0x1400_0001,  // b first
        0x5280_0020,  // first: mov w0, #1
        0xd65f_03c0,  // ret
        0x5280_0040,  // second: mov w0, #2
        0xd65f_03c0,  // ret
      ]), .jump, at: 4, first: 8, second: 16)

    static let call = PatchCode(
      Code.bytes([
        0xa9bf_7bfd,  // stp x29, x30, [sp, #-16]!
        0x9400_0003,  // bl first
        0xa8c1_7bfd,  // ldp x29, x30, [sp], #16
        0xd65f_03c0,  // ret
        0x5280_0020,  // first: mov w0, #1
        0xd65f_03c0,  // ret
        0x5280_0040,  // second: mov w0, #2
        0xd65f_03c0,  // ret
      ]), .call, at: 4, first: 16, second: 24)

    static let nop = PatchCode(
      Code.bytes([
        0xd503_201f,  // nop
        0x5280_0020,  // first: mov w0, #1
        0xd65f_03c0,  // ret
        0x5280_0040,  // second: mov w0, #2
        0xd65f_03c0,  // ret
      ]), .nop, at: 0, first: 4, second: 12)

    static let constant = PatchCode(
      Code.bytes([
        0x5800_0040,  // ldr x0, .+8
        0xd65f_03c0,  // ret
        0x0000_0001, 0x0000_0000,  // .quad 1
      ]), .constant, at: 8)
  #endif

  static let branches = [jump, call, nop]
}
