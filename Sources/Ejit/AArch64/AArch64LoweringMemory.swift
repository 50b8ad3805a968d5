/// Addresses, loads and stores.
extension AArch64 {
  /// Where one access reaches, in a form that its word can hold. No register but x16 was written for it.
  enum Place {
    case offset(X, Offset)
    case index(X, X, UInt32.Extend, scaled: Bool)

    /// Whether it is gone once x16 is written: no program can name that register.
    var needsX16: Bool {
      switch self {
      case .offset(let base, _): base == .x16
      case .index(let base, let index, _, _): base == .x16 || index == .x16
      }
    }
  }

  static func word(_ kind: UInt32.Access, _ t: X, _ place: Place) -> UInt32 {
    switch place {
    case .offset(let base, let offset): .access(kind, t, base, offset)
    case .index(let base, let index, let extend, let scaled): .access(kind, t, base, index, extend, scaled: scaled)
    }
  }

  /// Loads or stores `t` at `address`, through x16.
  static func access(
    _ kind: UInt32.Access, _ t: X, _ address: Address, into e: inout Emission
  ) throws(Refusal) {
    let place = try place(of: address, size: kind.size, into: &e)
    e.code.emit32(word(kind, t, place))
  }

  /// Loads or stores `t` at `base + displacement`, through `scratch`.
  static func access(
    _ kind: UInt32.Access, _ t: X, _ base: X, _ displacement: Int64, scratch: X, into e: inout Emission
  ) {
    let place = place(of: base, displacement, size: kind.size, scratch: scratch, into: &e)
    e.code.emit32(word(kind, t, place))
  }

  /// The place of `address` for an access of `1 << size` bytes, through x16.
  static func place(of address: Address, size: UInt32, into e: inout Emission) throws(Refusal) -> Place {
    switch address.form {
    case .base(let displacement):
      return place(of: try e.xsp(address.base), Int64(displacement), size: size, scratch: .x16, into: &e)
    case .indexed(let shift, let displacement):
      let (base, index) = (try e.xsp(address.base), try e.x(address.index))
      return place(of: base, index, .uxtx, UInt32(shift), Int64(displacement), size: size, into: &e)
    case .extended(let signedness, let shift, let displacement):
      let (base, index) = (try e.xsp(address.base), try e.x(address.index))
      return place(
        of: base, index, extend(signedness), UInt32(shift), Int64(displacement), size: size, into: &e)
    case .absolute(let bits): return place(ofAbsolute: bits, size: size, into: &e)
    case .invalid: throw Refusal(.immediateOutOfRange, UInt64(address.mode >> 4))
    }
  }

  /// What does not fit the access goes into a register if one move does it, or is split: a multiple of 4096 is added
  /// first, if the rest fits. Else all of it goes into a register.
  static func place(
    of base: X, _ displacement: Int64, size: UInt32, scratch: X, into e: inout Emission
  ) -> Place {
    if let offset = Offset(displacement, size: size) { return .offset(base, offset) }
    if !isOneMove(displacement), let (high, offset) = split(displacement, size: size) {
      e.code.emit32(addPages(scratch, base, high))
      return .offset(scratch, offset)
    }
    move(scratch, UInt64(bitPattern: displacement), into: &e)
    return .index(base, scratch, .uxtx, scaled: false)
  }

  /// The same with an index, which is added to the base or to the displacement, as one or the other fits.
  private static func place(
    of base: X, _ index: X, _ extend: UInt32.Extend, _ shift: UInt32, _ displacement: Int64, size: UInt32,
    into e: inout Emission
  ) -> Place {
    if displacement == 0 && (shift == 0 || shift == size) {
      return .index(base, index, extend, scaled: shift != 0)
    }
    if let offset = Offset(displacement, size: size) {
      e.code.emit32(sum(.add, .w64, .x16, base, index, extend, shift: shift))
      return .offset(.x16, offset)
    }
    if !isOneMove(displacement), let (high, offset) = split(displacement, size: size) {
      e.code.emit32(sum(.add, .w64, .x16, base, index, extend, shift: shift))
      e.code.emit32(addPages(.x16, .x16, high))
      return .offset(.x16, offset)
    }
    move(.x16, UInt64(bitPattern: displacement), into: &e)
    e.code.emit32(sum(.add, .w64, .x16, .x16, index, extend, shift: shift))
    return .index(base, .x16, .uxtx, scaled: false)
  }

  private static func isOneMove(_ displacement: Int64) -> Bool { (0..<1 << 16).contains(displacement) }

  /// A multiple of 4096, below 2^24 without its sign, and the rest of `displacement` as an access can hold it.
  private static func split(_ displacement: Int64, size: UInt32) -> (Int64, Offset)? {
    let low = displacement & 0xFFF
    let high = displacement - low
    if high.magnitude < 1 << 24, let offset = Offset(low, size: size) { return (high, offset) }
    let above = high + 0x1000
    if above.magnitude < 1 << 24, let offset = Offset(low - 0x1000, size: size) { return (above, offset) }
    return nil
  }

  /// `d = a + bytes`, a multiple of 4096 below 2^24 without its sign.
  private static func addPages(_ d: X, _ a: X, _ bytes: Int64) -> UInt32 {
    .addSub(bytes < 0 ? .sub : .add, .w64, d, a, .high(of: bytes.magnitude))
  }

  /// The low sixteen bits of an absolute address ride in the access if they fit.
  private static func place(ofAbsolute address: UInt64, size: UInt32, into e: inout Emission) -> Place {
    if case .scaled(let imm12) = Offset(Int64(address & 0xFFFF), size: size) {
      move(.x16, address & ~0xFFFF, into: &e)
      return .offset(.x16, .scaled(imm12: imm12))
    }
    move(.x16, address, into: &e)
    return .offset(.x16, .scaled(imm12: 0))
  }

  /// How the low half of an index becomes 64 bits.
  private static func extend(_ signedness: Signedness) -> UInt32.Extend { signedness == .signed ? .sxtw : .uxtw }

  static func lea(_ w: Width, _ d: Register, _ address: Address, into e: inout Emission) throws(Refusal) {
    let d = try e.xd(d)
    switch address.form {
    case .base(let displacement):
      add(w, d, try e.xsp(address.base), try bits(w, UInt64(bitPattern: Int64(displacement))), into: &e)
    case .indexed(let shift, let displacement):
      try lea(w, d, address, .uxtx, UInt32(shift), displacement, into: &e)
    case .extended(let signedness, let shift, let displacement):
      try lea(w, d, address, extend(signedness), UInt32(shift), displacement, into: &e)
    case .absolute(let bits): move(d, w == .w64 ? bits : bits & 0xFFFF_FFFF, into: &e)
    case .invalid: throw Refusal(.immediateOutOfRange, UInt64(address.mode >> 4))
    }
  }

  /// The low half of a sum is the sum of the low halves: the 32-bit form adds with 32 bits.
  private static func lea(
    _ w: Width, _ d: X, _ address: Address, _ extend: UInt32.Extend, _ shift: UInt32, _ displacement: Int32,
    into e: inout Emission
  ) throws(Refusal) {
    e.code.emit32(sum(.add, w, d, try e.xsp(address.base), try e.x(address.index), extend, shift: shift))
    if displacement == 0 { return }
    add(w, d, d, try bits(w, UInt64(bitPattern: Int64(displacement))), into: &e)
  }

  /// The bits of a constant for memory: of 8, 16 and 32 bits in the signed or the unsigned range.
  static func bits(_ type: MemoryType, _ value: Imm64) throws(Refusal) -> UInt64 {
    try value.check(for: type)
    return value.bits & (.max >> UInt64(64 - 8 * type.byteCount))
  }

  /// Zero is the zero register; other values go through x17, as the address may need x16.
  static func storeImmediate(
    _ type: MemoryType, _ base: Register, _ displacement: Displacement, _ value: Imm64,
    into e: inout Emission
  ) throws(Refusal) {
    let bits = try bits(type, value)
    let base = try e.xsp(base)
    if bits != 0 { move(.x17, bits, into: &e) }
    access(.store(type), bits == 0 ? .zr : .x17, base, Int64(displacement.value), scratch: .x16, into: &e)
  }

  /// What PRFM is for stands where a load has its register: type (read or write), level, and whether to drop the line
  /// soon, from high to low. Arm ARM C6.2, PRFM (immediate), prfop.
  static func prefetch(
    _ access: PrefetchAccess, _ level: CacheLevel, _ address: Address, into e: inout Emission
  ) throws(Refusal) {
    let (target, policy): (UInt8, UInt8) =
      switch level {
      case .l1: (0b00, 0)
      case .l2: (0b01, 0)
      case .l3: (0b10, 0)
      case .stream: (0b00, 1)
      }
    let type: UInt8 = access == .read ? 0b00 : 0b10
    try self.access(.prefetch, X(number: type << 3 | target << 1 | policy), address, into: &e)
  }
}
