/// One step of a program on host registers: destination first, then sources.
///
/// Arithmetic wraps. Every op works on 64 bits unless `width: .w32` is given; results of 32-bit forms are
/// zero-extended, and their immediates lie in −2^31 … 2^32 − 1 (else `immediateOutOfRange`). Destinations may
/// be sources too, unless the op says otherwise. For every op the 64-bit result is the same on every target
/// for every input.
///
/// Ops are never combined across each other: what should become one machine instruction is one op here (the
/// fused `branch`, `select`, `lea`, …).
///
/// **Flags.** Only `cmp…`, `test…`, `…Flags`, `adc`, `sbb` and the two carry conversions leave flags, and only for
/// ops that follow with nothing but flag-neutral ops between: `mov`, `movi`, `ld`, `st`, `sti`, `lea`, `not`, `sext…`,
/// `zext…`, `bswap`, `fmov`, `fmovi`, `fbits`, `fsetBits`, `fld`, `fst`, `nop`, `mark`, `fence`, and the consumers `b`,
/// `sel`, `setcc`. A consumer without such a producer is refused (`flagsClobbered`); a condition that its producer does
/// not define is `badCondition`.
///
/// **Frames.** Before `enter` a program may use registers and memory, jump and return; calls and `leave` need the
/// frame (`badFrame`). After `enter` the frame pointer (rbp, x29) is refused as destination (`registerConflict`).
@frozen public enum Instruction: Hashable, Sendable {
  // The two that no table can lower stand first: one comparison finds them.

  /// Binds a label to this place. Twice the same is `duplicateLabel`; used but never bound is `unboundLabel`.
  case label(_ label: Label)
  /// Continues at `target` if the flags say `condition`.
  case b(_ condition: Condition, _ target: Label)

  // MARK: Moves

  /// `d = a`. Either may be `sp` (64 bits only).
  case mov(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d = value`.
  case movi(width: Width = .w64, _ d: Register, _ value: Immediate)

  // MARK: Arithmetic and logic

  /// `d = a + b`.
  case add(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a - b`.
  case sub(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a & b`.
  case and(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a | b`.
  case or(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a ^ b`.
  case xor(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a · b`, the low word.
  case mul(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a & ~b`.
  case andn(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a | ~b`.
  case orn(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = ~(a ^ b)`.
  case xnor(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a + value`; `sp` may be destination and source at once (64 bits only).
  case addi(width: Width = .w64, _ d: Register, _ a: Register, _ value: Immediate)
  /// `d = a - value`; `sp` may be destination and source at once (64 bits only).
  case subi(width: Width = .w64, _ d: Register, _ a: Register, _ value: Immediate)
  /// `d = a & value`.
  case andi(width: Width = .w64, _ d: Register, _ a: Register, _ value: Immediate)
  /// `d = a | value`.
  case ori(width: Width = .w64, _ d: Register, _ a: Register, _ value: Immediate)
  /// `d = a ^ value`.
  case xori(width: Width = .w64, _ d: Register, _ a: Register, _ value: Immediate)
  /// `d = a · value`, the low word.
  case muli(width: Width = .w64, _ d: Register, _ a: Register, _ value: Immediate)
  /// `d = ~a`.
  case not(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d = -a`.
  case neg(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d = |a|`, signed; the smallest number stays itself.
  case abs(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the lesser of `a` and `b`, signed.
  case smin(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d` = the greater of `a` and `b`, signed.
  case smax(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d` = the lesser of `a` and `b`, unsigned.
  case umin(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d` = the greater of `a` and `b`, unsigned.
  case umax(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d` = the high word of the signed product `a · b` (32 bits: its bits 32…63).
  case smulh(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d` = the high word of the unsigned product `a · b` (32 bits: its bits 32…63).
  case umulh(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `high:low` = the whole signed product `a · b`. `low == high` is `registerConflict`.
  case smulWide(width: Width = .w64, _ low: Register, _ high: Register, _ a: Register, _ b: Register)
  /// `high:low` = the whole unsigned product `a · b`. `low == high` is `registerConflict`.
  case umulWide(width: Width = .w64, _ low: Register, _ high: Register, _ a: Register, _ b: Register)
  /// `d = c + a · b`.
  case madd(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ c: Register)
  /// `d = c - a · b`.
  case msub(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ c: Register)
  /// `d = a + (b shifted by count)`; `count` below the width, else `immediateOutOfRange`.
  case addShifted(
    width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ shift: Shift, _ count: UInt8)
  /// `d = a - (b shifted by count)`; `count` below the width, else `immediateOutOfRange`.
  case subShifted(
    width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ shift: Shift, _ count: UInt8)
  /// `d` = the address itself, without reading memory; 32 bits: its low half. `sp` may be the base.
  case lea(width: Width = .w64, _ d: Register, _ address: Address)

  // MARK: Division (division by zero: quotient 0, remainder `a`; smallest number by −1: quotient itself, remainder 0)

  /// `d = a / b`, signed, rounded to zero; total.
  case sdiv(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a / b`, unsigned; total.
  case udiv(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d` = the remainder of the signed division, with the sign of `a`; total.
  case srem(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d` = the remainder of the unsigned division; total.
  case urem(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `quotient = a / b` and `remainder` of the signed division; total. Equal destinations: `registerConflict`.
  case sdivmod(width: Width = .w64, _ quotient: Register, _ remainder: Register, _ a: Register, _ b: Register)
  /// `quotient = a / b` and `remainder` of the unsigned division; total. Equal destinations: `registerConflict`.
  case udivmod(width: Width = .w64, _ quotient: Register, _ remainder: Register, _ a: Register, _ b: Register)
  /// `d = a / b`, signed; if `b` is 0 or the quotient overflows, continues at `target` and `d` stays.
  case sdivChecked(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ target: Label)
  /// `d = a / b`, unsigned; if `b` is 0, continues at `target` and `d` stays.
  case udivChecked(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ target: Label)
  /// `d` = the remainder of the signed division (0 for the smallest number by −1); if `b` is 0, continues at `target`
  /// and `d` stays.
  case sremChecked(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ target: Label)
  /// `d` = the remainder of the unsigned division; if `b` is 0, continues at `target` and `d` stays.
  case uremChecked(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ target: Label)
  /// `d = a / b`, signed. Division by zero or an overflowing quotient is undefined: it may stop the process.
  case sdivUnchecked(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a / b`, unsigned. Division by zero is undefined: it may stop the process.
  case udivUnchecked(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d` = the remainder of the signed division. Where `sdivUnchecked` is undefined, so is this.
  case sremUnchecked(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d` = the remainder of the unsigned division. Division by zero is undefined: it may stop the process.
  case uremUnchecked(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `quotient` and `remainder` of `high:low / b`, unsigned. `high >= b` (so `b` = 0) continues at `target` with the
  /// destinations as they were. Equal destinations: `registerConflict`.
  case udivWideChecked(
    width: Width = .w64, _ quotient: Register, _ remainder: Register, _ high: Register, _ low: Register,
    _ b: Register, _ target: Label)
  /// `quotient` and `remainder` of `high:low / b`, unsigned. `high >= b` (so `b` = 0) is undefined: it may stop the
  /// process. Equal destinations: `registerConflict`.
  case udivWideUnchecked(
    width: Width = .w64, _ quotient: Register, _ remainder: Register, _ high: Register, _ low: Register,
    _ b: Register)

  // MARK: Shifts and bits

  /// `d = a << b`, the count modulo the width.
  case shl(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a >> b` without sign, the count modulo the width.
  case shr(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a >> b` with sign, the count modulo the width.
  case sar(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a` rotated left by `b`, the count modulo the width.
  case rotl(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a` rotated right by `b`, the count modulo the width.
  case rotr(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a << count`; `count` in 0 ..< width, else `immediateOutOfRange`.
  case shli(width: Width = .w64, _ d: Register, _ a: Register, _ count: Immediate)
  /// `d = a >> count` without sign; `count` in 0 ..< width, else `immediateOutOfRange`.
  case shri(width: Width = .w64, _ d: Register, _ a: Register, _ count: Immediate)
  /// `d = a >> count` with sign; `count` in 0 ..< width, else `immediateOutOfRange`.
  case sari(width: Width = .w64, _ d: Register, _ a: Register, _ count: Immediate)
  /// `d = a` rotated left; `count` in 0 ..< width, else `immediateOutOfRange`.
  case rotli(width: Width = .w64, _ d: Register, _ a: Register, _ count: Immediate)
  /// `d = a` rotated right; `count` in 0 ..< width, else `immediateOutOfRange`.
  case rotri(width: Width = .w64, _ d: Register, _ a: Register, _ count: Immediate)
  /// `d` = the low word of `high:low >> n`, the count modulo the width.
  case funnel(width: Width = .w64, _ d: Register, _ high: Register, _ low: Register, _ n: Register)
  /// `d` = the low word of `high:low >> count`; `count` below the width, else `immediateOutOfRange`.
  case funneli(width: Width = .w64, _ d: Register, _ high: Register, _ low: Register, _ count: UInt8)
  /// `d` = `length` bits of `a` from bit `position` up, zero-extended. `length` 0 or a field that leaves the
  /// width is `immediateOutOfRange`.
  case ubfx(width: Width = .w64, _ d: Register, _ a: Register, _ position: UInt8, _ length: UInt8)
  /// `d` = `length` bits of `a` from bit `position` up, sign-extended to the width. `length` 0 or a field that
  /// leaves the width is `immediateOutOfRange`.
  case sbfx(width: Width = .w64, _ d: Register, _ a: Register, _ position: UInt8, _ length: UInt8)
  /// The `length` bits of `d` from bit `position` up become the low bits of `a`; the others stay (32 bits: the
  /// upper half of `d` becomes zero). `length` 0 or a field that leaves the width is `immediateOutOfRange`.
  case bfi(width: Width = .w64, _ d: Register, _ a: Register, _ position: UInt8, _ length: UInt8)
  /// `d` = the number of zeros above the highest one of `a`; the width, if `a` is 0.
  case clz(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the number of zeros below the lowest one of `a`; the width, if `a` is 0.
  case ctz(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the number of bits below the highest one of `a` that equal it; the width less one, if `a` is 0 or −1.
  case cls(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d = a` with its bits in reverse order.
  case bitrev(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the number of ones in `a`.
  case popcnt(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d = a` with its bytes in reverse order.
  case bswap(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the low two bytes of `a` swapped, zero-extended.
  case bswap16(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the low two bytes of `a` swapped, sign-extended to the width.
  case sbswap16(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the low four bytes of `a` in reverse order, sign-extended to the width.
  case sbswap32(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the low byte of `a`, sign-extended to the width.
  case sext8(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the low two bytes of `a`, sign-extended to the width.
  case sext16(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the low four bytes of `a`, sign-extended to the width.
  case sext32(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the low byte of `a`, zero-extended.
  case zext8(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the low two bytes of `a`, zero-extended.
  case zext16(width: Width = .w64, _ d: Register, _ a: Register)
  /// `d` = the low four bytes of `a`, zero-extended.
  case zext32(width: Width = .w64, _ d: Register, _ a: Register)

  // MARK: Carry chains

  /// `d = a + b`, leaving the carry and the other flags of an addition.
  case addFlags(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a - b`, leaving the borrow and the other flags of a comparison.
  case subFlags(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a + value`, leaving the flags of an addition.
  case addiFlags(width: Width = .w64, _ d: Register, _ a: Register, _ value: Immediate)
  /// `d = a - value`, leaving the flags of a comparison.
  case subiFlags(width: Width = .w64, _ d: Register, _ a: Register, _ value: Immediate)
  /// `d = a + b + carry`, after an addition's flags; leaves an addition's flags.
  case adc(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// `d = a - b - borrow`, after a comparison's flags; leaves a comparison's flags.
  case sbb(width: Width = .w64, _ d: Register, _ a: Register, _ b: Register)
  /// The carry of an addition becomes the borrow that `sbb` and `borrow` read; the value stays. Afterwards
  /// `eq`, `ne`, `borrow`, `noBorrow`, `overflow`, `noOverflow`, `negative`, `nonNegative` may be asked.
  case carryToBorrow
  /// The borrow of a subtraction becomes the carry that `adc` and `carry` read; the value stays. Afterwards the
  /// conditions of an addition may be asked.
  case borrowToCarry
  /// `d = a + b` (wrapped, on both paths); continues at `target` if the sum overflowed.
  case addOverflow(
    width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ signedness: Signedness, _ target: Label)
  /// `d = a - b` (wrapped, on both paths); continues at `target` if the difference overflowed.
  case subOverflow(
    width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ signedness: Signedness, _ target: Label)
  /// `d = a · b` (wrapped, on both paths); continues at `target` if the product overflowed.
  case mulOverflow(
    width: Width = .w64, _ d: Register, _ a: Register, _ b: Register, _ signedness: Signedness, _ target: Label)
  /// `d = a + b` (wrapped), `flag` = 1 if it overflowed, else 0. `d == flag` is `registerConflict`.
  case addOverflowSet(
    width: Width = .w64, _ d: Register, _ flag: Register, _ a: Register, _ b: Register, _ signedness: Signedness)
  /// `d = a - b` (wrapped), `flag` = 1 if it overflowed, else 0. `d == flag` is `registerConflict`.
  case subOverflowSet(
    width: Width = .w64, _ d: Register, _ flag: Register, _ a: Register, _ b: Register, _ signedness: Signedness)
  /// `d = a · b` (wrapped), `flag` = 1 if it overflowed, else 0. `d == flag` is `registerConflict`.
  case mulOverflowSet(
    width: Width = .w64, _ d: Register, _ flag: Register, _ a: Register, _ b: Register, _ signedness: Signedness)

  // MARK: Comparisons with flags

  /// Leaves the flags of `a - b`.
  case cmp(width: Width = .w64, _ a: Register, _ b: Register)
  /// Leaves the flags of `a - value`.
  case cmpi(width: Width = .w64, _ a: Register, _ value: Immediate)
  /// Leaves the flags of `a & b`.
  case test(width: Width = .w64, _ a: Register, _ b: Register)
  /// Leaves the flags of `a & value`.
  case testi(width: Width = .w64, _ a: Register, _ value: Immediate)
  /// If the flags say `condition`, leaves the flags of `a - b`; else those of a comparison with this `outcome`. Chains
  /// of these are chains of `&&` and `||` without jumps.
  case ccmp(width: Width = .w64, _ condition: Condition, _ outcome: Outcome, _ a: Register, _ b: Register)
  /// If the flags say `condition`, leaves the flags of `a - value`; else those of a comparison with this `outcome`.
  case ccmpi(width: Width = .w64, _ condition: Condition, _ outcome: Outcome, _ a: Register, _ value: Immediate)
  /// `d = a` if the flags say `condition`, else `b`. The width is that of the arms.
  case sel(width: Width = .w64, _ d: Register, _ condition: Condition, _ a: Register, _ b: Register)
  /// `d` = 1 if the flags say `condition`, else 0.
  case setcc(_ d: Register, _ condition: Condition)

  // MARK: Fused comparisons (the ten orderings, else `badCondition`)

  /// Continues at `target` if `a condition b`.
  case branch(
    width: Width = .w64, _ condition: Condition, _ a: Register, _ b: Register, _ target: Label)
  /// Continues at `target` if `a condition value`.
  case branchi(_ condition: Condition, _ a: Register, _ value: Imm64, _ target: Label, width: Width = .w64)
  /// Continues at `target` if `a & b` is `condition`: `eq`, `ne`, `negative` or `nonNegative` (else `badCondition`).
  case branchTest(
    width: Width = .w64, _ condition: Condition, _ a: Register, _ b: Register, _ target: Label)
  /// Continues at `target` if `a & value` is `condition`: `eq`, `ne`, `negative` or `nonNegative` (else
  /// `badCondition`).
  case branchTesti(_ condition: Condition, _ a: Register, _ value: Imm64, _ target: Label, width: Width = .w64)
  /// Continues at `target` if bit `bit` of `a` is 0 (`eq`) or 1 (`ne`); other conditions are `badCondition`, a bit
  /// outside the width `immediateOutOfRange`.
  case branchBit(
    width: Width = .w64, _ condition: Condition, _ a: Register, _ bit: UInt8, _ target: Label)
  /// Loads from `base + displacement`, extended to 64 bits as `type` says, and continues at `target` if
  /// `loaded condition b` (64 bits). Faults like any host load.
  case branchMem(
    _ condition: Condition, _ base: Register, _ displacement: Displacement, _ b: Register, _ target: Label,
    _ type: MemoryType)
  /// Loads from `base + displacement`, extended to 64 bits as `type` says, and continues at `target` if
  /// `loaded condition value` (64 bits; the value is sign-extended). Faults like any host load.
  case branchMemi(
    _ condition: Condition, _ base: Register, _ displacement: Displacement, _ value: Displacement,
    _ target: Label, _ type: MemoryType)
  /// `d` = 1 if `a condition b`, else 0.
  case set(width: Width = .w64, _ d: Register, _ condition: Condition, _ a: Register, _ b: Register)
  /// `d` = 1 if `a condition value`, else 0.
  case seti(width: Width = .w64, _ d: Register, _ condition: Condition, _ a: Register, _ value: Immediate)
  /// `d` = all ones of the width if `a condition b`, else 0.
  case setMask(width: Width = .w64, _ d: Register, _ condition: Condition, _ a: Register, _ b: Register)
  /// `d` = all ones of the width if `a condition value`, else 0.
  case setMaski(
    width: Width = .w64, _ d: Register, _ condition: Condition, _ a: Register, _ value: Immediate)
  /// `d = a condition b ? x : y`; the width is that of the comparison and of the arms.
  case select(
    width: Width = .w64, _ d: Register, _ condition: Condition, _ a: Register, _ b: Register, _ x: Register,
    _ y: Register)
  /// `d = a condition value ? x : y`; the width is that of the comparison and of the arms.
  case selecti(
    width: Width = .w64, _ d: Register, _ condition: Condition, _ a: Register, _ value: Immediate,
    _ x: Register, _ y: Register)
  /// `d = a condition b ? x : value`; the width is that of the comparison and of the arms.
  case selectElse(
    width: Width = .w64, _ d: Register, _ condition: Condition, _ a: Register, _ b: Register, _ x: Register,
    _ value: Imm64)

  // MARK: Memory

  /// `d` = the little-endian value at `address`, extended to 64 bits as `type` says. Need not be aligned.
  /// Faults like any host load.
  case ld(_ type: MemoryType, _ d: Register, _ address: Address)
  /// The low bytes of `a` become the little-endian value at `address`. Need not be aligned. Faults like any
  /// host store.
  case st(_ type: MemoryType, _ a: Register, _ address: Address)
  /// `value` becomes the little-endian value at `base + displacement`. For 8, 16 and 32 bits the value lies in the
  /// signed or the unsigned range, else `immediateOutOfRange`. Faults like any host store.
  case sti(_ type: MemoryType, _ base: Register, _ displacement: Displacement, _ value: Imm64)
  /// `d` = the value at `base + displacement`, extended as `type` says, and `base` = that address. `base == d` is
  /// `registerConflict`. After a fault `base` holds what it held.
  case ldPre(_ type: MemoryType, _ d: Register, _ base: Register, _ displacement: Displacement)
  /// `d` = the value at `base`, extended as `type` says, then `base = base + displacement`. `base == d` is
  /// `registerConflict`. After a fault `base` holds what it held.
  case ldPost(_ type: MemoryType, _ d: Register, _ base: Register, _ displacement: Displacement)
  /// The low bytes of `a` go to `base + displacement`, and `base` = that address. `base == a` is
  /// `registerConflict`. After a fault `base` holds what it held.
  case stPre(_ type: MemoryType, _ a: Register, _ base: Register, _ displacement: Displacement)
  /// The low bytes of `a` go to `base`, then `base = base + displacement`. `base == a` is `registerConflict`. After a
  /// fault `base` holds what it held.
  case stPost(_ type: MemoryType, _ a: Register, _ base: Register, _ displacement: Displacement)
  /// `d` and `e` = the two words at `base + displacement`, one behind the other; 32-bit ones zero-extended. Equal
  /// destinations: `registerConflict`. Two accesses: after a fault a destination other than `base` may be changed.
  case ldPair(
    width: Width = .w64, _ d: Register, _ e: Register, _ base: Register, _ displacement: Displacement)
  /// `a` and `b` go to `base + displacement`, one behind the other. Two accesses: after a fault one may be done.
  case stPair(
    width: Width = .w64, _ a: Register, _ b: Register, _ base: Register, _ displacement: Displacement)
  /// `d` = the big-endian value at `address`, extended to 64 bits as `type` says.
  case ldSwapped(_ type: MemoryType, _ d: Register, _ address: Address)
  /// The low bytes of `a` become the big-endian value at `address`.
  case stSwapped(_ type: MemoryType, _ a: Register, _ address: Address)
  /// The value at `address` becomes `value operation a`. Not atomic.
  case rmw(_ operation: MemoryOperation, _ type: MemoryType, _ a: Register, _ address: Address)
  /// The value at `base + displacement` becomes `it operation value`; the range of `value` is that of `sti`. Not
  /// atomic.
  case rmwi(
    _ operation: MemoryOperation, _ base: Register, _ displacement: Displacement, _ value: Imm64,
    _ type: MemoryType)
  /// Subtracts `value` from the word at `base + displacement`, and continues at `target` if the result is `condition`:
  /// `eq`, `ne`, `negative` or `nonNegative` (else `badCondition`). Not atomic.
  case decBranch(
    _ condition: Condition, _ base: Register, _ displacement: Displacement, _ value: Displacement,
    _ target: Label, width: Width = .w64)
  /// A hint that `address` will be accessed soon. Never faults, changes nothing.
  case prefetch(_ access: PrefetchAccess, _ level: CacheLevel, _ address: Address)

  // MARK: Atomics (naturally aligned, else undefined: torn, or it may stop the process)

  /// `d` = the value at `base + displacement`, extended as `type` says, loaded at once and in this order: `relaxed`,
  /// `acquire` or `sequential`, else `badOrder`.
  case ldAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ base: Register, _ displacement: Displacement)
  /// The low bytes of `a` go to `base + displacement` at once and in this order: `relaxed`, `release` or `sequential`, else
  /// `badOrder`.
  case stAtomic(
    _ order: MemoryOrder, _ type: MemoryType, _ a: Register, _ base: Register, _ displacement: Displacement)
  /// `d` = the value at `base + displacement`, extended as `type` says, which becomes `it operation a` before anybody
  /// else changes it.
  case fetch(
    _ operation: AtomicOperation, _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ a: Register,
    _ base: Register, _ displacement: Displacement)
  /// The value at `base + displacement` becomes `it operation a` before anybody else changes it.
  case rmwAtomic(
    _ operation: AtomicOperation, _ order: MemoryOrder, _ type: MemoryType, _ a: Register, _ base: Register,
    _ displacement: Displacement)
  /// `d` = the value at `base + displacement`, extended as `type` says. If it is `expected`, as far as its bytes, it
  /// becomes `value` before anybody else changes it; else nothing is stored, and nothing released. The memory must be
  /// writable in any case.
  case cas(
    _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ expected: Register, _ value: Register,
    _ base: Register, _ displacement: Displacement)
  /// `cas`, and `success` = 1 if it stored, else 0. `d == success` is `registerConflict`.
  case casSet(
    _ order: MemoryOrder, _ type: MemoryType, _ d: Register, _ success: Register, _ expected: Register,
    _ value: Register, _ base: Register, _ displacement: Displacement)
  /// `high:low` = the 16 bytes at `base + displacement`, aligned to 16. If they are `expectedHigh:expectedLow` they become
  /// `valueHigh:valueLow` before anybody else changes them. The memory must be writable in any case. `low == high` is
  /// `registerConflict`; an x86-64 without `cx16` is `missingFeature`. Where operands are not in the machine's own
  /// registers it uses the stack.
  case casPair(
    _ order: MemoryOrder, _ low: Register, _ high: Register, _ expectedLow: Register, _ expectedHigh: Register,
    _ valueLow: Register, _ valueHigh: Register, _ base: Register, _ displacement: Displacement)
  /// Orders the accesses before and behind it, also those that are not atomic. `relaxed` is no instruction: it only says
  /// that nobody who makes the program may move accesses across.
  case fence(_ order: MemoryOrder)
  /// A hint that this is a loop that waits for another thread.
  case pause
  /// What follows is fetched again: code that was changed before this, and made visible, is what executes behind it.
  case instructionBarrier

  // MARK: Floats (64 bits: `Double`; `width: .w32`: `Float`; what lies above in a vector register is unspecified)
  //
  // IEEE 754 with the default environment: rounded to the nearest, ties to even; subnormal numbers count; nothing traps.
  // Where a result is NaN, its sign and payload are unspecified unless an op says otherwise (`fcanon` makes it one).

  /// `d = a`, bit for bit.
  case fmov(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister)
  /// `d` = the number with these bits.
  case fmovi(width: Width = .w64, _ d: VectorRegister, _ bits: Immediate)
  /// `d` = the bits of `a`; those of a `Float` zero-extended.
  case fbits(width: Width = .w64, _ d: Register, _ a: VectorRegister)
  /// `d` = the number whose bits are the low ones of `a`.
  case fsetBits(width: Width = .w64, _ d: VectorRegister, _ a: Register)
  /// `d = a + b`.
  case fadd(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d = a - b`.
  case fsub(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d = a · b`.
  case fmul(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d = a / b`.
  case fdiv(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d` = the square root of `a`.
  case fsqrt(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister)
  /// `d = a` with the other sign; NaN too, bit for bit.
  case fneg(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister)
  /// `d = a` without sign; NaN too, bit for bit.
  case fabs(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister)
  /// `d = a` with the sign of `b`; NaN too, bit for bit.
  case fcopysign(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d = a · b + c`, rounded once. An x86-64 without `fma3` is `missingFeature`.
  case fma(
    width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister, _ c: VectorRegister)
  /// `d = a · b - c`, rounded once. An x86-64 without `fma3` is `missingFeature`.
  case fms(
    width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister, _ c: VectorRegister)
  /// `d = c - a · b`, rounded once. An x86-64 without `fma3` is `missingFeature`.
  case fnma(
    width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister, _ c: VectorRegister)
  /// `d = -c - a · b`, rounded once. An x86-64 without `fma3` is `missingFeature`.
  case fnms(
    width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister, _ c: VectorRegister)
  /// `d` = the lesser of `a` and `b`, −0 below +0; NaN if either is (IEEE 754-2019, minimum).
  case fmin(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d` = the greater of `a` and `b`, +0 above −0; NaN if either is (IEEE 754-2019, maximum).
  case fmax(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d` = the lesser of `a` and `b`, −0 below +0; if one is a quiet NaN the other; NaN if either is signalling, or both
  /// are NaN (IEEE 754-2008, minNum).
  case fminNum(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d` = the greater of `a` and `b`, +0 above −0; if one is a quiet NaN the other; NaN if either is signalling, or both
  /// are NaN (IEEE 754-2008, maxNum).
  case fmaxNum(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d = a < b ? a : b`, bit for bit: `b` if they are equal or either is NaN.
  case fminSelect(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d = a > b ? a : b`, bit for bit: `b` if they are equal or either is NaN.
  case fmaxSelect(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister)
  /// `d = a`, rounded to an integer; zeros and what becomes zero keep the sign of `a`.
  case fround(width: Width = .w64, _ rounding: Rounding, _ d: VectorRegister, _ a: VectorRegister)
  /// `d = a`, but for NaN 0x7FF8000000000000, as `Float` 0x7FC00000.
  case fcanon(width: Width = .w64, _ d: VectorRegister, _ a: VectorRegister)
  /// `d` = `a` rounded to zero, an integer of this width: the nearest one there is if it is out of range, 0 for NaN. 32
  /// bits are zero-extended.
  case ftoi(
    width: Width = .w64, _ type: FloatType, _ signedness: Signedness, _ d: Register, _ a: VectorRegister)
  /// `d` = `a` rounded to zero, an integer of this width; undefined, but no more than the value of `d`, if it is out of
  /// range or NaN. 32 bits are zero-extended. What lies in (−1, 0) is 0.
  case ftoiUnchecked(
    width: Width = .w64, _ type: FloatType, _ signedness: Signedness, _ d: Register, _ a: VectorRegister)
  /// `d` = the integer `a` of this width, rounded once.
  case itof(
    width: Width = .w64, _ type: FloatType, _ signedness: Signedness, _ d: VectorRegister, _ a: Register)
  /// `d` = the `Float` `a` as a `Double`.
  case fwiden(_ d: VectorRegister, _ a: VectorRegister)
  /// `d` = the `Double` `a` as a `Float`.
  case fnarrow(_ d: VectorRegister, _ a: VectorRegister)
  /// `d` = the number of 16 bits (IEEE 754 binary16) in the low bits of `a` as a `Float`. An x86-64 without `f16c` is
  /// `missingFeature`.
  case fwidenHalf(_ d: VectorRegister, _ a: VectorRegister)
  /// `d` = the `Float` `a` as a number of 16 bits (IEEE 754 binary16), in its low bits. An x86-64 without `f16c` is
  /// `missingFeature`.
  case fnarrowHalf(_ d: VectorRegister, _ a: VectorRegister)
  /// Continues at `target` if `a condition b`.
  case fbranch(
    width: Width = .w64, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister, _ target: Label)
  /// `d` = 1 if `a condition b`, else 0.
  case fset(
    width: Width = .w64, _ d: Register, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister)
  /// `d = a condition b ? x : y`, bit for bit.
  case fselect(
    width: Width = .w64, _ d: VectorRegister, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister,
    _ x: VectorRegister, _ y: VectorRegister)
  /// `d` = the number at `address`, bit for bit. Need not be aligned. Faults like any host load.
  case fld(width: Width = .w64, _ d: VectorRegister, _ address: Address)
  /// `a` goes to `address`, bit for bit. Need not be aligned. Faults like any host store.
  case fst(width: Width = .w64, _ a: VectorRegister, _ address: Address)
  /// `d` = the number at `base + displacement`, and `base` = that address. After a fault `base` holds what it held.
  case fldPre(width: Width = .w64, _ d: VectorRegister, _ base: Register, _ displacement: Displacement)
  /// `d` = the number at `base`, then `base = base + displacement`. After a fault `base` holds what it held.
  case fldPost(width: Width = .w64, _ d: VectorRegister, _ base: Register, _ displacement: Displacement)
  /// `a` goes to `base + displacement`, and `base` = that address. After a fault `base` holds what it held.
  case fstPre(width: Width = .w64, _ a: VectorRegister, _ base: Register, _ displacement: Displacement)
  /// `a` goes to `base`, then `base = base + displacement`. After a fault `base` holds what it held.
  case fstPost(width: Width = .w64, _ a: VectorRegister, _ base: Register, _ displacement: Displacement)
  /// `d` and `e` = the two numbers at `base + displacement`, one behind the other. Equal destinations: `registerConflict`.
  /// Two accesses: after a fault a destination may be changed.
  case fldPair(
    width: Width = .w64, _ d: VectorRegister, _ e: VectorRegister, _ base: Register, _ displacement: Displacement)
  /// `a` and `b` go to `base + displacement`, one behind the other. Two accesses: after a fault one may be done.
  case fstPair(
    width: Width = .w64, _ a: VectorRegister, _ b: VectorRegister, _ base: Register, _ displacement: Displacement)
  /// `d` = the number behind `label`, bit for bit. Need not be aligned.
  case fldLabel(width: Width = .w64, _ d: VectorRegister, _ label: Label)

  // MARK: Constants and places

  /// `d` = the little-endian value behind `label`, extended to 64 bits as `type` says. Need not be aligned.
  case ldLabel(_ type: MemoryType, _ d: Register, _ label: Label)
  /// `d` = the address of `label`.
  case adr(_ d: Register, _ label: Label)
  /// `d = value`, loaded from a pool of constants behind the code, where equal ones share a place.
  case ldConstant(_ d: Register, _ value: Imm64)
  /// `d` = a constant that may be patched while the code runs (`PatchSite`), at first `value`.
  case ldPatchable(_ id: SiteID, _ value: Imm64, _ d: Register)
  /// If the instruction behind this one faults, execution continues at `recovery`, as long as the code is guarded: an
  /// `Executable` is, code in an arena by `Assembler.guardCode(at:)`. Registers hold what they held before that
  /// instruction, but for its destinations. Something else than an access of memory or a `trap` behind is
  /// `malformedRun`, and so is `casPair`. Before an atomic that has to move registers, x86-64 writes to the memory without
  /// a change: so what faults does it there.
  case faultSite(_ id: SiteID, _ recovery: Label)

  // MARK: Control

  /// Binds a label and begins a function: no frame yet, no flags. Not needed before the first function.
  case entry(_ label: Label)
  /// Continues at `target`.
  case j(_ target: Label)
  /// Continues at the address in `a`.
  case jr(_ a: Register)
  /// Continues at the address stored, as 64 bits, at `address`.
  case jm(_ address: Address)
  /// The next place of a jump table. Something else than `tableEntry` and then `jumpTable` behind is `malformedRun`.
  case tableEntry(_ target: Label)
  /// Continues at the `index`-th of the `tableEntry`s right before, from 0; at `otherwise` if there are not that many.
  /// The whole index counts (32 bits: its low half). A table without entries is `malformedRun`.
  case jumpTable(width: Width = .w64, _ index: Register, _ otherwise: Label)
  /// Continues at `target`, until another place is put in its stead (`PatchSite`).
  case patchableJump(_ id: SiteID, _ target: Label)
  /// Calls the code behind `target`, by the C calling convention, until another function is put in its stead
  /// (`PatchSite`). Needs a frame (`badFrame`).
  case patchableCall(_ id: SiteID, _ target: Label)
  /// Nothing, until a jump is put in its stead (`PatchSite`).
  case patchableNop(_ id: SiteID)
  /// Continues at the C function at the absolute address `target`, which returns to this one's caller. Where `ret` may
  /// stand, else `badFrame`.
  case tailCall(_ target: Immediate)
  /// Goes on if `a condition b`; else continues at `handler`, out of line, with `id` in `temporary(0)`.
  case `guard`(
    width: Width = .w64, _ condition: Condition, _ a: Register, _ b: Register, _ id: SiteID, _ handler: Label)
  /// Goes on if `a condition value` (the value sign-extended); else continues at `handler`, out of line, with `id` in
  /// `temporary(0)`.
  case guardi(
    _ condition: Condition, _ a: Register, _ value: Displacement, _ id: SiteID, _ handler: Label,
    width: Width = .w64)
  /// Stops the process (SIGILL or SIGTRAP), unless a handler finds this place and `code` in `Assembler.traps`.
  case trap(_ code: UInt32)
  /// Stops the process: control never comes here.
  case unreachable
  /// Stops for a debugger (SIGTRAP).
  case breakpoint
  /// Calls the C function at the absolute address `target`: arguments are in their registers, the stack is
  /// aligned, every register that the convention does not preserve dies. Needs a frame (`badFrame`).
  case call(_ target: Immediate)
  /// Calls the C function whose address is in `a`. Needs a frame (`badFrame`).
  case callr(_ a: Register)
  /// Calls the C function whose address is stored, as 64 bits, at `address`. Needs a frame (`badFrame`).
  case callm(_ address: Address)
  /// Calls a subroutine of this program: no convention, and no register dies but the link register of AArch64, number
  /// 30. Needs a frame or a subroutine around it (`badFrame`).
  case fastCall(_ target: Label)
  /// Begins a subroutine that `fastCall` calls; stands right behind its label and reaches until the next
  /// `subroutine` or `entry`. The frame is not addressable by `sp` inside; calls are allowed and nest.
  case subroutine
  /// Returns from a subroutine. Outside of one: `badFrame`.
  case fastRet
  /// Pushes registers: the one with the lowest number comes to lie at `sp`, the others above. Takes a multiple of 16
  /// bytes, so what `sp` addresses is shifted. Needs a frame or a subroutine (`badFrame`); what was pushed is popped
  /// at each exit.
  case push(_ registers: RegisterSet)
  /// Pops what a `push` of the same registers pushed. More than was pushed: `badFrame`. The frame pointer cannot be
  /// popped (`registerConflict`).
  case pop(_ registers: RegisterSet)
  /// Begins a frame: saves return address, frame pointer, the registers in `saving`, which must be preserved by
  /// calls (`badFrame` else), and the first `vectors` of `VectorRegister.saved` (`noSuchRegister` if there are not that
  /// many: System V has none), as far as calls preserve them; and makes `[sp, sp + bytes)` the program's own. `bytes` is
  /// rounded up to 16; negative or above `Target.maximumFrame` is `badFrame`, so is a second `enter` in one function.
  /// Frames over a page touch each of their pages from the top down, so that none skips the guard of the stack.
  case enter(_ bytes: Int32, saving: RegisterSet = [], vectors: UInt8 = 0)
  /// Ends the frame and restores what `enter` saved; `ret` or a jump follows. May stand at each exit of a function.
  case leave
  /// Returns to the caller. Inside a frame that was not left: `badFrame`.
  case ret
  /// Nothing, in one machine instruction.
  case nop
  /// Nothing, in `bytes` bytes of instructions; a multiple of `Target.instructionAlignment`, else
  /// `immediateOutOfRange`, as is more than 4096.
  case nops(_ bytes: UInt32)
  /// Nothing, in no instruction: records that this place has the client's number `id` (`Assembler.marks`).
  case mark(_ id: UInt32)

  // MARK: Arguments (runs that `call`, `callr`, `callm` or `patchableCall` closes; anything else behind is `malformedRun`)

  /// The next argument of the call that closes this run: the low bytes of `a`, extended to 64 bits as `type` says.
  /// Arguments are moved all at once: any register may carry any of them, `sp` not.
  case pass(_ type: MemoryType, _ a: Register)
  /// The next argument of the call that closes this run: `value`, which lies in the signed or the unsigned range of
  /// `type` (`immediateOutOfRange` else), extended to 64 bits as `type` says.
  case passi(_ type: MemoryType, _ value: Imm64)
  /// The next argument of the call that closes this run: the number `a`.
  case fpass(width: Width = .w64, _ a: VectorRegister)
  /// The arguments behind are the variable ones of the C function (`...`), if there are any; to be said of every function
  /// that takes such. Once in a run, else `malformedRun`. A `Float` among them is `malformedRun`: C passes it as a `Double`.
  case variadic
  /// The call that closes this run leaves these as they are, though the convention would not. One that carries a result
  /// is `registerConflict`.
  case keep(_ registers: RegisterSet)
  /// The call that closes this run leaves this one as it is, though the convention would not: 64 bits of it. One that
  /// carries a result is `registerConflict`.
  case fkeep(_ register: VectorRegister)
  /// `d` = the `index`-th argument of this function that lies on the stack, from 0, each in 8 bytes of its own (at most
  /// 65535, else `immediateOutOfRange`), extended to 64 bits as `type` says. Needs a frame (`badFrame`).
  case ldArgument(_ type: MemoryType, _ d: Register, _ index: UInt32)
  /// `d` = the `index`-th argument of this function that lies on the stack, from 0, each in 8 bytes of its own (at most
  /// 65535, else `immediateOutOfRange`). Needs a frame (`badFrame`).
  case fldArgument(width: Width = .w64, _ d: VectorRegister, _ index: UInt32)

  // MARK: Sections, data, raw code

  /// What follows stands in this section: `cold` code comes to lie behind all `hot` code, out of its way. A program
  /// begins in `hot`.
  case section(_ section: CodeSection)
  /// `value` of 1, 2, 4 or 8 bytes, little-endian, here among the code; in the signed or the unsigned range of its type,
  /// else `immediateOutOfRange`. On AArch64 an instruction that does not begin at a
  /// multiple of 4 bytes is refused (`unalignedEntry`), and so is a `section`: `align` goes before. Nothing comes
  /// to lie between data that is laid down in a row, nor between a label and its data.
  case data(_ type: DataType, _ value: Imm64)
  /// The address of `label` as 8 bytes. In code that was not published (`withCode`) it is the label's offset.
  case dataAddress(_ label: Label)
  /// `count` bytes of zeros, at most 2^24, else `immediateOutOfRange`.
  case zeros(_ count: UInt32)
  /// What follows begins at a multiple of `bytes`, a power of two up to 4096, else `immediateOutOfRange`. The gap is
  /// filled with instructions that do nothing; behind data with zeros.
  case align(_ bytes: UInt32)
  /// The `count` low bytes of `bytes` as instructions of the target: 1…8, on AArch64 4 or 8, else
  /// `immediateOutOfRange`. What they do is not known here.
  case raw(_ bytes: Imm64, _ count: UInt8)
}
