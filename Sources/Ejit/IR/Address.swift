/// Where a load, store or `lea` points: `base + displacement`, `base + (index << shift) + displacement`, the same with
/// an index of 32 bits that is extended first, or an absolute 64-bit address. The sum is taken modulo 2^64; nothing
/// need be aligned.
@frozen public struct Address: Hashable, Sendable {
  /// The base register; may be `sp`. Meaningless in an absolute address.
  public let base: Register
  /// The index register; may not be `sp`. Meaningless unless the form is indexed.
  public let index: Register
  // Quarters, so that an address may stand at any even offset of an `Instruction`.
  @usableFromInline let bits0: UInt16
  @usableFromInline let bits16: UInt16
  @usableFromInline let bits32: UInt16
  @usableFromInline let bits48: UInt16
  /// Low half: size class of the displacement. High half: 0 base only, 1…4 index shifted by 0…3, 5 absolute, 6 and 7
  /// index of 32 bits, zero- or sign-extended (its shift in bits 32…33), 15 an index shift that does not exist.
  @usableFromInline let mode: UInt8

  /// How an address is formed.
  public enum Form: Equatable, Sendable {
    case base(Int32)
    case indexed(shift: Int, Int32)
    /// The low half of the index, extended to 64 bits, then shifted.
    case extended(Signedness, shift: Int, Int32)
    case absolute(UInt64)
    /// An index shift outside 0…3; with the displacement.
    case invalid(Int32)
  }

  @inlinable init(base: Register, index: Register, mode: UInt8, bits: UInt64) {
    self.base = base
    self.index = index
    bits0 = UInt16(truncatingIfNeeded: bits)
    bits16 = UInt16(truncatingIfNeeded: bits >> 16)
    bits32 = UInt16(truncatingIfNeeded: bits >> 32)
    bits48 = UInt16(truncatingIfNeeded: bits >> 48)
    self.mode = mode << 4 | Immediate.sizeClass(of: Int64(bitPattern: bits)).rawValue
  }

  /// `base + displacement` bytes.
  @inlinable public static func at(_ base: Register, _ displacement: Int32 = 0) -> Address {
    Address(
      base: base, index: Register(rawValue: 0), mode: 0, bits: UInt64(bitPattern: Int64(displacement)))
  }
  /// `base + (index << shift) + displacement` bytes; a shift outside 0…3 is refused by the lowering.
  @inlinable public static func at(
    _ base: Register, _ index: Register, shift: Int = 0, _ displacement: Int32 = 0
  ) -> Address {
    Address(
      base: base, index: index, mode: (0...3).contains(shift) ? UInt8(truncatingIfNeeded: shift) &+ 1 : 15,
      bits: UInt64(bitPattern: Int64(displacement)))
  }
  /// `base + (index << shift) + displacement` bytes, where the low half of `index` is extended first, with or without
  /// sign; a shift outside 0…3 is refused by the lowering.
  @inlinable public static func at(
    _ base: Register, _ extension: Signedness, _ index: Register, shift: Int = 0, _ displacement: Int32 = 0
  ) -> Address {
    guard (0...3).contains(shift) else { return .at(base, index, shift: shift, displacement) }
    return Address(
      base: base, index: index, mode: `extension` == .signed ? 7 : 6,
      bits: UInt64(UInt32(bitPattern: displacement)) | UInt64(truncatingIfNeeded: shift) << 32)
  }
  /// The absolute address `address`.
  @inlinable public static func absolute(_ address: UInt64) -> Address {
    Address(base: Register(rawValue: 0), index: Register(rawValue: 0), mode: 5, bits: address)
  }

  @inlinable var bits: UInt64 {
    UInt64(bits0) | UInt64(bits16) << 16 | UInt64(bits32) << 32 | UInt64(bits48) << 48
  }
  /// How this address is formed, with displacement, shift or absolute value.
  @inlinable public var form: Form {
    switch mode >> 4 {
    case 0: .base(Int32(truncatingIfNeeded: bits))
    case 1, 2, 3, 4: .indexed(shift: Int(mode >> 4) - 1, Int32(truncatingIfNeeded: bits))
    case 5: .absolute(bits)
    case 6, 7:
      .extended(mode >> 4 == 7 ? .signed : .unsigned, shift: Int(bits >> 32), Int32(truncatingIfNeeded: bits))
    default: .invalid(Int32(truncatingIfNeeded: bits))
    }
  }
}
