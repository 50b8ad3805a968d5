/// A floating-point and vector register of the host, by number or by role.
///
/// Numbers are the machine's own: xmm0…xmm14, v0…v30. Roles name what the C calling convention uses a register for.
/// Which exist is checked when a program is lowered: any other value is the error `noSuchRegister`.
@frozen public struct VectorRegister: Hashable, Sendable {
  /// 0…63: a number; then 16 values for each role; others name nothing.
  public let rawValue: UInt8

  /// The register with this encoding; any value is allowed here and judged by the lowering.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Register `number` of the target; which numbers exist is the target's to say.
  @inlinable public init(_ number: Int) {
    rawValue = (0..<64).contains(number) ? UInt8(truncatingIfNeeded: number) : 0xFF
  }

  /// The register of the `index`-th floating-point argument of the C calling convention, from 0.
  @inlinable public static func argument(_ index: Int) -> VectorRegister { role(0x40, index) }
  /// The register of the `index`-th floating-point result of the C calling convention, from 0.
  @inlinable public static func result(_ index: Int) -> VectorRegister { role(0x50, index) }
  /// The `index`-th register whose low 64 bits a call preserves, from 0; System V has none.
  @inlinable public static func saved(_ index: Int) -> VectorRegister { role(0x60, index) }
  /// The `index`-th register that neither carries an argument or result nor survives a call, from 0.
  @inlinable public static func temporary(_ index: Int) -> VectorRegister { role(0x70, index) }

  /// What a register is named for.
  public enum Name: Equatable, Sendable {
    case number(Int), argument(Int), result(Int), saved(Int), temporary(Int), invalid
  }

  /// How this register was named.
  public var name: Name {
    let index = Int(rawValue & 0x0F)
    return switch rawValue {
    case 0..<0x40: .number(Int(rawValue))
    case 0x40..<0x50: .argument(index)
    case 0x50..<0x60: .result(index)
    case 0x60..<0x70: .saved(index)
    case 0x70..<0x80: .temporary(index)
    default: .invalid
    }
  }

  @inlinable static func role(_ base: UInt8, _ index: Int) -> VectorRegister {
    VectorRegister(rawValue: (0..<16).contains(index) ? base | UInt8(truncatingIfNeeded: index) : 0xFF)
  }
}
