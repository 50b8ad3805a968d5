import CEjitShims

/// Optional instructions of a machine. What a program lowers to depends on this value and the target alone.
public struct Features: OptionSet, Hashable, Sendable {
  /// One bit a feature.
  public let rawValue: UInt32
  /// The features with these bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// x86-64: ANDN and TZCNT.
  public static let bmi1 = Features(rawValue: 1 << 0)
  /// x86-64: SHLX, SHRX, SARX, RORX, MULX.
  public static let bmi2 = Features(rawValue: 1 << 1)
  /// x86-64: LZCNT.
  public static let lzcnt = Features(rawValue: 1 << 2)
  /// x86-64: POPCNT.
  public static let popcnt = Features(rawValue: 1 << 3)
  /// x86-64: MOVBE.
  public static let movbe = Features(rawValue: 1 << 4)
  /// x86-64: PREFETCHW.
  public static let prefetchw = Features(rawValue: 1 << 5)
  /// x86-64: CMPXCHG16B.
  public static let cx16 = Features(rawValue: 1 << 6)
  /// x86-64: ROUNDSD (SSE4.1).
  public static let sse41 = Features(rawValue: 1 << 7)
  /// x86-64: instructions on floats with a destination of their own (AVX).
  public static let avx = Features(rawValue: 1 << 8)
  /// x86-64: VFMADD… (FMA3).
  public static let fma3 = Features(rawValue: 1 << 9)
  /// x86-64: VCVTPH2PS, VCVTPS2PH.
  public static let f16c = Features(rawValue: 1 << 10)
  /// AArch64: CFINV (FEAT_FlagM).
  public static let flagM = Features(rawValue: 1 << 16)
  /// AArch64: scalar CNT, CTZ, ABS, SMAX … (FEAT_CSSC).
  public static let cssc = Features(rawValue: 1 << 17)
  /// AArch64: atomic instructions (FEAT_LSE).
  public static let lse = Features(rawValue: 1 << 18)

  /// No optional instruction: what every machine of the kind has.
  public static let baseline: Features = []

  /// Every feature with its name, as the command line writes it.
  public static let all: [(name: StaticString, feature: Features)] = [
    ("bmi1", .bmi1), ("bmi2", .bmi2), ("lzcnt", .lzcnt), ("popcnt", .popcnt),
    ("movbe", .movbe), ("prefetchw", .prefetchw), ("cx16", .cx16), ("sse41", .sse41), ("avx", .avx), ("fma3", .fma3),
    ("f16c", .f16c), ("flagm", .flagM), ("cssc", .cssc), ("lse", .lse),
  ]

  /// What this machine has.
  public static let detected: Features = detect()

  /// What this machine has, if it is the target; else the baseline.
  public static func best(for target: Target) -> Features {
    target.architecture == Target.host.architecture ? detected : .baseline
  }

  private static func detect() -> Features {
    #if arch(x86_64)
      return detectX86_64()
    #else
      return detectAArch64()
    #endif
  }

  /// SDM vol. 2, CPUID: leaf 1 ECX, leaf 7 EBX, leaf 0x8000_0001 ECX. What is encoded with VEX and uses vector registers
  /// needs that the system saves them: XCR0 bits 1 and 2 (SDM vol. 1, §14.3, Detection of AVX Instructions).
  private static func detectX86_64() -> Features {
    let basic = cpuid(1)
    let extended = cpuid(7)
    let amd = cpuid(0x8000_0001)
    var features: Features = []
    if basic.ecx >> 13 & 1 == 1 { features.insert(.cx16) }
    if basic.ecx >> 22 & 1 == 1 { features.insert(.movbe) }
    if basic.ecx >> 23 & 1 == 1 { features.insert(.popcnt) }
    if basic.ecx >> 19 & 1 == 1 { features.insert(.sse41) }
    if basic.ecx >> 28 & 1 == 1 && ejit_xgetbv(0) & 0b110 == 0b110 {
      features.insert(.avx)
      if basic.ecx >> 12 & 1 == 1 { features.insert(.fma3) }
      if basic.ecx >> 29 & 1 == 1 { features.insert(.f16c) }
    }
    if extended.ebx >> 3 & 1 == 1 { features.insert(.bmi1) }
    if extended.ebx >> 8 & 1 == 1 { features.insert(.bmi2) }
    if amd.ecx >> 5 & 1 == 1 { features.insert(.lzcnt) }
    if amd.ecx >> 8 & 1 == 1 { features.insert(.prefetchw) }
    return features
  }

  private static func cpuid(_ leaf: UInt32) -> (ebx: UInt32, ecx: UInt32) {
    var registers: [4 of UInt32] = .init(repeating: 0)
    var span = registers.mutableSpan
    span.withUnsafeMutableBufferPointer { ejit_cpuid(leaf, 0, $0.baseAddress) }
    return (registers[1], registers[2])
  }

  /// Linux, Documentation/arch/arm64/elf_hwcaps: HWCAP_ATOMICS is bit 8, HWCAP_FLAGM bit 27, HWCAP2_CSSC bit 34.
  private static func detectAArch64() -> Features {
    var features: Features = []
    if ejit_hwcap() >> 8 & 1 == 1 { features.insert(.lse) }
    if ejit_hwcap() >> 27 & 1 == 1 { features.insert(.flagM) }
    if ejit_hwcap2() >> 34 & 1 == 1 { features.insert(.cssc) }
    return features
  }
}
