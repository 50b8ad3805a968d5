/// A general-purpose register of the host, by number or by role.
///
/// Numbers name one machine's registers, the integer arguments of its C calling convention first
/// (`Target` has the tables). Roles name what the calling convention uses a register for, so that one
/// program compiles for every target. Which registers exist is checked when a program is lowered:
/// any other value is the error `noSuchRegister`.
@frozen public struct Register: Hashable, Sendable {
  /// 0…63: a number; then 16 values for each role; others name nothing. But 15 is the stack pointer, so that it
  /// is a digit of the form table, and number 15, which x86-64 does not have, is `0x80`.
  public let rawValue: UInt8

  /// The register with this encoding; any value is allowed here and judged by the lowering.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Register `number` of the target; which numbers exist is the target's to say.
  @inlinable public init(_ number: Int) {
    rawValue =
      number == 15 ? 0x80 : (0..<64).contains(number) ? UInt8(truncatingIfNeeded: number) : Register.nowhere
  }

  /// The stack pointer: base of addresses, operand of `mov`, `addi`, `subi` and `lea`, nothing else.
  @inlinable public static var sp: Register { Register(rawValue: 15) }

  /// The register of the `index`-th integer argument of the C calling convention, from 0.
  @inlinable public static func argument(_ index: Int) -> Register { role(0x40, index) }
  /// The register of the `index`-th integer result of the C calling convention, from 0.
  @inlinable public static func result(_ index: Int) -> Register { role(0x50, index) }
  /// The `index`-th register that a call preserves and that is no frame pointer, from 0.
  @inlinable public static func saved(_ index: Int) -> Register { role(0x60, index) }
  /// The `index`-th register that neither carries an argument or result nor survives a call, from 0.
  @inlinable public static func temporary(_ index: Int) -> Register { role(0x70, index) }

  /// What a register is named for.
  public enum Name: Equatable, Sendable {
    case number(Int), argument(Int), result(Int), saved(Int), temporary(Int), sp, invalid
  }

  /// How this register was named.
  public var name: Name {
    let index = Int(rawValue & 0x0F)
    return switch rawValue {
    case 15: .sp
    case 0..<0x40: .number(Int(rawValue))
    case 0x40..<0x50: .argument(index)
    case 0x50..<0x60: .result(index)
    case 0x60..<0x70: .saved(index)
    case 0x70..<0x80: .temporary(index)
    case 0x80: .number(15)
    default: .invalid
    }
  }

  @usableFromInline static let nowhere: UInt8 = 0xFF

  @inlinable static func role(_ base: UInt8, _ index: Int) -> Register {
    Register(rawValue: (0..<16).contains(index) ? base | UInt8(truncatingIfNeeded: index) : 0xFF)
  }
}
