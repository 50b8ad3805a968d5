import Ejit
import EjitImage

/// A target with a choice of features, and how its code can be executed here.
public struct TestMachine: Sendable, CustomStringConvertible {
  /// What is lowered for.
  public let target: Target
  /// The optional instructions used.
  public let features: Features

  /// This target with these optional instructions.
  public init(target: Target, features: Features) {
    (self.target, self.features, registers) = (target, features, target.abi.numbers)
  }

  /// Machines that tests execute on: each with no optional instruction and with all that can be executed.
  public static let all: [TestMachine] = [
    TestMachine(target: .x86_64, features: .baseline), TestMachine(target: .x86_64, features: hostX86_64),
    TestMachine(target: .aarch64, features: .baseline), TestMachine(target: .aarch64, features: [.flagM, .lse]),
  ]

  /// The same, and with what only floats may use and what is not always there together.
  public static let floats: [TestMachine] =
    all + [TestMachine(target: .x86_64, features: hostX86_64.intersection(.sse41))].filter { $0.features == .sse41 }

  private static var hostX86_64: Features { Target.host.architecture == .x86_64 ? .detected : .baseline }

  /// Whether code runs in this process; else it runs under qemu-aarch64.
  public var isNative: Bool { target.architecture == Target.host.architecture }

  /// Why nothing can be executed, if it cannot.
  public var obstacle: String? {
    if isNative { return Executable.isSupported ? nil : "no executable memory" }
    guard target.architecture == .aarch64 else { return "no x86-64 processor" }
    return (try? Emulator.find()) == nil ? "no qemu-aarch64 in PATH" : nil
  }

  /// The numbers of the registers that programs may use.
  public let registers: [Int]

  /// Registers that the machine's instructions use in secret, and others that lowerings treat in a special way.
  public var hazards: [Int] {
    switch target.architecture {
    case .x86_64: [3, 2, 6]  // rcx: shifts; rdx, rax: multiplications
    case .aarch64: [0, 29, 30]
    }
  }

  /// The numbers of the floating-point registers that programs may use.
  public var vectors: [Int] { Array(target.abi.vectorNumbers) }

  /// Floating-point registers that instructions use in secret, and others whose numbers need another encoding.
  public var vectorHazards: [Int] {
    switch target.architecture {
    case .x86_64: [0, 1, 9, 14]  // xmm0: BLENDVPD; above 7: REX
    case .aarch64: [0, 8, 17, 30]
    }
  }

  /// `x86-64`, `x86-64 bmi1 bmi2`, …
  public var description: String {
    let names = Features.all.filter { features.contains($0.feature) }.map { "\($0.name)" }
    return ([target.architecture == .x86_64 ? "x86-64" : "aarch64"] + names).joined(separator: " ")
  }
}
