import ExecutableMemory

// Code that faults. Bytes and comments are llvm-objdump's reading of what clang assembled.
extension Code {
  /// Fills every register, loads from its first argument at `loadSite`, and stores into the 64 words of its second
  /// one: whether the load was done, the first argument, a flag that was set, the stack pointer before and after, a
  /// vector register, and the others.
  static var loading: [UInt8] {
    #if arch(x86_64)
      [
        0x53,  // pushq %rbx
        0x55,  // pushq %rbp
        0x41, 0x54,  // pushq %r12
        0x41, 0x55,  // pushq %r13
        0x41, 0x56,  // pushq %r14
        0x41, 0x57,  // pushq %r15
        0x48, 0x89, 0x66, 0x18,  // movq %rsp, 24(%rsi)
        0xb8, 0x00, 0x00, 0x5a, 0x5a,  // movl $1515847680, %eax
        0xb9, 0x01, 0x00, 0x5a, 0x5a,  // movl $1515847681, %ecx
        0xba, 0x02, 0x00, 0x5a, 0x5a,  // movl $1515847682, %edx
        0xbb, 0x03, 0x00, 0x5a, 0x5a,  // movl $1515847683, %ebx
        0xbd, 0x04, 0x00, 0x5a, 0x5a,  // movl $1515847684, %ebp
        0x41, 0xb8, 0x05, 0x00, 0x5a, 0x5a,  // movl $1515847685, %r8d
        0x41, 0xb9, 0x06, 0x00, 0x5a, 0x5a,  // movl $1515847686, %r9d
        0x41, 0xba, 0x07, 0x00, 0x5a, 0x5a,  // movl $1515847687, %r10d
        0x41, 0xbb, 0x08, 0x00, 0x5a, 0x5a,  // movl $1515847688, %r11d
        0x41, 0xbc, 0x09, 0x00, 0x5a, 0x5a,  // movl $1515847689, %r12d
        0x41, 0xbd, 0x0a, 0x00, 0x5a, 0x5a,  // movl $1515847690, %r13d
        0x41, 0xbe, 0x0b, 0x00, 0x5a, 0x5a,  // movl $1515847691, %r14d
        0x41, 0xbf, 0x0c, 0x00, 0x5a, 0x5a,  // movl $1515847692, %r15d
        0x66, 0x4d, 0x0f, 0x6e, 0xc9,  // movq %r9, %xmm9
        0xf9,  // stc
        0x4c, 0x8b, 0x0f,  // movq (%rdi), %r9
        0xc7, 0x06, 0x01, 0x00, 0x00, 0x00,  // movl $1, (%rsi)
        0x48, 0x89, 0x46, 0x30,  // movq %rax, 48(%rsi)
        0x48, 0x89, 0x4e, 0x38,  // movq %rcx, 56(%rsi)
        0x48, 0x89, 0x56, 0x40,  // movq %rdx, 64(%rsi)
        0x48, 0x89, 0x5e, 0x48,  // movq %rbx, 72(%rsi)
        0x48, 0x89, 0x6e, 0x50,  // movq %rbp, 80(%rsi)
        0x4c, 0x89, 0x46, 0x58,  // movq %r8, 88(%rsi)
        0x4c, 0x89, 0x4e, 0x60,  // movq %r9, 96(%rsi)
        0x4c, 0x89, 0x56, 0x68,  // movq %r10, 104(%rsi)
        0x4c, 0x89, 0x5e, 0x70,  // movq %r11, 112(%rsi)
        0x4c, 0x89, 0x66, 0x78,  // movq %r12, 120(%rsi)
        0x4c, 0x89, 0xae, 0x80, 0x00, 0x00, 0x00,  // movq %r13, 128(%rsi)
        0x4c, 0x89, 0xb6, 0x88, 0x00, 0x00, 0x00,  // movq %r14, 136(%rsi)
        0x4c, 0x89, 0xbe, 0x90, 0x00, 0x00, 0x00,  // movq %r15, 144(%rsi)
        0x48, 0x89, 0x7e, 0x08,  // movq %rdi, 8(%rsi)
        0x0f, 0x92, 0x46, 0x10,  // setb 16(%rsi)
        0x48, 0x89, 0x66, 0x20,  // movq %rsp, 32(%rsi)
        0x66, 0x44, 0x0f, 0xd6, 0x4e, 0x28,  // movq %xmm9, 40(%rsi)
        0x41, 0x5f,  // popq %r15
        0x41, 0x5e,  // popq %r14
        0x41, 0x5d,  // popq %r13
        0x41, 0x5c,  // popq %r12
        0x5d,  // popq %rbp
        0x5b,  // popq %rbx
        0xc3,  // retq
      ]
    #elseif arch(arm64)
      bytes([
        0xa9ba_53f3,  // stp x19, x20, [sp, #-96]!
        0xa901_5bf5,  // stp x21, x22, [sp, #16]
        0xa902_63f7,  // stp x23, x24, [sp, #32]
        0xa903_6bf9,  // stp x25, x26, [sp, #48]
        0xa904_73fb,  // stp x27, x28, [sp, #64]
        0xa905_7bfd,  // stp x29, x30, [sp, #80]
        0x9100_03e9,  // mov x9, sp
        0xf900_0c29,  // str x9, [x1, #24]
        0xd28b_4002,  // mov x2, #23040
        0xd28b_4023,  // mov x3, #23041
        0xd28b_4044,  // mov x4, #23042
        0xd28b_4065,  // mov x5, #23043
        0xd28b_4086,  // mov x6, #23044
        0xd28b_40a7,  // mov x7, #23045
        0xd28b_40c8,  // mov x8, #23046
        0xd28b_40e9,  // mov x9, #23047
        0xd28b_410a,  // mov x10, #23048
        0xd28b_412b,  // mov x11, #23049
        0xd28b_414c,  // mov x12, #23050
        0xd28b_416d,  // mov x13, #23051
        0xd28b_418e,  // mov x14, #23052
        0xd28b_41af,  // mov x15, #23053
        0xd28b_41d0,  // mov x16, #23054
        0xd28b_41f1,  // mov x17, #23055
        0xd28b_4213,  // mov x19, #23056
        0xd28b_4234,  // mov x20, #23057
        0xd28b_4255,  // mov x21, #23058
        0xd28b_4276,  // mov x22, #23059
        0xd28b_4297,  // mov x23, #23060
        0xd28b_42b8,  // mov x24, #23061
        0xd28b_42d9,  // mov x25, #23062
        0xd28b_42fa,  // mov x26, #23063
        0xd28b_431b,  // mov x27, #23064
        0xd28b_433c,  // mov x28, #23065
        0xd28b_435d,  // mov x29, #23066
        0xd28b_437e,  // mov x30, #23067
        0x9e67_013d,  // fmov d29, x9
        0xeb09_013f,  // cmp x9, x9
        0xf940_0009,  // ldr x9, [x0]
        0xb900_0020,  // str w0, [x1]
        0xf900_1822,  // str x2, [x1, #48]
        0xf900_1c23,  // str x3, [x1, #56]
        0xf900_2024,  // str x4, [x1, #64]
        0xf900_2425,  // str x5, [x1, #72]
        0xf900_2826,  // str x6, [x1, #80]
        0xf900_2c27,  // str x7, [x1, #88]
        0xf900_3028,  // str x8, [x1, #96]
        0xf900_3429,  // str x9, [x1, #104]
        0xf900_382a,  // str x10, [x1, #112]
        0xf900_3c2b,  // str x11, [x1, #120]
        0xf900_402c,  // str x12, [x1, #128]
        0xf900_442d,  // str x13, [x1, #136]
        0xf900_482e,  // str x14, [x1, #144]
        0xf900_4c2f,  // str x15, [x1, #152]
        0xf900_5030,  // str x16, [x1, #160]
        0xf900_5431,  // str x17, [x1, #168]
        0xf900_5833,  // str x19, [x1, #176]
        0xf900_5c34,  // str x20, [x1, #184]
        0xf900_6035,  // str x21, [x1, #192]
        0xf900_6436,  // str x22, [x1, #200]
        0xf900_6837,  // str x23, [x1, #208]
        0xf900_6c38,  // str x24, [x1, #216]
        0xf900_7039,  // str x25, [x1, #224]
        0xf900_743a,  // str x26, [x1, #232]
        0xf900_783b,  // str x27, [x1, #240]
        0xf900_7c3c,  // str x28, [x1, #248]
        0xf900_803d,  // str x29, [x1, #256]
        0xf900_843e,  // str x30, [x1, #264]
        0xf900_0420,  // str x0, [x1, #8]
        0x9a9f_17e9,  // cset x9, eq
        0xf900_0829,  // str x9, [x1, #16]
        0x9100_03e9,  // mov x9, sp
        0xf900_1029,  // str x9, [x1, #32]
        0xfd00_143d,  // str d29, [x1, #40]
        0xa945_7bfd,  // ldp x29, x30, [sp, #80]
        0xa944_73fb,  // ldp x27, x28, [sp, #64]
        0xa943_6bf9,  // ldp x25, x26, [sp, #48]
        0xa942_63f7,  // ldp x23, x24, [sp, #32]
        0xa941_5bf5,  // ldp x21, x22, [sp, #16]
        0xa8c6_53f3,  // ldp x19, x20, [sp], #96
        0xd65f_03c0,  // ret
      ])
    #endif
  }

  #if arch(x86_64)
    static let loadSite = FaultSite(start: 0x5d, end: 0x60, recovery: 0x66, id: 0x1234_5678)
    private static let pattern: UInt64 = 0x5a5a_0000
    private static let registers: UInt64 = 13
    private static let destination: UInt64 = 6  // r9
  #elseif arch(arm64)
    static let loadSite = FaultSite(start: 0x98, end: 0x9c, recovery: 0xa0, id: 0x1234_5678)
    private static let pattern: UInt64 = 0x5a00
    private static let registers: UInt64 = 28  // without x18, which belongs to the platform
    private static let destination: UInt64 = 7  // x9
  #endif

  /// What `loading` stores after a fault, with 0 for the stack pointers.
  static func registersAfterFault(at address: UInt) -> [UInt64] {
    let vector = pattern + destination
    let stored = [0, UInt64(address), 1, 0, 0, vector] + (0..<registers).map { pattern + $0 }
    return stored + [UInt64](repeating: 0, count: 64 - stored.count)
  }

  /// Returns 1 after `instruction`, which is the site, and 2 if it faults.
  static func around(_ instruction: [UInt8]) -> (code: [UInt8], site: FaultSite) {
    let (end, length) = (UInt32(instruction.count), UInt32(returning(1).count))
    return (
      instruction + returning(1) + returning(2), FaultSite(start: 0, end: end, recovery: end + length, id: end)
    )
  }

  /// An instruction that does nothing.
  static var nothing: [UInt8] {
    #if arch(x86_64)
      [0x90]  // nop
    #elseif arch(arm64)
      bytes([0xd503_201f])  // nop
    #endif
  }

  /// Instructions that fault if their argument is 0, and how.
  static var faulting: [(instruction: [UInt8], kind: FaultHandler.Fault.Kind)] {
    #if arch(x86_64)
      [
        ([0x0f, 0x0b], .trap),  // ud2
        ([0xcc], .trap),  // int3
        ([0xf7, 0xf7], .arithmetic),  // divl %edi
        ([0x4c, 0x8b, 0x0f], .memory),  // movq (%rdi), %r9
        ([0x44, 0x88, 0x4f, 0x10], .memory),  // movb %r9b, 16(%rdi)
      ]
    #elseif arch(arm64)
      [
        (bytes([0xd422_4680]), .trap),  // brk #0x1234
        (bytes([0x0000_5678]), .trap),  // udf #22136
        (bytes([0xf940_0009]), .memory),  // ldr x9, [x0]
        (bytes([0x3900_4009]), .memory),  // strb w9, [x0, #16]
      ]
    #endif
  }
}
