/// A machine and its C calling convention. Programs lower for any target on any host.
public struct Target: Hashable, Sendable {
  /// The instruction set.
  public enum Architecture: UInt8, CaseIterable, Sendable { case x86_64, aarch64 }

  /// The instruction set.
  public let architecture: Architecture
  /// The C calling convention, which gives registers their numbers and roles.
  public let abi: ABI

  /// x86-64 with the System V calling convention (Linux, BSD, macOS).
  public static let x86_64 = Target(architecture: .x86_64, abi: .sysV)
  /// x86-64 with the Windows calling convention.
  public static let x86_64Windows = Target(architecture: .x86_64, abi: .win64)
  /// AArch64 with the AAPCS64 calling convention.
  public static let aarch64 = Target(architecture: .aarch64, abi: .aapcs64)
  /// AArch64 with Apple's calling convention.
  public static let aarch64Apple = Target(architecture: .aarch64, abi: .appleARM64)
  /// AArch64 with the Windows calling convention.
  public static let aarch64Windows = Target(architecture: .aarch64, abi: .windowsARM64)

  /// The machine that this process runs on.
  public static var host: Target {
    #if arch(x86_64)
      #if os(Windows)
        x86_64Windows
      #else
        x86_64
      #endif
    #elseif arch(arm64)
      #if os(macOS) || os(iOS) || os(tvOS) || os(watchOS) || os(visionOS)
        aarch64Apple
      #elseif os(Windows)
        aarch64Windows
      #else
        aarch64
      #endif
    #else
      #error("Ejit generates code for x86-64 and AArch64 only")
    #endif
  }

  /// The largest frame that `enter` makes, in bytes.
  public static let maximumFrame = 1 << 24

  /// The largest program, in bytes of code: what the widest branch of the target reaches.
  public var maximumCode: Int {
    switch architecture {
    case .x86_64: 1 << 31 - 1
    case .aarch64: 1 << 27
    }
  }

  /// Bytes of an entry of a jump table: the distance of its label from the start of the table.
  var tableEntrySize: Int {
    switch architecture {
    case .x86_64: 8
    case .aarch64: 4
    }
  }

  /// Entry points are multiples of this many bytes.
  public var instructionAlignment: Int {
    switch architecture {
    case .x86_64: 1
    case .aarch64: 4
    }
  }
}
