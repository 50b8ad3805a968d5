/// Loads and stores. Arm ARM C4.1, Loads and Stores.
extension UInt32 {
  /// What a load or store moves.
  struct Access {
    /// Of the access: `1 << size` bytes.
    let size: UInt32
    /// 0b00: store, 0b01: load, zero-extended, 0b10: load, sign-extended to 64 bits.
    let opc: UInt32
    /// Whether the register moved is a floating-point register, `X(v)`.
    var isVector = false

    static func load(_ type: MemoryType) -> Access {
      let size = UInt32(type.rawValue & 3)
      return Access(size: size, opc: type.isSigned && size < 3 ? 0b10 : 0b01)
    }
    static func store(_ type: MemoryType) -> Access { Access(size: UInt32(type.rawValue & 3), opc: 0b00) }
    /// A load that leaves zeros above, whatever the sign of the type.
    static func loadUnsigned(_ type: MemoryType) -> Access { Access(size: UInt32(type.rawValue & 3), opc: 0b01) }
    /// Of a floating-point register of this width.
    static func load(_ w: Width) -> Access { Access(size: 2 + w.sf, opc: 0b01, isVector: true) }
    static func store(_ w: Width) -> Access { Access(size: 2 + w.sf, opc: 0b00, isVector: true) }
    /// PRFM and PRFUM, where a load of this size has its sign: the register's number says what for.
    static let prefetch = Access(size: 3, opc: 0b10)
  }

  /// `op Rt, [Xn|SP, #offset]` — C6.2 and C7.2, LDR, STR (immediate, unsigned offset), LDUR, STUR, and
  /// those of other sizes.
  @inline(__always) static func access(_ access: Access, _ t: X, _ n: X, _ offset: Offset) -> UInt32 {
    let common =
      field(access.size, 31, 30)
      | field(0b111, 29, 27)
      | field(access.isVector ? 1 : 0, 26, 26)  // VR
      | field(access.opc, 23, 22)
      | field(n, 9, 5)
      | field(t, 4, 0)
    return switch offset {
    case .scaled(let imm12):
      common | field(0b01, 25, 24) | field(imm12, 21, 10)
    case .unscaled(let imm9):
      common
        | field(0b00, 25, 24)
        | field(0, 21, 21)
        | field(UInt32(bitPattern: imm9) & 0x1FF, 20, 12)
        | field(0b00, 11, 10)
    }
  }

  /// `op Rt, [Xn|SP, Rm, extend #size]`, the shift only if `scaled` — C6.2 and C7.2, LDR, STR (register) and
  /// those of other sizes.
  static func access(
    _ access: Access, _ t: X, _ n: X, _ m: X, _ extend: Extend = .uxtx, scaled: Bool
  ) -> UInt32 {
    field(access.size, 31, 30)
      | field(0b111, 29, 27)
      | field(access.isVector ? 1 : 0, 26, 26)  // VR
      | field(0b00, 25, 24)
      | field(access.opc, 23, 22)
      | field(1, 21, 21)
      | field(m, 20, 16)
      | field(extend.rawValue, 15, 13)  // option
      | field(scaled ? 1 : 0, 12, 12)
      | field(0b10, 11, 10)
      | field(n, 9, 5)
      | field(t, 4, 0)
  }

  /// When the base moves. Raw value: bits 11…10.
  enum WriteBack: UInt32 {
    case postIndexed = 0b01
    case preIndexed = 0b11
  }

  /// `op Rt, [Xn|SP, #bytes]!` or `op Rt, [Xn|SP], #bytes` (−256…255) — C6.2 and C7.2, LDR, STR (immediate,
  /// pre-index and post-index) and those of other sizes.
  static func access(_ access: Access, _ t: X, _ n: X, _ bytes: Int, _ index: WriteBack) -> UInt32 {
    field(access.size, 31, 30)
      | field(0b111, 29, 27)
      | field(access.isVector ? 1 : 0, 26, 26)  // VR
      | field(0b00, 25, 24)
      | field(access.opc, 23, 22)
      | field(0, 21, 21)
      | field(UInt32(truncatingIfNeeded: bytes) & 0x1FF, 20, 12)
      | field(index.rawValue, 11, 10)
      | field(n, 9, 5)
      | field(t, 4, 0)
  }

  /// How the base of a pair moves. Raw value: bits 24…23.
  enum PairIndex: UInt32 {
    case postIndexed = 0b01
    case offset = 0b10
    case preIndexed = 0b11
  }

  /// `LDP` or `STP Rt, Rt2, [Xn|SP, #bytes]`; a multiple of the register's bytes, −64…63 of them. Floating-point registers
  /// are `X(v)` — C6.2 and C7.2, LDP, STP.
  static func pair(
    load: Bool, width w: Width = .w64, _ t: X, _ t2: X, _ n: X, _ bytes: Int, _ index: PairIndex = .offset,
    isVector: Bool = false
  ) -> UInt32 {
    field(isVector ? w.sf : w.sf << 1, 31, 30)  // opc
      | field(0b101, 29, 27)
      | field(isVector ? 1 : 0, 26, 26)  // VR
      | field(0, 25, 25)
      | field(index.rawValue, 24, 23)
      | field(load ? 1 : 0, 22, 22)
      | field(UInt32(truncatingIfNeeded: bytes / (w.bits / 8)) & 0x7F, 21, 15)
      | field(t2, 14, 10)
      | field(n, 9, 5)
      | field(t, 4, 0)
  }
}
