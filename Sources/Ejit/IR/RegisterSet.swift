/// Registers: by number, by role, or both; order and repetition mean nothing.
///
/// Roles are members of their own, whatever their numbers: `resolved(for:)` gives the same set by number, which is
/// what sets that are compared or combined should be.
@frozen public struct RegisterSet: Hashable, Sendable, ExpressibleByArrayLiteral {
  /// Bit n: register number n (0…31).
  public var numbers: UInt32
  /// Bits 0…7: `Register.argument`, 8…11: `result`, 12…21: `saved`, 22…31: `temporary`.
  public var roles: UInt32
  /// Whether something was put in that can be no member; the lowering refuses such a set.
  public var isInvalid: Bool

  /// The set of these registers.
  @inlinable public init(_ registers: some Sequence<Register>) {
    (numbers, roles, isInvalid) = (0, 0, false)
    for register in registers { insert(register) }
  }
  /// The set of these registers.
  @inlinable public init(arrayLiteral registers: Register...) { self.init(registers) }
  /// The empty set.
  @inlinable public init() { (numbers, roles, isInvalid) = (0, 0, false) }
  /// The set of the registers with these numbers: bit n for number n.
  @inlinable public init(numbers: UInt32) { (self.numbers, roles, isInvalid) = (numbers, 0, false) }

  /// Whether it has no member.
  @inlinable public var isEmpty: Bool { numbers == 0 && roles == 0 }

  /// Adds one register.
  @inlinable public mutating func insert(_ register: Register) {
    guard let bit = RegisterSet.bit(of: register) else { return isInvalid = true }
    if bit < 32 { numbers |= 1 << bit } else { roles |= 1 << (bit - 32) }
  }

  /// Whether this register, under this name, is a member.
  @inlinable public func contains(_ register: Register) -> Bool {
    guard let bit = RegisterSet.bit(of: register) else { return false }
    return bit < 32 ? numbers >> bit & 1 == 1 : roles >> (bit - 32) & 1 == 1
  }

  /// The members of either.
  @inlinable public func union(_ other: RegisterSet) -> RegisterSet { combined(other) { $0 | $1 } }
  /// The members of both.
  @inlinable public func intersection(_ other: RegisterSet) -> RegisterSet { combined(other) { $0 & $1 } }
  /// The members that `other` does not have.
  @inlinable public func subtracting(_ other: RegisterSet) -> RegisterSet { combined(other) { $0 & ~$1 } }

  @inlinable func combined(_ other: RegisterSet, _ operation: (UInt32, UInt32) -> UInt32) -> RegisterSet {
    var result = RegisterSet(numbers: operation(numbers, other.numbers))
    result.roles = operation(roles, other.roles)
    result.isInvalid = isInvalid || other.isInvalid
    return result
  }

  /// The members: numbers upwards, then roles.
  public var registers: [Register] {
    (0..<32).filter { numbers >> UInt32($0) & 1 == 1 }.map { Register($0) }
      + (0..<32).filter { roles >> UInt32($0) & 1 == 1 }.map(RegisterSet.role)
  }

  /// The role with this bit of `roles`.
  static func role(_ bit: Int) -> Register {
    switch bit {
    case 0..<8: .argument(bit)
    case 8..<12: .result(bit - 8)
    case 12..<22: .saved(bit - 12)
    case _: .temporary(bit - 22)
    }
  }

  /// 0…31 for numbers, from 32 on for roles, nil for what can be no member.
  @inlinable static func bit(of register: Register) -> UInt32? {
    let (raw, index) = (UInt32(register.rawValue), UInt32(register.rawValue & 0x0F))
    switch raw {
    case 15: return nil
    case 0..<32: return raw
    case 0x40..<0x48: return 32 + index
    case 0x50..<0x54: return 40 + index
    case 0x60..<0x6A: return 44 + index
    case 0x70..<0x7A: return 54 + index
    case 0x80: return 15
    case _: return nil
    }
  }
}

extension RegisterSet {
  /// The same registers by number; nil if the convention lacks one of them, or something else was put in.
  public func resolved(for abi: ABI) -> RegisterSet? {
    guard !isInvalid else { return nil }
    var result: UInt32 = 0
    for number in 0..<32 where numbers >> UInt32(number) & 1 == 1 {
      guard abi.number(of: Register(number)) != nil else { return nil }
      result |= 1 << UInt32(number)
    }
    for role in 0..<32 where roles >> UInt32(role) & 1 == 1 {
      guard let number = abi.number(of: RegisterSet.role(role)) else { return nil }
      result |= 1 << UInt32(number)
    }
    return RegisterSet(numbers: result)
  }
}
