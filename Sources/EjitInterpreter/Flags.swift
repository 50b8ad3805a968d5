import Ejit

/// What an op leaves for those that ask later, in the terms of the IR and not of a machine: an addition has a
/// carry, a subtraction a borrow, and neither has the other.
public struct Flags: Equatable, Sendable {
  /// The result, as wide as the op, is 0.
  public var zero = false
  /// The highest bit of the result is 1.
  public var negative = false
  /// The true signed result does not fit the width.
  public var overflow = false
  /// Of an addition: the true unsigned sum does not fit the width.
  public var carry = false
  /// Of a subtraction: the true unsigned difference is below 0.
  public var borrow = false

  /// No flag set.
  public init() {}
  /// These flags.
  public init(zero: Bool, negative: Bool, overflow: Bool = false, carry: Bool = false, borrow: Bool = false) {
    self.zero = zero
    self.negative = negative
    self.overflow = overflow
    self.carry = carry
    self.borrow = borrow
  }

  /// Whether `b`, `sel` and `setcc` find that `condition` holds.
  ///
  /// The orderings ask for the true difference: unsigned less is a borrow; signed less is the sign of the result,
  /// inverted by an overflow. After an addition or `test` they mean nothing, and the assembler refuses them.
  public func holds(_ condition: Condition) -> Bool {
    switch condition {
    case .eq: zero
    case .ne: !zero
    case .slt: negative != overflow
    case .sle: zero || negative != overflow
    case .sgt: !zero && negative == overflow
    case .sge: negative == overflow
    case .ult: borrow
    case .ule: zero || borrow
    case .ugt: !zero && !borrow
    case .uge: !borrow
    case .carry: carry
    case .noCarry: !carry
    case .borrow: borrow
    case .noBorrow: !borrow
    case .overflow: overflow
    case .noOverflow: !overflow
    case .negative: negative
    case .nonNegative: !negative
    }
  }
}

/// Carry chains, overflow checks and comparisons that leave flags.
extension Semantics {
  /// `addFlags`, `addiFlags`.
  public static func addFlags(_ w: Width, _ a: UInt64, _ b: UInt64) -> (value: UInt64, flags: Flags) {
    adc(w, a, b, carry: false)
  }
  /// `subFlags`, `subiFlags`; `cmp` and `cmpi` leave the same flags.
  public static func subFlags(_ w: Width, _ a: UInt64, _ b: UInt64) -> (value: UInt64, flags: Flags) {
    sbb(w, a, b, borrow: false)
  }
  /// `adc`: `a + b + carry`. The flags are those of that sum of three.
  public static func adc(
    _ w: Width, _ a: UInt64, _ b: UInt64, carry: Bool
  ) -> (value: UInt64, flags: Flags) {
    switch w {
    case .w64: sum(a, b, carry)
    case .w32: sum(UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b), carry)
    }
  }
  /// `sbb`: `a - b - borrow`. The flags are those of that difference of three; `eq` is about this word alone.
  public static func sbb(
    _ w: Width, _ a: UInt64, _ b: UInt64, borrow: Bool
  ) -> (value: UInt64, flags: Flags) {
    switch w {
    case .w64: difference(a, b, borrow)
    case .w32: difference(UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b), borrow)
    }
  }
  /// The flags of `test` and `testi`: those of `a & b`.
  public static func testFlags(_ w: Width, _ a: UInt64, _ b: UInt64) -> Flags {
    let bits = and(w, a, b)
    return Flags(zero: bits == 0, negative: w.signed(bits) < 0)
  }
  /// `ccmp`, `ccmpi`: the flags of `a - b` if `flags` say `condition`, else those of `outcome`.
  public static func ccmp(
    _ w: Width, _ flags: Flags, _ condition: Condition, _ outcome: Outcome, _ a: UInt64, _ b: UInt64
  ) -> Flags {
    flags.holds(condition) ? subFlags(w, a, b).flags : Semantics.flags(of: outcome)
  }
  /// The flags of a comparison with this outcome, signed and unsigned, of small numbers.
  private static func flags(of outcome: Outcome) -> Flags {
    switch outcome {
    case .less: subFlags(.w64, 0, 1).flags
    case .equal: subFlags(.w64, 0, 0).flags
    case .greater: subFlags(.w64, 1, 0).flags
    }
  }
  /// `carryToBorrow`: the carry becomes the borrow, the other flags stay.
  public static func carryToBorrow(_ flags: Flags) -> Flags {
    Flags(zero: flags.zero, negative: flags.negative, overflow: flags.overflow, borrow: flags.carry)
  }
  /// `borrowToCarry`: the borrow becomes the carry, the other flags stay.
  public static func borrowToCarry(_ flags: Flags) -> Flags {
    Flags(zero: flags.zero, negative: flags.negative, overflow: flags.overflow, carry: flags.borrow)
  }

  /// `addOverflow`, `addOverflowSet`: the wrapped sum, and whether the true one does not fit.
  public static func addOverflow(
    _ w: Width, _ a: UInt64, _ b: UInt64, _ signedness: Signedness
  ) -> (value: UInt64, overflow: Bool) {
    let (value, flags) = addFlags(w, a, b)
    return (value, signedness == .signed ? flags.overflow : flags.carry)
  }
  /// `subOverflow`, `subOverflowSet`: the wrapped difference, and whether the true one does not fit.
  public static func subOverflow(
    _ w: Width, _ a: UInt64, _ b: UInt64, _ signedness: Signedness
  ) -> (value: UInt64, overflow: Bool) {
    let (value, flags) = subFlags(w, a, b)
    return (value, signedness == .signed ? flags.overflow : flags.borrow)
  }
  /// `mulOverflow`, `mulOverflowSet`: the wrapped product, and whether the true one does not fit: whether its high
  /// word is more than the extension of its low word.
  public static func mulOverflow(
    _ w: Width, _ a: UInt64, _ b: UInt64, _ signedness: Signedness
  ) -> (value: UInt64, overflow: Bool) {
    switch signedness {
    case .unsigned:
      let (low, high) = umulWide(w, a, b)
      return (low, high != 0)
    case .signed:
      let (low, high) = smulWide(w, a, b)
      return (low, high != w.truncated(w.signed(low) < 0 ? ~0 : 0))
    }
  }

  /// Overflow: terms of one sign and a sum of the other.
  @inline(__always) private static func sum<Word: FixedWidthInteger & UnsignedInteger>(
    _ a: Word, _ b: Word, _ carry: Bool
  ) -> (value: UInt64, flags: Flags) {
    let (partial, carry1) = a.addingReportingOverflow(b)
    let (value, carry2) = partial.addingReportingOverflow(carry ? 1 : 0)
    let flags = Flags(
      zero: value == 0, negative: isNegative(value), overflow: isNegative((a ^ value) & (b ^ value)),
      carry: carry1 || carry2)
    return (UInt64(value), flags)
  }

  /// Overflow: terms of different signs, and a difference whose sign is not that of the first.
  @inline(__always) private static func difference<Word: FixedWidthInteger & UnsignedInteger>(
    _ a: Word, _ b: Word, _ borrow: Bool
  ) -> (value: UInt64, flags: Flags) {
    let (partial, borrow1) = a.subtractingReportingOverflow(b)
    let (value, borrow2) = partial.subtractingReportingOverflow(borrow ? 1 : 0)
    let flags = Flags(
      zero: value == 0, negative: isNegative(value), overflow: isNegative((a ^ b) & (a ^ value)),
      borrow: borrow1 || borrow2)
    return (UInt64(value), flags)
  }

  @inline(__always) private static func isNegative<Word: FixedWidthInteger>(_ bits: Word) -> Bool {
    bits >> Word(Word.bitWidth - 1) != 0
  }
}
