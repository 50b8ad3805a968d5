/// A hole: what leads to a place, emitted before the distance was known.
struct Fixup {
  /// Of the 32-bit hole, a `CodePlace`.
  let hole: UInt32
  /// A label's number, a `CodePlace` or an offset in the tail, which may be just before that.
  let target: UInt32
  /// The index of the instruction to blame.
  let instruction: UInt32
  /// How the distance is written.
  let form: Form
  let kind: Kind

  /// What `target` is.
  enum Kind: UInt8 { case label, place, tail }

  enum Form: UInt8 {
    /// Bytes from the end of the hole. SDM vol. 2, JMP and Jcc rel32; vol. 2, §2.2.1.6, RIP-relative addressing.
    case rel32
    /// Words from the hole, at bit 0. Arm ARM, C6.2, B and BL.
    case imm26
    /// Words from the hole, at bit 5. Arm ARM, C6.2, B.cond, CBZ and CBNZ.
    case imm19
    /// Words from the hole, at bit 5. Arm ARM, C6.2, TBZ and TBNZ.
    case imm14
    /// The same as imm19, in a load. Arm ARM, C6.2, LDR (literal).
    case literal19
    /// Bytes from the hole, the two low ones at bit 29, the others at bit 5. Arm ARM, C6.2, ADR.
    case address21

    /// The distances from the hole that this form can write, in bytes.
    var reach: ClosedRange<Int> {
      switch self {
      case .rel32: (-1 << 31) + 4...(1 << 31) - 1 + 4
      case .imm26: -1 << 27...(1 << 27) - 4
      case .imm19, .literal19: -1 << 20...(1 << 20) - 4
      case .imm14: -1 << 15...(1 << 15) - 4
      case .address21: -1 << 20...(1 << 20) - 1
      }
    }

    /// The bits to set in the (empty) hole to reach `distance` bytes, if it can.
    func bits(for distance: Int) -> UInt32? {
      guard reach.contains(distance) else { return nil }
      let words = UInt32(truncatingIfNeeded: distance >> 2)
      switch self {
      case .rel32: return UInt32(truncatingIfNeeded: distance - 4)
      case .imm26: return words & 0x03FF_FFFF
      case .imm19: return (words & 0x7_FFFF) << 5
      case .imm14: return (words & 0x3FFF) << 5
      case .literal19: return distance & 3 == 0 ? (words & 0x7_FFFF) << 5 : nil
      case .address21: return (words & 0x7_FFFF) << 5 | (UInt32(truncatingIfNeeded: distance) & 3) << 29
      }
    }
  }
}
