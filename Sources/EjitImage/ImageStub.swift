/// The code that the program starts with: it makes the calls and writes what they left.
///
/// The right column is the assembler source of the left one; a test assembles it and compares. Numbers in it are
/// offsets into the control block (from x9 or x19) and into the records of calls and results: see `ImageLayout`.
/// System calls are those of Linux, include/uapi/asm-generic/unistd.h.
///
/// A signal does not end the program: it becomes the status of the call that caused it, and the next call follows.
/// The handler leaves the signal stack by a jump, which is allowed because the signal is not blocked (SA_NODEFER).
enum ImageStub {
  /// Where the signal handler begins, in words.
  static let handler = 82

  static let words: [UInt32] = [
    // start:
    0xD280_0020,  // mov x0, #1  // PR_SET_PDEATHSIG: do not outlive the process that waits
    0xD280_0121,  // mov x1, #9  // SIGKILL
    0xD280_14E8,  // mov x8, #167  // prctl
    0xD400_0001,  // svc #0
    0xD2A2_0013,  // mov x19, #0x10000000
    0x9100_03EB,  // mov x11, sp
    0xF900_126B,  // str x11, [x19, #32]  // the stack to return to
    0x9100_A260,  // add x0, x19, #40
    0xD280_0001,  // mov x1, #0
    0xD280_1088,  // mov x8, #132  // sigaltstack
    0xD400_0001,  // svc #0
    0x9102_8274,  // add x20, x19, #160
    // handlers:  // every signal of the list
    0xF840_8680,  // ldr x0, [x20], #8
    0xB400_00E0,  // cbz x0, next
    0x9101_0261,  // add x1, x19, #64
    0xD280_0002,  // mov x2, #0
    0xD280_0103,  // mov x3, #8  // the size of a signal mask
    0xD280_10C8,  // mov x8, #134  // rt_sigaction
    0xD400_0001,  // svc #0
    0x17FF_FFF9,  // b handlers
    // next:  // begins a call, or is done
    0xD2A2_0009,  // mov x9, #0x10000000
    0xA940_2D2A,  // ldp x10, x11, [x9]  // how many, which
    0xEB0A_017F,  // cmp x11, x10
    0x5400_0802,  // b.hs done
    0xD280_0040,  // mov x0, #2  // ITIMER_PROF
    0x9101_8121,  // add x1, x9, #96
    0xD280_0002,  // mov x2, #0
    0xD280_0CE8,  // mov x8, #103  // setitimer
    0xD400_0001,  // svc #0
    0xA94F_4D32,  // ldp x18, x19, [x9, #240]  // what must be preserved
    0xA950_5534,  // ldp x20, x21, [x9, #256]
    0xA951_5D36,  // ldp x22, x23, [x9, #272]
    0xA952_6538,  // ldp x24, x25, [x9, #288]
    0xA953_6D3A,  // ldp x26, x27, [x9, #304]
    0xA954_753C,  // ldp x28, x29, [x9, #320]
    0x6D55_2528,  // ldp d8, d9, [x9, #336]
    0x6D56_2D2A,  // ldp d10, d11, [x9, #352]
    0x6D57_352C,  // ldp d12, d13, [x9, #368]
    0x6D58_3D2E,  // ldp d14, d15, [x9, #384]
    0xF940_092A,  // ldr x10, [x9, #16]
    0x6D44_0540,  // ldp d0, d1, [x10, #64]  // the arguments
    0x6D45_0D42,  // ldp d2, d3, [x10, #80]
    0x6D46_1544,  // ldp d4, d5, [x10, #96]
    0x6D47_1D46,  // ldp d6, d7, [x10, #112]
    0xF940_4150,  // ldr x16, [x10, #128]  // the entry
    0xA940_0540,  // ldp x0, x1, [x10]
    0xA941_0D42,  // ldp x2, x3, [x10, #16]
    0xA942_1544,  // ldp x4, x5, [x10, #32]
    0xA943_1D46,  // ldp x6, x7, [x10, #48]
    0xD63F_0200,  // blr x16
    0xD2A2_0009,  // mov x9, #0x10000000
    0xF940_0D2A,  // ldr x10, [x9, #24]
    0xA900_8540,  // stp x0, x1, [x10, #8]  // the results
    0x6D01_8540,  // stp d0, d1, [x10, #24]
    0xF940_112C,  // ldr x12, [x9, #32]
    0x9100_03EB,  // mov x11, sp
    0xCB0C_016B,  // sub x11, x11, x12
    0xA902_C94B,  // stp x11, x18, [x10, #40]  // what should have been preserved
    0xA903_D153,  // stp x19, x20, [x10, #56]
    0xA904_D955,  // stp x21, x22, [x10, #72]
    0xA905_E157,  // stp x23, x24, [x10, #88]
    0xA906_E959,  // stp x25, x26, [x10, #104]
    0xA907_F15B,  // stp x27, x28, [x10, #120]
    0xF900_455D,  // str x29, [x10, #136]
    0x6D09_2548,  // stp d8, d9, [x10, #144]
    0x6D0A_2D4A,  // stp d10, d11, [x10, #160]
    0x6D0B_354C,  // stp d12, d13, [x10, #176]
    0x6D0C_3D4E,  // stp d14, d15, [x10, #192]
    0xD280_002B,  // mov x11, #1  // the status: returned
    0xF900_014B,  // str x11, [x10]
    // advance:  // whatever the call did to the stack is undone
    0xF940_112B,  // ldr x11, [x9, #32]
    0x9100_017F,  // mov sp, x11
    0xF940_052B,  // ldr x11, [x9, #8]
    0x9100_056B,  // add x11, x11, #1
    0xF900_052B,  // str x11, [x9, #8]
    0xF940_092B,  // ldr x11, [x9, #16]
    0x9102_216B,  // add x11, x11, #136
    0xF900_092B,  // str x11, [x9, #16]
    0xF940_0D2B,  // ldr x11, [x9, #24]
    0x9103_416B,  // add x11, x11, #208
    0xF900_0D2B,  // str x11, [x9, #24]
    0x17FF_FFC3,  // b next
    // handler:  // x0 is the signal
    0xD2A2_0009,  // mov x9, #0x10000000
    0xF940_0D2A,  // ldr x10, [x9, #24]
    0x9104_000B,  // add x11, x0, #256  // the status
    0xF900_014B,  // str x11, [x10]
    0x17FF_FFF0,  // b advance
    // done:  // no limit any more
    0xD280_0040,  // mov x0, #2  // ITIMER_PROF
    0x9102_0121,  // add x1, x9, #128
    0xD280_0002,  // mov x2, #0
    0xD280_0CE8,  // mov x8, #103  // setitimer
    0xD400_0001,  // svc #0
    0x9106_4133,  // add x19, x9, #400
    // range:  // writes the results, then the outputs
    0xA8C1_5674,  // ldp x20, x21, [x19], #16
    0xB400_0195,  // cbz x21, finish
    // write:
    0xD280_0020,  // mov x0, #1  // standard output
    0xAA14_03E1,  // mov x1, x20
    0xAA15_03E2,  // mov x2, x21
    0xD280_0808,  // mov x8, #64  // write
    0xD400_0001,  // svc #0
    0xF100_001F,  // cmp x0, #0
    0x5400_010D,  // b.le broken
    0x8B00_0294,  // add x20, x20, x0
    0xEB00_02B5,  // subs x21, x21, x0
    0x54FF_FEE1,  // b.ne write
    0x17FF_FFF4,  // b range
    // finish:
    0xD280_0000,  // mov x0, #0
    0xD280_0BC8,  // mov x8, #94  // exit_group
    0xD400_0001,  // svc #0
    // broken:
    0xD280_0020,  // mov x0, #1  // the exit status
    0xD280_0BC8,  // mov x8, #94  // exit_group
    0xD400_0001,  // svc #0
  ]
}
