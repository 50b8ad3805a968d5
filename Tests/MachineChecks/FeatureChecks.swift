import CEjitShims
import Ejit

/// What was detected is what this machine executes: each feature is tried, and may fault. Bytes are what clang
/// assembled.
enum FeatureChecks {
  #if arch(x86_64)
    /// PREFETCHW is left out: who does not have it does nothing.
    private static let probes: [(feature: Features, instruction: [UInt8])] = [
      (.bmi1, [0xc4, 0xe2, 0xc0, 0xf2, 0xc7]),  // andnq %rdi, %rdi, %rax
      (.bmi2, [0xc4, 0xe3, 0xfb, 0xf0, 0xc7, 0x07]),  // rorxq $7, %rdi, %rax
      (.popcnt, [0xf3, 0x48, 0x0f, 0xb8, 0xc7]),  // popcntq %rdi, %rax
      (.cx16, [0x48, 0x0f, 0xc7, 0x4c, 0x24, 0xe8]),  // cmpxchg16b -24(%rsp)
      (.sse41, [0x66, 0x45, 0x0f, 0x3a, 0x0b, 0xd1, 0x01]),  // roundsd $1, %xmm9, %xmm10
      (.avx, [0xc4, 0x41, 0x2b, 0x58, 0xd9]),  // vaddsd %xmm9, %xmm10, %xmm11
      (.fma3, [0xc4, 0x42, 0xa9, 0xa9, 0xd9]),  // vfmadd213sd %xmm9, %xmm10, %xmm11
      (.f16c, [0xc4, 0x42, 0x79, 0x13, 0xd1]),  // vcvtph2ps %xmm9, %xmm10
      (.movbe, [0x48, 0x0f, 0x38, 0xf0, 0x04, 0x24]),  // movbeq (%rsp), %rax
    ]
  #elseif arch(arm64)
    private static let probes: [(feature: Features, instruction: [UInt8])] = [
      (.lse, [0xe8, 0x03, 0x3f, 0xf8]),  // ldadd xzr, x8, [sp]
      (.flagM, [0x1f, 0x40, 0x00, 0xd5]),  // cfinv
      (.cssc, [0x28, 0x21, 0xc0, 0xda]),  // abs x8, x9
    ]
  #endif

  static func run(_ tally: inout Tally) {
    var isRight = true
    for (feature, instruction) in probes where Features.detected.contains(feature) != isExecuted(instruction) {
      isRight = false
    }
    tally.expect(isRight, "the features that were detected are those that can be executed")
  }

  /// Whether the machine has this instruction.
  private static func isExecuted(_ instruction: [UInt8]) -> Bool {
    let code = instruction + RuntimeChecks.returning1 + RuntimeChecks.returning2
    let end = UInt32(instruction.count)
    let recovery = end + UInt32(RuntimeChecks.returning1.count)
    do throws(SystemError) {
      let pages = try ExecutablePages(copying: code.span)
      let address = UInt(bitPattern: pages.baseAddress)
      let site = FaultSite(start: 0, end: end, recovery: recovery, id: 1)
      let guarded = try GuardedCode(address: address, count: code.count, sites: [site].span)
      let result = RuntimeChecks.call(address, 0)
      _ = consume guarded
      _ = consume pages
      return result == 1
    } catch {
      return false
    }
  }
}

extension MachineChecks {
  /// The machine as the library sees it: `page 4096, features bmi1 popcnt`.
  public static var machine: String {
    var text = "page \(ejit_page_size()), features"
    for (name, feature) in Features.all where Features.detected.contains(feature) {
      text += " "
      name.withUTF8Buffer { text += String(decoding: $0, as: UTF8.self) }
    }
    return text
  }
}
