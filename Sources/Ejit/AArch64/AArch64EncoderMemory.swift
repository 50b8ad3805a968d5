/// Loads and stores. Arm ARM C4.1, Loads and Stores.
extension UInt32 {
  /// What a load or store moves.
  struct Access {
    /// Of the access: `1 << size` bytes.
    let size: UInt32
    /// 0b00: store, 0b01: load, zero-extended, 0b10: load, sign-extended to 64 bits.
    let opc: UInt32

    static func load(_ type: MemoryType) -> Access {
      let size = UInt32(type.rawValue & 3)
      return Access(size: size, opc: type.isSigned && size < 3 ? 0b10 : 0b01)
    }
    static func store(_ type: MemoryType) -> Access { Access(size: UInt32(type.rawValue & 3), opc: 0b00) }
  }

  /// `op Rt, [Xn|SP, #offset]` — C6.2, LDR, STR (immediate, unsigned offset), LDUR, STUR, and those of other sizes.
  @inline(__always) static func access(_ access: Access, _ t: X, _ n: X, _ offset: Offset) -> UInt32 {
    let common =
      field(access.size, 31, 30)
      | field(0b111, 29, 27)
      | field(0, 26, 26)  // no vector register
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

  /// `op Rt, [Xn|SP, Xm, lsl #size]`, the shift only if `scaled` — C6.2, LDR, STR (register) and those of other sizes.
  static func access(_ access: Access, _ t: X, _ n: X, _ m: X, scaled: Bool) -> UInt32 {
    field(access.size, 31, 30)
      | field(0b111, 29, 27)
      | field(0, 26, 26)  // no vector register
      | field(0b00, 25, 24)
      | field(access.opc, 23, 22)
      | field(1, 21, 21)
      | field(m, 20, 16)
      | field(0b011, 15, 13)  // option: the index as 64 bits
      | field(scaled ? 1 : 0, 12, 12)
      | field(0b10, 11, 10)
      | field(n, 9, 5)
      | field(t, 4, 0)
  }

  /// How the base of a pair moves. Raw value: bits 24…23.
  enum PairIndex: UInt32 {
    case postIndexed = 0b01
    case offset = 0b10
    case preIndexed = 0b11
  }

  /// `LDP` or `STP Xt, Xt2, [Xn|SP, #bytes]`; a multiple of 8, −512…504 — C6.2, LDP, STP.
  static func pair(
    load: Bool, _ t: X, _ t2: X, _ n: X, _ bytes: Int, _ index: PairIndex = .offset
  ) -> UInt32 {
    field(0b10, 31, 30)  // opc: 64 bits
      | field(0b101, 29, 27)
      | field(0, 26, 26)  // no vector register
      | field(0, 25, 25)
      | field(index.rawValue, 24, 23)
      | field(load ? 1 : 0, 22, 22)
      | field(UInt32(truncatingIfNeeded: bytes / 8) & 0x7F, 21, 15)
      | field(t2, 14, 10)
      | field(n, 9, 5)
      | field(t, 4, 0)
  }

  /// `STR Xt, [Xn|SP, #bytes]!` (−256…255) — C6.2, STR (immediate, pre-index).
  static func storePreIndexed(_ t: X, _ n: X, _ bytes: Int) -> UInt32 {
    field(0b11111000000, 31, 21)
      | field(UInt32(truncatingIfNeeded: bytes) & 0x1FF, 20, 12)
      | field(0b11, 11, 10)
      | field(n, 9, 5)
      | field(t, 4, 0)
  }

  /// `LDR Xt, [Xn|SP], #bytes` (−256…255) — C6.2, LDR (immediate, post-index).
  static func loadPostIndexed(_ t: X, _ n: X, _ bytes: Int) -> UInt32 {
    field(0b11111000010, 31, 21)
      | field(UInt32(truncatingIfNeeded: bytes) & 0x1FF, 20, 12)
      | field(0b01, 11, 10)
      | field(n, 9, 5)
      | field(t, 4, 0)
  }
}
