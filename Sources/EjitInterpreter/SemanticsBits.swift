import Ejit

/// Shifts, rotations, bit fields, counts, byte orders and extensions.
extension Semantics {
  // MARK: Shifts, the count modulo the width

  /// `shl`, `shli`.
  public static func shl(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a << w.modulo(b)) }
  /// `shr`, `shri`.
  public static func shr(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 { w.truncated(a) >> w.modulo(b) }
  /// `sar`, `sari`.
  public static func sar(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    w.truncated(UInt64(bitPattern: w.signed(a) >> w.modulo(b)))
  }
  /// `rotl`, `rotli`: what a shift to the left loses comes in at the right.
  public static func rotl(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    let count = w.modulo(b)
    return w.truncated(a << count | w.truncated(a) >> (UInt64(w.bits) - count))
  }
  /// `rotr`, `rotri`: what a shift to the right loses comes in at the left.
  public static func rotr(_ w: Width, _ a: UInt64, _ b: UInt64) -> UInt64 {
    let count = w.modulo(b)
    return w.truncated(w.truncated(a) >> count | a << (UInt64(w.bits) - count))
  }
  /// `funnel`, `funneli`: the low word of `high:low >> n`.
  public static func funnel(_ w: Width, _ high: UInt64, _ low: UInt64, _ n: UInt64) -> UInt64 {
    let count = w.modulo(n)
    return w.truncated(w.truncated(low) >> count | high << (UInt64(w.bits) - count))
  }

  // MARK: Bit fields

  /// `ubfx`: `length` bits of `a` from bit `position` up, zero-extended.
  public static func ubfx(_ w: Width, _ a: UInt64, _ position: UInt8, _ length: UInt8) -> UInt64 {
    w.truncated(a) >> UInt64(position) & ones(length)
  }
  /// `sbfx`: `length` bits of `a` from bit `position` up, sign-extended to the width.
  public static func sbfx(_ w: Width, _ a: UInt64, _ position: UInt8, _ length: UInt8) -> UInt64 {
    let bits = ubfx(w, a, position, length)
    let isNegative = length > 0 && bits >> UInt64(length - 1) & 1 == 1
    return w.truncated(isNegative ? bits | ~ones(length) : bits)
  }
  /// `bfi`: `d` with `length` bits from bit `position` up replaced by the low bits of `a`.
  public static func bfi(
    _ w: Width, _ d: UInt64, _ a: UInt64, _ position: UInt8, _ length: UInt8
  ) -> UInt64 {
    let field = ones(length) << UInt64(position)
    return w.truncated(d & ~field | a << UInt64(position) & field)
  }

  /// A word whose low `count` bits are 1.
  private static func ones(_ count: UInt8) -> UInt64 { ~(~0 << UInt64(count)) }

  // MARK: Counts

  /// `clz`: the width, if `a` is 0.
  public static func clz(_ w: Width, _ a: UInt64) -> UInt64 {
    UInt64(w.truncated(a).leadingZeroBitCount - (64 - w.bits))
  }
  /// `ctz`: the width, if `a` is 0.
  public static func ctz(_ w: Width, _ a: UInt64) -> UInt64 {
    UInt64(min(w.truncated(a).trailingZeroBitCount, w.bits))
  }
  /// `cls`: how many bits below the highest one equal it; what differs from the sign has its zeros above.
  public static func cls(_ w: Width, _ a: UInt64) -> UInt64 {
    clz(w, w.signed(a) < 0 ? ~a : a) - 1
  }
  /// `bitrev`.
  public static func bitrev(_ w: Width, _ a: UInt64) -> UInt64 {
    var (reversed, rest) = (0 as UInt64, a)
    for _ in 0..<w.bits {
      reversed = reversed << 1 | rest & 1
      rest >>= 1
    }
    return reversed
  }
  /// `popcnt`.
  public static func popcnt(_ w: Width, _ a: UInt64) -> UInt64 { UInt64(w.truncated(a).nonzeroBitCount) }

  // MARK: Byte orders

  /// `bswap`.
  public static func bswap(_ w: Width, _ a: UInt64) -> UInt64 { a.byteSwapped >> UInt64(64 - w.bits) }
  /// `bswap16`: zero-extended.
  public static func bswap16(_ w: Width, _ a: UInt64) -> UInt64 {
    w.truncated(UInt64(UInt16(truncatingIfNeeded: a).byteSwapped))
  }
  /// `sbswap16`: sign-extended to the width.
  public static func sbswap16(_ w: Width, _ a: UInt64) -> UInt64 { sext16(w, bswap16(w, a)) }
  /// `sbswap32`: sign-extended to the width.
  public static func sbswap32(_ w: Width, _ a: UInt64) -> UInt64 { sext32(w, bswap(.w32, a)) }

  // MARK: Extensions

  /// `sext8`: to the width.
  public static func sext8(_ w: Width, _ a: UInt64) -> UInt64 { mov(w, extended(.s8, a)) }
  /// `sext16`: to the width.
  public static func sext16(_ w: Width, _ a: UInt64) -> UInt64 { mov(w, extended(.s16, a)) }
  /// `sext32`: to the width.
  public static func sext32(_ w: Width, _ a: UInt64) -> UInt64 { mov(w, extended(.s32, a)) }
  /// `zext8`.
  public static func zext8(_ w: Width, _ a: UInt64) -> UInt64 { mov(w, extended(.u8, a)) }
  /// `zext16`.
  public static func zext16(_ w: Width, _ a: UInt64) -> UInt64 { mov(w, extended(.u16, a)) }
  /// `zext32`.
  public static func zext32(_ w: Width, _ a: UInt64) -> UInt64 { mov(w, extended(.u32, a)) }

  // MARK: Memory

  /// What `ld` and the memory comparisons make of the low bytes of `bits`: extended to 64 bits as `type` says.
  public static func extended(_ type: MemoryType, _ bits: UInt64) -> UInt64 {
    switch type {
    case .u8: UInt64(UInt8(truncatingIfNeeded: bits))
    case .u16: UInt64(UInt16(truncatingIfNeeded: bits))
    case .u32: UInt64(UInt32(truncatingIfNeeded: bits))
    case .s8: UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: bits)))
    case .s16: UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: bits)))
    case .s32: UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: bits)))
    case .u64, .s64: bits
    }
  }

  /// `ldSwapped`, `stSwapped`: the low bytes of `bits` in reverse order, extended to 64 bits as `type` says.
  public static func swapped(_ type: MemoryType, _ bits: UInt64) -> UInt64 {
    extended(type, bits.byteSwapped >> UInt64(64 - 8 * type.byteCount))
  }
  /// `rmw`, `rmwi`: what becomes of a value in memory, as far as its low bytes.
  public static func combined(_ operation: MemoryOperation, _ value: UInt64, _ a: UInt64) -> UInt64 {
    switch operation {
    case .add: value &+ a
    case .sub: value &- a
    case .and: value & a
    case .or: value | a
    case .xor: value ^ a
    }
  }

  /// `fetch`, `rmwAtomic`: what becomes of a value in memory, as far as the low bytes of `type`.
  public static func combined(
    _ operation: AtomicOperation, _ type: MemoryType, _ value: UInt64, _ a: UInt64
  ) -> UInt64 {
    let bits = UInt64(64 - 8 * type.byteCount)
    // Shifted to the top, the low bytes compare as numbers of their size.
    let (v, b) = (value << bits, a << bits)
    let (signed, other) = (Int64(bitPattern: v), Int64(bitPattern: b))
    return switch operation {
    case .add: value &+ a
    case .sub: value &- a
    case .and: value & a
    case .or: value | a
    case .xor: value ^ a
    case .exchange: a
    case .smin: other < signed ? a : value
    case .smax: other > signed ? a : value
    case .umin: b < v ? a : value
    case .umax: b > v ? a : value
    }
  }

  /// The low half of an index register, extended.
  public static func index(_ extension: Signedness, _ bits: UInt64) -> UInt64 {
    extended(`extension` == .signed ? .s32 : .u32, bits)
  }
  /// `base + displacement`, modulo 2^64.
  public static func address(_ base: UInt64, _ displacement: Int32) -> UInt64 {
    base &+ UInt64(bitPattern: Int64(displacement))
  }
  /// `base + (index << shift) + displacement`, modulo 2^64.
  public static func address(
    _ base: UInt64, index: UInt64, shift: Int, _ displacement: Int32
  ) -> UInt64 { address(base &+ index << UInt64(truncatingIfNeeded: shift), displacement) }
}
